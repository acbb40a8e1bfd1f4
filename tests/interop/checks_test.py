"""haproxy's health checks: LOCAL headers to a port that takes them are no event.

checks_test.py PPINSPECT
"""
from capture import run
from scenario import InteropTest, main
from servers import Haproxy, Nginx
from world import HOST, wait_for

EVERY = "inter 100ms"


class ChecksTest(InteropTest):
    needs = ("haproxy", "nginx")

    @classmethod
    def arrange(cls):
        nginx = Nginx(cls.world)
        haproxy = Haproxy(cls.world)

        def check(receiver, option, *lines):
            haproxy.listen(f"{HOST[4]}:{receiver} {option} check check-send-proxy {EVERY}", mode="http" if lines else "tcp", lines=lines)
            return receiver

        http = "option httpchk GET /health"
        cls.connect = check(nginx.listen("proxy_protocol"), "send-proxy-v2")
        cls.checksum = check(nginx.listen("proxy_protocol"), "send-proxy-v2 proxy-v2-options crc32c")
        cls.request = check(nginx.listen("proxy_protocol"), "send-proxy-v2", http)
        cls.version1 = check(nginx.listen("proxy_protocol"), "send-proxy", http)
        cls.refused = check(nginx.listen(), "send-proxy-v2", http)
        cls.checked = [cls.connect, cls.checksum, cls.request, cls.version1, cls.refused]
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        def enough():
            # The file grows while it is read: JSON alone, and whatever its last packet is.
            out = run(cls.ppinspect, "-r", cls.capture.file, "-o", "json").stdout.decode("utf-8")
            return all(out.count(f'"dst":"{HOST[4]}:{port}"') >= 3 for port in cls.checked)
        wait_for("three checks of each kind", enough)

    def whole(self, port):
        """Those whose end was captured too."""
        return [seen for seen in self.to(port) if seen.get("reaction")]

    def test_local_is_taken_without_a_word(self):
        for port in (self.connect, self.checksum, self.request):
            found = self.to(port)
            self.assertGreaterEqual(len(found), 2)
            self.tell(found[0])
            for seen in found:
                self.assertEqual((seen["command"], seen["verdict"], seen.get("src")), ("LOCAL", "valid", None))
                self.assert_no_complaint(seen)
                self.assertIn("  v2 LOCAL", seen.line)

    def test_checksum(self):
        for seen in self.to(self.checksum):
            self.assertEqual([(tlv["name"], tlv["ok"]) for tlv in seen["tlvs"]], [("CRC32C", True)])

    def test_a_request_behind_the_header_is_answered(self):
        for port in (self.request, self.version1):
            for seen in self.whole(port):
                self.assertEqual((seen["payload"], seen["reaction"]["class"]), ("http/1.1", "ok"), seen.record)

    def test_version_1_announces_the_check_itself(self):
        for seen in self.to(self.version1):
            self.assertEqual(f"{seen['src']['ip']}:{seen['src']['port']}", seen["peer"]["src"])
            self.assert_no_complaint(seen)
        self.tell(seen)

    def test_a_check_that_is_refused(self):
        for seen in self.whole(self.refused):
            # Of a check whose request was not captured yet the header alone is known.
            self.assert_refused(seen, "receiver", "health-check" if seen.get("payload") else "receiver-http-400")
        self.tell(seen)


if __name__ == "__main__":
    main(ChecksTest)
