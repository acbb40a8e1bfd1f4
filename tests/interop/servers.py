"""The peers: nginx and haproxy with a few lines of configuration each, openssl, and small servers of other protocols."""
import socket
import struct
import subprocess
import threading

from world import HOST, PATIENCE, find, nginx_stream_module

# What nginx believed, as an answer.
ECHO = ('return 200 "src=$proxy_protocol_addr sport=$proxy_protocol_port '
        'dst=$proxy_protocol_server_addr dport=$proxy_protocol_server_port\\n";')

STREAM_ECHO = ECHO.replace("return 200", "return")


class Nginx:
    """Ports are added, then it starts."""

    def __init__(self, world, stream=False):
        self.world = world
        self.module = nginx_stream_module() if stream else None
        self.http = []
        self.streams = []
        self.ports = []

    def listen(self, options="", body="", answer=ECHO):
        port = self.world.port()
        self.ports.append(port)
        listens = " ".join(f"listen {at} {options};" for at in self.world.endpoints(port))
        self.http.append(f"server {{ {listens} {body} location / {{ {answer} }} }}")
        return port

    def forward(self, to):
        """nginx as the sender: stream, proxy_protocol on."""
        port = self.world.port()
        self.ports.append(port)
        listens = " ".join(f"listen {at};" for at in self.world.endpoints(port))
        self.streams.append(f"server {{ {listens} proxy_pass {HOST[4]}:{to}; proxy_protocol on; }}")
        return port

    def stream_echo(self):
        """A receiver of plain TCP: what the stream module believed, as an answer."""
        port = self.world.port()
        self.ports.append(port)
        listens = " ".join(f"listen {at} proxy_protocol;" for at in self.world.endpoints(port))
        self.streams.append(f"server {{ {listens} {STREAM_ECHO} }}")
        return port

    def start(self):
        folder = self.world.folder
        paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        load = f"load_module {self.module};" if self.module else ""
        stream = "stream { " + " ".join(self.streams) + " }" if self.streams else ""
        self.world.file("nginx.conf", f"""{load} daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.error;
events {{ worker_connections 256; }}
http {{ access_log off; {paths} keepalive_timeout 5s; {chr(10).join(self.http)} }}
{stream}
""")
        self.world.child("nginx", ["nginx", "-p", folder, "-e", folder / "nginx.error", "-c", folder / "nginx.conf"], self.ports)


class Haproxy:
    def __init__(self, world):
        self.world = world
        self.sections = []
        self.ports = []

    def listen(self, server="", mode="tcp", bind="", lines=()):
        port = self.world.port()
        self.ports.append(port)
        binds = [f"bind {at} {bind}" for at in self.world.endpoints(port)]
        servers = [f"server s {server}"] if server else []
        self.sections.append("\n  ".join([f"listen l{port}", f"mode {mode}", *binds, *lines, *servers]))
        return port

    def start(self):
        sections = "\n".join(self.sections)
        self.world.file("haproxy.cfg", f"""global
  maxconn 200
  tune.ssl.default-dh-param 2048
defaults
  timeout connect 5s
  timeout client 10s
  timeout server 10s
{sections}
""")
        self.world.child("haproxy", ["haproxy", "-db", "-f", self.world.folder / "haproxy.cfg"], self.ports)


class Certificates:
    """An authority, a server's certificate with its key in one file, and a client's with this common name."""

    def __init__(self, world, client_name):
        self.folder = world.folder
        self.authority = self.folder / "ca.pem"
        self.openssl("req", "-x509", *self.new_key("ca"), "-days", "2", "-subj", "/CN=interop authority", "-out", self.authority)
        self.issue("server", "frontend.example.test")
        self.issue("client", client_name)
        self.server = self.folder / "server.both"
        self.server.write_bytes((self.folder / "server.pem").read_bytes() + (self.folder / "server.key").read_bytes())
        self.client = (self.folder / "client.pem", self.folder / "client.key")

    def new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.folder / f"{name}.key"]

    def issue(self, name, common_name):
        request = self.folder / f"{name}.csr"
        self.openssl("req", "-new", *self.new_key(name), "-utf8", "-subj", f"/CN={common_name}", "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.folder / "ca.key",
                     "-CAcreateserial", "-days", "2", "-out", self.folder / f"{name}.pem")

    def openssl(self, *words):
        made = subprocess.run([find("openssl"), *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"openssl {words[0]}: {made.stdout}")


def close_with_reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Server:
    """`serve(connection)` in a thread for each connection, until the world closes."""

    def __init__(self, world, serve):
        self.port = world.port()
        self.serve = serve
        self.listener = socket.create_server((HOST[4], self.port))
        world.stack.callback(self.listener.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE)
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass
