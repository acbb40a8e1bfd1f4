"""Pipes, terminals, signals and closed descriptors."""
import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest

import catalogue
import ppinspect
from capture_files import conversation, pcap, timed

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
PATIENCE = 20  # for what has to happen; a loaded machine is slow


class Held:
    """The tool on a pipe that stays open."""

    def __init__(self, *arguments, **how):
        self.process = subprocess.Popen([ppinspect.program(), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=ppinspect.environment(), bufsize=0, **how)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.process.stderr):
            if file and not file.closed:
                file.close()

    def write(self, data):
        self.process.stdin.write(data)

    def read_until(self, wanted):
        """stdout up to and with `wanted`, while the pipe is open."""
        out = b""
        end = time.monotonic() + PATIENCE
        while wanted not in out:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                raise AssertionError("no %r in %r; stderr %r" % (wanted, out, self.process.stderr.read() if not ready else b""))
            out += piece
        return out

    def finish(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err.decode()

    def wait_for_start(self):
        """The signal handlers are there: SIGINT is caught."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with open("/proc/%d/status" % self.process.pid) as file:
                caught = int(re.search(r"SigCgt:\s*([0-9a-f]+)", file.read()).group(1), 16)
            if caught & 1 << (signal.SIGINT - 1):
                return
            time.sleep(0.01)
        raise AssertionError("SIGINT is not caught")


class HeldOpen(unittest.TestCase):
    def test_capture(self):
        first = pcap(conversation([V1 + catalogue.REQUEST]))
        second = pcap(conversation([catalogue.v2()], client=("10.0.0.1", 40001)))[24:]
        with Held() as tool:
            tool.write(first)
            self.assertIn(b"  ok        10.0.0.1:40000 > 10.0.0.2:9999  v1 TCP4, then HTTP  client 192.0.2.10:56324  ", tool.read_until(b"\n"))
            tool.write(second)
            self.assertIn(b" v2 TCP4 ", tool.read_until(b"\n"))
            code, out, err = tool.finish()
        self.assertEqual((code, out, err), (0, b"", "2 connections: 2 ok\n"))

    def test_late_refusal(self):
        """A header is shown before the receiver's reaction is there, and once more when that is a refusal."""
        data = pcap(conversation([V1], end="refused"))
        with Held() as tool:
            tool.write(data[:-(16 + 14 + 40)])
            self.assertIn(b"  ok        10.0.0.1:40000", tool.read_until(b"\n"))
            tool.write(data[-(16 + 14 + 40):])
            line = tool.read_until(b"  code  receiver-closed\n")
            self.assertIn(b"  REFUSED   10.0.0.1:40000 > 10.0.0.2:9999  v1 TCP4  client 192.0.2.10:56324  was ok  ", line)
            self.assertEqual(tool.finish()[::2], (0, "1 connection: 1 refused, exit 0; --fail-on warning fails on it\n"))

    def test_a_busy_pipe_shows_as_soon(self):
        """A pipe whose packets are of now is live, and what never falls silent is no reason to wait."""
        now = time.time_ns()
        one = pcap(timed(conversation([V1]), now))
        noise = pcap(timed(conversation([b"GET / HTTP/1.1\r\n\r\n"], client=("10.0.0.1", 40001)), now))[24:]
        with Held("-o", "json") as tool:
            tool.write(one)
            start = time.monotonic()
            while not select.select([tool.process.stdout], [], [], 0.002)[0]:
                self.assertLess(time.monotonic() - start, PATIENCE)
                tool.write(noise)
            self.assertIn(b'"verdict":"valid"', tool.read_until(b"\n"))

    def test_capture_in_pieces(self):
        data = pcap(conversation([V1]))
        with Held("-o", "json") as tool:
            for at in range(0, len(data), 50):
                tool.write(data[at:at + 50])
            self.assertIn(b'"verdict":"valid"', tool.read_until(b"\n"))

    def test_raw(self):
        with Held() as tool:
            tool.write(V1[:20])
            tool.write(V1[20:])
            self.assertIn(b"ok        PROXY v1", tool.read_until(b"198.51.100.20:443\n"))
            tool.write(catalogue.v2())
            self.assertIn(b"WARNING   PROXY v2", tool.read_until(b"after 47 bytes"))
            self.assertEqual(tool.finish()[0], 0)

    def test_malformed_raw(self):
        with Held() as tool:
            tool.write(b"PROXY TCP5")
            self.assertIn(b"  rule  2.1 ", tool.read_until(b"v1-protocol\n"))

    def test_lines(self):
        with Held("--input-type", "lines", "-o", "json") as tool:
            for number in (1, 2, 3):
                tool.write(catalogue.v2().hex().encode() + b"\n")
                self.assertIn(b'"line":%d,' % number, tool.read_until(b"\n"))
            self.assertEqual(tool.finish()[0], 0)


class OutputEnds(unittest.TestCase):
    def test_reader_leaves(self):
        with Held("--input-type", "lines") as tool:
            tool.write(b"PROXY UNKNOWN\\r\\n\n")
            tool.read_until(b"\n")
            tool.process.stdout.close()
            try:
                for _ in range(2000):
                    tool.write(b"PROXY UNKNOWN\\r\\n\n" * 50)
            except BrokenPipeError:
                pass
            tool.process.stdout = None
            code, _, err = tool.finish()
        self.assertIn(code, (0, 1))
        self.assertNotIn("write", err)
        self.assertNotIn("ppinspect:", err)

    def test_head(self):
        with ppinspect.scratch() as directory:
            with open(directory + "/many", "wb") as file:
                file.write(b"PROXY UNKNOWN\\r\\n\n" * 30000)
            done = subprocess.run(["bash", "-c", '"$0" --input-type lines many | head -1; echo ${PIPESTATUS[0]}', ppinspect.program()], cwd=directory,
                                  env=ppinspect.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        first, code = done.stdout.decode().splitlines()
        self.assertEqual(first, "ok        many:1  v1 UNKNOWN")
        self.assertEqual(code, "0")
        self.assertNotIn(b"ppinspect:", done.stderr)

    def test_full_device(self):
        for arguments in (["-x", "50524f585920554e4b4e4f574e0d0a"], ["--list-codes"], ["-S", "-x", "50524f585920554e4b4e4f574e0d0a"], ["--help"], ["-V"]):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([ppinspect.program(), *arguments], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                      env=ppinspect.environment(), timeout=60)
                self.assertEqual(done.returncode, 3)
                self.assertIn(b"No space left on device", done.stderr)

    def shell(self, redirection, *arguments):
        return subprocess.run(["bash", "-c", '"$0" "$@" ' + redirection, ppinspect.program(), *arguments], stdin=subprocess.DEVNULL,
                              env=ppinspect.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)

    def test_closed_descriptors(self):
        with ppinspect.scratch() as directory:
            path = os.path.join(directory, "good.pcap")
            with open(path, "wb") as file:
                file.write(pcap(conversation([V1])))
            done = self.shell("<&-")
            self.assertEqual((done.returncode, done.stdout), (3, b""))
            self.assertIn(b"Bad file descriptor", done.stderr)
            done = self.shell("<&-", "-o", "json", path)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(ppinspect.strict_json(done.stdout)["input"], path)
            done = self.shell(">&-", path)
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"cannot write the output", done.stderr)
            done = self.shell("2>&-", path)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"v1 TCP4", done.stdout)
            with open(path, "rb") as file:
                self.assertEqual(file.read(), pcap(conversation([V1])))


