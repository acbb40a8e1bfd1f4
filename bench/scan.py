"""ppinspect over captures beside programs that do less with them, and how the cost grows with what is in them."""
import json
import pathlib
import shutil
import subprocess

from measure import say
from table import not_measured, row

PACKETS = {"real": 2_200_000, "small": 10_000_000}
# Per shape: figure, peer, compare, goal.
GOALS = {
    "real": [("ppinspect", "pcap_loop", "faster", (">=", 2)), ("ppinspect", "tcpdump", "faster", (">=", 3)),
             ("ppinspect", "cat", "share", ("<=", 2)), ("ppinspect --no-reaction", "cat", "share", ("<=", 1.6))],
    "small": [("ppinspect", "pcap_loop", "faster", (">=", 1.25)), ("ppinspect", "tcpdump", "faster", (">=", 2)),
              ("ppinspect", "cat", "share", None), ("ppinspect --no-reaction", "cat", "share", None)],
}
# Name, make_capture's words, packets at size 1; each is scanned at one size and at half of it, which must not take much
# more than half as long. A pending flow is four packets.
GROWTH = [
    ("as it is", ["small"], 4_000_000),
    ("10x the flows at a time", ["small", "--connections", "20000"], 4_000_000),
    ("every header pending", ["pending"], 4_000_000),
    ("1 % lost, 1 % reordered", ["small", "--loss", "10", "--reorder", "10"], 4_000_000),
    ("snaplen 96", ["real", "--snaplen", "96"], 4_000_000),
]
RSS_GOAL = ("<=", 16)
FOUND_GOAL = (">=", 99.9)


class Captures:
    """Captures of one shape and length, made once and kept until make_capture is another."""

    def __init__(self, programs, folder):
        self.tool = pathlib.Path(programs) / "make_capture"
        self.folder = pathlib.Path(folder)

    def make(self, words, packets):
        """(path, headers written to their end)."""
        path = self.folder / ("-".join([words[0], str(packets), *(w.strip("-") for w in words[1:])]) + ".pcap")
        notes = path.with_suffix(".headers")
        if not path.exists() or not notes.exists() or path.stat().st_mtime < self.tool.stat().st_mtime:
            say(f"making {path.name}")
            part = path.with_suffix(".part")
            headers = subprocess.run([self.tool, words[0], str(packets), part, *words[1:]], stdout=subprocess.PIPE, text=True, check=True).stdout
            notes.write_text(headers, encoding="ascii")
            part.rename(path)
        subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)  # into the page cache
        return path, int(notes.read_text(encoding="ascii"))


def installed(commands):
    return {name: c for name, c in commands.items() if pathlib.Path(c[0]).exists() or shutil.which(str(c[0]))}


def found(programs, path, written):
    """Of the headers that were written, those that ppinspect saw, in percent."""
    said = subprocess.run([programs / "ppinspect", "-S", "-o", "json", "--allow-empty", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False).stdout
    return 100 * json.loads(said)["headers"] / written


def whole_captures(runner, captures, programs, options):
    rows = []
    for shape, goals in GOALS.items():
        path, written = captures.make([shape], int(PACKETS[shape] * options.size))
        commands = installed({
            "cat": ["cat", path],
            "pcap_loop": [programs / "pcap_loop", path],
            "tcpdump": ["tcpdump", "-r", path, "-w", "/dev/null"],
            "ppinspect": [programs / "ppinspect", "-S", path],
            "ppinspect --no-reaction": [programs / "ppinspect", "-S", "--no-reaction", path],
        })
        say(f"scanning {path.name}: {options.rounds} rounds of {', '.join(commands)}")
        samples = runner.interleaved(commands, options.rounds)
        section = f"scan {shape}, {path.stat().st_size / 1e9:.2f} GB"
        for name, peer, compare, goal in goals:
            if peer not in samples:
                rows.append(row(section, f"{name} beside {peer}", None, "", note=f"{peer} is not installed"))
                continue
            ours, theirs = samples[name], samples[peer]
            ratio = ours.beside(theirs) if compare == "share" else theirs.beside(ours)
            rows.append(row(section, name, ours.median() * 1e3, "ms", best=ours.best() * 1e3, peer=peer, peer_value=theirs.median() * 1e3, compare=compare,
                            ratio=ratio, goal=goal))
        rows.append(row(section, "peak RSS", max(samples["ppinspect"].peak), "MiB", goal=RSS_GOAL))
        rows.append(row(section, "headers found", found(programs, path, written), "%", goal=FOUND_GOAL, note=f"of {written}"))
    return rows


def beside_tshark(runner, captures, programs, options):
    """tshark on a slice, its start taken off, scaled to a packet; ppinspect on the whole."""
    section = "scan real, beside tshark"
    if not shutil.which("tshark"):
        return [not_measured(section, "tshark is not installed")]
    packets, whole_packets = 40_000, int(PACKETS["real"] * options.size)
    (part, written), (nothing, _), (whole, _) = (captures.make(["real"], n) for n in (packets, 1, whole_packets))
    say("tshark on a slice")
    dissect = ["tshark", "-n", "-r", part, "-Y", "proxy"]
    samples = runner.interleaved({
        "tshark": dissect,
        "its start": ["tshark", "-n", "-r", nothing, "-Y", "proxy"],
        "ppinspect": [programs / "ppinspect", "-S", whole],
    }, 2 if options.quick else 5)
    lines = subprocess.run(dissect, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.count(b"\n")
    theirs = (samples["tshark"].median() - samples["its start"].median()) / packets
    ours = samples["ppinspect"]
    return [row(section, "ppinspect, of a packet", ours.median() / whole_packets * 1e9, "ns", best=ours.best() / whole_packets * 1e9, peer="tshark",
                peer_value=theirs * 1e9, compare="faster", goal=(">=", 200), note=f"tshark shows {100 * lines / written:.0f} % of the headers")]


def growth(runner, captures, programs, options):
    """Nanoseconds a packet, the best round of each size: what else the machine does can only add."""
    rows = []
    for name, words, packets in GROWTH:
        full = int(packets * min(options.size * 2, 1))
        counts = {"half": full // 2, "full": full}
        made = {k: captures.make(words, n) for k, n in counts.items()}
        say(f"scanning twice as much: {name}")
        samples = runner.interleaved({k: [programs / "ppinspect", "-S", "--allow-empty", path] for k, (path, _) in made.items()}, options.rounds)
        cost = {k: s.best() / counts[k] * 1e9 for k, s in samples.items()}
        section = f"growth, {full} packets beside half as many"
        pending = f"{name}, {full // 4} flows" if words[0] == "pending" else name
        rows.append(row(section, pending, samples["full"].median() / full * 1e9, "ns/packet", best=cost["full"], peer="half", peer_value=cost["half"],
                        compare="share", ratio=cost["full"] / cost["half"], goal=("<=", 1.15)))
        rows.append(row(section, f"{name}: peak RSS", max(samples["full"].peak), "MiB", goal=RSS_GOAL))
        path, written = made["full"]
        if written:
            rows.append(row(section, f"{name}: headers found", found(programs, path, written), "%", note=f"of {written} in the capture"))
        for path, _ in made.values():
            path.unlink()
    return rows
