"""What connects: curl, and plain sockets with bytes of our own."""
import socket
import ssl
import subprocess

from world import HOST, PATIENCE, end_with_parent, find

NAME = "frontend.example.test"


class Answer:
    """The client's own end of the connection, and what nginx says that it believed."""

    def __init__(self, status, port, text):
        self.status = status
        self.port = port
        self.text = text
        self.believed = dict(word.split("=", 1) for word in text.split() if "=" in word)


def curl(port, *options, family=4, tls=False, header=False):
    url = f"{'https' if tls else 'http'}://{NAME}:{port}/hello"
    address = f"[{HOST[6]}]" if family == 6 else HOST[4]
    words = [find("curl"), "--silent", "--no-keepalive", "--max-time", str(PATIENCE), "--noproxy", "*",
             "--resolve", f"{NAME}:{port}:{address}", "--write-out", "\n%{http_code} %{local_port}"]
    words += ["--insecure"] if tls else []
    words += ["--haproxy-protocol"] if header else []
    out = subprocess.run([*words, *map(str, options), url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True, preexec_fn=end_with_parent, check=False).stdout
    body, _, last = out.rpartition("\n")
    status, local = last.split()
    return Answer(int(status), int(local), body)


def v1(family=4, source=4711, destination=443):
    word, a, b = ("TCP4", "192.0.2.10", "198.51.100.20") if family == 4 else ("TCP6", "2001:db8::10", "2001:db8::20")
    return f"PROXY {word} {a} {b} {source} {destination}\r\n".encode()


SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")


def v2(body=bytes.fromhex("c000020ac6336414126701bb"), command=0x21, family=0x11, tlvs=b""):
    block = body + tlvs
    return SIGNATURE + bytes([command, family]) + len(block).to_bytes(2, "big") + block


GET = f"GET /hello HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()


def client_hello(alpn=("h2", "http/1.1")):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(list(alpn))
    out = ssl.MemoryBIO()
    session = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=NAME)
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError("a handshake without a peer")


def dial(port, family=4):
    connection = socket.create_connection((HOST[family], port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def rest(connection, enough=lambda data: False):
    """All that comes until the other side ends the connection, or until it is enough."""
    data = b""
    try:
        while not enough(data):
            part = connection.recv(65536)
            if not part:
                break
            data += part
    except ConnectionError:
        pass
    return data


def talk(port, data, family=4, enough=lambda data: False):
    """Sends these bytes at once; the answer."""
    with dial(port, family) as connection:
        connection.sendall(data)
        return rest(connection, enough)