class Signals(unittest.TestCase):
    def test_first_interrupt_ends_a_pipe_in_order(self):
        with Held() as tool:
            tool.write(pcap(conversation([V1]) + conversation([V1[:20]], client=("10.0.0.1", 40001))))
            tool.read_until(b"\n")
            tool.process.send_signal(signal.SIGINT)
            code = tool.process.wait(PATIENCE)
            out, err = tool.process.stdout.read(), tool.process.stderr.read().decode()
        self.assertEqual(code, 0)
        self.assertIn(b"  OPEN      ", out)
        self.assertEqual(err, "2 connections: 1 ok, 1 open\n")

    def test_first_interrupt_inside_a_raw_header(self):
        for data in (V1[:20], b"0d0a0d"):
            with self.subTest(data), Held() as tool:
                tool.wait_for_start()
                tool.write(data)
                time.sleep(0.3)
                tool.process.send_signal(signal.SIGINT)
                code = tool.process.wait(PATIENCE)
                err = tool.process.stderr.read().decode()
                self.assertEqual((code, err), (0, "1 header: 1 open\n"))

    def test_second_interrupt_ends_at_once(self):
        """The output pipe is full and nobody reads: the first interrupt cannot be heeded."""
        with Held("--input-type", "lines") as tool:
            tool.wait_for_start()
            os.set_blocking(tool.process.stdin.fileno(), False)
            end = time.monotonic() + PATIENCE
            quiet = 0
            while quiet < 20 and time.monotonic() < end:
                try:
                    written = os.write(tool.process.stdin.fileno(), b"PROXY UNKNOWN\\r\\n\n" * 500)
                except BlockingIOError:
                    written = 0
                quiet = 0 if written else quiet + 1
                time.sleep(0 if written else 0.02)
            tool.process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            self.assertIsNone(tool.process.poll())
            tool.process.send_signal(signal.SIGINT)
            self.assertEqual(tool.process.wait(PATIENCE), 130)

    def test_counts_on_request(self):
        with Held("--input-type", "lines", "-o", "json") as tool:
            tool.write(b"PROXY UNKNOWN\\r\\n\n")
            tool.read_until(b"\n")
            tool.process.send_signal(signal.SIGUSR1)
            # Asked for when there is something to read.
            end = time.monotonic() + PATIENCE
            while not select.select([tool.process.stderr], [], [], 0.25)[0] and time.monotonic() < end:
                tool.write(b"PROXY UNKNOWN\\r\\n\n")
            self.assertRegex(os.read(tool.process.stderr.fileno(), 4096).decode(), r"^[0-9]+ headers?: ")


