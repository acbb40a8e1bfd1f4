"""The corpus: what can be derived is what fuzz/seeds.py derives, every directory and file kind has its row in corpus/README.md,
and each harness has seeds."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.path.abspath(sys.argv.pop(1))
CORPUS = os.path.join(SOURCE, "corpus")


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


class Corpus(unittest.TestCase):
    def test_derived_seeds(self):
        with tempfile.TemporaryDirectory() as fresh:
            subprocess.run([sys.executable, os.path.join(SOURCE, "fuzz", "seeds.py"), fresh], check=True)
            for folder in os.listdir(fresh):
                made = sorted(os.listdir(os.path.join(fresh, folder)))
                kept = sorted(n for n in os.listdir(os.path.join(CORPUS, folder)) if not n.startswith("found-"))
                self.assertEqual(kept, made, folder)
                for name in made:
                    self.assertEqual(read(CORPUS, folder, name), read(fresh, folder, name), folder + "/" + name)

    def test_every_directory_is_told_of(self):
        told = read(CORPUS, "README.md").decode()
        for folder in sorted(os.listdir(CORPUS)):
            if os.path.isdir(os.path.join(CORPUS, folder)):
                self.assertIn(folder + "/", told)

    def test_every_regression_is_told_of(self):
        told = read(CORPUS, "README.md").decode()
        for name in os.listdir(os.path.join(CORPUS, "regressions")):
            if not name.startswith("."):
                self.assertIn(name, told)

    def test_harnesses(self):
        text = read(SOURCE, "fuzz", "CMakeLists.txt").decode()
        rows = re.findall(r"^pp_fuzzer\((fuzz_[a-z0-9_]+) ([a-z]+)", text, re.M)
        files = sorted(n[:-4] for n in os.listdir(os.path.join(SOURCE, "fuzz")) if n.startswith("fuzz_") and n.endswith(".cpp"))
        self.assertEqual(sorted(name for name, _ in rows), files)
        for name, folder in rows:
            self.assertTrue(os.listdir(os.path.join(CORPUS, folder)), name)
            first = read(SOURCE, "fuzz", name + ".cpp").decode().splitlines()[0]
            self.assertRegex(first, r"^// Law: .+\.$", name)

    def test_planted_faults_fit(self):
        """Each canary's text stands in its file, so that the night does not find out."""
        done = subprocess.run([sys.executable, os.path.join(SOURCE, "tests", "assurance", "canaries.py"), "--check"], stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_dictionary(self):
        for line in read(SOURCE, "fuzz", "pp.dict").decode().splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r'^[a-z0-9_]+="(\\x[0-9a-f]{2}|[^"\\])+"$')


if __name__ == "__main__":
    unittest.main()
