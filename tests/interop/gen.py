"""What the tests of ppgen's live subcommands share: the tool, and clients and servers that know what was sent."""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import unittest

from world import PATIENCE, World, end_with_parent, need, wait_for

SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")


class GenTest(unittest.TestCase):
    needs = ()

    @classmethod
    def arrange(cls):
        """Starts the peers."""


def sanitizer(text):
    if "Sanitizer" in text or "runtime error" in text:
        raise AssertionError(text)


class Result:
    def __init__(self, words, code, out, err):
        self.words, self.code, self.out, self.err = words, code, out, err
        sanitizer(err)

    def line(self, label):
        """What follows a label of ppgen send; None when there is no such line."""
        found = [line[10:] for line in self.out.splitlines() if line.startswith(label.ljust(10))]
        return found[0] if found else None

    def __repr__(self):
        return f"{self.words} -> {self.code}\n{self.out}{self.err}"


def run(*words, stdin=b""):
    """The tool, to its end."""
    words = [str(word) for word in words]
    done = subprocess.run([program, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE * 3,
                          preexec_fn=end_with_parent, check=False)
    return Result(words, done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode())


def send(port, *words, **options):
    return run("send", port if isinstance(port, str) else f"127.0.0.1:{port}", *words, **options)


class Forward:
    """ppgen forward on a port of its own."""

    count = 0

    def __init__(self, world, to, *words, listen=None, env=None):
        """`listen`: with {} for the port, or unix:PATH."""
        Forward.count += 1
        self.world = world
        self.name = f"forward{Forward.count}"
        self.port = None if listen and "{}" not in listen else world.port()
        where = listen.format(self.port) if listen else self.port
        to = to if isinstance(to, str) else f"127.0.0.1:{to}"
        self.process = world.child(self.name, [program, "forward", "--listen", where, "--to", to, *words],
                                   [self.port] if self.port else [], env={**os.environ, **(env or {})})
        if not self.port:
            wait_for("it listens", lambda: "listening on" in self.log())

    def log(self):
        return (self.world.folder / f"{self.name}.log").read_text()

    def counts(self):
        """The line that SIGUSR1 asks for."""
        before = len(self.log().splitlines())
        self.process.send_signal(signal.SIGUSR1)
        wait_for("counts", lambda: len(self.log().splitlines()) > before)
        return self.log().splitlines()[-1]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE)
        sanitizer(self.log())
        return self.process.returncode, self.counts_line()

    def counts_line(self):
        """The counts of the end, whatever was said beside them."""
        return next(line for line in reversed(self.log().splitlines()) if " finished" in line)

    def limit_descriptors(self, count):
        """As the user that it has become, whose limits even root may not be allowed to change."""
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run(["prlimit", "--pid", str(self.process.pid), f"--nofile={count}:"], check=True, **user)

    def status(self, key):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1], 16 if key.startswith("Cap") else 10)
        raise KeyError(key)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError(f"end after {len(data)} of {size} bytes")
        data += part
    return data


def read_v2(connection):
    """A version 2 header; the bytes."""
    fixed = read_exactly(connection, 16)
    if not fixed.startswith(SIGNATURE):
        raise ValueError(fixed.hex())
    return fixed + read_exactly(connection, int.from_bytes(fixed[14:16], "big"))


def many_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))


program = str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else ""


def main(*tests):
    """PROGRAM PPGEN [unittest's words]; exit status 77 when a peer is missing."""
    if not program:
        sys.exit(f"usage: {sys.argv[0]} PPGEN")
    sys.argv.pop(1)
    for test in tests:
        need(*test.needs)
    many_descriptors()
    world = World()
    try:
        for test in tests:
            test.world = world
            test.arrange()
        passed = unittest.main(argv=sys.argv, exit=False).result.wasSuccessful()
    finally:
        world.close()
    sys.exit(0 if passed else 1)
