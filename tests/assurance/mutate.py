"""Mutation test of base, wire, lint and packet: scripts/mutate [--layers L,...] [--sample N] [--jobs N] [--again] [FILE...]

Every leaf of a condition forced true and false, every comparison moved by its boundary, every sum made a difference, every
assignment and call that stands alone left out, every fault and rule replaced. All mutants are compiled at once, each behind a
number that the environment chooses (never while the compiler evaluates constants), so a mutant costs a run of the tests and no
build. Each test case runs once without a mutant and writes down which places it runs through; a mutant is then shown to those cases
alone, the quick ones first, until one fails. Survivors are held against survivors.txt, which says why each may live;
those that change nothing that a caller can see ("equivalent: ...") are counted apart. Exit status 1 below the goal of 95 % in any
layer, for a survivor without a reason, and for a reason that nothing needs any more."""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ("base", "wire", "lint", "packet")
GOAL = 95.0
# The programs that are asked.
SLOW = ["escaping_sweep_test", "wire_sweep_test"]
WIRE = ["wire_rows_test", "simple_test", "base_test", "hash_index_test", "finding_text_test", "lint_test", "wire_golden_test", "golden_test", "catalogue_test",
        "wire_property_test", "fuzz_parse_replay", "fuzz_tlv_replay", "fuzz_address_replay", "fuzz_roundtrip_replay"] + SLOW
PACKET = ["packet_decode_test", "packet_tables_test", "hash_index_test", "stream_heads_test", "capture_format_test", "fragments_test", "packet_sweep_test", "capture_oracle_test",
          "stream_heads_property_test", "inspect_test", "reaction_test", "fuzz_heads_replay", "fuzz_decode_replay", "fuzz_tunnels_replay",
          "fuzz_capture_replay"]
TESTS = {"base": WIRE, "wire": WIRE, "lint": WIRE, "packet": PACKET}
QUICK, SLOWEST_QUICK = 0.03, 0.2  # seconds
MOST = 600  # mutants of one file
PROPERTIES = "seed=20261123 max_success=40 noshrink=1"

HEADER = """#pragma once
#include <cstdio>
#include <cstdlib>
#include <type_traits>
namespace pp_mutant {
inline const int active = [] { const char* e = std::getenv("PP_MUTANT"); return e != nullptr ? std::atoi(e) : 0; }();
struct Reached {
  unsigned char at[COUNT + 2] = {};
  ~Reached() {
    const char* const name = std::getenv("PP_MUTANT_TRACE");
    if (name == nullptr) return;
    std::FILE* const file = std::fopen(name, "wb");
    std::fwrite(at, 1, sizeof at, file);
    std::fclose(file);
  }
};
inline Reached reached;
inline bool hit(int n) { reached.at[n] = 1; return active == n; }
constexpr bool on(int n) { return !std::is_constant_evaluated() && hit(n); }
constexpr bool cond(int n, bool v) { return on(n) ? true : on(n + 1) ? false : v; }
}
"""


def cindex():
    for folder in sorted(glob.glob("/usr/lib/llvm-*/lib/libclang-[0-9]*.so*"), reverse=True):
        try:
            import clang.cindex as c
        except ImportError:
            sys.exit("mutate: no clang for Python: scripts/install fuzz")
        c.Config.set_library_file(folder)
        return c
    sys.exit("mutate: no libclang: scripts/install fuzz")


Mutant = collections.namedtuple("Mutant", "number layer file line what text")
Case = collections.namedtuple("Case", "name seconds reached")


class Edit:
    """Replaces [start, end); `make` gets a function that renders a range inside it, with the edits there."""

    def __init__(self, start, end, rank, make):
        self.start, self.end, self.rank, self.make = start, end, rank, make


