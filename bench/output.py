"""What the tools write, and what a process of theirs costs at least."""
import subprocess

from measure import say
from table import row

V2 = "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb"


def random_lines(programs, folder, headers):
    """Every family, TLV and size, as hex lines."""
    path = folder / f"random-{headers}.hex"
    if not path.exists():
        with open(path, "wb") as out:
            subprocess.run([programs / "ppgen", "make", "--seed", "1", "--count", str(headers), "--format", "hex"], stdout=out, check=True)
    return path


def ordinary_lines(programs, folder, captures, headers):
    """The headers of a capture, over and over: version 1, version 2, and version 2 with AUTHORITY and CRC32C."""
    path = folder / f"ordinary-{headers}.hex"
    if not path.exists():
        capture, _ = captures.make(["small"], 200_000)
        lines = subprocess.run([programs / "ppinspect", "-o", "hex", capture], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        lines = lines.splitlines(keepends=True)
        path.write_bytes(b"".join(lines[i % len(lines)] for i in range(headers)))
    return path


def output(runner, captures, programs, options):
    """NDJSON of batches of lines, and headers made; ppgen's goals are a third of what encoding into memory has to reach."""
    headers = int(2_000_000 * options.size)
    batch = [programs / "ppinspect", "--input-type", "lines", "-o", "json", "--fail-on", "none"]
    make = [programs / "ppgen", "make", "--count", str(headers), "--format", "raw"]
    commands = {
        "ordinary": [*batch, ordinary_lines(programs, options.work, captures, headers)],
        "random": [*batch, random_lines(programs, options.work, headers)],
        "ppgen make -1": [*make, "-1"],
        "ppgen make -2": [*make, "-2"],
        "ppgen make -2, TLV and CRC": [*make, "-2", "--tlv", "UNIQUE_ID=" + "x" * 120, "--crc32c"],
    }
    size = {}
    for name in ("ordinary", "random"):
        with subprocess.Popen(commands[name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            size[name] = sum(len(block) for block in iter(lambda: process.stdout.read(1 << 20), b""))
    say(f"writing {headers} headers: {options.rounds} rounds")
    samples = runner.interleaved(commands, options.rounds)
    section = f"output, {headers} headers"

    def rate(figure, name, much, unit, least):
        s = samples[name]
        return row(section, figure, much / s.median() / 1e6, unit, best=much / s.best() / 1e6, goal=None if least is None else (">=", least), judge="best")

    return [rate("lines to NDJSON", "ordinary", headers, "M/s", 1), rate("NDJSON written", "ordinary", size["ordinary"], "MB/s", 300),
            rate("lines to NDJSON, every TLV", "random", headers, "M/s", None), rate("NDJSON written, every TLV", "random", size["random"], "MB/s", 300),
            rate("ppgen make -1", "ppgen make -1", headers, "M/s", 20), rate("ppgen make -2", "ppgen make -2", headers, "M/s", 33),
            rate("ppgen make -2, TLV and CRC", "ppgen make -2, TLV and CRC", headers, "M/s", 10)]


def start(runner, programs, options):
    """Time on the clock; the best round, for a start is short beside what else the machine may do."""
    commands = {
        "true": ["true"],
        "ppinspect --version": [programs / "ppinspect", "--version"],
        "ppinspect -x": [programs / "ppinspect", "-x", V2],
        "ppgen --version": [programs / "ppgen", "--version"],
        "ppgen make": [programs / "ppgen", "make", "--format", "hex"],
    }
    samples = runner.interleaved(commands, 30 if options.quick else 200)
    best = {name: min(s.clock) * 1e3 for name, s in samples.items()}

    def line(name, peer, **more):
        return row("start of a process", name, sorted(samples[name].clock)[len(samples[name].clock) // 2] * 1e3, "ms", best=best[name], peer=peer,
                   peer_value=best[peer], ratio=best[name] / best[peer], **more)

    return [line("ppinspect --version", "true", goal=("<=", 5), judge="best"), line("ppinspect -x", "true", goal=("<=", 5), judge="best"),
            line("ppinspect -x", "ppinspect --version", compare="share", goal=("<=", 1.5)),
            line("ppgen --version", "true", goal=("<=", 5), judge="best"), line("ppgen make", "true", goal=("<=", 5), judge="best")]
