"""Promises of the tool about itself: root is given up before a byte is parsed, secrets of the payload are not shown,
output does not depend on the flow table's key."""
import base64
import os
import pwd
import re
import select
import subprocess
import unittest

import catalogue
import ppinspect
from capture_files import conversation, pcap
from pipes_test import Held, PATIENCE

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
NOBODY = pwd.getpwnam("nobody")


def status_of(pid):
    with open("/proc/%d/status" % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def given_up(test, status, user):
    """Everything of root is gone, and `user` is left."""
    test.assertEqual(status["Uid"].split(), [str(user.pw_uid)] * 4)
    test.assertEqual(status["Gid"].split(), [str(user.pw_gid)] * 4)
    test.assertLessEqual(set(status["Groups"].split()), {str(user.pw_gid)})
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        test.assertEqual(int(status[capabilities], 16), 0, capabilities)
    test.assertEqual(status["NoNewPrivs"], "1")


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Root(unittest.TestCase):
    def test_pipe(self):
        """While bytes are read: root is gone."""
        for arguments, user in (([], NOBODY), (["-Z", "daemon"], pwd.getpwnam("daemon"))):
            with self.subTest(arguments), Held("-o", "json", *arguments) as tool:
                tool.write(pcap(conversation([V1])))
                tool.read_until(b"\n")
                given_up(self, status_of(tool.process.pid), user)

    def test_before_the_first_byte(self):
        """It is gone when the program waits for its first byte, so before anything is parsed."""
        with Held() as tool:
            for _ in range(PATIENCE * 100):
                with open("/proc/%d/wchan" % tool.process.pid) as file:
                    waiting = "poll" in file.read()
                status = status_of(tool.process.pid)
                if waiting or status["Uid"].split()[0] != "0":
                    break
                select.select([], [], [], 0.01)
            given_up(self, status_of(tool.process.pid), NOBODY)

    def test_user_that_is_none(self):
        for user in ("nosuchuser", "root"):
            with self.subTest(user):
                result = ppinspect.run("-Z", user, stdin=V1)
                self.assertEqual((result.code, result.out), (3, b""))
                self.assertIn("cannot give up root", result.talk())

    def test_files_are_opened_before(self):
        """Named by root, readable by root alone."""
        with ppinspect.scratch() as directory:
            path = os.path.join(directory, "private.pcap")
            with open(path, "wb") as file:
                file.write(pcap(conversation([V1])))
            os.chmod(path, 0o600)
            os.chmod(directory, 0o700)
            result = ppinspect.run("-r", path, path)
            self.assertEqual((result.code, result.talk()), (0, "2 connections: 2 ok\n"))

    def test_without_root(self):
        def become_nobody():
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)

        for arguments, code in (([], 0), (["-Z", "nobody"], 3)):
            # The copy lies where nobody may reach it.
            with self.subTest(arguments), Copy() as program:
                done = subprocess.run([program, *arguments], input=V1, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ppinspect.environment(),
                                      preexec_fn=become_nobody, timeout=PATIENCE, cwd="/")
                self.assertEqual(done.returncode, code, done.stderr)


class Copy:
    """The program where every user can run it."""

    def __enter__(self):
        self.directory = ppinspect.scratch()
        os.chmod(self.directory.name, 0o755)
        path = os.path.join(self.directory.name, "ppinspect")
        with open(ppinspect.program(), "rb") as source, open(path, "wb") as target:
            target.write(source.read())
        os.chmod(path, 0o755)
        return path

    def __exit__(self, *error):
        self.directory.cleanup()