class File:
    """One source file: finds the places, numbers the mutants, writes the text with all of them."""

    BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
    SUM = {"+": "-", "-": "+"}

    def __init__(self, c, path, first):
        self.c, self.path, self.next = c, path, first
        self.data = (ROOT / path).read_bytes()
        self.edits, self.mutants, self.seen = [], [], set()

    def number(self, node, what, count=1):
        line = node.extent.start.line
        for i in range(count):
            text = what[i] if count > 1 else what
            self.mutants.append((self.next + i, line, text))
        self.next += count
        return self.next - count

    def text(self, start, end):
        return self.data[start:end].decode()

    def span(self, node):
        return node.extent.start.offset, node.extent.end.offset

    def add(self, node, rank, make):
        key = self.span(node) + (rank,)
        if key in self.seen:
            return False
        self.seen.add(key)
        self.edits.append(Edit(*self.span(node), rank, make))
        return True

    # --- kinds of mutants

    def condition(self, node):
        """The leaves of && and ||, which are where branches are."""
        node = self.bare(node)
        K = self.c.CursorKind
        if node.kind == K.PAREN_EXPR:
            return self.condition(list(node.get_children())[0])
        if node.kind == K.BINARY_OPERATOR and self.operator(node)[0] in ("&&", "||"):
            for child in node.get_children():
                self.condition(child)
            return None
        if node.kind in (K.CXX_BOOL_LITERAL_EXPR, K.VAR_DECL) or self.span(node)[0] >= self.span(node)[1]:
            return None
        if (*self.span(node), 0) in self.seen:
            return None
        shown = self.text(*self.span(node))
        settled = re.search(r", (true|false)$", shown)
        if settled:  # the comma operator: only the other value is another one
            n = self.number(node, "%s for %s" % ("false" if settled.group(1) == "true" else "true", shown))
            self.add(node, 0, lambda r, s=self.span(node): "((%s) != ::pp_mutant::on(%d))" % (r(*s), n))
            return None
        n = self.number(node, ["true for %s" % shown, "false for %s" % shown], 2)
        self.add(node, 0, lambda r, s=self.span(node): "::pp_mutant::cond(%d, static_cast<bool>(%s))" % (n, r(*s)))
        return None

    def bare(self, node):
        K = self.c.CursorKind
        while node.kind == K.UNEXPOSED_EXPR:
            children = list(node.get_children())
            if len(children) != 1 or self.span(children[0]) != self.span(node):
                break
            node = children[0]
        return node

    def operator(self, node):
        """(text, start, end) of a binary operator between its operands."""
        left, right = list(node.get_children())
        start, end = self.span(left)[1], self.span(right)[0]
        between = self.text(start, end)
        found = re.search(r"&&|\|\||<=>|<<|>>|<=|>=|==|!=|[-+*/%<>=&|^]", between)
        return (found.group(0) if found else "", start, end)

    def integer(self, node):
        T = self.c.TypeKind
        kind = node.type.get_canonical().kind
        return kind in (T.INT, T.UINT, T.LONG, T.ULONG, T.SHORT, T.USHORT, T.CHAR_U, T.UCHAR, T.CHAR_S, T.SCHAR, T.LONGLONG, T.ULONGLONG)

    def binary(self, node):
        children = list(node.get_children())
        if len(children) != 2:
            return
        op, start, end = self.operator(node)
        left, right = children
        other = self.BOUNDARY.get(op) or (self.SUM.get(op) if self.integer(left) and self.integer(right) else None)
        if other is None or op == "":
            return
        if (*self.span(node), 1) in self.seen:
            return
        shown = self.text(*self.span(node))
        n = self.number(node, "%s for %s in %s" % (other, op, shown))

        def make(r, l=self.span(left), q=self.span(right), gap=self.text(start, end)):
            return "(::pp_mutant::on(%d) ? %s%s%s : %s%s%s)" % (n, r(*l), gap.replace(op, other, 1), r(*q), r(*l), gap, r(*q))
        self.add(node, 1, make)

    def deletion(self, node):
        """An expression that is a statement: assignment, increment, call."""
        if (*self.span(node), 2) in self.seen:
            return
        n = self.number(node, "left out: %s" % self.text(*self.span(node)))
        self.add(node, 2, lambda r, s=self.span(node): "if (!::pp_mutant::on(%d)) %s" % (n, r(*s)))

    def enumerator(self, node):
        """Another fault or rule than the right one."""
        shown = self.text(*self.span(node))
        found = re.fullmatch(r"(Fault|Rule|TextFault|Decoded|CaptureFault)::(\w+)", shown)
        if not found or (*self.span(node), 3) in self.seen:
            return
        other = {"Fault": "v1_separator", "Rule": "header_chained", "TextFault": "leading_zero", "Decoded": "not_ip", "CaptureFault": "option"}[found.group(1)]
        if found.group(2) in (other, "none"):
            return
        n = self.number(node, "%s for %s" % (other, shown))
        self.add(node, 3, lambda r, s=shown, e=found.group(1): "(::pp_mutant::on(%d) ? %s::%s : %s)" % (n, e, other, s))

    # --- the walk

    def constant(self, node):
        """What the compiler evaluates cannot be chosen by the environment."""
        K = self.c.CursorKind
        if node.kind in (K.STATIC_ASSERT, K.CASE_STMT, K.TEMPLATE_REF, K.TYPE_REF, K.ENUM_DECL):
            return node.kind != K.CASE_STMT
        if node.kind in (K.VAR_DECL, K.FUNCTION_DECL, K.CXX_METHOD, K.CONSTRUCTOR, K.FUNCTION_TEMPLATE):
            if node.kind == K.CXX_METHOD and node.is_default_method():
                return True
            head = self.text(node.extent.start.offset, min(node.extent.end.offset, node.extent.start.offset + 160)).split("{")[0].split("=")[0]
            return "consteval" in head or (node.kind == K.VAR_DECL and "constexpr" in head)
        if node.kind == K.IF_STMT:
            return self.text(node.extent.start.offset, node.extent.end.offset).startswith("if constexpr")
        return False

    def visit(self, node, inside, name):
        K = self.c.CursorKind
        place = node.location.file
        if place is not None and not place.name.endswith(name):
            return
        if self.constant(node):
            return
        children = list(node.get_children())
        if inside:
            self.mutate(node, children)
        if node.kind == K.CASE_STMT:
            children = children[1:]
        if node.kind == K.VAR_DECL and node.type.kind == self.c.TypeKind.CONSTANTARRAY:
            children = [child for child in children if not self.integer(child)]  # its size
        inside = inside or node.kind == K.COMPOUND_STMT
        for child in children:
            self.visit(child, inside, name)

    def mutate(self, node, children):
        K = self.c.CursorKind
        if node.kind in (K.IF_STMT, K.WHILE_STMT, K.CONDITIONAL_OPERATOR) and children:
            with_init = children[0].kind in (K.DECL_STMT, K.VAR_DECL)
            if not with_init or self.text(*self.span(children[0])).endswith(";"):
                self.condition(children[1 if with_init else 0])
        elif node.kind == K.DO_STMT:
            self.condition(children[1])
        elif node.kind == K.FOR_STMT and len(children) == 4:
            self.condition(children[1])
        elif node.kind == K.RETURN_STMT and children and children[0].type.get_canonical().kind == self.c.TypeKind.BOOL:
            self.condition(children[0])
        if node.kind == K.BINARY_OPERATOR:
            self.binary(node)
        if node.kind == K.DECL_REF_EXPR and node.referenced is not None and node.referenced.kind == K.ENUM_CONSTANT_DECL:
            self.enumerator(node)
        if node.kind == K.COMPOUND_STMT:
            for child in children:
                bare = self.bare(child)
                if bare.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR, K.CALL_EXPR, K.UNARY_OPERATOR) and child.kind.is_expression():
                    self.deletion(child)

    def find(self, clang):
        name = "/" + self.path
        arguments = ["-x", "c++", "-std=c++20", "-I" + str(ROOT / "lib"), "-resource-dir", clang]
        unit = self.c.Index.create().parse(str(ROOT / self.path), arguments)
        bad = [d for d in unit.diagnostics if d.severity >= self.c.Diagnostic.Error]
        if bad:
            sys.exit("mutate: %s" % bad[0])
        self.visit(unit.cursor, False, name)

    def render(self, start=0, end=None):
        end = len(self.data) if end is None else end
        edits = sorted((e for e in self.edits if start <= e.start and e.end <= end), key=lambda e: (e.start, -e.end, e.rank))
        return self._render(start, end, edits)

    def _render(self, start, end, edits):
        out, at = [], start
        while edits:
            top = edits.pop(0)
            if top.start < at:
                continue
            inner = []
            while edits and edits[0].start < top.end:
                if edits[0].end <= top.end:
                    inner.append(edits[0])
                edits.pop(0)
            out.append(self.text(at, top.start))
            out.append(top.make(lambda s, e, inner=inner: self._render(s, e, [i for i in inner if s <= i.start and i.end <= e])))
            at = top.end
        out.append(self.text(at, end))
        return "".join(out)


