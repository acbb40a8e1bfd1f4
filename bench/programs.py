"""The Google Benchmark programs: parsing, read_header, encoding, each goal as GOALS has it."""
import json
import pathlib
import subprocess

from measure import say
from table import google_benchmarks, row, skipped

# wire_bench: name behind "parse " and "textbook ", goal in ns on a machine whose textbook parser takes `reference` ns for
# the same header; None: shown only.
PARSE = [
    ("v1/tcp4/min", None), ("v1/tcp4/typical", 20), ("v1/tcp4/max", None), ("v1/tcp6/typical", 37), ("v1/tcp6/max", 50),
    ("v1/unknown/107", None), ("v2/tcp4", 6), ("v2/tcp6", 6), ("v2/local", None),
    ("reject/http", 4), ("reject/tls", 4), ("reject/v2 version 3", 6), ("reject/v2 short length", 6),
    ("reject/v1 protocol", 16), ("reject/v1 source address", 16), ("reject/v1 last byte", 16),
]
ALONE = [
    ("walk 232 bytes, 11 TLVs and 5 in SSL", 35), ("walk 232 bytes and check CRC32C", 60),
    ("crc32c 232 bytes portable", None), ("crc32c 232 bytes instruction", None),
]
ENCODE = [("encode v1/tcp4", 60), ("encode v1/tcp6", None), ("encode v2/tcp4", 100), ("encode v2/tcp6", None),
          ("encode v2/tcp4 + 173 bytes of TLV + CRC32C", 30)]


def report(programs, name, options, pattern=None):
    say(f"running {name}")
    command = [pathlib.Path(programs) / name, "--benchmark_format=json", f"--benchmark_min_time={0.02 if options.quick else 0.1}",
               f"--benchmark_repetitions={3 if options.quick else 5}", "--benchmark_enable_random_interleaving=true"]
    if pattern:
        command.append(f"--benchmark_filter={pattern}")
    return google_benchmarks(json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout))


def parse_rows(found):
    rows = []
    for name, goal in PARSE:
        rows.append(row("parse", name, found[f"parse {name}"]["ns"], "ns", peer="textbook", peer_value=found[f"textbook {name}"]["ns"],
                        goal=None if goal is None else ("<=", goal)))
        rows[-1]["ratio"] = rows[-1]["peer_value"] / rows[-1]["value"]
    for name, goal in ALONE:
        if name in found:
            rows.append(row("parse", name, found[name]["ns"], "ns", goal=None if goal is None else ("<=", goal)))
    return rows


def encode_rows(found):
    return [row("encode", name.removeprefix("encode "), 1e3 / found[name]["ns"], "M/s", goal=None if goal is None else (">=", goal))
            for name, goal in ENCODE]


def read_header_rows(found):
    rows = []
    for name, result in found.items():
        if "published_ns" not in result:
            continue
        if name.startswith("memory "):
            rows.append(row("read_header", name, result["ns"], "ns", peer="published", peer_value=result["published_ns"], compare="faster",
                            goal=(">=", 5)))
        else:
            rows.append(row("read_header", f"{name}: system calls", result["reads"], "", goal=("<=", 2)))
    most = max(result.get("allocations", 0) for result in found.values())
    rows.append(row("read_header", "allocations, the most of any", most, "", goal=("<=", 0)))
    return rows


def wire(programs, options):
    if not (pathlib.Path(programs) / "wire_bench").exists():
        return [skipped("parse", "libbenchmark-dev is not installed")]
    found = report(programs, "wire_bench", options)
    return parse_rows(found) + encode_rows(found)


def read_header(programs, options):
    if not (pathlib.Path(programs) / "read_header_bench").exists():
        return [skipped("read_header", "libbenchmark-dev is not installed")]
    return read_header_rows(report(programs, "read_header_bench", options, "^(memory|socket) v"))
