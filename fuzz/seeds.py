#!/usr/bin/env python3
"""Writes the seeds that can be derived: usage: fuzz/seeds.py CORPUS (a test compares what is committed with what this writes).

Each directory below CORPUS holds inputs of one shape, named for where they come from. Files that a fuzzer found, and that
cover what the derived ones do not, stand beside them as found-HASH (corpus/README.md)."""
import base64
import gzip
import os
import struct
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tests"))
sys.dont_write_bytecode = True
import capture_files  # noqa: E402
import catalogue  # noqa: E402

LINKS = [1, 113, 276, 101, 228, 229, 0, 108]  # as in fuzz_decode.cpp
TYPES = {"auto": 0, "hex": 1, "base64": 2, "raw": 3, "lines": 4, "pcap": 5}  # as in fuzz_text.cpp


def rows(limit=300):
    return [row for row in catalogue.rows() if 0 < len(row.bytes) <= limit]


def addresses():
    """Every address of a v1 line of the catalogue, right or wrong, and spellings that lines do not show."""
    found = set()
    for row in rows():
        if row.bytes.startswith(b"PROXY TCP"):
            found.update(field for field in row.bytes.split(b"\r")[0].split(b" ")[2:4] if field)
    found |= {b"::", b"1::", b"::1", b"1:2:3:4:5:6:7::", b"::2:3:4:5:6:7:8", b"1:2:3:4:5:6:7:8", b"::ffff:192.0.2.1", b"0:0:0:0:0:ffff:1.2.3.4",
              b"::1.2.3.4", b"1::2::3", b"12345::", b":::", b"fe80::1%eth0", b"[::1]", b"255.255.255.255", b"256.1.1.1", b"1.2.3", b"01.2.3.4",
              b"10.0.0.0/8", b"2001:db8::/32", b"10.0.0.0/33", b"FFFF:ffff:FFFF:ffff:FFFF:ffff:FFFF:ffff"}
    for index, text in enumerate(sorted(found)):
        yield "%03d" % index, text


def frames(data):
    """(link type, frame) of a classic little-endian capture."""
    link = struct.unpack_from("<I", data, 20)[0]
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        yield link, data[at + 16:at + 16 + size]
        at += 16 + size


def captures_of_real_senders():
    folder = os.path.join(SOURCE, "corpus", "pcap")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            yield name[:-5], file.read()


