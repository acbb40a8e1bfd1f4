"""How a header was delivered and recorded does not change what is said of it."""
import random
import unittest

import catalogue
import ppinspect
from capture_files import (CLIENT, FIN, LINKS, SERVER, START_NS, STEP_NS, ACK, conversation, pcap, pcapng, tcp, timed, udp)

SEED = 20261123
V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\n\r\n"
DELIVERY = ("frame", "frames", "segments", "connection", "time")


def inspect(capture, *arguments):
    result = ppinspect.run("-o", "json", *arguments, stdin=capture)
    if result.code not in (0, 1, 4):
        raise AssertionError("exit %d: %s" % (result.code, result.talk()))
    return result.records()


def client(index):
    return ("10.0.%d.%d" % (index // 200, index % 200 + 1), 40000 + index)


def what(record):
    """A record without its delivery."""
    out = {key: value for key, value in record.items() if key not in DELIVERY}
    out["findings"] = [f for f in record["findings"] if f["code"] != "header-split"]
    if "reaction" in out:
        out["reaction"] = {key: value for key, value in out["reaction"].items() if key != "after_us"}
    return out


def by_peer(records):
    out = {}
    for record in records:
        out.setdefault(record["peer"]["src"], []).append(what(record))
    return out


def streams():
    """Header and request of the catalogue's rows of moderate size, as bytes of a connection."""
    return [row.header + catalogue.REQUEST for row in catalogue.rows() if row.header and len(row.header) < 600]


def cut_at(data, places):
    edges = [0, *sorted(set(places)), len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:]) if a < b]


def connections(all_parts, **how):
    out = []
    for index, parts in enumerate(all_parts):
        out += conversation(parts, answer=ANSWER, end="fin", client=client(index), sequence=(index * 0x11111111) % 2**32, **how)
    return out


class Splits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = streams()
        cls.whole = by_peer(inspect(pcap(connections([[d] for d in cls.data])), "-e", "9999"))

    def compare(self, all_parts, name):
        got = by_peer(inspect(pcap(connections(all_parts)), "-e", "9999"))
        self.assertEqual(sorted(got), sorted(self.whole))
        for index, data in enumerate(self.data):
            peer = "%s:%d" % client(index)
            with self.subTest(name, seed=SEED, data=data[:120].hex(), parts=[len(p) for p in all_parts[index]]):
                self.assertEqual(got[peer], self.whole[peer])

    def test_whole_streams_are_seen(self):
        self.assertEqual(len(self.whole), len(self.data))

    def test_random_places(self):
        source = random.Random(SEED)
        for turn in range(5):
            self.compare([cut_at(d, [source.randrange(1, len(d)) for _ in range(1 + turn)]) for d in self.data], "turn %d" % turn)

    def test_early_places(self):
        for place in (1, 5, 6, 11, 12, 13, 15, 16, 17, 27, 28, 29, 30, 31, 46, 47):
            self.compare([cut_at(d, [min(place, len(d) - 1)]) for d in self.data], "at %d" % place)

    def test_byte_by_byte(self):
        self.compare([cut_at(d, range(1, 80)) for d in self.data], "bytes")


