"""ppinspect and tshark's dissector read the same addresses and TLVs, except where a row below says why not.

tshark_agreement_test.py PPINSPECT FOLDER   exit status 77 when tshark is missing
"""
import ipaddress
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PPINSPECT, FOLDER = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
# Without it the dissector that a port number names takes the segment first.
HEURISTIC_FIRST = ("-o", "tcp.try_heuristic_first:TRUE")
SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")
SYN, ACK = 2, 16
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
IPV4 = bytes.fromhex("c000020ac6336414dc0401bb")
IPV6 = ipaddress.ip_address("2001:db8::10").packed + ipaddress.ip_address("2001:db8::20").packed + bytes.fromhex("dc0401bb")
UNIX = b"/run/a.sock".ljust(108, b"\0") + b"/run/b.sock".ljust(108, b"\0")


def tlv(kind, value):
    return struct.pack(">BH", kind, len(value)) + value


def v2(command, family, body):
    return SIGNATURE + bytes([command, family]) + struct.pack(">H", len(body)) + body


def ssl(client, verify, *parts):
    return tlv(0x20, struct.pack(">BI", client, verify) + b"".join(parts))


SSL = ssl(1, 0, tlv(0x21, b"TLSv1.3"), tlv(0x23, b"TLS_AES_128_GCM_SHA256"))
# Long enough that the dissector shows it as the last one.
LAST = tlv(0x04, bytes(14))
AWS = bytes.fromhex("21110054 ac1f0771 ac1f0a1f c8f2 0050 030004 e8d6892d ea0017 01") + b"vpce-08d2bf15fac5001c9" + tlv(4, bytes(36))
AWS_CHECK = bytes.fromhex("20110054 030004 bce5951f 04004a") + bytes(74)
VENDORS = tlv(0xE0, (7 << 32).to_bytes(8, "big")) + tlv(0xE1, b"\x01vpc-1") + tlv(0xEE, bytes.fromhex("0145000010")) + tlv(0xF1, b"x")


def v1(text):
    return f"PROXY {text}\r\n".encode()


TCP4 = v1("TCP4 192.0.2.10 198.51.100.20 56324 443")

# name: the segments of a connection.
AGREED = {
    "v1 TCP4": [TCP4 + GET],
    "v1 TCP4 alone": [TCP4, GET],
    "v1 TCP4 over IPv6": [TCP4 + GET],
    "v1 TCP4 longest": [v1("TCP4 255.255.255.255 255.255.255.255 65535 65535")],
    "v1 TCP4 port 0": [v1("TCP4 192.0.2.10 198.51.100.20 0 443")],
    "v1 TCP6": [v1("TCP6 2001:db8::10 2001:db8::20 56324 443") + GET],
    "v1 TCP6 upper case": [v1("TCP6 2001:DB8:0:0:0:0:0:10 2001:0DB8::20 56324 443")],
    "v1 UNKNOWN with text": [v1("UNKNOWN and more")],
    "v1 leading zero": [v1("TCP4 192.0.2.010 198.51.100.20 56324 443")],
    "v1 text behind the port": [v1("TCP4 192.0.2.10 198.51.100.20 56324 443 more")],
    "v1 port above 65535": [v1("TCP4 192.0.2.10 198.51.100.20 99999 443")],
    "v1 to port 443": [TCP4 + GET],
    "v2 TCP4": [v2(0x21, 0x11, IPV4) + GET],
    "v2 TCP6": [v2(0x21, 0x21, IPV6) + GET],
    "v2 TCP6 over IPv6": [v2(0x21, 0x21, IPV6) + GET],
    "v2 UDP4 announced": [v2(0x21, 0x12, IPV4)],
    "v2 UDP6 announced": [v2(0x21, 0x22, IPV6)],
    "v2 UNIX": [v2(0x21, 0x31, UNIX)],
    "v2 LOCAL": [v2(0x20, 0x00, b"")],
    "v2 names": [v2(0x21, 0x11, IPV4 + tlv(1, b"h2") + tlv(2, b"www.example.com") + tlv(5, b"id") + tlv(0x30, b"ns") + LAST)],
    "v2 vendors": [v2(0x21, 0x11, IPV4 + VENDORS + LAST)],
    "v2 empty TLVs": [v2(0x21, 0x21, IPV6 + tlv(4, b"") + tlv(0xE5, b"") + LAST)],
    "v2 same type twice": [v2(0x21, 0x11, IPV4 + tlv(2, b"a.example") + tlv(2, b"b.example") + LAST)],
    "v2 SSL": [v2(0x21, 0x11, IPV4 + tlv(1, b"h2") + SSL)],
    "v2 SSL with certificate": [v2(0x21, 0x21, IPV6 + ssl(7, 1, tlv(0x21, b"TLSv1.2"), tlv(0x22, "Zoë".encode()), tlv(0x25, b"EC256"),
                                                          tlv(0x23, b"ECDHE-ECDSA-AES128-GCM-SHA256")))],
    "v2 AWS endpoint": [SIGNATURE + AWS],
    "v2 long TLV": [v2(0x21, 0x11, IPV4 + tlv(0xE7, bytes(range(256)) * 3))],
    "v2 wrong CRC32C": [v2(0x21, 0x11, IPV4 + tlv(3, bytes(4)) + LAST)],
}

