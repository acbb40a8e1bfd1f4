"""What scripts/bench makes of measurements: ratios, goals, the table and what it reads from programs. No times."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import measure  # noqa: E402
import programs  # noqa: E402
import table  # noqa: E402


class Goals(unittest.TestCase):
    def test_faster_divides_the_peers_time_by_ours(self):
        r = table.row("scan", "ppinspect", 100.0, "ms", peer="tcpdump", peer_value=250.0, compare="faster", goal=(">=", 3))
        self.assertEqual((r["ratio"], r["met"], r["goal"]), (2.5, False, ">= 3"))

    def test_faster_of_a_rate_divides_ours_by_the_peers(self):
        r = table.row("forward", "one", 950.0, "MiB/s", peer="haproxy", peer_value=1000.0, compare="faster", goal=(">=", 0.9))
        self.assertEqual((r["ratio"], r["met"]), (0.95, True))

    def test_share_is_a_multiple_of_the_peer(self):
        r = table.row("scan", "ppinspect", 180.0, "ms", peer="cat", peer_value=100.0, compare="share", goal=("<=", 1.6))
        self.assertEqual((r["ratio"], r["met"]), (1.8, False))

    def test_without_a_comparison_the_value_is_judged(self):
        self.assertTrue(table.row("scan", "peak RSS", 16.0, "MiB", goal=("<=", 16))["met"])
        self.assertFalse(table.row("scan", "peak RSS", 16.1, "MiB", goal=("<=", 16))["met"])

    def test_what_was_not_measured_meets_nothing(self):
        for r in (table.row("scan", "beside tcpdump", None, "", compare="faster", goal=(">=", 3)), table.not_measured("go", "not installed")):
            self.assertIsNone(r["met"])

    def test_the_best_is_judged_where_it_is_said_and_only_there(self):
        self.assertTrue(table.row("parse", "v1", 22.0, "ns", best=19.0, goal=("<=", 20), judge="best")["met"])
        self.assertFalse(table.row("parse", "v1", 22.0, "ns", best=19.0, goal=("<=", 20))["met"])

    def test_the_ratio_of_paired_rounds_goes_before_that_of_the_medians(self):
        r = table.row("scan", "ppinspect", 100.0, "ms", peer="tcpdump", peer_value=290.0, compare="faster", ratio=3.1, goal=(">=", 3))
        self.assertEqual((r["ratio"], r["met"]), (3.1, True))

    def test_rows_are_json(self):
        r = table.row("a", "b", 1.0, "ns", goal=("<=", 2))
        self.assertEqual(json.loads(json.dumps(r)), r)


ROWS = [
    table.row("scan real, 0.1 GB", "ppinspect", 128.4, "ms", best=120.0, peer="cat", peer_value=91.2, compare="share", goal=("<=", 2)),
    table.row("scan real, 0.1 GB", "peak RSS", 12.04, "MiB", goal=("<=", 16)),
    table.row("parse", "v1/tcp4/typical", 36.04, "ns", best=35.0, peer="textbook", peer_value=201.0, goal=("<=", 20), judge="best", note="elsewhere: haproxy 44"),
    table.row("encode", "v2/tcp4", 90.0, "M/s", best=101.2, goal=(">=", 100), judge="best"),
    table.not_measured("go", "Go is not installed"),
]


class Text(unittest.TestCase):
    def test_whole_table(self):
        self.assertEqual(table.text(ROWS).splitlines(), [
            "figure               here  best          peer  ratio    goal",
            "-- scan real, 0.1 GB",
            "ppinspect          128 ms   120      cat 91.2  1.41x   <= 2x     met",
            "peak RSS         12.0 MiB     -             -      -   <= 16     met",
            "-- parse",
            "v1/tcp4/typical   36.0 ns  35.0  textbook 201  5.58x   <= 20  missed  (elsewhere: haproxy 44)",
            "-- encode",
            "v2/tcp4          90.0 M/s   101             -      -  >= 100     met",
            "-- go",
            "not measured            -     -             -      -       -       -  (Go is not installed)",
            "3 of 4 goals met",
            "missed: parse: v1/tcp4/typical",
            "not measured: go (Go is not installed)",
        ])

    def test_readme_has_headlines_and_the_value_that_is_judged(self):
        self.assertEqual(table.markdown(ROWS).splitlines(), [
            "| what | here | beside | ratio | goal |",
            "|---|---|---|---|---|",
            "| parse a line of version 1, IPv4 | 35.0 ns | 201 ns | 5.58x | <= 20, missed |",
            "| encode version 2 | 101 M/s | - | - | >= 100, met |",
            "| scan of ordinary traffic, beside `cat` | 128 ms | 91.2 ms | 1.41x | <= 2x, met |",
            "| memory for it, whatever the size of the file | 12.0 MiB | - | - | <= 16, met |",
        ])

    def test_numbers_keep_three_digits(self):
        self.assertEqual([table.number(n) for n in (None, 0.123, 1.239, 12.34, 123.4, 12345.6)], ["-", "0.12", "1.24", "12.3", "123", "12346"])


class Programs(unittest.TestCase):
    def test_median_and_best_of_repetitions_and_no_aggregates(self):
        runs = [{"name": "parse v2/tcp4", "run_type": "iteration", "per_header": n * 1e-9} for n in (9.0, 4.0, 5.0)]
        runs.append({"name": "parse v2/tcp4", "run_type": "aggregate", "per_header": 1.0})
        found = table.google_benchmarks({"benchmarks": runs})["parse v2/tcp4"]
        self.assertAlmostEqual(found["ns"], 5.0)
        self.assertAlmostEqual(found["best"], 4.0)

    def test_parse_rows(self):
        found = {f"{what} {name}": {"ns": 2 * ns, "best": ns} for what, ns in (("parse", 20.0), ("textbook", 100.0)) for name, *_ in programs.PARSE}
        found["walk 232 bytes and check CRC32C"] = {"ns": 170.0, "best": 160.0}
        rows = {r["figure"]: r for r in programs.parse_rows(found)}
        self.assertEqual((rows["v1/tcp4/typical"]["ratio"], rows["v1/tcp4/typical"]["met"], rows["v2/tcp4"]["met"]), (5.0, True, False))
        self.assertIsNone(rows["v2/local"]["met"])
        self.assertNotIn("crc32c 232 bytes instruction", rows, "a machine without the instruction has no such row")
        self.assertTrue(rows["walk 232 bytes and check CRC32C"]["met"], "and a checksum may take as long as the table takes")
        found["crc32c 232 bytes instruction"] = {"ns": 14.0, "best": 13.0}
        self.assertFalse({r["figure"]: r for r in programs.parse_rows(found)}["walk 232 bytes and check CRC32C"]["met"])

    def test_encode_rows_are_rates(self):
        found = {name: {"ns": 12.5, "best": 10.0} for name, _ in programs.ENCODE}
        rows = {r["figure"]: r for r in programs.encode_rows(found)}
        self.assertEqual((rows["v2/tcp4"]["value"], rows["v2/tcp4"]["best"], rows["v2/tcp4"]["unit"], rows["v2/tcp4"]["met"]), (80.0, 100.0, "M/s", True))

    def test_read_header_rows(self):
        found = {
            "socket v1/tcp4/min": {"ns": 900.0, "best": 800.0, "published_ns": 519, "reads": 2.0, "allocations": 0.5},
            "memory v1/tcp4/min": {"ns": 100.0, "best": 90.0, "published_ns": 519, "allocations": 0},
            "memory distinct v2/tcp4": {"ns": 20.0, "best": 20.0, "allocations": 0},
        }
        rows = programs.read_header_rows(found)
        self.assertEqual([r["figure"] for r in rows], ["memory v1/tcp4/min", "socket v1/tcp4/min: system calls", "allocations, the most of any"])
        self.assertEqual((rows[0]["ratio"], rows[0]["met"], rows[1]["met"]), (5.19, True, True))
        self.assertEqual((rows[2]["value"], rows[2]["met"]), (0.5, False))

    def test_the_programs_have_what_the_table_asks_for(self):
        source = (pathlib.Path(programs.__file__).parent / "wire_bench.cpp").read_text(encoding="ascii")
        for name in [n for n, *_ in programs.PARSE + programs.ALONE] + [n for n, _ in programs.ENCODE]:
            self.assertIn(f'"{name}"', source)

    def test_forward_lines(self):
        said = "ppgen        1 x 1048576 KiB    1830 MiB/s  cpu 0.31 s\nhaproxy   1000 x     256 KiB    1200 MiB/s  cpu 0.52 s\nppgen        1 x 1048576 KiB    1810 MiB/s  cpu 0.30 s\n"
        self.assertEqual(table.forward_rates(said), {("ppgen", 1): [(1830.0, 310 / 1024), (1810.0, 300 / 1024)], ("haproxy", 1000): [(1200.0, 2.08)]})

    def test_listener_lines(self):
        said = "ppinspect    18.4 us a connection (17.9 to 19.0)\nnginx        30.1 us a connection (29.0 to 31.5)\nppinspect / haproxy 0.92, ppinspect / nginx stream 0.61\n"
        self.assertEqual(table.listener_times(said), {"ppinspect": 18.4, "nginx": 30.1})

    def test_rounds_are_compared_in_pairs(self):
        ours, theirs = measure.Samples(cpu=[1.0, 4.0, 1.0]), measure.Samples(cpu=[2.0, 8.0, 1.0])
        self.assertEqual((ours.beside(theirs), ours.best(), ours.median()), (0.5, 1.0, 1.0))

    def test_usage_line(self):
        self.assertEqual(measure.parse_usage("0.125000 12288 0.250000 139\n"), (0.125, 12.0, 0.25, 139))


if __name__ == "__main__":
    unittest.main()