class Order(unittest.TestCase):
    """Packets that a capture holds in another order than that of their times."""

    AFTER = ("payload", "payload_line", "host", "reaction", "diagnosis")

    def test_window_of_four(self):
        source = random.Random(SEED)
        parts = [cut_at(d, [source.randrange(1, len(d)) for _ in range(3)]) for d in streams()]
        packets = timed(connections(parts))
        straight = by_peer(inspect(pcap(packets)))
        ours = {}
        for packet in packets:
            ports = {int.from_bytes(packet[1][20:22], "big"), int.from_bytes(packet[1][22:24], "big")} - {9999}
            ours.setdefault(ports.pop(), []).append(packet)
        for turn in range(4):
            shuffled = []
            for connection in ours.values():
                # The handshake stays: without it there is no telling where a stream starts.
                rest = connection[3:]
                for start in range(turn, len(rest), 4):
                    window = rest[start:start + 4]
                    source.shuffle(window)
                    rest[start:start + 4] = window
                shuffled += connection[:3] + rest
            got = by_peer(inspect(pcap(shuffled)))
            for peer, records in straight.items():
                with self.subTest(seed=SEED, turn=turn, peer=peer):
                    self.assertEqual([self.header_alone(r) for r in got.get(peer, [])], [self.header_alone(r) for r in records])

    def header_alone(self, record):
        """What follows a header is kept up to the reaction as the file has it. Behind the fault, a malformed one and a
        chained one are what follows."""
        if "chain" in record:
            return record["chain"]
        if record["verdict"] == "malformed":
            return [(f["code"], f["offset"]) for f in record["findings"]]
        alone = {key: value for key, value in record.items() if key not in self.AFTER}
        alone["findings"] = [f for f in record["findings"] if f["code"] not in ("v2-authority-mismatch", "v2-alpn-mismatch")]
        return alone

    def test_data_before_its_syn(self):
        """Perhaps nothing can be said of it; nothing wrong is."""
        packets = timed(conversation([V1[:20], V1[20:] + catalogue.REQUEST], answer=ANSWER, end="fin"))
        for late in range(1, 6):
            moved = packets[1:late + 1] + packets[:1] + packets[late + 1:]
            with self.subTest(late=late):
                self.assertLessEqual({r["verdict"] for r in inspect(pcap(moved))}, {"valid", "gap"})


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.packets = connections([[d] for d in streams()[::4]])
        v6 = (("2001:db8::1", 50000), ("2001:db8::2", 9999))
        cls.packets += conversation([V1 + catalogue.REQUEST], client=v6[0], server=v6[1], answer=ANSWER)
        cls.packets += [udp(client(900), SERVER, catalogue.v2(fixed=catalogue.FIXED[:13] + b"\x12") + b"query")]
        cls.plain = inspect(pcap(cls.packets))

    def test_formats(self):
        for write in (pcap, pcapng):
            for nano in (False, True):
                for big in (False, True):
                    with self.subTest(write.__name__, nano=nano, big=big):
                        got = inspect(write(self.packets, nano=nano, big=big))
                        for record in got:
                            digits = record["time"].split(".")[1]
                            self.assertEqual(len(digits), 10 if nano else 7)
                            record["time"] = record["time"][:26] + "Z"
                        self.assertEqual(got, self.plain)

    def test_link_layers(self):
        for link in LINKS:
            with self.subTest(link):
                self.assertEqual(inspect(pcap(self.packets, link=link)), self.plain)
                self.assertEqual(inspect(pcapng(self.packets, link=link)), self.plain)

    def test_as_a_file_or_a_pipe(self):
        with ppinspect.scratch() as directory:
            with open(directory + "/c.pcap", "wb") as file:
                file.write(pcap(self.packets))
            got = ppinspect.run("-o", "json", "c.pcap", cwd=directory).records()
        for record in got:
            self.assertEqual(record.pop("input"), "c.pcap")
            record["input"] = "-"
        self.assertEqual(got, self.plain)


