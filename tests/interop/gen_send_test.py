"""ppgen send: what was sent, what was answered, how it ended, and what its exit status says.

gen_send_test.py PPGEN
"""
import json
import signal
import socket
import struct
import subprocess
import threading

import gen
from gen import GenTest, main, read_exactly, read_v2, run, send
from json_schema import problems
from servers import Server, close_with_reset
from world import HOST, PATIENCE, end_with_parent, wait_for

HEADER = 28
GET = "GET / HTTP/1.1\\r\\n\\r\\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BAD = b"HTTP/1.1 400 Bad Request\r\n\r\n"


def close(connection):
    """After all that was said has been read, so that the end is a FIN."""
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


def receiver(connection):
    """Takes v2 over TCP and IPv4 alone, answers its payload, and closes on all else."""
    header = read_v2(connection)
    if header[12:14] != b"\x21\x11":
        return
    connection.recv(65536)
    connection.sendall(OK)


class SendTest(GenTest):
    def serve(self, serve):
        return Server(self.world, serve).port

    def segments(self, size, *words):
        """In how many segments the bytes arrive, as the kernel counted them: the server may be slow to look."""
        data_segs_in = 152  # of Linux's struct tcp_info
        seen = []

        def look(connection):
            read_exactly(connection, size)
            seen.append(struct.unpack_from("I", connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), data_segs_in)[0])
        sent = send(self.serve(look), *words)
        self.assertEqual(sent.code, 0)
        return seen[0], sent.line("sent")

    def test_answer_and_fin(self):
        def serve(connection):
            connection.recv(65536)
            connection.sendall(OK)
            close(connection)
        sent = send(self.serve(serve), "--payload", GET, "--wait", "10s")
        self.assertEqual(sent.code, 0, sent)
        self.assertEqual(sent.line("sent"), "v2 TCP4 192.0.2.10:56324 > 198.51.100.20:443, 28 bytes, and 18 of payload")
        self.assertRegex(sent.line("answer"), rf'^ok "HTTP/1.1 200 OK", {len(OK)} bytes, after [0-9.]+ (us|ms)$')
        self.assertRegex(sent.line("end"), r"^FIN [0-9.]+ (us|ms) after the last byte was sent$")

    def test_json(self):
        schema = json.loads(run("--json-schema").out)

        def serve(connection):
            data = connection.recv(65536)
            connection.sendall(OK if data.startswith(b"\r\n\r\n\0") else b"HTTP/1.1 400 Bad Request\r\n\r\n")
            close(connection)
        port = self.serve(serve)
        for words, code, told in (((), 0, {}), (("--expect", "accept"), 0, {"result": "accepted", "met": True, "control": 'ok "HTTP/1.1 200 OK"'}),
                                  (("--expect", "reject"), 1, {"result": "not rejected", "met": False, "why": "it answered ok"}),
                                  (("-1", "--expect", "accept"), 1, {"result": "cannot tell", "met": False, "why": "a good header is refused as well"})):
            with self.subTest(words):
                sent = run("send", f"127.0.0.1:{port}", "--payload", GET, "-o", "json", *words)
                record = json.loads(sent.out)
                self.assertEqual((sent.code, problems(schema, record, schema)), (code, []), sent)
                for key, value in told.items():
                    self.assertEqual(record[key], value, sent)
                self.assertEqual({"result", "met", "why"} & set(record), {"result", "met", "why"} & set(told))
                self.assertEqual(record["header_bytes"] + record["payload_bytes"], record["sent"])
                self.assertEqual(record["class"], "http-400" if "-1" in words else "ok")

    def test_reset(self):
        def serve(connection):
            connection.recv(65536)
            close_with_reset(connection)
        sent = send(self.serve(serve))
        self.assertEqual((sent.code, sent.line("answer")), (0, "none"))
        self.assertRegex(sent.line("end"), "^RST ")

    def test_silence_is_waited_for(self):
        gate = threading.Event()
        sent = send(self.serve(lambda _: gate.wait(PATIENCE)), "--wait", "150ms")
        gate.set()
        self.assertRegex(sent.line("end"), r"^still open, nothing more 1[5-9]\d\.\d ms after the last byte was sent$")

    def test_an_answer_before_the_end_of_what_is_sent(self):
        def serve(connection):
            connection.sendall(b"220 mail ready\r\n")
            while connection.recv(65536):
                pass
        sent = send(self.serve(serve), "--dribble", "14,500ms", "--wait", "100ms")
        self.assertRegex(sent.line("answer"), r'^ok "220 mail ready", 16 bytes, [0-9.]+ ms before all was sent$')

    def test_the_answer_is_escaped(self):
        def serve(connection):
            connection.recv(65536)
            connection.sendall("HTTP/1.1 200 \x1b[2J\u202e\r\n".encode())
            close(connection)
        sent = send(self.serve(serve))
        self.assertTrue(sent.out.isprintable() or all(c.isprintable() or c == "\n" for c in sent.out), sent)

    def test_split_and_dribble(self):
        for words, size, segments in ((("--split", "10,20"), HEADER, 3), (("--payload", "1234", "--split", "28"), HEADER + 4, 2),
                                      (("--dribble", "9,20ms"), HEADER, 4), (("--payload", "1234"), HEADER + 4, 1)):
            with self.subTest(words):
                seen, said = self.segments(size, *words)
                self.assertEqual(seen, segments)
                self.assertIn(f"in {segments} pieces within" if segments > 1 else "of payload", said)

    def test_what_is_sent_when_the_receiver_does_not_wait_for_it(self):
        def serve(connection):
            connection.recv(5)
            close_with_reset(connection)
        sent = send(self.serve(serve), "--dribble", "5,5s", "--payload", "x")
        self.assertIn("only 5 of all 29 bytes were sent", sent.line("sent"))

    def test_payloads(self):
        def got(*words, **options):
            seen = []

            def serve(connection):
                read_v2(connection)
                data = b""
                while part := connection.recv(65536):
                    data += part
                seen.append(data)
            self.assertEqual(send(self.serve(serve), *words, "--wait", "10ms", **options).code, 0)
            wait_for("the payload", lambda: seen)
            return seen[0]
        file = self.world.file("payload", "from a file")
        self.assertEqual(got("--payload", "a\\r\\n\\x00"), b"a\r\n\0")
        self.assertEqual(got("--payload", "beef"), b"beef")
        self.assertEqual(got("--payload", f"@{file}"), b"from a file")
        self.assertEqual(got("--payload", "-", stdin=b"from stdin"), b"from stdin")
        self.assertTrue(got("--payload", "http").startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"))

    def test_datagrams(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind((HOST[4], 0))
            server.settimeout(PATIENCE)
            seen = []

            def serve():
                data, peer = server.recvfrom(65536)
                seen.append(data)
                server.sendto(b"pong", peer)
            thread = threading.Thread(target=serve)
            thread.start()
            sent = send(server.getsockname()[1], "--udp", "--dgram", "--payload", "ping", "--wait", "300ms")
            thread.join(PATIENCE)
        self.assertEqual(seen[0][12:14] + seen[0][HEADER:], b"\x21\x12ping")
        self.assertIn("4 bytes", sent.line("answer"))
        simple = send(self.world.port(), "--udp", "--spp", "--dst", "[2001:db8::7]:5", "--wait", "5s")
        self.assertEqual(simple.line("sent"), "SPP [2001:db8::10]:56324 > [2001:db8::7]:5, 38 bytes", simple)
        closed = send(self.world.port(), "--udp", "--wait", "5s")
        self.assertRegex(closed.line("end"), "^RST ", "the port is unreachable")

    def test_a_unix_socket(self):
        path = self.world.folder / "s.sock"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen()
            sent = send(f"unix:{path}", "--wait", "20ms")
            self.assertEqual(sent.code, 0)
            connection, _ = server.accept()
            with connection:
                self.assertEqual(len(connection.recv(65536)), HEADER)
        path.unlink()
        missing = send(f"unix:{path}")
        self.assertEqual((missing.code, missing.err), (3, f"ppgen: cannot connect to unix:{path}: no such file or directory\n"))

    def test_ipv6(self):
        if 6 not in self.world.families:
            self.skipTest("no IPv6 on loopback")
        with socket.create_server((HOST[6], 0), family=socket.AF_INET6) as server:
            sent = send(f"[::1]:{server.getsockname()[1]}", "--wait", "10ms")
        self.assertEqual(sent.line("sent"), "v2 TCP6 [2001:db8::10]:56324 > [2001:db8:1::20]:443, 52 bytes")

    def test_refusals_in_clear_words(self):
        port = self.world.port()
        for words, code, said in (
                ((port,), 3, f"cannot connect to 127.0.0.1:{port}: connection refused"),
                ((f"localhost:{port}",), 3, None),
                (("127.0.0.1",), 2, 'bad address "127.0.0.1": missing port: use HOST:PORT'),
                (("127.0.0.1:0",), 2, 'bad address "127.0.0.1:0": invalid port (1-65535)'),
                (("::1:80",), 2, 'bad address "::1:80": write an IPv6 address in brackets, as in [::1]:8080'),
                (("300.0.0.1:80",), 2, 'bad address "300.0.0.1:80": the host is not an IPv4 address'),
                (("unix:",), 2, 'bad address "unix:": unix: needs a path, as in unix:/run/x.sock'),
                ((), 2, "ADDR is required: ppgen send ADDR"),
                ((port, "--split", "9,3"), 2, "--split '9,3': expected ascending offsets"),
                ((port, "--dribble", "1"), 2, "--dribble '1': expected a size and a pause, such as 1,5ms"),
                ((port, "--wait", "5 s"), 2, "--wait '5 s': expected a time, such as 500ms, 5s or 10m"),
                ((port, "--expect", "maybe"), 2, "--expect 'maybe': expected accept or reject"),
                ((port, "--payload", "\\q"), 2, None),
                ((port, "--spp"), 2, "--spp needs --udp: it is a header for datagrams"),
                ((port, "--udp", "--split", "3"), 2, "--udp cannot be combined with --split or --dribble: a datagram is sent in one piece"),
                ((port, "--payload", "@/nonexistent"), 3, "/nonexistent: No such file or directory"),
        ):
            with self.subTest(words):
                refused = run("send", *words)
                self.assertEqual((refused.code, refused.out), (code, ""), refused)
                self.assertEqual(refused.err.count("\n"), 1)
                if said:
                    self.assertEqual(refused.err, f"ppgen: {said}\n")

    def expect(self, serve, word, *words, code, result):
        sent = send(self.serve(serve), "--expect", word, "--payload", GET, "--wait", "200ms", *words)
        self.assertEqual((sent.code, sent.line("result")), (code, result), sent)

    def test_expect(self):
        def no(answer):
            def serve(connection):
                connection.recv(65536)
                connection.sendall(answer)
                close(connection)
            return serve

        def silent(connection):
            while connection.recv(65536):
                pass

        def echo(connection):
            while part := connection.recv(65536):
                connection.sendall(part)

        def other(connection):
            connection.sendall(OK if read_v2(connection)[12:14] == b"\x21\x11" and len(connection.recv(100)) else b"HTTP/1.1 404 no\r\n\r\n")
            close(connection)
        self.expect(receiver, "accept", code=0, result="accepted")
        self.expect(receiver, "accept", "--set", "cmd=5", code=1, result="rejected: closed")
        self.expect(receiver, "reject", "--set", "cmd=5", code=0, result="rejected")
        self.expect(receiver, "reject", code=1, result="not rejected: it answered ok")
        self.expect(no(BAD), "reject", code=0, result="rejected")
        self.expect(no(BAD), "accept", code=1, result="cannot tell: a good header is refused as well")
        self.expect(silent, "accept", code=1, result="cannot tell: a good header gets no answer either")
        self.expect(silent, "reject", code=1, result="cannot tell: no answer and no end")
        self.expect(echo, "accept", code=1, result="cannot tell: the receiver echoes what it is sent")
        self.expect(other, "accept", "--local", code=1, result="cannot tell: the answer is http-404, a good header gets ok")

    def test_stdio_is_carried_with_half_close(self):
        def serve(connection):
            read_v2(connection)
            data = b""
            while part := connection.recv(65536):
                data += part
            connection.sendall(data[::-1])
        big = bytes(range(256)) * 8192
        done = subprocess.run([gen.program, "send", f"127.0.0.1:{self.serve(serve)}", "--stdio"], input=big, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stdout == big[::-1]), (0, True), done.stderr)
        self.assertIn(b"v2 TCP4", done.stderr)

    def test_interrupted(self):
        accepted = threading.Event()
        process = subprocess.Popen([gen.program, "send", f"127.0.0.1:{self.serve(lambda c: (read_v2(c), accepted.set(), c.recv(1)))}", "--wait", "1h"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=end_with_parent)
        self.assertTrue(accepted.wait(PATIENCE))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"still open", out)

    def test_series(self):
        seen = []
        port = self.serve(lambda c: seen.append(c.recv(65536)))
        sent = send(port, "--seed", "7", "--count", "5", "--wait", "1s")
        self.assertEqual((sent.code, sent.out.count("\nsent ")), (0, 5), sent)
        wait_for("all of them", lambda: len(seen) == 5)
        self.assertEqual(len(set(seen)), 5)


if __name__ == "__main__":
    main(SendTest)
