"""A judge of headers that shares nothing with ours: written from the specification's rules in Python, standard library alone.

    python3 tests/support/reference.py > tests/data/golden.tsv

writes what it says of the catalogue and of headers that it makes itself. golden_test.cpp holds the library against that file,
golden_test.py the file against this module and ppinspect against both.

Columns: bytes; status (done, malformed, missing, truncated); done: the header's bytes, truncated: what v2 still needs; findings
as code@offset, by offset. A v1 fault is only placed, as ?@n: byte n is the first with which no line can be right."""
import ipaddress
import random
import re
import struct
import sys

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
BLOCK = {1: 12, 2: 36, 3: 216}
SMALLEST_SEGMENT = 536


# --- version 1 (2.1) -------------------------------------------------------------------------------------------------

def number(text, limit):
    return re.fullmatch(r"0|[1-9][0-9]{0,4}", text) is not None and int(text) <= limit


def ipv4(text):
    parts = text.split(".")
    return len(parts) == 4 and all(number(part, 255) for part in parts)


def hex_groups(text):
    return [] if text == "" else text.split(":")


def ipv6(text):
    """Groups, one "::" for at least one of them; a dotted tail behind ::ffff: in any spelling."""
    if "." in text:
        front, colon, tail = text.rpartition(":")
        if not colon or not ipv4(tail) or not ipv6(front + ":0:0"):
            return False
        return ipaddress.IPv6Address(front + ":0:0") in ipaddress.IPv6Network("::ffff:0:0/96")
    halves = text.split("::")
    groups = [group for half in halves for group in hex_groups(half)]
    if len(halves) > 2 or not all(re.fullmatch(r"[0-9a-fA-F]{1,4}", group) for group in groups):
        return False
    return len(groups) == 8 if len(halves) == 1 else len(groups) <= 7


def address_value(text):
    return ipaddress.ip_address(text)


V4_ENDINGS = ["", "0", ".0", "0.0", ".0.0", "0.0.0", ".0.0.0", "0.0.0.0"]
V6_ENDINGS = ["", ":", "::", "0"] + [":0" * n for n in range(1, 9)] + ["0" + ":0" * n for n in range(1, 9)] + [":ffff:0.0.0.0", "ffff:0.0.0.0"]


def can_become(text, check, endings):
    return any(check(text + ending) for ending in endings)


def v6_can_become(text):
    """Digits of ::ffff: may still be missing where a dotted tail is only possible behind them; hex groups end anything else."""
    return can_become(text, ipv6, V4_ENDINGS if "." in text else V6_ENDINGS + V4_ENDINGS)


def field_can_become(index, text, v6):
    if index < 2:
        return v6_can_become(text) if v6 else can_become(text, ipv4, V4_ENDINGS)
    return can_become(text, lambda t: number(t, 65535), ["", "0"])


def v1_can_become(text):
    """Whether any line of at most 107 bytes begins with this text."""
    if len(text) >= 107 and not text.endswith("\r\n"):
        return False
    if len(text) == 106 and not text.endswith(("\r", "\r\n")):
        return False
    for word in ("PROXY UNKNOWN", "PROXY TCP4 ", "PROXY TCP6 "):
        if word.startswith(text):
            return True
    if text.startswith("PROXY UNKNOWN"):
        rest = text[13:]
        return rest in ("\r", "\r\n") or rest.startswith(" ")
    if not re.match("PROXY TCP[46] ", text):
        return False
    v6, rest = text[9] == "6", text[11:]
    ended = re.search(r"\r\n?\Z", rest)
    fields = (rest[:ended.start()] if ended else rest).split(" ")
    if len(fields) > 4 or any("\r" in f or "\n" in f for f in fields):
        return False
    checks = [ipv6 if v6 else ipv4] * 2 + [lambda t: number(t, 65535)] * 2
    whole = fields if ended else fields[:-1]
    if not all(check(f) for check, f in zip(checks, whole)):
        return False
    return len(fields) == 4 if ended else field_can_become(len(fields) - 1, fields[-1], v6)


