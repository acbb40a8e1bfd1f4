"""ppinspect -L: answers, UDP and UNIX senders, limits, late headers, and what is reported of connections that are open at the end."""
import contextlib
import fcntl
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import termios
import time
import unittest

import ppinspect
from listener_test import REQUEST, V1, V2, exchange

DGRAM = V2[:13] + b"\x12" + V2[14:]
SIMPLE = b"\x56\xec" + bytes(10) + b"\xff\xff\xc0\0\2\x0a" + bytes(10) + b"\xff\xff\xc6\x33\x64\x14" + b"\xdc\4\0\x35"
PATIENCE = 20


class Listener:
    """The tool, listening on these addresses; `names` are as it tells them on stderr."""

    def __init__(self, *words, addresses=("127.0.0.1:0",), sockets=None, form="json", **popen):
        env = ppinspect.environment()
        env["ASAN_OPTIONS"] = "detect_leaks=0"  # live modes keep debuggers out, and the leak checker is one
        listen = [word for address in addresses for word in ("-L", address)]
        self.process = subprocess.Popen([ppinspect.program(), *listen, "-o", form, *words], env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, **popen)
        self.names = []
        for _ in range(sockets or len(addresses)):
            line = self.process.stderr.readline().decode()
            self.names.append(re.fullmatch(r"listening on (.*)\n", line)[1])

    def at(self, index=0):
        host, _, port = self.names[index].removeprefix("udp:").rpartition(":")
        return host.strip("[]"), int(port)

    def connect(self, index=0):
        if self.names[index].startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(PATIENCE)
            connection.connect(self.names[index].removeprefix("unix:"))
            return connection
        return socket.create_connection(self.at(index), timeout=PATIENCE)

    def record(self):
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            raise AssertionError("no record")
        return ppinspect.strict_json(self.process.stdout.readline())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=PATIENCE)
        if b"Sanitizer" in err or b"runtime error" in err:
            raise AssertionError(err.decode())
        return out, err.decode(), self.process.returncode


class ListenerCase(unittest.TestCase):
    def listen(self, *words, **more):
        listener = Listener(*words, **more)
        self.addCleanup(self.stop, listener)
        return listener

    @staticmethod
    def stop(listener):
        if listener.process.poll() is None and not listener.process.stdout.closed:
            listener.end()
        listener.process.stdout.close()
        listener.process.stderr.close()

    def udp(self):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(PATIENCE)
        self.addCleanup(client.close)
        return client


def answer(connection, data, end=True):
    """All that comes back; with `end` the sender closes its side first."""
    connection.sendall(data)
    if end:
        connection.shutdown(socket.SHUT_WR)
    got = b""
    with connection:
        while part := connection.recv(65536):
            got += part
    return got