def sources(layers):
    names = subprocess.run(["git", "ls-files"] + ["lib/pp/" + layer for layer in layers], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return [n for n in names if n.endswith((".hpp", ".cpp"))]


def plant(folder):
    """A copy of the tree with every mutant in it; their list."""
    c = cindex()
    clang = max(glob.glob("/usr/lib/llvm-*/lib/clang/*"), key=lambda p: int(p.rsplit("/", 1)[1].split(".")[0]))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    out, names = [], sources(LAYERS)
    for name in set(tracked) - set(names):
        if (ROOT / name).is_file():
            write(folder / name, (ROOT / name).read_bytes())
    for index, name in enumerate(names):
        # Each file has a range of its own, so that a change to one leaves the objects of the others as they are.
        file = File(c, name, 1 + index * MOST)
        file.find(clang)
        if len(file.mutants) >= MOST:
            sys.exit("mutate: more than %d places in %s" % (MOST, name))
        text = file.render()
        mark = "#pragma once\n"
        include = '#include "pp/mutant.hpp"\n'
        write(folder / name, (text.replace(mark, mark + include, 1) if mark in text else include + text).encode())
        lines = file.data.decode().splitlines()
        out += [Mutant(n, name.split("/")[2], name, line, " ".join(what.split()), lines[line - 1].strip()) for n, line, what in file.mutants]
    write(folder / "lib/pp/mutant.hpp", HEADER.replace("COUNT", str(1 + len(names) * MOST)).encode())
    return out


def write(path, data):
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def build(folder, tests, jobs):
    output = folder / "build"
    for command in (["cmake", "-S", folder, "-B", output, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Mutation", "-DPP_TESTS=ON",
                     "-DCMAKE_CXX_FLAGS_MUTATION=-O1 -g0 -w -D_GLIBCXX_ASSERTIONS"],
                    ["cmake", "--build", output, "-j", jobs, "--target", *tests]):
        done = subprocess.run([str(x) for x in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ, CCACHE_DISABLE="1"))
        if done.returncode != 0:
            errors = [line for line in done.stdout.splitlines() if "error" in line]
            sys.exit("mutate: the mutants do not build:\n" + "\n".join(errors[:20]))
    return output / "bin"


def run(program, cases, number, seconds, trace=None):
    """Exit status of some cases of a program under one mutant; negative when it crashed or used up its time."""
    def limits():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    environment = dict(os.environ, PP_MUTANT=str(number), RC_PARAMS=PROPERTIES, TZ="UTC", **({"PP_MUTANT_TRACE": str(trace)} if trace else {}))
    command = [program, "--gtest_fail_fast", "--gtest_brief=1", "--gtest_filter=" + ":".join(cases)]
    if is_replay(program.name):
        command = [program, ROOT / "corpus" / cases[0]]
    try:
        return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60 + 10 * seconds,
                              preexec_fn=limits).returncode
    except subprocess.TimeoutExpired:
        return -1


