"""Real receivers take what ppgen makes, and report the addresses that were sent; what they are known to refuse is refused.

gen_receivers_test.py PPGEN
"""
import hashlib
import json
import os
import re
import subprocess

from clients import curl
from gen import Forward, GenTest, main, run, send
from receivers import Apache, Lighttpd, Varnish
from servers import Certificates, Haproxy, Nginx
from world import HOST, PATIENCE, end_with_parent, find, need

ANSWER = 'http-request return status 200 content-type text/plain lf-string "src=%[src] sport=%[src_port] dst=%[dst] dport=%[dst_port]\\n"'
TCP4 = {"src": "192.0.2.10", "sport": "56324", "dst": "198.51.100.20", "dport": "443"}
TCP6 = {"src": "2001:db8::10", "sport": "56324", "dst": "2001:db8:1::20", "dport": "443"}
MIXED = {"src": "203.0.113.7", "sport": "1", "dst": "192.0.2.255", "dport": "65535"}
REAL = None  # the connection's own
NLB = ("0xea=hex:0176706365" , "--pad-to", "100", "--crc32c")
V6 = ("--src", "[2001:db8::10]:56324", "--dst", "[2001:db8:1::20]:443")

# Who is known to refuse what, and why, as measured with Debian 12's versions: haproxy 2.6.12, nginx 1.22.1, apache 2.4, lighttpd 1.4.69, varnish 7.1.
NO_UNKNOWN = {"varnish": "refuses every UNKNOWN line", "apache": "refuses it with the request in the same segment"}
NO_CHECKSUM = {"haproxy": "checks CRC32C", "varnish": "checks CRC32C"}
NO_STREAM = {"haproxy": "takes TCP over IP alone", "apache": "takes TCP over IP alone"}
TOO_LONG = {"apache": "232 bytes", "lighttpd": "256 bytes", "varnish": "about 412 bytes"}

# Words, what is believed, and who is known to refuse it, with the reason.
CASES = [
    (("-1",), TCP4, {}),
    (("-2",), TCP4, {}),
    (("-1", *V6), TCP6, {}),
    (("-2", *V6), TCP6, {}),
    (("-1", "--src", "203.0.113.7:1", "--dst", "192.0.2.255:65535"), MIXED, {}),
    (("-2", "--src", "203.0.113.7:1", "--dst", "192.0.2.255:65535"), MIXED, {}),
    (("--unknown",), REAL, NO_UNKNOWN),
    (("--unknown", "--set", "rest= and what nobody reads"), REAL, {"haproxy": "wants CRLF behind UNKNOWN", "varnish": NO_UNKNOWN["varnish"]}),
    (("--local",), REAL, {}),
    (("-2", "--set", "cmd=0"), REAL, {}),  # LOCAL with an address block
    (("-2", "--crc32c"), TCP4, {}),
    (("-2", "--crc32c=bad"), TCP4, NO_CHECKSUM),
    (("-2", "--tlv", *NLB), TCP4, {}),
    (("-2", "--tlv", "AUTHORITY=www.example.com", "--tlv", "ALPN=h2", "--tlv", "UNIQUE_ID=hex:00ff", "--tlv", "NETNS=blue"), TCP4, {}),
    (("-2", "--ssl", "version=TLSv1.3,cipher=TLS_AES_256_GCM_SHA384,cn=client,client=ssl+cert_conn,verify=0"), TCP4, {}),
    (("-2", "--pad-to", "232"), TCP4, {}),
    (("-2", "--pad-to", "233"), TCP4, {"apache": TOO_LONG["apache"]}),
    (("-2", "--pad-to", "256"), TCP4, {"apache": TOO_LONG["apache"]}),
    (("-2", "--pad-to", "257"), TCP4, {"apache": TOO_LONG["apache"], "lighttpd": TOO_LONG["lighttpd"]}),
    (("-2", "--pad-to", "536"), TCP4, TOO_LONG),
    (("--unspec",), REAL, NO_STREAM),
    (("-2", "--dgram"), REAL, NO_STREAM),
    (("-2", "--unix", "/run/a,/run/b"), REAL, NO_STREAM),
]
# Forms of ppgen probe that they refuse though the specification wants them taken; the reasons are those above.
WRONG = {"varnish": {"v1 UNKNOWN"}, "apache": {"v1 UNKNOWN"}}
MORE = {"apache": (Apache, "apache2"), "lighttpd": (Lighttpd, "lighttpd"), "varnish": (Varnish, "varnishd")}
# Of the connection's own endpoints; nginx's answer names what was in the header, and lighttpd has the UNIX path.
TELLS = {"apache": ("src",), "lighttpd": ("src", "sport")}
TELLS_REAL = ("haproxy", "apache", "varnish")


