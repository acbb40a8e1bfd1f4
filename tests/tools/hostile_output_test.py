"""Whatever the wire, a file name or an argument holds: output is text that a terminal can show, and JSON is UTF-8."""
import os
import random
import re
import unittest

import catalogue
import ppinspect
from capture_files import conversation, pcap, udp, SERVER
from catalogue import tlv, v2

SEED = 20261123
# ESC, CSI as C1, DEL, CR, BEL, bidi override, zero width, line separator, tag, broken UTF-8, NUL.
EVIL = b"\x1b[31m\x1b]0;title\x07" + "\u009b2J\u202eabc\u2066\u200b\u2028\ufeff\U000e0041\u00ad".encode() + b"\x7f\r\n\xff\xc3\x28\x00\x9b31m\t"
PALETTE = ("0", "1;31", "1;35", "36", "1;32", "1", "2")
STYLES = ([], ["-v"], ["-vv"], ["-q"], ["-v", "--ascii"], ["-vv", "-ttttt"], ["-S"], ["--width", "60"], ["-v", "--all", "--width", "40"])


def unsafe(codepoint):
    """Characters that move, hide, reorder or join what a terminal shows."""
    c = codepoint
    return ((c < 0x20 and c != 0x0a) or 0x7f <= c <= 0x9f or c in (0xad, 0x61c, 0x34f, 0x3164, 0xfeff, 0xffa0) or 0x200b <= c <= 0x200f
            or 0x2028 <= c <= 0x202e or 0x2060 <= c <= 0x206f or 0xfff0 <= c <= 0xfffb or 0xe0000 <= c <= 0xe0fff or 0xfe00 <= c <= 0xfe0f)


def client_hello(name, protocol):
    sni = b"\0\0" + (len(name) + 5).to_bytes(2, "big") + (len(name) + 3).to_bytes(2, "big") + b"\0" + len(name).to_bytes(2, "big") + name
    alpn = b"\0\x10" + (len(protocol) + 3).to_bytes(2, "big") + (len(protocol) + 1).to_bytes(2, "big") + bytes([len(protocol)]) + protocol
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + len(sni + alpn).to_bytes(2, "big") + sni + alpn
    return b"\x16\x03\x01" + (len(body) + 4).to_bytes(2, "big") + b"\x01" + len(body).to_bytes(3, "big") + body


