"""libproxyproto.so from C, Python and Go: what it exports, the catalogue through it, and the examples, run.

c_api_test.py PREFIX SOURCE-DIRECTORY C-COMPILER WORK-DIRECTORY   PREFIX is an installed tree; Go is skipped where it is missing
"""
import csv
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import unittest

import catalogue

PREFIX, SOURCE, CC, WORK = (pathlib.Path(word) for word in sys.argv[1:5])
del sys.argv[1:5]
LIBRARY = PREFIX / "lib/libproxyproto.so"
sys.path.insert(0, str(SOURCE / "examples/python"))
import proxyproto  # noqa: E402

proxyproto._library = proxyproto.load(str(LIBRARY))
STATUS = {"valid": ["done"], "warning": ["done"], "malformed": ["malformed"], "missing": ["missing", "need-more"], "truncated": ["need-more"]}
AFTER_PARSING = ("v2-tlv", "v2-ssl", "v2-crc32c")  # the header's bounds are known: errors inside are no fault of its framing
V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
V2 = bytes.fromhex("0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb")
V2_CRC = bytes.fromhex("0d0a0d0a000d0a515549540a21110013c000020ac6336414dc0401bb03000404fcfa2e")
CLIENT, SERVER = ("192.0.2.10", 56324), ("198.51.100.20", 443)


def expected():
    with open(SOURCE / "tests/data/catalogue-expected.tsv", encoding="utf-8") as table:
        return {row[0]: row[1:] for row in csv.reader((line for line in table if not line.startswith("#")), delimiter="\t")}


def build_and_run(command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=600, **more).stdout


class Symbols(unittest.TestCase):
    def test_the_header_the_map_and_the_library_name_the_same_functions(self):
        declared = set(re.findall(r"\b(pp_\w+)\(", re.sub(r"/\*.*?\*/", "", (PREFIX / "include/pp/proxyproto.h").read_text(), flags=re.DOTALL)))
        mapped = set(re.findall(r"^ +(pp_\w+);", (SOURCE / "lib/pp/c/proxyproto.map").read_text(), re.MULTILINE))
        exported = {}
        for line in build_and_run(["nm", "-D", "--defined-only", LIBRARY]).splitlines():
            name, _, version = line.split()[-1].partition("@@")
            exported[name] = version
        exported.pop("PROXYPROTO_0.2")
        self.assertEqual(declared, mapped)
        self.assertEqual(set(exported), mapped)
        self.assertEqual(set(exported.values()), {"PROXYPROTO_0.2"})


