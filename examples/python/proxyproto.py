"""The PROXY protocol through libproxyproto.so, with ctypes alone.

    >>> import proxyproto
    >>> header = proxyproto.parse(b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\\r\\nGET /")
    >>> header.source, header.size
    (('192.0.2.10', 56324), 47)
"""
import ctypes
import os

STATUS = ["need-more", "done", "malformed", "missing", "truncated", "closed", "timeout", "too-long", "io"]
MAX_HEADER = 65551


class Address(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * 16), ("port", ctypes.c_uint16), ("size", ctypes.c_uint8), ("reserved", ctypes.c_uint8)]


class RawHeader(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int32), ("size", ctypes.c_uint32), ("fault", ctypes.c_uint32), ("offset", ctypes.c_uint32),
                ("tlv_offset", ctypes.c_uint32), ("tlv_end", ctypes.c_uint32), ("error", ctypes.c_int32), ("version", ctypes.c_uint8),
                ("is_local", ctypes.c_uint8), ("family", ctypes.c_uint8), ("transport", ctypes.c_uint8), ("source", Address),
                ("destination", Address), ("reserved", ctypes.c_uint32 * 4)]


class Tlv(ctypes.Structure):
    _fields_ = [("value", ctypes.c_void_p), ("length", ctypes.c_uint32), ("offset", ctypes.c_uint32), ("type", ctypes.c_uint8),
                ("reserved", ctypes.c_uint8 * 7)]


class Walk(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_void_p), ("at", ctypes.c_uint32), ("end", ctypes.c_uint32)]


def load(path=None):
    """The library by its path, or the one that is installed."""
    lib = ctypes.CDLL(path or os.environ.get("PROXYPROTO_LIBRARY", "libproxyproto.so.0"))
    for name in ("pp_fault_code", "pp_fault_section", "pp_fault_rule"):
        getattr(lib, name).restype = ctypes.c_char_p
    for name in ("pp_encode_v1", "pp_encode_v1_unknown", "pp_encode_v2", "pp_encode_v2_local", "pp_encode_tlv", "pp_address_text", "pp_unix_path"):
        getattr(lib, name).restype = ctypes.c_size_t
    lib.pp_parse.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(RawHeader)]
    lib.pp_read_header.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(RawHeader)]
    lib.pp_tlvs.argtypes = [ctypes.POINTER(RawHeader), ctypes.c_char_p, ctypes.POINTER(Walk)]
    lib.pp_tlv_next.argtypes = [ctypes.POINTER(Walk), ctypes.POINTER(Tlv)]
    lib.pp_crc32c.argtypes = [ctypes.POINTER(RawHeader), ctypes.c_char_p]
    lib.pp_address_from_text.argtypes = [ctypes.c_char_p, ctypes.c_uint16, ctypes.POINTER(Address)]
    lib.pp_address_text.argtypes = [ctypes.POINTER(Address), ctypes.c_char_p, ctypes.c_size_t]
    lib.pp_encode_v1.argtypes = [ctypes.POINTER(Address), ctypes.POINTER(Address), ctypes.c_char_p, ctypes.c_size_t]
    lib.pp_encode_v2.argtypes = [ctypes.POINTER(Address), ctypes.POINTER(Address), ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int,
                                 ctypes.c_char_p, ctypes.c_size_t]
    lib.pp_encode_tlv.argtypes = [ctypes.c_uint8, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    return lib


_library = None


def library():
    global _library
    if _library is None:
        _library = load()
    return _library


def _endpoint(address):
    """(text, port), or None where the connection's own endpoint counts."""
    text = ctypes.create_string_buffer(46)
    return (text.value.decode(), address.port) if library().pp_address_text(address, text, len(text)) else None


class Header:
    """One header, or why there is none: `status` is a word of STATUS. The bytes are copied."""

    def __init__(self, raw, data):
        self.raw, self.data = raw, data
        self.status = STATUS[raw.status]
        self.size, self.version, self.offset = raw.size, raw.version, raw.offset
        self.is_local = bool(raw.is_local)
        self.source, self.destination = _endpoint(raw.source), _endpoint(raw.destination)

    @property
    def fault(self):
        return library().pp_fault_code(self.raw.fault).decode()

    def tlvs(self):
        """[(type, value)] in the order of the wire."""
        walk, tlv, out = Walk(), Tlv(), []
        library().pp_tlvs(self.raw, self.data, walk)
        while library().pp_tlv_next(walk, tlv) > 0:
            out.append((tlv.type, self.data[tlv.offset + 3:tlv.offset + 3 + tlv.length]))
        return out

    def crc32c(self):
        return ("absent", "right", "wrong")[library().pp_crc32c(self.raw, self.data)]


def parse(data):
    raw = RawHeader()
    library().pp_parse(data, len(data), raw)
    return Header(raw, data)


def read(connection, timeout_ms=3000, longest=4096):
    """Takes the header from the start of a socket, and nothing that follows it."""
    raw, buffer = RawHeader(), ctypes.create_string_buffer(longest)
    library().pp_read_header(connection.fileno(), timeout_ms, buffer, longest, raw)
    return Header(raw, buffer.raw[:raw.size])


def _address(endpoint):
    address = Address()
    if not library().pp_address_from_text(endpoint[0].encode(), endpoint[1], address):
        raise ValueError(f"not an IP address: {endpoint[0]!r}")
    return address


def encode(source, destination, version=2, tlvs=(), crc32c=False):
    """The bytes of a header that announces two (text, port) endpoints of TCP."""
    room = ctypes.create_string_buffer(MAX_HEADER)
    area = b""
    for kind, value in tlvs:
        size = library().pp_encode_tlv(kind, value, len(value), room, len(room))
        area += room.raw[:size]
    a, b = _address(source), _address(destination)
    if version == 1:
        size = library().pp_encode_v1(a, b, room, len(room))
    else:
        size = library().pp_encode_v2(a, b, 1, area, len(area), int(crc32c), room, len(room))
    if size == 0:
        raise ValueError("addresses of two families, or TLVs that are too long")
    return room.raw[:size]


if __name__ == "__main__":
    import sys
    header = parse(sys.stdin.buffer.read(MAX_HEADER))
    print(header.status, header.fault if header.status in ("malformed", "missing") else f"{header.source} -> {header.destination}")
