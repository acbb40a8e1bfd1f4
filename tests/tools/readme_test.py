"""What README.md, docs/guide.md and CONTRIBUTING.md show of the tools is what the tools print.

readme_test.py PPINSPECT PPGEN

A block of ``` that begins with "$ " is a transcript: commands, and below each what it prints. A line "..." stands for any
number of lines. Commands that need a network, a server or a file that is not in the repository cannot be run here; UNTRIED
names each kind, so that a new command is tried unless somebody says why not.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

import ppinspect

UNTRIED = {
    r"(^| )-L |curl |forward ": "a listener: ports and times differ",
    r"ppgen (probe|send) ": "a server of the reader's",
    r"^ssh |^kubectl |^nsenter |^for |^>": "another machine",
    r"hop1\.pcap|/var/tmp/|POD|trouble\.pcap port": "files of the reader's",
    r"\| jq ": "jq need not be here",
}
FILES = ("README.md", "docs/guide.md", "CONTRIBUTING.md")
LEAST = 12


def transcripts():
    """(file, line, command, shown lines) of every command in a block that begins with a prompt."""
    for name in FILES:
        with open(os.path.join(ppinspect.SOURCE, name), encoding="utf-8") as file:
            lines = file.read().split("\n")
        inside, command = False, None
        for number, line in enumerate(lines, 1):
            if line.startswith("```"):
                if command:
                    yield command
                inside, command = not inside, None
            elif inside and line.startswith("$ "):
                if command:
                    yield command
                command = (name, number, line[2:], [])
            elif inside and command:
                command[3].append(line)


def pattern(shown):
    """The shown lines as a regular expression over the whole output: "..." is any number of lines, and a pseudonym of
    240.0.0.0/4, new in each run, is any of them."""
    whole = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + " *\n" for line in shown)
    return re.sub(r"\b2[45]\d(\\\.\d+){3}", r"2[45]\\d(?:\\.\\d+){3}", whole)


class Readme(unittest.TestCase):
    maxDiff = None

    def test_what_is_shown_is_what_comes_out(self):
        tried = 0
        with tempfile.TemporaryDirectory() as tools:
            for name, path in zip(("ppinspect", "ppgen"), PROGRAMS):
                os.symlink(path, os.path.join(tools, name))
            env = ppinspect.environment()
            env["PATH"] = tools + ":" + env["PATH"]
            for file, line, command, shown in transcripts():
                if any(re.search(why, command) for why in UNTRIED):
                    continue
                tried += 1
                with self.subTest(file=file, line=line, command=command):
                    # A terminal shows what goes to both, in the order of writing.
                    done = subprocess.run(["sh", "-c", command], cwd=ppinspect.SOURCE, env=env, timeout=60, text=True,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    if not re.fullmatch(pattern(shown), done.stdout):
                        self.assertEqual(done.stdout, "\n".join(shown) + "\n")
        self.assertGreaterEqual(tried, LEAST)

    def test_what_is_left_untried_is_there(self):
        commands = [command for _, _, command, _ in transcripts()]
        for why in UNTRIED:
            self.assertTrue(any(re.search(why, command) for command in commands), why)


if __name__ == "__main__":
    PROGRAMS = [os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))]
    unittest.main()
