"""Captures of single situations from real servers: which diagnosis each gets, and which side has to change.

situations_test.py PPINSPECT

tests/data/situations/situations.tsv has a row for each capture: file, -e ports, code/side of all its diagnoses ("-" where
nothing is to be said), and what had really happened. The truth was written down when the captures were made, by who knew
which server was set up how; the codes were held against it.
"""
import collections
import csv
import pathlib
import re
import unittest

import ppinspect

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "situations"
LEAST = 60


def rows():
    with open(FOLDER / "situations.tsv", encoding="utf-8") as table:
        return list(csv.reader((line for line in table if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))


class Situations(unittest.TestCase):
    def test_each_is_diagnosed_as_it_was(self):
        self.assertGreaterEqual(len(rows()), LEAST)
        for file, ports, wanted, truth in rows():
            with self.subTest(file, truth=truth):
                expect = [] if ports == "-" else ["-e", ports]
                records = ppinspect.run("-o", "json", *expect, str(FOLDER / file)).records()
                diagnoses = {f"{d['code']}/{d['side']}" for d in (r.get("diagnosis") for r in records) if d}
                self.assertEqual(",".join(sorted(diagnoses)) or "-", wanted)
                for record in records:
                    self.assertGreaterEqual(record.get("reaction", {}).get("after_us", 0), 0)

    def test_every_capture_has_a_row(self):
        self.assertEqual(sorted(path.name for path in FOLDER.glob("*.pcap")), sorted(row[0] for row in rows()))

    def test_the_table_in_the_readme_counts_them(self):
        readme = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
        wanted = collections.Counter()
        for _, _, diagnoses, _ in rows():
            wanted.update({one.split("/")[0] for one in diagnoses.split(",")})
        told = re.findall(r"(?m)^\| (`[a-z0-9-]+`|none:[^|]*) \| ([0-9]+) \|", readme)
        self.assertEqual({"-" if code.startswith("none") else code.strip("`"): int(n) for code, n in told}, dict(wanted))


if __name__ == "__main__":
    ppinspect.main()
