"""ppinspect -L beside haproxy (accept-proxy) and nginx stream (proxy_protocol): processor time of the server for a connection.

listener.py PPINSPECT [ROUNDS [CONNECTIONS]]    one client, one run, interleaved; quote the ratios, the absolutes are the machine's

Each connection brings a v2 header and waits for the end. ppinspect and haproxy read the header and close, nginx says whom it announced
and closes; nothing is printed.
"""
import os
import pathlib
import socket
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "interop"))
from clients import v2  # noqa: E402
from world import HOST, World, need, nginx_stream_module  # noqa: E402

HEADER = v2()


def on_cpu(process):
    """Nanoseconds: the first field is time on a processor, to the scheduler's own precision."""
    return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text(encoding="ascii").split()[0])


def drive(port, connections):
    place = (HOST[4], port)
    for _ in range(connections):
        with socket.create_connection(place) as c:
            c.sendall(HEADER)
            try:
                c.recv(16)
            except ConnectionError:
                pass


def servers(world, ppinspect):
    """name: its process and port; one thread each."""
    ports = {name: world.port() for name in ("ppinspect", "haproxy", "nginx")}
    module = nginx_stream_module()
    load = f"load_module {module};" if module else ""
    folder = world.folder
    haproxy = world.file("haproxy.cfg", f"global\n  maxconn 4000\n  nbthread 1\ndefaults\n  mode tcp\n  timeout client 5s\nfrontend f\n"
                         f"  bind {HOST[4]}:{ports['haproxy']} accept-proxy\n  tcp-request session reject\n")
    nginx = world.file("nginx.conf", f"{load} daemon off; master_process off; pid {folder}/nginx.pid; error_log /dev/null crit;\n"
                       f"events {{ worker_connections 1024; }}\nstream {{ server {{ listen {HOST[4]}:{ports['nginx']} proxy_protocol; return $proxy_protocol_addr; }} }}\n")
    started = {
        "ppinspect": world.child("ppinspect", [ppinspect, "-q", "-L", f"{HOST[4]}:{ports['ppinspect']}"], [ports["ppinspect"]]),
        "haproxy": world.child("haproxy", ["haproxy", "-db", "-f", haproxy], [ports["haproxy"]]),
        "nginx": world.child("nginx", ["nginx", "-p", folder, "-e", "/dev/null", "-c", nginx], [ports["nginx"]]),
    }
    return {name: (process, ports[name]) for name, process in started.items()}


def main():
    need("haproxy", "nginx")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    connections = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    world = World()
    try:
        peers = servers(world, os.path.abspath(sys.argv[1]))
        for _, port in peers.values():
            drive(port, 200)
        spent = {name: [] for name in peers}
        for _ in range(rounds):
            for name, (process, port) in peers.items():
                before = on_cpu(process)
                drive(port, connections)
                spent[name].append((on_cpu(process) - before) / connections / 1000)
        median = {name: statistics.median(times) for name, times in spent.items()}
        for name, times in spent.items():
            print(f"{name:10} {median[name]:6.1f} us a connection ({min(times):.1f} to {max(times):.1f})")
        print(f"ppinspect / haproxy {median['ppinspect'] / median['haproxy']:.2f}, ppinspect / nginx stream {median['ppinspect'] / median['nginx']:.2f}")
    finally:
        world.close()


if __name__ == "__main__":
    sys.exit(main())
