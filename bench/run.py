"""Runs every benchmark and prints one table; scripts/bench builds what it needs.

run.py --programs DIR [--quick] [--size X] [--rounds N] [--only WORD] [--json FILE] [--work DIR]
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import programs as google
import scan
from measure import Failed, Runner, say
from table import forward_rates, listener_times, medians, row, skipped, text

HERE = pathlib.Path(__file__).resolve().parent


def forward(options):
    section = "ppgen forward"
    if not shutil.which("haproxy"):
        return [skipped(section, "haproxy is not installed")]
    say("forwarding beside haproxy")
    command = [sys.executable, HERE / "forward.py", options.programs / "ppgen", "1" if options.quick else "3"]
    rates = medians(forward_rates(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))
    return [row(section, f"{count} connection{'s' if count > 1 else ''}", rates[("ppgen", count)], "MiB/s", peer="haproxy",
                peer_value=rates[("haproxy", count)], compare="faster", goal=(">=", 0.9)) for count in sorted({n for _, n in rates})]


def listener(options):
    section = "listener, CPU of a connection"
    if not shutil.which("haproxy") or not shutil.which("nginx"):
        return [skipped(section, "haproxy and nginx are not both installed")]
    say("listening beside haproxy and nginx")
    command = [sys.executable, HERE / "listener.py", options.programs / "ppinspect", *(["3", "2000"] if options.quick else ["5", "5000"])]
    spent = listener_times(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return [row(section, "ppinspect -L", spent["ppinspect"], "us", peer=peer, peer_value=spent[peer], compare="share", goal=("<=", most))
            for peer, most in (("haproxy", 1), ("nginx", 0.75))]


def go(options):
    """Debian's golang-github-pires-go-proxyproto over the same header, when Go and it are installed."""
    section = "go-proxyproto"
    source = pathlib.Path("/usr/share/gocode/src/github.com/pires/go-proxyproto")
    if not shutil.which("go") or not source.is_dir():
        return [skipped(section, "Go or golang-github-pires-go-proxyproto-dev is not installed")]
    say("running go-proxyproto")
    environment = {**os.environ, "GOPATH": "/usr/share/gocode", "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(options.work / "go-cache")}
    done = subprocess.run(["go", "run", HERE / "go_proxyproto.go"], stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return [row(section, name, float(ns), "ns") for name, ns in (line.rsplit(" ", 1) for line in done.stdout.splitlines())]


def parts(options, runner, captures):
    """Name, what measures it."""
    p = options.programs
    return [
        ("parse", lambda: google.wire(p, options)),
        ("read_header", lambda: google.read_header(p, options)),
        ("go", lambda: go(options)),
        ("scan", lambda: scan.whole_captures(runner, captures, p, options)),
        ("growth", lambda: scan.growth(runner, captures, p, options)),
        ("output", lambda: scan.output(runner, p, options.work, options)),
        ("start", lambda: scan.start(runner, p, options)),
        ("forward", lambda: forward(options)),
        ("listener", lambda: listener(options)),
    ]


def main():
    parser = argparse.ArgumentParser(prog="bench", description="Measures everything and holds it against the goals.")
    parser.add_argument("--programs", type=pathlib.Path, required=True, metavar="DIR", help="where ppinspect, ppgen and the benchmarks are")
    parser.add_argument("--quick", action="store_true", help="about a minute: small captures, few rounds")
    parser.add_argument("--size", type=float, metavar="X", help="of the captures; 1: 1.5 GB and 0.9 GB (default 0.5; 0.1 with --quick)")
    parser.add_argument("--rounds", type=int, metavar="N", help="of each comparison (default 7; 3 with --quick)")
    parser.add_argument("--only", action="append", metavar="PART", help="parse, read_header, go, scan, growth, output, start, forward, listener; repeatable")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the rows as JSON; /dev/stdout in place of the table")
    parser.add_argument("--work", type=pathlib.Path, metavar="DIR", help="for the captures, which stay there; default a temporary folder")
    options = parser.parse_args()
    options.size = options.size or (0.1 if options.quick else 0.5)
    options.rounds = options.rounds or (3 if options.quick else 7)
    with tempfile.TemporaryDirectory(prefix="pp-bench-") as folder:
        options.work = options.work or pathlib.Path(folder)
        options.work.mkdir(parents=True, exist_ok=True)
        runner = Runner(options.programs)
        known = parts(options, runner, scan.Captures(options.programs, options.work))
        unknown = set(options.only or []) - {name for name, _ in known}
        if unknown:
            parser.error(f"no part '{sorted(unknown)[0]}'")
        rows = []
        for name, measure in known:
            if options.only and name not in options.only:
                continue
            try:
                rows += measure()
            except (Failed, OSError, subprocess.CalledProcessError, RuntimeError) as error:
                rows.append(skipped(name, str(error).splitlines()[0]))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="ascii")
    if not options.json or str(options.json) != "/dev/stdout":
        print(text(rows))


if __name__ == "__main__":
    main()
