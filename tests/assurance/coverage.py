"""Builds with clang's source coverage and MC/DC, runs the ordinary tests, and holds what they reach against the goals.

scripts/assure coverage [--build DIR] [--tests REGEX] [--only-report]

base, wire and lint: every line, branch and MC/DC condition, but for those in exclusions.txt, each with its reason; the rest of
lib together: 95 % of lines, 90 % of branches. Exit status 1 below a goal, and where an exclusion has become superfluous."""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FULL = ("base", "wire", "lint")
GOALS = {"lines": 95.0, "branches": 90.0}


def tool(name):
    for version in range(25, 18, -1):
        path = shutil.which("%s-%d" % (name, version))
        if path:
            return path
    sys.exit("coverage: no %s of version 19 or newer: scripts/install fuzz" % name)


def run(*command, **more):
    return subprocess.run([str(c) for c in command], check=True, cwd=ROOT, **more)


def build(folder, profiles):
    flags = "-O0 -g1 -fprofile-instr-generate=%s/%%p-%%8m.profraw -fcoverage-mapping -fcoverage-mcdc" % profiles
    run("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=" + tool("clang++"), "-DCMAKE_BUILD_TYPE=Coverage",
        "-DCMAKE_CXX_FLAGS_COVERAGE=" + flags, "-DPP_TESTS=ON", stdout=subprocess.DEVNULL)
    run("nice", "cmake", "--build", folder, "-j", str(os.cpu_count()))


def test(folder, profiles, regex):
    shutil.rmtree(profiles, ignore_errors=True)
    profiles.mkdir(parents=True)
    # The tools give up root before they read what others wrote; their profiles have to be written all the same.
    profiles.chmod(0o777)
    # What measures allocations, times or the build itself says nothing of coverage.
    command = ["ctest", "--test-dir", folder, "-j", str(os.cpu_count() + 1), "-LE", "build", "--timeout", "600"]
    done = subprocess.run([str(c) for c in command + (["-R", regex] if regex else [])], cwd=ROOT, stdout=subprocess.PIPE, text=True, umask=0)
    failed = re.findall(r"^\s*\d+ - (\S+)", done.stdout, re.M)
    print("tests: %s%s" % (done.stdout.strip().splitlines()[-1], "".join("\n  failed: " + f for f in failed)))


def programs(folder):
    return [p for p in sorted((folder / "bin").iterdir()) if p.read_bytes()[:4] == b"\x7fELF"]


