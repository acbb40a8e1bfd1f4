"""The library in another project's tree: it configures where no package can be found, builds no tool, and works.

embed_test.py ROOT BUILD CXX
"""
import pathlib
import re
import shutil
import subprocess
import sys


def run(*words):
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit("%s\nexit status %d\n%s" % (" ".join(map(str, words)), done.returncode, done.stdout))
    return done.stdout


def main(root, build, compiler):
    shutil.rmtree(build, ignore_errors=True)
    found = re.compile(r"\b(?:find_package|find_program)\s*\(\s*(\w+)")
    files = [root / "CMakeLists.txt", *root.glob("lib/**/CMakeLists.txt"), *root.glob("tools/**/CMakeLists.txt"), *root.glob("cmake/*.cmake")]
    packages = sorted({name for file in files for name in found.findall(file.read_text(encoding="utf-8"))})
    if not {"fmt", "CLI11", "ZLIB", "PkgConfig"} <= set(packages):
        sys.exit("the packages that the tools need are not seen: %s" % packages)
    run("cmake", "-S", root / "tests/project/embed", "-B", build, "-DPROXYPROTO=%s" % root, "-DCMAKE_CXX_COMPILER=%s" % compiler,
        *["-DCMAKE_DISABLE_FIND_PACKAGE_%s=ON" % name for name in packages])
    run("cmake", "--build", build, "--parallel", "2")
    out = run(*build.rglob("consumer"))
    if not out.startswith("192.0.2.10:56324 > 198.51.100.20:443, 47 bytes\n"):
        sys.exit("the program says: %r" % out)
    for tool in ("ppinspect", "ppgen"):
        if list(build.rglob(tool)):
            sys.exit("%s was built" % tool)
    for file in build.glob("CPack*"):
        sys.exit("%s: the packages of this project are not the embedding project's" % file.name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3])
