"""Runs every benchmark and prints one table; scripts/bench builds what it needs.

run.py --programs DIR --work DIR [--quick] [--size X] [--rounds N] [--json FILE] [--markdown] [PART...]
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import output
import programs as google
import scan
import servers
from measure import Failed, Runner, say
from table import markdown, not_measured, text


def parts(options, runner, captures):
    """Name, what measures it."""
    p = options.programs
    return {
        "parse": lambda: google.parse(p, options),
        "encode": lambda: google.encode(p, options),
        "read_header": lambda: google.read_header(p, options),
        "go": lambda: servers.go(p, options),
        "scan": lambda: scan.whole_captures(runner, captures, p, options),
        "tshark": lambda: scan.beside_tshark(runner, captures, p, options),
        "growth": lambda: scan.growth(runner, captures, p, options),
        "output": lambda: output.output(runner, captures, p, options),
        "start": lambda: output.start(runner, p, options),
        "listener": lambda: servers.listener(p, options),
        "idle": lambda: servers.idle(p, options),
        "live": lambda: servers.live(p, options),
        "forward": lambda: servers.forward(p, options),
        "send": lambda: servers.send(p, options),
    }


def machine(options):
    model = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
                  if line.startswith("model name")), platform.machine())
    return {"cpu": model, "processors": os.cpu_count(), "kernel": platform.release(), "time": time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime()),
            "load": list(os.getloadavg()), "size": options.size, "rounds": options.rounds, "quick": options.quick}


def head(m):
    out = [f"{m['cpu']}, {m['processors']} processors, Linux {m['kernel']}, {m['time']}; captures of size {m['size']:g}, {m['rounds']} rounds",
           f"load average {m['load'][0]:.2f} before" + (f", {m['load_after'][0]:.2f} after" if "load_after" in m else ""),
           "here, peer: medians of interleaved rounds, CPU time of whole processes. best: of the rounds; what is judged for parse, encode, output, start."]
    if m["load"][0] > 0.3 * m["processors"]:
        out.append("warning: the machine has other things to do: absolute times are too long and ratios less sure than on an idle one")
    return "\n".join(out)


def measure(name, part):
    begin = time.monotonic()
    try:
        rows = part()
    except (Failed, OSError, subprocess.SubprocessError, RuntimeError, KeyError, ValueError) as error:
        rows = [not_measured(name, f"{type(error).__name__}: {str(error) or 'failed'}".splitlines()[0], failed=True)]
    say(f"{name}: {time.monotonic() - begin:.0f} s")
    return [{"part": name, **r} for r in rows]


def main():
    parser = argparse.ArgumentParser(prog="bench", description="Measures everything and holds it against the goals.")
    parser.add_argument("part", nargs="*", metavar="PART", help="what to measure, in place of everything")
    parser.add_argument("--programs", type=pathlib.Path, required=True, metavar="DIR", help="where ppinspect, ppgen and the benchmarks are")
    parser.add_argument("--work", type=pathlib.Path, required=True, metavar="DIR", help="for the captures, which stay there")
    parser.add_argument("--quick", action="store_true", help="two minutes: small captures, few rounds")
    parser.add_argument("--size", type=float, metavar="X", help="of the captures; 1: 1.5 GB and 0.8 GB (default 0.5; 0.1 with --quick)")
    parser.add_argument("--rounds", type=int, metavar="N", help="of each comparison (default 7; 3 with --quick)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the rows as JSON; /dev/stdout in place of the table")
    parser.add_argument("--markdown", action="store_true", help="the table of docs/benchmarks.md in place of the whole one")
    options = parser.parse_args()
    options.size = options.size or (0.1 if options.quick else 0.5)
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.work.mkdir(parents=True, exist_ok=True)
    runner = Runner(options.programs)
    known = parts(options, runner, scan.Captures(options.programs, options.work))
    for name in options.part:
        if name not in known:
            parser.error(f"no part '{name}': {' '.join(known)}")
    about = machine(options)
    rows = [r for name, part in known.items() if not options.part or name in options.part for r in measure(name, part)]
    about["load_after"] = list(os.getloadavg())
    if options.json:
        options.json.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    if not options.json or str(options.json) != "/dev/stdout":
        print(head(about) + "\n")
        print(markdown(rows) if options.markdown else text(rows))
    return 1 if any(r.get("failed") for r in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