class Secrets(unittest.TestCase):
    """Of a payload: protocol, method, path up to '?', host and SNI."""

    # Each is in the request once; the word SECRET makes the one that leaks easy to tell.
    requests = [
        b"GET /path?token=SECRET1 HTTP/1.1\r\nHost: h\r\nCookie: session=SECRET2\r\nAuthorization: Bearer SECRET3\r\nX-Api-Key: SECRET4\r\n\r\nbody=SECRET5",
        b"GET /?SECRET6 HTTP/1.0\r\n\r\n",
        b"GET /#SECRET7 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /a b?SECRET8 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /a?SECRET9\r\nHost: h\r\n\r\n",
        b"POST http://user:SECRET10@h/a?b=SECRET11 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET http://user:SECRET?12@h/SECRET HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET http://user:SECRET/13@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET //user:SECRET14@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        b"CONNECT user:SECRET15@h:443 HTTP/1.1\r\nHost: user:SECRET16@h\r\nProxy-Authorization: Basic SECRET17\r\n\r\n",
        b"GET /x HTTP/1.1\r\nCookie: SECRET18\r\nHost: h\r\n\r\n",
        b"GET /x HTTP/1.1\nCookie: SECRET19\nHost: h\n\n",
        b"PUT /" + b"a" * 60 + b"?SECRET20 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"EHLO h\r\nAUTH PLAIN SECRET21\r\n", b"*2\r\n$4\r\nAUTH\r\n$8\r\nSECRET22\r\n", b"AUTH SECRET23\r\n", b"PASS SECRET24\r\n", b"\x00\x01binary SECRET25",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nSECRET26",
        b"GET /x HTTP/1.1\r\nHost:SECRET27@h\r\n\r\n",
    ]
    secret = re.compile(rb"(?i)secr|" + rb"|".join([base64.b64encode(b"SECR")[:5], b"SECR".hex().encode(), b"53 45 43 52", b"SECRET".hex().encode()]))
    styles = (["-v"], ["-vv"], [], ["-o", "json"], ["-o", "hex"], ["-o", "raw"], ["-S"], ["-S", "-o", "json"], ["-vv", "--color=always"])

    def search(self, data, name):
        found = self.secret.search(data)
        if found:
            self.fail("%s shows %r" % (name, data[max(0, found.start() - 100):found.end() + 40]))

    def test_behind_a_header(self):
        packets = []
        for index, request in enumerate(self.requests):
            who = ("10.0.0.%d" % (index + 1), 40000)
            packets += conversation([V1 + request], answer=b"HTTP/1.1 200 OK\r\nSet-Cookie: SECRET\r\n\r\nSECRET", client=who)
            packets += conversation([catalogue.v2(), request], answer=b"HTTP/1.1 302 Found\r\nLocation: /?SECRET\r\n\r\n", client=(who[0], 40001))
        lines = b"".join((catalogue.v2() + request).hex().encode() + b"\n" for request in self.requests)
        for style in self.styles:
            with self.subTest(style):
                result = ppinspect.run(*style, stdin=pcap(packets))
                self.assertEqual(result.code, 0)
                self.search(result.out + result.err, style)
                result = ppinspect.run("--input-type", "lines", *style, stdin=lines)
                self.search(result.out + result.err, style)

    def test_in_place_of_a_header(self):
        packets = []
        for index, request in enumerate(self.requests):
            packets += conversation([request], answer=b"HTTP/1.1 400 Bad\r\n\r\nSECRET", client=("10.0.0.%d" % (index + 1), 40000), end="fin")
        lines = b"".join(request.hex().encode() + b"\n" for request in self.requests)
        for style in self.styles:
            with self.subTest(style):
                for result in (ppinspect.run("-e", "9999", *style, stdin=pcap(packets)), ppinspect.run("--input-type", "lines", *style, stdin=lines)):
                    out = result.out
                    if style == ["-o", "json"]:
                        # The first 64 bytes as hexadecimal digits are a promise of the format.
                        out = re.sub(rb'"hex":"[0-9a-f]{0,128}"', b"", out)
                    self.search(out + result.err, style)

    def test_behind_a_line_that_ends_wrongly(self):
        for end in (b"\n", b"\r", b"\rX", b"\r\r\n"):
            for style in self.styles:
                with self.subTest(end, style=style):
                    result = ppinspect.run(*style, stdin=V1[:-2] + end + b"GET /?SECRET HTTP/1.1\r\nCookie: SECRET\r\n\r\n")
                    self.search(result.out + result.err, style)

    def test_what_may_be_shown_is(self):
        result = ppinspect.run("-v", stdin=V1 + self.requests[0])
        self.assertIn(b'payload      an HTTP request "GET /path?... HTTP/1.1", Host h\n', result.out)
        record, = ppinspect.run("-o", "json", stdin=V1 + b"GET /@me/a@b HTTP/1.1\r\nHost: h:8080\r\n\r\n").records()
        self.assertEqual((record["payload_line"], record["host"]), ("GET /@me/a@b HTTP/1.1", "h:8080"))


class HashKey(unittest.TestCase):
    def test_output_does_not_depend_on_it(self):
        """The key is drawn anew in each run."""
        rows = [row for row in catalogue.rows() if row.header]
        packets = []
        for index in range(600):
            who = ("10.%d.%d.%d" % (index % 7, index % 11, index % 250 + 1), 20000 + index)
            header = rows[index % len(rows)].header[:1400]
            packets.append(conversation([header[:5], header[5:]], client=who, sequence=index * 7, end=("open", "fin", "rst", "refused")[index % 4]))
        # One after the other, then all at one time: each packet of all, then the next.
        mixed = [p for c in packets[:400] for p in c] + [p for layer in range(8) for c in packets[400:] for p in c[layer:layer + 1]]
        for arguments in (["-o", "json"], ["-v"], ["-e", "9999", "-o", "json"], ["--max-flows", "50", "-o", "json"]):
            with self.subTest(arguments):
                first, second = (ppinspect.run(*arguments, stdin=pcap(mixed)) for _ in range(2))
                self.assertGreater(len(first.out), 10000)
                self.assertEqual((first.out, first.err, first.code), (second.out, second.err, second.code))


if __name__ == "__main__":
    ppinspect.main()
