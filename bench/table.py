"""Rows of measurements, what they are held against, and the tables that show them."""
import statistics


def row(section, figure, value, unit, *, best=None, peer=None, peer_value=None, compare=None, ratio=None, goal=None, judge=None, note=None):
    """One measurement.

    value, peer_value  medians, in `unit`; smaller is better unless the unit is a rate ("MB/s", "M/s")
    best               the best of the rounds, where there were several
    compare            None: the goal is about the value; "faster": about how many times as fast as the peer; "share": about
                       the value as a multiple of the peer's
    ratio              of paired rounds; without it that of the two values
    goal               (">=" or "<=", number), or None for what is only shown
    judge              "best": the best is held against the goal, not the median
    """
    if ratio is None and value and peer_value:
        ratio = value / peer_value if compare == "share" or unit.endswith("/s") else peer_value / value
    judged = ratio if compare is not None else best if judge == "best" and best is not None else value
    met = None
    if goal is not None and judged is not None:
        met = judged >= goal[1] if goal[0] == ">=" else judged <= goal[1]
    return {"section": section, "figure": figure, "value": value, "best": best, "unit": unit, "peer": peer, "peer_value": peer_value,
            "compare": compare, "ratio": ratio, "goal": None if goal is None else f"{goal[0]} {goal[1]:g}", "judged": judge or "median", "met": met,
            "note": note}


def not_measured(section, why, failed=False):
    """A part without figures: what it would be held against is not there, or (failed) it should have worked."""
    return {**row(section, "not measured", None, "", note=why), "failed": failed}


def number(value):
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cells(r):
    value = f"{number(r['value'])} {r['unit']}".strip() if r["value"] is not None else "-"
    peer = f"{r['peer']} {number(r['peer_value'])}" if r["peer"] else "-"
    ratio = "-" if r["ratio"] is None else f"{r['ratio']:.2f}x"
    goal = r["goal"] or "-"
    if r["goal"]:
        goal += "x" if r["compare"] else ""
    verdict = "-" if r["met"] is None else "met" if r["met"] else "missed"
    return [r["figure"], value, number(r["best"]), peer, ratio, goal, verdict]


HEAD = ["figure", "here", "best", "peer", "ratio", "goal", ""]


def text(rows):
    """All rows under the names of their sections, columns as wide as the widest cell."""
    table = [cells(r) for r in rows]
    widths = [max(len(line[i]) for line in [HEAD, *table]) for i in range(len(HEAD))]

    def line(columns):
        left = [columns[0].ljust(widths[0])]
        return "  ".join(left + [c.rjust(w) for c, w in zip(columns[1:], widths[1:])]).rstrip()

    out = [line(HEAD)]
    section = None
    for r, columns in zip(rows, table):
        if r["section"] != section:
            section = r["section"]
            out.append(f"-- {section}")
        out.append(line(columns) + (f"  ({r['note']})" if r["note"] else ""))
    return "\n".join(out + summary(rows))


def summary(rows):
    """The last lines: how many goals are met, which are not, what was not measured."""
    judged = [r for r in rows if r["met"] is not None]
    out = [f"{sum(r['met'] for r in judged)} of {len(judged)} goals met"]
    missed = [f"{r['section'].partition(',')[0]}: {r['figure']}{' beside ' + r['peer'] if r['compare'] else ''}" for r in judged if not r["met"]]
    if missed:
        out.append("missed: " + "; ".join(missed))
    absent = [f"{r['section']} ({r['note']})" for r in rows if r["figure"] == "not measured"]
    if absent:
        out.append("not measured: " + "; ".join(absent))
    return out


