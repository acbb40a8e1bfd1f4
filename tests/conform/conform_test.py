"""ppgen conform against the receiver with switches: which ids fail is in switches.tsv, and how a run ends in every other case.

conform_test.py PPINSPECT PPGEN RECEIVER [--all]   --all: every switch, not a sample of them
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree

import ppgen

RECEIVER = os.path.abspath(sys.argv.pop(3))
ALL = "--all" in sys.argv
sys.argv = [word for word in sys.argv if word != "--all"]
FOLDER = pathlib.Path(__file__).resolve().parent
SAMPLE = ("strict", "port-range", "crc-unchecked", "second-believed", "v1-only", "told-nothing", "family-unchecked")
FAST = ("--quick", "--wait", "1s", "--idle", "1s")


def switches():
    """switch -> {id: verdict}, of everything that does not pass."""
    out = {}
    for line in (FOLDER / "switches.tsv").read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            switch, verdict, ids = line.split("\t")
            out.setdefault(switch, {}).update((name, verdict) for name in ids.split())
    return out


class Receiver:
    def __init__(self, *words):
        self.process = subprocess.Popen([RECEIVER, *words], stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.port = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def conform(port, *words, timeout=120):
    done = ppgen.run("conform", str(port), "-o", "json", *words, timeout=timeout)
    events = [json.loads(line) for line in done.out.decode("ascii").splitlines()]
    return done, events


def verdicts(events):
    return {e["id"]: e["verdict"] for e in events if e["event"] == "case" and e["verdict"] not in ("pass", "n/a")}


class Server:
    """One answer for every connection, in a thread."""

    def __init__(self, serve):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.serve = serve
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class Switches(unittest.TestCase):
    def test_each_switch_fails_exactly_its_cases(self):
        for switch, wanted in switches().items():
            if not ALL and switch not in SAMPLE:
                continue
            with self.subTest(switch), Receiver(*(() if switch == "strict" else switch.split())) as receiver:
                done, events = conform(receiver.port, *FAST)
                self.assertEqual(verdicts(events), wanted)
                self.assertEqual(done.code, 1 if "fail" in wanted.values() else 0, done.talk())
                self.assertEqual(events[-1]["event"], "end")

    def test_strict_breaks_nothing_in_any_case(self):
        """The slow cases too, with short times: they run beside each other."""
        with Receiver() as receiver:
            done, events = conform(receiver.port, "--wait", "1s", "--idle", "6s")
            self.assertEqual(done.code, 0, done.talk())
            self.assertEqual(verdicts(events), switches()["strict"])
            end = events[-1]
            self.assertEqual((end["pass"], end["fail"], end["warn"]), (268, 0, 3))
            self.assertTrue(next(e for e in events if e["event"] == "observes")["crc32c"])

    def test_load_and_chance_change_no_verdict(self):
        for words in (("drops=5",), ("slow=100",)) if ALL else (("drops=5",),):
            with self.subTest(words), Receiver(*words) as receiver:
                _, events = conform(receiver.port, *FAST)
                self.assertEqual(verdicts(events), switches()["strict"])

    def test_a_crash_is_named_although_it_is_restarted_at_once(self):
        for case in ("v1/separator/none", "v2/transport/3"):
            with self.subTest(case), Receiver("restart", "dies-on=" + case) as receiver:
                done, events = conform(receiver.port, *FAST)
                self.assertEqual([e["id"] for e in events if e["event"] == "crash"], [case])
                self.assertEqual(done.code, 1)
                self.assertEqual({k: v for k, v in verdicts(events).items() if k != case}, switches()["strict"])

    def test_a_receiver_that_does_not_come_back(self):
        for switch in ("dies-on", "hangs-on"):
            with self.subTest(switch), Receiver(f"{switch}=v1/protocol/tcp5") as receiver:
                done, events = conform(receiver.port, *FAST, "--recover", "300ms", "--wait", "300ms")
                self.assertEqual(done.code, 3, done.talk())
                self.assertEqual(events[-1]["event"], "end")
                self.assertIn("error", verdicts(events).values())


class Endings(unittest.TestCase):
    """Exit status 3 with a sentence that names the cause."""

    def test_no_control(self):
        rows = (("closes", "it closes every connection"), ("silent", "it answers nothing"), ("echo", "it answers data with a header and without"),
                ("http-400", "it answers http-400 with a header and without"))
        for switch, sentence in rows:
            with self.subTest(switch), Receiver(switch) as receiver:
                done, events = conform(receiver.port, "--wait", "100ms")
                self.assertEqual(done.code, 3)
                self.assertIn(sentence, done.err.decode())
                self.assertEqual((events[0]["event"], events[-1]["event"], events[-1]["exit"]), ("start", "end", 3))

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        done, _ = conform(port)
        self.assertEqual(done.code, 3)
        self.assertIn("cannot connect to 127.0.0.1:%d" % port, done.err.decode())

    def test_usage(self):
        rows = ((("conform",), "ADDR is required"), (("conform", "192.0.2.1:80"), "--target"), (("conform", "1", "--app", "line"), "--log"),
                (("conform", "1", "--app", "custom"), "--payload"), (("conform", "1", "--udp"), "--udp"), (("conform", "1", "--echo", "{who}"), "{who}"),
                (("conform", "1", "--app", "gopher"), "gopher"))
        for words, said in rows:
            with self.subTest(words):
                done = ppgen.run(*words)
                self.assertEqual(done.code, 2, done.talk())
                self.assertIn(said, done.err.decode())

    def test_selection(self):
        listed = ppgen.run("conform", "--list").out.decode().splitlines()
        self.assertEqual(len(listed), 271)
        musts = ppgen.run("conform", "--list", "--level", "must", "--skip", "v1/").out.decode().splitlines()
        self.assertTrue(0 < len(musts) < 200)
        self.assertEqual(ppgen.run("conform", "--list", "--only", "nosuch").code, 4)
        self.assertGreater(len(ppgen.run("conform", "--list", "--sweeps").out.decode().splitlines()), 20000)

    def test_recipes(self):
        told = ppgen.run("conform", "--recipe", "haproxy").out.decode("ascii")
        self.assertIn("bind 127.0.0.1:19001 accept-proxy\n", told)
        self.assertTrue(told.endswith("$ haproxy -db -f {d}/h.cfg\n$ ppgen conform 19001 --app http\n"), told)
        self.assertIn("--log {d}/log", ppgen.run("conform", "--recipe", "dovecot").out.decode("ascii"))
        self.assertEqual(ppgen.run("conform", "--recipe", "nosuch").code, 2)

    def test_few_descriptors(self):
        with Receiver() as receiver:
            done = subprocess.run(["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ppgen.program(), "conform", receiver.port, "-j", "200", *FAST, "-o", "json"],
                                  capture_output=True, timeout=120, check=False)
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(events[-1]["event"], "end")

    def test_interrupted(self):
        with Receiver("slow=300") as receiver:
            process = subprocess.Popen([ppgen.program(), "conform", receiver.port, "-o", "json", "-j", "1"], stdout=subprocess.PIPE)
            deadline = time.monotonic() + 60
            # The signal handler is there once the first connection is open.
            while not self.connected(receiver.port) and time.monotonic() < deadline:
                pass
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(json.loads(out.splitlines()[-1])["event"], "end")

    @staticmethod
    def connected(port):
        wanted = "%04X" % int(port)
        with open("/proc/net/tcp", encoding="ascii") as table:
            return any(line.split()[2].endswith(":" + wanted) and line.split()[3] == "01" for line in table.readlines()[1:])


class Reports(unittest.TestCase):
    def test_baseline(self):
        with Receiver("port-range") as receiver, tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "known")
            only = ("--only", "v1/port", *FAST)
            self.assertEqual(conform(receiver.port, *only)[0].code, 1)
            self.assertEqual(conform(receiver.port, *only, "--write-baseline", path)[0].code, 0)
            self.assertEqual(conform(receiver.port, *only, "--baseline", path)[0].code, 0)
            lines = pathlib.Path(path).read_text(encoding="ascii").splitlines()
            for changed, code, said in ((lines[1:], 1, "NEW"), (lines + ["v1/port/zero fail"], 1, "XPASS"), (lines + ["v1/ipv4/zero fail"], 0, "not judged"),
                                        (lines + ["v9/no/such fail"], 2, "unknown case"), (lines + ["nonsense"], 2, "expected ID VERDICT")):
                with self.subTest(said):
                    pathlib.Path(path).write_text("\n".join(changed) + "\n", encoding="ascii")
                    done = ppgen.run("conform", receiver.port, *only, "--baseline", path)
                    self.assertEqual(done.code, code, done.talk())
                    self.assertIn(said, (done.out + done.err).decode())

    def test_text_and_junit(self):
        with Receiver("extra-field") as receiver, tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "junit.xml")
            done = ppgen.run("conform", receiver.port, *FAST, "--only", "v1/field", "--junit", path, "--version-of", "<x>\x1b[31m")
            text = done.out.decode("ascii")
            self.assertIn("  FAIL v1/field/extra-tcp4   (2.1)\n    extra (7th) field, TCP4\n    expected  MUST reject\n"
                          "    actual    took it, another address: src=192.0.2.10 sport=56324\n"
                          f"    again     ppgen send {receiver.port} --case v1/field/extra-tcp4 --payload http\n", text)
            self.assertNotIn("\x1b", text)
            self.assertTrue(text.endswith("5 cases: 3 pass, 2 fail\n"), text)
            suite = xml.etree.ElementTree.parse(path).getroot()
            self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("5", "2", "0"))
            case = suite.find("testcase[@name='extra-tcp4']")
            self.assertEqual(case.get("classname"), "proxyproto.v1.field")
            self.assertEqual(case.find("failure").get("message"), "MUST reject")

    def test_a_hostile_answer_reaches_no_terminal(self):
        def hostile(connection):
            bytes_ = connection.recv(65536)
            if not bytes_.startswith((b"PROXY TCP4", b"\r\n\r\n\0\r\nQUIT\n!")):
                return
            body = b"src=\x1b[31m\xff<script> sport=\r\x9b mark=" + bytes_[-100:]
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

        with Server(hostile) as server:
            for words in ((), ("-o", "json"), ("-v",)):
                done = ppgen.run("conform", str(server.port), *FAST, "--only", "v1/port", *words)
                self.assertFalse(any(c in done.out for c in b"\x1b\x9b\xff\r"), done.out)


if __name__ == "__main__":
    ppgen.main()
