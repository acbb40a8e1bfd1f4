"""What ppinspect needs for connections that only stay open, and for a loaded interface.

crowd.py idle PPINSPECT [CONNECTIONS]    prints MiB resident before and with so many idle connections
crowd.py live PPINSPECT [SECONDS]        prints seconds of CPU for each gigabit on lo that is not for the port of -e, and for
                                         each that is; packets and gigabits that went by. Root, or cap_net_raw.
"""
import os
import pathlib
import resource
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "interop"))
from clients import v2  # noqa: E402
from listener import on_cpu  # noqa: E402
from world import HOST, World, wait_for  # noqa: E402

MIB = 1 << 20
SEGMENT = 1448


def resident(process):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def idle(world, ppinspect, connections):
    port = world.port()
    words = ["-q", "--wait", "10m", "--max-connections", connections + 8, "-L", f"{HOST[4]}:{port}"]
    process = world.child("ppinspect", [ppinspect, *map(str, words)], [port])
    before, open_before = resident(process), descriptors(process)
    crowd = []
    for _ in range(connections):
        crowd.append(socket.create_connection((HOST[4], port)))
    wait_for("all are taken", lambda: descriptors(process) >= open_before + connections)
    print(f"{before:.2f} {resident(process):.2f}")
    for c in crowd:
        c.close()


def loopback_packets():
    return int(pathlib.Path("/sys/class/net/lo/statistics/tx_packets").read_text(encoding="ascii"))


def drain(server):
    room = bytearray(1 << 18)
    while True:
        c, _ = server.accept()
        with c:
            while c.recv_into(room):
                pass


def carry(port, seconds):
    """About 1 Gb/s of segments of 1448 bytes behind a header, as far as the machine has room for it: bits."""
    with socket.create_connection((HOST[4], port)) as c:
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        c.sendall(v2())
        part, sent, begin = bytes(SEGMENT), 0, time.monotonic()
        while (gone := time.monotonic() - begin) < seconds:
            if sent * 8 > gone * 1e9:
                time.sleep(0.0005)
                continue
            for _ in range(16):
                c.sendall(part)
            sent += 16 * SEGMENT
        return sent * 8


def live(world, ppinspect, seconds):
    port, other = world.port(), world.port()
    for p in (port, other):
        server = socket.create_server((HOST[4], p))
        threading.Thread(target=drain, args=(server,), daemon=True).start()
    log = world.folder / "live.log"
    with open(log, "wb") as out:
        process = subprocess.Popen([ppinspect, "-q", "-i", "lo", "-e", str(port)], stdout=subprocess.DEVNULL, stderr=out)
    try:
        wait_for("it captures", lambda: process.poll() is not None or b"capturing" in log.read_bytes())
        if process.poll() is not None:
            sys.exit(log.read_text(encoding="utf-8", errors="replace").strip() or "ppinspect -i lo ended")
        said = []
        for p in (other, port):
            before, packets = on_cpu(process), loopback_packets()
            bits = carry(p, seconds)
            time.sleep(0.3)  # what is in the kernel's buffer is part of it
            said.append(f"{(on_cpu(process) - before) / 1e9 / (bits / 1e9):.4f} {loopback_packets() - packets} {bits / 1e9:.2f}")
        print("\n".join(said))
    finally:
        process.terminate()
        process.wait()


def main():
    what, ppinspect = sys.argv[1], os.path.abspath(sys.argv[2])
    world = World()
    try:
        if what == "idle":
            connections = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            if hard < connections + 100:
                sys.exit(f"the limit of open files is {hard}")
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            idle(world, ppinspect, connections)
        else:
            live(world, ppinspect, float(sys.argv[3]) if len(sys.argv) > 3 else 3)
    finally:
        world.close()


if __name__ == "__main__":
    sys.exit(main())