# The table of docs/benchmarks.md: where a row is found (the beginning of its section, its figure, its peer), and what it is called there.
HEADLINES = [
    ("parse", "v1/tcp4/typical", "textbook", "parse a line of version 1, IPv4"),
    ("parse", "v1/tcp6/typical", "textbook", "parse a line of version 1, IPv6"),
    ("parse", "v2/tcp4", "textbook", "parse version 2, IPv4"),
    ("parse", "v2/tcp6", "textbook", "parse version 2, IPv6"),
    ("parse", "walk 232 bytes and check CRC32C", None, "parse 232 bytes, walk their 16 TLVs, check the CRC32C"),
    ("read_header", "memory v1/tcp4/typical", "published", "`read_header`, version 1, beside what mailgun/proxyproto (Go) publishes"),
    ("read_header", "memory v2/tcp4", "published", "`read_header`, version 2, beside what mailgun/proxyproto (Go) publishes"),
    ("encode", "v1/tcp4", None, "encode version 1"),
    ("encode", "v2/tcp4", None, "encode version 2"),
    ("scan real", "ppinspect", "pcap_loop", "scan of ordinary traffic, beside an empty libpcap loop"),
    ("scan real", "ppinspect", "tcpdump", "scan of ordinary traffic, beside `tcpdump -w /dev/null`"),
    ("scan real", "ppinspect", "cat", "scan of ordinary traffic, beside `cat`"),
    ("scan real", "ppinspect, of a packet", "tshark", "scan of ordinary traffic, beside `tshark -Y proxy`"),
    ("scan real", "headers found", None, "headers found of those in it"),
    ("scan real", "peak RSS", None, "memory for it, whatever the size of the file"),
    ("scan small", "ppinspect", "pcap_loop", "scan of small packets, beside an empty libpcap loop"),
    ("growth", "every header pending: peak RSS", None, "memory when every flow is pending"),
    ("output", "lines to NDJSON", None, "lines of hex to NDJSON"),
    ("output", "NDJSON written", None, "NDJSON written"),
    ("listener, CPU", "ppinspect -L", "haproxy", "listener: CPU of a connection, beside haproxy's"),
    ("listener, CPU", "ppinspect -L", "nginx", "listener: CPU of a connection, beside nginx stream's"),
    ("listener, idle: 10000 ", "peak RSS", None, "listener: memory with 10,000 idle connections"),
    ("ppgen forward", "1 connection", "haproxy", "`ppgen forward`, one stream, beside haproxy"),
    ("ppgen forward", "1000 connections", "haproxy", "`ppgen forward`, 1,000 connections, beside haproxy"),
    ("start", "ppinspect -x", None, "`ppinspect -x` of one header, the whole process"),
]


def markdown(rows):
    """The table of docs/benchmarks.md: of the rows that were measured, those that HEADLINES names."""
    out = ["| what | here | beside | ratio | goal |", "|---|---|---|---|---|"]
    for section, figure, peer, words in HEADLINES:
        for r in rows:
            if not r["section"].startswith(section) or r["figure"] != figure or (peer or r["peer"]) != r["peer"] or r["value"] is None:
                continue
            _, value, _, beside, ratio, goal, verdict = cells(r)
            if r["judged"] == "best":
                value = f"{number(r['best'])} {r['unit']}"
            if r["peer"]:
                beside = f"{number(r['peer_value'])} {r['unit']}"
            out.append(f"| {words} | {value} | {beside} | {ratio} | {goal}{'' if verdict == '-' else f', {verdict}'} |")
            break
    return "\n".join(out)


def medians(samples):
    """{name: [number, ...]} to {name: median}."""
    return {name: statistics.median(values) for name, values in samples.items() if values}


def google_benchmarks(report):
    """Google Benchmark's JSON to {name: {"ns": per header, "best", "allocations", "reads", ...}}; the median of repetitions."""
    found = {}
    for b in report["benchmarks"]:
        if b.get("run_type") == "aggregate":
            continue
        entry = {k: v for k, v in b.items() if isinstance(v, (int, float))}
        entry["ns"] = b["per_header"] * 1e9
        found.setdefault(b["name"], []).append(entry)
    out = {}
    for name, runs in found.items():
        runs.sort(key=lambda r: r["ns"])
        out[name] = {**runs[(len(runs) - 1) // 2], "best": runs[0]["ns"]}
    return out


def forward_rates(output):
    """bench/forward.py's lines to {(program, connections): [(MiB/s, milliseconds of CPU for each MiB), ...]}."""
    rates = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) >= 9 and words[2] == "x" and words[6] == "MiB/s":
            mib = int(words[1]) * int(words[3]) / 1024
            rates.setdefault((words[0], int(words[1])), []).append((float(words[5]), 1e3 * float(words[8]) / mib))
    return rates


def listener_times(output):
    """bench/listener.py's lines to {program: microseconds of CPU for a connection}."""
    times = {}
    for line in output.splitlines():
        words = line.split()
        if words[2:5] == ["us", "a", "connection"]:
            times[words[0]] = float(words[1])
    return times
