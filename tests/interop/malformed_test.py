"""Malformed headers to real receivers, which take some of them: the sender is to change, whatever the receiver did.

malformed_test.py PPINSPECT
"""
from clients import GET, talk, v2
from scenario import InteropTest, main
from servers import Haproxy, Nginx


def line(text):
    return f"PROXY {text}\r\n".encode()


# name: bytes, the finding's code, the offset of the first wrong byte.
ROWS = {
    "port above 65535": (line("TCP4 192.0.2.10 198.51.100.20 99999 443"), "v1-port-range", 36),
    "leading zero": (line("TCP4 192.0.2.010 198.51.100.20 4711 443"), "v1-ipv4-leading-zero", 19),
    "octet above 255": (line("TCP4 192.0.2.256 198.51.100.20 4711 443"), "v1-ipv4-octet-range", 19),
    "two spaces": (line("TCP4 192.0.2.10  198.51.100.20 4711 443"), "v1-separator", 22),
    "no space": (b"PROXYTCP4 192.0.2.10 198.51.100.20 4711 443\r\n", "v1-separator", 5),
    "line feed alone": (line("TCP4 192.0.2.10 198.51.100.20 4711 443").replace(b"\r", b""), "v1-line-end", 44),
    "line without end": (line("UNKNOWN " + "x" * 120), "v1-line-too-long", 105),
    "version 3": (v2(command=0x31), "v2-version", 12),
    "command 5": (v2(command=0x25), "v2-command", 12),
    "family 4": (v2(family=0x41), "v2-family", 13),
    "length 11": (v2(body=bytes(11)), "v2-length-short", 14),
    "TLV past the end": (v2(tlvs=bytes.fromhex("020040777777")), "v2-tlv-overrun", 29),
    "stray bytes": (v2(tlvs=bytes.fromhex("0400")), "v2-tlv-stray", 28),
    "SSL of 2 bytes": (v2(tlvs=bytes.fromhex("2000020100")), "v2-ssl-short", 29),
}
# A checksum may have been right when it was sent.
BROKEN = v2(tlvs=bytes.fromhex("03000400000000"))


class MalformedTest(InteropTest):
    needs = ("haproxy", "nginx")

    @classmethod
    def arrange(cls):
        nginx = Nginx(cls.world)
        haproxy = Haproxy(cls.world)
        answer = ["http-request return status 200"]
        cls.receivers = {name: (nginx.listen("proxy_protocol"), haproxy.listen(mode="http", bind="accept-proxy", lines=answer))
                         for name in [*ROWS, "checksum"]}
        nginx.start()
        haproxy.start()

    @classmethod
    def traffic(cls):
        for name, ports in cls.receivers.items():
            for port in ports:
                talk(port, (ROWS[name][0] if name in ROWS else BROKEN) + GET)

    def test_the_sender_is_told_which_byte(self):
        for name, (_, code, offset) in ROWS.items():
            for port in self.receivers[name]:
                with self.subTest(name):
                    seen = self.only(port, name=name)
                    self.assertEqual(seen["verdict"], "malformed")
                    self.assertEqual([(f["code"], f["level"], f["offset"]) for f in seen["findings"]], [(code, "error", offset)])
                    self.assert_blames(seen, "sender", "sender-malformed")

    def test_nobody_is_blamed_for_a_broken_checksum(self):
        for port in self.receivers["checksum"]:
            seen = self.only(port)
            self.assertEqual((seen["verdict"], seen.codes("error"), seen.codes("warning")), ("malformed", ["v2-crc32c"], []))
            self.assert_blames(seen, "unknown", "checksum-broken")

    def test_the_exit_status_tells(self):
        self.assertEqual(self.status, 1)


if __name__ == "__main__":
    main(MalformedTest)