class Parsing(unittest.TestCase):
    def test_catalogue(self):
        wanted, checked = expected(), 0
        for row in catalogue.rows():
            verdict, findings = wanted[row.id][:2]
            header = proxyproto.parse(row.bytes)
            with self.subTest(row.id, verdict=verdict):
                checked += 1
                if verdict == "malformed" and findings.startswith(AFTER_PARSING):
                    self.assertEqual(header.status, "done")
                    continue
                self.assertIn(header.status, STATUS[verdict])
                if verdict == "malformed":
                    self.assertIn(f"{header.fault}@{header.offset}", findings.split(","))
        self.assertGreater(checked, 200)

    def test_values(self):
        for data, size in ((V1 + b"GET /", len(V1)), (V2 + b"x", len(V2)), (V2_CRC, len(V2_CRC))):
            header = proxyproto.parse(data)
            self.assertEqual((header.status, header.size, header.source, header.destination, header.is_local), ("done", size, CLIENT, SERVER, False))
        self.assertEqual([kind for kind, _ in proxyproto.parse(V2_CRC).tlvs()], [3])
        self.assertEqual([proxyproto.parse(data).crc32c() for data in (V2, V2_CRC, V2_CRC[:-1] + b"!")], ["absent", "right", "wrong"])
        local = proxyproto.parse(b"PROXY UNKNOWN\r\n")
        self.assertEqual((local.is_local, local.source), (True, None))
        self.assertEqual(proxyproto.parse(V1.replace(b"443", b"65536")).fault, "v1-port-range")

    def test_encoding(self):
        self.assertEqual(proxyproto.encode(CLIENT, SERVER, version=1), V1)
        self.assertEqual(proxyproto.encode(CLIENT, SERVER), V2)
        self.assertEqual(proxyproto.encode(CLIENT, SERVER, crc32c=True), V2_CRC)
        six = proxyproto.parse(proxyproto.encode(("2001:db8::1", 1), ("2001:db8::2", 2), tlvs=[(1, b"h2"), (0xe0, b"")]))
        self.assertEqual((six.source, six.tlvs()), (("2001:db8::1", 1), [(1, b"h2"), (0xe0, b"")]))
        with self.assertRaises(ValueError):
            proxyproto.encode(CLIENT, ("2001:db8::2", 2))

    def test_a_socket_keeps_what_follows(self):
        near, far = socket.socketpair()
        with near, far:
            far.sendall(V2_CRC + b"payload")
            header = proxyproto.read(near)
            self.assertEqual((header.status, header.data, header.source), ("done", V2_CRC, CLIENT))
            self.assertEqual(near.recv(100), b"payload")
            far.sendall(b"GET / HTTP/1.1\r\n")
            self.assertEqual(proxyproto.read(near).status, "missing")
            far.sendall(V1[:20])
            self.assertEqual(proxyproto.read(near, timeout_ms=1).status, "missing")  # the request is still there
        near, far = socket.socketpair()
        with near, far:
            far.sendall(V1[:20])
            self.assertEqual(proxyproto.read(near, timeout_ms=1).status, "timeout")
        near, far = socket.socketpair()
        with near:
            far.close()
            self.assertEqual(proxyproto.read(near).status, "closed")
            self.assertEqual(proxyproto.read(near, longest=50).status, "io")  # less than the longest line


class Examples(unittest.TestCase):
    def setUp(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "LD_LIBRARY_PATH": str(PREFIX / "lib")}

    def test_c(self):
        program = WORK / "echo_client_address"
        build_and_run([CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", PREFIX / "include", SOURCE / "examples/c/echo_client_address.c",
                       "-L", PREFIX / "lib", "-lproxyproto", "-o", program])
        with subprocess.Popen([program], stdout=subprocess.PIPE, text=True, env=self.environment) as server:
            try:
                port = int(server.stdout.readline().rsplit(":", 1)[1])
                answers = []
                for data in (V2_CRC, b"PROXY UNKNOWN\r\n"):
                    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                        connection.sendall(data)
                        answers.append(b"".join(iter(lambda: connection.recv(4096), b"")))
            finally:
                server.kill()
        self.assertEqual(answers, [b"client 192.0.2.10 port 56324\nTLV 0x03, 4 bytes\n", b"the connection's own address counts\n"])

    def test_python(self):
        done = subprocess.run([sys.executable, SOURCE / "examples/python/proxyproto.py"], input=V1, capture_output=True, check=True, timeout=60,
                              env={**self.environment, "PROXYPROTO_LIBRARY": str(LIBRARY), "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(done.stdout.decode(), f"done {CLIENT} -> {SERVER}\n")

    @unittest.skipUnless(shutil.which("go"), "Go is not installed")
    def test_go(self):
        program = WORK / "goexample"
        environment = {**self.environment, "CGO_CFLAGS": f"-I{PREFIX / 'include'}", "CGO_LDFLAGS": f"-L{PREFIX / 'lib'}", "GOCACHE": str(WORK / "go-cache"),
                       "GOFLAGS": "-mod=mod", "GO111MODULE": "on", "GOPROXY": "off", "CGO_ENABLED": "1", "CC": str(CC)}
        build_and_run(["go", "build", "-o", program, "."], cwd=SOURCE / "examples/go", env=environment)
        done = subprocess.run([program], input=V2_CRC, capture_output=True, check=True, timeout=60, env=self.environment)
        self.assertEqual(done.stdout.decode(), "v2, 35 bytes: 192.0.2.10:56324 -> 198.51.100.20:443\nTLV 0x03, 4 bytes\n")


if __name__ == "__main__":
    unittest.main()
