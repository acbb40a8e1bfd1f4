"""Valid headers to receivers that do not take them: the receiver is to change, or the bytes do not tell.

refusals_test.py PPINSPECT
"""
from clients import GET, client_hello, curl, talk, v1, v2
from scenario import InteropTest, main
from servers import Certificates, Haproxy, Nginx, Server, close_with_reset

HEADERS = {"v1": v1(), "v2": v2()}
ANSWER = ["http-request return status 200"]


def ssh(connection):
    """Greets, and wants to be greeted."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    if not connection.recv(255).startswith(b"SSH-"):
        connection.sendall(b"Invalid SSH identification string.\r\n")
    else:
        connection.sendall(bytes.fromhex("0000003c0614") + bytes(58))  # the key exchange begins


def smtp(connection):
    connection.sendall(b"220 mail.example.test ESMTP\r\n")
    for line in connection.makefile("rb"):
        known = line.startswith((b"EHLO ", b"QUIT"))
        connection.sendall(b"250 mail.example.test\r\n" if known else b"500 5.5.2 Error: command not recognized\r\n")
        if line.startswith(b"QUIT"):
            return


def redis(connection):
    connection.sendall(b"-ERR unknown command '%s'\r\n" % connection.recv(255).split()[0][:8].replace(b"\0", b""))


def version_1_only(end):
    """Reads a v1 line and answers; ends the connection on anything else."""
    def serve(connection):
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            data += connection.recv(4096)
        if data.startswith(b"PROXY "):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        else:
            end(connection)
    return serve


def behind(read, serve):
    """A receiver that takes these headers, then serves."""
    def both(connection):
        left = len(read)
        while left > 0:
            left -= len(connection.recv(left))
        serve(connection)
    return both


class RefusalsTest(InteropTest):
    needs = ("haproxy", "nginx", "curl", "openssl")

    @classmethod
    def arrange(cls):
        world = cls.world
        certificates = Certificates(world, "client")
        secure = f"ssl_certificate {certificates.server}; ssl_certificate_key {certificates.server};"
        nginx = Nginx(world)
        haproxy = Haproxy(world)
        hello = client_hello()
        cls.rows = []  # name, receiver's port, what is sent, when it is enough, the side, the code

        def row(name, port, data, side, code, enough=lambda data: False):
            cls.rows.append((name, port, data, enough, side, code))

        for version, header in HEADERS.items():
            row(f"{version} to plain nginx", nginx.listen(), header + GET, "receiver", "receiver-http-400")
            row(f"{version} to plain haproxy", haproxy.listen(mode="http", lines=ANSWER), header + GET, "receiver", "receiver-http-400")
            untrusted = ["tcp-request connection expect-proxy layer4 if { src 192.0.2.1 }", *ANSWER]
            row(f"{version} to haproxy without trust", haproxy.listen(mode="http", lines=untrusted), header + GET,
                "receiver", "receiver-http-400")
            # The header is the likely reason; TLS to a plain port, which follows it, is named as the other.
            row(f"{version} and TLS to plain nginx", nginx.listen(), header + hello, "receiver", "receiver-http-400")
            row(f"{version} and TLS to nginx with TLS", nginx.listen("ssl", secure), header + hello, "receiver", "receiver-http-400")
            row(f"{version} and TLS to haproxy with TLS", haproxy.listen(mode="http", bind=f"ssl crt {certificates.server}", lines=ANSWER),
                header + hello, "receiver", "receiver-closed")
            port = world.port()
            world.child(f"s_server-{version}", ["openssl", "s_server", "-quiet", "-accept", port, "-cert", certificates.server], [port])
            row(f"{version} and TLS to openssl s_server", port, header + hello, "receiver", "receiver-closed")
            row(f"{version} to an SSH server", Server(world, ssh).port, header + b"SSH-2.0-client\r\n", "receiver", "receiver-other-protocol")
            row(f"{version} alone to an SSH server", Server(world, ssh).port, header, "receiver", "receiver-other-protocol")
            row(f"{version} to an SMTP server", Server(world, smtp).port, header + b"EHLO client\r\nQUIT\r\n", "receiver", "receiver-smtp")
            row(f"{version} alone to an SMTP server", Server(world, smtp).port, header, "receiver", "receiver-smtp",
                lambda data: b"\r\n500" in data and data.endswith(b"\r\n"))
            row(f"{version} to a Redis server", Server(world, redis).port, header + b"PING\r\n", "receiver", "receiver-other-protocol")
            row(f"{version} to an SSH server that takes it", Server(world, behind(header, ssh)).port,
                header + b"SSH-2.0-client\r\n", None, "ok")
            row(f"{version} to an SMTP server that takes it", Server(world, behind(header, smtp)).port,
                header + b"EHLO client\r\nQUIT\r\n", None, "ok")
        row("v2 to a receiver of v1, reset", Server(world, version_1_only(close_with_reset)).port, v2() + GET, "receiver", "receiver-closed")
        row("v2 to a receiver of v1, closed", Server(world, version_1_only(lambda connection: None)).port, v2() + GET,
            "receiver", "receiver-closed")
        row("v1 to a receiver of v1", Server(world, version_1_only(close_with_reset)).port, v1() + GET, None, "ok")
        row("v1 to haproxy with nothing behind it", haproxy.listen("127.0.0.1:1", bind="accept-proxy", lines=["retries 2"]), v1() + GET,
            "unknown", "receiver-timeout")
        cls.curl_port = nginx.listen()
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        for _, port, data, enough, _, _ in cls.rows:
            talk(port, data, enough=enough)
        curl(cls.curl_port, header=True)

    def test_rows(self):
        for name, port, _, _, side, code in self.rows:
            with self.subTest(name):
                seen = self.only(port, name=name)
                if side is None:
                    self.assert_accepted(seen)
                else:
                    self.assert_refused(seen, side, code)

    def test_curl_to_plain_nginx(self):
        self.assert_refused(self.only(self.curl_port), "receiver", "receiver-http-400")

    def test_what_is_said_is_likely_where_the_bytes_prove_nothing(self):
        for name, port, _, _, side, code in self.rows:
            for seen in self.to(port):
                if code in ("receiver-closed", "receiver-http-400"):
                    self.assertIn("likely", seen["diagnosis"]["sentence"], name)


if __name__ == "__main__":
    main(RefusalsTest)
