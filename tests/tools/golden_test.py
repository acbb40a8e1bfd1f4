"""golden.tsv is what reference.py says; ppinspect agrees with reference.py on it, on the fuzzers' headers, and on every
single-byte change of a header that has a bit of everything."""
import glob
import ipaddress
import os
import struct
import sys
import unittest

import catalogue
import ppinspect
import reference

BEYOND_THE_HEADER = ("v2-authority-mismatch", "v2-alpn-mismatch")
# Verdicts that are for a flow's end, as the lines of a batch end.
STATUS = {"truncated": "truncated", "missing": "missing", "unreadable": "unreadable"}
EVERYTHING = bytearray(catalogue.v2(catalogue.tlv(2, b"www") + catalogue.tlv(0x20, b"\5\0\0\0\0" + catalogue.tlv(0x21, b"TLSv1.3") + catalogue.tlv(0x22, b"cn")) +
                                    catalogue.tlv(5, b"id") + catalogue.tlv(3, bytes(4))))
struct.pack_into(">I", EVERYTHING, len(EVERYTHING) - 4, reference.crc32c(EVERYTHING))


def expected_verdict(status, findings, levels):
    if status != "done":
        return status
    worst = [levels[code] for code, _ in findings]
    return "malformed" if "error" in worst else "warning" if "warning" in worst else "valid"


def addresses(data):
    """(source, destination) as the record must give them, or None."""
    if data[:1] == b"P":
        fields = reference.v1_fields(data.decode("latin-1"))
        if fields[1] == "UNKNOWN":
            return None
        ips, ports = [ipaddress.ip_address(f) for f in fields[2:4]], [int(f) for f in fields[4:6]]
    elif reference.believed(data) and data[13] >> 4 < 3:
        width = 4 if data[13] >> 4 == 1 else 16
        ips = [ipaddress.ip_address(data[at:at + width]) for at in (16, 16 + width)]
        ports = struct.unpack_from(">HH", data, 16 + 2 * width)
    else:
        return None
    return list(zip(ips, ports))


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = ppinspect.run("--list-codes").out.decode()
        cls.levels = {}
        for line in text.splitlines():
            words = line.split()
            for level in ("error", "warning", "note"):
                if level in words[1:3]:
                    cls.levels[words[0]] = level

    def test_the_file_is_the_references(self):
        with open(os.path.join(catalogue.DATA, "golden.tsv"), encoding="ascii") as file:
            committed = [line.rstrip("\n") for line in file if not line.startswith("#")]
        self.assertEqual(committed, [reference.line(data) for data in dict.fromkeys(reference.rows())])

    def agree(self, inputs):
        records = ppinspect.run_lines(inputs).records()
        self.assertEqual(len(records), len(inputs))
        for data, record in zip(inputs, records):
            status, size, findings = reference.judge(data)
            with self.subTest(data.hex()):
                self.compare(data, record, status, size, findings)

    def compare(self, data, record, status, size, findings):
        # An empty line is "missing, 0 bytes" in a batch.
        if not data:
            return self.assertEqual(record["verdict"], "missing")
        # The reference knows headers alone, not the bytes after them.
        said = sorted((f["offset"], f["code"]) for f in record["findings"] if f["code"] not in BEYOND_THE_HEADER)
        if status == "malformed" and findings[0][0] == "?":
            self.assertEqual(record["verdict"], "malformed")
            self.assertEqual(len(said), 1)
            first = record["findings"][0]
            self.assertTrue(first["offset"] <= findings[0][1] < first["offset"] + first["length"], (first, findings))
            return None
        self.assertEqual(said, sorted((at, code) for code, at in findings))
        self.assertEqual(record["verdict"], expected_verdict(status, findings, self.levels))
        if status != "done":
            return None
        self.assertEqual(record["header_bytes"], size)
        self.assertEqual(record["hex"], data[:size].hex())
        pair = addresses(data[:size])
        self.assertEqual("src" in record and "ip" in record["src"], pair is not None)
        if pair is not None:
            self.assertEqual([(ipaddress.ip_address(record[k]["ip"]), record[k]["port"]) for k in ("src", "dst")], pair)
        if data[:1] != b"P":
            self.compare_tlvs(record, data[:size])
        return None

    def compare_tlvs(self, record, header):
        start, _ = reference.reading(header)
        tlvs = [] if start is None else reference.walk(header[start:], start)[0]
        said = record.get("tlvs", [])
        self.assertEqual([(t["type"], t["offset"], t["length"]) for t in said], [(k, at, len(v)) for k, at, v in tlvs])
        for (kind, offset, value), told in zip(tlvs, said):
            if kind == 0x20 and len(value) >= 5:
                inner = reference.walk(value[5:], offset + 8)[0]
                self.assertEqual([(t["type"], t["offset"]) for t in told.get("tlvs", [])], [(k, at) for k, at, _ in inner])
                self.assertEqual(told["verify"], struct.unpack_from(">I", value, 1)[0])
            elif "hex" in told:
                self.assertEqual(told["hex"], value.hex())

    def test_ppinspect_agrees(self):
        self.agree(list(dict.fromkeys(reference.rows())))

    def test_fuzzers_headers(self):
        inputs = []
        for path in sorted(glob.glob(os.path.join(ppinspect.SOURCE, "corpus", "headers", "*")) + glob.glob(os.path.join(ppinspect.SOURCE, "corpus", "regressions", "*"))):
            with open(path, "rb") as file:
                data = file.read()
            if 0 < len(data) <= 2048:
                inputs.append(data)
        self.assertGreater(len(inputs), 150)
        self.agree(inputs)

    def test_headers_that_are_made_now(self):
        """Another seed than the file's, so that the judge and the library meet on headers that nobody has looked at."""
        self.agree(list(reference.Maker(4711).headers(1500)))

    def test_every_single_byte_change(self):
        inputs = [bytes(EVERYTHING)]
        for at in range(12, len(EVERYTHING)):
            for value in range(256):
                changed = bytearray(EVERYTHING)
                changed[at] = value
                if value != EVERYTHING[at]:
                    inputs.append(bytes(changed))
        self.agree(inputs)


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    ppinspect.main()
