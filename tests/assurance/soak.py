"""Senders of every kind against the listener for a while: good headers, each malformed class, slow ones, abandoned and reset connections.

soak.py PPINSPECT [--seconds N]    What must hold: one record for each connection that sent a byte, descriptors back where they were,
memory without a slope, and good senders answered in time while bad ones hang about."""
import argparse
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import catalogue  # noqa: E402

SEED = 20261123
GOOD = [row.header for row in catalogue.rows() if row.asks.startswith("MUST accept") and 0 < len(row.header) < 3000]
BAD = [row.bytes for row in catalogue.rows() if row.asks.startswith("MUST reject") and 0 < len(row.bytes) < 3000]


class Process:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "-L", "127.0.0.1:0", "-o", "json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stderr.readline().decode()
        self.port = int(re.search(r":([0-9]+)\n", line).group(1))
        self.verdicts = {}
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            verdict = re.search(rb'"verdict":"([a-z]+)"', line).group(1).decode()
            if b'"chain"' not in line:
                self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1

    def seen(self):
        return sum(self.verdicts.values())

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def memory(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


class Senders:
    """`sent` counts connections that sent a byte, `slowest` the longest wait of a good one for its close."""

    def __init__(self, port, until):
        self.port, self.until = port, until
        self.sent, self.slowest, self.lock = 0, 0.0, threading.Lock()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def count(self):
        with self.lock:
            self.sent += 1

    def one(self, source):
        kind = source.random()
        with self.connect() as connection:
            if kind < 0.7:
                started = time.monotonic()
                connection.sendall(source.choice(GOOD))
                self.count()
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
                with self.lock:
                    self.slowest = max(self.slowest, time.monotonic() - started)
            elif kind < 0.9:
                connection.sendall(source.choice(BAD))
                self.count()
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
            elif kind < 0.95:  # reset in the middle
                connection.sendall(b"PROXY TCP4 1")
                self.count()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:  # a byte now and then, given up half-way
                self.count()
                for byte in b"PROXY TCP":
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)

    def run(self, seed):
        source = random.Random(seed)
        while time.monotonic() < self.until:
            try:
                self.one(source)
            except ConnectionError:
                pass


def slope(points):
    """Least squares, per hour."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in points) / max(1e-9, sum((x - mean_x) ** 2 for x, _ in points))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=60)
    options = arguments.parse_args()
    tool = Process(options.program)
    before = tool.descriptors()
    started = time.monotonic()
    senders = Senders(tool.port, started + options.seconds)
    threads = [threading.Thread(target=senders.run, args=(SEED + i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    memory = []
    while time.monotonic() < senders.until:
        time.sleep(0.5)
        memory.append((time.monotonic() - started, tool.memory()))
    for thread in threads:
        thread.join()
    patience = time.monotonic() + 30
    while (tool.seen() < senders.sent or tool.descriptors() > before) and time.monotonic() < patience:
        time.sleep(0.1)
    after = tool.descriptors()
    tool.process.send_signal(signal.SIGINT)
    tool.process.wait(30)
    tool.reader.join()
    settled = memory[len(memory) // 2:]
    growth = settled[-1][1] - settled[0][1]
    print("connections %d, records %d: %s" % (senders.sent, tool.seen(), ", ".join("%d %s" % (n, v) for v, n in sorted(tool.verdicts.items()))))
    print("slowest good sender %.0f ms; descriptors %d before, %d after; memory %d kB, %+d kB in the second half (%+.0f kB/h)" % (
        senders.slowest * 1000, before, after, settled[-1][1], growth, slope(settled)))
    problems = []
    if tool.seen() != senders.sent:
        problems.append("records and connections differ")
    if after != before:
        problems.append("descriptors are left open")
    if growth > 512:
        problems.append("memory grows")
    if senders.slowest > 5:
        problems.append("a good sender waited for more than 5 s")
    print("soak: " + ("; ".join(problems) or "holds"))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
