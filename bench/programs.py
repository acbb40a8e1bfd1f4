"""The Google Benchmark programs: parsing, read_header, encoding, each goal as nanoseconds on a machine that has nothing else to do."""
import json
import pathlib
import subprocess

from measure import say
from table import google_benchmarks, not_measured, row

# wire_bench: name behind "parse " and "textbook ", goal in ns (None: shown only), and what haproxy's own parser, the best
# Rust crate and mailgun/proxyproto (Go) took on a machine of the kind that the goals are from.
PARSE = [
    ("v1/tcp4/min", None, None),
    ("v1/tcp4/typical", 20, "haproxy 44, Rust 97, mailgun 571"),
    ("v1/tcp4/max", None, None),
    ("v1/tcp6/min", None, None),
    ("v1/tcp6/typical", 37, "haproxy 117, Rust 218, mailgun 1211"),
    ("v1/tcp6/max", 50, "haproxy 164, Rust 272, mailgun 1346"),
    ("v1/unknown/short", None, None),
    ("v1/unknown/107", None, None),
    ("v2/tcp4", 6, "haproxy 21, Rust 17, mailgun 287"),
    ("v2/tcp6", 6, "haproxy 22, Rust 22, mailgun 278"),
    ("v2/tcp6+crc (59 bytes)", None, None),
    ("v2/unix", None, None),
    ("v2/local", None, None),
    ("v2/232 bytes, framing only", None, None),
    ("reject/http", 4, "haproxy 17 to 141, Rust 4 to 110"),
    ("reject/tls", 4, None),
    ("reject/v2 version 3", 6, None),
    ("reject/v2 short length", 6, None),
    ("reject/v1 protocol", 16, None),
    ("reject/v1 source address", 16, None),
    ("reject/v1 last byte", 16, None),
]
ALONE = [
    ("walk 232 bytes, 11 TLVs and 5 in SSL", 35, "Rust 242"),
    ("walk 232 bytes and check CRC32C", 60, "haproxy 572"),
    ("crc32c 232 bytes portable", None, None),
    ("crc32c 232 bytes instruction", None, None),
    ("yardstick empty call", None, None),
    ("yardstick memcpy 45 bytes", None, None),
]
# Goal in millions of headers a second.
ENCODE = [("encode v1/tcp4", 60), ("encode v1/tcp6", None), ("encode v2/tcp4", 100), ("encode v2/tcp6", None),
          ("encode v2/tcp4 + 173 bytes of TLV + CRC32C", 30)]


def report(programs, name, options, pattern):
    say(f"running {name}")
    command = [pathlib.Path(programs) / name, "--benchmark_format=json", f"--benchmark_min_time={0.01 if options.quick else 0.1}",
               f"--benchmark_repetitions={3 if options.quick else 7}", "--benchmark_enable_random_interleaving=true", f"--benchmark_filter={pattern}"]
    return google_benchmarks(json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout))


def most(goal):
    return None if goal is None else ("<=", goal)


def parse_rows(found):
    """The best of the repetitions is judged: what else the machine did can only add to it."""
    rows = []
    for name, goal, published in PARSE:
        ours, theirs = found[f"parse {name}"], found[f"textbook {name}"]
        rows.append(row("parse", name, ours["ns"], "ns", best=ours["best"], peer="textbook", peer_value=theirs["ns"], ratio=theirs["best"] / ours["best"],
                        goal=most(goal), judge="best", note=published and f"elsewhere: {published}"))
    for name, goal, published in ALONE:
        # Without the instruction there is no row of it, and the checksum may take longer.
        if name not in found:
            continue
        if "check CRC32C" in name and "crc32c 232 bytes instruction" not in found:
            goal = 165
        rows.append(row("parse", name, found[name]["ns"], "ns", best=found[name]["best"], goal=most(goal), judge="best",
                        note=published and f"elsewhere: {published}"))
    return rows


def encode_rows(found):
    return [row("encode", name.removeprefix("encode "), 1e3 / found[name]["ns"], "M/s", best=1e3 / found[name]["best"],
                goal=None if goal is None else (">=", goal), judge="best") for name, goal in ENCODE]


def read_header_rows(found):
    rows = []
    for name, result in sorted(found.items()):
        if "published_ns" not in result:
            continue
        if name.startswith("memory "):
            rows.append(row("read_header", name, result["ns"], "ns", best=result["best"], peer="published", peer_value=result["published_ns"],
                            compare="faster", goal=(">=", 5)))
        else:
            rows.append(row("read_header", f"{name}: system calls", result["reads"], "", goal=("<=", 2)))
    rows.append(row("read_header", "allocations, the most of any", max(result.get("allocations", 0) for result in found.values()), "", goal=("<=", 0)))
    return rows


def measured(section, program, pattern, rows):
    """A part: what the program reports of the benchmarks that match, as rows."""

    def part(programs, options):
        if not (pathlib.Path(programs) / program).exists():
            return [not_measured(section, "libbenchmark-dev is not installed")]
        return rows(report(programs, program, options, pattern))

    return part


parse = measured("parse", "wire_bench", "^(parse|textbook|walk|crc32c|yardstick) ", parse_rows)
encode = measured("encode", "wire_bench", "^encode ", encode_rows)
read_header = measured("read_header", "read_header_bench", "^(memory|socket) v", read_header_rows)
