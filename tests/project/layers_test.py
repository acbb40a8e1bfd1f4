"""Reads every #include of lib/pp and tools against the graph of layers, and lib/CMakeLists.txt with it.

layers_test.py ROOT              prints each violation as file:line: sentence; exit status 1 when there is one
layers_test.py ROOT --self-test  plants violations in a copy, one at a time, and fails when one is not found
"""
import pathlib
import re
import shutil
import sys
import tempfile

# A layer and what it may name; what those use in turn is permitted too.
GRAPH = {
    "base": [],
    "wire": ["base"],
    "lint": ["wire"],
    "forge": ["lint", "packet"],
    "packet": ["base", "text"],
    "net": ["wire"],
    "c": ["net"],
    "inspect": ["lint", "packet"],
    "text": ["base"],
    "judge": ["forge", "inspect", "text"],
    "explain": ["inspect", "text"],
    "stats": ["explain"],
    "render": ["stats", "judge"],
    "source": ["packet", "net", "text"],
    "sys": ["base"],
    "sink": ["sys", "packet", "net", "text"],
    "serve": ["net", "inspect", "sys", "sink"],
}
LAYERS = list(GRAPH)
TOOLS = "tools"
PURE = ["base", "wire", "lint", "forge", "packet", "judge"]  # no I/O, no clock
IMPURE = [layer for layer in LAYERS if layer not in PURE] + [TOOLS]

# Where a header that is not ours may be included; the first row that matches decides. A header without a row is an error.
HEADERS = [
    (r"CLI/.*", [TOOLS]),
    (r"rapidjson/.*", ["render", "source"]),
    (r"fmt/.*", ["text"]),
    (r"pcap(\.h|/.*)", ["source"]),
    (r"(zlib|zstd|zstd_errors)\.h", ["source"]),
    (r"random", ["forge"] + IMPURE),
    (r"(iostream|istream|ostream|fstream|sstream|iomanip|filesystem|cstdio|chrono|ctime|thread|mutex|shared_mutex"
     r"|condition_variable|future|csignal|system_error)", IMPURE),
    (r"(algorithm|any|array|atomic|bit|bitset|cassert|cctype|cerrno|charconv|climits|cmath|compare|concepts|cstddef|cstdint"
     r"|cstdlib|cstring|deque|exception|functional|initializer_list|iterator|limits|list|map|memory|memory_resource|new"
     r"|numeric|optional|queue|set|span|stack|stdexcept|string|string_view|tuple|type_traits|typeinfo|unordered_map"
     r"|unordered_set|utility|variant|vector|version)", LAYERS + [TOOLS]),
    (r"(nmmintrin|immintrin|emmintrin|smmintrin|tmmintrin|arm_acle|arm_neon)\.h", LAYERS),
    (r"(sys|net|netinet|arpa|linux)/.*\.h", IMPURE),
    (r"(dirent|errno|fcntl|grp|ifaddrs|malloc|netdb|poll|pthread|pwd|sched|signal|spawn|stdio|stdlib|string|syslog|termios|time"
     r"|unistd)\.h", IMPURE),
]
RAPIDJSON_FILES = 3  # reading back records, summaries, and lines of any shape
LONG = 400  # lines; past it a file is a table or two ideas

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")', re.MULTILINE)


def closure(layer, uses):
    reached = set()
    pending = [layer]
    while pending:
        for below in uses.get(pending.pop(), []):
            if below not in reached:
                reached.add(below)
                pending.append(below)
    return reached


def read_uses(root, problems):
    """USES of each pp_layer call, and those against the graph."""
    path = root / "lib/CMakeLists.txt"
    text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    uses = {}
    for call in re.finditer(r"pp_layer\(\s*(\w+)([^)]*)\)", text):
        layer, words = call[1], call[2].split()
        uses[layer] = []
        keyword = ""
        for word in words:
            if word in ("SOURCES", "USES", "LINKS"):
                keyword = word
            elif keyword == "USES":
                uses[layer].append(word)
        line = text.count("\n", 0, call.start()) + 1
        if layer not in GRAPH:
            problems.append(f"lib/CMakeLists.txt:{line}: layer {layer} is not in the graph")
        for below in uses[layer]:
            if below not in GRAPH.get(layer, []):
                problems.append(f"lib/CMakeLists.txt:{line}: {layer} may not use {below}")
    return uses


def check_include(root, place, where, own, quoted, uses, problems):
    if quoted:
        if own == "pp/proxyproto.h":
            if place != "c":
                problems.append(f"{where}: {own} is for other languages")
            return
        ours = re.match(r"pp/(\w+)/", own)
        if not ours:
            if place != TOOLS or not (root / "tools" / own).is_file():
                problems.append(f'{where}: "{own}" is not named from the root of the library ("pp/layer/file.hpp")')
            return
        layer = ours[1]
        if not (root / "lib" / own).is_file():
            problems.append(f"{where}: {own} does not exist")
        if place not in (TOOLS, layer):
            if layer not in closure(place, GRAPH):
                problems.append(f"{where}: {place} may not use {layer}")
            elif layer not in closure(place, uses):
                problems.append(f"{where}: {place} uses {layer}, which its USES in lib/CMakeLists.txt do not reach")
        return
    for pattern, places in HEADERS:
        if re.fullmatch(pattern, own):
            if place not in places:
                problems.append(f"{where}: {place} may not include <{own}>")
            return
    problems.append(f"{where}: <{own}> has no row in the table of headers")


