"""Every line of JSON that the tool writes is what --json-schema promises."""
import json
import os
import pathlib
import unittest

import catalogue
import ppinspect
import transcripts_test
from json_schema import ANNOTATIONS, problems

DEFINITIONS = {"pp.log/1": "log", "pp.header/1": "header", "pp.group/1": "group", "pp.summary/1": "summary", "pp.client/1": "client_hops", "pp.clients/1": "clients_end"}


def known_keywords(schema, at="#"):
    """Walks the schema itself: a keyword that no value reaches is found too."""
    for key, inner in schema.items():
        if key in ("properties", "$defs"):
            for name, one in inner.items():
                known_keywords(one, "%s/%s/%s" % (at, key, name))
        elif key == "items":
            known_keywords(inner, at + "/items")
        elif key == "oneOf":
            for one in inner:
                known_keywords(one, at + "/oneOf")
        elif key not in ANNOTATIONS | {"$ref", "type", "const", "enum", "pattern", "minimum", "maximum", "minItems", "required", "additionalProperties"}:
            raise AssertionError("unknown keyword %r at %s" % (key, at))


class Validator(unittest.TestCase):
    """The validator finds what it is meant to find."""

    def test_faults(self):
        cases = [({"type": "integer"}, True), ({"type": "integer"}, 1.0), ({"type": ["string", "integer"]}, []), ({"const": True}, 1),
                 ({"enum": [1, 2]}, 3), ({"pattern": "^a$"}, "b"), ({"minimum": 1}, 0), ({"maximum": 1}, 2), ({"minItems": 2}, [1]),
                 ({"items": {"type": "string"}}, ["a", 1]), ({"required": ["a"]}, {}), ({"properties": {}, "additionalProperties": False}, {"a": 1}),
                 ({"oneOf": [{"type": "string"}, {"pattern": "a"}]}, "a"), ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "string"}}}, 1)]
        for schema, value in cases:
            with self.subTest(schema=schema):
                self.assertEqual(len(problems(schema, value, schema)), 1)
        with self.assertRaises(AssertionError):
            problems({"format": "ipv4"}, "x", {})

    def test_strict_json(self):
        for line in ('{"a":NaN}\n', '{"a":1,"a":2}\n', '[1]\n', '{"a":1}', b'{"a":"\xff"}\n', '{"a":1}{}\n'):
            with self.subTest(line=line), self.assertRaises(ValueError):
                ppinspect.strict_json(line)


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(ppinspect.run("--json-schema").out)

    def check(self, out, name):
        for number, line in enumerate(out.splitlines(keepends=True), 1):
            with self.subTest(name, line=number):
                record = ppinspect.strict_json(line)
                self.valid(record)
                if record["schema"] == "pp.header/1":
                    self.consistent(record)

    def valid(self, record):
        self.assertEqual(problems(self.schema["$defs"][DEFINITIONS[record["schema"]]], record, self.schema), [])
        self.assertEqual(problems(self.schema, record, self.schema), [])

    def consistent(self, record):
        """What the schema's keywords do not say."""
        levels = [f["level"] for f in record["findings"]]
        verdict = record["verdict"]
        if verdict in ("valid", "warning", "malformed") and "header_bytes" in record and len(record["hex"]) == 2 * record["header_bytes"]:
            worst = "malformed" if "error" in levels else "warning" if "warning" in levels else "valid"
            self.assertEqual(verdict, worst)
        if verdict == "truncated":
            self.assertIn("error", levels)
        self.assertEqual("saw" in record, verdict == "missing")
        for tlv in record.get("tlvs", []):
            value = bytes.fromhex(record["hex"])[tlv["offset"] + 3:tlv["offset"] + 3 + tlv["length"]]
            self.assertEqual(len(value), tlv["length"])
            if "hex" in tlv:
                self.assertEqual(value.hex(), tlv["hex"])
            if "text" in tlv:
                self.assertEqual(value, tlv["text"].encode("utf-8"))

    def test_schema_is_understood(self):
        known_keywords(self.schema)

    def test_transcripts(self):
        count = 0
        for case in transcripts_test.cases():
            out = case.expected["stdout"]
            if out.startswith(b'{"schema":"pp.'):
                count += 1
                self.check(out, case.name)
        self.assertGreater(count, 5)

    def test_fixtures_and_corpus(self):
        with ppinspect.scratch() as directory:
            transcripts_test.make_directory(directory)
            names = sorted(name for name in os.listdir(directory) if name != "directory" and "packed" not in name)
            result = ppinspect.run("-o", "json", "-e", "9999,19001", *["./" + name for name in names], cwd=directory)
            self.check(result.out, "fixtures")
        headers = os.path.join(ppinspect.SOURCE, "corpus", "headers")
        contents = [pathlib.Path(headers, name).read_bytes() for name in sorted(os.listdir(headers))]
        result = ppinspect.run("-o", "json", *[os.path.join(headers, name) for name in sorted(os.listdir(headers))])
        self.assertGreaterEqual(len(result.lines()), len(contents))
        self.check(result.out, "corpus/headers")
        self.check(ppinspect.run_lines(contents).out, "corpus/headers as lines")

    def test_catalogue_and_its_prefixes(self):
        rows = [row.bytes for row in catalogue.rows()]
        self.check(ppinspect.run_lines(rows).out, "catalogue")
        short = [row for row in rows if len(row) < 130][::3]
        self.check(ppinspect.run_lines([row[:n] for row in short for n in range(0, len(row), 5)]).out, "prefixes")

    def test_summary_is_json_too(self):
        with ppinspect.scratch() as directory:
            transcripts_test.make_directory(directory)
            names = sorted(name for name in os.listdir(directory) if name.endswith((".pcap", ".pcapng")))
            for words in [[name] for name in names] + [["-e", "9999,19001", *names]]:
                record, = ppinspect.run("-S", "-o", "json", *words, cwd=directory).lines()
                self.assertEqual(record["schema"], "pp.summary/1")
                self.valid(record)


if __name__ == "__main__":
    ppinspect.main()
