"""Faults planted on purpose, one at a time, to show that the fuzz targets find them: scripts/assure canaries [--seconds N] [N...]

The tree is copied, row N is applied to the copy (what -DPP_CANARY=N would select in code that must not hold such things), the
named target is built and run from the committed seeds. It has 60 seconds of a processor, however many others share it. Exit status 1 when one goes unnoticed.
With --check, only whether each row still fits its file, which ctest runs: a canary must not die of old age."""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# (number, target, file, what stands there once, what is planted, the fault in words)
CANARIES = [
    (1, "fuzz_tlv", "lib/pp/wire/tlv.hpp", "if (length > left - tlv_head_bytes) {", "if (length > left - tlv_head_bytes + 1) {",
     "a TLV may end one byte after the header"),
    (2, "fuzz_tlv", "lib/pp/wire/crc32c.hpp", "update(state, zeros);", "update(state, header.subspan(crc_offset, 4));",
     "the checksum's own bytes are not taken for zero"),
    (3, "fuzz_parse", "lib/pp/wire/v2.hpp", "const bool usable = h.version_command == 0x21 &&", "const bool usable = h.version_command >> 4 == 2 &&",
     "LOCAL's addresses are used"),
    (4, "fuzz_parse", "lib/pp/wire/v2.hpp", "if (in[13] >> 4 > 3) return", "if (in[13] >> 4 > 4) return", "family 4 is let in"),
    (5, "fuzz_parse", "lib/pp/wire/header.hpp", "v1_max_bytes = 107;", "v1_max_bytes = 108;", "a v1 line of 108 bytes"),
    (6, "fuzz_parse", "lib/pp/wire/v1_scanner.hpp", "read_decimal(text, 65535)", "read_decimal(text, 65536)", "port 65536"),
    (7, "fuzz_address", "lib/pp/base/ip_text.hpp", "if (value == 0) return", "if (value == 0 && used > 1) return", "one leading zero"),
    (8, "fuzz_address", "lib/pp/base/ip_text.hpp", "        if (limit == 7) {", "        if (limit == 7 && count > 6) {", "\"::\" twice"),
    (9, "fuzz_parse", "lib/pp/wire/v2.hpp", "need(r, in, total - in.size());", "need(r, in, total - in.size() + 1);",
     "need_more asks for a byte too many"),
    (10, "fuzz_render", "lib/pp/base/utf8.hpp", "(c >= 0x7f && c <= 0x9f)) return true;", "(c >= 0x7f && c <= 0x9a)) return true;",
     "C1's CSI reaches the terminal"),
    (11, "fuzz_render", "lib/pp/base/utf8.hpp", " || (value >= 0xd800 && value <= 0xdfff)) return {};", ") return {};", "surrogates pass for UTF-8"),
    (12, "fuzz_heads", "lib/pp/packet/head_buffer.cpp", "      at = pieces_[i].end();\n",
     "      for (std::uint32_t k = at; k < std::min(end, pieces_[i].end()); ++k) pieces_[i].bytes[k - pieces_[i].offset] = bytes[k - offset];\n"
     "      at = pieces_[i].end();\n", "of overlapping segments the later one wins"),
    (13, "fuzz_heads", "lib/pp/packet/head_assembler.cpp", "auto offset = static_cast<std::int32_t>(arrival.seq - d.start);",
     "auto offset = arrival.seq < d.start ? -static_cast<std::int32_t>((d.start - arrival.seq) & 0x7fffffff) : static_cast<std::int32_t>(arrival.seq - d.start);",
     "sequence numbers do not wrap"),
    (14, "fuzz_capture", "lib/pp/packet/capture.cpp", "if (captured > max_captured) return fail_record(captured);", "",
     "a record's length has no limit"),
    (15, "fuzz_listener", "lib/pp/net/socket_reader.cpp", "r.status_ == ReadStatus::done ? r.parsed_.verdict.size - r.consumed_ : seen;",
     "r.status_ == ReadStatus::done ? std::min<std::size_t>(seen, r.parsed_.verdict.size - r.consumed_ + 1) : seen;",
     "a byte of the payload is taken with the header"),
    (16, "fuzz_text", "lib/pp/source/lines.cpp", "    out.error = std::move(what);\n", "    out.error = *new std::string(std::move(what));\n",
     "memory leaks for each unreadable line"),
    (17, "fuzz_tlv", "lib/pp/wire/tlv.hpp", "at_ += tlv_head_bytes + length;", "at_ += length == 0 && out.type == 4 ? 0 : tlv_head_bytes + length;",
     "an empty NOOP is walked for ever"),
    (18, "fuzz_text", "lib/pp/source/text_dump.cpp", "if (given > max_dumped) {", "if (given > max_dumped * 1024) {", "a dump's repeats fill the memory"),
    (19, "fuzz_draft", "lib/pp/wire/draft.cpp", "put16(out, tlv.length.value_or(static_cast<std::uint16_t>(tlv.value.size())));",
     "put16(out, tlv.length.value_or(__builtin_bswap16(static_cast<std::uint16_t>(tlv.value.size()))));", "a TLV's length goes out little endian"),
    (20, "fuzz_decode", "lib/pp/packet/decode.hpp", "const std::size_t end = captured < ip_at + total ? captured : ip_at + total;",
     "const std::size_t end = captured;", "Ethernet's padding counts as payload"),
]


