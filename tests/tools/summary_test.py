"""-S: what it counts, that two halves of a capture add up to the whole, and that memory and words stay honest at the caps."""
import ipaddress
import os
import random
import unittest

import ppinspect
from capture_files import START_NS, conversation, pcap, tcp, timed
from catalogue import FIXED, REQUEST, tlv, v2

V1 = b"PROXY TCP4 192.0.2.%d 198.51.100.20 56324 443\r\n"
CHECK = b"OPTIONS / HTTP/1.0\r\n\r\n"


def block(client, port=40000):
    return ipaddress.ip_address(client).packed + bytes([198, 51, 100, 20]) + port.to_bytes(2, "big") + b"\x01\xbb"


def some_conversations(count, seed):
    rng = random.Random(seed)
    out = []
    for i in range(count):
        client = ("10.0.%d.%d" % (rng.randrange(2), rng.randrange(1, 6)), 20000 + i)
        header = rng.choice([V1 % rng.randrange(1, 9), v2(tlv(2, b"www.example.com"), block=block("192.0.2.77")), v2(tlv(0xf1, b"x")),
                             FIXED[:12] + b"\x20\0\0\0", v2(b"\x02\x00\x40www.e"), b"PROXY TCP4 1 2\r\n", None])
        parts = [REQUEST] if header is None else [header[:9], header[9:] + REQUEST] if rng.randrange(4) == 0 else [header + REQUEST]
        out.append(conversation(parts, answer=b"HTTP/1.1 200 OK\r\n\r\n", client=client, end="fin"))
    return out


