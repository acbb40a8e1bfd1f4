"""ppgen make, list, explain, corpus and pcap from outside; what they write is read back by ppinspect, g++ and xxd's rules."""
import hashlib
import os
import pty
import re
import shutil
import signal
import stat
import struct
import subprocess
import tempfile
import unittest

import catalogue
import ppgen
import ppinspect

CAPTURE_KEYS = ("input", "frame", "frames", "connection", "time", "peer", "segments", "reaction", "diagnosis")
HEADERS = [
    ["-1"], ["-1", "--src", "[2001:db8::5]:81", "--dst", "[::1]"], ["--unknown"], ["--local", "--crc32c"], ["--unspec"],
    ["--src", "192.0.2.77:1", "--tlv", "ALPN=h2", "--tlv", "AUTHORITY=www.example.com", "--crc32c"],
    ["--ssl", "version=TLSv1.3,cipher=TLS_AES_128_GCM_SHA256,cn=alice,client=ssl+cert_conn"],
    ["--unix", "/run/a,@b"], ["--src", "::1", "--dgram"], ["--pad-to", "600"], ["--crc32c=bad"], ["--set", "ver=3"],
    ["--set", "len=8"], ["--tlv", "0x05=hex:0102", "--patch", "29=ffff"], ["-1", "--set", "sport=99999"], ["--truncate", "20"],
]


def without_capture(record):
    return {key: value for key, value in record.items() if key not in CAPTURE_KEYS}


class Formats(unittest.TestCase):
    def test_every_format_is_the_same_record(self):
        for words in HEADERS:
            raw = ppgen.make(*words)
            said = ppinspect.run("-o", "json", stdin=raw).records()
            for form in ("raw", "hex", "xxd", "base64", "pcap", "pcapng"):
                with self.subTest(form, words=words):
                    made = ppgen.run("make", "--format", form, *words)
                    self.assertEqual((made.code, made.err), (0, b""))
                    again = ppinspect.run("-o", "json", stdin=made.out).records()
                    self.assertEqual([without_capture(r) for r in again], [without_capture(r) for r in said])

    def test_c_compiles_to_the_same_bytes(self):
        compiler = shutil.which("g++") or shutil.which("c++")
        if compiler is None:
            self.skipTest("no compiler")
        with ppinspect.scratch() as folder:
            parts, raw = [], b""
            for index, words in enumerate(HEADERS):
                text = ppgen.run("make", "--format", "c", *words).out.decode()
                parts.append("static int put%d(void) {\n%s  return fwrite(header, 1, sizeof header, stdout) == sizeof header; }\n" % (index, text))
                raw += ppgen.make(*words)
            calls = " && ".join("put%d()" % i for i in range(len(HEADERS)))
            source = os.path.join(folder, "a.cpp")
            with open(source, "w", encoding="ascii") as file:
                file.write("#include <cstdio>\n" + "".join(parts) + "int main() { return %s ? 0 : 1; }\n" % calls)
            subprocess.run([compiler, "-Wall", "-Werror", "-o", os.path.join(folder, "a"), source], check=True)
            self.assertEqual(subprocess.run([os.path.join(folder, "a")], stdout=subprocess.PIPE, check=True).stdout, raw)

    def test_json_comes_back_byte_for_byte(self):
        for words in HEADERS:
            with self.subTest(words=words):
                raw = ppgen.make(*words)
                if "len=8" in words:
                    raw = raw[:16 + 8]  # what is behind is payload, and no part of the record
                record = ppgen.run("make", "--format", "json", *words).out
                self.assertEqual(ppgen.make("--from-json", "-", stdin=record), raw)
                printed = ppinspect.run("-o", "json", stdin=raw).out
                self.assertEqual(ppgen.make("--from-json", "-", stdin=printed), raw)

    def test_every_row_of_the_catalogue_through_json(self):
        rows = [row for row in catalogue.rows() if row.header]
        printed = ppinspect.run_lines([row.header for row in rows]).out
        records = printed.splitlines(keepends=True)
        made = ppgen.run("make", "--format", "hex", "--from-json", "-", stdin=printed).out.split()
        self.assertEqual(len(made), len(rows))
        for row, record, line in zip(rows, records, made):
            with self.subTest(row.id):
                self.assertEqual(line.decode(), ppinspect.strict_json(record)["hex"])
                if ppinspect.strict_json(record)["verdict"] != "missing" and not row.id.startswith("DBL"):
                    self.assertTrue(row.header.hex().startswith(line.decode()))

    def test_raw_to_a_terminal(self):
        ours, theirs = pty.openpty()
        try:
            for words, code in ((["--format", "raw"], 2), (["--format", "pcap"], 2), ([], 0)):
                done = subprocess.run([ppgen.program(), "make", *words], stdout=theirs, stderr=subprocess.PIPE, env=ppinspect.environment(), check=False)
                self.assertEqual(done.returncode, code, done.stderr)
        finally:
            os.close(ours)
            os.close(theirs)


