"""Mutation test of base, wire, lint and packet: scripts/mutate [--layers L,...] [--sample N] [--jobs N] [FILE...]

Every leaf of a condition forced true and false, every comparison moved by its boundary, every sum made a difference, every
assignment and call that stands alone left out, every fault and rule replaced. All mutants are compiled at once, each behind a
number that the environment chooses (never while the compiler evaluates constants), so a mutant costs a run of the tests and no
build. Survivors are held against survivors.txt, which says why each may live. Exit status 1 below the goal of 95 %, and for a
survivor without a reason."""
import argparse
import collections
import concurrent.futures
import glob
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
# The tests that are asked, quickest first; a mutant is dead at the first that fails.
WIRE = ["golden_test", "wire_rows_test", "base_test", "wire_golden_test", "lint_message_test", "lint_test", "catalogue_test", "wire_property_test"]
TESTS = {"base": WIRE, "wire": WIRE, "lint": WIRE,
         "packet": ["packet_decode_test", "stream_heads_test", "capture_format_test", "packet_sweep_test", "stream_heads_property_test"]}
# Only for those that outlive all the others: millions of cases.
LAST = {"base": ["escaping_sweep_test", "wire_sweep_test"], "wire": ["wire_sweep_test"]}
SECONDS = 20

HEADER = """#pragma once
#include <cstdlib>
#include <type_traits>
namespace pp_mutant {
inline const int active = [] { const char* e = std::getenv("PP_MUTANT"); return e != nullptr ? std::atoi(e) : 0; }();
constexpr bool on(int n) { return !std::is_constant_evaluated() && active == n; }
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


def sources(layers, only):
    names = subprocess.run(["git", "ls-files"] + ["lib/pp/" + layer for layer in layers], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return [n for n in names if n.endswith((".hpp", ".cpp")) and (not only or n in only)]


def plant(folder, layers, only):
    """A copy of the tree with every mutant in it; [(number, layer, file, line, what, the line's text)]."""
    c = cindex()
    clang = max(glob.glob("/usr/lib/llvm-*/lib/clang/*"), key=lambda p: int(p.rsplit("/", 1)[1].split(".")[0]))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    for name in tracked:
        if (ROOT / name).is_file():
            write(folder / name, (ROOT / name).read_bytes())
    write(folder / "lib/pp/mutant.hpp", HEADER.encode())
    out, number = [], 1
    for name in sources(layers, only):
        file = File(c, name, number)
        file.find(clang)
        number = file.next
        text = file.render()
        mark = "#pragma once\n"
        include = '#include "pp/mutant.hpp"\n'
        write(folder / name, (text.replace(mark, mark + include, 1) if mark in text else include + text).encode())
        lines = file.data.decode().splitlines()
        out += [(n, name.split("/")[2], name, line, " ".join(what.split()), lines[line - 1].strip()) for n, line, what in file.mutants]
    return out


def write(path, data):
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def build(folder, tests, sanitize):
    flags = "-O1 -g0 -w -D_GLIBCXX_ASSERTIONS" + (" -fsanitize=address,undefined -fno-sanitize-recover=all" if sanitize else "")
    output = folder / ("build-asan" if sanitize else "build")
    for command in (["cmake", "-S", folder, "-B", output, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Mutation", "-DCMAKE_CXX_FLAGS_MUTATION=" + flags, "-DPP_TESTS=ON"],
                    ["nice", "cmake", "--build", output, "--target", *tests]):
        done = subprocess.run([str(x) for x in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            errors = [line for line in done.stdout.splitlines() if "error" in line]
            sys.exit("mutate: the mutants do not build:\n" + "\n".join(errors[:20]))
    return output / "bin"


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def killed_by(programs, tests, number):
    environment = dict(os.environ, PP_MUTANT=str(number), RC_PARAMS="seed=20261123 max_success=300 noshrink=1", TZ="UTC")
    for test in tests:
        try:
            done = subprocess.run([programs / test, "--gtest_fail_fast", "--gtest_brief=1"], env=environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=SECONDS * 6, preexec_fn=limits)
        except subprocess.TimeoutExpired:
            return test + " (time)"
        if done.returncode != 0:
            return test
    return None


def accepted():
    rows = {}
    for line in (ROOT / "tests/assurance/survivors.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            file, what, quote, reason = line.split(" @@ ")
            rows[(file, what, quote)] = reason
    return rows


def key(mutant):
    return mutant[2], mutant[4], mutant[5]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--layers", default=",".join(LAYERS))
    arguments.add_argument("--sample", type=int, default=1, help="one mutant in N")
    arguments.add_argument("--quick", action="store_true", help="only the five quickest tests of each layer, so that more survive")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--dir", type=pathlib.Path, default=ROOT / "build/mutation")
    arguments.add_argument("--list", action="store_true", help="of the survivors only what survivors.txt lacks, ready for it")
    arguments.add_argument("file", nargs="*")
    options = arguments.parse_args()
    layers = options.layers.split(",")
    folder = options.dir.resolve()
    mutants = [m for m in plant(folder, layers, options.file) if m[0] % options.sample == 0]
    tests = {layer: TESTS[layer][:5] if options.quick else TESTS[layer] + LAST.get(layer, []) for layer in layers}
    available = {test for test in {t for layer in layers for t in tests[layer]} if ("pp_test(%s " % test) in (ROOT / "tests/CMakeLists.txt").read_text()}
    programs = build(folder, sorted(available), False)
    for test in sorted(available):
        if killed_by(programs, [test], 0):
            sys.exit("mutate: %s fails without a mutant" % test)

    def judge(mutant):
        layer = mutant[1]
        return mutant, killed_by(programs, [t for t in tests[layer] if t in available], mutant[0])

    killers, survivors = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for index, (mutant, killer) in enumerate(pool.map(judge, mutants), 1):
            killers[killer or "nothing"] += 1
            if killer is None:
                survivors.append(mutant)
            if index % 200 == 0:
                print("%d of %d, %d survive" % (index, len(mutants), len(survivors)), file=sys.stderr, flush=True)
    reasons, fresh = accepted(), 0
    print("%-8s %8s %9s %8s" % ("layer", "mutants", "noticed", "share"))
    for layer in layers:
        all_of, left = sum(m[1] == layer for m in mutants), sum(m[1] == layer for m in survivors)
        print("%-8s %8d %9d %7.1f%%" % (layer, all_of, all_of - left, 100.0 * (all_of - left) / max(1, all_of)))
    for name, count in killers.most_common():
        print("  %6d noticed by %s" % (count, name))
    for mutant in survivors:
        if key(mutant) not in reasons:
            fresh += 1
            print("%s @@ %s @@ %s @@ " % key(mutant) if options.list else "%s:%d: %s   [%s]" % (mutant[2], mutant[3], mutant[4], mutant[5]))
    share = 100.0 * (len(mutants) - len(survivors)) / max(1, len(mutants))
    print("%d mutants, %.1f %% noticed; %d survive, %d of them without a reason in survivors.txt" % (len(mutants), share, len(survivors), fresh))
    sys.exit(1 if share < GOAL or fresh else 0)


if __name__ == "__main__":
    main()
