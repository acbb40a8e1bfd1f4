"""ppinspect on captures of real senders says what the receiver answered (corpus/README.md).

real_captures_test.py PPINSPECT FOLDER
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

PPINSPECT, FOLDER = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
ENDPOINT = r"(?:\[[0-9a-f:]+\]|[0-9.]+):[0-9]+"
PORT = "19001"
NAME = "frontend.example.test"


def run(name, *options):
    """Records and exit status."""
    done = subprocess.run([PPINSPECT, "-o", "json", *options, "-r", str(FOLDER / name)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()], done.returncode


def documented(name):
    """(source, destination) of each connection in the order of the table."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in (FOLDER.parent / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    found = []
    current = ""
    for file, _, pairs in (row for row in rows if len(row) == 3):
        current = file or current
        if current == name:
            found += re.findall(f"({ENDPOINT}) -> ({ENDPOINT})", pairs)
    return found


def answered(name):
    """(source, destination) of each answer of nginx's in the capture, IPv6 with the brackets that it leaves out."""
    found = re.findall(rb"src=(\S+):([0-9]+) dst=(\S+):([0-9]+)\s", (FOLDER / name).read_bytes())
    texts = [[part.decode("ascii") for part in answer] for answer in found]
    return [(endpoint(*answer[:2]), endpoint(*answer[2:])) for answer in texts]


def endpoint(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def announced(record):
    return tuple(endpoint(record[side]["ip"], record[side]["port"]) for side in ("src", "dst"))


class RealCapturesTest(unittest.TestCase):
    maxDiff = None

    def test_every_capture_is_in_the_table(self):
        named = {path.name for path in FOLDER.glob("*.pcap")} - {"trouble.pcap"}  # of no real sender
        self.assertEqual(named, {"any-sll2.pcap", "noheader.pcap", "v1.pcap", "v2.pcap", "v2tls.pcap"})
        for name in named - {"noheader.pcap"}:
            self.assertGreaterEqual(len(documented(name)), 2, name)

    def test_addresses_are_those_that_the_receiver_answered(self):
        for name, local in (("v1.pcap", 2), ("v2.pcap", 6), ("v2tls.pcap", 2), ("any-sll2.pcap", 2)):
            with self.subTest(name):
                records, status = run(name)
                clients = [record for record in records if record.get("command") == "PROXY"]
                self.assertEqual([announced(record) for record in clients], documented(name))
                self.assertEqual([announced(record) for record in clients], answered(name))
                self.assertEqual((status, len(records) - len(clients)), (0, local))

    def test_versions(self):
        expected = {"v1.pcap": [1] * 6, "v2.pcap": [2] * 2, "v2tls.pcap": [2] * 3, "any-sll2.pcap": [1, 2]}
        for name, versions in expected.items():
            self.assertEqual([record["version"] for record in run(name)[0] if record.get("command") == "PROXY"], versions, name)

    def test_every_header_is_valid_and_taken(self):
        for name in ("v1.pcap", "v2.pcap", "v2tls.pcap", "any-sll2.pcap"):
            for record in run(name)[0]:
                # curl announces its own connection.
                own = "src" in record and record["peer"]["src"].endswith(f":{record['src']['port']}")
                self.assertEqual((record["verdict"], [f["code"] for f in record["findings"]], record.get("diagnosis")),
                                 ("valid", ["own-endpoints"] if own else [], None), record)
                if record.get("command") == "PROXY":
                    self.assertEqual((record["payload"], record["reaction"]["class"]), ("http/1.1", "ok"))

    def test_health_checks_are_local(self):
        for name in ("v1.pcap", "v2.pcap", "v2tls.pcap", "any-sll2.pcap", "noheader.pcap"):
            checks = [record for record in run(name)[0] if record.get("command") == "LOCAL"]
            self.assertGreaterEqual(len(checks), 2, name)
            for record in checks:
                self.assertEqual((record["header_bytes"], record.get("src"), record.get("tlvs")), (16, None, None))
                self.assertEqual((record["verdict"], record["reaction"]["by"]), ("valid", "sender"))

    def test_tlvs(self):
        records = [record for record in run("v2tls.pcap")[0] if record.get("command") == "PROXY"]
        ssl_values = {"SSL_VERSION": "TLSv1.3", "SSL_KEY_ALG": "RSA2048", "SSL_SIG_ALG": "RSA-SHA256", "SSL_CIPHER": "TLS_AES_256_GCM_SHA384"}
        rows = (  # AUTHORITY, client, SSL_CN, the unique id's words for source and destination
            (None, ["SSL"], None, "7F000001:CCE6_7F000001:480B_"),
            (NAME, ["SSL"], None, "7F000001:CCEA_7F000001:480B_"),
            (NAME, ["SSL", "CERT_CONN", "CERT_SESS"], "client é.example.test", f"{1:032X}:9144_{1:032X}:480B_"),
        )
        self.assertEqual(len(records), len(rows))
        for record, (authority, client, common_name, unique) in zip(records, rows):
            tlvs = {tlv["name"]: tlv for tlv in record["tlvs"]}
            names = ["CRC32C", "ALPN", "AUTHORITY", "UNIQUE_ID", "SSL"]
            self.assertEqual([tlv["name"] for tlv in record["tlvs"]], [name for name in names if authority or name != "AUTHORITY"])
            self.assertIs(tlvs["CRC32C"]["ok"], True)
            self.assertEqual(tlvs["ALPN"]["text"], "http/1.1")
            self.assertEqual(tlvs.get("AUTHORITY", {}).get("text"), authority)
            self.assertTrue(bytes.fromhex(tlvs["UNIQUE_ID"]["hex"]).decode("ascii").startswith(unique))
            self.assertEqual((tlvs["SSL"]["client"], tlvs["SSL"]["verify"]), (client, 0))
            self.assertEqual({tlv["name"]: tlv["text"] for tlv in tlvs["SSL"]["tlvs"]},
                             ssl_values | ({"SSL_CN": common_name} if common_name else {}))

    def test_what_came_in_place_of_a_header(self):
        records, status = run("noheader.pcap", "-e", PORT)
        self.assertEqual(status, 1)
        missing = [record for record in records if record["verdict"] == "missing"]
        self.assertEqual([record["saw"] for record in missing], ["http/1.1", "tls"])
        self.assertEqual((missing[0]["payload_line"], missing[0]["host"]), ("GET / HTTP/1.1", f"127.0.0.1:{PORT}"))
        self.assertEqual((missing[1]["alpn"], missing[1].get("sni")), (["h2", "http/1.1"], None))
        self.assertEqual([(record["diagnosis"]["side"], record["diagnosis"]["code"]) for record in missing],
                         [("sender", "no-header"), ("sender", "no-header-tls")])
        self.assertEqual([record.get("command") for record in records if record["verdict"] == "valid"], ["LOCAL", "LOCAL"])

    def test_exit_status(self):
        self.assertEqual(run("noheader.pcap")[1], 0)  # the checks carry headers
        self.assertEqual(run("noheader.pcap", "-e", PORT, "--fail-on", "none")[1], 0)
        self.assertEqual(run("v1.pcap", "-e", PORT)[1], 0)
        self.assertEqual(run("v1.pcap", "-e", "1"), ([], 4))
        self.assertEqual(run("v1.pcap", "-e", "1", "--allow-empty"), ([], 0))


if __name__ == "__main__":
    unittest.main()