class Terminals(unittest.TestCase):
    def on_a_terminal(self, which, *arguments, env=None, stdin=b"PROXY UNKNOWN\r\n"):
        """Runs with `which` (1 or 2) on a terminal, and returns what was written to it and to the other."""
        master, slave = pty.openpty()
        try:
            other_read, other_write = os.pipe()
            out, err = (slave, other_write) if which == 1 else (other_write, slave)
            process = subprocess.Popen([ppinspect.program(), *arguments], stdin=subprocess.PIPE if stdin is not None else slave, stdout=out, stderr=err,
                                       env=env or ppinspect.environment())
            os.close(other_write)
            if stdin is not None:
                process.stdin.write(stdin)
                process.stdin.close()
            process.wait(PATIENCE)
            text = b""
            while select.select([master], [], [], 0.1)[0]:
                text += os.read(master, 65536)
            with os.fdopen(other_read, "rb") as file:
                return process.returncode, text.replace(b"\r\n", b"\n"), file.read()
        finally:
            os.close(master)
            os.close(slave)

    def test_colour_on_a_terminal_alone(self):
        code, text, _ = self.on_a_terminal(1, stdin=b"PROXY UNKNOWN\n")
        self.assertEqual(code, 1)
        self.assertIn(b"\x1b[1;31mMALFORMED\x1b[0m ", text)
        for change in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
            with self.subTest(change):
                self.assertNotIn(b"\x1b", self.on_a_terminal(1, env=ppinspect.environment(**change), stdin=b"PROXY UNKNOWN\n")[1])
        self.assertNotIn(b"\x1b", self.on_a_terminal(1, "--color=never", stdin=b"PROXY UNKNOWN\n")[1])
        self.assertNotIn(b"\x1b", self.on_a_terminal(1, "-o", "json")[1])

    def test_talk_is_plain_and_short_reads_show_no_progress(self):
        code, text, out = self.on_a_terminal(2)
        self.assertEqual((code, text), (0, b"1 header: 1 ok\n"))
        self.assertNotIn(b"\x1b", out)

    def test_progress_of_a_long_read(self):
        """A stop in the middle makes the read long. The line is taken away before anything else is said."""
        capture = pcap(conversation([V1]))
        with ppinspect.scratch() as directory:
            path = os.path.join(directory, "long.pcap")
            with open(path, "wb") as file:
                file.write(capture[:24] + capture[24:24 + 70] * 1600000 + capture[24:])
            for _ in range(10):
                master, slave = pty.openpty()
                process = subprocess.Popen([ppinspect.program(), path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave,
                                           env=ppinspect.environment())
                os.close(slave)
                stopped = self.stop_inside(process, path)
                out = process.communicate(timeout=60)[0]
                text = os.read(master, 65536)
                os.close(master)
                if stopped and b"MiB/s" in text:  # not in the last block
                    break
        self.assertTrue(stopped, "the read was over before it could be stopped")
        self.assertRegex(text, rb"\r\x1b\[K *[0-9]+ %  [0-9]+ of 107 MiB  [0-9]+ MiB/s  [0-9]+ s left")
        self.assertTrue(text.endswith(b"\r\x1b[K1 connection: 1 ok\r\n"), text[-200:])
        self.assertNotIn(b"MiB", out)

    def test_progress_of_a_pipe(self):
        """Its size is not known: bytes and the counts so far, once a second has passed."""
        capture = pcap(conversation([V1], answer=b"HTTP/1.1 200 OK\r\n\r\n"))
        master, slave = pty.openpty()
        process = subprocess.Popen([ppinspect.program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave, env=ppinspect.environment())
        process.stdin.write(capture)
        process.stdin.flush()
        text, end = b"", time.monotonic() + PATIENCE
        while b"MiB/s" not in text and time.monotonic() < end:
            process.stdin.write(capture[24:24 + 70] * 100)
            process.stdin.flush()
            while select.select([master], [], [], 0.05)[0]:
                text += os.read(master, 65536)
        process.communicate(timeout=PATIENCE)
        while select.select([master], [], [], 0.1)[0]:
            text += os.read(master, 65536)
        os.close(master)
        os.close(slave)
        self.assertRegex(text, rb"\r\x1b\[K[0-9]+ MiB  [0-9]+ MiB/s  1 connection: 1 ok")
        self.assertTrue(text.endswith(b"\r\x1b[K1 connection: 1 ok\r\n"), text[-200:])

    @staticmethod
    def stop_inside(process, path):
        size = os.path.getsize(path)
        while process.poll() is None:
            try:
                for number in os.listdir("/proc/%d/fd" % process.pid):
                    if os.readlink("/proc/%d/fd/%s" % (process.pid, number)) != path:
                        continue
                    with open("/proc/%d/fdinfo/%s" % (process.pid, number)) as file:
                        position = int(file.readline().split()[1])
                    # A large file is mapped, part after part.
                    with open("/proc/%d/maps" % process.pid) as file:
                        position = max([position, *(int(line.split()[2], 16) for line in file if line.rstrip().endswith(path))])
                    if not 0 < position < size * 3 // 4:
                        continue
                    process.send_signal(signal.SIGSTOP)
                    time.sleep(1.2)
                    process.send_signal(signal.SIGCONT)
                    return True
            except OSError:
                pass
        return False

    def test_nothing_to_read(self):
        code, text, out = self.on_a_terminal(2, stdin=None)
        self.assertEqual((code, out), (2, b""))
        self.assertIn(b"nothing to read", text)


class Batches(unittest.TestCase):
    def test_hundred_thousand_lines(self):
        header = catalogue.v2(catalogue.tlv(2, b"www.example.com")).hex().encode()
        lines = [header, b"PROXY TCP4 192.0.2.10 198.51.100.20 1 2\\r\\n", b"GET / HTTP/1.1", b"0d0", b""]
        start = time.monotonic()
        result = ppinspect.run("--input-type", "lines", "-o", "json", stdin=b"".join(line + b"\n" for line in lines) * 20000)
        seconds = time.monotonic() - start
        out = result.out.splitlines(keepends=True)
        self.assertEqual(len(out), 100000)
        verdicts = [b"valid", b"valid", b"missing", b"unreadable", b"missing"]
        for number, line in enumerate(out, 1):
            if b'"line":%d,' % number not in line or b'"verdict":"%s"' % verdicts[(number - 1) % 5] not in line:
                self.fail("line %d: %r" % (number, line))
        for number in (1, 2, 3, 4, 5, 99999):
            ppinspect.strict_json(out[number - 1])
        self.assertEqual((result.code, result.talk()), (1, "40,000 headers: 40,000 ok; 40,000 without a header, 20,000 unreadable     exit status 1\n"))
        self.assertLess(seconds, 30)  # a few seconds; a loaded machine under sanitizers is slow


    def test_long_lines(self):
        longest = b"0d" * 131072
        result = ppinspect.run("--input-type", "lines", "-o", "json", stdin=longest + b"\n" + longest + b"0\nPROXY UNKNOWN\\r\\n")
        first, second, third = result.records()
        self.assertEqual([r["verdict"] for r in (first, second, third)], ["missing", "unreadable", "valid"])
        self.assertEqual(second["findings"][0]["message"], "line of 262145 bytes is above the limit of 262144")


class Locale(unittest.TestCase):
    def test_plain_c(self):
        name = catalogue.v2(catalogue.tlv(2, "b\u00fccher.example".encode()))
        for env in ({"LC_ALL": "C"}, {"LC_ALL": "xx_YY.broken"}, {"LC_ALL": "C.UTF-8"}):
            with self.subTest(env):
                result = ppinspect.run(stdin=name, env=ppinspect.environment(**env))
                self.assertIn("AUTHORITY    b\u00fccher.example\n".encode(), result.out)


if __name__ == "__main__":
    ppinspect.main()