def judge_v1(data):
    """Grows the text byte by byte until it is a line or can be none."""
    text = data.decode("latin-1")
    for size in range(1, min(len(text), 107) + 1):
        front = text[:size]
        if not v1_can_become(front):
            return "malformed", 0, [("?", size - 1)]
        if front.endswith("\r\n"):
            return "done", size, lint_v1(front)
    return "truncated", 0, [("truncated", len(data))]


def v1_fields(line):
    return line[:-2].split(" ")


def lint_v1(line):
    if line.startswith("PROXY UNKNOWN"):
        return [("v1-unknown-text", 13)] if len(line) > 15 else []
    at = 11
    for text in v1_fields(line)[2:4]:
        if line[9] == "6" and address_value(text).ipv4_mapped is not None:
            return [("v1-ipv4-mapped", at)]
        at += len(text) + 1
    return []


# --- version 2 (2.2) -------------------------------------------------------------------------------------------------

def judge_v2(data):
    if len(data) > 12:
        if data[12] >> 4 != 2:
            return "malformed", 0, [("v2-version", 12)]
        if data[12] & 15 > 1:
            return "malformed", 0, [("v2-command", 12)]
    if len(data) > 13 and data[12] & 15:
        if data[13] >> 4 > 3:
            return "malformed", 0, [("v2-family", 13)]
        if data[13] & 15 > 2:
            return "malformed", 0, [("v2-transport", 13)]
    if len(data) < 16:
        return "truncated", 16 - len(data), [("truncated", len(data))]
    total = 16 + struct.unpack_from(">H", data, 14)[0]
    if believed(data) and total - 16 < BLOCK[data[13] >> 4]:
        return "malformed", 0, [("v2-length-short", 14)]
    if len(data) < total:
        return "truncated", total - len(data), [("truncated", len(data))]
    return "done", total, lint_v2(data[:total])


def believed(header):
    return header[12] == 0x21 and header[13] >> 4 in BLOCK and header[13] & 15 != 0


def walk(area, start):
    """([(type, offset, value)], offset of what is no TLV or None, its fault)."""
    tlvs, at = [], 0
    while len(area) - at >= 3:
        kind, size = struct.unpack_from(">BH", area, at)
        if size > len(area) - at - 3:
            return tlvs, start + at + 1, "overrun"
        tlvs.append((kind, start + at, area[at + 3:at + 3 + size]))
        at += 3 + size
    return (tlvs, None, None) if at == len(area) else (tlvs, start + at, "stray")


