"""The connection numbers of ppinspect beside those of tshark 4.0, which tests/data/connection_numbers.tsv holds for the corpus.

connection_numbers_test.py PPINSPECT. The goldens are written by scripts/numbers-against-tshark --write.
"""
import json
import os
import unittest

import ppinspect
from capture_files import conversation, pcap, tcp, udp

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def goldens():
    """name, how many connections, {frame: number}."""
    with open(os.path.join(ROOT, "tests", "data", "connection_numbers.tsv")) as lines:
        for line in lines:
            name, count, frames = line.rstrip("\n").split("\t")
            yield name, int(count), {int(frame): int(number[1:]) for frame, number in (item.split(":") for item in frames.split())}


class Numbers(unittest.TestCase):
    def test_as_tshark(self):
        seen = 0
        for name, count, numbers in goldens():
            path = os.path.join(ROOT, "corpus", "pcap", name)
            with self.subTest(name):
                records = ppinspect.run("-o", "json", path).records()
                for record in records:
                    if "connection" in record:
                        self.assertEqual(record["connection"], numbers[record["frame"]], record["frame"])
                        seen += 1
                summary = json.loads(ppinspect.run("-S", "-o", "json", path).out)
                self.assertEqual(summary["connections"], count)
        self.assertGreater(seen, 20)

    def test_what_takes_a_number(self):
        """Each row: packets before a good connection, and the number that tshark gives to that one."""
        server = ("10.0.0.2", 9999)
        other = ("10.0.0.9", 5000)
        ack = tcp(other, server, 1, 1, 0x10)
        again = conversation([b"GET / HTTP/1.1\r\n\r\n"], sequence=77)
        rows = [
            ("nothing", [], 0),
            ("a bare acknowledgement of another connection", [ack], 1),
            ("several of them are one connection", [ack, ack, tcp(server, other, 1, 1, 0x10)], 1),
            ("a SYN that nobody answers", [tcp(other, server, 1, 0, 2)], 1),
            ("the same endpoints, with another sequence number", again, 1),
            ("the same SYN", conversation([V1])[:1], 0),
            ("a reset", [tcp(other, server, 1, 1, 0x14)], 1),
            ("a datagram, which has numbers of its own", [udp(other, server, b"x")], 0),
        ]
        for what, before, number in rows:
            with self.subTest(what):
                records = ppinspect.run("-o", "json", "-e", "none", stdin=pcap(before + conversation([V1]))).records()
                self.assertEqual([r["connection"] for r in records], [number])

    def test_every_capture_of_the_corpus_has_a_golden(self):
        self.assertEqual(sorted(name for name, _, _ in goldens()), sorted(os.listdir(os.path.join(ROOT, "corpus", "pcap"))))


if __name__ == "__main__":
    ppinspect.main()
