"""tests/data/catalogue.tsv as rows, with the shortened ones built from their descriptions."""
import os
import struct

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
REQUEST = b"GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
FIXED = b"\r\n\r\n\0\r\nQUIT\n\x21\x11"
BLOCK = bytes.fromhex("c000020ac6336414dc0401bb")


def tlv(kind, value):
    return struct.pack(">BH", kind, len(value)) + value


def v2(tlvs=b"", fixed=FIXED, block=BLOCK):
    return fixed + struct.pack(">H", len(block) + len(tlvs)) + block + tlvs


def _noop_to(length):
    return v2(tlv(4, bytes(length - 15)))


LONG = {
    "V1L-11": b"PROXY TCP4 " + b"1" * 4096,
    "V2L-15": _noop_to(2048 - 16),
    "V2L-17": _noop_to(4097 - 16),
    "V2L-18": _noop_to(16384),
    "V2L-19": _noop_to(0x8001),
    "V2L-20": _noop_to(65535),
    "V2T-14": v2(tlv(0x04, b"") * 1300),
    "V2T-15": v2(tlv(0xe0, b"") * 21840),
    "SSL-18": v2(tlv(0x20, b"\x07\0\0\0\0" + tlv(0x21, b"TLSv1.3") + tlv(0x23, b"TLS_AES_128_GCM_SHA256") +
                     tlv(0x28, b"\x30\x82\x05\xd8" + bytes(1496)))),
}


class Row:
    def __init__(self, line):
        self.id, self.section, self.asks, self.description, self.steps, self.seen_in, text = line.split("\t")
        self.with_request = False
        self.parts = [self._part(part) for part in text.split(";")]
        self.bytes = b"".join(self.parts)
        self.header = self.bytes[:len(self.bytes) - (len(REQUEST) if self.with_request else 0)]

    def _part(self, text):
        self.with_request = text.endswith("+REQ")
        text = text[:-4] if self.with_request else text
        if "...(" in text:
            start, said = text[:-len(" bytes)")].split("...(")
            whole = LONG[self.id]
            # The count covers the row's text, in which +REQ takes the place of two bytes.
            self.with_request = int(said) == len(whole) + 2
            assert int(said) == len(whole) + (2 if self.with_request else 0), self.id
            assert whole.hex().startswith(start), self.id
        else:
            whole = bytes.fromhex(text)
        return whole + (REQUEST if self.with_request else b"")


def rows():
    with open(os.path.join(DATA, "catalogue.tsv"), encoding="utf-8") as file:
        return [Row(line.rstrip("\n")) for line in file if line.strip() and not line.startswith("#")]
