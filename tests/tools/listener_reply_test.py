"""Replies of ppinspect -L to senders that send the worst header and read nothing: bounded, and said to be cut.

listener_reply_test.py PPINSPECT [unittest's words]     PP_CROWD=full: 1,000 such senders; else 300
"""
import signal
import socket
import threading
import unittest

import ppinspect
from listener_crowd_test import FULL, MIB, SANITIZED, State
from listener_more_test import PATIENCE, ListenerCase, answer
from listener_test import REQUEST, V2

CROWD = 1000 if FULL else 300
MOST = 64 << 10
# A right length, one CRC32C of no bytes after another: 3 bytes of header that a view turns into a line or an object each.
WORST = V2[:14] + (65535 - 3).to_bytes(2, "big") + V2[16:] + b"\x03\0\0" * 21840


class Attack(ListenerCase):
    def crowd(self, listener):
        """All have sent their header, and none has read a byte."""
        senders = []
        for _ in range(CROWD):
            sender = socket.socket()
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            sender.settimeout(PATIENCE)
            sender.connect(listener.at())
            sender.sendall(WORST + REQUEST)
            self.addCleanup(sender.close)
            senders.append(sender)
        return senders

    def test_senders_that_do_not_read(self):
        for form in ("json", "http"):
            with self.subTest(form=form):
                listener = self.listen("--reply", form, "--wait", "10m", "-S")
                answer(listener.connect(), V2 + REQUEST)
                before = State(listener.process.pid).rss
                senders = self.crowd(listener)
                # Each has been judged when the first byte of its answer is there.
                most = 0
                for sender in senders:
                    self.assertEqual(len(sender.recv(1)), 1)
                    most = max(most, State(listener.process.pid).rss)
                print("--reply %s, %d senders: %.1f MiB before, %.1f MiB at most" % (form, CROWD, before / MIB, most / MIB))
                if not SANITIZED:
                    self.assertLess(most - before, 96 * MIB)
                with listener.connect() as good:
                    good.sendall(V2 + REQUEST)
                    self.assertIn(b"192.0.2.10", good.recv(4096))
                for sender in senders:
                    sender.close()
                self.assertIn("1 ok", listener.end()[1].replace("2 ok", "1 ok"))


def with_record(listener, data):
    """The reply, and the records that are shown meanwhile: they are longer than a pipe holds."""
    shown = []
    reader = threading.Thread(target=lambda: shown.append(listener.process.stdout.read()))
    reader.start()
    got = answer(listener.connect(), data, end=False)
    listener.process.send_signal(signal.SIGINT)
    reader.join()
    return got, [ppinspect.strict_json(line) for line in shown[0].splitlines(keepends=True)]


class Bounded(ListenerCase):
    def test_json_is_cut_and_says_so(self):
        got, (shown,) = with_record(self.listen("--reply", "json"), WORST + REQUEST)
        self.assertLessEqual(len(got), MOST)
        record = ppinspect.strict_json(got)
        self.assertIs(record.pop("reply_cut"), True)
        self.assertNotIn("hex", record)
        self.assertGreater(len(record["tlvs"]), 100)
        self.assertEqual(record["tlvs"], shown["tlvs"][:len(record["tlvs"])])
        for key in ("verdict", "header_bytes", "src", "dst", "peer", "payload", "host"):
            self.assertEqual(record[key], shown[key], key)
        self.assertEqual(len(shown["tlvs"]), 21840)
        self.assertNotIn("reply_cut", shown)

    def test_http_is_cut_and_says_so(self):
        got = answer(self.listen("--reply", "http", "-S").connect(), WORST + REQUEST, end=False)
        self.assertLessEqual(len(got), MOST)
        head, _, body = got.partition(b"\r\n\r\n")
        self.assertIn(b"Content-Length: %d" % len(body), head)
        self.assertIn(b"  source       192.0.2.10:56324\n", body)
        self.assertRegex(body.decode(), r"\n  \.\.\. +cut: the TLVs of the last [0-9]+ bytes are left out\n  payload +")

    def test_text_that_grows_when_it_is_escaped(self):
        """Bidirectional controls are three bytes on the wire and six in JSON."""
        text = "\u202e".encode() * 10000
        header = V2[:14] + (12 + 3 + len(text)).to_bytes(2, "big") + V2[16:] + b"\x02" + len(text).to_bytes(2, "big") + text
        for form in ("json", "http"):
            got = answer(self.listen("--reply", form, "-S").connect(), header + REQUEST, end=False)
            self.assertLessEqual(len(got), MOST, form)
            self.assertIn(b"192.0.2.10", got)

    def test_chained_headers_share_the_bound(self):
        chained = V2[:14] + (12 + 3 * 120).to_bytes(2, "big") + V2[16:] + b"\x03\0\0" * 120
        listener = self.listen("--reply", "json", "-S")
        got = answer(listener.connect(), WORST + chained + REQUEST, end=False)
        self.assertLessEqual(len(got), MOST)
        records = [ppinspect.strict_json(line) for line in got.splitlines(keepends=True)]
        self.assertEqual([r["header_bytes"] for r in records], [len(WORST), len(chained)])
        self.assertTrue(all(r["reply_cut"] for r in records))

    def test_a_short_reply_is_whole(self):
        listener = self.listen("--reply", "json")
        got = answer(listener.connect(), V2 + REQUEST, end=False)
        self.assertEqual(ppinspect.strict_json(got), listener.record())


if __name__ == "__main__":
    ppinspect.main()