def check(root):
    """Returns violations and warnings."""
    problems, warnings, rapidjson = [], [], []
    uses = read_uses(root, problems)
    files = [path for folder in ("lib/pp", "tools") for path in sorted((root / folder).rglob("*.[ch]pp"))]
    for path in files:
        relative = path.relative_to(root).as_posix()
        place = TOOLS if relative.startswith("tools/") else relative.split("/")[2]
        if place != TOOLS and place not in uses:
            problems.append(f"{relative}:1: layer {place} is not built by lib/CMakeLists.txt")
        text = path.read_text(encoding="utf-8")
        for include in INCLUDE.finditer(text):
            where = f"{relative}:{text.count(chr(10), 0, include.start()) + 1}"
            check_include(root, place, where, include[1] or include[2], include[2] is not None, uses, problems)
            if (include[1] or "").startswith("rapidjson/") and relative not in rapidjson:
                rapidjson.append(relative)
                if path.suffix != ".cpp":
                    problems.append(f"{where}: RapidJSON is for .cpp files")
        lines = text.count("\n")
        if lines > LONG:
            warnings.append(f"{relative}: {lines} lines; past {LONG} split it, unless it is a table")
    if len(rapidjson) > RAPIDJSON_FILES:
        problems.append(f"{rapidjson[-1]}:1: RapidJSON is in {len(rapidjson)} files, {RAPIDJSON_FILES} are allowed")
    if not files:
        problems.append("no sources found")
    return problems, warnings


# What is planted: file, text to add at its end, the violation that must come of it.
PLANTED = [
    ("lib/pp/base/bytes.hpp", '#include "pp/wire/header.hpp"\n', "base may not use wire"),
    ("lib/pp/wire/tlv.hpp", "  #  include <CLI/CLI.hpp>\n", "wire may not include <CLI/CLI.hpp>"),
    ("lib/pp/wire/encode.cpp", "#include <fmt/format.h>\n", "wire may not include <fmt/format.h>"),
    ("lib/pp/wire/v1.hpp", "#include <pcap/pcap.h>\n", "wire may not include <pcap/pcap.h>"),
    ("lib/pp/wire/v2.hpp", "#include <sys/socket.h>\n", "wire may not include <sys/socket.h>"),
    ("lib/pp/base/ip.cpp", "#include <iostream>\n", "base may not include <iostream>"),
    ("lib/pp/base/ip.cpp", "#include <boost/asio.hpp>\n", "<boost/asio.hpp> has no row"),
    ("lib/pp/base/ip.cpp", '#include "hex.hpp"\n', "not named from the root of the library"),
    ("lib/pp/wire/encode.cpp", '#include "pp/wire/none.hpp"\n', "pp/wire/none.hpp does not exist"),
    ("lib/pp/other/new.hpp", "#pragma once\n", "layer other is not built"),
    ("lib/pp/source/new.hpp", "#include <rapidjson/writer.h>\n", "RapidJSON is for .cpp files"),
    ("lib/pp/net/new.cpp", '#include "pp/proxyproto.h"\n', "is for other languages"),
    ("lib/pp/net/new.cpp", '#include "pp/packet/new.hpp"\n', "net may not use packet"),
    ("tools/new.cpp", "#include <rapidjson/writer.h>\n", "tools may not include <rapidjson/writer.h>"),
    ("lib/CMakeLists.txt", "pp_layer(base SOURCES hex.cpp USES wire)\n", "base may not use wire"),
    ("lib/CMakeLists.txt", "pp_layer(wire SOURCES encode.cpp)\n", "its USES in lib/CMakeLists.txt do not reach"),
    ("lib/CMakeLists.txt", "pp_layer(packet SOURCES a.cpp\n  USES base wire)\n", "packet may not use wire"),
    ("lib/CMakeLists.txt", "pp_layer(misc SOURCES a.cpp)\n", "layer misc is not in the graph"),
]


def plant(root, path, text):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for part in ("lib", "tools"):
            shutil.copytree(root / part, copy / part)
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a", encoding="utf-8") as file:
            file.write(text)
        return check(copy)[0]


def self_test(root):
    failures = [f"clean copy: {problem}" for problem in plant(root, "lib/CMakeLists.txt", "")]
    for path, text, expected in PLANTED:
        problems = plant(root, path, text)
        if not any(expected in problem for problem in problems):
            failures.append(f"{path} with {text!r}: expected '{expected}', got {problems}")
    return failures


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    if sys.argv[2:] == ["--self-test"]:
        problems, warnings = self_test(root), []
    else:
        problems, warnings = check(root)
    for warning in warnings:
        print(f"warning: {warning}")
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems, {len(warnings)} warnings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
