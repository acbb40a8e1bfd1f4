"""ppinspect --explain of logs from outside: groups as JSON, --follow, --redact.

explain_log_test.py PPINSPECT
"""
import json
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import ppinspect

NGINX = '2026/11/30 19:29:08 [error] 1#1: *3 broken header: "GET /" while reading PROXY protocol, client: 192.0.2.9, server: 0.0.0.0:80\n'
HAPROXY = "127.0.0.1:58988 [30/Nov/2026:19:28:25.619] f/1: Truncated PROXY protocol header received\n"
PATIENCE = 20


class ExplainLog(unittest.TestCase):
    def test_a_text_as_json(self):
        result = ppinspect.run("-o", "json", "--explain", NGINX.strip())
        [group] = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual((group["schema"], group["row"], group["side"], group["count"]), ("pp.log/1", "nginx-broken-header", "sender", 1))
        self.assertEqual((group["quoted"], group["client"], group["first"]), ("GET /", "192.0.2.9", "2026/11/30 19:29:08"))

    def test_several_lines_are_several_groups(self):
        result = ppinspect.run("-o", "json", "--explain", NGINX + "all is well\n" + HAPROXY + HAPROXY)
        self.assertEqual({(g["row"], g["count"]) for g in map(json.loads, result.out.splitlines())},
                         {("nginx-broken-header", 1), ("haproxy-truncated", 2)})

    def test_what_is_not_known_prints_nothing(self):
        result = ppinspect.run("-o", "json", "--explain", "all is well")
        self.assertEqual((result.out, result.code), (b"", 4))

    def test_redact_holds(self):
        for words in (["--explain", NGINX], ["-o", "json", "--explain", NGINX]):
            out = ppinspect.run("--redact", *words).out
            self.assertIn(b"nginx-broken-header", out)
            self.assertNotIn(b"192.0.2.9", out)
            self.assertNotIn(b"GET /", out)

    def test_a_log_that_grows(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder).chmod(0o755)  # root drops its privileges before it reads
            log = pathlib.Path(folder) / "log"
            log.write_text(NGINX)
            process = subprocess.Popen([ppinspect.program(), "-o", "json", "--follow", "--explain", f"@{log}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
            try:
                self.assertEqual(json.loads(process.stdout.readline())["row"], "nginx-broken-header")
                with log.open("a") as out:
                    out.write(HAPROXY + "Truncated PROXY ")
                self.assertEqual(json.loads(process.stdout.readline())["row"], "haproxy-truncated")
                with log.open("a") as out:  # the rest of a line, and a line that is known already
                    out.write("protocol header received\n" + HAPROXY)
                log.write_text("")
                time.sleep(0.6)  # a log that is rotated is read from its start
                log.write_text("x\n" + HAPROXY)
                time.sleep(0.6)
            finally:
                process.send_signal(signal.SIGINT)
                rest, said = process.communicate(timeout=PATIENCE)
            groups = {(g["row"], g.get("client", "")): g["count"] for g in map(json.loads, rest.splitlines())}
            self.assertEqual(groups[("nginx-broken-header", "192.0.2.9")], 1)
            self.assertGreaterEqual(groups[("haproxy-truncated", "127.0.0.1")], 2)
            self.assertIn(b"was truncated", said)
            self.assertEqual(process.returncode, 0)

    def test_follow_needs_a_file(self):
        for words in (["--explain", "-"], ["--explain", "@a", "--explain", "@b"]):
            self.assertEqual(ppinspect.run("--follow", *words, stdin=b"").code, 2)


if __name__ == "__main__":
    ppinspect.main()
