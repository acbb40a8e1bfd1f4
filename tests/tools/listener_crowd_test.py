"""Crowds at the listener: idle and dribbling senders, headers held at their last byte, random bytes. A good client is answered
in its usual time, and memory and descriptors go back to where they were.

listener_crowd_test.py PPINSPECT [unittest's words]     PP_CROWD=full: 10,000 idle, 1,000 dribbling, 1,000 held; else a tenth
"""
import contextlib
import os
import random
import resource
import selectors
import socket
import statistics
import struct
import time
import unittest

import ppinspect
from listener_more_test import PATIENCE, ListenerCase
from listener_test import REQUEST, V1, V2

FULL = os.environ.get("PP_CROWD") == "full"
IDLE, SLOW, HELD = (10000, 1000, 1000) if FULL else (1000, 100, 100)
PACE = 2.0 if FULL else 0.2  # seconds between the bytes of a slow sender
SANITIZED = b"__asan_init" in open(ppinspect.program(), "rb").read()
MIB = 1 << 20


class State:
    """What /proc says of the listener."""

    def __init__(self, pid):
        with open("/proc/%d/status" % pid) as file:
            fields = dict(line.split(":", 1) for line in file)
        self.rss = int(fields["VmRSS"].split()[0]) << 10
        self.descriptors = len(os.listdir("/proc/%d/fd" % pid))

    def __str__(self):
        return "%.1f MiB resident, %d descriptors" % (self.rss / MIB, self.descriptors)


