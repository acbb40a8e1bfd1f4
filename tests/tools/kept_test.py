"""-w, --extract and --follow: what is written reads back as it was shown, whatever is in the way.

kept_test.py PPINSPECT
"""
import calendar
import glob
import itertools
import json
import os
import resource
import shutil
import stat
import struct
import subprocess
import time
import unittest

import ppinspect
from capture_files import SERVER, START_NS, conversation, pcap, pcapng, tcp, timed, udp
from catalogue import FIXED, REQUEST, tlv, v2

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
OK = b"HTTP/1.1 200 OK\r\n\r\n"
OVERRUN = v2(b"\x02\x00\x40www.e")
CORPUS = sorted(glob.glob(os.path.join(ppinspect.SOURCE, "corpus", "pcap", "*.pcap")))
PLACES = ("input", "frame", "frames", "connection")  # where it was, not what it is


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def without_places(records):
    """Without what depends on the rest of the capture: places, and the sentence that compares with other connections."""
    kept = [{key: value for key, value in record.items() if key not in PLACES} for record in records]
    for record in kept:
        if "diagnosis" in record:
            record["diagnosis"] = {key: value for key, value in record["diagnosis"].items() if key != "sentence"}
    return kept


def comments_of(content):
    """{number of the packet: comment} of a little-endian pcapng file."""
    out, at, packets = {}, 0, 0
    while at < len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if kind == 6:
            packets += 1
            captured, = struct.unpack_from("<I", content, at + 20)
            option = at + 28 + captured + -captured % 4
            while option < at + size - 4:
                code, length = struct.unpack_from("<HH", content, option)
                if code == 1:
                    out[packets] = content[option + 4:option + 4 + length].decode()
                option += 4 + length + -length % 4
        at += size
    return out


def at_ns(text):
    seconds, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(fraction.ljust(9, "0"))


def mixed():
    one = conversation([V1 + REQUEST, b"x" * 3000, b"y" * 3000], answer=OK, end="fin")
    two = conversation([v2()[:9], v2()[9:], REQUEST], client=("10.0.0.1", 40001), answer=b"HTTP/1.1 400 Bad Request\r\n\r\n", end="fin")
    three = conversation([REQUEST], client=("10.0.0.1", 40002), answer=OK, end="fin")
    four = [udp(("10.0.0.1", 40003), ("10.0.0.2", 9999), v2(fixed=FIXED[:13] + b"\x12") + b"query"), udp(("10.0.0.1", 40004), ("10.0.0.2", 53), b"query")]
    packets = []
    for i in range(max(map(len, (one, two, three, four)))):  # at the same time
        packets += [flow[i] for flow in (one, two, three, four) if i < len(flow)]
    return packets


