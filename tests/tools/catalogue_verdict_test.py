"""Every row of the catalogue through the tool: what the specification asks forbids some verdicts, and
catalogue-expected.tsv, written from the documents, says the rest word for word."""
import os
import unittest

import catalogue
import ppinspect


def expectations():
    out = {}
    with open(os.path.join(catalogue.DATA, "catalogue-expected.tsv"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                name, verdict, findings = line.rstrip("\n").split("\t")
                out[name] = (verdict, [] if findings == "-" else findings.split())
    return out


def said(record):
    """The verdict and, as code@offset, the findings that decide it."""
    decides = [f for f in record["findings"] if f["level"] != "note" or f["code"] in ("not-proxy", "truncated")]
    return record["verdict"], ["%s@%d" % (f["code"], f["offset"]) for f in decides]


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = catalogue.rows()
        cls.result = ppinspect.run_lines([row.bytes for row in cls.rows])
        cls.records = cls.result.records()

    def test_one_record_for_each_row(self):
        self.assertEqual(len(self.records), len(self.rows))
        self.assertEqual([r["line"] for r in self.records], list(range(1, len(self.rows) + 1)))
        self.assertEqual(self.result.code, 1)

    def test_the_specification(self):
        for row, record in zip(self.rows, self.records):
            with self.subTest(row.id):
                if row.asks.startswith("MUST accept"):
                    self.assertIn(record["verdict"], ("valid", "warning"))
                elif row.asks.startswith("MUST reject"):
                    self.assertIn(record["verdict"], ("malformed", "truncated", "missing"))

    def test_word_for_word(self):
        expected = expectations()
        self.assertEqual(sorted(expected), sorted(row.id for row in self.rows))
        for row, record in zip(self.rows, self.records):
            with self.subTest(row.id, description=row.description):
                self.assertEqual(said(record), expected[row.id])

    def test_offsets_lie_in_the_bytes(self):
        for row, record in zip(self.rows, self.records):
            with self.subTest(row.id):
                for finding in record["findings"]:
                    self.assertLessEqual(finding["offset"] + finding["length"], max(len(row.bytes), 12))
                if record["verdict"] not in ("missing", "malformed"):
                    self.assertTrue(row.bytes.hex().startswith(record["hex"]))

    def test_header_bytes_are_never_what_follows(self):
        """What follows is payload: the same header with and without the request gives the same record but for it."""
        alone = ppinspect.run_lines([row.header for row in self.rows]).records()
        for row, record, bare in zip(self.rows, self.records, alone):
            if record["verdict"] not in ("valid", "warning"):
                continue
            with self.subTest(row.id):
                for key in ("payload", "payload_line", "host"):
                    record.pop(key, None)
                    bare.pop(key, None)
                # These compare the header with what follows it.
                record["findings"] = [f for f in record["findings"] if f["code"] not in ("v2-authority-mismatch", "v2-alpn-mismatch")]
                self.assertEqual(record, bare)

    def test_strict_raises_warnings(self):
        for before, after in zip(self.records, ppinspect.run_lines([row.bytes for row in self.rows], "--strict").records()):
            with self.subTest(line=before["line"]):
                self.assertEqual(after["verdict"], "malformed" if before["verdict"] == "warning" else before["verdict"])
                self.assertNotIn("warning", [f["level"] for f in after["findings"]])

    def test_chained_rows_as_a_stream(self):
        """On one stream a header behind a header is a record of its own, with one warning and an address of its own."""
        for row in self.rows:
            if not row.asks.startswith("second header is application data"):
                continue
            with self.subTest(row.id):
                result = ppinspect.run("-o", "json", stdin=row.bytes)
                first, second = result.records()
                self.assertEqual(result.code, 0)
                self.assertNotIn("chain", first)
                self.assertEqual(second["chain"], 1)
                self.assertEqual(second["stream_offset"], first["header_bytes"])
                self.assertEqual(said(first), ("valid", []))
                self.assertEqual(said(second), ("warning", ["header-chained@0"]))
                self.assertEqual(bytes.fromhex(first["hex"] + second["hex"]), row.header)
                self.assertNotEqual(first.get("src"), second["src"])
                self.assertEqual(second["payload"], "http/1.1")


if __name__ == "__main__":
    ppinspect.main()
