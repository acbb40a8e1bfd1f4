"""Checks scripts/packages against what the CMake files look for, and against apt on Debian 12.

packages_test.py ROOT   exit status 1 when something is not listed, listed twice, or unknown to apt
"""
import pathlib
import re
import shutil
import subprocess
import sys

GROUPS = ["build", "test", "peers", "fuzz", "bench", "cross", "package", "lint"]
FINDERS = re.compile(r"\b(find_package|pkg_check_modules|pkg_search_module|find_program)\s*\(([^)]*)\)")
WORDS = {"REQUIRED", "QUIET", "IMPORTED_TARGET", "NO_CMAKE_PATH", "NO_CMAKE_ENVIRONMENT_PATH", "GLOBAL", "STATIC_TARGET"}


def read_list(root, problems):
    rows = []
    for number, line in enumerate((root / "scripts/packages").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split(None, 3)
        where = f"scripts/packages:{number}"
        if len(fields) < 4:
            problems.append(f"{where}: a line is: group package gives what-for")
            continue
        group, package, gives, _ = fields
        if group not in GROUPS:
            problems.append(f"{where}: group {group} is none of {' '.join(GROUPS)}")
        if package in [row[0] for row in rows]:
            problems.append(f"{where}: {package} is listed twice")
        rows.append((package, [] if gives == "-" else gives.split(",")))
    return rows


def looked_up(root):
    """(file, name) for each name that a CMake file finds."""
    names = []
    folders = [root] + [root / part for part in ("cmake", "lib", "tools", "tests", "fuzz", "bench")]
    files = [path for folder in folders for path in sorted([*folder.glob("CMakeLists.txt"), *folder.glob("*.cmake")])]
    for path in files:
        text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        for command, arguments in FINDERS.findall(text):
            words = arguments.split()
            if command == "find_package":
                found = words[:1]
            elif command == "find_program":
                found = words[2:] if words[1] == "NAMES" else words[1:2]
            else:
                found = [re.split("[<>=]", word)[0] for word in words[1:] if word not in WORDS]
            names += [(path.relative_to(root).as_posix(), name) for name in found]
    return names


def debian_12():
    release = pathlib.Path("/etc/os-release")
    return release.is_file() and 'VERSION_CODENAME=bookworm' in release.read_text(encoding="utf-8")


def unknown_to_apt(packages):
    """Packages without an installable version; None where apt cannot say."""
    if not debian_12() or not shutil.which("apt-cache"):
        return None
    run = subprocess.run(["apt-cache", "policy", "--", *packages], capture_output=True, text=True, check=True,
                         env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    candidates = dict(re.findall(r"^(\S+):\n  Installed: .*\n  Candidate: (.*)$", run.stdout, re.MULTILINE))
    versions = {package: candidates.get(package, "(none)") for package in packages}
    # Lists are only there after apt-get update; without them apt knows what is installed and nothing else.
    index = subprocess.run(["apt-cache", "policy", "--", "hello"], capture_output=True, text=True, check=True,
                           env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if "Candidate: (none)" in index.stdout or "Candidate:" not in index.stdout:
        return None
    return [package for package, version in versions.items() if version == "(none)"]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    rows = read_list(root, problems)
    listed = {name for _, gives in rows for name in gives}
    names = looked_up(root)
    for file, name in names:
        # newest-clang.cmake tries a row of versions; the list names one of them.
        if name == "clang++-${version}":
            found = any(re.fullmatch(r"clang-\d+", package) for package, _ in rows)
        else:
            found = name in listed
        if not found:
            problems.append(f"{file}: {name} is given by no package of scripts/packages")
    if not names:
        problems.append("no find_package found in the CMake files")
    unknown = unknown_to_apt([package for package, _ in rows])
    for package in unknown or []:
        problems.append(f"scripts/packages: apt has no {package}")
    for problem in problems:
        print(problem)
    apt = "not asked: no package lists of Debian 12 here" if unknown is None else "asked"
    print(f"{len(rows)} packages, {len(names)} names looked up, apt {apt}; {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
