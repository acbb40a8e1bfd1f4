"""Real senders to ppinspect -L, while ppinspect -i captures the same on lo: both say the same of every connection.

live_test.py PPINSPECT
"""
import sys
import unittest

from clients import curl
from observer import Observer
from senders_test import CLIENT, OPTIONS, UNIQUE
from servers import Certificates, Haproxy, Nginx
from world import World, endpoint, need, wait_for


KEYS = ("version", "command", "family", "transport", "header_bytes", "src", "dst", "tlvs", "hex", "verdict")
# About the connection to the receiver, and known to that alone.
LISTENERS_OWN = {"family-differs", "header-delayed"}


def told(record):
    """What a header announces and what is thought of it; when and how it came is another matter of each source."""
    return {"findings": [finding for finding in record["findings"] if finding["code"] not in LISTENERS_OWN], **{key: record.get(key) for key in KEYS}}


def by_connection(test, records):
    out = {record["peer"]["src"]: told(record) for record in records}
    test.assertEqual(len(out), len(records), "a record for each connection")
    return out


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = Certificates(WORLD, CLIENT)
        haproxy, nginx = Haproxy(WORLD), Nginx(WORLD, stream=True)
        port = WORLD.port()
        cls.listener = Observer(WORLD, sys.argv[1], "listener", *[word for f in WORLD.families for word in ("-L", endpoint(f, port))], "--reply", "http")
        cls.live = Observer(WORLD, sys.argv[1], "live", "-i", "lo", "tcp", "port", port)
        bind = f"ssl crt {certificates.server} ca-file {certificates.authority} verify optional alpn http/1.1"
        chain, key = certificates.client
        tls = ("--cert", chain, "--key", key, "--http1.1")
        calls = [(nginx.forward(port), (), {}), (port, (), {"header": True})]
        for family in WORLD.families:
            to = endpoint(family, port)
            calls += [(haproxy.listen(f"{to} {words}"), (), {}) for words in ("send-proxy", "send-proxy-v2")]
            calls.append((haproxy.listen(f"{to} {OPTIONS}", mode="http", bind=bind, lines=[f"unique-id-format {UNIQUE}"]), tls, {"tls": True}))
        haproxy.start()
        nginx.start()
        cls.answers = [curl(front, *words, family=family, **options) for front, words, options in calls for family in WORLD.families]
        # Records of the capture come within 100 ms.
        wait_for("a record of each connection", lambda: min(len(s.records()) for s in (cls.live, cls.listener)) >= len(cls.answers))
        cls.codes = cls.live.end(), cls.listener.end()

    def test_both_say_the_same(self):
        self.assertEqual([answer.status for answer in self.answers], [200] * len(self.answers))
        listened, captured = (by_connection(self, source.records()) for source in (self.listener, self.live))
        self.assertEqual(len(listened), len(self.answers))
        self.assertEqual(captured.keys(), listened.keys())
        for peer, record in listened.items():
            with self.subTest(peer):
                self.assertEqual(captured[peer], record)
                print(f"{peer}: v{record['version']} of {endpoint(6 if ':' in record['src']['ip'] else 4, record['src']['port'])}, "
                      f"{len(record['tlvs'] or ())} TLVs, {record['verdict']}")
        self.assertEqual({(r["version"], bool(r["tlvs"])) for r in listened.values()}, {(1, False), (2, False), (2, True)})

    def test_nothing_was_lost(self):
        self.assertEqual(self.codes, (0, 0))
        for source in (self.live, self.listener):
            self.assertTrue(source.err.read_text().endswith(f": {len(self.answers)} ok\n"), source.err.read_text())
        self.assertTrue({a.port for a in self.answers} == {r["src"]["port"] for r in self.live.records()})


if __name__ == "__main__":
    need("haproxy", "nginx", "curl", "openssl")
    WORLD = World()
    try:
        passed = unittest.main(argv=sys.argv[:1] + sys.argv[2:], exit=False).result.wasSuccessful()
    finally:
        WORLD.close()
    sys.exit(0 if passed else 1)
