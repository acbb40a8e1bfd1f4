"""ppgen forward: nothing lost, nothing reordered, under load and with slow sides; SECURITY.md's FORWARD and LISTEN lines.

gen_forward_test.py PPGEN
"""
import concurrent.futures
import contextlib
import hashlib
import pathlib
import os
import random
import resource
import socket
import sys
import threading
import time
import unittest

from gen import Forward, GenTest, main, read_exactly, run
from gen_target import BLOCK, block
from servers import Server, close_with_reset
from world import HOST, PATIENCE, wait_for

BIG = 64 << 20
CROWD = 1000


def dial(port, word, host=HOST[4]):
    connection = socket.create_connection((host, port), timeout=PATIENCE)
    connection.sendall(word.encode() + b"\n")
    return connection


def rest(connection):
    data = bytearray()
    while part := connection.recv(1 << 20):
        data += part
    return bytes(data)


def given(size, seed):
    one = block(seed)
    return hashlib.sha256(one * (size // BLOCK) + one[:size % BLOCK]).hexdigest()


class ForwardTest(GenTest):
    @classmethod
    def arrange(cls):
        cls.target = cls.world.port()
        here = pathlib.Path(__file__).parent
        cls.world.child("target", [sys.executable, here / "gen_target.py", cls.target], [cls.target])

    def forward(self, *words, to=None, **options):
        return Forward(self.world, to or self.target, *words, **options)

    def counts(self, forward, **expected):
        """Once everything that this test opened has ended."""
        wait_for("all have ended", lambda: " open" not in forward.counts())
        code, line = forward.end()
        self.assertEqual(code, 0, line)
        for word, n in expected.items():
            self.assertIn(f"{n} {word.replace('_', ' ')}", line)
        return line

    def download(self, port, size, seed):
        with dial(port, f"give {size} {seed}") as connection:
            digest, total = hashlib.sha256(), 0
            while part := connection.recv(1 << 20):
                digest.update(part)
                total += len(part)
        return total, digest.hexdigest()

    def upload(self, port, size, seed):
        one = block(seed)
        with dial(port, "sum") as connection:
            for at in range(0, size, BLOCK):
                connection.sendall(one[:size - at])
            connection.shutdown(socket.SHUT_WR)
            return rest(connection).decode()

    def test_large_bodies_with_a_thousand_connections_beside_them(self):
        forward = self.forward()
        with contextlib.ExitStack() as stack:
            crowd = [stack.enter_context(dial(forward.port, "echo")) for _ in range(CROWD)]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                down = pool.submit(self.download, forward.port, BIG, 1)
                up = pool.submit(self.upload, forward.port, BIG, 2)
                for turn in range(2):
                    words = [random.Random(f"{turn} {i}").randbytes(1 + i * 7 % 3000) for i in range(CROWD)]
                    for connection, word in zip(crowd, words):
                        connection.sendall(word)
                    for connection, word in zip(crowd, words):
                        self.assertEqual(read_exactly(connection, len(word)), word)
                self.assertEqual(down.result(), (BIG, given(BIG, 1)))
                self.assertEqual(up.result(), given(BIG, 2))
            self.assertIn(f" {CROWD} open", forward.counts())
            for connection in crowd:
                connection.shutdown(socket.SHUT_WR)
            for connection in crowd:
                self.assertEqual(connection.recv(1), b"")
        self.counts(forward, connections=CROWD + 2, finished=CROWD + 2)

    def test_half_close_both_ways(self):
        forward = self.forward()
        with dial(forward.port, "sum") as connection:
            connection.sendall(b"abc")
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(rest(connection).decode(), hashlib.sha256(b"abc").hexdigest())
        got = []
        done = threading.Event()

        def talks_first_then_listens(connection):
            connection.sendall(b"hello")
            connection.shutdown(socket.SHUT_WR)
            got.append(rest(connection))
            done.set()
        other = self.forward(to=Server(self.world, talks_first_then_listens).port)
        with socket.create_connection((HOST[4], other.port), timeout=PATIENCE) as connection:
            self.assertEqual(rest(connection), b"hello")
            connection.sendall(b"after the end")
            connection.shutdown(socket.SHUT_WR)
            self.assertTrue(done.wait(PATIENCE))
        self.assertEqual(got[0][28:], b"after the end")
        self.counts(forward, finished=1)
        self.counts(other, finished=1)

    def test_slow_readers_are_waited_for_and_held_in_bounds(self):
        # Freed memory must be free, or the measure is of the sanitizer.
        forward = self.forward(env={"ASAN_OPTIONS": "quarantine_size_mb=1"})
        before = forward.status("VmRSS")
        size, slow = 20 << 20, []
        with contextlib.ExitStack() as stack:
            for i in range(12):
                connection = stack.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(PATIENCE)
                connection.connect((HOST[4], forward.port))
                connection.sendall(f"give {size} {i}\n".encode())
                slow.append(connection)
            seen = []

            def stuck():
                seen.append(forward.counts())
                return len(seen) > 4 and seen[-1] == seen[-5]
            wait_for("nothing moves any more", stuck)
            self.assertIn(" 12 open", seen[-1])
            self.assertLess(forward.status("VmRSS") - before, 16 << 10, "KiB for 12 slow readers")
            cpu = forward.cpu_seconds()
            time.sleep(0.5)  # what is measured: a stretch of time in which there is nothing to do
            self.assertLess(forward.cpu_seconds() - cpu, 0.1)
            self.assertEqual([hashlib.sha256(rest(c)).hexdigest() for c in slow[:3]], [given(size, i) for i in range(3)])
        forward.end()

    def test_a_slow_target_loses_nothing(self):
        gate = threading.Event()
        got = []

        def slow(connection):
            gate.wait(PATIENCE)
            got.append(hashlib.sha256(rest(connection)[28:]).hexdigest())
            connection.sendall(b"done")
        forward = self.forward(to=Server(self.world, slow).port)
        data = block(3) * 320
        with socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
            sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
            sender.start()
            gate.set()
            self.assertEqual(rest(connection), b"done")
            sender.join(PATIENCE)
        self.assertEqual(got, [hashlib.sha256(data).hexdigest()])
        self.counts(forward, finished=1)

    def test_a_client_that_sends_and_leaves_is_delivered(self):
        got = []
        done = threading.Event()

        def answers_a_gone_client(connection):
            connection.sendall(b"welcome\r\n" * 1000)
            got.append(rest(connection)[28:])
            done.set()
        forward = self.forward(to=Server(self.world, answers_a_gone_client).port)
        data = block(4)
        with socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            read_exactly(connection, 9)
        self.assertTrue(done.wait(PATIENCE))
        self.assertEqual(got, [data])
        forward.end()

    def test_a_reset_is_passed_on(self):
        forward = self.forward(to=Server(self.world, lambda c: (read_exactly(c, 28), close_with_reset(c))).port)
        with self.assertRaises(ConnectionResetError), socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
            connection.recv(1)
        self.counts(forward, reset=1)
        ends = []
        done = threading.Event()

        def notices(connection):
            try:
                rest(connection)
                ends.append("fin")
            except ConnectionResetError:
                ends.append("reset")
            done.set()
        forward = self.forward(to=Server(self.world, notices).port)
        connection = socket.create_connection((HOST[4], forward.port), timeout=PATIENCE)
        wait_for("it is carried", lambda: "1 open" in forward.counts())
        close_with_reset(connection)
        self.assertTrue(done.wait(PATIENCE))
        self.assertEqual(ends, ["reset"])
        self.counts(forward, reset=1)

    def test_the_header_says_who_connected_or_what_was_asked_for(self):
        forward = self.forward()
        with dial(forward.port, "who") as connection:
            own, header = connection.getsockname(), bytes.fromhex(rest(connection).decode())
        self.assertEqual(header[12:16].hex(), "2111000c")
        self.assertEqual(header[16:], socket.inet_aton(HOST[4]) * 2 + own[1].to_bytes(2, "big") + forward.port.to_bytes(2, "big"))
        forward.end()
        forward = self.forward("--src", "192.0.2.7:77", "--tlv", "AUTHORITY=example.com")
        with dial(forward.port, "who") as connection:
            header = bytes.fromhex(rest(connection).decode())
        self.assertEqual(header[16:26], socket.inet_aton("192.0.2.7") + socket.inet_aton(HOST[4]) + (77).to_bytes(2, "big"))
        self.assertTrue(header.endswith(b"\x02\x00\x0bexample.com"))
        forward.end()
        if 6 in self.world.families:
            forward = self.forward()
            with dial(forward.port, "who", HOST[6]) as connection:
                own, header = connection.getsockname(), bytes.fromhex(rest(connection).decode())
            self.assertEqual(header[13:16].hex(), "210024")
            self.assertEqual(header[16:], socket.inet_pton(socket.AF_INET6, HOST[6]) * 2 + own[1].to_bytes(2, "big") + forward.port.to_bytes(2, "big"))
            forward.end()

    def test_to_a_unix_socket(self):
        path = self.world.folder / "receiver.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            forward = self.forward(to=f"unix:{path}")
            with socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as client:
                accepted, _ = listener.accept()
                with accepted:
                    client.sendall(b"x")
                    self.assertEqual(read_exactly(accepted, 29)[28:], b"x")
            forward.end()

    def test_from_a_unix_socket(self):
        # A directory in which the user that forward becomes may remove what is its own.
        folder = self.world.folder / "front"
        folder.mkdir()
        folder.chmod(0o777)
        self.world.folder.chmod(0o711)
        path = folder / "front.sock"

        def header(*words):
            forward = self.forward(*words, listen=f"unix:{path}")
            self.assertEqual(path.stat().st_mode & 0o7777, 0o600)
            self.assertIn(f"listening on unix:{path}, to ", forward.log())
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(PATIENCE)
                connection.connect(str(path))
                connection.sendall(b"who\n")
                told = rest(connection)
            self.counts(forward, finished=1)
            self.assertFalse(path.exists(), "its own socket goes with it")
            return bytes.fromhex(told.decode())
        local = bytes.fromhex("0d0a0d0a000d0a515549540a20000000")
        self.assertEqual(header(), local)
        self.assertEqual(header("--src", "192.0.2.7:77", "--dst", "192.0.2.8:88")[12:].hex(), "2111000cc0000207c0000208004d0058")
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(str(path))
        dead.close()
        self.assertEqual(header("--tlv", "AUTHORITY=a"), local[:14] + bytes.fromhex("000402000161"))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_root_is_given_up(self):
        path = self.world.folder / "left.sock"
        forward = self.forward(listen=f"unix:{path}")
        for key, value in (("Uid", 65534), ("Gid", 65534), ("NoNewPrivs", 1)):
            self.assertEqual(forward.status(key), value, key)
        for key in ("CapPrm", "CapEff", "CapInh"):
            self.assertEqual(forward.status(key), 0, key)
        self.assertEqual(forward.end()[0], 0)
        self.assertIn(f"ppgen: unix:{path} is left behind", forward.log())
        self.assertEqual(forward.counts_line(), "0 connections: 0 finished; 0 bytes to the target, 0 back")
        self.assertEqual((run("forward", "--listen", "9", "--to", self.target, "-Z", "root").err), "ppgen: cannot give up root: user root is root too\n")

    def test_a_unix_socket_that_is_not_ours_stays(self):
        path = self.world.folder / "kept"
        path.write_text("kept")
        refused = run("forward", "--listen", f"unix:{path}", "--to", self.target)
        self.assertEqual((refused.code, refused.err), (3, f"ppgen: cannot listen on unix:{path}: it exists and is not a socket\n"))
        self.assertEqual(path.read_text(), "kept")
        taken = self.world.folder / "taken.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(taken))
            listener.listen()
            refused = run("forward", "--listen", f"unix:{taken}", "--to", self.target)
            self.assertEqual((refused.code, refused.err), (3, f"ppgen: cannot listen on unix:{taken}: Address already in use\n"))
            self.assertTrue(taken.exists())
        own = self.world.folder / "own.sock"
        refused = run("forward", "--listen", f"unix:{own}", "--to", f"unix:{own}")
        self.assertEqual((refused.code, refused.err), (2, f"ppgen: cannot forward to unix:{own}: the forwarder itself listens there\n"))
        self.assertFalse(own.exists())
        refused = run("forward", "--listen", "udp:9", "--to", self.target)
        self.assertEqual((refused.code, refused.err), (2, "ppgen: --listen 'udp:9': forward carries streams, TCP or unix:PATH\n"))

    def test_loopback_unless_others_are_allowed(self):
        port = self.world.port()
        for listen in (f"*:{port}", f"0.0.0.0:{port}", f"[::]:{port}", f"192.0.2.1:{port}"):
            refused = run("forward", "--listen", listen, "--to", f"127.0.0.1:{self.target}")
            self.assertEqual((refused.code, refused.err), (2, f"ppgen: --listen '{listen}' is open to others: --allow CIDR says who may connect\n"))
        forward = self.forward("--allow", "192.0.2.0/24", listen="*:{}")
        self.assertIn("open to every interface", forward.log())
        with socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
            with contextlib.suppress(ConnectionResetError):
                self.assertEqual(connection.recv(1), b"")
        self.counts(forward, others_not_allowed=1, connections=0)
        forward = self.forward("--allow", "192.0.2.0/24", "--allow", "127.0.0.0/8", listen="0.0.0.0:{}")
        with dial(forward.port, "who") as connection:
            self.assertEqual(len(rest(connection)), 56)
        self.counts(forward, finished=1)
        forward = self.forward()
        bound = {line.split(",")[0].rpartition(":")[0] for line in forward.log().splitlines() if line.startswith("listening on ")}
        self.assertLessEqual(bound, {"listening on 127.0.0.1", "listening on [::1]"})
        forward.end()

    def test_it_refuses_to_forward_to_itself(self):
        port = self.world.port()
        for listen, to in ((port, f"127.0.0.1:{port}"), (port, f"localhost:{port}"), (f"0.0.0.0:{port}", f"127.0.0.1:{port}"), (port, f"0.0.0.0:{port}")):
            refused = run("forward", "--listen", listen, "--to", to, "--allow", "127.0.0.0/8")
            self.assertEqual((refused.code, refused.err), (2, f"ppgen: cannot forward to {to}: the forwarder itself listens there\n"))

    def test_a_target_that_refuses(self):
        nobody = self.world.port()
        forward = self.forward(to=nobody)
        for _ in range(3):
            with self.assertRaises(ConnectionResetError), socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
                connection.recv(1)
        self.assertEqual(forward.log().count(f"ppgen: cannot connect to 127.0.0.1:{nobody}: connection refused\n"), 1)
        self.counts(forward, could_not_reach_the_target=3)

    def test_limits_on_connections_and_on_idle_ones(self):
        forward = self.forward("--max-connections", "2")
        first, second = dial(forward.port, "echo"), dial(forward.port, "echo")
        with second, dial(forward.port, "who") as third:
            wait_for("two are carried", lambda: "2 open" in forward.counts())
            self.assertIn("2 connections", forward.counts())
            first.close()
            self.assertEqual(len(rest(third)), 56)
        forward.end()
        forward = self.forward("--idle", "100ms")
        with dial(forward.port, "echo") as connection:
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
        self.counts(forward, idle_for_too_long=1)

    def test_running_out_of_descriptors_pauses_accepting(self):
        forward = self.forward()
        with contextlib.ExitStack() as stack:
            limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            used = len(list(pathlib.Path(f"/proc/{forward.process.pid}/fd").iterdir()))
            forward.limit_descriptors(used + 5)
            crowd = [stack.enter_context(socket.create_connection((HOST[4], forward.port), timeout=PATIENCE)) for _ in range(8)]
            wait_for("some are carried", lambda: "open" in forward.counts())
            cpu = forward.cpu_seconds()
            time.sleep(0.3)  # what is measured: a stretch of time in which nothing can be accepted
            self.assertLess(forward.cpu_seconds() - cpu, 0.1)
            forward.limit_descriptors(limit)
            crowd[-1].sendall(b"echo\nx")
            self.assertEqual(crowd[-1].recv(1), b"x")
        forward.end()

    def test_connecting_takes_five_seconds_at_most(self):
        with contextlib.ExitStack() as stack:
            # Its queue is full, and it accepts nobody.
            deaf = stack.enter_context(socket.socket())
            deaf.bind((HOST[4], 0))
            deaf.listen(0)
            to = deaf.getsockname()[1]
            for _ in range(3):
                knock = stack.enter_context(socket.socket())
                knock.setblocking(False)
                knock.connect_ex((HOST[4], to))
            forward = self.forward(to=to)
            begin = time.monotonic()
            with self.assertRaises(ConnectionResetError), socket.create_connection((HOST[4], forward.port), timeout=PATIENCE) as connection:
                connection.recv(1)
            self.assertTrue(4.9 < time.monotonic() - begin < 10)
            self.assertIn(f"cannot connect to 127.0.0.1:{to}: connection timed out", forward.log())
            self.counts(forward, could_not_reach_the_target=1)

    def test_options_that_mean_nothing_here_are_refused(self):
        for words, why in ((("--count", "5"), "--count cannot be used here: every connection gets a header"),
                           (("--spp",), "--spp cannot be used here: it is for datagrams, and forward carries streams"),
                           (("--max-per-source", "0"), None), (("--max-connections", "x"), None)):
            refused = run("forward", "--listen", self.world.port(), "--to", self.target, *words)
            self.assertEqual(refused.code, 2, refused)
            self.assertEqual(len(refused.err.splitlines()), 1, refused)
            if why:
                self.assertEqual(refused.err, f"ppgen: {why}\n")

    def test_the_help_says_what_a_header_is(self):
        told = run("forward", "--help")
        self.assertEqual(told.code, 0)
        self.assertIn("Receivers believe these headers: only use ppgen against systems you operate.", " ".join(told.out.split()))


if __name__ == "__main__":
    main(ForwardTest)