def is_replay(test):
    return test.startswith("fuzz_")


def names_of(program):
    """Of its test cases; a replay has one, the folder of its corpus."""
    if is_replay(program.name):
        targets = (ROOT / "fuzz/CMakeLists.txt").read_text()
        return re.findall(r"^pp_fuzzer\(%s (\w+) " % program.name.removesuffix("_replay"), targets, re.M)
    listed = subprocess.run([program, "--gtest_list_tests"], check=True, stdout=subprocess.PIPE, text=True).stdout
    suite, out = "", []
    for line in listed.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith(" "):
            out.append(suite + word)
        else:
            suite = word
    return out


def traced(program, trace):
    """The cases of a program: how long each takes and which mutants' places it runs through."""
    out = []
    for name in names_of(program):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        if run(program, [name], 0, 600, trace) != 0:
            sys.exit("mutate: %s fails without a mutant: %s" % (program.name, name))
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        out.append(Case(name, end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, trace.read_bytes()))
    return out


def killed_by(programs, cases, tests, number):
    """Name of the program that fails; "nothing" when none does, "not reached" when none runs through it."""
    own = [(case, test) for test in tests for case in cases[test] if case.reached[number]]
    # The quick cases of a program are one run, the others go alone.
    steps = [(test, [case for case, its in own if its == test and case.seconds <= QUICK]) for test in tests]
    steps += [(test, [case]) for case, test in sorted(own, key=lambda pair: pair[0].seconds) if case.seconds > QUICK]
    for test, some in steps:
        if some and run(programs / test, [c.name for c in some], number, 2 + int(5 * sum(c.seconds for c in some))) != 0:
            return test
    return "nothing" if own else "not reached"


