"""tcpdump on loopback while a test's traffic runs, and what ppinspect makes of the capture."""
import json
import os
import re
import secrets
import socket
import subprocess

from world import HOST, PATIENCE, end_with_parent, find, skip, wait_for, World

# The ring has a slot of this size for each packet; nothing that matters here is longer.
SNAPLEN = "4096"
REFUSALS = ("permission", "Operation not permitted", "You don't have")
FIRST_LINE = re.compile(r"\d\d:\d\d:\d\d\.\d+  [A-Za-z]+ +\S+ > \S+( |$)")


class Capture:
    """Every packet of the world's ports, from `begin` to `end`."""

    def __init__(self, world):
        self.world = world
        self.file = world.folder / "capture.pcap"
        self.log = world.folder / "tcpdump.log"
        self.marker_port = world.port()

    def begin(self):
        ports = " or ".join(f"port {port}" for port in self.world.ports)
        # As root tcpdump would become a user who may not write here.
        user = ["-Z", "root"] if os.geteuid() == 0 else []
        command = [find("tcpdump"), "-i", "lo", "-n", "-U", "--immediate-mode", "-s", SNAPLEN, "-B", "32768", *user,
                   "-w", str(self.file), ports]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent)
        self.world.stack.callback(World.end, self.process)

        def up():
            said = self.log.read_text(errors="replace")
            if self.process.poll() is None:
                return "listening on" in said
            if any(word in said for word in REFUSALS):
                skip(f"tcpdump may not capture here: {said.strip().splitlines()[-1]}", missing=False)
            raise RuntimeError(f"tcpdump: {said}")
        wait_for("tcpdump listens", up)

    def end(self):
        """A datagram that is seen in the file says that everything before it is there."""
        marker = secrets.token_bytes(16)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(marker, (HOST[4], self.marker_port))
        wait_for("the last packet is in the file", lambda: self.file.exists() and marker in self.file.read_bytes()[-4096:])
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        said = self.log.read_text(errors="replace")
        if "\n0 packets dropped by kernel" not in said:
            raise RuntimeError(f"tcpdump lost packets: {said}")


class Seen:
    """One record of ppinspect, and the text that belongs to it: all of it, and its first line."""

    def __init__(self, record, text):
        self.record = record
        self.text = text
        self.line = text.split("\n", 1)[0]

    def __getitem__(self, key):
        return self.record[key]

    def get(self, key):
        return self.record.get(key)

    def codes(self, level):
        return [finding["code"] for finding in self.record["findings"] if finding["level"] == level]


def run(ppinspect, *arguments):
    return subprocess.run([ppinspect, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=PATIENCE * 3, check=False)


def inspect(ppinspect, capture, *options):
    """All records in order, and the exit status."""
    told = run(ppinspect, "-r", capture, "-o", "json", *options)
    text = run(ppinspect, "-r", capture, "--all", *options)
    records = [json.loads(line) for line in told.stdout.decode("utf-8").splitlines()]
    records = [record for record in records if record["schema"] != "pp.group/1"]
    lines = []
    for line in text.stdout.decode("utf-8").splitlines():
        if FIRST_LINE.match(line):
            lines.append(line)
        elif lines:
            lines[-1] += "\n" + line
    if told.returncode != text.returncode or len(records) != len(lines) or told.returncode not in (0, 1, 4):
        raise AssertionError(f"json: {told.returncode}, {len(records)} records; text: {text.returncode}, {len(lines)} lines; "
                             f"{told.stderr.decode()}{text.stderr.decode()}")
    return [Seen(record, line) for record, line in zip(records, lines)], told.returncode