SOURCE, DESTINATION = ("192.0.2.10", 56324), ("198.51.100.20", 443)
PLAIN = (2, SOURCE, DESTINATION, ())
# name: the segments, what ppinspect reads, and why the dissector does not.
DIFFERENT = {
    "v1 UNKNOWN": ([v1("UNKNOWN")], [(1, None, None, ())], "the dissector wants a space behind UNKNOWN"),
    "v2 late TLV": ([v2(0x21, 0x11, IPV4 + tlv(2, b"a.example"))], [(2, SOURCE, DESTINATION, ((28, 2, b"a.example".hex()),))],
                    "the dissector shows no TLV that begins in the last 16 bytes of the header"),
    "v2 TLVs behind SSL": ([v2(0x21, 0x11, IPV4 + ssl(0, 0) + LAST)],
                           [(2, SOURCE, DESTINATION, ((28, 0x20, 0, 0, ()), (36, 4, bytes(14).hex())))],
                           "the dissector shows what follows the SSL TLV inside it"),
    "v2 version 3": ([v2(0x31, 0x11, IPV4)], ["malformed"], "2.2: the receiver rejects another version; the dissector reads it"),
    "v2 command 5": ([v2(0x25, 0x11, IPV4)], ["malformed"], "2.2: the receiver rejects another command; the dissector reads it"),
    "v2 family 4": ([v2(0x21, 0x41, IPV4)], ["malformed"], "2.2: the receiver rejects an undefined family; the dissector says nothing"),
    "v2 LOCAL of AWS": ([SIGNATURE + AWS_CHECK], [(2, None, None, ((16, 3, "bce5951f"), (23, 4, bytes(74).hex())))],
                        "the dissector reads addresses where the TLVs of a LOCAL header stand"),
    "v2 LOCAL with addresses": ([v2(0x20, 0x11, IPV4)], [(2, None, None, ())], "2.2: the receiver discards them; the dissector shows them"),
    "v2 split": ([v2(0x21, 0x11, IPV4)[:20], v2(0x21, 0x11, IPV4)[20:]], [PLAIN], "the dissector looks at one segment"),
    "v1 split": ([TCP4[:16], TCP4[16:]], [(1, SOURCE, DESTINATION, ())], "the dissector looks at one segment"),
    "v2 twice": ([v2(0x21, 0x11, IPV4) * 2], [PLAIN, PLAIN], "the dissector leaves what follows a header to others"),
    "v1 to port 80": ([TCP4 + GET], [(1, SOURCE, DESTINATION, ())], "without the preference the port's dissector comes first"),
}
ROWS = {**AGREED, **{name: row[0] for name, row in DIFFERENT.items()}}


def packet(name, port, client, flags, seq, payload):
    """An Ethernet frame of the connection of this row; checksums are zero, as offload leaves them."""
    server = int(name.rpartition(" ")[2]) if " to port " in name else 9999
    ports = (port, server) if client else (server, port)
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, 0 if flags == SYN else 1, 0x50, flags, 65535, 0, 0) + payload
    ends = [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])]
    source, destination = ends if client else reversed(ends)
    if name.endswith("over IPv6"):
        prefix = ipaddress.ip_address("2001:db8::").packed[:12]
        return bytes(12) + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + prefix + source + prefix + destination + tcp
    return bytes(12) + b"\x08\x00" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + source + destination + tcp


def write_capture(path):
    """One connection for each row; the names by client port."""
    names = {}
    packets = []
    for port, (name, segments) in enumerate(ROWS.items(), 40000):
        names[port] = name
        packets += [packet(name, port, True, SYN, 999, b""), packet(name, port, False, SYN | ACK, 0, b"")]
        seq = 1000
        for segment in segments:
            packets.append(packet(name, port, True, ACK, seq, segment))
            seq += len(segment)
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for microseconds, data in enumerate(packets):
            out.write(struct.pack("<IIII", 1763877600, microseconds, len(data), len(data)) + data)
    return names


