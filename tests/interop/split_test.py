"""Headers in several segments: to a receiver that waits for the rest, and to those that refuse the first piece.

split_test.py PPINSPECT
"""
import queue

from clients import GET, dial, rest, v1, v2
from scenario import InteropTest, main
from servers import Haproxy, Nginx, Server
from world import PATIENCE

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TLVS = bytes.fromhex("30000b") + b"www.example" + bytes.fromhex("050004") + b"abcd"
PIECES = {
    "v1 inside the word": (v1(), [3]),
    "v1 inside an address": (v1(), [14]),
    "v1 between CR and LF": (v1(), [len(v1()) - 1]),
    "v2 inside the signature": (v2(), [7]),
    "v2 behind the fixed part": (v2(), [16]),
    "v2 inside a TLV": (v2(tlvs=TLVS), [12, 16, 30]),
    "v2 byte by byte": (v2(), list(range(1, 28))),
}


class SplitTest(InteropTest):
    needs = ("haproxy", "nginx")

    @classmethod
    def arrange(cls):
        cls.arrived = queue.Queue()
        cls.patient = {}
        for name, (header, _) in PIECES.items():
            cls.patient[name] = Server(cls.world, lambda connection, header=header: cls.serve(connection, header)).port
        nginx = Nginx(cls.world)
        haproxy = Haproxy(cls.world)
        answer = ["http-request return status 200"]
        cls.hasty = {("nginx", name): nginx.listen("proxy_protocol") for name in ("v1", "v2")}
        cls.hasty |= {("haproxy", name): haproxy.listen(mode="http", bind="accept-proxy", lines=answer) for name in ("v1", "v2")}
        cls.plain = {name: nginx.listen() for name in ("v1", "v2")}
        nginx.start()
        haproxy.start()

    @classmethod
    def serve(cls, connection, header):
        """Takes a header in whatever pieces, then answers the request."""
        data = b""
        while not data.endswith(b"\r\n\r\n") or len(data) < len(header) + len(GET):
            part = connection.recv(4096)
            if not part:
                return
            data += part
            cls.arrived.put(len(data))
        connection.sendall(ANSWER if data == header + GET else b"HTTP/1.1 400 Bad Request\r\n\r\n")

    @classmethod
    def traffic(cls):
        for name, (header, cuts) in PIECES.items():
            with dial(cls.patient[name]) as connection:
                for begin, end in zip([0, *cuts], [*cuts, len(header)]):
                    connection.sendall(header[begin:end])
                    # The next piece goes when this one has been read, so it is a segment of its own.
                    while cls.arrived.get(timeout=PATIENCE) < end:
                        pass
                connection.sendall(GET)
                rest(connection)
        for (_, version), port in cls.hasty.items():
            cls.first_piece(port, version)
        for version, port in cls.plain.items():
            cls.first_piece(port, version)

    @staticmethod
    def first_piece(port, version):
        with dial(port) as connection:
            connection.sendall({"v1": v1(), "v2": v2()}[version][:14])
            rest(connection)

    def test_a_receiver_that_waits(self):
        for name, (header, cuts) in PIECES.items():
            with self.subTest(name):
                seen = self.only(self.patient[name], name=name)
                self.assertEqual((seen["segments"], len(seen["frames"])), (len(cuts) + 1, len(cuts) + 1))
                self.assertEqual((seen["header_bytes"], seen["hex"]), (len(header), header.hex()))
                self.assertEqual(seen.codes("note"), ["header-split"])
                self.assert_accepted(seen)

    def test_a_receiver_that_refuses_pieces(self):
        for (receiver, version), port in self.hasty.items():
            with self.subTest(receiver, version=version):
                seen = self.only(port, name=f"{version} to {receiver}")
                self.assertEqual(seen["verdict"], "truncated")
                self.assertEqual(seen["reaction"]["by"], "receiver")
                self.assert_blames(seen, "unknown", "receiver-closed-inside")

    def test_a_receiver_that_answers_the_first_piece(self):
        for version, port in self.plain.items():
            with self.subTest(version):
                seen = self.only(port, name=f"{version} to plain nginx")
                self.assertEqual((seen["verdict"], seen["reaction"]["class"]), ("truncated", "http-400"))
                self.assert_blames(seen, "receiver", "receiver-answered-inside")


if __name__ == "__main__":
    main(SplitTest)
