"""Runs scripts/install, scripts/test and scripts/demo in a world of fakes: no package is installed, no root is needed.

scripts_test.py ROOT
"""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()

# Each fake writes what it was asked to $WORLD/log. apt-get also writes what the policy answers while it installs.
FAKES = {
    "id": 'echo "${FAKE_UID:-0}"',
    "dpkg-query": 'cat "$WORLD/installed"',
    "update-rc.d": 'echo "update-rc.d $*" >>"$WORLD/log"',
    "sudo": 'echo "sudo $1" >>"$WORLD/log"; if [ "$1" = -n ]; then shift; fi; exec "$@"',
    "apt-get": """
case " $* " in
  *" update "*) echo update >>"$WORLD/log"; exit "${FAKE_UPDATE:-0}" ;;
esac
"$PP_INSTALL_ROOT/usr/sbin/policy-rc.d" haproxy start
echo "policy $? frontend $DEBIAN_FRONTEND" >>"$WORLD/log"
echo "apt $*" >>"$WORLD/log"
if [ -n "${FAKE_KILL:-}" ]; then kill -s "$FAKE_KILL" "$PPID"; fi
exit "${FAKE_INSTALL:-0}"
""",
}
PEERS = ["fish", "groff-base", "man-db", "zsh", "haproxy", "nginx", "libnginx-mod-stream", "apache2-bin", "lighttpd", "varnish", "curl", "openssl", "tshark", "tcpreplay", "tcpdump"]


class World:
    def __init__(self, folder, installed=()):
        self.folder = pathlib.Path(folder)
        self.policy = self.folder / "root/usr/sbin/policy-rc.d"
        self.policy.parent.mkdir(parents=True)
        (self.folder / "root/etc/init.d").mkdir(parents=True)
        for service in ("haproxy", "nginx", "varnish", "varnishncsa"):
            (self.folder / "root/etc/init.d" / service).touch()
        (self.folder / "installed").write_text("".join(f"installed {name}\n" for name in installed))
        (self.folder / "log").touch()
        (self.folder / "bin").mkdir()
        for name, body in FAKES.items():
            self.fake(name, body)

    def fake(self, name, body):
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, *words, script="install", stdin=subprocess.DEVNULL, **environment):
        environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "WORLD": str(self.folder), "LC_ALL": "C",
                       "PP_INSTALL_ROOT": str(self.folder / "root"), **environment}
        return subprocess.run([str(ROOT / "scripts" / script), *words], stdin=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)

    def run_on_terminal(self, *words, answer=""):
        ours, theirs = pty.openpty()
        try:
            os.write(ours, f"{answer}\n".encode())
            return self.run(*words, stdin=theirs)
        finally:
            os.close(ours)
            os.close(theirs)

    def log(self):
        return (self.folder / "log").read_text().splitlines()

    def policy_files(self):
        return sorted(path.name for path in self.policy.parent.iterdir())


class InstallTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.world = World(folder.name, installed=[name for name in PEERS if name != "haproxy"])

    def assert_installed(self, run, packages):
        self.assertEqual(run.returncode, 0, run.stdout)
        apt = [line for line in self.world.log() if line.startswith("apt ")]
        self.assertEqual(len(apt), 1)
        self.assertTrue(apt[0].endswith(f" install -- {packages}"), apt[0])
        for option in ("-y", "--no-install-recommends", "--no-remove"):
            self.assertIn(f" {option} ", apt[0])
        self.assertIn("policy 101 frontend noninteractive", self.world.log())

    def test_without_a_terminal_it_says_what_is_missing_and_goes_on(self):
        run = self.world.run("peers")
        self.assert_installed(run, "haproxy")
        self.assertIn("missing packages: haproxy\n", run.stdout)
        self.assertNotIn("?", run.stdout)
        self.assertEqual(self.world.policy_files(), [])

    def test_a_new_service_does_not_start_at_boot_and_others_are_left_alone(self):
        self.world.run("peers")
        self.assertEqual([line for line in self.world.log() if line.startswith("update-rc.d")],
                         ["update-rc.d haproxy disable"])

    def test_every_service_of_a_package_is_kept_from_boot(self):
        (self.world.folder / "installed").write_text("".join(f"installed {name}\n" for name in PEERS if name != "varnish"))
        self.assert_installed(self.world.run("peers"), "varnish")
        self.assertEqual([line for line in self.world.log() if line.startswith("update-rc.d")],
                         ["update-rc.d varnish disable", "update-rc.d varnishncsa disable"])

    def test_with_nothing_missing_it_asks_for_nothing(self):
        (self.world.folder / "installed").write_text("".join(f"installed {name}\n" for name in PEERS))
        run = self.world.run("peers")
        self.assertEqual((run.returncode, run.stdout), (0, "install: every package of peers is here\n"))
        self.assertEqual(self.world.log(), [])

    def test_a_removed_package_with_its_configuration_left_is_missing(self):
        (self.world.folder / "installed").write_text("".join(f"config-files {name}\n" for name in PEERS))
        self.assert_installed(self.world.run("peers"), " ".join(PEERS))

    def test_no_install(self):
        run = self.world.run("--no-install", "peers")
        self.assertEqual(run.returncode, 0)
        self.assertIn("missing packages: haproxy\n", run.stdout)
        self.assertEqual(self.world.log(), [])

    def test_on_a_terminal_it_asks(self):
        run = self.world.run_on_terminal("peers", answer="n")
        self.assertEqual(run.returncode, 1)
        self.assertEqual(self.world.log(), [])
        self.assert_installed(self.world.run_on_terminal("peers", answer="y"), "haproxy")

    def test_yes_does_not_ask(self):
        run = self.world.run_on_terminal("--yes", "peers", answer="n")
        self.assert_installed(run, "haproxy")

    def test_an_existing_policy_comes_back(self):
        self.world.policy.write_text("#!/bin/sh\nexit 0\n")
        self.world.policy.chmod(0o750)
        self.assert_installed(self.world.run("peers"), "haproxy")
        self.assertEqual(self.world.policy.read_text(), "#!/bin/sh\nexit 0\n")
        self.assertEqual(self.world.policy.stat().st_mode & 0o777, 0o750)
        self.assertEqual(self.world.policy_files(), ["policy-rc.d"])

    def test_an_existing_link_comes_back(self):
        self.world.policy.symlink_to("elsewhere")
        self.assert_installed(self.world.run("peers"), "haproxy")
        self.assertEqual(os.readlink(self.world.policy), "elsewhere")

    def test_a_failed_install_leaves_no_policy_and_no_service(self):
        run = self.world.run("peers", FAKE_INSTALL="100")
        self.assertEqual(run.returncode, 100, run.stdout)
        self.assertEqual(self.world.policy_files(), [])
        self.assertIn("update-rc.d haproxy disable", self.world.log())

    def test_a_signal_leaves_no_policy(self):
        for signal, status in (("TERM", 143), ("HUP", 143), ("INT", 130)):
            self.world.policy.write_text("#!/bin/sh\nexit 0\n")
            run = self.world.run("peers", FAKE_KILL=signal)
            self.assertEqual(run.returncode, status, run.stdout)
            self.assertEqual(self.world.policy.read_text(), "#!/bin/sh\nexit 0\n")
            self.assertEqual(self.world.policy_files(), ["policy-rc.d"])

    def test_what_a_killed_run_left_is_put_right(self):
        self.world.policy.write_text("#!/bin/sh\nexit 0\n")
        self.world.run("peers", FAKE_KILL="KILL")
        self.assertEqual(self.world.policy_files(), ["policy-rc.d", "policy-rc.d.before-proxyproto"])
        self.assertEqual(self.world.run("peers").returncode, 0)
        self.assertEqual(self.world.policy.read_text(), "#!/bin/sh\nexit 0\n")
        self.assertEqual(self.world.policy_files(), ["policy-rc.d"])

    def test_old_package_lists_are_better_than_none(self):
        self.assert_installed(self.world.run("peers", FAKE_UPDATE="100"), "haproxy")

    def test_a_user_goes_through_sudo_which_never_asks_without_a_terminal(self):
        self.assert_installed(self.world.run("peers", FAKE_UID="1000"), "haproxy")
        self.assertEqual(self.world.log()[0], "sudo -n")

    def test_a_user_without_sudo_is_told_the_command(self):
        (self.world.folder / "bin/sudo").unlink()
        run = self.world.run("peers", FAKE_UID="1000", PATH=self.path_without_sudo())
        self.assertEqual(run.returncode, 1)
        self.assertIn("apt-get install --no-install-recommends haproxy\n", run.stdout)
        self.assertEqual(self.world.log(), [])

    def path_without_sudo(self):
        for tool in ("bash", "dirname", "env", "cat"):
            (self.world.folder / "bin" / tool).symlink_to(f"/usr/bin/{tool}")
        return f"{self.world.folder}/bin"


class OptionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.world = World(folder.name)

    def test_help(self):
        for script in ("install", "test", "demo"):
            for word in ("-h", "--help"):
                run = self.world.run(word, script=script)
                self.assertEqual(run.returncode, 0)
                self.assertTrue(run.stdout.startswith("usage: "), run.stdout)

    def test_unknown_words(self):
        for script in ("install", "test", "demo"):
            for words in (["--bogus"], ["--yes", "more"], ["-y"]):
                run = self.world.run(*words, script=script)
                self.assertEqual(run.returncode, 2, run.stdout)
                self.assertIn("unknown option", run.stdout)
        self.assertEqual(self.world.run().returncode, 2)
        self.assertEqual(self.world.log(), [])

    def test_groups_and_commands(self):
        self.world.fake("cmake", 'echo "cmake $*" >>"$WORLD/log"')
        self.world.fake("ctest", 'echo "ctest $* PP_PEERS=$PP_PEERS" >>"$WORLD/log"')
        build, test = ("g++", "cmake"), ("libgtest-dev", "python3")
        for words, groups, peers in ((["--yes"], build + test + ("haproxy",), "1"), (["--no-peers"], build + test, "0")):
            (self.world.folder / "log").write_text("")
            run = self.world.run(*words, "--", "-R", "layers", script="test")
            self.assertEqual(run.returncode, 0, run.stdout)
            log = self.world.log()
            apt = next(line for line in log if line.startswith("apt ")).split()
            self.assertLessEqual(set(groups), set(apt))
            self.assertEqual("haproxy" in apt, peers == "1")
            self.assertEqual(log[-3:-1], ["cmake --preset dev", "cmake --build --preset dev"])
            self.assertTrue(log[-1].startswith("ctest --preset dev ") and log[-1].endswith(f" -R layers PP_PEERS={peers}"))

    def test_the_first_error_stops(self):
        self.world.fake("cmake", 'echo "cmake $*" >>"$WORLD/log"; exit 7')
        for script in ("test", "demo"):
            (self.world.folder / "log").write_text("")
            run = self.world.run("--no-install", script=script)
            self.assertEqual(run.returncode, 7)
            self.assertEqual(len(self.world.log()), 1)


class AssureTest(unittest.TestCase):
    """Parts end with a word, and the exit status is theirs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.world = World(folder.name)
        self.world.fake("python3", 'exit "${FAKE_PYTHON:-0}"')

    def run_part(self, *words, **environment):
        return self.world.run(*words, script="assure", PP_ASSURE_DIR=str(self.world.folder / "assure"), **environment)

    def test_pass_and_fail(self):
        for status, word, expected in (("0", "PASS", 0), ("1", "FAIL", 1)):
            run = self.run_part("canaries", FAKE_PYTHON=status)
            self.assertEqual(run.returncode, expected, run.stdout)
            self.assertRegex(run.stdout, rf"(?m)^assure: {word} canaries, [0-9]+ s$")

    def test_what_is_not_installed_is_skipped(self):
        for tool in ("bash", "dirname", "env", "mkdir", "nproc"):
            (self.world.folder / "bin" / tool).symlink_to(f"/usr/bin/{tool}")
        for part in ("valgrind", "afl"):
            run = self.run_part(part, PATH=f"{self.world.folder}/bin")
            self.assertEqual(run.returncode, 77, run.stdout)
            self.assertIn(f"assure: {part}: not installed: scripts/install fuzz\n", run.stdout)
            self.assertIn(f"assure: SKIP {part}, ", run.stdout)

    def test_usage(self):
        self.assertEqual(self.run_part("bogus").returncode, 2)
        self.assertEqual(self.run_part("--help").returncode, 0)


def is_shell(path):
    with path.open("rb") as file:
        return re.match(rb"#!.*\b(ba)?sh\b", file.read(64)) is not None


class ShellTest(unittest.TestCase):
    SCRIPTS = [path for folder in ("scripts", ".ci", "tests", "fuzz", "bench", "corpus")
               for path in sorted((ROOT / folder).rglob("*"))
               if path.is_file() and is_shell(path)]

    def test_every_script_stops_at_the_first_error(self):
        self.assertGreaterEqual({path.name for path in self.SCRIPTS}, {"demo", "install", "test", "run"})
        for path in self.SCRIPTS:
            self.assertRegex(path.read_text(encoding="utf-8"), r"(?m)^set -eu(o pipefail)?$", path)
            self.assertTrue(os.access(path, os.X_OK), path)

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        run = subprocess.run(["shellcheck", *self.SCRIPTS], stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(run.stdout, "")


if __name__ == "__main__":
    unittest.main()