def accepted():
    """{(file, what, the line's text): reason}"""
    rows, path = {}, ROOT / "tests/assurance/survivors.txt"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            *place, reason = line.split(" @@ ")
            if len(place) != 3 or not reason.strip():
                sys.exit("%s:%d: file @@ what @@ the line @@ reason" % (path, number))
            rows[tuple(place)] = reason
    return rows


def key(mutant):
    return mutant.file, mutant.what, mutant.text


def report(mutants, survivors, ready, whole):
    """Prints what was noticed; true when every goal is reached."""
    reasons, good = accepted(), True
    print("%-8s %8s %10s %8s %8s %8s" % ("layer", "mutants", "equivalent", "noticed", "survive", "share"))
    for layer in sorted({m.layer for m in mutants}):
        left = [m for m in survivors if m.layer == layer]
        same = sum(reasons.get(key(m), "").startswith("equivalent") for m in left)
        planted = sum(m.layer == layer for m in mutants)
        share = 100.0 * (planted - len(left)) / max(1, planted - same)
        good = good and share >= GOAL
        print("%-8s %8d %10d %8d %8d %7.2f%%" % (layer, planted, same, planted - len(left), len(left) - same, share))
    fresh = [m for m in survivors if key(m) not in reasons]
    for m in fresh:
        print("%s @@ %s @@ %s @@ " % key(m) if ready else "%s:%d: %s   [%s]" % (m.file, m.line, m.what, m.text))
    unneeded = sorted(set(reasons) - {key(m) for m in survivors}) if whole else []
    for row in unneeded:
        print("superfluous in survivors.txt: %s @@ %s @@ %s" % row)
    print("%d mutants, %d survive, %d of them without a reason in survivors.txt" % (len(mutants), len(survivors), len(fresh)))
    return good and not fresh and not unneeded


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--layers", default=",".join(LAYERS))
    arguments.add_argument("--sample", type=int, default=1, help="one mutant in N")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--dir", type=pathlib.Path, default=ROOT / "build/mutation")
    arguments.add_argument("--quick", action="store_true", help="only test cases of less than %s s" % SLOWEST_QUICK)
    arguments.add_argument("--doubt", action="store_true", help="shows the enumerations also those that survivors.txt has a reason for")
    arguments.add_argument("--again", action="store_true", help="only those that survived the last run")
    arguments.add_argument("--list", action="store_true", help="survivors without a reason as rows for survivors.txt")
    arguments.add_argument("file", nargs="*", help="only the mutants of these files")
    options = arguments.parse_args()
    layers, folder = options.layers.split(","), options.dir.resolve()
    mutants = [m for m in plant(folder) if m.number % options.sample == 0 and m.layer in layers and (not options.file or m.file in options.file)]
    remembered = folder / "survivors.json"
    if options.again:
        before = {tuple(row) for row in json.loads(remembered.read_text())}
        mutants = [m for m in mutants if key(m) in before]
    known = "".join(path.read_text() for path in sorted((ROOT / "tests").glob("*/CMakeLists.txt")))
    layers = sorted({m.layer for m in mutants})
    tests = {layer: [t for t in TESTS[layer] if (is_replay(t) or "pp_test(%s " % t in known)] for layer in layers}
    wanted = sorted({t for layer in layers for t in tests[layer]})
    programs = build(folder, wanted, options.jobs)
    cases = {test: traced(programs / test, folder / "trace") for test in wanted}
    if options.quick:
        cases = {test: [c for c in some if c.seconds < SLOWEST_QUICK] for test, some in cases.items()}

    reasons = accepted()

    def judge(mutant):
        asked = [t for t in tests[mutant.layer] if options.doubt or t not in SLOW or key(mutant) not in reasons]
        return mutant, killed_by(programs, cases, asked, mutant.number)

    killers, survivors = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for index, (mutant, killer) in enumerate(pool.map(judge, mutants), 1):
            killers[killer] += 1
            if killer in ("nothing", "not reached"):
                survivors.append(mutant)
                print("%d of %d: %s: %s:%d: %s" % (index, len(mutants), killer, mutant.file, mutant.line, mutant.what), file=sys.stderr, flush=True)
    for name, count in killers.most_common():
        print("  %6d noticed by %s" % (count, name))
    remembered.write_text(json.dumps([key(m) for m in survivors]))
    whole = options.sample == 1 and not options.again and not options.file and set(layers) == set(LAYERS)
    sys.exit(0 if report(mutants, survivors, options.list, whole) else 1)


if __name__ == "__main__":
    main()
