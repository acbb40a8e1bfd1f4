"""What an installation and the Debian packages hold, checked in a build as it is; installing the packages is scripts/package --check.

package_test.py BUILD-DIRECTORY
"""
import gzip
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ["ppinspect", "ppgen"]

# Beside the documents, the layers' headers and libraries, and the CMake package.
COMMON = {"bin/{tool}", "share/bash-completion/completions/{tool}", "share/fish/vendor_completions.d/{tool}.fish"}
PLAIN = COMMON | {"share/man/man1/{tool}.1", "share/zsh/site-functions/_{tool}"}
DEBIAN = COMMON | {"share/man/man1/{tool}.1.gz", "share/zsh/vendor-completions/_{tool}"}


def for_tools(names):
    return {name.format(tool=tool) for name in names for tool in TOOLS}


def documents():
    return {"README.md", "CONTRIBUTING.md"} | {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").iterdir()}


def library():
    """Headers and the rest by their names, wherever the library folder is."""
    layers = re.search(r"PP_INSTALLED_LAYERS ([a-z ]+)\)", (ROOT / "cmake/layers.cmake").read_text(encoding="utf-8")).group(1).split()
    headers = {path.relative_to(ROOT / "lib").as_posix() for layer in layers for path in (ROOT / "lib/pp" / layer).glob("*.hpp")}
    version = re.search(r"VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8").split("project(")[1]).group(1)
    shared = {"libproxyproto.so", f"libproxyproto.so.{version.split('.')[0]}", f"libproxyproto.so.{version}"}
    return headers | {"pp/proxyproto.h"}, shared | {f"libproxyproto_{layer}.a" for layer in layers} | {"proxyproto.pc", "proxyproto-config.cmake", "proxyproto-config-version.cmake",
                                                                          "proxyproto-targets.cmake", "proxyproto-targets-*.cmake"}


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.folder = pathlib.Path(cls.holder.name)

    def check_library(self, found):
        headers, others = library()
        self.assertEqual({f.split("include/", 1)[1] for f in found if "include/" in f}, headers)
        others_found = {re.sub(r"targets-\w+\.cmake", "targets-*.cmake", f.rsplit("/", 1)[1]) for f in found if f.split("/")[0].startswith("lib")}
        self.assertEqual(others_found, others)

    def test_installation(self):
        prefix = self.folder / "plain"
        run("cmake", "--install", str(BUILD), "--prefix", str(prefix), "--strip")
        found = files(prefix)
        self.check_library(found)
        rest = {f for f in found if f.split("/")[0] in ("bin", "share")}
        documented = {"share/doc/proxyproto/" + name for name in documents() | {"CHANGELOG.md", "LICENSE"}}
        self.assertEqual(rest, for_tools(PLAIN) | documented)
        for name in ("README.md", "LICENSE"):
            self.assertEqual((prefix / "share/doc/proxyproto" / name).read_bytes(), (ROOT / name).read_bytes())
        self.assertTrue((prefix / "share/man/man1/ppgen.1").read_text(encoding="utf-8").startswith('.\\"'))

    @unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps"), "no dpkg here")
    def test_debian_packages(self):
        out = self.folder / "packages"
        run("cpack", "--config", str(BUILD / "CPackConfig.cmake"), "-B", str(out), cwd=self.folder)
        packages = sorted(out.glob("*.deb"))
        self.assertEqual([p.name.split("_")[0] for p in packages], ["libproxyproto-dev", "proxyproto-tools"])
        for package in packages:
            name = package.name.split("_")[0]
            tree = self.folder / name
            run("dpkg-deb", "-x", str(package), str(tree))
            found = {f.removeprefix("usr/") for f in files(tree)}
            own = {f"share/doc/{name}/copyright", f"share/doc/{name}/changelog.gz", f"share/doc/{name}/changelog.Debian.gz"}
            self.assertLessEqual(own, found)
            with gzip.open(tree / "usr" / f"share/doc/{name}/changelog.gz", "rt", encoding="utf-8") as text:
                self.assertEqual(text.read(), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
            fields = {f: run("dpkg-deb", "-f", str(package), f).strip() for f in ("Version", "Maintainer", "Depends", "Description")}
            version = re.search(r"project\(proxyproto VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
            self.assertEqual(fields["Version"], version + "-1")
            entry = run("dpkg-parsechangelog", "-l", str(tree / "usr" / f"share/doc/{name}/changelog.Debian.gz"))
            for field in (f"Version: {fields['Version']}", f"Maintainer: {fields['Maintainer']}", "Source: proxyproto", "Urgency: medium"):
                self.assertIn(field + "\n", entry)
            self.assertRegex(fields["Maintainer"], r"^\S.* <\S+@\S+>$")
            summary, *text = fields["Description"].splitlines()
            self.assertLess(len(summary), 80)
            self.assertGreater(len(text), 3)
            listing = run("dpkg-deb", "-c", str(package))
            self.assertEqual({line.split()[1] for line in listing.splitlines()}, {"root/root"})
            self.assertEqual({line.split()[0] for line in listing.splitlines()}, {"drwxr-xr-x", "-rw-r--r--"} | ({"-rwxr-xr-x"} if name == "proxyproto-tools" else {"lrwxrwxrwx"}))
            if name == "proxyproto-tools":
                self.assertEqual(found - own, for_tools(DEBIAN) | {f"share/doc/{name}/{d}" for d in documents()})
                # Static tools need nothing; scripts/package --check looks at those that are released.
                shared = "PP_STATIC:BOOL=ON" not in (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
                self.assertEqual(bool(fields["Depends"]), shared)
                for needed in ("libc6", "libpcap0.8", "libstdc++6", "libzstd1", "zlib1g") if shared else ():
                    self.assertRegex(fields["Depends"], rf"(^|, ){re.escape(needed)} \(>=")
            else:
                self.assertEqual({f for f in found - own if f.startswith("share/")}, set())
                self.check_library(found)
                # Those of the shared library: the C++ runtime and nothing else.
                self.assertEqual({word.split()[0] for word in fields["Depends"].split(", ")}, {"libc6", "libgcc-s1", "libstdc++6"})


if __name__ == "__main__":
    unittest.main()