def unfit():
    """Rows whose text does not stand in its file exactly once."""
    out = []
    for number, _, file, text, _, what in CANARIES:
        count = (ROOT / file).read_text().count(text) if (ROOT / file).is_file() else 0
        if count != 1:
            out.append("canary %d (%s): its text stands %d times in %s" % (number, what, count, file))
    return out


def run(*command, **more):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **more)


class Tree:
    """A copy of the sources in which one file at a time is wrong; one build directory for all, so that little is built twice."""

    def __init__(self, folder):
        self.folder = folder
        # A file that is as it was in another copy of the tree is compiled once.
        os.environ.update(CCACHE_BASEDIR=str(folder), CCACHE_NOHASHDIR="1")
        files = subprocess.run(["git", "ls-files", "-z", "lib", "fuzz", "tests", "cmake", "corpus", "tools", "CMakeLists.txt", "CMakePresets.json"],
                               cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\0")
        for name in filter(None, files):
            source, target = ROOT / name, folder / name
            if not source.is_file() or (target.is_file() and target.read_bytes() == source.read_bytes()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        done = run("cmake", "--preset", "fuzz", cwd=folder)
        if done.returncode != 0:
            sys.exit(done.stdout)

    def build(self, target):
        done = run("cmake", "--build", self.folder / "build/fuzz", "-j", str(os.cpu_count()), "--target", target, cwd=self.folder)
        if done.returncode != 0:
            sys.exit("%s does not build:\n%s" % (target, done.stdout[-3000:]))
        return self.folder / "build/fuzz/bin" / target

    def longest(self, target):
        rows = [line.split() for line in (self.folder / "build/fuzz/fuzz/targets").read_text().splitlines()]
        return next((seeds, size) for name, seeds, size in rows if name == target)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hunt(tree, target, seconds):
    """(seconds until something was found or None, what)."""
    program = tree.build(target)
    seeds, size = tree.longest(target)
    with tempfile.TemporaryDirectory() as work:
        for folder in ("grown", "found"):
            (pathlib.Path(work) / folder).mkdir()
        before = cpu_seconds()
        done = run(program, "-dict=" + str(ROOT / "fuzz/pp.dict"), "-max_len=" + size, "-timeout=5", "-rss_limit_mb=1024", "-seed=1",
                   "-max_total_time=%d" % (seconds * 20), "-artifact_prefix=%s/found/" % work, work + "/grown", tree.folder / "corpus" / seeds,
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5)))
        took = cpu_seconds() - before
        found = any((pathlib.Path(work) / "found").iterdir())
    said = [line for line in done.stdout.splitlines() if "law broken" in line or "ERROR: " in line or "runtime error" in line]
    return (took if found else None), (said[0].strip()[:90] if said else "")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--dir", type=pathlib.Path, default=ROOT / "build/canaries")
    arguments.add_argument("number", nargs="*", type=int)
    options = arguments.parse_args()
    wrong = unfit()
    if wrong or options.check:
        print("\n".join(wrong) or "%d canaries fit their files" % len(CANARIES))
        sys.exit(1 if wrong else 0)
    tree = Tree(options.dir.resolve())
    unnoticed = 0
    for number, target, file, text, planted, what in CANARIES:
        if options.number and number not in options.number:
            continue
        path = tree.folder / file
        good = path.read_text()
        path.write_text(good.replace(text, planted))
        try:
            took, said = hunt(tree, target, options.seconds)
        finally:
            path.write_text(good)
        unnoticed += took is None
        print("%2d  %-15s %-8s %-50s %s" % (number, target, "MISSED" if took is None else "%.1f s" % took, what, said), flush=True)
    print("%d went unnoticed" % unnoticed)
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
