"""Looks for instructions that not every x86-64 has, outside of functions that are called after asking the CPU.

baseline.py FOLDER...    its archives; exit status 1 when there is one. Such a function has its instruction set in its name (sse42).
"""
import pathlib
import platform
import re
import subprocess
import sys

# Behind SSE2, by family; tzcnt is not among them: it is written where bsf gives the same.
NEWER = re.compile(
    r"v[a-z]+[0-9]*(?<!verr)(?<!verw)|crc32[bwlq]?|popcnt[wlq]?|lzcnt[wlq]?|movbe[wlq]?"  # AVX and later, SSE4.2, ABM
    r"|haddp[sd]|hsubp[sd]|addsubp[sd]|lddqu|movddup|movs[lh]dup"  # SSE3
    r"|pshufb|palignr|pabs[bwd]|ph(add|sub)(s?w|d)|pmaddubsw|pmulhrsw|psign[bwd]"  # SSSE3
    r"|p?blend(v?p[sd]|vb|w)|dpp[sd]|extractps|insertps|mpsadbw|packusdw|pcmp(eq|gt)q|pextr[bdq]|pinsr[bdq]"  # SSE4
    r"|pm(ax|in)(s[bd]|u[wd])|pmov[sz]x[bwd][wdq]|pmuldq|pmulld|ptest|round[sp][sd]|movntdqa|phminposuw|pcmp[ei]str[im]"
    r"|andn|bextr|bls(i|r|msk)|bzhi|mulx|pdep|pext|rorx|sarx|shlx|shrx|ad[co]x|aes[a-z]+|pclmul[a-z]*|sha(1|256)[a-z0-9]+|rd(rand|seed)")
FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s+[0-9a-f]+:\t(?:(?:rep[nz]*|lock|data16|bnd|notrack) )*([a-z0-9]+)")
ASKED = re.compile(r"sse42|avx")


def newer(listing):
    """(function, instruction) of a disassembly, and how many instructions there are."""
    function, seen, count = "", [], 0
    for line in listing.splitlines():
        named = FUNCTION.match(line)
        if named:
            function = named[1]
            continue
        instruction = INSTRUCTION.match(line)
        if instruction:
            count += 1
            if NEWER.fullmatch(instruction[1]):
                seen.append((function, instruction[1]))
    return seen, count


def main():
    if platform.machine() != "x86_64":
        print("baseline: no x86-64")
        return 0
    archives = [path for folder in sys.argv[1:] for path in sorted(pathlib.Path(folder).rglob("*.a"))]
    total, asked, wrong = 0, 0, []
    for archive in archives:
        listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", archive], stdout=subprocess.PIPE, text=True, check=True).stdout
        seen, count = newer(listing)
        total += count
        asked += sum(ASKED.search(function) is not None for function, _ in seen)
        wrong += [f"{archive.name}: {function}: {name}" for function, name in seen if not ASKED.search(function)]
    for line in sorted(set(wrong)):
        print(line)
    # The checksum's own function is the proof that the search finds something.
    print(f"baseline: {total} instructions in {len(archives)} archives, {asked} newer ones where the CPU is asked, {len(wrong)} elsewhere")
    return 1 if wrong or asked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