class Replies(ListenerCase):
    def test_close_says_nothing(self):
        listener = self.listen("--reply", "close")
        self.assertEqual(answer(listener.connect(), V1 + REQUEST, end=False), b"")

    def test_ok_takes_what_a_receiver_takes(self):
        listener = self.listen("--reply", "ok")
        self.assertEqual(answer(listener.connect(), V2 + REQUEST, end=False), b"ok\n")
        self.assertEqual(answer(listener.connect(), V2[:12] + b"\x31" + V2[13:], end=False), b"")
        self.assertEqual(answer(listener.connect(), REQUEST, end=False), b"")

    def test_json_is_the_record(self):
        listener = self.listen("--reply", "json")
        for data in (V1, V2 + V1 + REQUEST, REQUEST, V1[:20]):
            got = answer(listener.connect(), data)
            lines = got.splitlines(keepends=True)
            self.assertEqual([ppinspect.strict_json(line) for line in lines], [listener.record() for _ in lines], data)

    def test_http(self):
        listener = self.listen("--reply", "http")
        head, _, body = answer(listener.connect(), V1 + REQUEST, end=False).partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.assertEqual(lines[0], "HTTP/1.1 200 OK")
        self.assertIn("Content-Type: text/plain; charset=utf-8", lines)
        self.assertIn("X-Content-Type-Options: nosniff", lines)
        self.assertIn("Content-Length: %d" % len(body), lines)
        self.assertIn(b"  source       192.0.2.10:56324\n", body)
        self.assertNotIn(b"secret", body)
        got = answer(listener.connect(), V1 + REQUEST.replace(b"GET", b"HEAD"), end=False)
        self.assertTrue(got.endswith(b"\r\n\r\n"), got)
        self.assertTrue(answer(listener.connect(), REQUEST).startswith(b"HTTP/1.1 400 "))

    def test_redacted_as_the_output_is(self):
        secrets = re.compile(rb"192\.0\.2|198\.51|127\.0\.0\.1|example|777777|www|/hello|/path")
        named = V2[:14] + b"\0\x1e" + V2[16:] + b"\x02\0\x0fwww.example.com"
        broken = V2[:14] + b"\0\x14" + V2[16:] + b"\x02\0\x40www.e"
        request = b"GET /hello HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
        for form in ("http", "json"):
            listener = self.listen("--redact", "--reply", form)
            for header in (V1, V2, named, broken):
                got = answer(listener.connect(), header + request, end=False)
                self.assertIsNone(secrets.search(got), got)
                self.assertIsNone(secrets.search(json.dumps(listener.record()).encode()))
                self.assertRegex(got, rb"\b2[45]\d\.\d+\.\d+\.\d+:\d+" if header != broken or form == "json" else rb"v2-tlv-overrun")
            if form == "http":
                got = answer(listener.connect(), V1 + request.replace(b"GET", b"HEAD"), end=False)
                self.assertTrue(got.endswith(b"\r\n\r\n"), got)

    def test_http_is_about_this_connection_alone_and_escaped(self):
        listener = self.listen("--reply", "http")
        secret = b"PROXY TCP4 203.0.113.77 198.51.100.20 1 2\r\n"
        answer(listener.connect(), secret + REQUEST)
        evil = V2[:14] + b"\0\x1e" + V2[16:] + b"\x02\0\x0f<b>\x1b[31m\xe2\x80\xae\x07x\n"
        got = answer(listener.connect(), evil + REQUEST)
        self.assertNotIn(b"203.0.113.77", got)
        self.assertFalse(set(got) & (set(range(32)) - {10, 13}), got)
        self.assertNotIn(b"\xe2\x80\xae", got)

    def test_http_waits_for_the_request(self):
        listener = self.listen("--reply", "http")
        connection = listener.connect()
        connection.sendall(V1)
        connection.settimeout(0.2)
        self.assertRaises(socket.timeout, connection.recv, 1)
        connection.settimeout(PATIENCE)
        self.assertIn(b"www.example.com", answer(connection, REQUEST, end=False))

    def test_echo_gives_back_all_of_the_payload_and_nothing_of_the_header(self):
        listener = self.listen("--reply", "echo")
        body = os.urandom(3_000_000)
        connection = listener.connect()
        got = b""
        connection.sendall(V2)
        connection.setblocking(False)
        left = memoryview(body)
        until = time.monotonic() + PATIENCE
        while len(got) < len(body) and time.monotonic() < until:
            with contextlib.suppress(BlockingIOError):
                if left:
                    left = left[connection.send(left):]
            with contextlib.suppress(BlockingIOError):
                got += connection.recv(1 << 20)
        connection.close()
        self.assertEqual(got, body)

    def test_none_stays_open_until_the_wait_is_over(self):
        listener = self.listen("--reply", "none", "--wait", "700ms")
        connection = listener.connect()
        start = time.monotonic()
        self.assertEqual(answer(connection, V1 + REQUEST, end=False), b"")
        self.assertGreater(time.monotonic() - start, 0.5)
        start = time.monotonic()
        self.assertEqual(answer(listener.connect(), V1), b"")
        self.assertLess(time.monotonic() - start, 0.5)

    def test_an_answer_survives_a_sender_that_goes_on_writing(self):
        listener = self.listen("--reply", "json")
        connection = listener.connect()
        connection.sendall(V1)
        for _ in range(50):
            with contextlib.suppress(BrokenPipeError):
                connection.sendall(bytes(1000))
        self.assertIn(b"192.0.2.10", answer(connection, b""))