def more_receivers(world, reads=True):
    """Those that are installed; without their option when `reads` is false."""
    ports = {}
    for name, (make, program) in MORE.items():
        if find(program) is not None:
            ports[name] = make(world, reads).port
        elif os.environ.get("PP_PEERS") == "1":
            need(program)
        else:
            print(f"{program} not installed: left out")
    return ports


def nginx_version():
    said = subprocess.run([find("nginx"), "-v"], stderr=subprocess.PIPE, text=True, check=True).stderr
    return tuple(int(part) for part in re.search(r"nginx/([0-9.]+)", said)[1].split("."))


def too_long_for(receiver, told):
    """In front of a stream or of TLS nginx reads a header into 107 bytes; the room for TLVs came with 1.23.2."""
    size = re.search(r"(\d+) bytes", told.err)
    return receiver == "nginx stream" and nginx_version() < (1, 23, 2) and size and int(size[1]) > 107


def believed(text):
    return dict(word.split("=", 1) for word in text.split() if "=" in word)


class ReceiversTest(GenTest):
    needs = ("haproxy", "nginx", "curl", "openssl")

    @classmethod
    def arrange(cls):
        nginx, haproxy = Nginx(cls.world, stream=True), Haproxy(cls.world)
        cls.certificate = Certificates(cls.world, "client").server
        tls = f"ssl_certificate {cls.certificate}; ssl_certificate_key {cls.certificate};"
        body = os.urandom(64 << 20)
        (cls.world.folder / "www").mkdir()
        (cls.world.folder / "www" / "body").write_bytes(body)
        cls.world.folder.chmod(0o755)
        cls.digest = hashlib.sha256(body).hexdigest()
        cls.ports = {"nginx http": nginx.listen("proxy_protocol"), "nginx stream": nginx.stream_echo(),
                     "haproxy": haproxy.listen(mode="http", bind="accept-proxy", lines=[ANSWER]), **more_receivers(cls.world)}
        cls.plain = {"nginx http": nginx.listen(), "haproxy": haproxy.listen(mode="http", lines=[ANSWER]), **more_receivers(cls.world, reads=False)}
        cls.tls = nginx.listen("ssl proxy_protocol", tls)
        cls.files = nginx.listen("proxy_protocol", f"location /body {{ root {cls.world.folder}/www; }}")
        nginx.start()
        haproxy.start()

    def answer(self, port, *words):
        """The body, read as nc would."""
        told = send(port, *words, "--stdio", stdin=b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        local = re.search(r"^to +\S+:(\d+) >", told.err, re.MULTILINE)
        return told, int(local[1]) if local else 0

    def test_the_addresses_that_were_sent(self):
        for words, expected, refusing in CASES:
            for receiver, port in self.ports.items():
                with self.subTest(receiver=receiver, words=words):
                    told, local = self.answer(port, *words)
                    if receiver in refusing or too_long_for(receiver, told):
                        self.assertEqual(told.out, "", "known to be refused")
                        continue
                    self.assertIn("src=", told.out, told)
                    found = believed(told.out)
                    if expected is not REAL:
                        told_of = TELLS.get(receiver, tuple(expected))
                        self.assertEqual({key: found.get(key) for key in told_of}, {key: expected[key] for key in told_of})
                    elif receiver in TELLS_REAL:
                        self.assertEqual(found["src"], HOST[4])
                        self.assertEqual(found["sport"], str(local))

    def test_accepted_as_the_control_is(self):
        for words, _, refusing in CASES:
            for receiver in ("nginx http", "haproxy"):
                with self.subTest(receiver=receiver, words=words):
                    told = send(self.ports[receiver], *words, "--payload", "http", "--expect", "reject" if receiver in refusing else "accept")
                    self.assertEqual(told.code, 0, told)

    def test_a_split_header(self):
        # Some wait for the rest, some want it in one segment.
        for receiver, taken in (("nginx http", "reject"), ("haproxy", "reject"), ("lighttpd", "reject"), ("apache", "accept"), ("varnish", "accept")):
            if receiver in self.ports:
                told = send(self.ports[receiver], "--payload", "http", "--dribble", "16,300ms", "--expect", taken)
                self.assertEqual(told.code, 0, told)

    def test_forward_in_front_of_curl(self):
        for words in ((), ("-1",), ("-2", "--crc32c")):
            forward = Forward(self.world, self.ports["nginx http"], *words)
            for family in self.world.families:
                answer = curl(forward.port, family=family)
                self.assertEqual((answer.status, answer.believed["src"], int(answer.believed["sport"])), (200, HOST[family], answer.port))
                self.assertEqual((answer.believed["dst"], int(answer.believed["dport"])), (HOST[family], forward.port))
            self.assertEqual(forward.end()[0], 0)
        forward = Forward(self.world, self.ports["haproxy"], "--src", "192.0.2.99:99")
        self.assertEqual(curl(forward.port).believed["src"], "192.0.2.99")
        forward.end()

    def test_forward_in_front_of_openssl(self):
        forward = Forward(self.world, self.tls)
        told = subprocess.run([find("openssl"), "s_client", "-connect", f"{HOST[4]}:{forward.port}", "-quiet", "-servername", "frontend.example.test"],
                              input=b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=PATIENCE, preexec_fn=end_with_parent, check=False).stdout.decode()
        self.assertEqual((believed(told)["src"], believed(told)["dport"]), (HOST[4], str(forward.port)))
        answer = curl(forward.port, tls=True)
        self.assertEqual((answer.status, int(answer.believed["sport"])), (200, answer.port))
        forward.end()

    def test_a_large_body_through_curl(self):
        forward = Forward(self.world, self.files)
        got = self.world.folder / "got"
        words = [find("curl"), "--silent", "--fail", "--noproxy", "*", "--max-time", str(PATIENCE), f"http://{HOST[4]}:{forward.port}/body"]
        subprocess.run([*words, "-o", got], check=True, preexec_fn=end_with_parent)
        self.assertEqual(hashlib.sha256(got.read_bytes()).hexdigest(), self.digest)
        forward.end()

    def probe(self, port, *words):
        return json.loads(run("probe", f"{HOST[4]}:{port}", "--http", "a", "--wait", "500ms", "-o", "json", *words).out)

    def test_probe_says_what_they_take(self):
        for receiver, port in self.ports.items():
            with self.subTest(receiver):
                answer = self.probe(port)
                # nginx's stream module tells what the header said and then closes; without a header it closes at once.
                self.assertEqual((answer["verdict"], answer.get("versions")), ("required", [1, 2]), answer)
                self.assertNotIn("behind_fails", answer)
                marks = {form["form"]: form.get("mark") for form in answer["forms"]}
                wrong = {form for form, mark in marks.items() if mark == "wrong"}
                known = {"v2 with 200 bytes of TLVs"} if receiver == "nginx stream" and nginx_version() < (1, 23, 2) else WRONG.get(receiver, set())
                self.assertEqual(wrong, known, answer)

    def test_probe_of_those_that_read_no_header(self):
        for receiver, port in self.plain.items():
            with self.subTest(receiver):
                answer = self.probe(port)
                self.assertEqual(answer["verdict"], "none", answer)
                self.assertEqual({form.get("mark") for form in answer["forms"]}, {"right"}, answer)


if __name__ == "__main__":
    main(ReceiversTest)