def export(folder, profiles):
    merged = folder / "merged.profdata"
    run(tool("llvm-profdata"), "merge", "-sparse", "--failure-mode=all", "-o", merged, *sorted(profiles.glob("*.profraw")))
    first, *rest = programs(folder)
    command = [tool("llvm-cov"), "export", first, *[w for p in rest for w in ("-object", p)], "-instr-profile", merged, ROOT / "lib"]
    return json.loads(run(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)["data"][0]


class File:
    """What is reached of one file, over all instantiations: a line or branch counts once any of them reaches it."""

    def __init__(self):
        self.lines = {}
        self.branches = collections.defaultdict(lambda: [0, 0])
        self.conditions = collections.defaultdict(set)

    def add(self, data):
        self.add_lines(data["segments"])
        for line, column, line_end, column_end, true, false, _, _, kind in data.get("branches", []):
            place = self.branches[(line, column, line_end, column_end)]
            place[0] += true
            place[1] += false

    def add_lines(self, segments):
        for (line, _, count, counted, _, gap), following in zip(segments, segments[1:]):
            if not counted or gap:
                continue
            for n in range(line, following[0] + (1 if following[1] > 1 else 0)):
                self.lines[n] = max(self.lines.get(n, 0), count)

    def add_mcdc(self, records):
        """llvm-cov gives for each decision which of its conditions were shown to matter."""
        for record in records:
            place = tuple(record[:4])
            covered = record[-1] if isinstance(record[-1], list) else record[-2]
            for index, shown in enumerate(covered):
                self.conditions[place + (index,)].add(bool(shown))


def collect(data):
    files = collections.defaultdict(File)
    for entry in data["files"]:
        name = str(pathlib.Path(entry["filename"]).resolve().relative_to(ROOT)) if entry["filename"].startswith(str(ROOT)) else None
        if name:
            files[name].add(entry)
            files[name].add_mcdc(entry.get("mcdc_records", []))
    return files


def compiled_away(text):
    """Lines of consteval functions: they run in the compiler alone, which has judged them when it is done."""
    out, depth = set(), 0
    for number, line in enumerate(text, 1):
        if depth or "consteval" in line:
            out.add(number)
            depth += line.count("{") - line.count("}")
            depth = max(depth, 0)
    return out


def strip(name, file):
    """Takes out what no run can show: consteval functions; branches that the compiler decided (template arguments,
    is_constant_evaluated, while (true)); a switch's way past all the cases of an enumeration; decisions that clang 19 gives no test vector
    although both sides of every condition in them were taken (those of a ?: between objects)."""
    text = (ROOT / name).read_text().splitlines()
    gone = compiled_away(text)
    file.lines = {line: count for line, count in file.lines.items() if line not in gone}

    def counts(place, sides):
        line, column, line_end, column_end = place
        subject = text[line - 1][column - 1:column_end - 1] if line == line_end else ""
        return line not in gone and sides != [0, 0] and "switch (%s)" % subject not in text[line - 1]
    unreached = {line for line, count in file.lines.items() if count == 0}
    file.branches = {place: sides for place, sides in file.branches.items() if counts(place, sides) or (sides == [0, 0] and place[0] in unreached)}
    decisions = collections.defaultdict(list)
    for key in file.conditions:
        decisions[key[:4]].append(key)
    for place, keys in decisions.items():
        inside = [sides for branch, sides in file.branches.items() if place[:2] <= branch[:2] and branch[2:] <= place[2:]]
        unmeasured = not any(True in file.conditions[key] for key in keys) and inside and all(t and f for t, f in inside)
        if unmeasured or place[0] in gone:
            for key in keys:
                del file.conditions[key]


def missing(file, text):
    """[(line, what)] that no test reaches."""
    out = [(line, "line") for line, count in sorted(file.lines.items()) if count == 0]
    for (line, column, _, column_end), (true, false) in sorted(file.branches.items()):
        condition = text[line - 1][column - 1:column_end - 1]
        if true == 0 and false == 0:
            continue  # the line is reported
        for count, side in ((true, "true"), (false, "false")):
            if count == 0:
                out.append((line, "branch %s: %s" % (side, condition)))
    for (line, column, _, column_end, index), shown in sorted(file.conditions.items()):
        if True not in shown:
            out.append((line, "mc/dc %d: %s" % (index + 1, text[line - 1][column - 1:column_end - 1])))
    return out


def exclusions():
    """{(file, the line's text, what)}: reason. Lines move, so a row quotes the line."""
    rows = {}
    path = ROOT / "tests/assurance/exclusions.txt"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            file, what, quote, reason = (part.strip() for part in line.split(" @@ "))
            rows[(file, what, quote)] = reason
            if not reason:
                sys.exit("%s:%d: no reason" % (path, number))
    return rows


def percent(reached, total):
    return 100.0 if total == 0 else 100.0 * reached / total


def report(files):
    excluded, used, bad = exclusions(), set(), False
    layers = collections.defaultdict(lambda: collections.Counter())
    for name in sorted(files):
        if not name.startswith("lib/pp/"):
            continue
        layer, file = name.split("/")[2], files[name]
        text = (ROOT / name).read_text().splitlines()
        strip(name, file)
        n = layers[layer]
        n["lines"] += len(file.lines)
        n["lines reached"] += sum(1 for count in file.lines.values() if count)
        n["branches"] += 2 * len(file.branches)
        n["branches reached"] += sum(bool(t) + bool(f) for t, f in file.branches.values())
        n["mcdc"] += len(file.conditions)
        n["mcdc reached"] += sum(True in shown for shown in file.conditions.values())
        for line, what in missing(file, text) if layer in FULL else []:
            key = (name, what, text[line - 1].strip())
            if key in excluded:
                used.add(key)
                continue
            bad = True
            print("%s:%d @@ %s @@ %s" % (name, line, what, text[line - 1].strip()))
    print("%-8s %8s %9s %8s" % ("layer", "lines", "branches", "mc/dc"))
    for layer in set(layers) - set(FULL):
        layers["the rest"].update(layers[layer])
    for layer, n in sorted(layers.items()):
        shares = {k: percent(n[k + " reached"], n[k]) for k in ("lines", "branches", "mcdc")}
        print("%-8s %7.2f%% %8.2f%% %7.2f%%" % (layer, shares["lines"], shares["branches"], shares["mcdc"]))
        bad = bad or (layer == "the rest" and any(shares[k] < goal for k, goal in GOALS.items()))
    for key in sorted(set(excluded) - used):
        print("superfluous exclusion: %s @@ %s @@ %s" % key)
        bad = True
    print("%d exclusions, in tests/assurance/exclusions.txt" % len(used))
    return 1 if bad else 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/coverage")
    arguments.add_argument("--tests", help="only tests whose name matches")
    arguments.add_argument("--only-report", action="store_true", help="of the last run's profiles")
    options = arguments.parse_args()
    folder = options.build.resolve()
    profiles = folder / "profiles"
    if not options.only_report:
        build(folder, profiles)
        test(folder, profiles, options.tests)
    sys.exit(report(collect(export(folder, profiles))))


if __name__ == "__main__":
    main()