class Datagrams(ListenerCase):
    def test_each_datagram_is_judged(self):
        listener = self.listen(addresses=("udp:127.0.0.1:0",))
        client = self.udp()
        client.connect(listener.at())
        client.send(DGRAM + b"query")
        record = listener.record()
        self.assertEqual((record["verdict"], record["transport"], record["payload"], record["connection"]), ("valid", "dgram", "text", 0))
        self.assertEqual(record["peer"], {"src": "127.0.0.1:%d" % client.getsockname()[1], "dst": "127.0.0.1:%d" % listener.at()[1], "proto": "udp"})
        client.send(SIMPLE + b"query")
        record = listener.record()
        self.assertEqual((record["format"], record["verdict"], record["connection"]), ("simple-proxy-protocol", "valid", 0))
        self.assertEqual((record["src"], record["dst"]), ({"ip": "192.0.2.10", "port": 56324}, {"ip": "198.51.100.20", "port": 53}))
        client.send(SIMPLE[:37])
        self.assertEqual(listener.record()["verdict"], "truncated")
        client.send(DGRAM[:20])
        self.assertEqual(listener.record()["verdict"], "truncated")
        client.send(b"")
        self.assertEqual(listener.record()["verdict"], "missing")
        _, err, code = listener.end()
        self.assertEqual((code, err), (1, "5 datagrams: 2 ok, 2 truncated, 1 without a header                        exit status 1\n"))

    def test_a_header_in_the_first_datagram_only_is_said_once(self):
        listener = self.listen(addresses=("udp:127.0.0.1:0",))
        client = self.udp()
        client.connect(listener.at())
        client.send(DGRAM + b"1")
        listener.record()
        for i in range(5):
            client.send(b"without %d" % i)
        record = listener.record()
        self.assertEqual(record["verdict"], "missing")
        self.assertIn("udp-first-only", [f["code"] for f in record["findings"]])
        client.send(DGRAM + b"again")
        self.assertEqual(listener.record()["verdict"], "valid")
        self.assertIn("ppinspect: 4 more datagrams without a header", listener.end()[1])

    def test_nothing_is_answered_unless_asked_for(self):
        listener = self.listen(addresses=("udp:127.0.0.1:0",))
        client = self.udp()
        client.connect(listener.at())
        client.send(DGRAM + bytes(1000))
        listener.record()
        client.settimeout(0.2)
        self.assertRaises(socket.timeout, client.recv, 65536)

    def test_an_answer_is_never_longer_than_the_datagram(self):
        for form in ("ok", "json", "echo"):
            listener = self.listen("--reply", form, addresses=("udp:127.0.0.1:0",))
            for head in (DGRAM, SIMPLE, DGRAM[:20], b"x", b""):
                client = self.udp()
                client.connect(listener.at())
                for size in (0, 1, 3, 50, 80, 600, 2000):
                    client.send(head + bytes(size))
                    record = listener.record()
                    room = len(head) + size - (38 if head == SIMPLE else 0)
                    sure = record["verdict"] == "valid" and {"ok": room >= 3, "json": room >= 80, "echo": size > 0}[form]
                    client.settimeout(PATIENCE if sure else 0.02)
                    got = None
                    with contextlib.suppress(socket.timeout):
                        got = client.recv(65536)
                    self.assertEqual(got is not None, sure or (got is not None and form == "json"), (form, head, size))
                    if got is not None:
                        self.assertLessEqual(len(got), len(head) + size)
                        if head == SIMPLE:
                            self.assertEqual(got[:38], SIMPLE)
                            got = got[38:]
                        if form == "echo":
                            self.assertEqual(got, bytes(size))
                        if form == "json":
                            self.assertEqual(json.loads(got)["verdict"], record["verdict"])
                    if record["verdict"] != "valid":
                        break
            listener.end()

    def test_http_does_not_go_with_udp(self):
        result = ppinspect.run("-L", "udp:0", "--reply", "http")
        self.assertEqual((result.code, result.talk().count("\n")), (2, 1))

    def test_every_interface_answers_from_the_address_that_was_asked(self):
        listener = self.listen("--reply", "ok", addresses=("udp:*:0",), sockets=2)
        client = self.udp()
        client.connect(("127.0.0.2", listener.at()[1]))
        client.send(DGRAM)
        self.assertEqual(client.recv(99), b"ok\n")
        self.assertTrue(listener.record()["peer"]["dst"].startswith("127.0.0.2:"))


