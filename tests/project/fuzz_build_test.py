"""Runs fuzz/build.sh as OSS-Fuzz and ClusterFuzzLite do, and checks what it leaves as they do: binaries that run, instrumented,
with nothing but base libraries; seeds, dictionary and options of the right names.

fuzz_build_test.py ROOT WORK [SANITIZER [TARGET...]]    exit status 77 where no clang with a fuzzer runtime is"""
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import zipfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
WORK = pathlib.Path(sys.argv[2]).resolve()
SANITIZER = sys.argv[3] if len(sys.argv) > 3 else "address"
TARGETS = sys.argv[4:]

# As in the base images, sanitizer by sanitizer; memory wants a libc++ of its own, which PP_MSAN_LIBCXX names.
COMMON = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
FLAGS = {
    "address": "-fsanitize=address -fsanitize-address-use-after-scope",
    "undefined": "-fsanitize=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,"
                 "shift,signed-integer-overflow,unsigned-integer-overflow,unreachable,vla-bound,vptr "
                 "-fno-sanitize-recover=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,"
                 "returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr",
    "memory": "-fsanitize=memory -fsanitize-memory-track-origins",
}
BASE_LIBRARIES = re.compile(r"linux-vdso|libc\.so|libm\.so|libstdc\+\+\.so|libgcc_s\.so|libpthread|librt\.so|libdl\.so|libresolv\.so|ld-linux")
# OSS-Fuzz's thresholds, per target: at least as many calls of its own sanitizer, at most as many of another.
OWN_CALLS = {"address": ("__asan_", 1000), "undefined": ("__ubsan_", 169), "memory": ("__msan_", 1000)}


def clang():
    """(compiler, version): the newest with a fuzzer runtime."""
    for version in range(25, 13, -1):
        path = shutil.which("clang++-%d" % version)
        if path:
            folder = subprocess.run([path, "-print-resource-dir"], capture_output=True, text=True, check=True).stdout.strip()
            if glob.glob(folder + "/lib/*/libclang_rt.fuzzer*.a"):
                return path, version
    return None, None


def run(*command, **more):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=3600, **more)


class Build(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        cls.out, cls.src, cls.work = WORK / "out", WORK / "src", WORK / "work"
        for folder in (cls.out, cls.src, cls.work):
            folder.mkdir(parents=True)
        flags = COMMON + " " + FLAGS[SANITIZER] + " -fsanitize=fuzzer-no-link"
        engine, more = "-fsanitize=fuzzer", {}
        if SANITIZER == "memory":
            libcxx = os.environ["PP_MSAN_LIBCXX"]
            flags += " -stdlib=libc++ -nostdinc++ -isystem %s/include/c++/v1" % libcxx
            # As where it is installed, -lc++ brings what it needs. Debian's fuzzer runtime wants libstdc++ besides.
            lib = WORK / "lib"
            lib.mkdir()
            (lib / "libc++.so").write_text("INPUT(%s/lib/libc++.a %s/lib/libc++abi.a -lpthread -ldl)\n" % (libcxx, libcxx))
            more["LDFLAGS"] = "-L%s" % lib
            engine += " -Wl,-lstdc++"  # not -lstdc++, which means -lc++ here
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "OUT": str(cls.out), "SRC": str(cls.src),
                       "WORK": str(cls.work), "CC": CLANG.replace("clang++", "clang"), "CXX": CLANG, "CFLAGS": flags, "CXXFLAGS": flags,
                       "LIB_FUZZING_ENGINE": engine, "SANITIZER": SANITIZER, "ARCHITECTURE": "x86_64", "FUZZING_ENGINE": "libfuzzer",
                       "CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1", "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count()), **more}
        (cls.src / "proxyproto").symlink_to(ROOT)
        # By the project's own build.sh, but for a choice of targets.
        script = ROOT / ("fuzz/build.sh" if TARGETS else ".clusterfuzzlite/build.sh")
        done = run("bash", "-eu", script, *TARGETS, env=environment)
        if done.returncode != 0:
            raise AssertionError(done.stdout[-5000:])
        listed = [line.split() for line in (cls.work / "build/fuzz/targets").read_text().splitlines()]
        cls.targets = [row for row in listed if not TARGETS or row[0] in TARGETS]

    def each(self):
        for name, seeds, longest in self.targets:
            with self.subTest(name):
                yield name, seeds, longest

    def execute(self, name, *arguments):
        done = run(self.out / name, *arguments, cwd=WORK)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        return done.stdout

    def test_what_is_there(self):
        names = {name for name, _, _ in self.targets}
        sources = {path.stem for path in (ROOT / "fuzz").glob("fuzz_*.cpp")}
        self.assertEqual(names, set(TARGETS) or sources)
        for path in self.out.iterdir():
            stem = path.name
            for suffix in ("_seed_corpus.zip", ".dict", ".options"):
                stem = stem[:-len(suffix)] if stem.endswith(suffix) else stem
            self.assertIn(stem, names, "a file of no target: " + path.name)
        for name, _, longest in self.each():
            self.assertRegex(name, r"^[a-zA-Z0-9_-]+$")
            self.assertEqual((self.out / name).read_bytes()[:4], b"\x7fELF")
            self.assertIn("max_len = " + longest, (self.out / (name + ".options")).read_text())

    def test_runs(self):
        for name, _, _ in self.each():
            self.assertIn("Done 4 runs", self.execute(name, "-seed=1337", "-runs=4"))

    def test_coverage_instrumented(self):
        for name, _, _ in self.each():
            found = re.search(r"(\d+) inline 8-bit counters", self.execute(name, "-runs=0"))
            self.assertGreaterEqual(int(found.group(1)) if found else 0, 100)

    def test_dictionary(self):
        for name, _, _ in self.each():
            self.assertRegex(self.execute(name, "-runs=0", "-dict=%s.dict" % (self.out / name)), r"Dictionary: [3-9][0-9] entries")

    def test_seeds_run_clean(self):
        for name, seeds, _ in self.each():
            folder = WORK / "seeds" / name
            with zipfile.ZipFile(self.out / (name + "_seed_corpus.zip")) as archive:
                self.assertIsNone(archive.testzip())
                count = len(archive.namelist())
                self.assertTrue(any(n.startswith(seeds + "/") for n in archive.namelist()))
                archive.extractall(folder)
            self.assertGreater(count, 10)
            self.execute(name, "-runs=0", folder)

    def test_libraries(self):
        for name, _, _ in self.each():
            for line in run("ldd", self.out / name).stdout.splitlines():
                self.assertRegex(line, BASE_LIBRARIES)

    @unittest.skipUnless(shutil.which("objdump"), "no objdump")
    def test_sanitizer_calls(self):
        for name, _, _ in self.each():
            text = run("objdump", "-d", "--no-show-raw-insn", self.out / name).stdout
            own, least = OWN_CALLS[SANITIZER]
            calls = {prefix: len(re.findall(r"\bcallq?\s.*<%s" % prefix, text)) for prefix, _ in OWN_CALLS.values()}
            self.assertGreaterEqual(calls[own], least)
            if SANITIZER == "address":
                self.assertLess(calls["__ubsan_"], 200)


if __name__ == "__main__":
    CLANG, VERSION = clang()
    if CLANG is None:
        print("no clang with a fuzzer runtime: scripts/install fuzz")
        sys.exit(77)
    if not shutil.which("zip"):
        print("no zip: scripts/install fuzz")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0]])