def packets():
    """One packet for each shape: of every link type that the tests can build, and the first of each size from real captures."""
    conversation = capture_files.conversation([b"PROXY UNKNOWN\r\n"], client=("2001:db8::1", 4711), server=("2001:db8::2", 443)) \
        + capture_files.conversation([b"PROXY UNKNOWN\r\n"], answer=b"ok", end="rst") + [capture_files.udp(("10.0.0.1", 53), ("10.0.0.2", 53), b"x")]
    for link in sorted(capture_files.LINKS):
        kind = capture_files.LINKS[link][0]
        wrapped = [frame for _, frame in frames(capture_files.pcap(conversation, link=link))]
        for index in (0, 3, 7, len(wrapped) - 1):
            yield "%s-%d" % (link, index), bytes([LINKS.index(kind), 0, 0]) + wrapped[index]
    seen = set()
    for name, data in captures_of_real_senders():
        for index, (link, frame) in enumerate(frames(data)):
            if len(frame) // 16 not in seen and len(frame) < 400:
                seen.add(len(frame) // 16)
                yield "real-%s-%d" % (name, index + 1), bytes([LINKS.index(link), 0, 0]) + frame


def carried():
    """Bytes that fuzz_tunnels.cpp reads: where it is cut, the layers, and a frame that they carry."""
    frames_of = [frame for _, frame in frames(capture_files.pcap(
        capture_files.conversation([b"PROXY UNKNOWN\r\n"], answer=b"ok", client=("2001:db8::1", 4711), server=("2001:db8::2", 443))[2:4]
        + capture_files.conversation([b"PROXY UNKNOWN\r\n"])[2:4] + [capture_files.udp(("10.0.0.1", 53), ("10.0.0.2", 4789), b"\x08" + bytes(20))]))]
    for index in range(11):
        yield "frame-%02d" % index, bytes([0, index * 5, 0, 0, index * 2, index]) + frames_of[index % len(frames_of)]
        yield "frame-twice-%02d" % index, bytes([0, 40, 1, 0, index * 3, index, 0, index, index * 7 % 11]) + frames_of[(index + 1) % len(frames_of)]
    for index in range(5):
        yield "packet-%d" % index, bytes([0, 60, 0, 1, index * 2, index]) + frames_of[index % len(frames_of)]
        yield "packet-deep-%d" % index, bytes([0, 60, 2, 1, index, index, 0, 1, 10, 0, index, index]) + frames_of[(index + 2) % len(frames_of)]
    yield "no-frame", bytes([0, 0, 0, 0, 0, 0]) + b"short"
    yield "fragment", bytes([0, 50, 0, 0, 0, 1]) + frames_of[2][:20] + b"\x20\x00" + frames_of[2][22:]


def conversations():
    """Bytes that fuzz_kept.cpp reads: the mode, then conversations and their turns; a fuzzer finds the rest."""
    for index in range(12):
        yield "%s-%02d" % ("whole" if index % 2 else "any", index), bytes([index * 5 % 32 | index % 2, index % 4]) + bytes((index * 67 + i * i * 5 + i) % 256 for i in range(40 + index * 12))


def logs():
    """Bytes that fuzz_log.cpp reads: how it is escaped, then what receivers write, words alone and with a header of the catalogue."""
    lines = ["client timed out (110: Connection timed out) while reading PROXY protocol, client: 10.0.0.1", "AH03513: RemoteIPProxyProtocol",
             "fe/1: Received something which does not look like a PROXY protocol header", "tls: first record does not look like a TLS handshake",
             "oversized record received with length 22617", "SSL routines::wrong version number", "SSL routines::http request", "500 Invalid command " * 3,
             "invalid length of startup packet", "packet of 5198416 bytes", "packet of 854541 bytes", "Invalid receive (size = 1347571544 larger)",
             "frame of 218762506 bytes", "-ERR unknown command 'PROXY'", "Bad protocol version identification 'PROXY TCP4'", "v2-tlv-overrun", "0x02", "aws",
             '10.0.0.1 "\\x00" 400 157', "10.0.0.1:4 fe fe/<NOSRV> PR-- 0/0", "502 command not recognized: PROXY TCP4"]
    for index, line in enumerate(lines):
        yield "words-%02d" % index, bytes([index]) + line.encode()
    for index, row in enumerate(rows(120)):
        if index % 8 == 5:
            text = "".join("\\x%02x" % b for b in row.bytes)
            yield "quoted-" + row.id, bytes([index]) + ('log: "%s" 400' % text).encode()
            yield "raw-" + row.id, bytes([index]) + (b'broken header: "' if index % 16 == 5 else b"line: '") + row.bytes + b'" while reading PROXY protocol'


def records():
    """Bytes that fuzz_json.cpp reads: a time, then lines as `ppinspect -o json` prints them, and lines that are none."""
    kept = ['{"input":"a.pcap","frame":4,"time":"2026-11-23T06:33:06.640321Z","verdict":"valid","hex":"%s"}' % row.bytes.hex() for row in rows(60)[::16]]
    more = ['{"hex":"0d0a","time":"2026-11-23T06:33:06.640321123Z","tlvs":[{"hex":"00"}]}', '{"hex":"0"}', '{"hex":5}', "[]", "{}", '"x"', "null", "{", '{"a":[[[[]]]]}',
            '{"hex":"","hex":"00"}', '{"hex":"00","time":"9999-12-31T23:59:59.999999Z"}', '{"a":1e400,"b":-0,"c":"\\ud800","hex":"aa"}', "\t\r"]
    for index, line in enumerate(kept + more):
        yield "line-%02d" % index, struct.pack(">q", (index - 8) << 58) + line.encode()
    yield "lines", bytes(8) + "\n".join(kept).encode() + b"\n\n"
    yield "lines-wrong", bytes(8) + "\n".join(more).encode()


def captures():
    """Each format in each byte order and clock, damaged ones, and the fronts of captures of real senders."""
    conversation = capture_files.conversation([b"PROXY TCP4 192.0.2.10 198.51.100.20 1 2\r\n"], answer=b"ok", end="fin")[2:6]
    for big in (False, True):
        for nano in (False, True):
            name = "%s-%s" % ("big" if big else "little", "ns" if nano else "us")
            yield "pcap-" + name, capture_files.pcap(conversation, nano=nano, big=big)
            yield "pcapng-" + name, capture_files.pcapng(conversation, nano=nano, big=big)
    whole = capture_files.pcapng(conversation)
    yield "pcapng-two-sections", whole + capture_files.pcapng(conversation, big=True)
    yield "pcapng-cut", whole[:-7]
    yield "pcap-cut", capture_files.pcap(conversation)[:-9]
    yield "pcap-modified", struct.pack("<IHHiIII", 0xa1b2cd34, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIIIIIHH", 1, 2, 4, 60, 1, 0, 0, 0)[:24] + b"\0" * 4
    simple = struct.pack("<II", 3, 20) + struct.pack("<I", 4) + b"abcd" + struct.pack("<I", 20)
    obsolete = struct.pack("<IIHHIIII", 2, 36, 0, 0, 0, 1000, 4, 60) + b"abcd" + struct.pack("<I", 36)
    head = whole[:28 + 20]
    yield "pcapng-simple", head + simple
    yield "pcapng-obsolete", head + obsolete
    yield "pcapng-no-interface", whole[:28] + obsolete
    for name, data in captures_of_real_senders():
        yield "real-" + name, data[:700]


# `zstd -19` of a 40-byte text, and a frame that is empty: the standard library has no zstd.
ZSTD = [bytes.fromhex("28b52ffd20285d0000104142434400010093f202"), bytes.fromhex("28b52ffd240001000099e9d851"), bytes.fromhex("502a4d180400000001020304")]


def compressed():
    """Captures and text as gzip members, whole, cut, damaged and one behind the other; zstd frames, a skippable one among them."""
    capture = capture_files.pcap(capture_files.conversation([b"PROXY UNKNOWN\r\n"])[3:5])
    for name, data in (("capture", capture), ("text", b"PROXY UNKNOWN\r\n"), ("empty", b""), ("long", b"PROXY " * 500)):
        member = gzip.compress(data, 9, mtime=0)
        yield "gzip-" + name, member
        yield "gzip-%s-cut" % name, member[:-5]
        yield "gzip-%s-twice" % name, member * 2 + bytes(7)
        yield "gzip-%s-damaged" % name, member[:12] + bytes([member[12] ^ 0x10]) + member[13:]
    yield "gzip-then-junk", gzip.compress(b"x", mtime=0) + b"junk"
    for index, frame in enumerate(ZSTD):
        yield "zstd-%d" % index, frame
        yield "zstd-%d-cut" % index, frame[:-1]
    yield "zstd-frames", ZSTD[2] + ZSTD[1] + ZSTD[1]
    yield "plain", b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n" * 4


def texts():
    """The catalogue's headers as each kind of text, one row in eight; dumps of other programs; batches."""
    for index, row in enumerate(rows(120)):
        text = row.header or row.bytes
        if index % 8 == 0:
            yield "hex-" + row.id, bytes([TYPES["hex"]]) + text.hex(" ").encode()
        if index % 8 == 1:
            yield "base64-" + row.id, bytes([TYPES["base64"]]) + base64.encodebytes(text)
        if index % 8 == 2:
            dump = "".join("%08x: %s\n" % (at, text[at:at + 16].hex(" ", 2)) for at in range(0, len(text), 16))
            yield "xxd-" + row.id, bytes([TYPES["auto"]]) + dump.encode()
        if index % 8 == 3:
            yield "auto-" + row.id, bytes([TYPES["auto"]]) + text
        if index % 8 == 4:
            yield "line-" + row.id, bytes([TYPES["lines"]]) + text.replace(b"\\", b"\\\\").replace(b"\r\n", b"\\r\\n").replace(b"\n", b"\\x0a") + b"\n" + text.hex().encode()
    yield "hexdump", b"\x00" + b"0000000 0a0d 0a0d 0d00 510a 4955 0a54 0020 0000\n0000010\n"
    yield "hexdump-C", b"\x00" + b"00000000  0d 0a 0d 0a 00 0d 0a 51  55 49 54 0a 20 00 00 00  |.......QUIT. ...|\n00000010\n"
    yield "tcpdump-x", b"\x01" + b"12:00:00 IP 1.2.3.4.5 > 6.7.8.9.10: tcp 16\n\t0x0000:  0d0a 0d0a 000d 0a51 5549 540a 2000 0000\n"
    yield "od-repeat", b"\x01" + b"0000000 0d 0a\n*\n0000020\n"
    yield "prefixes", b"\x01" + b"0x0d, 0x0a, \\x0d:\\x0a 0xd"
    yield "gzip", b"\x00\x1f\x8b\x08\x00"
    yield "zstd", b"\x00\x28\xb5\x2f\xfd"
    yield "lines-mixed", b"\x04" + b"0d0a\r\n\nPROXY UNKNOWN\\r\\n\n\\q\nabc\n"


def drafts():
    """Bytes that fuzz_draft.cpp reads as a draft: version, command, family, transport, endpoints, paths, checksum, TLVs."""
    v4 = bytes([192, 0, 2, 10, 0xdc, 4, 198, 51, 100, 20, 1, 0xbb])
    v6 = bytes(range(16)) + b"\x00\x50" + bytes(range(16, 32)) + b"\xff\xff"
    for wrong in (0, 1):
        for version in (0, 1):
            for family, block in ((1, v4), (2, v6), (3, v6), (0, v6)):
                for crc in (0, 1, 2):
                    tlvs = bytes([3, 2, 3]) + b"www" + bytes([0x30, 2]) + b"ns" + bytes([0xea, 0])
                    head = bytes([wrong, version, 1, family, 1]) + block + bytes([20, 30, crc]) + tlvs + bytes([1, 5, 0, 0, 0, 0, 1, 0x21, 3]) + b"TLS"
                    yield "%d%d%d%d" % (wrong, version, family, crc), head + (bytes([0x20 >> wrong, 0xff, 0x21, 0x11, 0, 12]) if wrong else b"") + bytes(8)


def schedules():
    """Bytes that fuzz_heads.cpp reads as a schedule or as packets; a fuzzer finds the rest."""
    for index in range(8):
        yield "pieces-%d" % index, bytes([1, 20 + index * 9]) + bytes((index * 37 + i * 11) % 256 for i in range(60))
        yield "contradictions-%d" % index, bytes([2, 10 + index * 5, index]) + bytes((index * 41 + i * 13) % 256 for i in range(40))
        yield "packets-%d" % index, bytes([0, index, index, index, index, index, index]) + bytes((index * 53 + i * i * 7) % 256 for i in range(240))
    handshake = b"".join(bytes([what, 41, place, kind, text]) for what, place, kind, text in (
        (0x40, 0, 5, 0), (0x00, 0, 6, 0), (0x40, 1, 0, 5), (0x00, 1, 0, 7), (0x40, 6, 7, 0), (0x00, 2, 8, 0)))
    yield "conversation", bytes([0, 4, 4, 0, 3, 1, 0, 0]) + handshake


def flows():
    """Bytes that fuzz_render.cpp reads: flow, mark, style and an answer, then a header of the catalogue."""
    for index, row in enumerate(rows()):
        if index % 4 == 0:
            answer = (b"HTTP/1.1 400 Bad", b"", b"-ERR no", b"220 mail")[index // 4 % 4]
            captured = index % 8 == 0
            head = bytes([0x51 if captured else 0x50, 1, 3, 0, 16, 10, 1, index // 8 % 6, (index * 7) % 256])
            yield row.id, head + (bytes([len(answer)]) + answer if captured else b"") + row.bytes
    yield from hostile_flows()


# What a terminal obeys, or a reader takes for something else, by name.
HOSTILE = {"csi": b"\x1b[2J", "c1-csi": b"\xc2\x9b2J", "del": b"\x7f", "bidi": b"\xe2\x80\xae", "zero-width": b"\xe2\x80\x8b", "bom": b"\xef\xbb\xbf",
           "separator": b"\xe2\x80\xa8", "surrogate": b"\xed\xa0\x80", "overlong": b"\xc0\xaf", "beyond": b"\xf4\x90\x80\x80", "cut": b"\xe2\x82",
           "quote": b'"\\', "soft-hyphen": b"\xc2\xad", "tag": b"\xf3\xa0\x81\x81"}


def hostile_flows():
    """An AUTHORITY, a payload's Host and an answer with each of them, as a line, a block, and a block with bytes."""
    for index, (name, text) in enumerate(HOSTILE.items()):
        header = catalogue.v2(catalogue.tlv(2, b"a" + text + b"b")) + b"GET / HTTP/1.1\r\nHost: x" + text + b"y\r\n\r\n"
        answer = b"SSH-2.0-" + text + b"\r\n"
        yield "hostile-" + name, bytes([0x51, 1, 3, 0, 16, 10, 1, 1, index % 3, len(answer)]) + answer + header


def connections():
    """Bytes that fuzz_listener.cpp reads: options and pieces, then a header of the catalogue."""
    for index, row in enumerate(rows()):
        if index % 4 == 1:
            yield row.id, bytes([(4 if index % 8 == 1 else 8) | 16 | (index // 16 % 3)]) + bytes((index * 29 + i * 17) % 256 for i in range(12)) + row.bytes


MAKERS = {"addresses": addresses, "compressed": compressed, "packets": packets, "captures": captures, "carried": carried, "conversations": conversations, "logs": logs, "records": records, "texts": texts, "drafts": drafts, "schedules": schedules, "flows": flows,
          "connections": connections}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for folder, maker in MAKERS.items():
        path = os.path.join(sys.argv[1], folder)
        os.makedirs(path, exist_ok=True)
        for name, data in maker():
            with open(os.path.join(path, name), "wb") as file:
                file.write(data)


if __name__ == "__main__":
    main()
