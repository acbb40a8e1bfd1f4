"""No header where one is expected: the bytes that came instead are named, and the sender is to change.

no_header_test.py PPINSPECT
"""
from capture import inspect
from clients import NAME, curl, talk
from scenario import InteropTest, main
from servers import Haproxy, Nginx


class NoHeaderTest(InteropTest):
    needs = ("haproxy", "nginx", "curl")

    @classmethod
    def arrange(cls):
        nginx = Nginx(cls.world)
        haproxy = Haproxy(cls.world)
        answer = ["http-request return status 200"]
        cls.http = {"nginx": nginx.listen("proxy_protocol"), "haproxy": haproxy.listen(mode="http", bind="accept-proxy", lines=answer)}
        cls.tls = {"nginx": nginx.listen("proxy_protocol"), "haproxy": haproxy.listen(mode="http", bind="accept-proxy", lines=answer)}
        cls.line_end = nginx.listen("proxy_protocol")
        cls.ports = [*cls.http.values(), *cls.tls.values(), cls.line_end]
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        for port in cls.http.values():
            curl(port)
        for port in cls.tls.values():
            curl(port, tls=True)
        talk(cls.line_end, b"\r\n")

    def expected(self):
        return ("-e", ",".join(map(str, self.ports)))

    def test_http(self):
        for receiver, port in self.http.items():
            with self.subTest(receiver):
                seen = self.only(port, self.expected(), f"http to {receiver}")
                self.assertEqual((seen["verdict"], seen["saw"], seen["host"]), ("missing", "http/1.1", f"{NAME}:{port}"))
                self.assertIn("\n  An HTTP request came in place of the header: ", seen.text)
                self.assert_blames(seen, "sender", "no-header")

    def test_tls(self):
        for receiver, port in self.tls.items():
            with self.subTest(receiver):
                seen = self.only(port, self.expected(), f"tls to {receiver}")
                self.assertEqual((seen["verdict"], seen["saw"]), ("missing", "tls"))
                self.assertEqual((seen["sni"], seen["alpn"]), (NAME, ["h2", "http/1.1"]))
                self.assertIn(f"\n  A TLS ClientHello came in place of the header: SNI {NAME}, ALPN h2 http/1.1. ", seen.text)
                self.assert_blames(seen, "sender", "no-header-tls")

    def test_the_exit_status_tells(self):
        self.assertEqual(inspect(self.ppinspect, self.file, *self.expected())[1], 1)
        self.assertEqual(inspect(self.ppinspect, self.file, *self.expected(), "--fail-on", "none", "--allow-empty")[1], 0)

    def test_without_the_option_nothing_is_said(self):
        self.assertEqual([seen["hex"] for seen in self.records], [], "a line end alone keeps a connection alive")

    def test_of_a_line_end_nobody_can_know_what_it_began(self):
        seen = self.only(self.line_end, self.expected())
        self.assertEqual((seen["verdict"], seen["hex"]), ("truncated", "0d0a"))
        self.assert_blames(seen, "unknown", "line-ends-only")


if __name__ == "__main__":
    main(NoHeaderTest)
