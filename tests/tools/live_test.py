"""ppinspect -i: loopback as it passes. Needs the right to capture, and is skipped with a word without it."""
import os
import pwd
import re
import select
import signal
import socket
import subprocess
import sys
import time
import unittest

import ppinspect
from pipes_test import Held, PATIENCE
from security_test import Copy, given_up, status_of

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
V2 = bytes.fromhex("0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb")
REQUEST = b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n\r\n"
SKIP = 77


def may_capture():
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)).close()
        return True
    except PermissionError:
        return False


class Live(Held):
    """The tool on loopback; whatever is sent once the object is there is seen."""

    def __init__(self, *arguments, interface="lo"):
        super().__init__("-i", interface, *arguments)
        self.talk = b""
        self.hear(b"capturing on ")

    def hear(self, wanted):
        """stderr until `wanted` is in it."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.talk:
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            if not piece:
                raise AssertionError("no %r in %r" % (wanted, self.talk))
            self.talk += piece
        return self.talk.decode()

    def record(self):
        return ppinspect.strict_json(self.read_until(b"\n").splitlines(keepends=True)[0])

    def stop(self, number=signal.SIGINT):
        """Exit status, what else came on stdout, all that was said behind the first line."""
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        said = self.talk + err
        if b"Sanitizer" in said or b"runtime error" in said:
            raise AssertionError(said.decode())
        first, _, rest = said.decode().partition("\n")
        assert re.match(r"ppinspect: capturing on \S+, ", first), first
        return self.process.returncode, out, rest


class Server:
    """Accepts on a port of its own; each exchange is one connection."""

    def __init__(self, test, host="127.0.0.1"):
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        test.addCleanup(self.listener.close)
        self.host, self.port = self.listener.getsockname()[:2]
        self.filter = ("port", str(self.port))

    def dial(self):
        client = socket.create_connection((self.host, self.port), timeout=PATIENCE)
        accepted, _ = self.listener.accept()
        return client, accepted

    def exchange(self, data, answer=OK):
        """A client that sends this; it is answered, and both close. The client's port."""
        client, accepted = self.dial()
        with client, accepted:
            client.sendall(data)
            accepted.recv(65536)
            accepted.sendall(answer)
            client.recv(65536)
            return client.getsockname()[1]


class Records(unittest.TestCase):
    def test_as_they_come(self):
        for host in ("127.0.0.1", "::1"):
            try:
                server = Server(self, host)
            except OSError:
                continue  # no IPv6 here
            with self.subTest(host), Live("-o", "json", *server.filter) as tool:
                for number, header in enumerate((V1, V2)):
                    start = time.time()
                    port = server.exchange(header + REQUEST)
                    record = tool.record()
                    where = "[%s]" if ":" in host else "%s"
                    self.assertEqual(record["peer"], {"src": (where + ":%d") % (host, port), "dst": (where + ":%d") % (host, server.port), "proto": "tcp"})
                    self.assertEqual((record["input"], record["version"], record["src"]["ip"], record["verdict"]), ("lo", number + 1, "192.0.2.10", "valid"))
                    self.assertEqual(record["reaction"]["class"], "ok")
                    # The time is the kernel's.
                    self.assertLess(abs(time.mktime(time.strptime(record["time"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - start), 3)
                self.assertEqual(tool.stop()[:2], (0, b""))

    def test_on_any(self):
        server = Server(self)
        with Live("-o", "json", *server.filter, "and", "net", "127.0.0.0/8", interface="any") as tool:
            server.exchange(V2 + REQUEST)
            self.assertEqual(tool.record()["verdict"], "valid")
            self.assertEqual(tool.stop()[2], "1 connection: 1 ok\n")

    def test_immediate_and_small(self):
        server = Server(self)
        with Live("-o", "json", "--immediate-mode", "-p", "-s", "128", "-B", "512", *server.filter) as tool:
            server.exchange(V1 + REQUEST * 10)
            self.assertEqual(tool.record()["verdict"], "valid")
            server.exchange(V2[:14] + b"\x00\x54" + V2[16:] + b"\x04\x00\x45" + bytes(69))
            self.assertEqual(tool.record()["verdict"], "cut")
            self.assertEqual(tool.stop()[0], 0)

    def test_expected_ports_are_the_kernels_filter(self):
        """Without a filter of one's own, packets of other ports never come this far: their streams are not counted."""
        server, other = Server(self), Server(self)
        with Live("-o", "json", "-e", str(server.port)) as tool:
            other.exchange(V2 + REQUEST)
            server.exchange(REQUEST)
            record = tool.record()
            self.assertEqual((record["verdict"], record["saw"], record["diagnosis"]["code"]), ("missing", "http/1.1", "answered-without-header"))
            code, out, err = tool.stop()
            self.assertEqual((code, out, err), (1, b"", "1 connection: 1 without a header                                          exit status 1\n"))


class Reactions(unittest.TestCase):
    """A header is shown at once, and a refusal that comes later amends what was said."""

    def late(self, tool, server, end):
        """A header that is answered after it has been shown. Its record, and the server's side of the connection."""
        client, accepted = server.dial()
        self.addCleanup(client.close)
        client.sendall(V2 + REQUEST)
        accepted.recv(65536)
        first = tool.record()
        end(accepted)
        accepted.close()
        return first

    def test_a_late_refusal_is_told_of(self):
        server = Server(self)
        with Live("-o", "json", *server.filter) as tool:
            first = self.late(tool, server, lambda accepted: accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
            self.assertEqual((first["verdict"], first.get("reaction"), first.get("amends")), ("valid", None, None))
            second = tool.record()
            self.assertEqual((second["verdict"], second["amends"], second["reaction"]["class"]), ("warning", "valid", "http-400"))
            self.assertEqual(second["diagnosis"]["code"], "receiver-http-400")
            for key in ("input", "frame", "connection", "time", "peer", "src", "dst", "hex"):
                self.assertEqual(second[key], first[key])
            self.assertEqual(tool.stop(), (0, b"", "1 connection: 1 refused, exit 0; --fail-on warning fails on it\n"))

    def test_a_late_answer_is_no_news(self):
        server = Server(self)
        with Live("-o", "json", *server.filter) as tool:
            self.late(tool, server, lambda accepted: accepted.sendall(OK))
            server.exchange(V1 + REQUEST)
            self.assertEqual(tool.record()["version"], 1)
            self.assertEqual(tool.stop()[2], "2 connections: 2 ok\n")

    def test_in_text(self):
        server = Server(self)
        for style, first, second in (([], b"  ok        ", b"  REFUSED   "), (["-v"], b"  ok        ", b"  REFUSED   "), (["-q"], None, b"  REFUSED   ")):
            with self.subTest(style), Live(*style, *server.filter) as tool:
                client, accepted = server.dial()
                with client:
                    client.sendall(V2 + REQUEST)
                    accepted.recv(65536)
                    if first:
                        self.assertIn(first, tool.read_until(first))
                    else:  # it is not shown, but what comes behind it is
                        server.exchange(V1[:20])
                        tool.read_until(b"truncated")
                    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    accepted.close()
                    text = tool.read_until(b"  code  receiver-")
                    self.assertIn(second, text)
                    self.assertIn(b"  was ok", text)
                self.assertEqual(tool.stop()[0], 1 if first is None else 0)

    def test_selected_when_it_becomes_one(self):
        server = Server(self)
        with Live("-o", "json", "--only", "warning", "--fail-on", "warning", *server.filter) as tool:
            client, accepted = server.dial()
            with client, accepted:
                client.sendall(V2 + REQUEST)
                accepted.recv(65536)
                server.exchange(V2[:14] + b"\x00\x0f" + V2[16:] + b"\xf1\0\0" + REQUEST)
                self.assertNotIn("amends", tool.record())
                accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                self.assertEqual(tool.record()["amends"], "valid")
            self.assertEqual(tool.stop(), (1, b"", "2 connections: 1 refused, 1 warning                                       exit status 1\n"))


class Ends(unittest.TestCase):
    def test_first_interrupt(self):
        """Open flows are incomplete, and no error."""
        for number in (signal.SIGINT, signal.SIGTERM):
            server = Server(self)
            with self.subTest(number), Live(*server.filter) as tool:
                server.exchange(V1 + REQUEST)
                self.assertIn(b"  ok  ", tool.read_until(b"\n"))
                client, accepted = server.dial()
                with client, accepted:
                    client.sendall(V2[:20])
                    # Nothing is shown of it; what comes behind it is.
                    server.exchange(V1 + REQUEST)
                    self.assertIn(b"  ok  ", tool.read_until(b"\n"))
                    code, out, err = tool.stop(number)
                self.assertEqual(code, 0)
                self.assertIn(b"  OPEN      ", out)
                self.assertEqual(err, "3 connections: 2 ok, 1 open\n")

    def test_findings(self):
        server = Server(self)
        with Live(*server.filter) as tool:
            server.exchange(V1.replace(b"443", b"99999"))
            tool.read_until(b"v1-port-range\n")
            self.assertEqual(tool.stop()[::2], (1, "1 connection: 1 malformed                                                 exit status 1\n"))

    def test_nothing(self):
        with Live("port", "9") as tool:
            self.assertEqual(tool.stop(), (4, b"", "no connection with a header                                               exit status 4\n"))

    def test_second_interrupt(self):
        """Nobody takes the output, so that the first can't be heeded."""
        server = Server(self)
        with Live("-o", "json", "-vv", *server.filter) as tool:
            header = V2[:14] + (12 + 3 + 60000).to_bytes(2, "big") + V2[16:] + b"\x04" + (60000).to_bytes(2, "big") + bytes(60000)
            client_ports = [server_exchange_all(server, header) for _ in range(3)]
            self.assertEqual(len(client_ports), 3)
            end = time.monotonic() + PATIENCE
            while "pipe_write" not in wait_channel(tool.process.pid) and time.monotonic() < end:
                time.sleep(0.02)
            tool.process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            self.assertIsNone(tool.process.poll())
            tool.process.send_signal(signal.SIGINT)
            self.assertEqual(tool.process.wait(PATIENCE), 130)

    def test_count(self):
        server = Server(self)
        with Live("-o", "json", "-c", "2", "--only", "v2", *server.filter) as tool:
            for header in (V2, V1, V2, V2, V2):
                server.exchange(header + REQUEST)
            code, out, err = tool.stop(None)
        self.assertEqual((code, len(out.splitlines())), (0, 2))
        self.assertRegex(err, r"^2 connections: 2 ok\n$")

    def test_duration(self):
        start = time.monotonic()
        with Live("--duration", "400ms", "--allow-empty", "port", "9") as tool:
            self.assertEqual(tool.stop(None), (0, b"", "no connection with a header\n"))
        self.assertGreater(time.monotonic() - start, 0.4)

    def test_counts_on_request(self):
        server = Server(self)
        with Live(*server.filter) as tool:
            server.exchange(V1 + REQUEST)
            tool.read_until(b"\n")
            tool.process.send_signal(signal.SIGUSR1)
            tool.hear(b"1 connection: 1 ok\n")
            self.assertEqual(tool.stop()[0], 0)


def server_exchange_all(server, data):
    client, accepted = server.dial()
    with client, accepted:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        while accepted.recv(65536):
            pass
        return client.getsockname()[1]


def wait_channel(pid):
    with open("/proc/%d/wchan" % pid) as file:
        return file.read()


class Losses(unittest.TestCase):
    """A tool that stands still while more comes than the kernel holds for it: what went on then is in doubt, what comes later is not."""

    def setUp(self):
        self.server = Server(self)
        self.sender, self.sink = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.addCleanup(self.sender.close)
        self.addCleanup(self.sink.close)
        self.sink.bind(("127.0.0.1", 0))

    def tool(self, *words):
        return Live("-B", "512", *words, *self.server.filter, "or", "port", str(self.sink.getsockname()[1]))

    def lose(self, tool, good=0):
        """After the connections so far have been seen, of which `good` are. Packets are read in their order: a header that is
        counted says that all before it have been read."""
        self.answer(tool, good + 1)
        tool.process.send_signal(signal.SIGSTOP)
        for _ in range(200):
            self.sender.sendto(bytes(16000), self.sink.getsockname())
        tool.process.send_signal(signal.SIGCONT)
        tool.hear(b" packets dropped by the kernel, whose buffer was full: a filter, a larger -B or a smaller -s helps\n")
        self.answer(tool, good + 2)

    def answer(self, tool, good):
        self.server.exchange(V2 + REQUEST, b"HTTP/1.1 200 OK\r\n\r\n")
        self.wait_for_counts(tool, b" %d ok" % good)

    def wait_for_counts(self, tool, wanted):
        end = time.monotonic() + PATIENCE
        while wanted not in tool.talk and time.monotonic() < end:
            tool.process.send_signal(signal.SIGUSR1)
            if select.select([tool.process.stderr], [], [], 0.05)[0]:
                tool.talk += os.read(tool.process.stderr.fileno(), 65536)
        self.assertIn(wanted, tool.talk)

    def test_counted_and_marked(self):
        for style in ([], ["-S"]):
            with self.subTest(style), self.tool("-o", "json", *style) as tool:
                client, accepted = self.server.dial()
                with client, accepted:
                    client.sendall(V2[:20])
                    self.lose(tool)
                    self.server.exchange(V2 + REQUEST, b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    self.wait_for_counts(tool, b" 1 refused")
                    code, out, err = tool.stop()
            self.assertEqual(code, 0)
            number = int(re.search(r"ppinspect: lo: capture incomplete: ([0-9]+) packets dropped", err)[1])
            self.assertGreater(number, 100)
            self.assertRegex(err, r"\n4 connections: 2 ok, 1 refused, 1 open; capture incomplete: [0-9,]+ packets? lost, exit 0; --fail-on warning fails on it\n$")
            records = [ppinspect.strict_json(line) for line in out.splitlines(keepends=True)]
            if style:
                summary, = records
                self.assertEqual(summary["packets_lost"], number)
                self.assertEqual([p["count"] for p in summary["problems"] if p["code"] == "capture-incomplete"], [1])
            else:
                marked = {r["verdict"]: [f["code"] for f in r["findings"]].count("capture-incomplete") for r in records if r["verdict"] != "valid"}
                self.assertEqual(marked, {"warning": 0, "incomplete": 1})

    def test_a_doubtful_refusal_says_so(self):
        """Whatever the detail: the answer may be what was lost."""
        with self.tool() as tool:
            client, accepted = self.server.dial()
            with client:
                client.sendall(V2 + REQUEST)
                self.assertIn(b"  ok  ", tool.read_until(b"\n"))
                self.lose(tool, good=1)
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                accepted.close()
                self.assertIn(b"  REFUSED   ", tool.read_until(b"capture-incomplete"))
            self.assertEqual(tool.stop()[0], 0)


class Privileges(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_given_up(self):
        for arguments, user in (([], "nobody"), (["-Z", "daemon"], "daemon")):
            with self.subTest(user), Live(*arguments, "port", "9") as tool:
                given_up(self, status_of(tool.process.pid), pwd.getpwnam(user))
                with open("/proc/%d/limits" % tool.process.pid) as file:
                    self.assertRegex(file.read(), r"Max core file size +0 +0 ")
                tool.stop()

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_permission(self):
        def become_nobody():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        with Copy() as program:
            for interface, text in (("lo", r"ppinspect: no permission to capture on lo: run as root, or once as root: setcap cap_net_raw\+ep /\S+/ppinspect\n"),
                                    ("nosuch", r"ppinspect: no interface nosuch; there is .*\blo\b.*\n")):
                done = subprocess.run([program, "-i", interface], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                                      env=ppinspect.environment(), preexec_fn=become_nobody, timeout=PATIENCE)
                self.assertEqual((done.returncode, done.stdout), (3, b""))
                self.assertRegex(done.stderr.decode(), "^" + text + "$")


class Words(unittest.TestCase):
    def test_no_such_interface(self):
        result = ppinspect.run("-i", "no\x1b[31m")
        self.assertEqual((result.code, result.out), (3, b""))
        self.assertRegex(result.talk(), r"^ppinspect: no interface no\\x1b\[31m; there is .*\blo\b.*\n$")

    def test_list(self):
        result = ppinspect.run("-D")
        self.assertEqual((result.code, result.err), (0, b""))
        self.assertRegex(result.out.decode(), r"(?m)^lo +running  loopback  127\.0\.0\.1")
        self.assertRegex(result.out.decode(), r"(?m)^any +running")

    def test_filter_of_the_interface(self):
        result = ppinspect.run("-i", "lo", "port", "80", "and", "wlan", "type", "mgt")
        self.assertEqual((result.code, result.out), (2, b""))
        self.assertEqual(result.talk(), "ppinspect: filter: 802.11 link-layer types supported only on 802.11\n"
                                        "   | port 80 and wlan type mgt\n"
                                        "   |                       ^^^\n")


if __name__ == "__main__":
    if not may_capture():
        print("skipped: no right to capture")
        sys.exit(SKIP)
    ppinspect.main()
