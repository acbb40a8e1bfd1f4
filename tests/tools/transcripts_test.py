"""Whole-output transcripts: what the tool prints, byte for byte, and its exit status.

transcripts_test.py PPINSPECT [--update] [CASE...]

A case is a file in transcripts/: "key: value" lines (command, and as needed stdin as a Python bytes literal, env as
NAME=VALUE words, terminal as the columns of one that standard output goes to), then the sections "== stdout" and "== stderr", then "== exit N". A section that is not plain lines is
written as one bytes literal below "== stdout escaped". Commands run in a directory that holds the fixtures below and
the captures of corpus/pcap. --update rewrites the sections; read the difference before committing it.
"""
import ast
import functools
import gzip
import os
import re
import shlex
import shutil
import sys

import ppinspect
from capture_files import CLIENT, SERVER, conversation, ip, pcap, pcapng, udp
from catalogue import FIXED, REQUEST, tlv, v2

CASES = os.path.join(ppinspect.SOURCE, "tests", "transcripts")
V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
OK = b"HTTP/1.1 200 OK\r\n\r\n"
SSL = v2(tlv(0x01, b"h2") + tlv(0x02, b"www.example.com") +
         tlv(0x20, b"\x05\0\0\0\0" + tlv(0x21, b"TLSv1.3") + tlv(0x23, b"TLS_AES_256_GCM_SHA384") + tlv(0x22, b"caf\xc3\xa9")))
SIMPLE = b"\x56\xec" + bytes(10) + b"\xff\xff\xc0\0\2\x0a" + b"\x20\1\x0d\xb8" + bytes(11) + b"\1" + b"\xdc\4\0\x35"
OVERRUN = v2(b"\x02\x00\x40www.e")
HELLO = bytes.fromhex("16030100450100004103030000000000000000000000000000000000000000000000000000000000000000000002130101000016"
                      "0000000a0008000005616263646500100004000203683200")
OTHER = ("10.0.0.1", 40001)


def zstd(content, window=b"\x40"):
    """A frame of one block that is not compressed; the window descriptor means 256 KiB."""
    return b"\x28\xb5\x2f\xfd\x00" + window + (len(content) << 3 | 1).to_bytes(3, "little") + content


