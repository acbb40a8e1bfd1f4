"""--redact: nothing of what the wire brought is in any output; what is needed to talk about it is."""
import os
import re
import unittest

import catalogue
import ppinspect
import transcripts_test

NAMES = {"http/1.1", "http/2", "binary", "nothing"}  # words of the output itself
VIEWS = [[], ["-v"], ["-vv"], ["-q"], ["-o", "json"], ["-S"], ["-S", "-o", "json"], ["--by", "client"], ["--by", "client", "-o", "json"]]
EXPECT = ["-e", "1-65535"]


def values(record, key=""):
    """Every value that came off the wire, out of what is shown without --redact: (kind, text)."""
    if isinstance(record, dict):
        for name, value in record.items():
            if name == "peer":
                for side in ("src", "dst"):
                    yield "address", value[side].rsplit(":", 1)[0].strip("[]")
            elif name == "reaction":
                yield "text", value.get("text", "")
            elif name == "findings":
                continue
            elif name in ("ip",):
                yield "address", value
            elif name in ("hex", "path_hex"):
                yield "hex", value
                if len(value) >= 16:
                    yield "hex", " ".join(value[i:i + 2] for i in range(0, 16, 2))
            elif name in ("path", "text", "host", "sni", "payload_line"):
                yield "text", value
            elif name == "vendor_id":
                yield "text", str(value)
            elif name in ("tlvs", "src", "dst", "unknown"):
                yield from values(value, name)
    elif isinstance(record, list):
        for one in record:
            yield from values(one, key)


def finders(records):
    out = {}
    for record in records:
        for kind, value in values(record):
            if value == "::":
                continue  # it is in the rules' own words
            if kind == "address":
                out[value] = re.compile(r"(?<![0-9a-f:.])" + re.escape(value) + (r"(?![0-9])" if "." in value else r"(?![0-9a-f:])"))
            elif value not in NAMES and len(value) >= (8 if kind == "hex" else 5):
                out[value] = re.compile(re.escape(value))
    return out


class Redact(unittest.TestCase):
    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)
        transcripts_test.make_directory(self.scratch.name)

    def nothing_of(self, records, result, name):
        text = result.out.decode() + result.talk()
        for value, pattern in finders(records).items():
            self.assertIsNone(pattern.search(text), "%s: %r is in the output" % (name, value))

    def run_here(self, *arguments, **more):
        return ppinspect.run(*arguments, cwd=self.scratch.name, **more)

    def captures(self):
        return sorted(name for name in os.listdir(self.scratch.name) if name.endswith((".pcap", ".pcapng")))

    def test_captures(self):
        names = self.captures()
        for expect in ([], EXPECT):
            records = self.run_here("-o", "json", *expect, *names).records()
            self.assertGreater(len(finders(records)), 60)
            for view in VIEWS:
                with self.subTest(view=view, expect=bool(expect)):
                    result = self.run_here("--redact", *view, *expect, *names)
                    self.assertGreater(len(result.out), 100)
                    self.nothing_of(records, result, str(view))

    def test_catalogue(self):
        rows = [row.bytes for row in catalogue.rows() if len(row.bytes) < 4000]
        lines = b"".join(row.hex().encode() + b"\n" for row in rows)
        records = self.run_here("--input-type", "lines", "-o", "json", stdin=lines).records()
        self.assertGreater(len(finders(records)), 150)
        for view in VIEWS:
            with self.subTest(view=view):
                self.nothing_of(records, self.run_here("--redact", "--input-type", "lines", *view, stdin=lines), str(view))

    def test_what_stays(self):
        plain = self.run_here("-o", "json", *EXPECT, *self.captures())
        hidden = self.run_here("--redact", "-o", "json", *EXPECT, *self.captures())
        self.assertEqual(plain.code, hidden.code)
        self.assertEqual(plain.talk(), hidden.talk())
        for a, b in zip(plain.records(), hidden.records(), strict=True):
            self.assertTrue(b["redacted"])
            for key in ("time", "frame", "frames", "verdict", "version", "command", "family", "header_bytes", "segments", "saw", "payload", "layout"):
                self.assertEqual(a.get(key), b.get(key), key)
            self.assertEqual([(f["code"], f["level"], f["offset"], f["length"]) for f in a["findings"]],
                             [(f["code"], f["level"], f["offset"], f["length"]) for f in b["findings"]])
            self.assertEqual([(t["type"], t["name"], t["offset"], t["length"]) for t in a.get("tlvs", [])],
                             [(t["type"], t["name"], t["offset"], t["length"]) for t in b.get("tlvs", [])])
            self.assertEqual(a.get("diagnosis", {}).get("code"), b.get("diagnosis", {}).get("code"))

    def test_the_same_address_has_the_same_pseudonym(self):
        names = ["mixed.pcap", "split.pcap"]
        plain, hidden = (self.run_here(*more, "-o", "json", *names).records() for more in ([], ["--redact"]))
        pairs = set()
        for a, b in zip(plain, hidden, strict=True):
            if "src" in a:
                pairs.add((a["src"]["ip"], b["src"]["ip"]))
                self.assertEqual(a["src"]["port"], b["src"]["port"])
            pairs.add((a["peer"]["src"].split(":")[0], b["peer"]["src"].split(":")[0]))
        self.assertEqual(len({real for real, _ in pairs}), len(pairs))
        self.assertEqual(len({pseudonym for _, pseudonym in pairs}), len(pairs))
        self.assertTrue(all(re.match(r"24\d\.|25\d\.", pseudonym) for _, pseudonym in pairs))

    def test_selection_sees_the_real_addresses(self):
        self.assertEqual(len(self.run_here("--redact", "--src", "192.0.2.0/24", "-o", "json", "good.pcap").records()), 1)
        self.assertEqual(len(self.run_here("--redact", "--tlv", "AUTHORITY=www.example.com", "-o", "json", "ssl.pcap").records()), 1)

    def test_a_finding_says_its_rule_once(self):
        text = self.run_here("--redact", "bad.pcap").out.decode()
        self.assertIn("\nerror[v2-tlv-overrun]\n  --> bad.pcap: frame 4, header byte 29 (0x1d)\n   = rule: a TLV lies inside the 16 + length bytes of the header (2.2)\n", text)
        self.assertEqual(text.count("a TLV lies inside"), 1)

    def test_refused_where_bytes_are_the_output(self):
        for words in (["-o", "hex"], ["-o", "raw"], ["-w", "out.pcap"], ["--extract", "out"]):
            result = self.run_here("--redact", *words, "good.pcap")
            self.assertEqual((result.code, result.out), (2, b""))
            self.assertIn("--redact does not go with " + (words[0] if words[0] != "-o" else " ".join(words)), result.talk())
            self.assertFalse(os.path.exists(os.path.join(self.scratch.name, words[1])))


if __name__ == "__main__":
    ppinspect.main()