class Header(unittest.TestCase):
    """Expectations from section 2 of the specification, byte by byte."""

    def test_fields(self):
        self.assertEqual(ppgen.make("-1"), b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n")
        self.assertEqual(ppgen.make("-1", "--src", "[::1]:80", "--dst", "[::2]"), b"PROXY TCP6 ::1 ::2 80 443\r\n")
        self.assertEqual(ppgen.make(), catalogue.v2())
        self.assertEqual(ppgen.make("--local"), catalogue.FIXED[:12] + b"\x20\0\0\0")
        self.assertEqual(ppgen.make("--set", "ver=3", "--set", "cmd=5"), catalogue.v2(fixed=catalogue.FIXED[:12] + b"\x35\x11"))
        self.assertEqual(ppgen.make("--set", "fam=0x41"), catalogue.v2(fixed=catalogue.FIXED[:13] + b"\x41"))
        self.assertEqual(ppgen.make("--set", "len=8")[14:16], b"\0\x08")
        self.assertEqual(ppgen.make("-1", "--set", "sig=70726f7879")[:5], b"proxy")
        self.assertEqual(ppgen.make("--append", "00ff", "--truncate", "3"), b"\r\n\r\0\xff")
        self.assertEqual(ppgen.make("--patch", "0x0d=41", "--patch", "27=00"), catalogue.v2(fixed=catalogue.FIXED[:13] + b"\x41")[:-1] + b"\0")

    def test_tlvs_keep_their_order(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"\0\1")
            file.flush()
            made = ppgen.make("--tlv", "0xe5=b64:AAE=", "--tlv", "AUTHORITY=a,b", "--tlv", "0xe5=hex:ff", "--tlv", "NOOP=@" + file.name, "--tlv", "alpn=text:hex:")
        tlvs = b"".join(catalogue.tlv(kind, value) for kind, value in ((0xe5, b"\0\1"), (2, b"a,b"), (0xe5, b"\xff"), (4, b"\0\1"), (1, b"hex:")))
        self.assertEqual(made, catalogue.v2(tlvs))

    def test_ssl_padding_and_checksum(self):
        ssl = catalogue.tlv(0x20, b"\x07\0\0\0\x01" + catalogue.tlv(0x21, b"TLSv1.3") + catalogue.tlv(0x22, b"a,b"))
        self.assertEqual(ppgen.make("--ssl", "version=TLSv1.3,cn=a\\,b,client=ssl+cert_conn+cert_sess,verify=1"), catalogue.v2(ssl))
        padded = ppgen.make("--crc32c", "--pad-to", "100")
        self.assertEqual(len(padded), 100)
        self.assertEqual(ppinspect.run("-o", "json", stdin=padded).records()[0]["verdict"], "valid")
        self.assertEqual(ppgen.make("--crc32c=01020304")[-7:], b"\x03\0\4\1\2\3\4")
        # An optional value needs "=": the next word is another option.
        self.assertEqual(len(ppgen.make("--crc32c", "--local")), 16 + 7)

    def test_unix_and_simple(self):
        made = ppgen.make("--unix", "/a,@b")
        self.assertEqual(made[12:16], b"\x21\x31\0\xd8")
        self.assertEqual(made[16:], b"/a".ljust(108, b"\0") + b"\0b".ljust(108, b"\0"))
        simple = struct.pack(">H", 0x56ec) + bytes(10) + b"\xff\xff\xc0\0\2\x0a" + bytes(10) + b"\xff\xff\xc6\x33\x64\x14" + struct.pack(">HH", 56324, 443)
        self.assertEqual(len(simple), 38)
        self.assertEqual(ppgen.make("--spp"), simple)

    def test_chain_and_count(self):
        one = ppgen.make("-1")
        self.assertEqual(ppgen.make("-1", "--chain"), one * 2)
        self.assertEqual(ppgen.make("-1", "--count", "5000"), one * 5000)
        self.assertEqual(ppgen.make("--count", "0"), b"")

    def test_a_series_that_somebody_noted_down_comes_back(self):
        raw = ppgen.make("--seed", "1", "--count", "1000")
        self.assertEqual(hashlib.sha256(raw).hexdigest(), "4ea02357bea77d39f67de78664b3cfe1397bd3b35fe9ac19d225d28988779ba9")
        # The bytes are the same whether or not an edit looks at them.
        for chain in ([], ["--truncate", "99999"]):
            self.assertEqual(ppgen.make("--seed", "1", "--count", "1000", *chain), raw)

    def test_items_of_series_1_are_those_of_the_day_it_was_written(self):
        """The checksum was taken before the option was there; the newest series is the default."""
        first = ppgen.make("--seed", "5", "--series", "1", "--count", "500")
        self.assertEqual(hashlib.sha256(first).hexdigest(), "818db6ed6eab731624202557ba0f8937eb3ebc57fc7fd0a1ff53b91be0ddf27d")
        self.assertEqual(ppgen.make("--seed", "1", "--series", "1").hex(),
                         "50524f58592054435036203a3a646231303a62643239203a3a343365303a623039302031323438332035393233320d0a")
        newest = int(re.search(rb"from 1 to ([0-9]+)", ppgen.run("make", "--seed", "1", "--series", "0").err)[1])
        self.assertEqual(ppgen.make("--seed", "5", "--count", "500"), ppgen.make("--seed", "5", "--series", str(newest), "--count", "500"))

    def test_series_depend_on_seed_and_index_alone(self):
        whole = ppgen.run("make", "--seed", "9", "--count", "30", "--format", "hex").out.split()
        for index in (0, 7, 29):
            self.assertEqual(ppgen.make("--seed", "9", "--index", str(index)).hex().encode(), whole[index])
        self.assertEqual(ppgen.run("make", "--seed", "9", "--index", "10", "--count", "20", "--format", "hex").out.split(), whole[10:])
        self.assertNotEqual(ppgen.run("make", "--seed", "8", "--count", "30", "--format", "hex").out.split(), whole)
        damaged = ppgen.run("make", "--seed", "9", "--mutate", "flip-bit", "--count", "30", "--format", "hex").out.split()
        for before, after in zip(whole, damaged):
            self.assertEqual(bin(int(before, 16) ^ int(after, 16)).count("1"), 1)


class Output(unittest.TestCase):
    def test_a_reader_that_leaves_ends_it_quietly(self):
        for words in (["--count", "1000000000"], ["--seed", "1", "--count", "1000000000"], ["--format", "pcap", "--count", "1000000000"]):
            process = subprocess.Popen([ppgen.program(), "make", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ppinspect.environment())
            process.stdout.read(100)
            process.stdout.close()
            self.assertEqual((process.wait(timeout=60), process.stderr.read()), (0, b""))
            process.stderr.close()

    def test_ctrl_c_leaves_whole_headers(self):
        process = subprocess.Popen([ppgen.program(), "make", "--count", "1000000000000"], stdout=subprocess.PIPE, env=ppinspect.environment())
        start = process.stdout.read(28 * 1000)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 130)
        self.assertEqual(start[:28], catalogue.v2())
        self.assertEqual(len(start + rest) % 28, 0)

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ppgen.program(), "make"], stdout=full, stderr=subprocess.PIPE, env=ppinspect.environment(), check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"No space left", done.stderr)


