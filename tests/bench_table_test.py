"""What scripts/bench makes of measurements: ratios, goals, the table and what it reads from programs. No times."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
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
        for r in (table.row("scan", "beside tcpdump", None, "", compare="faster", goal=(">=", 3)), table.skipped("go", "not installed")):
            self.assertIsNone(r["met"])

    def test_rows_are_json(self):
        r = table.row("a", "b", 1.0, "ns", goal=("<=", 2))
        self.assertEqual(json.loads(json.dumps(r)), r)


class Text(unittest.TestCase):
    def test_whole_table(self):
        rows = [
            table.row("scan real", "ppinspect", 128.4, "ms", peer="cat", peer_value=91.2, compare="share", goal=("<=", 2)),
            table.row("scan real", "peak RSS", 12.04, "MiB", goal=("<=", 16)),
            table.row("parse", "v1/tcp4/typical", 36.04, "ns", peer="textbook", peer_value=201.0, goal=("<=", 20)),
            table.skipped("go", "Go is not installed"),
        ]
        self.assertEqual(table.text(rows).splitlines(), [
            "figure              value          peer  ratio   goal",
            "-- scan real",
            "ppinspect          128 ms      cat 91.2  1.41x  <= 2x     met",
            "peak RSS         12.0 MiB             -      -  <= 16     met",
            "-- parse",
            "v1/tcp4/typical   36.0 ns  textbook 201      -  <= 20  missed",
            "-- go",
            "not measured            -             -      -      -       -  (Go is not installed)",
            "2 of 3 goals met",
        ])

    def test_numbers_keep_three_digits(self):
        self.assertEqual([table.number(n) for n in (None, 0.123, 1.239, 12.34, 123.4, 12345.6)], ["-", "0.12", "1.24", "12.3", "123", "12346"])


class Programs(unittest.TestCase):
    def test_median_of_repetitions_and_no_aggregates(self):
        runs = [{"name": "parse v2/tcp4", "run_type": "iteration", "per_header": n * 1e-9} for n in (9.0, 4.0, 5.0)]
        runs.append({"name": "parse v2/tcp4", "run_type": "aggregate", "per_header": 1.0})
        found = table.google_benchmarks({"benchmarks": runs})
        self.assertAlmostEqual(found["parse v2/tcp4"]["ns"], 5.0)

    def test_parse_rows(self):
        found = {f"{what} {name}": {"ns": 40.0 if what == "parse" else 200.0} for what in ("parse", "textbook") for name, _ in programs.PARSE}
        rows = {r["figure"]: r for r in programs.parse_rows(found)}
        self.assertEqual((rows["v1/tcp4/typical"]["ratio"], rows["v1/tcp4/typical"]["met"]), (5.0, False))
        self.assertIsNone(rows["v2/local"]["met"])
        self.assertNotIn("crc32c 232 bytes instruction", rows, "a machine without the instruction has no such row")

    def test_encode_rows_are_rates(self):
        found = {name: {"ns": 10.0} for name, _ in programs.ENCODE}
        rows = {r["figure"]: r for r in programs.encode_rows(found)}
        self.assertEqual((rows["v2/tcp4"]["value"], rows["v2/tcp4"]["unit"], rows["v2/tcp4"]["met"]), (100.0, "M/s", True))

    def test_read_header_rows(self):
        found = {
            "memory v1/tcp4/min": {"ns": 100.0, "published_ns": 519, "allocations": 0},
            "socket v1/tcp4/min": {"ns": 900.0, "published_ns": 519, "reads": 2.0, "allocations": 0.5},
            "memory distinct v2/tcp4": {"ns": 20.0, "allocations": 0},
        }
        rows = {r["figure"]: r for r in programs.read_header_rows(found)}
        self.assertEqual((rows["memory v1/tcp4/min"]["ratio"], rows["memory v1/tcp4/min"]["met"]), (5.19, True))
        self.assertTrue(rows["socket v1/tcp4/min: system calls"]["met"])
        self.assertEqual((rows["allocations, the most of any"]["value"], rows["allocations, the most of any"]["met"]), (0.5, False))
        self.assertEqual(len(rows), 3)

    def test_forward_lines(self):
        said = "ppgen        1 x 1048576 KiB    1830 MiB/s  cpu 0.31 s\nhaproxy   1000 x     256 KiB    1200 MiB/s  cpu 0.52 s\nppgen        1 x 1048576 KiB    1810 MiB/s  cpu 0.30 s\n"
        self.assertEqual(table.forward_rates(said), {("ppgen", 1): [1830.0, 1810.0], ("haproxy", 1000): [1200.0]})

    def test_listener_lines(self):
        said = "ppinspect    18.4 us a connection (17.9 to 19.0)\nnginx        30.1 us a connection (29.0 to 31.5)\nppinspect / haproxy 0.92, ppinspect / nginx stream 0.61\n"
        self.assertEqual(table.listener_times(said), {"ppinspect": 18.4, "nginx": 30.1})

    def test_usage_line(self):
        self.assertEqual(measure.parse_usage("0.125000 12288 0.250000 139\n"), (0.125, 12.0, 0.25, 139))


if __name__ == "__main__":
    unittest.main()