def hostile_headers():
    """Every place of a header that holds a sender's bytes, full of what does not belong on a terminal."""
    ssl = b"\x07\0\0\0\0" + b"".join(tlv(kind, EVIL) for kind in range(0x21, 0x29))
    out = [v2(tlv(kind, EVIL)) for kind in range(256)]
    out += [v2(tlv(0x20, ssl)), v2(tlv(0xea, b"\x01vpce-" + EVIL)), v2(tlv(0xe1, b"\x01" + EVIL)), v2(tlv(0xe0, b"-----BEGIN" + EVIL))]
    for start in (b"", b"\0"):
        out.append(v2(block=(start + EVIL)[:108].ljust(108, b"\0") * 2, fixed=catalogue.FIXED[:13] + b"\x31"))
    out += [b"PROXY UNKNOWN " + EVIL.replace(b"\r\n", b"") + b"\r\n", b"PROXY " + EVIL, b"PROXY TCP4 " + EVIL, b"PROXY TCP6 ::1 " + EVIL,
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1" + EVIL, b"PROXY" + EVIL, b"proxy" + EVIL, EVIL]
    return out


def hostile_payloads():
    return [b"GET /" + EVIL.replace(b"\r\n", b"") + b" HTTP/1.1\r\nHost: " + EVIL.replace(b"\r\n", b"") + b"\r\n\r\n", b"SSH-2.0-" + EVIL, b"EHLO " + EVIL,
            client_hello(EVIL, EVIL[:40]), EVIL, b"*1\r\n" + EVIL, b"PRI * HTTP/2" + EVIL]


def random_inputs():
    source = random.Random(SEED)
    out = [bytes(source.randrange(256) for _ in range(source.randrange(80))) for _ in range(150)]
    for row in catalogue.rows():
        if 0 < len(row.bytes) < 400:
            data = bytearray(row.bytes)
            for _ in range(source.randrange(1, 5)):
                data[source.randrange(len(data))] = source.choice([0x1b, 0x9b, 0x7f, 0x0d, 0xe2, 0xff, 0, source.randrange(256)])
            out.append(bytes(data))
    return out


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.inputs = hostile_headers() + random_inputs() + [v2() + p for p in hostile_payloads()] + hostile_payloads()
        packets = []
        for index, data in enumerate(cls.inputs):
            who = ("10.%d.%d.1" % (index // 250, index % 250), 1024 + index)
            answers = hostile_payloads() + [b"HTTP/1.1 400 " + EVIL, b"500 " + EVIL, b"-ERR " + EVIL, b"Protocol mismatch" + EVIL, b"200 \x9b31m\xff"]
            packets += conversation([data] if data else [b"x"], client=who, answer=answers[index % len(answers)], end="fin")
            packets.append(udp(who, SERVER, data))
        cls.capture = pcap(packets)
        cls.lines = b"".join(data.hex().encode() + b"\n" for data in cls.inputs)
        # The same as text, with as much of it unescaped as a line can hold.
        cls.lines += b"".join(data.replace(b"\n", b"").replace(b"\\", b"\\\\") + b"\n" for data in cls.inputs)

    def everywhere(self, *arguments):
        yield "capture", ppinspect.run("-e", "9999", *arguments, stdin=self.capture)
        yield "lines", ppinspect.run("--input-type", "lines", *arguments, stdin=self.lines)

    def clean(self, name, out, ascii_only=False):
        text = out.decode("utf-8")
        for line in text.split("\n"):
            bad = [hex(ord(c)) for c in line if unsafe(ord(c)) or (ascii_only and ord(c) > 0x7e)]
            if bad:
                self.fail("%s: %s in %r" % (name, bad, line[:300]))

    def test_text(self):
        for style in STYLES:
            for name, result in self.everywhere(*style):
                with self.subTest(name, style=style, seed=SEED):
                    self.clean(name, result.out, "--ascii" in style)
                    self.clean(name, result.err, True)

    def test_colour_is_the_palette(self):
        for name, result in [*self.everywhere("--color=always", "-vv"), *self.everywhere("--color=always", "--width", "60")]:
            with self.subTest(name):
                codes = re.findall(rb"\x1b\[([0-9;]*)m", result.out)
                self.assertLessEqual({c.decode() for c in codes}, set(PALETTE))
                self.clean(name, re.sub(rb"\x1b\[[0-9;]*m", b"", result.out))
                # Every line puts back what it sets.
                for line in result.out.splitlines():
                    found = re.findall(rb"\x1b\[([0-9;]*)m", line)
                    self.assertEqual(found[1::2], [b"0"] * (len(found) // 2))
                    self.assertEqual(len(found) % 2, 0)

    def test_json(self):
        for name, result in self.everywhere("-o", "json"):
            with self.subTest(name):
                count = 0
                for line in result.out.splitlines(keepends=True):
                    ppinspect.strict_json(line)
                    count += 1
                self.assertEqual(result.out.count(b"\n"), count)
                self.assertGreater(count, len(self.inputs) - 1)
                # Nothing to obey for a terminal that JSON is printed on either.
                self.clean(name, result.out)

    def test_text_holds_the_names_in_escapes(self):
        result = ppinspect.run(stdin=v2(tlv(2, b"\x1b[31mwww")))
        self.assertIn(b"AUTHORITY    \\x1b[31mwww\n", result.out)

    def test_streams_of_hostile_bytes(self):
        for data in (EVIL, b"PROXY TCP4 " + EVIL, v2(tlv(2, EVIL)) + v2(tlv(0x30, EVIL)) + EVIL, b"DQoN" + EVIL, b"0d0a" + EVIL):
            for arguments in ([], ["-vv"], ["--input-type", "hex"], ["--input-type", "base64"], ["--input-type", "pcap"]):
                with self.subTest(data=data[:20], arguments=arguments):
                    result = ppinspect.run(*arguments, stdin=data)
                    self.clean("stdout", result.out)
                    self.clean("stderr", result.err, True)


class Names(unittest.TestCase):
    """File names and arguments are hostile too."""

    name = "n\x1b[31m\u202e\u200b\x7f\u009b\r\n.pcap"

    def check(self, result):
        Hostile.clean(self, "stdout", result.out)
        Hostile.clean(self, "stderr", result.err, True)

    def test_files(self):
        contents = [pcap(conversation([b"PROXY TCP4 x" + EVIL])), b"PROXY TCP4 x\r\n", b"\x1f\x8bgzip", b"\x28\xb5\x2f\xfd", b"0d0a0", pcap([])[:20],
                    pcap(conversation([v2()])) + b"\xff" * 30, pcap([])[:20] + b"\x7f\0\0\0" + pcap(conversation([v2()]))[24:]]
        with ppinspect.scratch() as directory:
            path = os.path.join(directory, self.name)
            for content in contents:
                with open(path, "wb") as file:
                    file.write(content)
                for arguments in ([], ["-v"], ["--input-type", "lines"], ["--input-type", "hex"]):
                    with self.subTest(content=content[:12], arguments=arguments):
                        self.check(ppinspect.run(*arguments, "-r", self.name, cwd=directory))
            records = ppinspect.run("-o", "json", "--input-type", "lines", self.name, cwd=directory).records()
            self.assertEqual(records[0]["input"], self.name)
            # A name that is not UTF-8 is escaped in JSON.
            os.rename(path, os.path.join(directory.encode(), b"\xff\x1b.txt"))
            records = ppinspect.run("-o", "json", "--input-type", "lines", b"\xff\x1b.txt", cwd=directory).records()
            self.assertEqual(records[0]["input"], "\\xff\\x1b.txt")
            os.mkdir(path)
            self.check(ppinspect.run("-r", self.name, cwd=directory))

    def test_arguments(self):
        for option in ("-r", "-x", "--src", "--dst", "--tlv", "-e", "--only", "--fail-on", "-o", "--color", "--input-type", "--explain", "-Z", "--max-chain"):
            with self.subTest(option):
                result = ppinspect.run(option, self.name)
                self.check(result)
                self.assertIn(result.code, (2, 3, 4))
        for words in ([self.name], ["--" + self.name], ["-" + self.name], ["--", self.name], [b"\xff\xfe\x1b"]):
            with self.subTest(words):
                result = ppinspect.run(*words)
                self.check(result)
                self.assertIn(result.code, (2, 3))


if __name__ == "__main__":
    ppinspect.main()