def refused(count):
    """Connections of one sender, each of which the receiver answers with HTTP 400."""
    out = []
    for number in range(count):
        out += conversation([v2() + REQUEST], answer=b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", client=("10.0.0.1", 10000 + number), end="fin")
    return out


@functools.cache
def fixtures():
    """Files by name. Whatever is here can be named by a case."""
    one = conversation([V1 + REQUEST], answer=OK, end="fin")
    two = conversation([SSL + REQUEST], answer=OK, client=OTHER, end="fin")
    good = pcap(one)
    mixed = one + two + conversation([OVERRUN + REQUEST], client=("10.0.0.1", 40002)) + \
        conversation([v2(tlv(0xf1, b"x")) + REQUEST], client=("10.0.0.1", 40003), answer=OK) + \
        conversation([FIXED[:12] + b"\x20\0\0\0"], client=("10.0.0.1", 40004))
    return {
        "good.pcap": good,
        "mixed.pcap": pcap(mixed),
        "nano.pcap": pcap(one, nano=True),
        "ssl.pcap": pcapng(two),
        "bad.pcap": pcap(conversation([OVERRUN], answer=None)),
        "split.pcap": pcap(conversation([V1[:9], V1[9:30], V1[30:] + REQUEST], answer=OK)),
        "cut.pcap": pcap(conversation([SSL + REQUEST]), snaplen=80),
        "gap.pcap": pcap(conversation([V1[:9], V1[9:30], V1[30:]], lost={1}, end="fin")),
        "open.pcap": pcap(conversation([V1[:30]])),
        "stopped.pcap": pcap(conversation([V1[:30]], end="fin")),
        "nosyn.pcap": pcap(conversation([V1 + REQUEST], syn=False, answer=OK)),
        "server.pcap": pcap(conversation([V1], from_server=True)),
        "chain.pcap": pcap(conversation([V1 + v2() + REQUEST], answer=OK)),
        "refused.pcap": pcap(conversation([v2() + REQUEST], end="refused")),
        "http400.pcap": pcap(conversation([v2()], answer=b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        "udp.pcap": pcap([udp(CLIENT, SERVER, v2(fixed=FIXED[:13] + b"\x12") + b"query"), udp(CLIENT, SERVER, b"second query"),
                          udp(OTHER, SERVER, v2(fixed=FIXED[:13] + b"\x12")[:20])]),
        "simple.pcap": pcap([udp(CLIENT, SERVER, SIMPLE + b"query"), udp(CLIENT, SERVER, b"second query"), udp(SERVER, CLIENT, SIMPLE + b"answer"),
                             udp(OTHER, SERVER, SIMPLE[:20] + b"\0\1" + SIMPLE[22:]), udp(OTHER, SERVER, SIMPLE[:30])]),
        "smtp.pcap": pcap(conversation([V1], answer=b"502 5.5.2 Error: command not recognized\r\n", end="fin")),
        "tls.pcap": pcap(conversation([HELLO], end="refused")),
        "names.pcap": pcap(conversation([v2(tlv(0x01, b"h2") + tlv(0x02, b"other.example.com")) + REQUEST], answer=OK)),
        "none.pcap": pcap(conversation([REQUEST], answer=OK)),
        "midstream.pcap": pcap(conversation([REQUEST], syn=False, answer=OK) + conversation([REQUEST], syn=False, client=OTHER, answer=OK)),
        "mix400.pcap": pcap(refused(4)),
        "refused5k.pcap": pcap(refused(5000)),
        "empty.pcap": good[:24],
        "short.pcap": pcap(one[:5])[:-30],
        "corrupt.pcap": pcap(one[:4]) + b"\xff" * 16 + b"x" * 40,
        "corrupt.pcapng": pcapng(one[:4]) + b"\x06\0\0\0\x07\0\0\0junkjunk",
        "wrapped.pcap": pcap([ip("10.0.0.1", "10.0.0.2", 50, bytes(40))] * 2 + [ip("10.0.0.1", "10.0.0.2", 47, b"\x30\x01\x88\x0b" + bytes(16))]),
        "usb.pcap": good[:20] + b"\xbd\0\0\0" + good[24:],
        "packed.pcap.gz": gzip.compress(good, mtime=0),
        "packed.pcap.zst": zstd(good),
        "wide.pcap.zst": zstd(good, window=b"\x88"),
        "cut.pcap.gz": gzip.compress(good, mtime=0)[:-20],
        "backend.filter": b"tcp port 9999   # the backend\nand host 10.0.0.1\n",
        "wrong.filter": b"tcp port 9999\nor prt 80\n",
        "v1.txt": V1,
        "unix.bin": v2(block=b"/run/client.sock".ljust(108, b"\0") + b"\0abstract".ljust(108, b"\0"), fixed=FIXED[:13] + b"\x31"),
        "nothing": b"",
        "es\x1b[31mc.txt": b"PROXY TCP4 1\r\n",
    }


def make_directory(path):
    for name, content in fixtures().items():
        with open(os.path.join(path, name), "wb") as file:
            file.write(content)
    os.mkdir(os.path.join(path, "directory"))
    for folder in (("corpus", "pcap"), ("tests", "data", "captures")):
        captures = os.path.join(ppinspect.SOURCE, *folder)
        for name in os.listdir(captures):
            shutil.copyfile(os.path.join(captures, name), os.path.join(path, name))


class Case:
    def __init__(self, path):
        self.name = os.path.basename(path)
        self.path = path
        self.keys = {}
        self.expected = {}
        with open(path, "rb") as file:
            text = file.read()
        head, *sections = re.split(rb"(?m)^== ", text)
        for line in head.decode().splitlines():
            key, _, value = line.partition(": ")
            self.keys[key] = value
        self.head = head
        for section in sections:
            title, _, body = section.partition(b"\n")
            word, *rest = title.decode().split()
            if word == "exit":
                self.expected["exit"] = int(rest[0])
            else:
                self.expected[word] = ast.literal_eval(body.decode()) if rest == ["escaped"] else body

    def run(self, directory):
        words = shlex.split(self.keys["command"])
        assert words[0] == "ppinspect", self.name
        stdin = ast.literal_eval(self.keys.get("stdin", "b''"))
        env = ppinspect.environment(**dict(word.split("=", 1) for word in shlex.split(self.keys.get("env", ""))))
        if "terminal" in self.keys:
            result = ppinspect.run_on_terminal(*words[1:], columns=int(self.keys["terminal"]), stdin=stdin, env=env, cwd=directory)
        else:
            result = ppinspect.run(*words[1:], stdin=stdin, env=env, cwd=directory)
        return {"stdout": result.out, "stderr": result.err, "exit": result.code}

    def write(self, got):
        out = self.head
        for name in ("stdout", "stderr"):
            plain = re.fullmatch(rb"(?:[^\x00-\x09\x0b-\x1f\x7f]*\n)*", got[name]) and b"\n== " not in b"\n" + got[name]
            out += b"== %s\n%s" % (name.encode(), got[name]) if plain else b"== %s escaped\n%r\n" % (name.encode(), got[name])
        out += b"== exit %d\n" % got["exit"]
        with open(self.path, "wb") as file:
            file.write(out)


def cases(names=()):
    return [Case(os.path.join(CASES, name)) for name in sorted(os.listdir(CASES)) if not names or name in names]


def main():
    ppinspect.program()
    words = sys.argv[2:]
    update = "--update" in words
    failed = 0
    ran = 0
    with ppinspect.scratch() as directory:
        make_directory(directory)
        for case in cases([word for word in words if word != "--update"]):
            got = case.run(directory)
            ran += 1
            if got == case.expected:
                continue
            if update:
                case.write(got)
                print("rewrote", case.name)
                continue
            failed += 1
            print("FAIL %s: %s" % (case.name, case.keys["command"]))
            for key in ("stdout", "stderr", "exit"):
                if got[key] != case.expected.get(key):
                    print("  %s expected: %r\n  %s got:      %r" % (key, case.expected.get(key), key, got[key]))
    print("%d transcripts, %d differ" % (ran, failed))
    if ran == 0:
        sys.exit("no transcripts ran")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
