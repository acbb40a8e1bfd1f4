"""Compressed input: every kind of input in gzip and zstd says what the plain one says, and what is damaged says where.

compressed_test.py PPINSPECT
"""
import gzip
import os
import re
import subprocess
import unittest
import zlib

import ppinspect
from capture_files import conversation, pcap, pcapng
from catalogue import REQUEST, v2

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
OK = b"HTTP/1.1 200 OK\r\n\r\n"


def many(count=40):
    return sum((conversation([V1 + REQUEST], answer=OK, client=("10.0.0.1", 40000 + i), end="fin") for i in range(count)), [])


def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def skippable(data):
    return b"\x5a\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def raw_zstd(window, *blocks):
    """A frame of raw blocks, as RFC 8878 has it; `window` is the descriptor."""
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([window])
    for i, block in enumerate(blocks):
        frame += (len(block) << 3 | (i + 1 == len(blocks))).to_bytes(3, "little") + block
    return frame


PLAIN = {
    "pcap": pcap(many()),
    "pcapng": pcapng(many()),
    "raw": v2() + REQUEST,
    "hex": v2().hex().encode() + b"\n",
    "lines": b"\n".join(v2().hex().encode() for _ in range(300)) + b"\n",
}
CAPTURE = PLAIN["pcap"]


def inspect(data, *options):
    return ppinspect.run("-o", "json", *options, stdin=data)