class Incomplete(unittest.TestCase):
    """Cut by the capture, lost, stopped and not yet there are four different words, and none of them is malformed."""

    headers = [V1, catalogue.v2(), catalogue.v2(catalogue.tlv(2, b"www.example.com") + catalogue.tlv(4, bytes(20)))]

    def test_snaplen_at_every_byte(self):
        packets, expected = [], {}
        at = START_NS
        index = 0
        for header in self.headers:
            for kept in range(0, 54 + len(header) + 1):
                for number, packet in enumerate(conversation([header], client=client(index))):
                    packets.append((at, packet, kept if number == 3 else 65535))
                    at += STEP_NS
                expected["%s:%d" % client(index)] = "valid" if kept == 54 + len(header) else "cut" if kept > 54 else None
                index += 1
        got = by_peer(inspect(pcap(packets)))
        for peer, verdict in expected.items():
            with self.subTest(peer, verdict=verdict):
                verdicts = [r["verdict"] for r in got.get(peer, [])]
                if verdict is None:
                    # Nothing of the header is there: nothing may be said of it but that.
                    self.assertLessEqual(set(verdicts), {"cut", "gap"})
                else:
                    self.assertEqual(verdicts, [verdict])

    def each_place(self, end, **how):
        packets, peers = [], []
        for header in self.headers:
            for place in range(1, len(header)):
                who = client(len(peers))
                if header[:place] in (b"\r\n", b"\r\n\r\n"):
                    continue  # alone they keep a connection of SIP alive
                packets += conversation([header[:place]], client=who, end=end, **how)
                peers.append("%s:%d" % who)
        got = by_peer(inspect(pcap(packets)))
        return [[r["verdict"] for r in got.get(peer, [])] for peer in peers]

    def test_capture_ends_inside(self):
        self.assertEqual({tuple(v) for v in self.each_place("open")}, {("incomplete",)})

    def test_fin_inside(self):
        self.assertEqual({tuple(v) for v in self.each_place("fin")}, {("truncated",)})

    def test_reset_inside(self):
        self.assertEqual({tuple(v) for v in self.each_place("rst")}, {("truncated",)})

    def test_lost_segment(self):
        packets, peers = [], []
        for header in self.headers:
            for place in range(1, len(header) - 2):
                who = client(len(peers))
                packets += conversation([header[:place], header[place:place + 2], header[place + 2:]], client=who, lost={1}, end="fin")
                peers.append("%s:%d" % who)
        got = by_peer(inspect(pcap(packets)))
        for peer in peers:
            with self.subTest(peer):
                self.assertEqual([r["verdict"] for r in got[peer]], ["gap"])

    def test_from_the_server(self):
        for header in self.headers:
            record, = inspect(pcap(conversation([header], from_server=True)))
            self.assertEqual(record["verdict"], "warning")
            self.assertEqual([f["code"] for f in record["findings"]], ["header-direction"])
            self.assertEqual(record["peer"], {"src": "10.0.0.2:9999", "dst": "10.0.0.1:40000", "proto": "tcp"})

    def test_start_not_in_the_capture(self):
        for header in self.headers:
            record, = inspect(pcap(conversation([header], syn=False)))
            self.assertEqual(record["verdict"], "valid")
            self.assertEqual([f["code"] for f in record["findings"]], ["start-not-seen"])
        # From the middle of a connection nothing is taken for a header that does not begin as one.
        self.assertEqual(inspect(pcap(conversation([V1[3:] + catalogue.REQUEST], syn=False))), [])

    def test_chained(self):
        for second in self.headers:
            for parts in ([V1 + second], [V1, second], [V1[:20], V1[20:] + second[:9], second[9:]]):
                with self.subTest(second[:20], parts=len(parts)):
                    records = inspect(pcap(conversation(parts + [catalogue.REQUEST], answer=ANSWER)))
                    self.assertEqual([r["verdict"] for r in records], ["valid", "warning"])
                    self.assertEqual((records[1]["chain"], records[1]["stream_offset"]), (1, len(V1)))
                    self.assertEqual(bytes.fromhex(records[1]["hex"]), second)

    def test_retransmissions(self):
        packets = conversation([V1[:20], V1[20:]], answer=ANSWER, end="fin")
        doubled = [p for packet in packets for p in (packet, packet)]
        self.assertEqual([what(r) for r in inspect(pcap(doubled))], [what(r) for r in inspect(pcap(packets))])

    def test_fin_with_the_last_bytes(self):
        packets = conversation([V1[:20]]) + [tcp(CLIENT, SERVER, 1021, 5001, FIN | ACK, V1[20:])]
        self.assertEqual([r["verdict"] for r in inspect(pcap(packets))], ["valid"])


class Datagrams(unittest.TestCase):
    header = catalogue.v2(fixed=catalogue.FIXED[:13] + b"\x12")

    def test_each_apart(self):
        data = [self.header + b"one", self.header + b"two", self.header[:20], self.header[:12] + b"\x31" + self.header[13:]]
        records = inspect(pcap([udp(CLIENT, SERVER, d) for d in data]))
        self.assertEqual([r["verdict"] for r in records], ["valid", "valid", "truncated", "malformed"])
        self.assertTrue(all(r["peer"]["proto"] == "udp" for r in records))

    def test_header_in_the_first_alone(self):
        records = inspect(pcap([udp(CLIENT, SERVER, d) for d in (self.header + b"one", b"two", b"three")]))
        self.assertEqual([r["verdict"] for r in records], ["valid", "missing"])
        self.assertEqual([(f["code"], f["level"]) for f in records[1]["findings"] if f["level"] != "note"], [("udp-first-only", "warning")])

    def test_no_chain_in_a_datagram(self):
        record, = inspect(pcap([udp(CLIENT, SERVER, self.header + self.header)]))
        self.assertEqual((record["verdict"], record["payload"]), ("valid", "proxy-v2"))

    def test_without_a_header(self):
        self.assertEqual(inspect(pcap([udp(CLIENT, SERVER, b"query")])), [])


if __name__ == "__main__":
    ppinspect.main()