def ours(path):
    """(frame, client port): what ppinspect reads."""
    done = subprocess.run([PPINSPECT, "-o", "json", "-e", "none", "-r", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    found = {}
    for line in done.stdout.decode("utf-8").splitlines():
        record = json.loads(line)
        reading = "malformed"
        if record["verdict"] in ("valid", "warning") or any(f["code"] == "v2-crc32c" for f in record["findings"]):
            reading = (record["version"], our_end(record.get("src")), our_end(record.get("dst")), our_tlvs(record.get("tlvs", [])))
        found.setdefault((record["frame"], int(record["peer"]["src"].rpartition(":")[2])), []).append(reading)
    return found


def our_end(end):
    if end is None:
        return None
    return end["path"] if "path" in end else (end["ip"], end["port"])


def our_tlvs(tlvs):
    return tuple((t["offset"], t["type"], t["client_bits"], t["verify"], our_tlvs(t["tlvs"])) if "client_bits" in t
                 else (t["offset"], t["type"], t["hex"]) for t in tlvs)


def theirs(path, *options):
    """(frame, client port): what the dissector reads. PDML, since its JSON repeats keys."""
    done = subprocess.run([shutil.which("tshark"), "-n", *options, "-r", str(path), "-T", "pdml"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=True)
    found = {}
    for frame in xml.etree.ElementTree.fromstring(done.stdout):
        for proto in frame.findall("proto[@name='proxy']"):
            number = int(frame.find(".//field[@name='num']").get("show"))
            port = int(frame.find(".//field[@name='tcp.srcport']").get("show"))
            found.setdefault((number, port), []).append(their_reading(proto))
    return found


def their_reading(proto):
    if proto.find(".//field[@name='proxy.bad_format']") is not None:
        return "malformed"
    fields = {field.get("name"): field.get("value" if field.get("name", "").endswith(".unix") else "show") for field in proto}
    version = 1 if "proxy.v1.magic" in fields else int(fields["proxy.v2.version"])
    begin = int(proto.get("pos"))
    return (version, their_end(fields, "src"), their_end(fields, "dst"), their_tlvs(proto, begin))


def their_end(fields, side):
    if f"proxy.v2.{side}.unix" in fields:
        return bytes.fromhex(fields[f"proxy.v2.{side}.unix"]).rstrip(b"\0").decode()
    ip = fields.get(f"proxy.{side}.ipv4", fields.get(f"proxy.{side}.ipv6"))
    return None if ip is None else (ip, int(fields.get(f"proxy.{side}port", 0)))


def their_tlvs(parent, begin):
    found = []
    for field in parent.findall("field[@name='proxy.v2.tlv']"):
        values = {part.get("name"): part for part in field}
        place = (int(field.get("pos")) - begin, int(values["proxy.v2.tlv.type"].get("show"), 16))
        if "proxy.v2.tlv.ssl.client" in values:
            bits = [int(values[f"proxy.v2.tlv.ssl.{name}"].get("show"), 16) for name in ("client", "verify")]
            found.append((*place, *bits, their_tlvs(field, begin)))
        else:
            found.append((*place, values["proxy.v2.tlv.value"].get("value") or ""))
    return tuple(found)


class TsharkAgreementTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="pp-tshark-") as folder:
            path = pathlib.Path(folder) / "rows.pcap"
            cls.names = write_capture(path)
            cls.ours = cls.by_name(ours(path))
            cls.theirs = cls.by_name(theirs(path, *HEURISTIC_FIRST))
            cls.without_preference = cls.by_name(theirs(path))

    @classmethod
    def by_name(cls, readings):
        found = {}
        for (_, port), reading in sorted(readings.items()):
            found.setdefault(cls.names[port], []).extend(reading)
        return found

    def test_real_captures(self):
        headers = 0
        for path in sorted(FOLDER.glob("*.pcap")):
            if path.name == "trouble.pcap":  # malformed on purpose
                continue
            expected = theirs(path, *HEURISTIC_FIRST)
            self.assertEqual(ours(path), expected, path.name)
            headers += len(expected)
        self.assertEqual(headers, 27)

    def test_rows_agree(self):
        for name in AGREED:
            with self.subTest(name):
                self.assertEqual(len(self.ours[name]), 1)
                self.assertEqual(self.ours[name], self.theirs.get(name))

    def test_rows_that_differ_read_as_they_should(self):
        for name, (_, expected, _) in DIFFERENT.items():
            with self.subTest(name):
                self.assertEqual(self.ours[name], expected)

    def test_rows_that_differ_still_do(self):
        for name, (_, expected, reason) in DIFFERENT.items():
            read = (self.without_preference if " to port " in name else self.theirs).get(name)
            print(f"{name}: {reason}" if read != expected else f"{name}: no longer so in this tshark: {reason}")

    def test_only_one_of_them_checks_the_checksum(self):
        told = subprocess.run([PPINSPECT, "-x", AGREED["v2 wrong CRC32C"][0].hex()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=60, check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("  v2-crc32c\n", told.stdout)

    def test_with_the_preference_ports_do_not_matter(self):
        self.assertEqual(self.theirs.get("v1 to port 80"), self.ours["v1 to port 80"])


if __name__ == "__main__":
    if shutil.which("tshark") is None:
        print("tshark is not installed")
        sys.exit(1 if os.environ.get("PP_PEERS") == "1" else 77)
    unittest.main()