class CompressedTest(unittest.TestCase):
    maxDiff = None

    def same(self, got, expected):
        self.assertEqual((got.out, got.err, got.code), (expected.out, expected.err, expected.code))

    def test_every_kind_of_input(self):
        for kind, plain in PLAIN.items():
            options = ["--input-type", "lines"] if kind == "lines" else []
            expected = inspect(plain, *options)
            self.assertTrue(expected.records(), kind)
            for packed in (gzip.compress(plain), zstd(plain), zstd(plain, "-19", "--check"), zstd(plain, "--no-check")):
                self.same(inspect(packed, *options), expected)
            if kind in ("pcap", "raw", "hex"):  # asked for by name, it is decompressed all the same; "raw" means these very bytes
                forced = inspect(gzip.compress(plain), "--input-type", kind)
                self.assertEqual(forced.out == expected.out, kind != "raw", kind)

    def test_members_frames_and_what_is_between(self):
        expected = inspect(CAPTURE)
        third = len(CAPTURE) // 3
        parts = [CAPTURE[:third], CAPTURE[third:2 * third], b"", CAPTURE[2 * third:]]
        self.same(inspect(b"".join(gzip.compress(part) for part in parts)), expected)
        self.same(inspect(gzip.compress(CAPTURE) + bytes(1024)), expected)
        frames = [zstd(part) for part in parts]
        self.same(inspect(skippable(b"") + skippable(b"x" * 700) + b"".join(frames[:2]) + skippable(b"yz") + b"".join(frames[2:])), expected)
        self.same(inspect(raw_zstd(0x00, *(CAPTURE[i:i + 900] for i in range(0, len(CAPTURE), 900)))), expected)

    def test_a_file_and_a_suffix_that_means_nothing(self):
        with ppinspect.scratch() as folder:
            for name, data in (("a.pcap", gzip.compress(CAPTURE)), ("b.gz", zstd(CAPTURE)), ("c.zst", CAPTURE)):
                path = os.path.join(folder, name)
                with open(path, "wb") as file:
                    file.write(data)
                got = ppinspect.run("-o", "json", path)
                self.assertEqual((len(got.records()), got.code), (40, 0), name)

    def test_cut(self):
        for name, packed in (("gzip", gzip.compress(CAPTURE)), ("zstd", zstd(CAPTURE))):
            for size in (4, 11, len(packed) // 2, len(packed) - 1):
                got = inspect(packed[:size])
                self.assertEqual(got.code, 3, (name, size))
                self.assertIn(f"file ends at offset {size}, inside the {name} data that begins at offset 0", got.talk())
                self.assertEqual(len(re.findall("ppinspect:", got.talk())), 1, got.talk())
        # Everything that can be read before is printed.
        packed = gzip.compress(CAPTURE)
        readable = zlib.decompressobj(31).decompress(packed[:-200])
        got = inspect(packed[:-200])
        self.assertEqual(got.out, inspect(readable).out)
        self.assertGreater(len(got.records()), 3)

    def test_damage_says_where(self):
        packed = bytearray(gzip.compress(CAPTURE, mtime=0))
        packed[-8] ^= 1
        got = inspect(bytes(packed))
        self.assertEqual((len(got.records()), got.code), (40, 3))
        self.assertIn(f"gzip data at offset {len(packed) - 4}: incorrect data check", got.talk())

        packed = bytearray(zstd(CAPTURE, "--check"))
        packed[-1] ^= 1
        got = inspect(bytes(packed))
        self.assertEqual((len(got.records()), got.code), (40, 3))
        self.assertRegex(got.talk(), f"zstd data at offset {len(packed) - 3}: .*checksum")

        # A bad block behind good ones: a reserved block type.
        good = raw_zstd(0x40, CAPTURE[:2000], b"")[:-3]
        got = inspect(good + b"\x06\0\0" + bytes(20))
        self.assertEqual(got.code, 3)
        self.assertEqual(got.out, inspect(CAPTURE[:2000]).out)
        self.assertRegex(got.talk(), f"zstd data at offset {len(good)}: ")

    def test_bytes_behind_the_end(self):
        for name, packed in (("gzip", gzip.compress(CAPTURE)), ("zstd", zstd(CAPTURE))):
            got = inspect(packed + b"GARBAGE")
            self.assertEqual((len(got.records()), got.code), (40, 3))
            self.assertIn(f"the bytes at offset {len(packed)}, after the {name} data, are not {name} data", got.talk())
        # A magic of zstd's youth, whose decoder has no limit of ours.
        got = inspect(zstd(CAPTURE) + b"\x27\xb5\x2f\xfd" + bytes(30))
        self.assertIn("are not zstd data", got.talk())

    def test_windows_above_8_mib_are_refused_with_the_command_that_helps(self):
        got = inspect(raw_zstd(13 << 3, CAPTURE))
        self.assertEqual((len(got.records()), got.code), (40, 0))
        for descriptor, size in ((13 << 3 | 1, 9), (14 << 3, 16), (17 << 3, 128), (21 << 3, 2048)):
            got = inspect(raw_zstd(descriptor, CAPTURE))
            self.assertEqual((got.out, got.code), (b"", 3))
            self.assertIn(f"a window of {size} MiB, above the limit of 8 MiB: zstd -d --long=31 -c FILE | ppinspect", got.talk())

    def test_compressed_twice(self):
        got = inspect(gzip.compress(zstd(CAPTURE)))
        self.assertEqual((got.out, got.code), (b"", 3))
        self.assertIn("compressed twice, the second time with zstd", got.talk())

    def test_a_bomb_costs_time_alone(self):
        packer = zlib.compressobj(9, wbits=31)
        bomb = packer.compress(CAPTURE) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
        self.assertLess(len(bomb), 1 << 20)
        got = inspect(bomb)
        self.assertEqual((len(got.records()), got.code), (40, 0))  # records of length 0, to the end
        packer = zlib.compressobj(9, wbits=31)
        text = b"".join(packer.compress(b"0d" * (1 << 19)) for _ in range(64)) + packer.flush()
        got = inspect(text)
        self.assertEqual(got.code, 3)
        self.assertIn("above the limit", got.talk())

    def test_records_come_as_soon_as_they_can(self):
        """A pipe that goes on: what has been flushed into it is shown before it ends."""
        for flush in (zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH):
            packer = zlib.compressobj(wbits=31)
            with subprocess.Popen([ppinspect.program(), "-o", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=ppinspect.environment()) as tool:
                tool.stdin.write(packer.compress(CAPTURE) + packer.flush(flush))
                tool.stdin.flush()
                lines = [tool.stdout.readline() for _ in range(40)]
                self.assertEqual(len([ppinspect.strict_json(line) for line in lines]), 40)
                tool.stdin.write(packer.flush())
                tool.stdin.close()
                self.assertEqual((tool.stdout.read(), tool.wait(30)), (b"", 0))


if __name__ == "__main__":
    ppinspect.main()
