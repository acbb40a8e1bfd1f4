"""Capture files built from nothing: TCP and UDP conversations on any link layer, as pcap or pcapng."""
import calendar
import functools
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START_NS = calendar.timegm((2026, 11, 23, 6, 33, 6)) * 10**9 + 640_000_000
STEP_NS = 107_000
CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 9999)


address = functools.lru_cache(maxsize=1024)(ipaddress.ip_address)  # big captures repeat a few addresses


def ip(source, destination, protocol, payload):
    a, b = address(source), address(destination)
    if a.version == 4:
        return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0) + a.packed + b.packed + payload
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + a.packed + b.packed + payload


def tcp(source, destination, seq, ack, flags, data=b""):
    head = struct.pack(">HHIIBBHHH", source[1], destination[1], seq % 2**32, ack % 2**32, 5 << 4, flags, 65535, 0, 0)
    return ip(source[0], destination[0], 6, head + data)


def udp(source, destination, data):
    return ip(source[0], destination[0], 17, struct.pack(">HHHH", source[1], destination[1], 8 + len(data), 0) + data)


def conversation(parts, answer=None, end="open", client=CLIENT, server=SERVER, syn=True, lost=(), from_server=False,
                 sequence=1000):
    """IP packets of one connection. `parts`: the client's segments (the server's with from_server); `lost`: indexes of
    parts that the capture does not have; `answer`: the server's bytes; `end`: open, fin (client), rst (client), refused
    (reset by the server)."""
    ours, theirs = sequence, 5000
    out = []
    if syn:
        out += [tcp(client, server, ours, 0, SYN), tcp(server, client, theirs, ours + 1, SYN | ACK),
                tcp(client, server, ours + 1, theirs + 1, ACK)]
    ours, theirs = ours + 1, theirs + 1
    for index, part in enumerate(parts):
        if from_server:
            packet = tcp(server, client, theirs, ours, PSH | ACK, part)
            theirs += len(part)
        else:
            packet = tcp(client, server, ours, theirs, PSH | ACK, part)
            ours += len(part)
        if index not in lost:
            out.append(packet)
    if answer is not None:
        out.append(tcp(server, client, theirs, ours, PSH | ACK, answer))
        theirs += len(answer)
    if end == "fin":
        out += [tcp(client, server, ours, theirs, FIN | ACK), tcp(server, client, theirs, ours + 1, FIN | ACK)]
    elif end == "rst":
        out.append(tcp(client, server, ours, theirs, RST | ACK))
    elif end == "refused":
        out.append(tcp(server, client, theirs, ours, RST | ACK))
    return out


def _ethernet(tags):
    def wrap(ip):
        v6 = ip[0] >> 4 == 6
        return bytes.fromhex("020000000002020000000001") + tags + (b"\x86\xdd" if v6 else b"\x08\x00") + ip
    return wrap


def _ethertype(ip):
    return 0x86dd if ip[0] >> 4 == 6 else 0x0800


LINKS = {
    "ethernet": (1, _ethernet(b"")),
    "vlan": (1, _ethernet(bytes.fromhex("81000064"))),
    "qinq": (1, _ethernet(bytes.fromhex("88a8000a81000064"))),
    "sll": (113, lambda ip: struct.pack(">HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\x01", _ethertype(ip)) + ip),
    "sll2": (276, lambda ip: struct.pack(">HHIHBB8s", _ethertype(ip), 0, 1, 1, 0, 6, b"\x02\0\0\0\0\x01") + ip),
    "raw": (101, lambda ip: ip),
    "null": (0, lambda ip: struct.pack("<I", 2 if ip[0] >> 4 == 4 else 30) + ip),
    "loop": (108, lambda ip: struct.pack(">I", 2 if ip[0] >> 4 == 4 else 30) + ip),
}


def timed(packets, start=START_NS, step=STEP_NS):
    return [(start + i * step, packet) for i, packet in enumerate(packets)]


def pcap(packets, link="ethernet", nano=False, big=False, snaplen=262144):
    """`packets`: IP packets, or (time in nanoseconds, IP packet, and as needed how many bytes of its frame were kept)."""
    order = ">" if big else "<"
    kind, wrap = LINKS[link]
    out = bytearray()  # bytes would be copied at each step
    out += struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0, snaplen, kind)
    for at, packet, *kept in packets if packets and isinstance(packets[0], tuple) else timed(packets):
        frame = wrap(packet)
        most = kept[0] if kept else snaplen
        fraction = at % 10**9 if nano else at % 10**9 // 1000
        out += struct.pack(order + "IIII", at // 10**9, fraction, min(len(frame), most), len(frame)) + frame[:most]
    return bytes(out)


def pcapng(packets, link="ethernet", nano=False, big=False, snaplen=262144):
    order = ">" if big else "<"
    kind, wrap = LINKS[link]

    def block(number, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack(order + "II", number, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))

    out = bytearray()
    out += block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))
    options = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0) if nano else b""
    out += block(1, struct.pack(order + "HHI", kind, 0, snaplen) + options)
    for at, packet in packets if packets and isinstance(packets[0], tuple) else timed(packets):
        frame = wrap(packet)
        ticks = at if nano else at // 1000
        kept = frame[:snaplen]
        out += block(6, struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xffffffff, len(kept), len(frame)) + kept)
    return bytes(out)