class Refusals(unittest.TestCase):
    """One clear line that names the option, and exit status 2."""
    ROWS = [
        (["--tlv", "NOSUCH=1"], "unknown TLV"), (["--tlv", "ALPN"], "TYPE=VALUE"), (["--tlv", "0x100=a"], "a number from 0 to 255"),
        (["--tlv", "UNIQUE_ID=" + "x" * 129], "value too long"), (["--tlv", "0xe0=@/dev/zero"], "value too long"),
        (["--tlv", "0xe0=hex:0"], "hexadecimal"), (["--tlv", "0xe0=b64:*"], "base64"), (["--tlv", "CRC32C=abc"], "holds 4 bytes"),
        (["--tlv", "SSL_CN=a"], "--ssl"), (["--tlv", "AWS_VPCE_ID=x"], "vpce-"),
        (["--src", "1.2.3.400"], "expected an IP address"), (["--src", "localhost:80"], "expected an IP address"), (["--src", "1.2.3.4:65536"], "port"),
        (["--src", "[::1"], "bracket"), (["--dst", "[::1]80"], "':PORT'"), (["--src", "01.2.3.4"], "expected an IP address"), (["--dst", "[1.2.3.4]:5"], "brackets"),
        (["--src", "1.2.3.4", "--dst", "::1"], "family mix"), (["--unix", "/a,/b", "--src", "::1"], "--src cannot be combined with --unix"), (["--unix", "/a"], "SRC,DST"),
        (["--unix", "/a," + "b" * 109], "path too long"), (["-1", "-2"], "-1 cannot be combined with -2"), (["-1", "--tlv", "ALPN=h2"], "version 1"),
        (["-1", "--unix", "/a,/b"], "version 1"), (["-1", "--dgram"], "version 1"), (["--unknown", "-2"], "--unknown"), (["--spp", "--crc32c"], "--spp"),
        (["--local", "--src", "::1"], "no addresses"), (["--unspec", "--dgram"], "--unspec"), (["--src", ""], "--src"), (["--crc32c="], "--crc32c"),
        (["--crc32c=x"], "hexadecimal"), (["--crc32c=0102"], "8 hexadecimal digits"), (["--ssl", "foo=1"], "expected 0xNN, client"), (["--ssl", "client=foo"], "expected ssl, cert_conn"),
        (["--set", "len"], "FIELD=VALUE"), (["--set", "len=65536"], "65535"), (["--set", "ver=16"], "15"), (["--set", "x=1"], "expected sig, len, ver, cmd or fam"), (["--set", "length=4"], "did you mean 'len'?"),
        (["-1", "--set", "len=1"], "version 1"), (["--patch", "40=00"], "past the header"), (["--patch", "x=00"], "expected a number"),
        (["--pad-to", "30"], "at least 3"), (["--pad-to", "99999"], "expected a number"), (["--truncate", "x"], "expected a number"), (["--append", "0"], "hexadecimal"),
        (["--case", "nosuch"], "unknown case"), (["--case", "v2/good/tcp4", "--src", "::1"], "family mix"), (["--case", "v1/line/tcp4", "-2"], "cannot be combined with -1"),
        (["--mutate", "nosuch"], "unknown mutation"), (["-1", "--mutate", "tlv-type"], "nothing of that kind"), (["--index", "1"], "--seed"), (["--series", "1"], "--seed"), (["--seed", "1", "--series", "99"], "from 1 to"),
        (["--format", "yaml"], "expected raw, hex"), (["--nosuch"], "--nosuch"), (["word"], "word"), (["--count", "-1"], "expected a number"), (["--src"], "--src"),
        (["--raw=yes"], "--raw takes no value"), (["--json"], "did you mean '--format json'?"), (["--srcc", "::1"], "did you mean '--src'?"), (["--tlv", "AUTHORTY=a"], "did you mean 'AUTHORITY'?"), (["--mutate", "tlv-tpye"], "did you mean"),
        (["--case", "v2/tlv/overun"], "did you mean 'v2/tlv/overrun'?"), (["one", "two"], "unexpected word 'one'"),
        (["--tlv", "0xe0=" + "x" * 65533], "too long"), (["--from-json", "/dev/null"], "no header"),
    ]

    def test_rows(self):
        for words, expected in self.ROWS:
            with self.subTest(words=[w[:40] for w in words]):
                result = ppgen.run("make", *words)
                self.assertEqual((result.code, result.out), (2, b""), result.talk())
                self.assertRegex(result.talk(), r"\Appgen: [^\n]+\n\Z")
                self.assertIn(expected, result.talk())
                self.assertLess(len(result.talk()), 400)

    def test_messages(self):
        for words, said in [
            (["--src", "1.2.3.4", "make"], "the subcommand comes first: ppgen make --src 1.2.3.4"),
            (["--verison"], "unknown option '--verison'; did you mean '--version'?"),
            (["mak"], "unknown subcommand 'mak'; did you mean 'make'?"),
            ([], "a subcommand is required; see ppgen --help"),
            (["corpus"], "DIR is required: ppgen corpus DIR"),
            (["send"], "ADDR is required: ppgen send ADDR"),
            (["send", "--wait"], "--wait needs a value: --wait TIME"),
            (["send", "http://www.example.com/x"], "'http://www.example.com/x' is a URL; write HOST:PORT: www.example.com:80"),
            (["send", "https://[::1]:8443/"], "'https://[::1]:8443/' is a URL; write HOST:PORT: [::1]:8443"),
            (["replay", "192.0.2.1:80"], "FILE is required: ppgen replay ADDR FILE"),
            (["replay", "/etc/hostname", "192.0.2.1:80"], "the address comes first: ppgen replay 192.0.2.1:80 /etc/hostname"),
            (["replay", "80", "-", "--pace", "x"], "--pace 'x': expected original, max or N/s"),
            (["forward", "--to", "80"], "--listen is required: ppgen forward --listen [HOST:]PORT --to HOST:PORT"),
            (["probe", "80", "--tls", "--smtp"], "--tls cannot be combined with --smtp"),
            (["list", "caes"], "WHAT 'caes': expected cases, tlvs or mutations; did you mean 'cases'?"),
        ]:
            with self.subTest(words=words):
                result = ppgen.run(*words)
                self.assertEqual((result.code, result.out, result.talk()), (2, b"", f"ppgen: {said}\n"))

    def test_help_and_version_of_a_subcommand(self):
        self.assertEqual(ppgen.run("help", "make").out, ppgen.run("make", "--help").out)
        self.assertEqual(ppgen.run("help").out, ppgen.run("--help").out)
        self.assertEqual(ppgen.run("make", "--version").out, ppgen.run("--version").out)

    def test_subcommands(self):
        for words in ([], ["nosuch"], ["list", "nosuch"], ["explain", "nosuch"], ["list"], ["corpus"], ["pcap", "/tmp/never", "--only", "nosuch"]):
            with self.subTest(words=words):
                result = ppgen.run(*words)
                self.assertEqual((result.code, result.out), (2, b""))
                self.assertRegex(result.talk(), r"\Appgen: [^\n]+\n\Z")

    def test_what_cannot_be_read(self):
        for words in (["--tlv", "0xe0=@/nonexistent"], ["--from-json", "/nonexistent"]):
            self.assertEqual(ppgen.run("make", *words).code, 3)
        for text in (b"[1]\n", b"x\n", b'"a"\n', b'{"hex":"0"}\n', b'{"hex":"00"\n', b'{"hex":"00"}{}\n', b"[" * 100000):
            result = ppgen.run("make", "--from-json", "-", stdin=text)
            self.assertEqual((result.code, result.out), (3, b""), text[:20])
            self.assertRegex(result.talk(), r"line 1: ")

    def test_escapes_what_it_quotes(self):
        result = ppgen.run("make", "--src", "\x1b[31m")
        self.assertNotIn(b"\x1b", result.err)


