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


def comparable(records):
    """Without the places, which differ, and in an order of their own."""
    places = ("input", "frame", "frames", "connection")
    return sorted(ppinspect.json.dumps({key: value for key, value in r.items() if key not in places}) for r in records)


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
        """-w keeps all that a record needs, whatever the clocks did."""
        files = [(FOLDER / row[0], row[1]) for row in rows() if row[2] == "valid"]
        files += [(path, "-") for path in sorted((FOLDER.parent / "situations").glob("*.pcap"))]
        self.assertGreater(len(files), 60)
        for file, ports in files:
            with self.subTest(file.name), ppinspect.tempfile.TemporaryDirectory() as folder:
                expect = [] if ports == "-" else ["-e", ports]
                kept = str(pathlib.Path(folder) / "kept.pcapng")
                before = ppinspect.run("-o", "json", *expect, "-w", kept, str(file)).records()
                after = ppinspect.run("-o", "json", *expect, kept).records()
                self.assertEqual(comparable(after), comparable(before))


if __name__ == "__main__":
    ppinspect.main()
