"""ppinspect -L: what senders send to a listening socket, and that none of them holds up another."""
import re
import signal
import socket
import struct
import subprocess
import time
import unittest

import ppinspect

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
V2 = bytes.fromhex("0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb")
REQUEST = b"GET /path?token=secret HTTP/1.1\r\nHost: www.example.com\r\n\r\n"


class Listener:
    """The tool, listening; its addresses are read from stderr."""

    def __init__(self, *arguments, sockets=1, address="127.0.0.1:0"):
        env = ppinspect.environment()
        env["ASAN_OPTIONS"] = "detect_leaks=0"  # live modes keep debuggers out, and the leak checker is one
        self.process = subprocess.Popen([ppinspect.program(), "-L", address, "-o", "json", *arguments], env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.addresses = []
        for _ in range(sockets):
            line = self.process.stderr.readline().decode()
            self.addresses.append(re.fullmatch(r"listening on (\[?[0-9a-f.:]+\]?):([0-9]+)\n", line).groups())

    def connect(self, index=0):
        host, port = self.addresses[index]
        return socket.create_connection((host.strip("[]"), int(port)), timeout=20)

    def record(self):
        return ppinspect.strict_json(self.process.stdout.readline())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        if b"Sanitizer" in err or b"runtime error" in err:
            raise AssertionError(err.decode())
        return out, err.decode(), self.process.returncode


def exchange(connection, data):
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    with connection:
        while connection.recv(4096):
            pass


class ListenerTest(unittest.TestCase):
    def listen(self, *arguments, **more):
        listener = Listener(*arguments, **more)
        self.addCleanup(listener.process.stdout.close)
        self.addCleanup(listener.process.stderr.close)
        self.addCleanup(lambda: listener.process.poll() is None and listener.process.kill())
        return listener

    def test_a_good_header_and_what_follows_it(self):
        listener = self.listen("--once")
        exchange(listener.connect(), V1 + REQUEST)
        record = listener.record()
        self.assertEqual(record["src"], {"ip": "192.0.2.10", "port": 56324})
        self.assertEqual((record["verdict"], record["payload"], record["host"]), ("valid", "http/1.1", "www.example.com"))
        self.assertEqual(record["peer"]["dst"], "%s:%s" % listener.addresses[0])
        self.assertNotIn("frame", record)
        out, err = listener.process.communicate(timeout=20)
        self.assertEqual((out, err, listener.process.returncode), (b"", b"1 connection: 1 ok\n", 0))

    def test_a_port_alone_is_both_loopbacks(self):
        listener = self.listen(address="0", sockets=2)
        self.assertEqual([host for host, _ in listener.addresses], ["127.0.0.1", "[::1]"])
        exchange(listener.connect(1), V2)
        self.assertTrue(listener.record()["peer"]["src"].startswith("[::1]:"))
        self.assertEqual(listener.end()[2], 0)

    def test_every_interface_is_said(self):
        listener = self.listen(address="*:0", sockets=2)
        self.assertEqual([host for host, _ in listener.addresses], ["0.0.0.0", "[::]"])
        self.assertIn("every interface", listener.end()[1])

    def test_headers_in_pieces_and_byte_by_byte(self):
        listener = self.listen()
        for header in (V1, V2):
            connection = listener.connect()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(len(header)):
                connection.sendall(header[i:i + 1])
            self.assertEqual(listener.record()["verdict"], "valid")
            connection.close()
        self.assertEqual(listener.end()[2], 0)

    def test_a_silent_or_slow_sender_delays_nobody(self):
        listener = self.listen()
        silent, slow = listener.connect(), listener.connect()
        slow.sendall(V1[:20])
        start = time.monotonic()
        exchange(listener.connect(), V2)
        self.assertEqual(listener.record()["verdict"], "valid")
        self.assertLess(time.monotonic() - start, 3)
        # The deadline is for the whole header: both are reported when it has passed.
        late = {record["verdict"]: record for record in (listener.record(), listener.record())}
        self.assertEqual(set(late), {"missing", "incomplete"})
        self.assertEqual(late["missing"]["saw"], "nothing")
        silent.close()
        slow.close()
        out, err, code = listener.end()
        self.assertEqual((code, err), (1, "3 connections: 1 ok, 1 open, 1 without a header                           exit status 1\n"))

    def test_what_is_no_header_is_named(self):
        listener = self.listen()
        exchange(listener.connect(), REQUEST)
        record = listener.record()
        self.assertEqual((record["verdict"], record["saw"], record["diagnosis"]["side"]), ("missing", "http/1.1", "sender"))
        exchange(listener.connect(), bytes.fromhex("160301002f0100002b0303") + bytes(40))
        self.assertEqual(listener.record()["saw"], "tls")
        exchange(listener.connect(), V1.replace(b"443", b"99999"))
        record = listener.record()
        self.assertEqual((record["verdict"], record["findings"][0]["code"]), ("malformed", "v1-port-range"))
        self.assertEqual(listener.end()[2], 1)

    def test_ends_inside_the_header(self):
        listener = self.listen()
        for header in (V1, V2):
            for cut in range(1, len(header)):
                exchange(listener.connect(), header[:cut])
                record = listener.record()
                self.assertEqual(record["verdict"], "truncated", (cut, record))
                connection = listener.connect()
                connection.sendall(header[:cut])
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
                self.assertIn(listener.record()["verdict"], ("truncated", "missing"), cut)
        self.assertEqual(listener.end()[2], 1)

    def test_a_taken_port_is_a_clear_word(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = ppinspect.run("-L", "127.0.0.1:%d" % port)
        self.assertEqual((result.code, result.out), (3, b""))
        self.assertRegex(result.talk(), r"^ppinspect: cannot listen on 127\.0\.0\.1:%d: .*in use\n$" % port)

    def test_wrong_addresses_and_combinations(self):
        for words in (["-L", "nonsense"], ["-L", "1.2.3.4.5:80"], ["-L", "[::1]"], ["-L", "70000"], ["--once"], ["-L", "0", "-x", "00"]):
            result = ppinspect.run(*words)
            self.assertEqual((result.code, result.out, result.talk().count("\n")), (2, b"", 1), words)


if __name__ == "__main__":
    ppinspect.main()
