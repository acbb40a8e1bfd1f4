"""Small captures behind faults that public captures showed: what each is read as.

field_test.py PPINSPECT

tests/data/field/rows.tsv has a row for each file. The truth was written down when the files were made.
"""
import csv
import pathlib
import unittest

import ppinspect

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "field"


def rows():
    with open(FOLDER / "rows.tsv", encoding="utf-8") as table:
        return list(csv.reader((line for line in table if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))


def verdict(record):
    return record["verdict"] + (":" + record["saw"] if record["verdict"] == "missing" else "")


class Field(unittest.TestCase):
    def test_each_is_read_as_what_it_is(self):
        for file, ports, verdicts, diagnoses, reaction, status, words in rows():
            with self.subTest(file):
                expect = [] if ports == "-" else ["-e", ports]
                got = ppinspect.run("-o", "json", *expect, str(FOLDER / file))
                records = got.records()
                self.assertEqual(",".join(verdict(r) for r in records) or "-", verdicts)
                self.assertEqual(",".join(sorted(r["diagnosis"]["code"] for r in records if "diagnosis" in r)) or "-", diagnoses)
                self.assertEqual(got.code, int(status))
                if reaction != "-":
                    self.assertEqual(records[0]["reaction"]["kind"], reaction)
                if words != "-":
                    self.assertIn(words, got.talk() + got.out.decode())
                for record in records:
                    self.assertGreaterEqual(record.get("reaction", {}).get("after_us", 0), 0)

    def test_every_file_has_a_row(self):
        files = {path.name for path in FOLDER.iterdir()} - {"README.md", "rows.tsv"}
        self.assertEqual(files, {row[0] for row in rows()})

    def test_what_is_kept_reads_the_same(self):
        """-w keeps all that its record needs, whatever the clocks did."""
        for file, ports, verdicts, *_ in rows():
            if verdicts != "valid":
                continue
            with self.subTest(file), ppinspect.tempfile.TemporaryDirectory() as folder:
                expect = [] if ports == "-" else ["-e", ports]
                kept = str(pathlib.Path(folder) / "kept.pcapng")
                before = ppinspect.run("-o", "json", *expect, "-w", kept, str(FOLDER / file)).records()
                after = ppinspect.run("-o", "json", *expect, kept).records()
                for record in before + after:
                    for place in ("input", "frame", "frames", "connection"):
                        record.pop(place, None)
                self.assertEqual(after, before)


if __name__ == "__main__":
    ppinspect.main()