def good_client(listener, times=15):
    """Seconds until a good header is answered: the median, for the machine has other things to do."""
    spent = []
    for _ in range(times):
        start = time.monotonic()
        with listener.connect() as connection:
            connection.sendall(V2 + REQUEST)
            if b'"verdict":"valid"' not in connection.recv(65536):
                raise AssertionError("no answer")
        spent.append(time.monotonic() - start)
    return statistics.median(spent)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Crowd(ListenerCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("a process that may not be dumped shows its descriptors to root alone")
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = IDLE + SLOW + 200
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise unittest.SkipTest("%d descriptors, %d are allowed" % (wanted, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

    def state(self, listener, when):
        state = State(listener.process.pid)
        print("%s: %s" % (when, state))
        return state

    @staticmethod
    def own(listener):
        """Its descriptors without any connection, once it has them all."""
        folder = "/proc/%d/fd/" % listener.process.pid
        end = time.monotonic() + PATIENCE
        while not any(os.readlink(folder + fd) == "anon_inode:[eventpoll]" for fd in os.listdir(folder)):
            if time.monotonic() > end:
                raise AssertionError("it does not listen")
        return State(listener.process.pid).descriptors

    def until(self, listener, descriptors, rss=1 << 40):
        """Waits until the listener holds no more than these."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = State(listener.process.pid)
            if state.descriptors <= descriptors and (SANITIZED or state.rss <= rss):
                return
            time.sleep(0.01)

    def test_idle_and_slow_senders_delay_nobody(self):
        listener = self.listen("--wait", "10m", "--reply", "json", "-S")
        own = self.own(listener)
        usual = good_client(listener)
        self.until(listener, own)
        before = self.state(listener, "before")
        idle = [listener.connect() for _ in range(IDLE)]
        slow = [listener.connect() for _ in range(SLOW)]
        spent = []
        for round_number in range(3):
            start = time.monotonic()
            for connection in slow:
                connection.sendall(V1[round_number:round_number + 1])
            spent.append(good_client(listener, 5))
            time.sleep(max(0.0, PACE - (time.monotonic() - start)))
        during = self.state(listener, "during %d idle and %d slow" % (IDLE, SLOW))
        print("a good client: %.2f ms before, %.2f ms among them" % (usual * 1000, statistics.median(spent) * 1000))
        self.assertGreaterEqual(during.descriptors, before.descriptors + IDLE + SLOW)
        # A look at each of the others would cost milliseconds; the rest of the bound is the machine's noise.
        self.assertLess(statistics.median(spent), 3 * usual + 0.05)
        if not SANITIZED:
            self.assertLess(during.rss, 64 * MIB)
        for connection in idle + slow:
            connection.close()
        self.until(listener, before.descriptors, before.rss + 4 * MIB)
        after = self.state(listener, "after")
        self.assertLessEqual(after.descriptors, before.descriptors)
        if not SANITIZED:
            self.assertLessEqual(after.rss, before.rss + 4 * MIB)

    def test_headers_held_at_their_last_byte(self):
        header = V2[:14] + b"\xff\xff" + V2[16:28] + b"\x04\xff\xf0" + bytes(65535 - 15)
        listener = self.listen("--wait", "10m", "--reply", "json", "-S")
        own = self.own(listener)
        usual = good_client(listener)
        self.until(listener, own)
        before = self.state(listener, "before")
        held = []
        selector = selectors.DefaultSelector()
        for _ in range(HELD):
            connection = listener.connect()
            connection.setblocking(False)
            left = memoryview(header)[:-1]
            selector.register(connection, selectors.EVENT_WRITE, [left])
            held.append(connection)
        while selector.get_map():
            for key, _ in selector.select(PATIENCE):
                left = key.data[0]
                with contextlib.suppress(BlockingIOError):
                    left = left[key.fileobj.send(left):]
                key.data[0] = left
                if not left:
                    selector.unregister(key.fileobj)
        among = good_client(listener)
        during = self.state(listener, "during %d headers of 65,551 bytes but one" % HELD)
        self.assertLess(among, 3 * usual + 0.05)
        if not SANITIZED:
            self.assertLess(during.rss, before.rss + 96 * MIB)
        held[0].setblocking(True)
        held[0].settimeout(PATIENCE)
        held[0].sendall(header[-1:])
        self.assertIn(b'"header_bytes":65551', held[0].recv(200000))
        for index, connection in enumerate(held):
            (reset if index % 2 else socket.socket.close)(connection)
        self.until(listener, before.descriptors, before.rss + 8 * MIB)
        after = self.state(listener, "after")
        self.assertLessEqual(after.descriptors, before.descriptors)
        if not SANITIZED:
            self.assertLessEqual(after.rss, before.rss + 8 * MIB)
        talk = listener.end()[1]
        self.assertIn("%d truncated" % (HELD - 1), talk)

    def test_the_oldest_go_when_memory_is_short(self):
        if not FULL:
            self.skipTest("100 MiB of headers: PP_CROWD=full")
        header = V2[:14] + b"\xff\xff" + V2[16:28] + b"\x04\xff\xf0" + bytes(65535 - 16)
        listener = self.listen("--wait", "10m", "--reply", "json", "-S")
        held = []
        for _ in range(1700):
            held.append(listener.connect())
            held[-1].sendall(header)
        good_client(listener)
        self.assertLess(State(listener.process.pid).rss, 128 * MIB)
        self.assertRegex(listener.end()[1], "[0-9]+ connections? closed early: the oldest")
        for connection in held:
            connection.close()

    def test_random_bytes(self):
        draw = random.Random(20261125)
        listener = self.listen("--wait", "10m")
        own = self.own(listener)
        words = {}
        for number in range(300):
            data = draw.randbytes(draw.randrange(1, 400))
            if number % 3 == 1:
                data = V2[:draw.randrange(1, 28)] + data
            if number % 3 == 2:
                data = V1[:draw.randrange(1, len(V1))] + data
            connection = listener.connect()
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            if number % 2:
                reset(connection)
            else:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                connection.close()
            verdict = listener.record()["verdict"]
            words[verdict] = words.get(verdict, 0) + 1
        print("random bytes: %s" % words)
        self.assertLessEqual(set(words), {"valid", "warning", "malformed", "truncated", "missing"})
        self.assertGreater(words["malformed"], 20)
        self.until(listener, own)
        self.assertEqual(State(listener.process.pid).descriptors, own)
        self.assertIn("300 connections", listener.end()[1])


if __name__ == "__main__":
    ppinspect.main()
