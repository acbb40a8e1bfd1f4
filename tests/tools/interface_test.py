"""Holds the manual pages and completions of both tools against what --help says and against what the tools take.

interface_test.py PPINSPECT PPGEN   zsh, fish and man are skipped with a word where they are missing, and fail with PP_PEERS=1
"""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import shells

TOOLS = {"ppinspect": os.path.abspath(sys.argv.pop(1)), "ppgen": os.path.abspath(sys.argv.pop(1))}
ENTRY = re.compile(r"^  (-[^ ,]+(?:,-[^ ,]+)*)(?: (\S.*?))?(?:\s{2,}|$)")


def run(tool, *words):
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run([TOOLS[tool], *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=env)


def output(tool, *words):
    done = run(tool, *words)
    assert done.returncode == 0, done
    return done.stdout


def subcommands():
    return re.findall(r"^  ([a-z]+)  ", output("ppgen", "-h"), re.MULTILINE)


def options(tool, *sub):
    """name -> type, of every option that --help shows; an optional value as it is written: [=TYPE]."""
    out = {}
    for line in output(tool, *sub, "-h").splitlines():
        entry = ENTRY.match(line)
        if entry:
            out.update((name, entry.group(2) or "") for name in entry.group(1).split(","))
    assert "--help" in out, (tool, sub)
    return out


def commands():
    """(tool, subcommand words, options); the tool ppgen itself has options of its own."""
    yield "ppinspect", (), options("ppinspect")
    yield "ppgen", (), {name: "" for name in ("-h", "--help", "-V", "--version", "--man-page", "--json-schema")} | {"--completion": "SHELL"}
    for sub in subcommands():
        yield "ppgen", (sub,), options("ppgen", sub)


COMMANDS = list(commands())


def needs(test, program):
    """The way to a program; without it the test is skipped, or fails where the program has to be there."""
    path = shutil.which(program)
    if path is None:
        if os.environ.get("PP_PEERS") == "1":
            test.fail(f"{program} is missing")
        test.skipTest(f"{program} is not installed")
    return path


@functools.lru_cache(maxsize=None)
def refused_words(tool, sub, option):
    """The words that the tool offers when an option is given nonsense; None when it describes a value in place of them."""
    done = run(tool, *sub, f"{option}=no-such-word") if option.startswith("--") else run(tool, *sub, option, "no-such-word")
    said = re.search(r": expected (?!an? )([^;\n]*)", done.stderr)
    return None if said is None or "such as" in said.group(1) else {word for word in re.split(r", | or ", said.group(1)) if word == word.lower()}


def plain(roff):
    """What the page shows, without its fonts and escapes."""
    roff = re.sub(r"\\f[BIRP]", "", roff)
    return roff.replace("\\(aq", "'").replace("\\(ga", "`").replace("\\-", "-").replace("\\e", "\\").replace("\\&", "")


class Manual(unittest.TestCase):
    def test_every_option_is_in_the_page(self):
        for tool in TOOLS:
            page = plain(output(tool, "--man-page"))
            terms = {name for line in re.findall(r"^\.TP\n(-.*)$", page, re.MULTILINE) for name in re.findall(r"(?:^|, )(--?[\w-]+)", line)}
            named = {name for t, _, known in COMMANDS if t == tool for name in known}
            self.assertEqual(terms, named)

    def test_every_subcommand_and_operand_is_in_the_page(self):
        page = plain(output("ppgen", "--man-page"))
        for sub in subcommands():
            usage = re.search(r"^Usage: (.*)$", output("ppgen", sub, "-h"), re.MULTILINE).group(1)
            self.assertIn(f"\n.SS {usage}\n", page)

    def test_help_says_the_exit_statuses_of_the_page(self):
        for tool in TOOLS:
            page = plain(output(tool, "--man-page"))
            page = page[page.index('.SH "EXIT STATUS"'):page.index(".SH EXAMPLES")]
            rows = re.findall(r"^\.TP\n(\d)\n(.*)$", page, re.MULTILINE)
            said = " ".join(output(tool, "-h").split())
            self.assertIn("Exit status: " + "; ".join(f"{status} {text}" for status, text in rows) + ".", said)

    def test_examples_are_command_lines_that_the_tools_take(self):
        for tool in TOOLS:
            page = plain(output(tool, "--man-page"))
            lines = [line for block in re.findall(r"^\.EX\n(.*?)\n\.EE$", page, re.MULTILINE | re.DOTALL) for line in block.split("\n")]
            self.assertGreater(len(lines), 4)
            for line in lines:
                for part in re.findall(rf"\b{tool}\b([^|&]*)", line):
                    words = part.split()
                    sub = tuple(words[:1]) if tool == "ppgen" else ()
                    known = next(known for t, s, known in COMMANDS if (t, s) == (tool, sub))
                    for word in words:
                        if word.startswith("-") and word not in ("-", "--"):
                            name = word.split("=")[0]
                            self.assertTrue(name in known or "-" + name[1] in known, line)

    def test_the_page_has_the_sections_that_readers_look_for(self):
        for tool in TOOLS:
            sections = re.findall(r'^\.SH "?([A-Z ]+)"?$', output(tool, "--man-page"), re.MULTILINE)
            for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "BUGS", "SEE ALSO"):
                self.assertIn(section, sections)

    def test_help_fits_into_80_columns_and_writes_defaults_in_one_way(self):
        for tool, sub, _ in COMMANDS:
            text = output(tool, *sub, "-h")
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 80, (tool, sub))
            self.assertNotRegex(text, r"by default|\(default\)")

    def test_the_page_has_no_warning(self):
        needs(self, "groff")
        for tool in TOOLS:
            page = output(tool, "--man-page")
            self.assertTrue(page.isascii())
            for command in (["groff", "-ww", "-man", "-Tutf8", "-z"], ["man", "--warnings=w", "-P", "cat", "-l", "-"]):
                needs(self, command[0])
                done = subprocess.run(command, input=page, capture_output=True, text=True, timeout=60,
                                      env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
                self.assertEqual((done.returncode, done.stderr), (0, ""), command)


class Version(unittest.TestCase):
    def test_names_libraries_and_specification(self):
        for tool in TOOLS:
            lines = output(tool, "-V").splitlines()
            self.assertRegex(lines[0], rf"\A{tool} \d+\.\d+\.\d+\Z")
            said = dict(line.split(": ", 1) for line in lines[1:])
            self.assertRegex(said.pop("commit", "0123456789ab"), r"\A[0-9a-f]{12}\Z")
            self.assertEqual(said.pop("specification"), "PROXY protocol versions 1 and 2, 2026-04-27")
            libraries = said.pop("libraries").split(", ")
            self.assertEqual({library.split()[0] for library in libraries} - {"libpcap"}, {"zlib", "libzstd", "fmt", "CLI11"})
            self.assertTrue(all(re.search(r" \d+\.\d+", library) for library in libraries), libraries)
            self.assertEqual(said, {})


class Completion(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "one.pcap").touch()
        (self.folder / "two.json").touch()
        (self.folder / "captures").mkdir()

    def check(self, shell):
        """Every option of --help is offered and nothing else, and the words of a value are those that the tool names."""
        for tool, sub, known in COMMANDS:
            where = f"{shell.name}: {tool} {' '.join(sub)}"
            offered = {word.rstrip("=") for word in shell.complete(tool, *sub, "--")} | {word.rstrip("=") for word in shell.complete(tool, *sub, "-")}
            self.assertEqual(offered - {"-", ""}, set(known), where)
            checked = 0
            for name, value in known.items():
                if not name.startswith("--") or not value:
                    continue
                words = shell.complete(tool, *sub, f"{name}=")
                refused = refused_words(tool, sub, name)
                if refused is not None:
                    self.assertEqual(set(words), refused, f"{where} {name}")
                    checked += 1
                if value == "FILE":
                    self.assertEqual({"one.pcap", "two.json"} - set(words), set(), f"{where} {name}")
                if value in ("N", "CIDR", "HEX", "TIME"):
                    self.assertEqual(words, [], f"{where} {name}")
            if tool == "ppinspect":
                self.assertGreater(checked, 4)

    def check_words(self, shell):
        self.assertEqual(set(shell.complete("ppgen", "")) & set(subcommands()), set(subcommands()))
        self.assertEqual(shell.complete("ppgen", "pro"), ["probe"])
        self.assertIn("one.pcap", shell.complete("ppinspect", "o"))
        self.assertEqual(set(shell.complete("ppinspect", "--only", "m")), {"malformed", "missing"})
        self.assertEqual(shell.complete("ppinspect", "--by", ""), ["client"])
        codes = set(re.findall(r"^(\S+)", output("ppinspect", "--list-codes"), re.MULTILINE))
        tlvs = set(re.findall(r"^0x..  (\S+)", output("ppinspect", "--list-tlvs"), re.MULTILINE))
        self.assertEqual(set(shell.complete("ppinspect", "--explain", "")), codes | tlvs)
        cases = {line.split()[0] for line in output("ppgen", "list", "cases").splitlines() if not line.split()[0].endswith("...")}
        self.assertEqual(set(shell.complete("ppgen", "make", "--case", "v2/tlv/")), {c for c in cases if c.startswith("v2/tlv/")})
        self.assertEqual(set(shell.complete("ppgen", "explain", "v1/port/")), {c for c in cases if c.startswith("v1/port/")})
        self.assertEqual(set(shell.complete("ppgen", "make", "--tlv", "")), {name + "=" for name in tlvs})
        mutations = {line.split()[0] for line in output("ppgen", "list", "mutations").splitlines()}
        self.assertEqual(set(shell.complete("ppgen", "make", "--mutate", "")), mutations)
        self.assertEqual(set(shell.complete("ppgen", "list", "")), {"cases", "tlvs", "mutations"})
        self.assertIn("bad", shell.complete("ppgen", "make", "--crc32c="))
        self.assertEqual({word.rstrip("/") for word in shell.complete("ppgen", "corpus", "cap")}, {"captures"})
        for word in (c for c in sorted(cases) if "/port/" in c):
            self.assertEqual(run("ppgen", "make", "--case", word).returncode, 0)

    def test_bash(self):
        with shells.Bash(TOOLS, self.folder) as shell:
            self.check(shell)
            self.check_words(shell)
        if shutil.which("shellcheck"):
            for tool in TOOLS:
                done = subprocess.run(["shellcheck", "-s", "bash", "-"], input=output(tool, "--completion", "bash"), capture_output=True, text=True, timeout=120)
                self.assertEqual(done.stdout, "")

    def test_zsh(self):
        needs(self, "zsh")
        with shells.Zsh(TOOLS, self.folder) as shell:
            self.check(shell)
            self.check_words(shell)

    def test_fish(self):
        needs(self, "fish")
        with shells.Fish(TOOLS, self.folder) as shell:
            self.check(shell)
            self.check_words(shell)

    def test_an_unknown_shell_is_refused(self):
        for tool in TOOLS:
            done = run(tool, "--completion", "csh")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"{tool}: --completion 'csh': expected bash, zsh or fish; did you mean 'zsh'?\n")


if __name__ == "__main__":
    unittest.main()