class Unix(ListenerCase):
    def setUp(self):
        folder = ppinspect.scratch()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o777)  # so that the user who root becomes may remove the path
        self.path = os.path.join(folder.name, "s")

    def test_header_and_peer(self):
        listener = self.listen("--reply", "ok", addresses=("unix:" + self.path,))
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(answer(listener.connect(), V2 + REQUEST, end=False), b"ok\n")
        record = listener.record()
        self.assertEqual(record["peer"], {"src": "unix:", "dst": "unix:" + self.path, "proto": "unix", "pid": os.getpid(), "uid": os.getuid()})
        self.assertEqual(record["findings"], [])
        self.assertEqual(listener.end()[2], 0)
        self.assertFalse(os.path.exists(self.path))

    def test_redacted(self):
        for form in ("json", "text"):
            listener = self.listen("--redact", "--reply", "json", addresses=("unix:" + self.path,), form=form)
            self.assertEqual(listener.names, ["unix:(path)"])
            listener.names = ["unix:" + self.path]
            got = answer(listener.connect(), V2 + REQUEST, end=False)
            out = listener.end()[0]
            for text in (got, out):
                self.assertNotIn(self.path.encode(), text if isinstance(text, bytes) else text.encode())
            self.assertIn(b'"dst":"unix:(path)"', got)

    def test_several_addresses_at_once(self):
        listener = self.listen(addresses=("127.0.0.1:0", "[::1]:0", "unix:" + self.path, "udp:127.0.0.1:0"))
        for index in (0, 1, 2):
            exchange(listener.connect(index), V1)
            self.assertEqual(listener.record()["input"], listener.names[index])
        self.udp().sendto(DGRAM, listener.at(3))
        self.assertEqual(listener.record()["input"], listener.names[3])
        self.assertEqual(listener.end()[1], "3 connections and 1 datagram: 4 ok\n")

    def test_what_is_no_dead_socket_stays(self):
        with open(self.path, "w"):
            pass
        result = ppinspect.run("-L", "unix:" + self.path)
        self.assertEqual((result.code, result.talk()), (3, "ppinspect: cannot listen on unix:%s: it exists and is not a socket\n" % self.path))
        os.unlink(self.path)
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(self.path)
        listener = self.listen(addresses=("unix:" + self.path,))
        result = ppinspect.run("-L", "unix:" + self.path)
        self.assertEqual((result.code, result.talk()), (3, "ppinspect: cannot listen on unix:%s: Address already in use\n" % self.path))
        listener.end()


class Summaries(ListenerCase):
    """-S of a live source: lines at an interval into a pipe, redrawn in place on a terminal until q."""

    def test_a_line_at_each_interval(self):
        listener = self.listen("-S", "--interval", "50ms", "-t", form="text")
        self.end_of(listener.connect(), V1)
        line = b""
        while b"1 ok" not in line:
            line = listener.process.stdout.readline()
            self.assertTrue(line)
        self.assertRegex(line.decode(), r"^1 connection: 1 ok")
        out, _, code = listener.end()
        self.assertEqual(code, 0)

    def test_json_lines_are_interim_but_the_last(self):
        listener = self.listen("-S", "--interval", "50ms")
        self.end_of(listener.connect(), V1)
        record = {}
        while record.get("headers") != 1:
            record = ppinspect.strict_json(listener.process.stdout.readline())
            self.assertIs(record["interim"], True)
        listener.process.send_signal(signal.SIGINT)
        out, _ = listener.process.communicate(timeout=PATIENCE)
        last = [ppinspect.strict_json(line) for line in out.splitlines(keepends=True)][-1]
        self.assertNotIn("interim", last)
        self.assertEqual(last["headers"], 1)

    def test_in_place_on_a_terminal(self):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 60, 0, 0))
        before = termios.tcgetattr(slave)
        process = subprocess.Popen([ppinspect.program(), "-L", "127.0.0.1:0", "-S", "--color=never"], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
                                   env={**ppinspect.environment(), "ASAN_OPTIONS": "detect_leaks=0"})
        address = re.fullmatch(r"listening on (.*)\n", process.stderr.readline().decode())[1]
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as sender:
            sender.sendall(V1)
            sender.recv(1)
        screen = b""
        while b"1 ok" not in screen:
            self.assertTrue(select.select([master], [], [], PATIENCE)[0])
            screen += os.read(master, 65536)
        self.assertTrue(screen.startswith(b"\x1b[?1049h"))
        for drawn in screen.split(b"\x1b[H")[1:-1]:
            self.assertLessEqual(drawn.count(b"\r\n"), 11)
            self.assertTrue(drawn.endswith(b"q ends"), drawn)
        os.write(master, b"q")
        while process.poll() is None:
            if select.select([master], [], [], 0.05)[0]:
                screen += os.read(master, 65536)
        while select.select([master], [], [], 0.1)[0]:
            screen += os.read(master, 65536)
        self.assertEqual(process.returncode, 0)
        after = screen.partition(b"\x1b[?25h\x1b[?1049l")[2]
        self.assertIn(b"1 connection", after)  # the last summary stays
        self.assertEqual(termios.tcgetattr(slave), before)
        process.stderr.close()
        os.close(master)
        os.close(slave)

    @staticmethod
    def end_of(connection, data):
        with connection:
            connection.sendall(data)
            while connection.recv(4096):
                pass


