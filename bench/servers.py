"""What takes connections: the listener, forward and live capture, beside haproxy and nginx where they do the same."""
import os
import pathlib
import shutil
import subprocess
import sys

from measure import Failed, say
from table import forward_rates, listener_times, medians, not_measured, row

HERE = pathlib.Path(__file__).resolve().parent


def helper(*words):
    done = subprocess.run([sys.executable, HERE / words[0], *map(str, words[1:])], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise Failed(((done.stderr.strip() or done.stdout.strip()).splitlines() or [f"{words[0]}: exit status {done.returncode}"])[-1])
    return done.stdout


def listener(programs, options):
    section = "listener, CPU of a connection"
    if not shutil.which("haproxy") or not shutil.which("nginx"):
        return [not_measured(section, "haproxy and nginx are not both installed")]
    say("listening beside haproxy and nginx")
    spent = listener_times(helper("listener.py", programs / "ppinspect", *((3, 2000) if options.quick else (7, 5000))))
    return [row(section, "ppinspect -L", spent["ppinspect"], "us", peer=peer, peer_value=spent[peer], compare="share", goal=("<=", most))
            for peer, most in (("haproxy", 1), ("nginx", 0.75))]


def idle(programs, options):
    connections = 2_000 if options.quick else 10_000
    section = f"listener, idle: {connections} connections"
    say(section)
    try:
        before, during = map(float, helper("crowd.py", "idle", programs / "ppinspect", connections).split())
    except Failed as error:
        if "limit of open files" in str(error):
            return [not_measured(section, str(error))]
        raise
    return [row(section, "peak RSS", during, "MiB", goal=("<=", 64), note=f"{before:.1f} before, {(during - before) * 1024 / connections:.2f} KiB each")]


def live(programs, options):
    """Seconds of CPU for a gigabit are the share of a core at 1 Gb/s, whatever rate the sender came to."""
    section = "live capture on lo, -e PORT"
    if os.geteuid() != 0:
        return [not_measured(section, "needs root or cap_net_raw")]
    say("capturing on lo")
    try:
        lines = [line.split() for line in helper("crowd.py", "live", programs / "ppinspect", 1 if options.quick else 3).splitlines()]
    except Failed as error:
        if "not permitted" in str(error) or "libpcap" in str(error):
            return [not_measured(section, str(error))]
        raise
    return [row(section, name, 100 * float(cpu), "% of a core at 1 Gb/s", goal=goal, note=f"{packets} packets, {gigabits} Gb")
            for (cpu, packets, gigabits), (name, goal) in zip(lines, (("traffic to other ports", ("<=", 25)), ("traffic to the port", None)))]


def forward(programs, options):
    section = "ppgen forward"
    if not shutil.which("haproxy"):
        return [not_measured(section, "haproxy is not installed")]
    say("forwarding beside haproxy")
    rates = forward_rates(helper("forward.py", programs / "ppgen", 1 if options.quick else 5))
    speed = medians({name: [r for r, _ in rounds] for name, rounds in rates.items()})
    cpu = medians({name: [c for _, c in rounds] for name, rounds in rates.items()})
    rows = []
    for count in sorted({n for _, n in rates}):
        ours, theirs, name = ("ppgen", count), ("haproxy", count), f"{count} connection{'s' if count > 1 else ''}"
        rows.append(row(section, name, speed[ours], "MiB/s", best=max(r for r, _ in rates[ours]), peer="haproxy", peer_value=speed[theirs], compare="faster",
                        goal=(">=", 0.9)))
        # On a busy machine haproxy's threads have more of it than one process has: what each spends is less easily misled.
        rows.append(row(section, f"{name}: CPU", cpu[ours], "ms/MiB", best=min(c for _, c in rates[ours]), peer="haproxy", peer_value=cpu[theirs]))
    return rows


def send(_programs, _options):
    return [not_measured("ppgen send", "one process makes one connection: there is no load to measure")]


def go(_programs, options):
    """Debian's golang-github-pires-go-proxyproto over the same header, when Go and it are installed."""
    section = "go-proxyproto (pires), bufio.Reader over memory"
    source = pathlib.Path("/usr/share/gocode/src/github.com/pires/go-proxyproto")
    if not shutil.which("go") or not source.is_dir():
        return [not_measured(section, "golang-go or golang-github-pires-go-proxyproto-dev is not installed")]
    say("running go-proxyproto")
    environment = {**os.environ, "GOPATH": "/usr/share/gocode", "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(options.work.resolve() / "go-cache")}
    done = subprocess.run(["go", "run", HERE / "go_proxyproto.go"], stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return [row(section, name, float(ns), "ns") for name, ns in (line.rsplit(" ", 1) for line in done.stdout.splitlines())]
