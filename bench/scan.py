"""ppinspect over captures beside programs that do less with them; how the cost grows; JSON and batches."""
import pathlib
import shutil
import subprocess

from measure import say
from table import row, skipped

PACKETS = {"real": 2_200_000, "small": 10_000_000}
# Per shape: figure's options, peer, compare, goal.
GOALS = {
    "real": [("ppinspect", "pcap_loop", "faster", (">=", 2)), ("ppinspect", "tcpdump", "faster", (">=", 3)),
             ("ppinspect", "cat", "share", ("<=", 2)), ("ppinspect --no-reaction", "cat", "share", ("<=", 1.6))],
    "small": [("ppinspect", "pcap_loop", "faster", (">=", 1.25)), ("ppinspect", "tcpdump", "faster", (">=", 2))],
}
# Name, make_capture's words; each is scanned at one size and at twice that, which must not take much more than twice as long.
GROWTH = [
    ("as it is", ["small"]),
    ("10x the flows at a time", ["small", "--connections", "20000"]),
    ("every header pending", ["pending"]),
    ("1 % lost, 1 % reordered", ["small", "--loss", "10", "--reorder", "10"]),
    ("snaplen 96", ["real", "--snaplen", "96"]),
]
RSS_GOAL = ("<=", 16)


class Captures:
    def __init__(self, programs, folder):
        self.tool = pathlib.Path(programs) / "make_capture"
        self.folder = pathlib.Path(folder)

    def make(self, name, words, packets):
        path = self.folder / f"{name}.pcap"
        if not path.exists():
            say(f"making {path.name}: {packets} packets")
            subprocess.run([self.tool, words[0], str(packets), path, *words[1:]], check=True)
        subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)  # into the page cache
        return path


def whole_captures(runner, captures, programs, options):
    rows = []
    for shape, goals in GOALS.items():
        path = captures.make(shape, [shape], int(PACKETS[shape] * options.size))
        commands = {
            "cat": ["cat", path],
            "pcap_loop": [programs / "pcap_loop", path],
            "tcpdump": ["tcpdump", "-r", path, "-w", "/dev/null"],
            "ppinspect": [programs / "ppinspect", "-S", path],
            "ppinspect --no-reaction": [programs / "ppinspect", "-S", "--no-reaction", path],
        }
        commands = {name: c for name, c in commands.items() if pathlib.Path(c[0]).exists() or shutil.which(str(c[0]))}
        say(f"scanning {path.name}: {options.rounds} rounds of {', '.join(commands)}")
        seconds, memory = runner.interleaved(commands, options.rounds)
        section = f"scan {shape}, {path.stat().st_size / 1e9:.2f} GB"
        for name, peer, compare, goal in goals:
            if peer in seconds:
                rows.append(row(section, name, seconds[name] * 1000, "ms", peer=peer, peer_value=seconds[peer] * 1000, compare=compare, goal=goal))
            else:
                rows.append(row(section, f"{name} beside {peer}", None, "", note=f"{peer} is not installed"))
        rows.append(row(section, "peak RSS", memory["ppinspect"], "MiB", goal=RSS_GOAL))
    rows += beside_tshark(runner, captures, programs, options)
    return rows


def beside_tshark(runner, captures, programs, options):
    section = "scan real, a slice"
    if not shutil.which("tshark"):
        return [skipped(section, "tshark is not installed")]
    packets = 40_000
    path = captures.make("slice", ["real"], packets)
    seconds, _ = runner.interleaved({
        "tshark": ["tshark", "-r", path, "-Y", "proxy"],
        "nothing": [programs / "ppinspect", "-x", "00"],
    }, 1 if options.quick else 3)
    # Of the slice, ppinspect's time is that of its start: it is taken from the whole capture.
    whole = captures.make("real", ["real"], int(PACKETS["real"] * options.size))
    ours, _ = runner.interleaved({"ppinspect": [programs / "ppinspect", "-S", whole]}, options.rounds)
    whole_packets = int(PACKETS["real"] * options.size)
    return [row(section, "ppinspect, of a packet", ours["ppinspect"] / whole_packets * 1e9, "ns", peer="tshark",
                peer_value=seconds["tshark"] / packets * 1e9, compare="faster", goal=(">=", 200))]


def growth(runner, captures, programs, options):
    rows = []
    full = int(4_000_000 * min(options.size, 1))
    for name, words in GROWTH:
        slug = "growth-" + "-".join(w.strip("-") for w in words)
        counts = {"half": full // 2, "full": full}
        paths = {k: captures.make(f"{slug}-{k}", words, n) for k, n in counts.items()}
        seconds, memory = runner.interleaved({k: [programs / "ppinspect", "-S", "--allow-empty", p] for k, p in paths.items()}, options.rounds)
        section = f"growth, {full} packets beside half as many"
        rows.append(row(section, name, seconds["full"] / full * 1e9, "ns/packet", peer="half", peer_value=seconds["half"] / counts["half"] * 1e9,
                        compare="share", goal=("<=", 1.15)))
        rows.append(row(section, f"{name}: peak RSS", memory["full"], "MiB", goal=RSS_GOAL))
        for path in paths.values():
            path.unlink()
    return rows


def output(runner, programs, folder, options):
    """NDJSON of a million headers, from a batch of lines and from a capture."""
    headers = int(1_000_000 * options.size)
    lines = pathlib.Path(folder) / "headers.hex"
    with open(lines, "wb") as out:
        subprocess.run([programs / "ppgen", "make", "--seed", "1", "--count", str(headers), "--format", "hex"], stdout=out, check=True)
    command = [programs / "ppinspect", "--input-type", "lines", "-o", "json", "--fail-on", "none", lines]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        size = sum(len(block) for block in iter(lambda: process.stdout.read(1 << 20), b""))
    seconds, _ = runner.interleaved({"lines": command, "raw": [programs / "ppgen", "make", "-2", "--count", str(headers), "--format", "raw"]}, options.rounds)
    section = f"output, {headers} headers"
    return [
        row(section, "NDJSON written", size / seconds["lines"] / 1e6, "MB/s", goal=(">=", 300)),
        row(section, "lines to NDJSON", headers / seconds["lines"] / 1e6, "M/s", goal=(">=", 1)),
        row(section, "ppgen make -2 --format raw", headers / seconds["raw"] / 1e6, "M/s", goal=(">=", 33)),
    ]


def start(runner, programs, options):
    v2 = "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb"
    rounds = 40 if options.quick else 200
    seconds, _ = runner.interleaved({
        "true": ["true"],
        "ppinspect -x": [programs / "ppinspect", "-x", v2],
        "ppgen make": [programs / "ppgen", "make", "--format", "hex"],
    }, rounds)
    return [row("start of a process", name, seconds[name] * 1000, "ms", peer="true", peer_value=seconds["true"] * 1000, compare=None, goal=("<=", 5))
            for name in ("ppinspect -x", "ppgen make")]
