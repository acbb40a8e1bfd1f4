"""ppgen probe against real receivers with and without the option, and plain servers.

gen_probe_test.py PPGEN
"""
import socket
import threading

from gen import GenTest, main, read_v2, run
from servers import Certificates, Haproxy, Nginx, Server
from world import HOST

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
OPTIONAL = "accepted but not required: whoever reaches this port can choose its client address"


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
        connection.sendall(b"502 command not recognized\r\n")


def smtp_behind_a_header(connection):
    if connection.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL) == b"PROXY":
        while connection.recv(1) != b"\n":
            pass
    else:
        read_v2(connection)
    smtp(connection)


def silent(connection):
    while connection.recv(65536):
        pass


def echo(connection):
    while part := connection.recv(65536):
        connection.sendall(part)


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
        cls.haproxy_tls = haproxy.listen(mode="http", bind=f"accept-proxy ssl crt {certificate}", lines=answer)
        nginx.start()
        haproxy.start()

    def probe(self, to, verdict, code, *words, rows=None):
        port = to if isinstance(to, int) else Server(self.world, to).port
        told = run("probe", f"127.0.0.1:{port}", "--wait", "250ms", *words)
        first, *table = told.out.splitlines()
        self.assertEqual((first, told.code), (f"127.0.0.1:{port}: {verdict}", code), told)
        for form, word in (rows or {}).items():
            found = [row[30:].split()[0] for row in table if row[2:30].rstrip() == form]
            self.assertEqual(found, [word], f"{form}\n{told}")
        return table

    def test_required(self):
        taken = {"no header": "refused", "v1": "taken", "v2": "taken", "v2 LOCAL": "taken", "v1 UNKNOWN": "taken",
                 "v2 with 200 bytes of TLVs": "taken", "v2 with 600 bytes of TLVs": "taken"}
        # nginx 1.22.1 reads the header in front of TLS into 108 bytes; later versions into 4096.
        short = {form: word for form, word in taken.items() if "TLVs" not in form}
        for port, words, rows in ((self.nginx, (), taken), (self.haproxy, (), taken), (self.nginx, ("--http", "www.example.test"), taken),
                                  (self.nginx_tls, ("--tls",), short), (self.nginx_tls, ("--tls=www.example.test",), short),
                                  (self.haproxy_tls, ("--tls",), taken)):
            with self.subTest(port=port, words=words):
                table = self.probe(port, "required", 0, *words, rows=rows)
                self.assertEqual(len(table), 8)
        self.probe(smtp_behind_a_header, "required", 0, "--smtp", rows={"v1": "taken", "v2": "taken", "no header": "no"})

    def test_a_split_header_is_refused_by_both(self):
        # RECEIVERS.md: neither haproxy nor nginx waits for the rest.
        for port in (self.nginx, self.haproxy):
            self.probe(port, "required", 0, rows={"v2 in 3 pieces": "refused"})

    def test_not_expected(self):
        for to, words in ((self.nginx_plain, ()), (self.haproxy_plain, ()), (plain_http, ()), (smtp, ("--smtp",)), (self.nginx_plain_tls, ("--tls",))):
            with self.subTest(to=to, words=words):
                self.probe(to, "not expected", 1, *words, rows={"no header": "answered", "v1": "refused"})
                self.probe(to, "not expected", 0, "--want", "none", *words)

    def test_accepted_but_not_required(self):
        rows = {"no header": "answered", "v2": "taken", "v2 LOCAL": "taken", "v2 in 3 pieces": "taken", "v1": "refused", "damaged v1": "refused"}
        self.probe(takes_but_does_not_insist, OPTIONAL, 1, rows=rows)
        self.probe(takes_but_does_not_insist, OPTIONAL, 0, "--want", "optional")

    def test_cannot_tell(self):
        for to, why, words in (
                (says_yes_to_everything, "it answers ok, whatever is sent before the request", ()),
                (echo, "it echoes what it is sent", ()),
                (silent, "it answers nothing, with a header or without: say what it speaks with --tls, --http HOST or --smtp", ()),
                (lambda c: c.recv(65536), "it closes every connection, with a header and without: it speaks something else (--tls, --http HOST, --smtp), "
                                          "or does not trust this address", ()),
                (self.nginx_plain_tls, "it answers http-400 with a header and without: say what it speaks with --tls, --http HOST or --smtp", ()),
        ):
            with self.subTest(why):
                self.probe(to, f"cannot tell ({why})", 1, *words)

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
        self.probe(counted, "cannot tell (it answers ok, whatever is sent before the request)", 1)
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
