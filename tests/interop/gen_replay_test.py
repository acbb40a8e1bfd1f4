"""ppgen replay: the headers of captures and of ppinspect's JSON arrive byte for byte, at the pace asked for.

gen_replay_test.py PPGEN PPINSPECT CORPUS
"""
import json
import pathlib
import subprocess
import sys
import time

from gen import GenTest, main, run
from json_schema import problems
from servers import Server
from world import wait_for

ppinspect, corpus = str(pathlib.Path(sys.argv.pop(2)).resolve()), pathlib.Path(sys.argv.pop(2))


def records(name):
    told = subprocess.run([ppinspect, "-r", corpus / name, "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return told, [json.loads(line) for line in told.decode().splitlines()]


class ReplayTest(GenTest):
    def setUp(self):
        self.seen, self.times = [], []

        def take(connection):
            data = b""
            connection.settimeout(0.5)
            try:
                while part := connection.recv(65536):
                    if not data:
                        self.times.append(time.monotonic())
                    data += part
                    if data.endswith(b"END"):
                        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            finally:
                self.seen.append(data)
        self.port = Server(self.world, take).port

    def replay(self, file, *words, code=0, **options):
        told = run("replay", f"127.0.0.1:{self.port}", file, "--payload", "END", "--wait", "2s", *words, **options)
        self.assertEqual(told.code, code, told)
        return told

    def arrived(self, headers):
        wait_for("all connections", lambda: len(self.seen) >= len(headers))
        self.assertEqual(sorted(self.seen), sorted(header + b"END" for header in headers))

    def whole(self, found):
        return [bytes.fromhex(r["hex"]) for r in found if r["schema"] == "pp.header/1" and r["verdict"] in ("valid", "warning", "malformed", "truncated") and not r.get("chain")]

    def test_captures(self):
        for name in ("v1.pcap", "v2tls.pcap", "trouble.pcap"):
            with self.subTest(name):
                self.setUp()
                headers = self.whole(records(name)[1])
                self.assertGreater(len(headers), 1)
                told = self.replay(corpus / name, "--pace", "max")
                self.arrived(headers)
                self.assertIn(f"{len(headers)} headers sent: {len(headers)} ok", told.err)
                self.assertEqual(told.out.count("\n"), len(headers))

    def test_json_from_a_file_and_from_a_pipe(self):
        text, found = records("v2.pcap")
        file = self.world.folder / "v2.ndjson"
        file.write_bytes(text)
        self.replay(file, "--pace", "max")
        self.arrived(self.whole(found))
        self.setUp()
        self.replay("-", "--pace", "max", stdin=text)
        self.arrived(self.whole(found))

    def test_pace(self):
        lines = [{"schema": "pp.header/1", "verdict": "valid", "hex": b"PROXY UNKNOWN\r\n".hex(), "time": f"2026-11-23T06:33:06.{t:06}Z"}
                 for t in (900000, 999999)] + [{"schema": "pp.header/1", "hex": "00", "time": "2026-11-23T06:33:07.300000Z"}]
        file = self.world.file("paced.ndjson", "".join(json.dumps(line) + "\n" for line in lines))
        self.replay(file)
        wait_for("all", lambda: len(self.seen) == 3)
        times = sorted(self.times)
        self.assertAlmostEqual(times[1] - times[0], 0.1, delta=0.08)
        self.assertAlmostEqual(times[2] - times[0], 0.4, delta=0.1)
        self.setUp()
        self.replay(file, "--pace", "10/s", "-q")
        self.assertGreater(max(self.times) - min(self.times), 0.15)
        self.assertEqual(self.replay(file, "--pace", "fast", code=2).err, "ppgen: --pace 'fast': expected original, max or N/s\n")

    def test_each_record_that_is_left_out_is_named(self):
        lines = [{"verdict": "valid", "hex": b"PROXY UNKNOWN\r\n".hex()}, {"verdict": "cut", "hex": "5052"}, {"verdict": "missing", "hex": "47"},
                 {"verdict": "gap", "hex": "50"}, {"verdict": "incomplete", "hex": "50"}, {"verdict": "malformed", "hex": "5052585959"}]
        file = self.world.file("some.ndjson", "".join(json.dumps(line) + "\n" for line in lines))
        told = self.replay(file, "--pace", "max")
        self.assertEqual(told.out.splitlines()[:4], [
            "#2  left out: the capture kept only a part of the header", "#3  left out: no header", "#4  left out: a part of the header was not captured",
            "#5  left out: its connection was still open in the middle of the header"])
        self.assertRegex(told.err, r"^2 headers sent: .*; 4 left out: 1 cut, 1 gap, 1 incomplete, 1 missing\n$")
        told = self.replay(file, "--pace", "max", "-o", "json")
        schema = json.loads(run("--json-schema").out)
        records = [json.loads(line) for line in told.out.splitlines()]
        for record in records:
            self.assertEqual(problems(schema, record, schema), [], record)
        self.assertEqual([(r["number"], r["left_out"]) for r in records if "left_out" in r and "number" in r], [(2, "cut"), (3, "missing"), (4, "gap"), (5, "incomplete")])
        self.assertEqual({r["number"] for r in records if "outcome" in r}, {1, 6})
        self.assertEqual((records[-1]["schema"], records[-1]["sent"], records[-1]["left_out"]), ("pp.replay-end/1", 2, 4))

    def test_what_cannot_be_replayed(self):
        bad = self.world.file("bad.ndjson", '{"hex":"0d0a"}\n{"hex":"0d0"}\n')
        self.assertEqual(self.replay(bad, code=3).err, f"ppgen: {bad}: line 2: its hex is not hexadecimal digits in pairs\n")
        self.assertEqual(self.seen, [], "nothing is sent out of a broken file")
        self.replay(self.world.file("none.ndjson", ""), code=4)
        self.replay("/nonexistent", code=3)
        port = self.world.port()
        told = run("replay", f"127.0.0.1:{port}", corpus / "v1.pcap")
        self.assertEqual((told.code, told.err.splitlines()[0]), (3, f"ppgen: cannot connect to 127.0.0.1:{port}: connection refused"))


if __name__ == "__main__":
    main(ReplayTest)