class Scratch(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        scratch = ppinspect.scratch()
        self.addCleanup(scratch.cleanup)
        os.chmod(scratch.name, 0o755)
        self.folder = scratch.name

    def path(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return path


class KeptTest(Scratch):
    def read_back(self, source, suffix, *options):
        """What is shown of `source`, and what is shown of the file that was written."""
        out = self.path("out" + suffix)
        shown = ppinspect.run("-o", "json", *options, "-w", out, source)
        self.assertNotEqual(shown.code, 3, shown.talk())
        again = ppinspect.run("-o", "json", *(word for word in options if word not in ("-q",)), out)
        return shown, again

    def test_it_reads_back_as_it_was_shown(self):
        sources = CORPUS + [self.path("mixed.pcap", pcap(mixed())), self.path("mixed.pcapng", pcapng(mixed(), nano=True))]
        for source in sources:
            for suffix in (".pcap", ".pcapng"):
                with self.subTest(source=source, suffix=suffix):
                    shown, again = self.read_back(source, suffix)
                    self.assertTrue(shown.records())
                    self.assertEqual(without_places(again.records()), without_places(shown.records()))

    def test_it_holds_the_flows_that_the_selection_picked_and_no_more(self):
        source = self.path("mixed.pcap", pcap(mixed()))
        shown, again = self.read_back(source, ".pcap", "--only", "v1")
        self.assertEqual(len(shown.records()), 1)
        self.assertEqual(without_places(again.records()), without_places(shown.records()))
        self.assertEqual(again.talk(), "1 connection: 1 ok\n")
        content = content_of(self.path("out.pcap"))
        self.assertNotIn(b"query", content)
        # handshake, header, two pieces of body, answer: the end of the connection is behind the reaction
        self.assertIn("7 packets of 1 flow written to", shown.talk())

    def test_missing_headers_too(self):
        source = self.path("mixed.pcap", pcap(mixed()))
        shown, again = self.read_back(source, ".pcapng", "-e", "9999", "--only", "missing")
        self.assertEqual([record["saw"] for record in shown.records()], ["http/1.1"])
        self.assertEqual(without_places(again.records()), without_places(shown.records()))

    def test_findings_are_comments_of_their_packets(self):
        source = self.path("source.pcap", pcap(conversation([OVERRUN], answer=OK) + conversation([V1 + REQUEST], client=("10.0.0.9", 1), answer=OK)))
        for suffix, wanted in ((".pcapng", {4: "error v2-tlv-overrun: AUTHORITY TLV claims 64 bytes, only 5 are left in the header"}), (".pcap", None)):
            self.read_back(source, suffix)
            content = content_of(self.path("out" + suffix))
            if wanted is None:
                self.assertNotIn(b"v2-tlv-overrun", content)
            else:
                self.assertEqual(comments_of(content), wanted)
                if shutil.which("tshark"):
                    got = subprocess.run(["tshark", "-n", "-r", self.path("out" + suffix), "-T", "fields", "-e", "frame.number", "-e", "frame.comment"],
                                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout
                    self.assertIn(f"4\t{wanted[4]}\n", got)

    def test_flow_bytes(self):
        client, server = ("10.0.0.1", 40000), ("10.0.0.2", 9999)
        packets = conversation([V1 + REQUEST], answer=OK)
        packets += [tcp(client, server, 1001 + len(V1 + REQUEST) + 1000 * i, 5001 + len(OK), 16, b"z" * 1000) for i in range(50)]
        source = self.path("long.pcap", pcap(packets))
        sizes = []
        for more in ([], ["--flow-bytes", "10000"], ["--flow-bytes", "100000000"]):
            self.read_back(source, ".pcap", *more)
            sizes.append(os.path.getsize(self.path("out.pcap")))
        self.assertLess(sizes[0], 1000)
        self.assertTrue(10000 <= sizes[1] < 12500, sizes)
        self.assertEqual(sizes[2], os.path.getsize(source))

    def test_nothing_to_write_is_a_capture_too(self):
        source = self.path("none.pcap", pcap(conversation([REQUEST], answer=OK)))
        for suffix in (".pcap", ".pcapng"):
            shown, again = self.read_back(source, suffix)
            self.assertEqual((shown.code, again.code), (4, 4), again.talk())

    def test_the_file_is_private_and_no_input(self):
        source = self.path("good.pcap", pcap(mixed()))
        before = content_of(source)
        hard, soft, fifo = self.path("hard"), self.path("soft"), self.path("fifo")
        os.link(source, hard)
        os.symlink(self.path("elsewhere"), soft)
        os.mkfifo(fifo)
        for target, words in ((source, "is the input"), (hard, "is the input"), (soft, "symbolic link"), (fifo, "no regular file|No such device"), ("/dev/full", "no regular file")):
            got = ppinspect.run("-w", target, source)
            self.assertEqual((got.code, got.out), (3, b""), target)
            self.assertRegex(got.talk(), words)
        with open(source, "rb") as stdin:
            done = subprocess.run([ppinspect.program(), "-w", source], stdin=stdin, capture_output=True, env=ppinspect.environment(), check=False)
        self.assertIn(b"is the input stdin", done.stderr)
        self.assertEqual(content_of(source), before)
        out = self.path("out.pcap", b"old and longer than it will be" * 1000)
        os.chmod(out, 0o644)
        ppinspect.run("-w", out, source)
        self.assertEqual(stat.S_IMODE(os.stat(out).st_mode), 0o600)
        self.assertEqual(content_of(out)[:4], b"\xd4\xc3\xb2\xa1")

    def test_a_full_disk_ends_the_writing_and_not_the_run(self):
        source = self.path("many.pcap", pcap(sum((conversation([V1 + REQUEST], client=("10.0.0.1", 40000 + i), answer=OK) for i in range(1000)), [])))

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run(["sh", "-c", 'trap "" XFSZ; exec "$0" "$@"', ppinspect.program(), "-o", "json", "-w", self.path("out.pcap"), source],
                              capture_output=True, env=ppinspect.environment(), preexec_fn=small_files, check=False)
        self.assertEqual((done.returncode, done.stdout.count(b"\n")), (3, 1000), done.stderr)
        self.assertEqual(done.stderr.count(b"File too large"), 1)

    def test_memory_is_bounded_and_what_it_costs_is_said(self):
        flows = [tcp(("10.0.0.1", 1024 + i), ("10.0.0.2", 9999), seq, 0, flags, data)
                 for i in range(4000) for seq, flags, data in ((1000, 2, b""), (1001, 16, V1[:20]), (1021, 16, b"1" * 60))]
        held = [tcp(("10.0.0.9", 9), ("10.0.0.2", 9999), 1000, 0, 2)]
        held += [tcp(("10.0.0.9", 9), ("10.0.0.2", 9999), 1001 + 1400 * i, 0, 16, (v2(b"\x04\xff\x00" + b"n" * 65280) + b"p" * 400000)[1400 * i:1400 * (i + 1)]) for i in range(200)]
        source = self.path("large.pcap", pcap(flows + held))
        got = ppinspect.run("-S", "-w", self.path("out.pcap"), source)
        self.assertRegex(got.talk(), "packets of [0-9]+ flows? were not kept, to stay within the limit")

    def test_flows_that_wait_for_their_turn_are_not_lost(self):
        """Records stand in line behind one whose receiver says nothing for 5 s, and there is room for what makes them."""
        silent = conversation([V1 + REQUEST], client=("10.0.1.1", 1024))
        flows = 6000
        packets, at, step = list(zip(itertools.count(START_NS, 1000), silent)), START_NS + 10_000_000, 4_000_000_000 // (flows * 16)
        for i in range(flows):
            client = ("10.0.0.1", 1024 + i)
            flow = conversation([V1 + REQUEST], client=client, answer=OK)
            seq, ack = 1001 + len(V1 + REQUEST), 5001 + len(OK)
            flow += [tcp(client, SERVER, seq + 90 * k, ack, 16, b"z" * 90) for k in range(9)] + [tcp(client, SERVER, seq + 810, ack, 17), tcp(SERVER, client, ack, seq + 811, 17)]
            for packet in flow:
                packets.append((at, packet))
                at += step
        packets += [(START_NS + 6_000_000_000, packet) for packet in conversation([REQUEST], client=("10.0.1.2", 1024))]
        out = self.path("out.pcap")
        source = self.path("waiting.pcap", pcap(packets))
        shown = ppinspect.run("-o", "json", "-e", "none", "-w", out, source)
        self.assertEqual(len(shown.records()), flows + 1, shown.talk())
        self.assertNotIn("to stay within the limit", shown.talk())
        self.assertIn(f"{4 + 5 * flows:,} packets of {flows + 1:,} flow{'s' if flows else ''} written to", shown.talk())
        again = ppinspect.run("-o", "json", out)
        self.assertEqual(shown.records()[0]["reaction"]["kind"], "none")
        pairs = zip(without_places(again.records())[1:], without_places(shown.records())[1:], strict=True)
        self.assertEqual([pair for pair in pairs if pair[0] != pair[1]][:3], [])

    def test_the_same_endpoints_again_before_the_first_record_is_out(self):
        silent = conversation([V1 + REQUEST], client=("10.0.1.1", 1024))
        first = conversation([V1 + REQUEST], answer=OK, end="fin")
        second = conversation([v2() + REQUEST], answer=OK, end="fin", sequence=900_000)
        source = self.path("again.pcap", pcap(silent + first + second))
        for options, count in (([], 4 + 5 + 5), (["--only", "v1"], 4 + 5), (["--only", "v2"], 5)):
            with self.subTest(options=options):
                shown, again = self.read_back(source, ".pcap", *options)
                self.assertIn(f"{count:,} packets of {len(shown.records()):,} flow{'s' if len(shown.records()) != 1 else ''} written to", shown.talk())
                self.assertNotIn("to stay within the limit", shown.talk())
                self.assertEqual(without_places(again.records()), without_places(shown.records()))

    def test_datagrams_of_one_flow_are_picked_apart(self):
        silent = conversation([V1 + REQUEST], client=("10.0.1.1", 1024))
        datagram = v2(fixed=FIXED[:13] + b"\x12")
        ends = ("10.0.0.1", 40003), ("10.0.0.2", 9999)
        sent = [udp(*ends, datagram + b"one"), udp(*ends, datagram[:12] + b"\x31" + datagram[13:] + b"two"), udp(*ends, datagram + b"three")]
        source = self.path("datagrams.pcap", pcap(silent + sent + sent[:1]))
        for options, present in (([], (b"one", b"two", b"three")), (["--only", "malformed"], (b"two",))):
            shown, again = self.read_back(source, ".pcap", *options)
            self.assertEqual(without_places(again.records()), without_places(shown.records()))
            content = content_of(self.path("out.pcap"))
            self.assertEqual([word for word in (b"one", b"two", b"three") if word in content], list(present), shown.talk())
            self.assertNotIn("to stay within the limit", shown.talk())

    def test_good_headers_that_are_not_shown_are_not_written(self):
        source = self.path("quiet.pcap", pcap(conversation([V1 + REQUEST], answer=OK) + conversation([V1[:20] + b"\0"], client=("10.0.0.1", 40001), answer=OK)))
        for options in (["-q"], ["-c", "1"]):
            shown, again = self.read_back(source, ".pcap", *options)
            self.assertEqual(len(shown.records()), 1)
            self.assertEqual(without_places(again.records()), without_places(shown.records()))
        ppinspect.run("-S", "-q", "-w", self.path("out.pcap"), source)
        self.assertEqual(len(ppinspect.run("-o", "json", self.path("out.pcap")).records()), 2)

    def test_no_digit_of_a_time_is_lost(self):
        """The first packet has microseconds, and a later file nanoseconds; and the other way round."""
        micro = self.path("micro.pcap", pcap(timed(conversation([V1, REQUEST]), start=START_NS + 10**10 + 123_000)))
        nano = self.path("nano.pcapng", pcapng(timed(conversation([V1], client=("10.0.0.1", 40001)), start=START_NS + 123_456_789, step=1001), nano=True))
        for sources in ((micro, nano), (nano, micro)):
            out = self.path("out.pcap")
            shown = ppinspect.run("-o", "json", "-w", out, *sources)
            self.assertEqual(shown.code, 0, shown.talk())
            times = [at_ns(record["time"]) for record in shown.records()]
            self.assertIn(START_NS + 123_456_789 + 3 * 1001, times)
            self.assertEqual(content_of(out)[:4], b"\x4d\x3c\xb2\xa1")
            self.assertEqual([at_ns(record["time"]) for record in ppinspect.run("-o", "json", out).records()], times)
        ppinspect.run("-w", out, micro)
        self.assertEqual(content_of(out)[:4], b"\xd4\xc3\xb2\xa1")

    def test_other_link_types(self):
        first, second = self.path("a.pcap", pcap(conversation([V1]))), self.path("b.pcap", pcap(conversation([V1], client=("10.0.0.1", 40001)), link="sll2"))
        out = self.path("out.pcap")
        got = ppinspect.run("-w", out, first, second)
        self.assertEqual(got.code, 3)
        self.assertIn("4 packets of other link types than 1 are left out, since pcap has one for all: name it .pcapng", got.talk())
        ng = self.path("out.pcapng")
        self.assertEqual(ppinspect.run("-w", ng, first, second).code, 0)
        self.assertEqual(len(ppinspect.run("-o", "json", ng).records()), 2)

    def test_usage(self):
        for words in (["-w", "-"], ["--flow-bytes", "9"], ["-w", "x", "-x", "00"], ["--follow", "-x", "00"], ["--follow", "a/b", "c/d"]):
            self.assertEqual(ppinspect.run(*words).code, 2, words)

    def test_extract(self):
        source = self.path("mixed.pcap", pcap(mixed() + conversation([v2(tlv(0xf1, b"../../x"))], client=("10.0.0.1", 40009))))
        folder = self.path("headers")
        got = ppinspect.run("-o", "json", "--extract", folder, source)
        records = got.records()
        self.assertIn("4 headers extracted", got.talk())
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        names = sorted(os.listdir(folder))
        self.assertEqual(names, [f"{i:06}-{record['verdict']}.bin" for i, record in enumerate(records, 1)])
        for name, record in zip(names, records):
            path = os.path.join(folder, name)
            self.assertEqual(content_of(path).hex(), record["hex"])
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        again = ppinspect.run("--extract", folder, source)
        self.assertEqual((again.code, again.out), (3, b""))
        self.assertIn("the directory is not empty", again.talk())
        self.assertEqual(sorted(os.listdir(folder)), names)


class FollowTest(Scratch):
    def start(self, path, *options):
        tool = subprocess.Popen([ppinspect.program(), "-o", "json", "--follow", *options, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=ppinspect.environment())
        self.addCleanup(tool.stdout.close)
        self.addCleanup(tool.stderr.close)
        self.addCleanup(tool.wait)
        self.addCleanup(tool.kill)
        return tool

    def end(self, tool):
        tool.terminate()
        return tool.wait(30), tool.stdout.read(), tool.stderr.read().decode()

    def line(self, tool):
        return json.loads(tool.stdout.readline())

    def append(self, path, content):
        with open(path, "ab") as file:
            file.write(content)

    def test_what_is_appended_is_shown(self):
        one, two = (pcap(conversation([V1 + REQUEST], client=("10.0.0.1", port), answer=OK)) for port in (40000, 40001))
        path = self.path("growing.pcap", one[:200])
        tool = self.start(path)
        self.append(path, one[200:])
        self.assertEqual(self.line(tool)["peer"]["src"], "10.0.0.1:40000")
        self.append(path, two[24:])
        self.assertEqual(self.line(tool)["peer"]["src"], "10.0.0.1:40001")
        code, rest, talk = self.end(tool)
        self.assertEqual((code, rest), (0, b""), talk)

    def test_from_nothing(self):
        path = self.path("empty.pcap", b"")
        tool = self.start(path)
        self.append(path, pcap(conversation([V1], answer=OK)))
        self.assertEqual(self.line(tool)["version"], 1)
        self.assertEqual(self.end(tool)[0], 0)

    def test_truncated_and_replaced(self):
        flows = [pcap(conversation([V1], client=("10.0.0.1", port), answer=OK)) for port in (40000, 40001, 40002)]
        path = self.path("rotating.pcap", flows[0] + pcap(conversation([b"x" * 500]))[24:])
        tool = self.start(path)
        self.assertEqual(self.line(tool)["peer"]["src"], "10.0.0.1:40000")
        self.path("rotating.pcap", flows[1])
        self.assertEqual(self.line(tool)["peer"]["src"], "10.0.0.1:40001")
        os.rename(path, path + ".1")
        self.path("rotating.pcap", flows[2])
        self.assertEqual(self.line(tool)["peer"]["src"], "10.0.0.1:40002")
        code, _, talk = self.end(tool)
        self.assertEqual(code, 0, talk)
        self.assertIn("rotating.pcap: was truncated, reading it from its start", talk)
        self.assertIn("rotating.pcap: was replaced, reading the new file", talk)


if __name__ == "__main__":
    ppinspect.main()
