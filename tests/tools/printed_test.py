"""Bytes and packets as programs print them read back as what they were, from a pipe and through -x, or are refused in words.

printed_test.py PPINSPECT
"""
import os
import pathlib
import unittest

import ppinspect

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
PART = {"v2-node-buffer-trunc.txt"}  # the program left bytes out
LINE_END_LOST = {"v1-caret.txt", "v1-qp-soft-breaks.txt"}     # the shell takes the last line end, which is a part of the header


def text_of(path):
    return path.read_bytes()


class Printed(unittest.TestCase):
    def test_each_form_reads_back(self):
        files = sorted(path for path in (DATA / "printed").glob("*.txt"))
        self.assertGreater(len(files), 250)
        for path in files:
            wanted = (DATA / "printed" / f"{path.name[:2]}.bin").read_bytes()
            with self.subTest(path.name):
                piped = ppinspect.run("-o", "raw", stdin=text_of(path))
                if path.name in PART:
                    self.assertTrue(wanted.startswith(piped.out) and piped.out)
                    self.assertIn("a part of the bytes is printed here", piped.talk())
                    continue
                self.assertEqual(piped.out, wanted)
                if path.name not in LINE_END_LOST:
                    argument = ppinspect.run("-o", "raw", "-x", os.fsdecode(text_of(path).rstrip(b"\n")))
                    self.assertEqual(argument.out, wanted)

    def test_a_dump_that_lost_a_row_is_refused(self):
        for name in ("v2-hexdump-C.txt", "v2-od-default.txt", "v2-xxd-b.txt", "v2-windbg.txt", "v2-openssl.txt"):
            lines = text_of(DATA / "printed" / name).splitlines(keepends=True)
            middle = [n for n, line in enumerate(lines) if line.strip()][2]
            with self.subTest(name):
                result = ppinspect.run("-o", "raw", stdin=b"".join(lines[:middle] + lines[middle + 1:]))
                self.assertFalse(result.out.startswith((DATA / "printed/v2.bin").read_bytes()[:40]), name)

    def test_packets_take_the_way_of_a_capture(self):
        one = {"tcpdump-X.txt": 1, "tcpdump-xx.txt": 1, "tshark-x.txt": 1, "ws-frame-hexstream.txt": 1, "tcpdump-X-many.txt": 2}
        for name, headers in one.items():
            records = ppinspect.run("-o", "json", stdin=text_of(DATA / "dumps" / name)).records()
            with self.subTest(name):
                self.assertEqual([(r["command"], r["peer"]["proto"], r["header_bytes"]) for r in records], [("LOCAL", "tcp", 16)] * headers)
        times = [r["time"] for r in ppinspect.run("-o", "json", stdin=text_of(DATA / "dumps/tcpdump-X-many.txt")).records()]
        self.assertEqual(times[0], "1970-01-01T06:32:03.370448000Z")

    def test_a_header_on_each_line(self):
        records = ppinspect.run("-o", "json", stdin=text_of(DATA / "dumps/tshark-fields.txt")).records()
        self.assertEqual([(r["line"], r["command"]) for r in records], [(1, "LOCAL"), (2, "LOCAL"), (3, "PROXY")])

    def test_text_that_is_nothing_is_refused_with_its_place(self):
        for stdin, place in ((b"hello world\n", "-:1:1"), (b"0d0a\nzz\n", "-:2:1")):
            result = ppinspect.run(stdin=stdin)
            self.assertEqual((result.code, result.out), (3, b""))
            self.assertIn(f"ppinspect: {place}: ", result.talk())
        result = ppinspect.run("-x", "hello")
        self.assertEqual(result.code, 2)
        self.assertIn("neither hex nor base64 nor a header: 'h' is not a hexadecimal digit", result.talk())

    def test_what_has_a_name_is_judged(self):
        for text in (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"SSH-2.0-x\r\n"):
            records = ppinspect.run("-o", "json", stdin=text).records()
            self.assertEqual([r["verdict"] for r in records], ["missing"])

    def test_a_line_with_escapes_and_one_without(self):
        line = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443"
        self.assertEqual(ppinspect.run("-o", "json", stdin=line + b"\\r\\n\n").records()[0]["verdict"], "valid")
        self.assertEqual(ppinspect.run("-o", "json", stdin=line + b"\n").records()[0]["findings"][0]["code"], "v1-line-end")

    def test_the_valid_reading_counts(self):
        start = r"\r\n\r\n\0\r\nQUIT\n!\x11\0\x0f\xc0\0\x02\n\xc63d\x14\xdc\x04\x01\xbb"
        # \02 is one byte in C, and two in Rust: the reading that gives a valid header counts.
        only_rust = ppinspect.run("-o", "json", "-x", start + r"\xe0\0\02")
        self.assertEqual([(r["verdict"], r["header_bytes"]) for r in only_rust.records()], [("valid", 31)])
        self.assertNotIn("another header", only_rust.talk())


if __name__ == "__main__":
    ppinspect.main()