def crc32c(data):
    """RFC 4960 B, bit by bit."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def crc_right(header, at, zero):
    """The checksum in header[at:at+4], with the bytes at each of `zero` taken as zero."""
    copy = bytearray(header)
    for place in zero:
        copy[place:place + 4] = bytes(4)
    return crc32c(copy) == struct.unpack_from(">I", header, at)[0]


def reading(header):
    """Where the TLVs begin, and which layouts are possible; None: opaque."""
    if believed(header):
        return 16 + BLOCK[header[13] >> 4], "tlvs"
    if len(header) == 16:
        return 16, "tlvs"
    behind = 16 + BLOCK.get(header[13] >> 4, 0)
    fits = {}
    for name, at in (("no-block", 16), ("block", behind)):
        if at <= len(header) and (name == "no-block" or behind > 16):
            tlvs, fault, _ = walk(header[at:], at)
            if fault is None:
                fits[name] = (at, any(kind == 3 and len(value) == 4 and crc_right(header, place + 3, [place + 3]) for kind, place, value in tlvs))
    if len(fits) == 2:
        for name, (at, right) in fits.items():
            if right:
                return at, name
        return behind, "both"
    for name, (at, _) in fits.items():
        return at, name
    return None, "neither"


#        type: (shape, at most once)
HEADER = {1: ("alpn", True), 2: ("utf8", True), 3: ("crc", False), 4: ("noop", False), 5: ("id", True), 0x20: ("ssl", True), 0x30: ("ascii", True)}
INSIDE = {0x21: ("ascii", True), 0x22: ("utf8", True), 0x23: ("ascii", True), 0x24: ("ascii", True), 0x25: ("ascii", True), 0x26: ("ascii", True),
          0x27: ("ascii", True), 0x28: ("der", True)}


def lint_text(shape, offset, value):
    if not value:
        return [("v2-text-empty", offset)]
    out, first = [], lambda wrong: next((i for i, byte in enumerate(value) if wrong(byte)), None)
    rules = [("v2-text-nul", lambda b: b == 0), ("v2-text-control", lambda b: 0 < b < 32 or b == 127)]
    if shape == "ascii":
        rules.append(("v2-text-ascii", lambda b: b > 127))
    for code, wrong in rules:
        if first(wrong) is not None:
            out.append((code, offset + 3 + first(wrong)))
    if shape == "utf8":
        try:
            value.decode("utf-8")
        except UnicodeDecodeError as error:
            out.append(("v2-text-utf8", offset + 3 + error.start))
    return out


def lint_ssl(offset, value):
    if not value:
        return [("v2-ssl-empty", offset)]
    if len(value) < 5:
        return [("v2-ssl-short", offset + 1)]
    out = [("v2-ssl-client-bits", offset + 3)] if value[0] & ~7 else []
    tlvs, fault, _ = walk(value[5:], offset + 8)
    if value[0] & 1 and fault is None and all(kind != 0x21 for kind, _, _ in tlvs):
        out.append(("v2-ssl-version-missing", offset + 3))
    return out + lint_area(value[5:], offset + 8, True)


def of_istio(kind, value):
    """What ztunnel writes under types that the specification reserves."""
    printable = bool(value) and all(0x20 <= b <= 0x7e for b in value)
    return printable and (kind == 0xd1 or (kind == 0xd0 and value.startswith(b"spiffe://")))


def lint_unlisted(kind, offset, inside, value):
    if inside:
        return [] if 0xe0 <= kind < 0xf0 else [("v2-ssl-nested" if kind == 0x20 else "v2-ssl-tlv-unknown", offset)]
    if kind in INSIDE:
        return [("v2-tlv-scope", offset)]
    if 0xe0 <= kind < 0xf0 or of_istio(kind, value):
        return []
    return [("v2-tlv-future" if kind >= 0xf8 else "v2-tlv-experiment" if kind >= 0xf0 else "v2-tlv-reserved", offset)]


def lint_area(area, start, inside):
    out, seen = [], set()
    tlvs, fault, name = walk(area, start)
    for kind, offset, value in tlvs:
        if kind not in (INSIDE if inside else HEADER):
            out += lint_unlisted(kind, offset, inside, value)
            continue
        shape, single = (INSIDE if inside else HEADER)[kind]
        if single and kind in seen:
            out.append(("v2-tlv-duplicate", offset))
        seen.add(kind)
        if shape in ("ascii", "utf8"):
            out += lint_text(shape, offset, value)
        elif shape == "ssl":
            out += lint_ssl(offset, value)
        elif shape == "alpn" and not value:
            out.append(("v2-text-empty", offset))
        elif shape == "alpn" and len(value) > 255:
            out.append(("v2-alpn-long", offset))
        elif shape == "id" and len(value) > 128:
            out.append(("v2-unique-id-long", offset))
    if fault is not None:
        out.append((("v2-ssl-tlv-overrun" if name == "overrun" else "v2-ssl-stray") if inside else "v2-tlv-" + name, fault))
    return out


def lint_crc(header, tlvs):
    crcs = [(offset, value) for kind, offset, value in tlvs if kind == 3]
    out = [("v2-crc32c-length", offset + 1) for offset, value in crcs if len(value) != 4]
    places = [offset + 3 for offset, value in crcs if len(value) == 4]
    if not crcs:
        for kind, offset, value in tlvs:
            if len(value) == 4 and bin(kind ^ 3).count("1") == 1:
                repaired = header[:offset] + b"\x03" + header[offset + 1:]
                if crc_right(repaired, offset + 3, [offset + 3]):
                    out.append(("v2-crc32c-hidden", offset))
    elif len(places) > 1:
        out.append(("v2-crc32c-duplicate", places[1] - 3))
        if not any(crc_right(header, place, [place]) or crc_right(header, place, places) for place in places):
            out.append(("v2-crc32c", places[0]))
    elif places and not crc_right(header, places[0], places):
        out.append(("v2-crc32c", places[0]))
    return out


def lint_v2(header):
    out = []
    local, family, transport = header[12] == 0x20, header[13] >> 4, header[13] & 15
    start, layout = reading(header)
    if not believed(header):
        if local and (family > 3 or transport > 2):
            out.append(("v2-local-family", 13))
        if not local:
            out.append(("v2-unspec", 13))
        if layout != "tlvs" and not (layout == "no-block" and family not in BLOCK):
            out.append(("v2-local-block" if local else "v2-unspec-block", 16))
    elif family == 3:
        for at in (16, 124):
            path = header[at:at + 108]
            end = path.find(b"\0")
            stray = next((i for i in range(end, 108) if path[i]), None) if end > 0 else None
            if stray is not None:
                out.append(("v2-unix-padding", at + stray))
    if len(header) > SMALLEST_SEGMENT:
        out.append(("v2-header-long", 14))
    if start is not None and start < len(header):
        out += lint_area(header[start:], start, False)
        out += lint_crc(header, walk(header[start:], start)[0])
    return out


# --- either ----------------------------------------------------------------------------------------------------------

def judge(data):
    """(status, size or need, [(code, offset)] by offset)."""
    word = b"PROXY" if data[:1] == b"P" else SIGNATURE
    for at in range(min(len(data), len(word))):
        if data[at] != word[at]:
            return "missing", 0, [("not-proxy", at)]
    if not data:
        return "truncated", 0, [("truncated", 0)]
    status, size, findings = judge_v1(data) if data[:1] == b"P" else judge_v2(data)
    return status, size, sorted(findings, key=lambda f: (f[1], f[0]))


# --- headers of its own ----------------------------------------------------------------------------------------------

def tlv(kind, value, size=None):
    return struct.pack(">BH", kind, len(value) if size is None else size) + value


class Maker:
    """Random headers, most of them right but for one thing."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def text(self):
        r = self.r
        words = [b"www.example.com", b"h2", b"", b"TLSv1.3", "caf\u00e9".encode(), b"a\0b", b"a\tb", b"\xff", b"\xc3", b"\x7f", b"x" * 256, b"y" * 129, b"\xe2\x82", b"\xed\xa0\x80"]
        return r.choice(words) if r.random() < 0.8 else bytes(r.randrange(256) for _ in range(r.randrange(12)))

    def tlvs(self, inside=False):
        r, out = self.r, b""
        for _ in range(r.choice([0, 1, 1, 2, 2, 3, 5])):
            kind = r.choice([1, 2, 4, 5, 0x20, 0x30, 0x21, 0x22, 0xe0, 0xea, 0xee, r.randrange(256)])
            if inside:
                kind = r.choice([0x21, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x20, 0xe0, 1, r.randrange(256)])
            if kind == 0x20 and not inside:
                value = bytes([r.choice([0, 1, 1, 5, 7, 9])]) + bytes(4) + self.tlvs(True)
                value = value[:r.choice([0, 3, 4])] if r.random() < 0.1 else value
            elif kind == 3:
                value = bytes(r.choice([0, 3, 4, 5]))
            else:
                value = self.text()
            size = None if r.random() < 0.96 else max(0, len(value) + r.choice([-1, 1, 2, 300]))
            out += tlv(kind, value, size)
        return out + (bytes(r.choice([1, 2])) if r.random() < 0.04 else b"")

    def path(self):
        r = self.r
        return r.choice([b"", b"/run/s", b"\0abstract", b"p" * 108, b"/a\0b", b"/a".ljust(107, b"\0") + b"z"]).ljust(108, b"\0")

    def v2(self):
        r = self.r
        command = r.choice([0x21] * 8 + [0x20] * 2)
        family = r.choice([0x11] * 6 + [0x21] * 3 + [0x12, 0x22, 0x31, 0x32, 0x00, 0x10, 0x01, 0x30] + ([0x44, 0x13] if command == 0x20 else []))
        size = BLOCK.get(family >> 4, 0)
        block = self.path() + self.path() if size == 216 else bytes(r.randrange(256) for _ in range(size))
        if command == 0x20 and r.random() < 0.5:
            block = b""
        if size == 0 and r.random() < 0.3:
            block = bytes(r.randrange(256) for _ in range(r.randrange(9)))
        before, after = block + self.tlvs(), self.tlvs() if r.random() < 0.3 else b""
        crcs = r.choice([0, 0, 1, 1, 1, 2])
        body = before + tlv(3, bytes(4)) * crcs + after
        header = bytearray(SIGNATURE + bytes([command, family]) + struct.pack(">H", len(body)) + body)
        if crcs:
            self.checksums(header, 16 + len(before) + 3, crcs)
        return bytes(header)

    def checksums(self, header, at, count):
        kind = self.r.choice(["right"] * 5 + ["wrong", "little", "hidden", "own"])
        right = crc32c(header)
        for i in range(count):
            header[at + 7 * i:at + 7 * i + 4] = struct.pack("<I" if kind == "little" else ">I", right ^ (kind == "wrong"))
        if kind == "own" and count == 2:  # the first right with only its own bytes zero
            header[at:at + 4] = bytes(4)
            header[at:at + 4] = struct.pack(">I", crc32c(header))
        if kind == "hidden":
            header[at - 3] ^= 1 << self.r.randrange(8)

    def v6_text(self):
        r = self.r
        value = ipaddress.IPv6Address(bytes(0 if r.random() < 0.6 else r.randrange(256) for _ in range(16)))
        if r.random() < 0.15:
            return r.choice(["::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:1.2.3.4", "::", "1::", "::1"])
        return r.choice([str(value), value.exploded, str(value).upper()])

    def v1(self):
        r = self.r
        if r.random() < 0.15:
            return b"PROXY UNKNOWN" + r.choice([b"", b" ", b" ffff::1 ::1 1 2", b" \r x", b" " + b"u" * r.randrange(80, 95)]) + b"\r\n"
        v6 = r.random() < 0.5
        address = self.v6_text if v6 else lambda: str(ipaddress.IPv4Address(r.randrange(2**32)))
        port = lambda: str(r.choice([0, 1, 9, 10, 443, 9999, 65535, r.randrange(65536)]))
        return ("PROXY TCP%d %s %s %s %s\r\n" % (6 if v6 else 4, address(), address(), port(), port())).encode()

    def damaged(self, header):
        r, data = self.r, bytearray(header)
        at = min(r.randrange(len(data)), r.randrange(len(data)) + 4)
        byte = r.choice([0, 0x20, 0x21, 0x30, 0x31, 0x39, 0x3a, 0x2e, 0x0d, 0x0a, 0xff, r.randrange(256)])
        how = r.randrange(4)
        if how == 0:
            data[min(at, len(data) - 1)] = byte
        elif how == 1:
            data.insert(at, byte)
        elif how == 2:
            del data[min(at, len(data) - 1)]
        else:
            del data[at:]
        return bytes(data)

    def headers(self, count):
        for index in range(count):
            header = self.v2() if index % 3 else self.v1()
            yield header if index % 2 else self.damaged(header)


def rows():
    import catalogue
    yield from (row.bytes for row in catalogue.rows() if len(row.bytes) < 700)
    yield from Maker(20261123).headers(1500)


def line(data):
    status, size, findings = judge(data)
    return "%s\t%s\t%d\t%s" % (data.hex() or "-", status, size, " ".join("%s@%d" % f for f in findings) or "-")


def main():
    sys.dont_write_bytecode = True
    print("# Written by tests/support/reference.py, which see; never by what it judges.")
    for data in dict.fromkeys(rows()):
        print(line(data))


if __name__ == "__main__":
    main()
