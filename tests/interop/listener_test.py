"""Real senders to ppinspect -L over IPv4, IPv6 and UNIX: what the listener says is what the client was.

listener_test.py PPINSPECT
"""
import os
import re
import sys
import unittest

from clients import NAME, curl
from observer import Observer
from senders_test import CLIENT, OPTIONS, UNIQUE
from servers import Certificates, Haproxy, Nginx
from world import HOST, World, endpoint, need, wait_for

WORLD = World()


class Senders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = Certificates(WORLD, CLIENT)
        haproxy, nginx = Haproxy(WORLD), Nginx(WORLD, stream=True)
        port, cls.path = WORLD.port(), WORLD.folder / "listener.sock"
        cls.port = port
        cls.listener = Observer(WORLD, sys.argv[1], "listener", "--reply", "http", *[word for f in WORLD.families for word in ("-L", endpoint(f, port))], "-L", f"unix:{cls.path}")
        four, path = f"{HOST[4]}:{port}", f"unix@{cls.path}"
        cls.calls = {  # name: the port to call, further words of curl, its options
            "haproxy send-proxy": (haproxy.listen(f"{four} send-proxy"), (), {}),
            "haproxy send-proxy-v2": (haproxy.listen(f"{four} send-proxy-v2"), (), {}),
            "haproxy send-proxy-v2 to UNIX": (haproxy.listen(f"{path} send-proxy-v2"), (), {}),
            "nginx stream": (nginx.forward(port), (), {}),
            "curl": (port, (), {"header": True}),
        }
        if 6 in WORLD.families:
            cls.calls["haproxy send-proxy to IPv6"] = (haproxy.listen(f"{HOST[6]}:{port} send-proxy"), (), {})
        bind = f"ssl crt {certificates.server} ca-file {certificates.authority} verify optional alpn http/1.1"
        chain, key = certificates.client
        tlvs = haproxy.listen(f"{four} {OPTIONS}", mode="http", bind=bind, lines=[f"unique-id-format {UNIQUE}"])
        cls.calls["haproxy send-proxy-v2-ssl-cn"] = (tlvs, ("--cert", chain, "--key", key, "--http1.1"), {"tls": True})
        haproxy.start()
        nginx.start()
        cls.answers = {(name, family): curl(front, *words, family=family, **options)
                       for name, (front, words, options) in cls.calls.items() for family in WORLD.families}
        # An answer may be there before the record is.
        wait_for("a record of each connection", lambda: len(cls.listener.records()) >= len(cls.answers))
        cls.records = cls.listener.records()

    def test_each_sender_is_told_what_it_sent(self):
        self.assertEqual(len(self.records), len(self.answers))
        for (name, family), answer in self.answers.items():
            with self.subTest(name, family=family):
                self.assertEqual(answer.status, 200, answer.text)
                source = f"  source       {endpoint(family, answer.port)}\n"
                self.assertIn(source, answer.text)
                front = self.calls[name][0]
                self.assertIn(f"  destination  {endpoint(family, front)}\n", answer.text)
                seen, = [r for r in self.records if r["src"] == {"ip": HOST[family], "port": answer.port}]
                self.assertEqual(seen["dst"], {"ip": HOST[family], "port": front})
                self.assertEqual(seen["version"], 2 if "v2" in name else 1)
                self.assertEqual((seen["verdict"], seen["payload"], seen["host"].split(":")[0]), ("valid", "http/1.1", NAME))
                self.assertEqual(seen["pieces"], 1, seen)
                self.assertLessEqual(seen["first_byte_us"], seen["header_us"])
                self.assertEqual(seen["peer"]["proto"], "unix" if "UNIX" in name else "tcp")
                print(f"{name} over IPv{family}: {seen['src']} in {seen['header_us']} us")

    def test_all_tlvs_that_haproxy_has(self):
        found = [r for r in self.records if "tlvs" in r]
        self.assertEqual(len(found), len(WORLD.families))
        for seen in found:
            tlvs = {tlv["name"]: tlv for tlv in seen["tlvs"]}
            self.assertIs(tlvs["CRC32C"]["ok"], True)
            self.assertEqual((tlvs["AUTHORITY"]["text"], tlvs["ALPN"]["text"]), (NAME, "http/1.1"))
            self.assertIn("UNIQUE_ID", tlvs)
            self.assertEqual({tlv["name"]: tlv.get("text") for tlv in tlvs["SSL"]["tlvs"]}["SSL_CN"], CLIENT)

    def test_unix_names_the_process(self):
        for seen in self.records:
            if seen["peer"]["proto"] == "unix":
                self.assertEqual((seen["peer"]["dst"], seen["peer"]["uid"]), (f"unix:{self.path}", os.geteuid()))
                self.assertGreater(seen["peer"]["pid"], 0)

    def test_curl_over_unix_has_no_address_to_announce(self):
        before = len(self.listener.records())
        answer = curl(self.port, "--unix-socket", self.path, header=True)
        self.assertEqual(answer.status, 200, answer.text)
        wait_for("its record", lambda: len(self.listener.records()) > before)
        seen = self.listener.records()[before]
        self.assertEqual((seen["version"], seen["command"], seen["peer"]["proto"]), (1, "UNKNOWN", "unix"))

    def test_health_checks(self):
        """haproxy -check-: LOCAL with send-proxy-v2, UNKNOWN or addresses with send-proxy; the check passes."""
        for server, command in (("send-proxy-v2 check inter 50ms", "LOCAL"), ("send-proxy check inter 50ms", None)):
            with self.subTest(server):
                haproxy = Haproxy(WORLD)
                before = len(self.listener.records())
                haproxy.listen(f"{HOST[4]}:{self.port} {server}")
                WORLD.file("haproxy.cfg", "")
                haproxy.start()
                wait_for("three checks", lambda start=before: len(self.listener.records()) >= start + 3)
                seen = self.listener.records()[before]
                self.assertEqual(seen["verdict"], "valid")
                if command:
                    self.assertEqual(seen["command"], command)
                    self.assertNotIn("src", seen)

    @classmethod
    def tearDownClass(cls):
        code = cls.listener.end()
        talk = cls.listener.err.read_text()
        assert code == 0 and "Sanitizer" not in talk and "runtime error" not in talk, (code, talk)
        assert re.search(r"^[0-9]+ connections: [0-9]+ ok$", talk, re.MULTILINE), talk


if __name__ == "__main__":
    need("haproxy", "nginx", "curl", "openssl")
    try:
        result = unittest.main(argv=sys.argv[:1] + sys.argv[2:], exit=False).result
    finally:
        WORLD.close()
    sys.exit(0 if result.wasSuccessful() else 1)