class Judged(ListenerCase):
    def test_pieces_and_delays(self):
        listener = self.listen()
        connection = listener.connect()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(V1[:10])
        time.sleep(0.3)  # what is measured is time itself
        connection.sendall(V1[10:])
        record = listener.record()
        self.assertEqual((record["verdict"], record["pieces"]), ("valid", 2))
        self.assertEqual([f["code"] for f in record["findings"]], ["header-split", "header-delayed"])
        self.assertGreater(record["header_us"], 290_000)
        self.assertLess(record["first_byte_us"], record["header_us"])

    def test_a_header_after_three_seconds_is_late(self):
        listener = self.listen()
        connection = listener.connect()
        time.sleep(3.05)
        connection.sendall(V2)
        record = listener.record()
        self.assertEqual((record["verdict"], record["pieces"]), ("warning", 1))
        self.assertEqual([(f["code"], f["level"]) for f in record["findings"]], [("header-late", "warning")])
        self.assertGreater(record["first_byte_us"], 3_000_000)

    def test_the_wait_is_for_the_whole_header(self):
        listener = self.listen("--wait", "600ms")
        connection, silent = listener.connect(), listener.connect()
        start = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for byte in V1:
                connection.sendall(bytes([byte]))
                time.sleep(0.04)
        self.assertLess(time.monotonic() - start, 1.9)
        records = {record["verdict"]: record for record in (listener.record(), listener.record())}
        self.assertEqual(set(records), {"incomplete", "missing"})
        self.assertGreaterEqual(records["incomplete"]["ended_us"], 600_000)
        self.assertIn(" and sent nothing for ", records["missing"]["diagnosis"]["sentence"])
        connection.close()
        silent.close()

    def test_what_stands_before_the_header(self):
        listener = self.listen()
        exchange(listener.connect(), b"garbage\r\n" + b"x" * 100 + V2)
        self.assertEqual(listener.record()["diagnosis"]["code"], "header-not-first")

    def test_families(self):
        listener = self.listen()
        exchange(listener.connect(), b"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n")
        record = listener.record()
        self.assertEqual((record["verdict"], [f["code"] for f in record["findings"]]), ("valid", ["family-differs"]))

    def test_local_in_both_layouts(self):
        listener = self.listen()
        crc = bytes.fromhex("0d0a0d0a000d0a515549540a20000007030004a9b87e8f")
        exchange(listener.connect(), crc)
        self.assertEqual(listener.record()["verdict"], "valid")
        exchange(listener.connect(), V2[:12] + b"\x20" + V2[13:])
        record = listener.record()
        self.assertEqual((record["command"], record["verdict"]), ("LOCAL", "valid"))


