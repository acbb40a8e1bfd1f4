"""The README's server: believes trusted peers, refuses the others, answers health checks, survives what is malformed."""
import socket
import subprocess
import sys

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def talk(port, data, host="127.0.0.1"):
    with socket.create_connection((host, port), timeout=20) as s:
        name = s.getsockname()
        answer = b""
        # A refused header stays unread in the server's socket, so its close arrives as a reset, now or later.
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while chunk := s.recv(4096):
                answer += chunk
        except OSError:
            pass
        return answer.decode(), name


def start(server, *arguments):
    process = subprocess.Popen([server, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline())


def main(server):
    process, port = start(server, "127.0.0.1:0", "6", "192.0.2.0/24", "127.0.0.0/8")
    here = lambda name: f"{name[0]}:{name[1]}"
    answer, _ = talk(port, b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n")
    assert answer == "src=192.0.2.10:56324 dst=198.51.100.20:443\n", answer
    answer, _ = talk(port, SIGNATURE + b"\x21\x21\x00\x24" + b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01" + bytes(16) + b"\x00\x50\x01\xbb")
    assert answer == "src=[2001:db8::1]:80 dst=[::]:443\n", answer
    answer, name = talk(port, SIGNATURE + b"\x20\x00\x00\x00")
    assert answer == f"src={here(name)} dst=127.0.0.1:{port}\n", answer
    for bad in (b"PROXY TCP4 192.0.2.10 198.51.100.20 99999 443\r\n", b"", SIGNATURE + b"\x20\x00\x00\x07\x03\x00\x04\x00\x00\x00\x00"):
        answer, _ = talk(port, bad)
        assert answer == "", answer
    assert process.wait(20) == 0
    errors = process.stderr.read().splitlines()
    assert [e.split(": ", 1)[1] for e in errors] == [
        "malformed header: v1-port-range at byte 36: a decimal 0..65535 without leading zeros (2.1)",
        "wrong CRC32C",
    ], errors

    process, port = start(server, "0", "1", "192.0.2.0/24")
    answer, _ = talk(port, b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n")
    assert answer == "", answer
    assert process.wait(20) == 0
    assert process.stderr.read() == "refused: the peer is not on the trusted list\n"


main(sys.argv[1])