class Catalogue(unittest.TestCase):
    def cases(self):
        return [ppinspect.strict_json(line) for line in ppgen.run("list", "cases", "--all", "--json").out.splitlines(keepends=True)]

    def test_the_capture_shows_what_each_row_says(self):
        cases = self.cases()
        with ppinspect.scratch() as folder:
            for name, prefixes in (("all.pcap", ("v", "none")), ("some.pcapng", ("v1/damage/2", "v2/tlv"))):
                path = os.path.join(folder, name)
                chosen = [case for case in cases if case["id"].startswith(prefixes)]
                self.assertGreater(len(chosen), 1000)
                self.assertEqual(ppgen.run("pcap", path, *(word for prefix in prefixes for word in ("--only", prefix))).code, 0)
                self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
                records = {}
                for record in ppinspect.run("-o", "json", "-e", "9999", path, timeout=300).records():
                    records.setdefault(record["peer"]["src"], record)
                self.assertEqual(len(records), len(chosen))
                for index, case in enumerate(chosen):
                    with self.subTest(case["id"], capture=name):
                        self.compare(case, records["10.0.0.1:%d" % (20000 + index)])

    def compare(self, case, record):
        found = [(f["code"], f["offset"], f["level"]) for f in record["findings"]]
        serious = [f for f in found if f[2] != "note" or f[0] in ("not-proxy", "truncated")]
        finds = case.get("finds")
        if finds is None:
            self.assertEqual((record["verdict"], serious), ("valid", []))
            return
        match = [f for f in found if f[:2] == (finds["code"], finds["offset"])]
        self.assertEqual(len(match), 1, found)
        if match[0][2] == "note" and finds["code"] not in ("not-proxy", "truncated"):
            self.assertEqual((record["verdict"], serious), ("valid", []))
        elif finds["code"] in ("not-proxy", "truncated"):
            self.assertEqual(record["verdict"], "missing" if finds["code"] == "not-proxy" else "truncated")
        else:
            self.assertEqual(record["verdict"], "warning" if all(f[2] != "error" for f in found) else "malformed")

    def test_splits_are_as_asked(self):
        with ppinspect.scratch() as folder:
            path = os.path.join(folder, "a.pcap")
            ppgen.run("pcap", path, "--only", "v2/delivery/inside-length", "--only", "v2/delivery/each-byte")
            segments = [r["segments"] for r in ppinspect.run("-o", "json", path).records()]
            self.assertEqual(segments, [28, 2])

    def test_json_lists_sweeps_in_one_line_each_unless_all_is_given(self):
        lines = [ppinspect.strict_json(line) for line in ppgen.run("list", "cases", "--json").out.splitlines(keepends=True)]
        self.assertLess(len(lines), 1000)
        self.assertEqual(sum(row.get("count", 1) for row in lines), len(self.cases()))
        self.assertEqual({row["sweep"] for row in lines if "sweep" in row} & {"v2/damage/"}, {"v2/damage/"})

    def test_names_of_tlvs_in_any_case_and_with_dashes(self):
        for name in ("UNIQUE_ID", "unique-id", "0x05", "0X05"):
            self.assertEqual(ppgen.make("--tlv", name + "=abc"), ppgen.make("--tlv", "UNIQUE_ID=abc"))

    def test_lists(self):
        rows = self.cases()
        self.assertEqual(len({row["id"] for row in rows}), len(rows))
        listed = ppgen.run("list", "cases").out.decode()
        self.assertIn("v2/damage/...", listed)
        self.assertIn("v2-tlv-overrun@29", listed)
        self.assertEqual(ppgen.run("list", "tlvs").out, ppinspect.run("--list-tlvs").out)
        for what in ("tlvs", "mutations"):
            for line in ppgen.run("list", what, "--json").out.splitlines(keepends=True):
                ppinspect.strict_json(line)
        self.assertIn(b"v2-tlv-overrun at byte 29", ppgen.run("explain", "V2T-03").out)

    def test_case_by_id_and_alias(self):
        for row in catalogue.rows():
            if row.id.startswith(("DBL", "NOH", "FRG-13")):
                continue
            with self.subTest(row.id):
                self.assertEqual(ppgen.make("--case", row.id), row.header)