def capture(conversations, start=START_NS):
    packets, at = [], start
    for one in conversations:
        packets += timed(one, at, 40_000 + 7_000 * (at // 50_000_000 % 5))
        at += 50_000_000
    return pcap(packets)


def merged(a, b):
    """Adds two summaries as the schema says: counters, rows by their keys, buckets by their bounds."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a and b
    if isinstance(a, int):
        return a + b
    if isinstance(a, dict):
        return {key: (merged_value(key, a[key], b[key]) if key in a and key in b else a.get(key, b.get(key))) for key in {**a, **b}}
    if isinstance(a, list):
        rows = {}
        for row in a + b:
            key = tuple((k, row[k]) for k in KEYS if k in row)
            rows[key] = merged(rows[key], row) if key in rows else row
        return sorted(rows.values(), key=lambda row: [str(row.get(k)) for k in KEYS])
    return a


KEYS = ("code", "version", "command", "family", "transport", "format", "from", "type", "name", "in_ssl", "ip", "sender", "port", "saw", "key", "side")
MAXIMA = ("max", "longest", "most_segments")
# The gap between the last connection of one input and the first of the next is in no input.
NOT_SUMS = ("first", "input", "inputs", "duration_us", "p50", "p90", "p99", "gaps", "interval_us", "message", "sentence", "fix", "cause", "level")


def merged_value(key, a, b):
    if key in MAXIMA:
        return max(a, b)
    if key in KEYS or key in NOT_SUMS:
        return a
    return merged(a, b)


def comparable(value):
    """A summary without what is no sum, rows in the order of their keys."""
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items() if k not in NOT_SUMS}
    if isinstance(value, list):
        return sorted((comparable(v) for v in value), key=lambda row: [str(row.get(k)) for k in KEYS])
    return value


class Summary(unittest.TestCase):
    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)

    def file(self, name, content):
        path = os.path.join(self.scratch.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def summary(self, *arguments):
        record, = ppinspect.run("-S", "-o", "json", *arguments).records()
        return record

    def test_two_halves_add_up(self):
        for seed in range(3):
            all_of_them = some_conversations(60, seed)
            first = self.file("first.pcap", capture(all_of_them[:25]))
            second = self.file("second.pcap", capture(all_of_them[25:], START_NS + 25 * 50_000_000))
            whole = self.file("whole.pcap", capture(all_of_them))
            for more in ([], ["-e", "9999"]):
                with self.subTest(seed=seed, more=more):
                    a, b, ab = (self.summary(*more, name) for name in (first, second, whole))
                    self.assertGreater(a["headers"], 0)
                    self.assertGreater(len(ab["problems"]), 2)
                    self.assertEqual(comparable(merged(a, b)), comparable(ab))
                    self.assertEqual(comparable(self.summary(*more, first, second)), comparable(ab))

    def test_a_stream_cut_by_the_boundary_is_said(self):
        one = conversation([(V1 % 1)[:20], (V1 % 1)[20:] + REQUEST])
        a = self.file("a.pcap", pcap(one[:4]))
        b = self.file("b.pcap", pcap(one[4:]))
        first, second = self.summary(a), self.summary(b)
        self.assertEqual(first["verdicts"]["incomplete"], 1)
        self.assertEqual(second["connections_without_start"], 1)
        self.assertIn("1 connection with a header that was not complete when the capture ended", ppinspect.run("-S", a).out.decode())
        self.assertIn("1 connection begun before the capture", ppinspect.run("-S", b).out.decode())

    def test_delays_and_delivery(self):
        header = V1 % 1
        packets = []
        for i, delay in enumerate([100_000] * 98 + [3_000_000, 700_000_000]):
            one = conversation([header + REQUEST], client=("10.0.0.1", 20000 + i))
            start = START_NS + i * 2_000_000_000
            packets += [(start, one[0]), (start + 10_000, one[1]), (start + 20_000, one[2]), (start + delay, one[3])]
        delays = self.summary(self.file("delays.pcap", pcap(packets)))["delivery"]
        self.assertEqual(delays["one_segment"], 100)
        self.assertEqual(delays["delay_us"], {"count": 100, "max": 700000, "p50": 100, "p90": 100, "p99": 3007, "buckets": [
            {"from": 100, "count": 98}, {"from": 2976, "count": 1}, {"from": 696320, "count": 1}]})

    def test_first_places(self):
        bad = conversation([v2(b"\x02\x00\x40www.e")], client=("10.0.0.1", 1000))
        good = conversation([V1 % 1], client=("10.0.0.1", 1001))
        path = self.file("bad.pcap", pcap(good + bad))
        problem, = self.summary(path)["problems"]
        self.assertEqual((problem["code"], problem["count"], problem["first"]["frame"]), ("v2-tlv-overrun", 1, 8))
        self.assertRegex(ppinspect.run("-S", "bad.pcap", cwd=self.scratch.name).out.decode(), r"1 v2-tlv-overrun .* frame 8\n")

    def test_many_clients_in_bounded_room(self):
        count, often = 9000, 40
        packets = []
        for i in range(count):
            client = ("10.%d.%d.1" % (i // 250, i % 250), 4000)
            packets.append(tcp(client, ("10.200.0.2", 9999), 1, 0, 2))
            packets.append(tcp(client, ("10.200.0.2", 9999), 2, 1, 0x18, v2(block=block("192.0.2.1" if i % (count // often) == 0 else "172.%d.%d.9" % (i // 250, i % 250)))))
        summary = self.summary(self.file("many.pcap", pcap(packets)))
        self.assertEqual(summary["headers"], count)
        for table in ("clients", "senders"):
            with self.subTest(table):
                rows = summary[table]["rows"]
                self.assertFalse(summary[table]["exact"])
                self.assertLessEqual(len(rows), 4096)
                self.assertEqual(sum(row["count"] for row in rows) + summary[table]["others"]["count"], count)
        top = summary["clients"]["rows"][0]
        self.assertEqual((top["ip"], top["count"]), ("192.0.2.1", often))
        self.assertIn("which the table had no room for", ppinspect.run("-S", os.path.join(self.scratch.name, "many.pcap")).out.decode())

    def test_quiet_is_the_trouble_alone(self):
        path = self.file("x.pcap", pcap(timed(conversation([V1 % 1 + REQUEST]), START_NS) + timed(conversation([REQUEST], client=("10.0.0.9", 1)), START_NS)))
        text = ppinspect.run("-S", "-e", "none", path).out.decode()
        self.assertIn("\nsenders ", text)
        self.assertNotIn("what to change", text)
        quiet = ppinspect.run("-S", "-q", "-e", "9999", path).out.decode()
        self.assertIn("what to change\n  1x  sender 10.0.0.9 to port 9999: no header on 1 of 1 connection\n", quiet)
        self.assertNotIn("\nsenders ", quiet)

    def test_same_bytes_each_time(self):
        path = self.file("x.pcap", capture(some_conversations(40, 7)))
        self.assertEqual(ppinspect.run("-S", "-e", "9999", path).out, ppinspect.run("-S", "-e", "9999", path).out)

    def test_exit_status_is_that_of_the_records(self):
        for seed in range(2):
            for more in ([], ["-e", "9999"], ["--strict"], ["--fail-on", "warning"], ["--only", "v1"]):
                path = self.file("x.pcap", capture(some_conversations(3, seed)))
                with self.subTest(seed=seed, more=more):
                    self.assertEqual(ppinspect.run("-S", *more, path).code, ppinspect.run(*more, path).code)


class Missing(unittest.TestCase):
    """-e: many connections without a header are a group with a likely cause."""

    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.addCleanup(self.scratch.cleanup)

    def groups(self, conversations, gaps_ns=50_000_000):
        packets, at = [], START_NS
        for i, one in enumerate(conversations):
            packets += timed(one, at)
            at += gaps_ns[i % len(gaps_ns)] if isinstance(gaps_ns, list) else gaps_ns
        self.path = os.path.join(self.scratch.name, "x.pcap")
        with open(self.path, "wb") as file:
            file.write(pcap(packets))
        record, = ppinspect.run("-S", "-o", "json", "-e", "9999", self.path).records()
        return {(g["sender"], g["saw"]): g for g in record["expected"]["groups"]}

    def many(self, count, first, sender="10.0.0.1", **more):
        base = getattr(self, "port", 20000)
        self.port = base + count
        return [conversation([first] if first else [], client=(sender, base + i), end="fin", **more) for i in range(count)]

    def cause(self, conversations, gaps_ns=50_000_000, key=("10.0.0.1", "http/1.1")):
        return self.groups(conversations, gaps_ns)[key]["cause"]

    def test_causes(self):
        request, header = REQUEST, V1 % 1
        irregular = [50_000_000, 900_000_000, 3_000_000]
        self.assertEqual(self.cause(self.many(6, request), irregular), "no-option")
        self.assertEqual(self.cause(self.many(6, request) + self.many(2, header + request), irregular), "second-path")
        self.assertEqual(self.cause(self.many(6, request) + self.many(2, header + request, "10.0.0.9"), irregular), "bypass")
        self.assertEqual(self.cause(self.many(6, CHECK), 2_000_000_000), "health-check")
        self.assertEqual(self.cause(self.many(6, b""), 2_000_000_000, ("10.0.0.1", "nothing")), "health-check")
        self.assertEqual(self.cause(self.many(6, b""), irregular, ("10.0.0.1", "nothing")), "silent")
        self.assertEqual(self.cause(self.many(3, CHECK), 2_000_000_000), "no-option")  # two gaps are no rhythm
        hello = bytes.fromhex("16030100450100004103030000") + bytes(60)
        self.assertEqual(self.cause(self.many(2, hello), irregular, ("10.0.0.1", "tls")), "tls-outside")
        self.assertEqual(self.cause(self.many(2, b"\x56\xec" + bytes(36)), irregular, ("10.0.0.1", "simple-proxy-protocol")), "other-protocol")

    def test_interval(self):
        group = self.groups(self.many(6, CHECK), 2_000_000_000)[("10.0.0.1", "http/1.1")]
        self.assertEqual((group["count"], group["interval_us"], group["first"]["frame"]), (6, 2_000_000, 4))
        self.assertIn("every 2.0 s: likely a health check", group["sentence"])

    def test_one_record_for_each_group_and_its_count(self):
        self.groups(self.many(30, REQUEST) + self.many(3, REQUEST, "10.0.0.7"))
        result = ppinspect.run("-q", "--utc", "-e", "9999", self.path)
        self.assertEqual(result.code, 1)
        self.assertEqual(result.out.count(b"  code  no-header\n"), 2)
        self.assertEqual(result.out.count(b"  as above ("), 31)
        self.assertIn(b"\nMISSING   x30  10.0.0.1 > :9999  ", result.out)
        self.assertIn(b"\nMISSING   x3  10.0.0.7 > :9999  ", result.out)
        self.assertIn("33 without a header", result.talk())
        for option in ("-v", "--all"):
            self.assertEqual(ppinspect.run(option, "-e", "9999", self.path).out.count(b"  code  no-header\n"), 33)
        self.assertEqual(len(ppinspect.run("-o", "json", "-e", "9999", self.path).records()), 33)

    def test_one_alone_is_no_group(self):
        self.groups(self.many(1, REQUEST))
        self.assertNotIn(b"MISSING   x", ppinspect.run("-e", "9999", self.path).out)

    def test_selection_does_not_hide_what_the_cause_is_read_off(self):
        irregular = [50_000_000, 900_000_000, 3_000_000]
        self.groups(self.many(6, REQUEST) + self.many(2, V1 % 1 + REQUEST), irregular)
        self.assertIn(b"  code  second-path\n", ppinspect.run("--only", "missing", "-e", "9999", self.path).out)


if __name__ == "__main__":
    ppinspect.main()
