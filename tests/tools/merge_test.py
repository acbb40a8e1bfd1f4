"""--merge: summaries of many machines add up to that of all their captures, and a summary that cannot be is refused by its key."""
import copy
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import ppinspect
from capture_files import START_NS
from summary_test import capture, comparable, some_conversations

GUIDE = os.path.join(ppinspect.SOURCE, "docs", "guide.md")
PARTS = 4


class Merge(unittest.TestCase):
    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.captures, self.summaries = [], []
        for i in range(PARTS):
            at = START_NS + i * 60 * 50_000_000
            self.captures.append(self.file("%d.pcap" % i, capture(some_conversations(25, i), at)))
        for path in self.captures:
            self.summaries.append(self.file(path[:-5] + ".json", ppinspect.run("-S", "-o", "json", "-e", "9999", path).out))

    def file(self, name, content):
        path = os.path.join(self.scratch.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def load(self):
        with open(self.summaries[0]) as file:
            return json.load(file)

    def summary(self, *arguments):
        record, = ppinspect.run("-S", "-o", "json", *arguments).records()
        return record

    def merged(self, *arguments):
        record, = ppinspect.run("--merge", "-o", "json", *arguments).records()
        return record

    def test_the_sum_is_that_of_all_captures_read_together(self):
        together = self.summary("-e", "9999", *self.captures)
        merged = self.merged(*self.summaries)
        self.assertGreater(len(together["changes"]["rows"]), 3)
        self.assertGreater(len(together["expected"]["groups"]), 1)
        self.assertEqual(comparable(merged), comparable(together))
        for key in ("inputs", "input", "duration_us"):
            self.assertEqual(merged[key], together[key])
        for key in ("p50", "p90", "p99", "max"):
            self.assertEqual(merged["delivery"]["delay_us"][key], together["delivery"]["delay_us"][key])

    def test_order_and_grouping_change_no_count(self):
        forwards = self.merged(*self.summaries)
        self.assertEqual(comparable(self.merged(*reversed(self.summaries))), comparable(forwards))
        half = self.file("half.json", ppinspect.run("--merge", "-o", "json", *self.summaries[:2]).out)
        self.assertEqual(comparable(self.merged(half, *self.summaries[2:])), comparable(forwards))

    def test_one_summary_is_itself(self):
        for arguments in ([], ["--group", "tlv"], ["--group", "port"], ["--group", "client"], ["--group", "sender"]):
            with self.subTest(arguments):
                line = ppinspect.run("-S", "-o", "json", "-e", "9999", *arguments, self.captures[0]).out
                self.assertEqual(ppinspect.run("--merge", "-o", "json", self.file("one.json", line)).out, line)

    def test_text_and_exit_status(self):
        text = ppinspect.run("-S", "-e", "9999", *self.captures)
        merged = ppinspect.run("--merge", *self.summaries)
        self.assertEqual(merged.code, text.code)
        self.assertEqual(merged.out.split(b"\n")[0].split(b"   ")[1], text.out.split(b"\n")[0].split(b"   ")[1])
        self.assertIn("%d inputs" % PARTS, merged.out.decode())

    def test_one_stream_and_compressed(self):
        lines = b"".join(pathlib.Path(path).read_bytes() for path in self.summaries)
        expected = self.merged(*self.summaries)
        self.assertEqual(ppinspect.run("--merge", "-o", "json", "-", stdin=lines).records(), [expected])
        self.assertEqual(self.merged(self.file("all.json.gz", gzip.compress(lines))), expected)

    def test_interim_summaries_are_left_out(self):
        summary = self.load()
        interim = json.dumps({**summary, "interim": True})
        result = ppinspect.run("--merge", "-o", "json", self.file("live.json", (interim + "\n" + json.dumps(summary) + "\n").encode()))
        self.assertEqual(result.records()[0]["headers"], summary["headers"])
        self.assertIn("1 interim summary is left out", result.talk())

    def refusal(self, text):
        path = self.file("bad.json", text if isinstance(text, bytes) else json.dumps(text).encode())
        result = ppinspect.run("--merge", path)
        self.assertEqual(result.code, 3, result.talk())
        self.assertTrue(result.talk().startswith("ppinspect: %s: " % path), result.talk())
        return result.talk().splitlines()[0][len("ppinspect: %s: " % path):]

    def test_errors_name_the_key(self):
        good = self.load()

        def changed(*way, to):
            summary = copy.deepcopy(good)
            at = summary
            for step in way[:-1]:
                at = at[step]
            at[way[-1]] = to
            return summary

        def without(*way):
            summary = copy.deepcopy(good)
            at = summary
            for step in way[:-1]:
                at = at[step]
            del at[way[-1]]
            return summary

        first_bucket = good["delivery"]["delay_us"]["buckets"][0]
        for broken, words in (
                (changed("schema", to="pp.header/1"), 'line 1: schema: expected "pp.summary/1"'),
                (changed("headers", to=1), None),  # derived from the verdicts, not read
                (changed("connections", to=-1), "line 1: connections: expected a number from 0 to 18446744073709551615"),
                (changed("connections", to="12x"), "line 1: connections: expected a number from 0 to 18446744073709551615"),
                (changed("verdicts", "valid", to=1.5), "line 1: verdicts.valid: expected a number from 0 to 18446744073709551615"),
                (without("verdicts", "gap"), 'line 1: verdicts: the key "gap" is missing'),
                (changed("problems", 0, "code", to="v9-none"), "line 1: problems[0].code: a word that this version does not know"),
                (changed("senders", "rows", 1, "ip", to="10.0.0"), "line 1: senders.rows[1].ip: expected an IP address"),
                (changed("senders", "rows", to={}), "line 1: senders.rows: expected an array"),
                (changed("senders", "rows", 1, to=good["senders"]["rows"][0]),
                 "line 1: senders.rows[1]: a row that cannot be: its key has one already, there are too many, or its counts do not agree"),
                (changed("delivery", "delay_us", "buckets", 0, "from", to=1001), "line 1: delivery.delay_us.buckets[0].from: no bucket begins at this value"),
                (changed("delivery", "delay_us", "buckets", 0, "count", to=first_bucket["count"] + 1), "line 1: delivery.delay_us.count: its buckets hold another number"),
                (changed("expected", "groups", 0, "port", to=65536), "line 1: expected.groups[0].port: expected a number from 0 to 65535"),
                (changed("changes", "rows", 0, "first", "time", to="yesterday"),
                 "line 1: changes.rows[0].first.time: expected a time such as 2026-11-23T06:33:06.640321Z")):
            with self.subTest(words):
                if words is None:
                    self.assertIn(ppinspect.run("--merge", self.file("x.json", json.dumps(broken).encode())).code, (0, 1))
                else:
                    self.assertEqual(self.refusal(broken), words)

    def test_hostile_files(self):
        self.assertRegex(self.refusal(b"[" * 1_000_000), r"^line 1: byte [0-9]+: not JSON: ")
        self.assertEqual(self.refusal(b"[]\n"), "line 1: expected an object")
        self.assertEqual(self.refusal(b"\n\n"), "holds no summary of ppinspect -S -o json")
        self.assertEqual(self.refusal(b'{"schema":"pp.summary/1"}\n'), 'line 1: the key "inputs" is missing')
        self.assertEqual(self.refusal(b" " * (16 << 20) + b"{}"), "a line is above the limit of 16777216 bytes")
        many = self.load()
        row = many["clients"]["rows"][0]
        many["clients"]["rows"] = [{**row, "ip": "10.%d.%d.1" % (i // 250, i % 250)} for i in range(5000)]
        self.assertEqual(self.refusal(many), "line 1: clients.rows[4096]: a row that cannot be: its key has one already, there are too many, or its counts do not agree")

    def test_largest_counters_stay(self):
        summary = self.load()
        summary["connections"] = str(2**64 - 1)
        path = self.file("large.json", (json.dumps(summary) + "\n" + json.dumps(summary)).encode())
        self.assertEqual(self.merged(path)["connections"], str(2**64 - 1))

    def test_usage(self):
        for arguments, words in ((["--merge", "-i", "lo"], "--merge"), (["--merge", self.summaries[0], "/nonexistent"], "nonexistent"),
                                 (["--group", "port", self.captures[0]], "-S"), (["--merge", "--redact", self.summaries[0]], "--redact")):
            with self.subTest(arguments):
                result = ppinspect.run(*arguments)
                self.assertIn(result.code, (2, 3))
                self.assertIn(words, result.talk())

    def test_recipe_of_the_guide(self):
        """The block that is marked so in docs/guide.md, with parallel or, as it says itself, with xargs."""
        with open(GUIDE) as file:
            blocks = re.findall(r"```sh\n(# many captures[^\n]*\n.*?)```", file.read(), re.DOTALL)
        self.assertEqual(len(blocks), 2)
        tools = self.scratch.name + "/bin"
        os.mkdir(tools)
        os.symlink(ppinspect.program(), tools + "/ppinspect")
        ran = 0
        for block in blocks:
            if shutil.which("parallel" if "parallel" in block else "xargs") is None:
                continue
            for path in self.summaries:
                if os.path.exists(path):
                    os.remove(path)
            result = subprocess.run(["sh", "-ec", block], cwd=self.scratch.name, capture_output=True, timeout=60,
                                    env=ppinspect.environment(PATH=tools + ":/usr/bin:/bin", HOME=self.scratch.name))
            self.assertIn(result.returncode, (0, 1), result.stderr)
            self.assertIn(b"%d inputs   " % PARTS, result.stdout)
            ran += 1
        self.assertGreater(ran, 0)


if __name__ == "__main__":
    ppinspect.main()
