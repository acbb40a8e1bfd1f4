"""--redact: nothing of what the wire brought is in any output; what is needed to talk about it is."""
import gzip
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
            if value in text:  # the pattern is slow, and looks only at what stands around it
                self.assertIsNone(pattern.search(text), "%s: %r is in the output" % (name, value))

    def run_here(self, *arguments, **more):
        return ppinspect.run(*arguments, cwd=self.scratch.name, **more)

    def captures(self):
        names = (name for name in os.listdir(self.scratch.name) if name.endswith((".pcap", ".pcapng")))
        return sorted(name for name in names if name != "refused5k.pcap")  # the same connection 5,000 times

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
        talk = plain.talk()
        for number, name in enumerate(self.captures(), 1):
            talk = talk.replace(" %s:" % name, " input %d (%s):" % (number, os.path.splitext(name)[1]))
        self.assertEqual(talk, hidden.talk())
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
        self.assertIn("  frame 4\n  fix   ", text)
        self.assertIn("\n  rule  2.2 a TLV lies inside the 16 + length bytes of the header         v2-tlv-overrun\n", text)
        self.assertEqual(text.count("a TLV lies inside"), 1)

    def test_each_format(self):
        """Every row of the table of formats is either refused together with --redact or keeps everything back."""
        records = self.run_here("-o", "json", *self.captures()).records()
        kept = 0
        for view in formats():
            with self.subTest(view=view):
                result = self.run_here("--redact", *view, *self.captures())
                if result.code == 2:
                    self.assertIn("--redact", result.talk())
                    self.assertEqual(result.out, b"")
                else:
                    kept += 1
                    self.nothing_of(records, result, str(view))
        self.assertGreaterEqual(kept, 2)

    def test_refused_where_bytes_are_the_output(self):
        for words in (["-o", "hex"], ["-o", "raw"], ["-w", "out.pcap"], ["--extract", "out"]):
            result = self.run_here("--redact", *words, "good.pcap")
            self.assertEqual((result.code, result.out), (2, b""))
            self.assertIn("--redact cannot be combined with " + (words[0] if words[0] != "-o" else " ".join(words)), result.talk())
            self.assertFalse(os.path.exists(os.path.join(self.scratch.name, words[1])))


class Names(unittest.TestCase):
    """What the command line names, its inputs first: "acme" is in every name, and in nothing that --redact lets out."""

    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)
        transcripts_test.make_directory(self.scratch.name)
        self.folder = os.path.join(self.scratch.name, "acme-incident")
        os.mkdir(self.folder)

    def put(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def content(self, name):
        with open(os.path.join(self.scratch.name, name), "rb") as file:
            return file.read()

    def silent(self, *words, **more):
        result = ppinspect.run("--redact", *words, **more)
        self.assertNotIn(b"acme", result.out.lower() + result.err.lower(), words)
        return result

    def test_every_view(self):
        path = self.put("acme-bad.pcap", self.content("bad.pcap"))
        for view in formats() + VIEWS:
            for expect in ([], EXPECT):
                with self.subTest(view=view, expect=bool(expect)):
                    result = self.silent(*view, *expect, path)
                    if result.code != 2:
                        self.assertRegex(result.out.decode() if "-q" not in view else "input 1 (.pcap)", r"input 1 \(\.pcap\)|#1 |^[0-9]")
        self.assertEqual({r["input"] for r in self.silent("-o", "json", path).records()}, {"input 1 (.pcap)"})

    def test_number_and_suffix(self):
        good = self.content("good.pcap")
        names = ["acme.pcap", "acme.pcap.gz", "acme", "x.acme", "acme.pcapng"]
        paths = [self.put(name, gzip.compress(good) if name.endswith(".gz") else good) for name in names]
        inputs = [r["input"] for r in self.silent("-o", "json", *paths).records()]
        self.assertEqual(list(dict.fromkeys(inputs)), ["input 1 (.pcap)", "input 2 (.pcap.gz)", "input 3", "input 4", "input 5 (.pcapng)"])

    def test_by_client_and_summary(self):
        paths = [self.put("acme-%d.pcap" % i, self.content("mixed.pcap")) for i in (1, 2)]
        for words in (["--by", "client"], ["-S"], ["-S", *EXPECT], ["--by", "client", "-v"]):
            for form in ("text", "json"):
                self.silent(*words, "-o", form, *paths)
        self.assertIn(b"input 2 (.pcap)", self.silent("--by", "client", "-v", "-o", "json", *paths).out)

    def test_lines_and_dumps(self):
        lines = self.put("acme.txt", b"0d0a\nzz\n")
        self.assertRegex(self.silent("--input-type", "lines", lines).out.decode(), r"input 1 \(\.txt\):2")
        self.silent("--input-type", "hex", self.put("acme.hex", b"0d0a xyz"))

    def test_what_cannot_be_read(self):
        result = self.silent(os.path.join(self.folder, "acme-none.pcap"))
        self.assertEqual((result.code, result.talk().splitlines()[0]), (3, "ppinspect: input 1 (.pcap): No such file or directory"))
        self.silent(self.folder)
        self.silent(self.put("acme.pcap", self.content("good.pcap")[:70]))
        self.silent(self.put("acme.pcap.gz", gzip.compress(self.content("good.pcap"))[:60]))
        self.silent("-F", os.path.join(self.folder, "acme-filter"), self.put("acme.pcap", self.content("good.pcap")))
        self.silent("tcp", "-F", os.path.join(self.folder, "acme-filter"))

    def test_filters_and_usage(self):
        path = self.put("acme.pcap", self.content("good.pcap"))
        rows = [["host acme.invalid"], ["acme"], ["host", "acme.invalid"], ["port acme"], ["--src", "acme.invalid"], ["--src=acme"], ["-eacme"],
                ["-e", "acme"], ["--tlv", "acme"], ["--only", "acme"], ["-o", "acme"], ["--wait", "acme"], ["-Zacme-user"]]
        for words in rows:
            with self.subTest(words=words):
                self.assertIn(self.silent(path, *words).code, (2, 3))
        self.assertIn("packet filter is not valid", self.silent(path, "host acme.invalid").talk())

    def test_listeners_and_interfaces(self):
        taken = self.put("acme.sock", b"")
        self.assertIn("cannot listen on unix:(path): ", self.silent("-L", "unix:" + taken).talk())
        self.assertIn("cannot listen on (address):80: ", self.silent("-L", "203.0.113.77:80").talk())
        self.assertNotIn("203.0.113", self.silent("-L", "203.0.113.77:80").talk())
        self.silent("-L", "acme.invalid:80")
        self.assertNotEqual(self.silent("-i", "acme0").code, 0)


def formats():
    """-o with every format that the tool says it has: one that it refuses must say why."""
    names = re.findall(r"[a-z0-9-]+", re.search(r": expected (.*)", ppinspect.run("-o", "?", "-x", "00").talk())[1])
    names.remove("or")
    if not {"text", "json", "hex", "raw"} <= set(names):
        raise AssertionError(names)
    return [["-o", name] for name in names]


if __name__ == "__main__":
    ppinspect.main()
