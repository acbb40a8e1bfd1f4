"""ppgen probe against real receivers with and without the option, and plain servers.

gen_probe_test.py PPGEN
"""
import json
import socket
import threading

from gen import GenTest, main, read_v2, run
from json_schema import problems
from servers import Certificates, Haproxy, Nginx, Server
from world import HOST

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def close(connection):
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


def request(connection, data=b""):
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    return data


def plain_http(connection):
    data = request(connection)
    connection.sendall(OK if data and data.startswith(b"GET ") else b"HTTP/1.1 400 Bad Request\r\n\r\n")
    close(connection)


def takes_but_does_not_insist(connection):
    if connection.recv(1, socket.MSG_PEEK) == b"\r":
        read_v2(connection)
    plain_http(connection)


def v2_alone(connection):
    if connection.recv(1, socket.MSG_PEEK) != b"\r":
        connection.recv(65536)
        return
    read_v2(connection)
    plain_http(connection)


def says_yes_to_everything(connection):
    connection.recv(65536)
    connection.sendall(OK)
    close(connection)


def smtp(connection):
    connection.sendall(b"220 mail.example.test ESMTP\r\n")
    file = connection.makefile("rb")
    for line in file:
        if line.upper().startswith(b"QUIT"):
            connection.sendall(b"221 bye\r\n")
            return
        if line.upper().startswith(b"EHLO"):
            connection.sendall(b"250 mail.example.test\r\n")
            continue
        connection.sendall(b"502 command not recognized\r\n")


def smtp_behind_a_header(connection):
    if connection.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL) == b"PROXY":
        while connection.recv(1) != b"\n":
            pass
    else:
        try:
            read_v2(connection)
        except ValueError:  # a client without a header
            return
    smtp(connection)


def silent(connection):
    while connection.recv(65536):
        pass


def echo(connection):
    while part := connection.recv(65536):
        connection.sendall(part)


def redis_behind_a_header(connection):
    """Speaks no HTTP: only its own requests tell whether the header was taken."""
    if connection.recv(1, socket.MSG_PEEK) == b"\r":
        read_v2(connection)
    else:
        line = b""
        while not line.endswith(b"\n"):
            byte = connection.recv(1)
            if not byte:
                return
            line += byte
        if not line.startswith(b"PROXY "):
            return
    if connection.recv(65536).startswith(b"PING "):
        connection.sendall(b"$8\r\nq0000000\r\n+OK\r\n")
    close(connection)


