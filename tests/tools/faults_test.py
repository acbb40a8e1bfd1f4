"""The tools under a world that fails: interrupted and short reads and writes, devices that give out, readers that leave,
descriptors that run out, captures cut anywhere, clocks that go back. The result is the same, or an error that says so."""
import fcntl
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import threading
import unittest

import capture_files
import catalogue
import ppinspect
from listener_test import V1, Listener

SEED = 20261123
QUIET = ppinspect.environment(ASAN_OPTIONS="detect_leaks=0")  # the leak checker is a debugger, and strace is one already
HEADERS = [V1, catalogue.v2(), b"PROXY UNKNOWN\r\n", b"PROXY TCP4 1.2.3.4 5.6.7.8 99999 1\r\n", catalogue.v2(catalogue.tlv(2, b"www.example.com"))]


def conversations(count):
    packets = []
    for index in range(count):
        packets += capture_files.conversation([HEADERS[index % len(HEADERS)], b"GET / HTTP/1.1\r\n\r\n"], answer=b"HTTP/1.1 200 OK\r\n", end="fin",
                                              client=("10.0.%d.%d" % (index // 250, index % 250), 40000))
    return packets


CAPTURE = capture_files.pcap(conversations(40))
BATCH = b"".join(HEADERS[i % len(HEADERS)].hex().encode() + b"\n" for i in range(400))
INPUTS = {"capture": (CAPTURE, []), "pcapng": (capture_files.pcapng(conversations(40)), []), "lines": (BATCH, ["--input-type", "lines"]),
          "hex": (V1.hex(" ").encode(), ["--input-type", "hex"]), "raw": (V1 + b"GET /", [])}


def traced(inject, *arguments, stdin=b"", stdout=subprocess.PIPE, only=()):
    """The tool with system calls that fail as told, on the files `only` when there are any. The loader's and the sanitizer's calls
    count too."""
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=read,write,poll", *[word for path in only for word in ("-P", path)]]
    for rule in inject:
        command += ["-e", "inject=" + rule]
    return subprocess.run(command + [ppinspect.program(), *arguments], input=stdin, stdout=stdout, stderr=subprocess.PIPE, env=QUIET, timeout=60)


def calls_before_input(call, *arguments):
    """How many such calls the loader and the sanitizer make before the tool looks at its first input byte."""
    with ppinspect.scratch() as folder:
        log = os.path.join(folder, "log")
        subprocess.run(["strace", "-qq", "-o", log, "-e", "trace=" + call, ppinspect.program(), *arguments], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=QUIET, timeout=60)
        with open(log, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    return next((i for i, line in enumerate(lines) if line.startswith(call + "(0,")), len(lines))


@unittest.skipUnless(shutil.which("strace"), "no strace")
class SystemCalls(unittest.TestCase):
    def both(self, data, arguments):
        """(from a pipe, from a file): arguments and standard input."""
        yield [*arguments, "-o", "json", "-r", "-"], data
        path = os.path.join(self.folder.name, "input")
        with open(path, "wb") as file:
            file.write(data)
        yield [*arguments, "-o", "json", "-r", path], b""

    @classmethod
    def setUpClass(cls):
        cls.first = calls_before_input("read", "-r", "-")

    def setUp(self):
        self.folder = ppinspect.scratch()
        self.addCleanup(self.folder.cleanup)

    def test_interrupted_reads_and_writes(self):
        for name, (data, arguments) in INPUTS.items():
            for words, stdin in self.both(data, arguments):
                plain = subprocess.run([ppinspect.program(), *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=QUIET, timeout=60)
                for inject in (["read:error=EINTR:when=%d+2" % (self.first + 1)], ["write:error=EINTR:when=1+2"],
                               ["poll:error=EINTR:when=1+2", "read:error=EINTR:when=%d+3" % (self.first + 2)]):
                    with self.subTest(name, words=words[-2:], inject=inject):
                        done = traced(inject, *words, stdin=stdin)
                        self.assertEqual((done.returncode, done.stdout), (plain.returncode, plain.stdout), done.stderr)

    def test_a_device_that_fails_while_it_is_read(self):
        """What was read before is told; the failure is exit 3 and a sentence."""
        whole = [r["hex"] for r in ppinspect.run("-o", "json", stdin=CAPTURE).records()]
        for words, stdin in self.both(CAPTURE, []):
            with self.subTest(words=words):
                for later in (1, 2):
                    # How often the sanitizer reads before the tool does differs by a call or two from run to run.
                    for _ in range(40):
                        done = traced(["read:error=EIO:when=%d" % (self.first + later)], *words, stdin=stdin)
                        if b"nput/output error" in done.stderr:
                            break
                    self.assertIn(b"nput/output error", done.stderr)
                    self.assertEqual(done.returncode, 3, done.stderr)
                    front = [ppinspect.strict_json(line)["hex"] for line in done.stdout.splitlines(keepends=True)]
                    self.assertEqual(front, whole[:len(front)], "what is printed is a front of the whole")

    def test_a_disk_that_is_full(self):
        path = os.path.join(self.folder.name, "output")
        for error in ("ENOSPC", "EIO"):
            for when in (1, 2):
                with self.subTest(error, when=when), open(path, "wb") as out:
                    done = traced(["write:error=%s:when=%d+" % (error, when)], "-o", "json", "-v", "--input-type", "lines", stdin=BATCH * 20, stdout=out, only=[path])
                    self.assertEqual(done.returncode, 3, done.stderr)
                    self.assertIn({"ENOSPC": b"No space left", "EIO": b"nput/output error"}[error], done.stderr)
                # What reached the file are whole lines, or a front of them: never anything else.
                with open(path, "rb") as out:
                    for line in out.read().splitlines(keepends=True)[:-1]:
                        ppinspect.strict_json(line)


    def test_a_disk_that_is_full_for_what_is_kept(self):
        """-w and --extract: the records are shown all the same, and the file that could not be written is named."""
        source = os.path.join(self.folder.name, "input")
        with open(source, "wb") as file:
            file.write(CAPTURE)
        whole = ppinspect.run(source).out
        for option, target, written in (("-w", "kept.pcap", "kept.pcap"), ("-w", "kept.pcapng", "kept.pcapng"), ("--extract", "heads", "heads/000001-valid.bin")):
            for error in ("ENOSPC", "EIO"):
                with self.subTest(option, target=target, error=error):
                    path = os.path.join(self.folder.name, error + target)
                    if option == "--extract":
                        os.mkdir(path)
                    full = os.path.join(self.folder.name, error + written)
                    done = traced(["write:error=%s:when=1+" % error], option, path, source, only=[full])
                    self.assertEqual((done.returncode, done.stdout), (3, whole), done.stderr)
                    self.assertIn(b"ppinspect: " + full.encode() + b": " + {"ENOSPC": b"No space left", "EIO": b"Input/output error"}[error], done.stderr)


class OtherInputs(unittest.TestCase):
    """What is no regular file, or none to speak of."""

    def test_a_directory(self):
        with ppinspect.scratch() as folder:
            result = ppinspect.run(folder)
            self.assertEqual((result.code, result.out, result.talk()), (3, b"", "ppinspect: %s: Is a directory\n" % folder))

    def test_a_device_without_end(self):
        """Its first bytes settle what it is; the rest is not waited for."""
        result = ppinspect.run("-o", "json", "/dev/zero")
        self.assertEqual(result.code, 4)
        self.assertEqual([r["verdict"] for r in result.records()], ["missing"])

    def test_nothing(self):
        result = ppinspect.run("-o", "json", "/dev/null")
        self.assertEqual((result.code, [r["verdict"] for r in result.records()]), (4, ["missing"]))

    def test_a_pipe_with_a_name(self):
        with ppinspect.scratch() as folder:
            path = os.path.join(folder, "fifo")
            os.mkfifo(path)

            def feed():
                with open(path, "wb") as file:
                    file.write(CAPTURE)
            feeder = threading.Thread(target=feed)
            feeder.start()
            result = ppinspect.run("-o", "json", path)
            feeder.join()
            plain = ppinspect.run("-o", "json", stdin=CAPTURE)
            self.assertEqual(result.code, plain.code)
            self.assertEqual([r["hex"] for r in result.records()], [r["hex"] for r in plain.records()])


class ShortReadsAndWrites(unittest.TestCase):
    def dribbled(self, data, arguments, pieces):
        process = subprocess.Popen([ppinspect.program(), "-o", "json", *arguments, "-r", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=ppinspect.environment())

        def feed():
            at = 0
            for size in pieces:
                process.stdin.write(data[at:at + size])
                process.stdin.flush()
                at += size
                if at >= len(data):
                    break
            process.stdin.write(data[at:])
            process.stdin.close()
        feeder = threading.Thread(target=feed)
        feeder.start()
        out, err = process.stdout.read(), process.stderr.read()
        feeder.join()
        process.stdout.close()
        process.stderr.close()
        return process.wait(), out, err

    def test_pieces_of_any_size(self):
        source = random.Random(SEED)
        for name, (data, arguments) in INPUTS.items():
            whole = ppinspect.run("-o", "json", *arguments, "-r", "-", stdin=data)
            for pieces in ([1] * 400, [source.choice([1, 3, 15, 16, 17, 24, 100, 700]) for _ in range(300)]):
                with self.subTest(name, first=pieces[:4]):
                    code, out, err = self.dribbled(data, arguments, pieces)
                    self.assertEqual((code, out), (whole.code, whole.out), err)

    def test_a_reader_that_takes_little_at_a_time(self):
        whole = ppinspect.run("-o", "json", "--input-type", "lines", stdin=BATCH)
        ours, theirs = os.pipe()
        fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, 4096)
        process = subprocess.Popen([ppinspect.program(), "-o", "json", "--input-type", "lines"], stdin=subprocess.PIPE, stdout=theirs,
                                   stderr=subprocess.PIPE, env=ppinspect.environment())
        os.close(theirs)
        feeder = threading.Thread(target=lambda: (process.stdin.write(BATCH), process.stdin.close()))
        feeder.start()
        out = b""
        while True:
            piece = os.read(ours, 333)
            if not piece:
                break
            out += piece
        os.close(ours)
        process.stderr.close()
        feeder.join()
        self.assertEqual((process.wait(), out), (whole.code, whole.out))

    def test_a_reader_that_leaves(self):
        """Quietly, with a code of our own and not a signal's."""
        for default in (True, False):
            with self.subTest(sigpipe_default=default):
                process = subprocess.Popen([ppinspect.program(), "-o", "json", "--input-type", "lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=ppinspect.environment(), restore_signals=default)
                feeder = threading.Thread(target=self.feed_quietly, args=(process, BATCH * 50))
                feeder.start()
                process.stdout.read(1)
                process.stdout.close()
                err = process.stderr.read()
                process.stderr.close()
                feeder.join()
                self.assertGreaterEqual(process.wait(), 0)
                self.assertNotIn(b"roken pipe", err)

    @staticmethod
    def feed_quietly(process, data):
        try:
            process.stdin.write(data)
        except BrokenPipeError:
            pass
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass


class CutCaptures(unittest.TestCase):
    def test_at_any_byte(self):
        """The records are a front of the whole capture's, but for the last flow's reaction; the end is said to be missing."""
        for name, data in (("pcap", capture_files.pcap(conversations(3))), ("pcapng", capture_files.pcapng(conversations(3)))):
            whole = ppinspect.run("-o", "json", "--no-reaction", stdin=data).records()
            for cut in sorted({*range(0, 64, 7), *range(64, len(data), 41), len(data) - 1}):
                with self.subTest(name, cut=cut):
                    result = ppinspect.run("-o", "json", "--no-reaction", "-r", "-", stdin=data[:cut])
                    self.assertIn(result.code, (0, 1, 3, 4))
                    said = [(r["frame"], r["hex"]) for r in result.records() if "frame" in r and r["verdict"] not in ("incomplete", "truncated")]
                    self.assertEqual(said, [(r["frame"], r["hex"]) for r in whole][:len(said)])

    def test_times_that_go_back(self):
        packets = conversations(10)
        shuffled = list(capture_files.timed(packets, step=-1_000_000_000))
        extremes = [((0, 2**32 * 10**9 - 1)[i % 2], packet) for i, packet in enumerate(packets)]
        expected = [r["hex"] for r in ppinspect.run("-o", "json", stdin=capture_files.pcap(packets)).records()]
        for name, timed in (("backwards", shuffled), ("extremes", extremes)):
            for style in ([], ["-t"], ["-tt"], ["-ttt"], ["-tttt"], ["-ttttt"]):
                with self.subTest(name, style=style):
                    data = capture_files.pcap(timed, nano=True)
                    self.assertEqual(sorted(r["hex"] for r in ppinspect.run("-o", "json", *style, stdin=data).records()), sorted(expected))
                    self.assertEqual(ppinspect.run(*style, stdin=data).out.count(b"ok  "), 8)


def descriptors(count):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


class Descriptors(unittest.TestCase):
    def test_none_left_for_a_file(self):
        with ppinspect.scratch() as folder:
            path = os.path.join(folder, "input")
            with open(path, "wb") as file:
                file.write(V1)
            done = subprocess.run([ppinspect.program(), "-o", "json", *[w for _ in range(30) for w in ("-r", path)]], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=ppinspect.environment(), preexec_fn=descriptors(16), timeout=60)
        if b"invalid vptr" in done.stderr:
            self.skipTest("this sanitizer needs descriptors itself")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"oo many open files", done.stderr)

    def test_none_left_for_a_connection(self):
        """Accepting waits until a connection ends; nobody is turned away and nothing spins."""
        started = Listener.__init__

        def limited(self, *arguments, **more):
            old = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, old[1]))
            try:
                started(self, *arguments, **more)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, old)
        Listener.__init__ = limited
        try:
            listener = Listener()
        finally:
            Listener.__init__ = started
        self.addCleanup(lambda: listener.process.poll() is None and listener.process.kill())
        clients = [listener.connect() for _ in range(40)]
        for client in clients:
            client.sendall(V1)
            client.shutdown(socket.SHUT_WR)
        records = [listener.record() for _ in clients]
        self.assertEqual([r["verdict"] for r in records], ["valid"] * len(clients))
        for client in clients:
            client.close()
        out, err, code = listener.end()
        listener.process.stdout.close()
        listener.process.stderr.close()
        self.assertEqual(code, 0, err)

    def test_standard_streams_that_are_closed(self):
        """No data goes into a descriptor that happens to have a standard stream's number."""
        with ppinspect.scratch() as folder:
            path = os.path.join(folder, "input.pcap")
            with open(path, "wb") as file:
                file.write(CAPTURE)
            for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&-", "0<&- 1>&- 2>&-"):
                with self.subTest(closed):
                    done = subprocess.run(["sh", "-c", '"$0" -r "$1" %s' % closed, ppinspect.program(), path], stdout=subprocess.PIPE,
                                          stderr=subprocess.PIPE, env=ppinspect.environment(), timeout=60)
                    self.assertGreaterEqual(done.returncode, 0)
                    self.assertLess(done.returncode, 126)
                    with open(path, "rb") as file:
                        self.assertEqual(file.read(), CAPTURE, "the input is as it was")


class Signals(unittest.TestCase):
    def test_killed_anywhere_leaves_whole_lines(self):
        """SIGTERM and SIGINT at random: what was printed are whole lines of JSON."""
        source = random.Random(SEED)
        for index in range(10):
            with self.subTest(index, seed=SEED):
                process = subprocess.Popen([ppinspect.program(), "-o", "json", "--input-type", "lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=ppinspect.environment())
                feeder = threading.Thread(target=ShortReadsAndWrites.feed_quietly, args=(process, BATCH * 20))
                feeder.start()
                out = process.stdout.read(1 + source.randrange(200000))
                process.send_signal(source.choice([signal.SIGTERM, signal.SIGINT]))
                out += process.stdout.read()
                feeder.join()
                process.stderr.read()
                process.stdout.close()
                process.stderr.close()
                process.wait()
                lines = out.splitlines(keepends=True)
                for line in lines[:-1]:
                    ppinspect.strict_json(line)


if __name__ == "__main__":
    ppinspect.main()
