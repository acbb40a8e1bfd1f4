"""--by client: the headers of several captures that announce one source, and what each hop changed."""
import os
import unittest

import ppinspect
from capture_files import conversation, pcap, timed
from catalogue import REQUEST, tlv, v2

CLIENT_V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
NAMES = tlv(0x01, b"h2") + tlv(0x02, b"www.example.com")


class ByClient(unittest.TestCase):
    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.files = {}

    def file(self, name, *headers, server=("10.0.0.2", 443), start=0):
        packets = []
        for i, header in enumerate(headers):
            one = conversation([header + REQUEST], client=("10.0.0.1", 40000 + i), server=server)
            packets += timed(one, (1_800_000_000 + start + i) * 10**9)
        with open(os.path.join(self.scratch.name, name), "wb") as file:
            file.write(pcap(packets))
        return name

    def by_client(self, *arguments):
        return ppinspect.run("--by", "client", *arguments, cwd=self.scratch.name)

    def test_hops_side_by_side(self):
        a = self.file("a.pcap", v2(NAMES))
        b = self.file("b.pcap", v2(tlv(0x02, b"other.example.com") + tlv(0xe5, b"new")), server=("10.0.0.3", 8080), start=1)
        c = self.file("c.pcap", CLIENT_V1, server=("10.0.0.4", 8080), start=2)
        record, = self.by_client("-o", "json", a, b, c).records()
        self.assertEqual((record["schema"], record["src"], record["inputs"]), ("pp.client/1", {"ip": "192.0.2.10", "port": 56324}, 3))
        self.assertEqual([hop["input"] for hop in record["hops"]], [a, b, c])
        self.assertNotIn("changes", record["hops"][0])
        self.assertEqual(record["hops"][1]["changes"], [
            {"what": "ALPN", "tlv": True, "from": "h2"},
            {"what": "AUTHORITY", "tlv": True, "from": "www.example.com", "to": "other.example.com"},
            {"what": "0xe5", "tlv": True, "to": "new"}])
        self.assertEqual(record["hops"][2]["changes"], [
            {"what": "version", "from": "2", "to": "1"},
            {"what": "AUTHORITY", "tlv": True, "from": "other.example.com"}, {"what": "0xe5", "tlv": True, "from": "new"}])
        text = self.by_client(a, b, c).out.decode()
        self.assertIn("192.0.2.10:56324  in 3 inputs\n", text)
        self.assertIn("      without ALPN (h2)\n      AUTHORITY www.example.com -> other.example.com\n      with 0xe5 (new)\n", text)
        self.assertIn("  1.0 s later\n", text)

    def test_the_nth_tlv_of_a_type_is_compared_with_the_nth(self):
        def hops(before, after):
            a, b = (self.file(name, v2(b"".join(tlv(0xe1, value) for value in values))) for name, values in (("a.pcap", before), ("b.pcap", after)))
            record, = self.by_client("-o", "json", a, b).records()
            return [(c.get("from"), c.get("to")) for c in record["hops"][1]["changes"]]

        self.assertEqual(hops([b"one", b"two"], [b"one", b"two"]), [])
        self.assertEqual(hops([b"one", b"two"], [b"one", b"new"]), [("two", "new")])
        self.assertEqual(hops([b"one", b"two"], [b"two", b"one"]), [("one", "two"), ("two", "one")])
        self.assertEqual(hops([b"one", b"two", b"end"], [b"one", b"two"]), [("end", None)])
        self.assertEqual(hops([b"one"], [b"one", b"two"]), [(None, "two")])

    def test_the_address_that_a_hop_announces(self):
        other = CLIENT_V1.replace(b"198.51.100.20", b"198.51.100.21")
        record, = self.by_client("-o", "json", self.file("a.pcap", CLIENT_V1), self.file("b.pcap", other)).records()
        self.assertEqual(record["hops"][1]["changes"], [{"what": "destination", "from": "198.51.100.20:443", "to": "198.51.100.21:443"}])

    def test_texts_are_text_whatever_their_alphabet(self):
        def named(name):
            return self.file("%d.pcap" % len(name), v2(tlv(0x20, b"\1" + bytes(4) + tlv(0x22, name))))

        short, long, torn = "client \u00e9.example".encode(), ("\u00e9" * 40).encode(), b"a" + "\u00e9".encode() * 50
        shown = {short: "client \u00e9.example", long: "\u00e9" * 32 + "... (80 bytes)", torn: "a" + "\u00e9" * 31 + "... (101 bytes)"}
        for name, text in shown.items():
            file = named(name)
            self.assertIn("SSL_CN " + text + "\n", self.by_client(file).out.decode())
            record, = self.by_client("-o", "json", file).records()
            self.assertEqual([t["value"] for t in record["hops"][0]["tlvs"] if t["name"] == "SSL_CN"], [text])
            out = self.by_client("--ascii", file).out
            self.assertTrue(out.isascii())
            self.assertIn(b"\n      SSL client 0x01, verify 0, SSL_CN " + text.encode("ascii", "backslashreplace").replace(b"\\xe9", b"\\xc3\\xa9") + b"\n", out)
        changed = self.by_client("--ascii", named(short), named(long)).out
        self.assertTrue(changed.isascii())
        self.assertIn(b"      SSL_CN client \\xc3\\xa9.example -> \\xc3\\xa9", changed)

    def test_quiet_leaves_out_clients_of_which_there_is_nothing_to_say(self):
        same, changed = (CLIENT_V1.replace(b"192.0.2.10", b"192.0.2.%d" % n) for n in (1, 2))
        a = self.file("a.pcap", same, changed, v2(tlv(0xf1, b"") + tlv(0x02, b""), block=bytes([192, 0, 2, 3]) + bytes([198, 51, 100, 20]) + bytes(4)))
        b = self.file("b.pcap", same, changed.replace(b"198.51.100.20", b"198.51.100.21"))
        self.assertEqual({r["src"]["ip"] for r in self.by_client("-o", "json", a, b).records()}, {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
        self.assertEqual({r["src"]["ip"] for r in self.by_client("-q", "-o", "json", a, b).records()}, {"192.0.2.2", "192.0.2.3"})
        text = self.by_client("-q", a, b).out.decode()
        self.assertNotIn("192.0.2.1:", text)
        self.assertIn("192.0.2.2:56324  in 2 inputs\n", text)

    def test_nothing_changed(self):
        self.assertIn("      nothing changed\n", self.by_client(self.file("a.pcap", CLIENT_V1), self.file("b.pcap", CLIENT_V1)).out.decode())

    def test_in_most_inputs_first_then_by_address(self):
        one, two, three = (CLIENT_V1.replace(b"192.0.2.10", b"192.0.2.%d" % n) for n in (1, 2, 3))
        records = self.by_client("-o", "json", self.file("a.pcap", three, two, one), self.file("b.pcap", three)).records()
        self.assertEqual([(r["src"]["ip"], r["inputs"]) for r in records], [("192.0.2.3", 2), ("192.0.2.1", 1), ("192.0.2.2", 1)])

    def test_headers_without_a_source_are_counted(self):
        local = v2()[:12] + b"\x20\0\0\0"
        result = self.by_client("-o", "json", self.file("a.pcap", CLIENT_V1, local, b"PROXY UNKNOWN\r\n"))
        self.assertEqual(result.records()[-1], {"schema": "pp.clients/1", "without_source": 2, "others": 0})

    def test_room(self):
        record, = self.by_client("-o", "json", self.file("a.pcap", *[CLIENT_V1] * 40), self.file("b.pcap", CLIENT_V1)).records()
        self.assertEqual((len(record["hops"]), record["more"], record["inputs"]), (17, 24, 2))
        many = [CLIENT_V1.replace(b"56324", b"%d" % (10000 + n)) for n in range(17000)]
        with open(os.path.join(self.scratch.name, "many.txt"), "wb") as file:
            file.write(b"".join(line.hex().encode() + b"\n" for line in many))
        records = self.by_client("-o", "json", "--input-type", "lines", "many.txt").records()
        self.assertEqual(len(records), 16384 + 1)
        self.assertEqual(records[-1]["others"], 17000 - 16384)

    def test_refusals(self):
        self.file("a.pcap", CLIENT_V1)
        for words in (["-S", "a.pcap"], ["-o", "raw", "a.pcap"], ["-L", "0"]):
            self.assertEqual(self.by_client(*words).code, 2, words)
        self.assertEqual(ppinspect.run("--by", "server", "a.pcap", cwd=self.scratch.name).code, 2)

    def test_exit_status_is_that_of_the_records(self):
        bad = self.file("bad.pcap", v2(b"\x02\x00\x40www.e"))
        self.assertEqual(self.by_client(bad).code, 1)
        self.assertEqual(self.by_client(self.file("none.pcap", b"")).code, 4)


if __name__ == "__main__":
    ppinspect.main()
