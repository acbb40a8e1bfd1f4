"""Rows of measurements, what they are held against, and the one table that shows them."""
import statistics


def row(section, figure, value, unit, *, peer=None, peer_value=None, compare=None, goal=None, note=None):
    """One measurement.

    value, peer_value  in `unit`; smaller is better unless the unit is a rate ("MB/s", "M/s")
    compare            None: the goal is about `value`; "faster": about how many times as fast as the peer; "share": about
                       the value as a multiple of the peer's
    goal               (">=" or "<=", number), or None for what is only shown
    """
    ratio = None
    if compare is not None and value and peer_value:
        is_rate = unit.endswith("/s")
        faster = value / peer_value if is_rate else peer_value / value
        ratio = faster if compare == "faster" else value / peer_value
    judged = value if compare is None else ratio
    met = None
    if goal is not None and judged is not None:
        met = judged >= goal[1] if goal[0] == ">=" else judged <= goal[1]
    return {"section": section, "figure": figure, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value,
            "compare": compare, "ratio": ratio, "goal": None if goal is None else f"{goal[0]} {goal[1]:g}", "met": met, "note": note}


def skipped(section, why):
    return {"section": section, "figure": "not measured", "value": None, "unit": "", "peer": None, "peer_value": None,
            "compare": None, "ratio": None, "goal": None, "met": None, "note": why}


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
    if r["goal"] and r["compare"]:
        goal += "x"
    verdict = "-" if r["met"] is None else "met" if r["met"] else "missed"
    return [r["figure"], value, peer, ratio, goal, verdict]


HEAD = ["figure", "value", "peer", "ratio", "goal", ""]


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
    judged = [r for r in rows if r["met"] is not None]
    out.append(f"{sum(r['met'] for r in judged)} of {len(judged)} goals met")
    return "\n".join(out)


def medians(samples):
    """{name: [number, ...]} to {name: median}."""
    return {name: statistics.median(values) for name, values in samples.items() if values}


def google_benchmarks(report):
    """Google Benchmark's JSON to {name: {"ns": per header, "allocations", "reads", ...}}; the median of repetitions."""
    found = {}
    for b in report["benchmarks"]:
        if b.get("run_type") == "aggregate":
            continue
        entry = {k: v for k, v in b.items() if isinstance(v, (int, float))}
        entry["ns"] = b["per_header"] * 1e9
        found.setdefault(b["name"], []).append(entry)
    return {name: sorted(runs, key=lambda r: r["ns"])[(len(runs) - 1) // 2] for name, runs in found.items()}


def forward_rates(output):
    """bench/forward.py's lines to {(program, connections): [MiB/s, ...]}."""
    rates = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) >= 7 and words[2] == "x" and words[6] == "MiB/s":
            rates.setdefault((words[0], int(words[1])), []).append(float(words[5]))
    return rates


def listener_times(output):
    """bench/listener.py's lines to {program: microseconds of CPU for a connection}."""
    times = {}
    for line in output.splitlines():
        words = line.split()
        if words[2:5] == ["us", "a", "connection"]:
            times[words[0]] = float(words[1])
    return times
