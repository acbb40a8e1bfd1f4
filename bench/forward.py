"""ppgen forward beside haproxy (mode tcp, send-proxy-v2): 1 GiB on one stream, 256 KiB on each of 1,000 connections.

forward.py PPGEN [ROUNDS]    one sink, one client, one run; quote the ratios, the absolutes are the machine's
"""
import os
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "interop"))
from gen import Forward, many_descriptors  # noqa: E402
from world import HOST, World, need  # noqa: E402

SINK = """
import selectors, socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096)
listener.setblocking(False)
selector = selectors.DefaultSelector()
selector.register(listener, 1)
room, total = bytearray(1 << 18), {}
while True:
    for key, _ in selector.select():
        c = key.fileobj
        if c is listener:
            try:
                c, _ = listener.accept()
            except BlockingIOError:
                continue
            c.setblocking(False)
            selector.register(c, 1)
            total[c] = 0
            continue
        n = c.recv_into(room)
        total[c] += n
        if n == 0:
            selector.unregister(c)
            c.sendall(b"%d" % total.pop(c))
            c.close()
"""
GIB = 1 << 30
CROWD, EACH = 1000, 256 << 10
BLOCK = 256 << 10


def cpu(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def carry(port, connections, size):
    crowd = [socket.create_connection((HOST[4], port)) for _ in range(connections)]
    part = bytes(min(BLOCK, size))
    begin = time.monotonic()
    for _ in range(size // len(part)):
        for c in crowd:
            c.sendall(part)
    for c in crowd:
        c.shutdown(socket.SHUT_WR)
    for c in crowd:
        with c:
            if int(c.recv(99)) < size:
                raise RuntimeError("bytes are missing")
    return connections * size / (time.monotonic() - begin) / (1 << 20)


def main():
    need("haproxy")
    many_descriptors()
    world = World()
    try:
        sink, front = world.port(), world.port()
        world.child("sink", [sys.executable, world.file("sink.py", SINK), sink], [sink])
        forward = Forward(world, sink)
        world.file("haproxy.cfg", f"global\n  maxconn 4000\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n"
                   f"  timeout server 60s\nlisten l\n  bind 127.0.0.1:{front}\n  server s 127.0.0.1:{sink} send-proxy-v2\n")
        haproxy = world.child("haproxy", ["haproxy", "-db", "-f", world.folder / "haproxy.cfg"], [front])
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3):
            for name, port, process in (("ppgen", forward.port, forward.process), ("haproxy", front, haproxy)):
                for connections, size in ((1, GIB), (CROWD, EACH)):
                    before = cpu(process)
                    rate = carry(port, connections, size)
                    print(f"{name:8} {connections:5} x {size >> 10:7} KiB  {rate:6.0f} MiB/s  cpu {cpu(process) - before:.2f} s", flush=True)
    finally:
        world.close()


if __name__ == "__main__":
    main()
