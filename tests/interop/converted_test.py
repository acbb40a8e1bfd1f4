"""The same records from captures that other programs converted or wrote: editcap, mergecap, tcprewrite, tcpdump, dumpcap.

converted_test.py PPINSPECT   exit status 77 when one of the programs is missing, or an error with PP_PEERS=1
"""
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import ppinspect
from catalogue import REQUEST

CORPUS = sorted(glob.glob(os.path.join(ppinspect.SOURCE, "corpus", "pcap", "*.pcap")))
PLACES = ("input", "frame", "frames", "connection", "time")
V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
PROGRAMS = ("editcap", "mergecap", "tcprewrite", "tcpdump", "dumpcap")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def records(*arguments, places=PLACES):
    got = ppinspect.run("-o", "json", *arguments)
    if got.code == 3:
        raise AssertionError(got.talk())
    return [{key: value for key, value in record.items() if key not in places} for record in got.records()]


def alone(records):
    """Without the sentences, which compare a connection with the others of its file."""
    for record in records:
        record.get("diagnosis", {}).pop("sentence", None)
    return records


class ConvertedTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        scratch = ppinspect.scratch()
        self.addCleanup(scratch.cleanup)
        os.chmod(scratch.name, 0o777)
        self.folder = scratch.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def convert(self, *words):
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": PATH}, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_editcap(self):
        for source in CORPUS:
            expected = records(source)
            for number, options in enumerate((["-F", "pcapng"], ["-F", "nsecpcap"], ["-F", "pcap"], ["-F", "modpcap"], ["-F", "pcapng", "-a", "1:a comment"],
                                              ["-F", "pcapng", "-t", "3600"])):
                out = self.path(f"edited{number}")
                self.convert("editcap", *options, source, out)
                self.assertEqual(records(out), expected, (source, options))

    def test_editcap_in_pieces_and_mergecap(self):
        ethernet = [source for source in CORPUS if not source.endswith("sll2.pcap")]
        for source in ethernet:
            pieces = self.path("piece.pcap")
            self.convert("editcap", "-c", "7", "-F", "pcapng", source, pieces)
            out = self.path("joined.pcapng")
            self.convert("mergecap", "-w", out, *sorted(glob.glob(self.path("piece_*"))))
            self.assertEqual(records(out), records(source), source)
            for piece in glob.glob(self.path("piece_*")):
                os.unlink(piece)
        # Several interfaces of different link types in one file.
        out = self.path("all.pcapng")
        self.convert("mergecap", "-a", "-w", out, *CORPUS)
        separate = [record for source in CORPUS for record in records(source)]
        self.assertEqual(sorted(map(str, alone(records(out)))), sorted(map(str, alone(separate))))

    def test_tcprewrite(self):
        for source in (source for source in CORPUS if not source.endswith("sll2.pcap")):
            expected = records(source)
            out = self.path("rewritten.pcap")
            for options in (["--enet-vlan=add", "--enet-vlan-tag=42", "--enet-vlan-cfi=0", "--enet-vlan-pri=0"], ["--enet-dmac=02:00:00:00:00:09"], ["--fixcsum"]):
                self.convert("tcprewrite", *options, f"--infile={source}", f"--outfile={out}")
                self.assertEqual(records(out), expected, (source, options))
            # Other addresses: everything else is the same.
            self.convert("tcprewrite", "--seed=7", f"--infile={source}", f"--outfile={out}")
            strip = (*PLACES, "peer", "diagnosis")
            self.assertEqual([record["verdict"] for record in records(out)], [record["verdict"] for record in expected])
            self.assertEqual(len(records(out, places=strip)), len(expected))

    def serve(self):
        """A server that answers each connection's header."""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def answer():
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    request = b""
                    while not request.endswith(REQUEST):
                        request += connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    connection.recv(4096)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        return server.getsockname()[1], thread

    def captured(self, command, out, port):
        """Starts a capture, sends two headers, one of them in two pieces, and stops it when all is in the file."""
        with open(out, "wb") as file, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, env={"PATH": PATH}) as program:
            line = b""
            while b"istening on" not in line and b"File:" not in line and program.poll() is None:
                line = program.stderr.readline()
            self.assertIsNone(program.poll(), line)
            threading.Thread(target=program.stderr.read, daemon=True).start()
            deadline = time.monotonic() + 20
            for pieces in ([V1 + REQUEST], [V1[:20], V1[20:] + REQUEST]):
                with socket.create_connection(("127.0.0.1", port)) as client:
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for piece in pieces:
                        before = os.path.getsize(out) if os.path.exists(out) else 0
                        client.sendall(piece)
                        # The second piece is sent when the first has been captured.
                        while len(pieces) > 1 and piece is pieces[0] and os.path.getsize(out) == before and time.monotonic() < deadline:
                            time.sleep(0.01)
                    client.recv(4096)
            while time.monotonic() < deadline:
                answered = [record for record in ppinspect.run("-o", "json", out).records() if "class" in record.get("reaction", {})]
                if len(answered) == 2:
                    break
            program.send_signal(signal.SIGINT)
            program.wait(20)

    def test_written_by_tcpdump_and_dumpcap_on_any_and_lo(self):
        if os.geteuid() != 0:
            self.skipTest("capturing needs root")
        for program in ("tcpdump", "dumpcap"):
            for interface in ("lo", "any"):
                with self.subTest(program=program, interface=interface):
                    port, thread = self.serve()
                    out = self.path(f"{program}-{interface}.pcap")
                    if program == "tcpdump":
                        # With the usual snaplen the kernel's buffer has room for eight packets in this mode.
                        command = ["tcpdump", "-U", "--immediate-mode", "-s", "4096", "-B", "16384", "-Z", "root", "-i", interface, "-w", "-", "tcp", "port", str(port)]
                    else:
                        command = ["dumpcap", "-i", interface, "-f", f"tcp port {port}", "-w", "-"]  # to a pipe it writes at once
                    self.captured(command, out, port)
                    thread.join(20)
                    got = ppinspect.run("-o", "json", out)
                    self.assertEqual(got.code, 0, got.talk())
                    found = [(record["hex"], record["segments"], record["verdict"], record["payload"], record["reaction"]["class"]) for record in got.records()]
                    self.assertEqual(found, [(V1.hex(), 1, "valid", "http/1.1", "ok"), (V1.hex(), 2, "valid", "http/1.1", "ok")])


if __name__ == "__main__":
    missing = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if missing:
        print("missing: " + " ".join(missing))
        sys.exit(1 if os.environ.get("PP_PEERS") == "1" else 77)
    ppinspect.main()