class ProbeTest(GenTest):
    needs = ("haproxy", "nginx", "openssl")

    @classmethod
    def arrange(cls):
        nginx, haproxy = Nginx(cls.world), Haproxy(cls.world)
        certificate = Certificates(cls.world, "client").server
        tls = f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
        answer = ["http-request return status 200"]
        cls.nginx, cls.nginx_plain = nginx.listen("proxy_protocol"), nginx.listen()
        cls.nginx_tls, cls.nginx_plain_tls = nginx.listen("ssl proxy_protocol", tls), nginx.listen("ssl", tls)
        cls.haproxy, cls.haproxy_plain = haproxy.listen(mode="http", bind="accept-proxy", lines=answer), haproxy.listen(mode="http", lines=answer)
        cls.haproxy_down = haproxy.listen(mode="http", bind="accept-proxy", lines=[f"server down 127.0.0.1:{cls.world.port()}"])
        cls.haproxy_tls = haproxy.listen(mode="http", bind=f"accept-proxy ssl crt {certificate}", lines=answer)
        nginx.start()
        haproxy.start()
        cls.schema = json.loads(run("--json-schema").out)

    def probe(self, to, verdict, code, *words, rows=None, marks=None, why=None):
        """`rows` and `marks`: by form, what it is called and what the specification says of that."""
        port = to if isinstance(to, int) else Server(self.world, to).port
        told = run("probe", f"127.0.0.1:{port}", "--wait", "250ms", "-o", "json", *words)
        answer = json.loads(told.out)
        self.assertEqual(problems(self.schema, answer, self.schema), [])
        self.assertEqual((answer["verdict"], told.code), (verdict, code), told)
        self.assertEqual(answer.get("why"), why)
        forms = {row["form"]: row for row in answer["forms"]}
        for form, word in (rows or {}).items():
            self.assertEqual(forms[form].get("word"), word, f"{form}\n{told}")
        for form, mark in (marks or {}).items():
            self.assertEqual(forms[form].get("mark"), mark, f"{form}\n{told}")
        return answer

    def test_required(self):
        taken = {"no header": "refused", "v1": "taken", "v2": "taken", "v2 LOCAL": "taken", "v1 UNKNOWN": "taken",
                 "v2 with 200 bytes of TLVs": "taken", "v2 with 600 bytes of TLVs": "taken"}
        # nginx 1.22.1 reads the header in front of TLS into 108 bytes; later versions into 4096.
        short = {form: word for form, word in taken.items() if "TLVs" not in form}
        for port, words, rows in ((self.nginx, (), taken), (self.haproxy, (), taken), (self.nginx, ("--http", "www.example.test"), taken),
                                  (self.nginx_tls, ("--tls",), short), (self.nginx_tls, ("--tls=www.example.test",), short),
                                  (self.haproxy_tls, ("--tls",), taken)):
            with self.subTest(port=port, words=words):
                answer = self.probe(port, "required", 0, *words, rows=rows, marks={form: "right" for form in rows})
                self.assertEqual((len(answer["forms"]), answer["versions"]), (15, [1, 2]))
        self.probe(smtp_behind_a_header, "required", 0, "--smtp", rows={"v1": "taken", "v2": "taken", "no header": "refused"})

    def test_other_applications(self):
        for words in (("--app", "redis"), ("--payload", "PING x\\r\\n")):
            self.probe(redis_behind_a_header, "required", 0, *words, rows={"v1": "taken", "v2": "taken", "no header": "refused"})
        self.assertEqual(run("probe", "127.0.0.1:1", "--app", "custom").code, 2)
        self.assertEqual(run("probe", "127.0.0.1:1", "--app", "redis", "--smtp").code, 2)

    def test_a_split_header_is_refused_by_both(self):
        # RECEIVERS.md: neither haproxy nor nginx waits for the rest.
        for port in (self.nginx, self.haproxy):
            answer = self.probe(port, "required", 0, rows={"v2 in 3 pieces": "refused"}, marks={"v2 in 3 pieces": "allowed"})
            self.assertIn("Headers in pieces are refused", " ".join(answer["means"]))

    def test_each_tlv_is_a_form(self):
        tlvs = ("ALPN", "AUTHORITY", "CRC32C", "UNIQUE_ID", "SSL", "a private TLV")
        for port in (self.nginx, self.haproxy):
            self.probe(port, "required", 0, rows={f"v2 with {name}": "taken" for name in tlvs})
        # haproxy verifies the checksum since 2.5; nginx 1.22 does not look at it.
        self.probe(self.haproxy, "required", 0, marks={"v2 with a wrong CRC32C": "right"})
        self.probe(self.nginx, "required", 0, marks={"v2 with a wrong CRC32C": "not checked"})

    def test_what_is_behind_fails(self):
        answer = self.probe(self.haproxy_down, "required", 0, rows={"no header": "refused", "v1": "taken", "v2": "taken"})
        self.assertIs(answer["behind_fails"], True)
        self.assertIn("look at the server behind", answer["means"][0])

    def test_one_version_alone(self):
        answer = self.probe(v2_alone, "required", 0, rows={"v1": "refused", "v2": "taken"}, marks={"v1": "allowed", "v1 UNKNOWN": "allowed"})
        self.assertEqual(answer["versions"], [2])
        self.assertIn("v1 is refused", answer["means"][0])

    def test_the_view(self):
        told = run("probe", f"127.0.0.1:{self.haproxy}", "--wait", "250ms")
        first, blank, head, *rest = told.out.splitlines()
        self.assertRegex(first, rf"^127\.0\.0\.1:{self.haproxy} requires a PROXY header, v1 or v2\. +as wanted$")
        self.assertEqual(blank, "")
        self.assertRegex(head, "^  sent +receiver +time$")
        self.assertRegex(rest[0], r"^  no header +(reset|closed) the connection +-- +right$")
        self.assertRegex(rest[1], r'^  v1 +ok "HTTP/1\.1 200 OK" +[0-9.]+ [um]s +right$')
        self.assertRegex(rest[5], r"^  v2 in 3 pieces +(reset|closed) the connection +-- +allowed \(2\.2\)$")
        self.assertEqual(rest[15:17], ["", "What this means"])
        self.assertIn("  Whoever can reach this port can announce any address: this probe came from 127.0.0.1 and was believed.", rest)
        told = run("probe", f"127.0.0.1:{self.haproxy}", "--wait", "250ms", "--want", "none")
        self.assertRegex(told.out.splitlines()[0], " wanted: none$")

    def test_not_expected(self):
        for to, words in ((self.nginx_plain, ()), (self.haproxy_plain, ()), (plain_http, ()), (smtp, ("--smtp",)), (self.nginx_plain_tls, ("--tls",))):
            with self.subTest(to=to, words=words):
                self.probe(to, "none", 1, *words, rows={"no header": "answered", "v1": "refused"})
                self.probe(to, "none", 0, "--want", "none", *words)

    def test_accepted_but_not_required(self):
        rows = {"no header": "answered", "v2": "taken", "v2 LOCAL": "taken", "v2 in 3 pieces": "taken", "v1": "refused", "damaged v1": "refused"}
        self.probe(takes_but_does_not_insist, "optional", 1, rows=rows)
        self.probe(takes_but_does_not_insist, "optional", 0, "--want", "optional")

    def test_cannot_tell(self):
        for to, why, words in (
                (says_yes_to_everything, "it answers ok, whatever is sent before the request", ()),
                (echo, "it echoes what it is sent", ()),
                (silent, "it answers nothing, with a header or without: say what it speaks with --tls, --http HOST or --app NAME", ()),
                (lambda c: c.recv(65536), "it closes every connection, with a header and without: it speaks something else (--tls, --http HOST, --app NAME), "
                                          "or does not trust this address", ()),
                (self.nginx_plain_tls, "it answers http-400 with a header and without: say what it speaks with --tls, --http HOST or --app NAME", ()),
        ):
            with self.subTest(why):
                self.probe(to, "unknown", 1, *words, why=why)

    def test_one_connection_at_a_time(self):
        at_once, most, lock = [0], [0], threading.Lock()

        def counted(connection):
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            connection.recv(65536)
            # Before the tool can know that this connection is over.
            with lock:
                at_once[0] -= 1
            connection.sendall(OK)
        self.probe(counted, "unknown", 1, why="it answers ok, whatever is sent before the request")
        self.assertEqual(most[0], 1)

    def test_unreachable_and_usage(self):
        port = self.world.port()
        told = run("probe", f"127.0.0.1:{port}")
        self.assertEqual((told.code, told.err), (3, f"ppgen: cannot connect to 127.0.0.1:{port}: connection refused\n"))
        self.assertEqual(run("probe", port, "--want", "maybe").code, 2)
        self.assertEqual(run("probe", port, "--tls", "--smtp").code, 2)
        self.assertEqual(run("probe").code, 2)

    def test_no_identity_but_our_own_is_claimed(self):
        seen = []

        def look(connection):
            seen.append(connection.recv(65536))
        run("probe", f"127.0.0.1:{Server(self.world, look).port}", "--wait", "100ms")
        v2 = [data for data in seen if data.startswith(b"\r\n\r\n\0\r\nQUIT\n\x21\x11")]
        self.assertTrue(v2)
        for data in v2:
            self.assertEqual(data[16:24], socket.inet_aton(HOST[4]) * 2)


if __name__ == "__main__":
    main(ProbeTest)