class Ends(ListenerCase):
    def test_what_is_open_at_the_end_is_incomplete(self):
        listener = self.listen("--wait", "1h")
        silent, part = listener.connect(), listener.connect()
        part.sendall(V1[:20])
        exchange(listener.connect(), V1)
        self.assertEqual(listener.record()["verdict"], "valid")
        out, err, code = listener.end()
        records = [ppinspect.strict_json(line) for line in out.splitlines(keepends=True)]
        self.assertEqual([r["verdict"] for r in records], ["incomplete", "incomplete"])
        self.assertEqual((code, err), (0, "3 connections: 1 ok, 2 open\n"))
        silent.close()
        part.close()

    def test_once_with_a_datagram(self):
        listener = self.listen("--once", addresses=("udp:127.0.0.1:0",))
        client = self.udp()
        client.sendto(DGRAM, listener.at())
        client.sendto(DGRAM, listener.at())
        out, _ = listener.process.communicate(timeout=PATIENCE)
        self.assertEqual((out.count(b"\n"), listener.process.returncode), (1, 0))

    def test_more_than_the_limit_are_refused_and_counted(self):
        listener = self.listen("--max-connections", "3", "--wait", "1h")
        held = [listener.connect() for _ in range(3)]
        for _ in range(5):
            with listener.connect() as refused, contextlib.suppress(ConnectionError):
                self.assertEqual(refused.recv(1), b"")
        held.pop().close()
        self.assertEqual(listener.record()["verdict"], "missing")
        exchange(listener.connect(), V1)
        self.assertEqual(listener.record()["verdict"], "valid")
        self.assertIn("ppinspect: 5 connections refused: 3 were open (--max-connections)\n", listener.end()[1])

    def test_limits_that_cannot_be_kept(self):
        for words, code in ((["--max-connections", "0"], 2), (["--max-connections", "x"], 2), (["--max-connections", "1000000"], 3), (["--wait", "0s"], 2),
                            (["--wait", "5x"], 2), (["--reply", "maybe"], 2)):
            result = ppinspect.run("-L", "0", *words)
            self.assertEqual((result.code, result.out, result.talk().count("\n")), (code, b"", 1), (words, result.talk()))
        for words in (["--reply", "ok"], ["--wait", "5s"], ["--max-connections", "5"]):
            self.assertEqual(ppinspect.run(*words, "-x", V2.hex()).code, 2, words)

    def test_without_descriptors_it_waits_and_does_not_spin(self):
        limit = 128
        inherited = [os.open("/dev/null", os.O_RDONLY) for _ in range(70)]
        for fd in inherited:
            os.set_inheritable(fd, True)
        try:
            listener = self.listen("--wait", "1h", close_fds=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        finally:
            for fd in inherited:
                os.close(fd)
        crowd = [listener.connect() for _ in range(80)]
        time.sleep(0.3)

        def cpu():
            with open("/proc/%d/stat" % listener.process.pid) as file:
                return sum(map(int, file.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
        before = cpu()
        time.sleep(0.7)
        self.assertLess(cpu() - before, 0.3)
        for connection in crowd:
            connection.close()
        for _ in crowd:
            self.assertEqual(listener.record()["verdict"], "missing")
        exchange(listener.connect(), V1)
        self.assertEqual(listener.record()["verdict"], "valid")
        self.assertRegex(listener.end()[1], r"ppinspect: [0-9]+ times? no descriptor was left")

    def test_no_core_dumps_and_no_root(self):
        listener = self.listen()
        with open("/proc/%d/limits" % listener.process.pid) as file:
            core = re.search(r"Max core file size +(\S+) +(\S+)", file.read())
        self.assertEqual(core.groups(), ("0", "0"))
        # What may not be dumped belongs to root in /proc, whoever runs it.
        self.assertEqual(os.stat("/proc/%d/environ" % listener.process.pid).st_uid, 0)
        if os.geteuid() == 0:
            with open("/proc/%d/status" % listener.process.pid) as file:
                status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
            self.assertNotIn("0", status["Uid"].split())
            self.assertEqual((int(status["CapEff"], 16), status["NoNewPrivs"]), (0, "1"))


class Sender(ListenerCase):
    """One address has a quarter of all connections at most, unless it is loopback. In a network of its own, whose only
    interface is a loopback with a second address."""

    def test_one_address_does_not_take_all(self):
        if os.environ.get("PP_OWN_NETWORK") != "1":
            ip = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
            set_up = "%s link set lo up && %s addr add 192.0.2.1/32 dev lo && exec \"$@\"" % (ip, ip)
            if ip is None or subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
                self.skipTest("no network namespace of one's own")
            inner = [sys.executable, os.path.abspath(__file__), ppinspect.program(), "Sender"]
            done = subprocess.run(["unshare", "-n", "sh", "-c", set_up, "sh", *inner], env={**os.environ, "PP_OWN_NETWORK": "1"},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout.decode())
            return
        listener = self.listen("--max-connections", "8", "--wait", "1h", addresses=("0.0.0.0:0",))
        port = listener.at()[1]
        near = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(4)]
        far = [socket.create_connection(("192.0.2.1", port), timeout=PATIENCE, source_address=("192.0.2.1", 0)) for _ in range(4)]
        closed = 0
        for connection in far:
            connection.settimeout(0.3)
            with contextlib.suppress(socket.timeout):
                closed += connection.recv(1) == b""
        self.assertEqual(closed, 2)
        for connection in far:
            connection.close()
        for _ in range(2):
            self.assertEqual(listener.record()["peer"]["src"].split(":")[0], "192.0.2.1")
        with socket.create_connection(("192.0.2.1", port), timeout=PATIENCE, source_address=("192.0.2.1", 0)) as again:
            again.sendall(V1)
            self.assertEqual(listener.record()["peer"]["dst"], "192.0.2.1:%d" % port)
        for connection in near:
            connection.close()
        self.assertIn("ppinspect: 2 connections refused: 2 were open from one address\n", listener.end()[1])


if __name__ == "__main__":
    ppinspect.main()