class Files(unittest.TestCase):
    """SECURITY.md, FILES."""

    def setUp(self):
        self.scratch = ppinspect.scratch()
        self.folder = self.scratch.name
        self.addCleanup(self.scratch.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_corpus_is_private_and_named_by_ids(self):
        path = self.path("corpus")
        old = os.umask(0)
        try:
            self.assertEqual(ppgen.run("corpus", path, "--only", "v2/ssl/", "--only", "v1/unknown/").code, 0)
        finally:
            os.umask(old)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700)
        names = os.listdir(path)
        self.assertIn("v2.ssl.empty", names)
        for name in names:
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(path, name)).st_mode), 0o600)
            with open(os.path.join(path, name), "rb") as file:
                self.assertEqual(file.read(), ppgen.make("--case", name.replace(".", "/")))

    def test_a_directory_with_something_in_it_is_left_alone(self):
        path = self.path("full")
        os.mkdir(path)
        with open(os.path.join(path, "mine"), "w", encoding="ascii") as file:
            file.write("x")
        result = ppgen.run("corpus", path)
        self.assertEqual(result.code, 3)
        self.assertIn("not empty", result.talk())
        self.assertEqual(os.listdir(path), ["mine"])

    def test_an_empty_directory_is_taken(self):
        path = self.path("empty")
        os.mkdir(path, 0o755)
        self.assertEqual(ppgen.run("corpus", path, "--only", "v1/unknown/short").code, 0)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700)

    def test_links_are_not_followed(self):
        os.mkdir(self.path("real"))
        os.symlink(self.path("real"), self.path("link"))
        self.assertEqual(ppgen.run("corpus", self.path("link")).code, 3)
        self.assertEqual(os.listdir(self.path("real")), [])
        with open(self.path("victim"), "w", encoding="ascii") as file:
            file.write("keep")
        os.symlink(self.path("victim"), self.path("a.pcap"))
        result = ppgen.run("pcap", self.path("a.pcap"), "--only", "v1/unknown")
        self.assertEqual(result.code, 3)
        self.assertIn("symbolic link", result.talk())
        with open(self.path("victim"), encoding="ascii") as file:
            self.assertEqual(file.read(), "keep")

    def test_a_capture_becomes_private(self):
        path = self.path("b.pcap")
        with open(path, "w", encoding="ascii") as file:
            file.write("x" * 100000)
        os.chmod(path, 0o644)
        self.assertEqual(ppgen.run("pcap", path, "--only", "v1/unknown/short").code, 0)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertLess(os.path.getsize(path), 2000)

    def test_only_regular_files_are_written(self):
        os.mkfifo(self.path("fifo"))
        for name in ("fifo", ""):
            self.assertEqual(ppgen.run("pcap", self.path(name), timeout=20).code, 3)

    def test_selection_of_nothing_makes_nothing(self):
        for words in (["corpus", self.path("none")], ["pcap", self.path("none.pcap")]):
            self.assertEqual(ppgen.run(*words, "--only", "nosuch").code, 2)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    ppgen.main()
