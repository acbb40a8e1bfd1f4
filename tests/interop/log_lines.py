#!/usr/bin/env python3
"""Makes real log lines: starts the servers that are installed, sends each the cases below, and prints what it logged as
program, version, option, case and line, parted by tabs. tests/explain/log_lines.tsv and the sources in
lib/pp/explain/log_line_rows_*.cpp are refreshed from it by hand.

    PYTHONPATH=tests/support tests/interop/log_lines.py [NAME...]

With --check PPINSPECT it makes the lines of KNOWN alone, and ppinspect --explain has to say of each case who has to change.
"""
import contextlib
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import time

from servers import Certificates
from world import HOST, World, find, need

V1 = b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ADDRESSES = bytes([192, 0, 2, 10, 198, 51, 100, 20]) + struct.pack(">HH", 56324, 443)
V2 = SIGNATURE + b"\x21\x11\x00\x0c" + ADDRESSES
HTTP = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HELLO = bytes.fromhex("160301002f0100002b0303") + bytes(32) + bytes.fromhex("000004130100ff0100")

CASES = {
    "empty": b"",
    "http": HTTP,
    "tls": HELLO,
    "v1": V1,
    "v2": V2,
    "v1-then-http": V1 + HTTP,
    "v2-then-http": V2 + HTTP,
    "v1-twice": V1 + V1 + HTTP,
    "v1-port": b"PROXY TCP4 192.0.2.10 198.51.100.20 56324 99999\r\n",
    "v1-address": b"PROXY TCP4 192.0.2.300 198.51.100.20 56324 443\r\n",
    "v1-family": b"PROXY TCP5 192.0.2.10 198.51.100.20 56324 443\r\n",
    "v1-unknown": b"PROXY UNKNOWN\r\n",
    "v1-tcp6": b"PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n",
    "v1-part": b"PROXY TCP4 192.0.2.10",
    "v1-long": b"PROXY TCP4 " + b"1" * 120 + b"\r\n",
    "v2-version": SIGNATURE + b"\x31\x11\x00\x0c" + ADDRESSES,
    "v2-command": SIGNATURE + b"\x2f\x11\x00\x0c" + ADDRESSES,
    "v2-family": SIGNATURE + b"\x21\x51\x00\x0c" + ADDRESSES,
    "v2-unix": SIGNATURE + b"\x21\x31\x00\xd8" + bytes(216),
    "v2-short": SIGNATURE + b"\x21\x11\x00\x04" + ADDRESSES[:4],
    "v2-part": V2[:20],
    "v2-large": SIGNATURE + b"\x21\x11\x13\x88" + ADDRESSES + b"\x04\x13\x79" + bytes(4985),
}
DATAGRAMS = {"dns": bytes.fromhex("12340100000100000000000003777777076578616d706c6503636f6d0000010001")}
DATAGRAMS["v2-dns"] = SIGNATURE + b"\x21\x12\x00\x0c" + ADDRESSES + DATAGRAMS["dns"]


# (program, option): what is said of the lines that a case makes; of a healthy one nothing.
KNOWN = {
    ("nginx", "reads"): {"empty": {"harmless"}, "http": {"sender"}, "v1-port": {"sender"}, "v2-then-http": set()},
    ("nginx", "plain"): {"v1-tcp6": {"sender", "receiver"}, "v2": {"receiver"}, "http": set()},
    ("haproxy", "reads"): {"empty": {"harmless"}, "http": {"sender"}, "v1-part": {"sender"}},
    ("Apache", "reads"): {"empty": {"harmless"}, "v1-family": {"sender"}, "v2-then-http": set()},
}


class Lab:
    """What a row needs: files, ports, children, and the texts that count as its log."""

    def __init__(self, world, folder):
        self.world = world
        self.folder = folder
        self.logs = []

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def log(self, name):
        self.logs.append(self.folder / name)
        return self.folder / name

    def run(self, command, **options):
        """A child whose output is log."""
        out = self.log("output").open("wb")
        process = subprocess.Popen([find(str(command[0])) or command[0], *map(str, command[1:])], cwd=self.folder, stdout=out,
                                   stderr=subprocess.STDOUT, **{"stdin": subprocess.DEVNULL, "start_new_session": True, **options})
        self.world.stack.callback(end_group, process)
        return process

    def text(self):
        return b"".join(self.texts())

    def texts(self):
        return [path.read_bytes() if path.exists() else b"" for path in self.logs]


def end_group(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 15)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=3)
        return
    os.killpg(process.pid, 9)
    process.wait()


ROWS = []


def row(name, package, program, options=("",), kind=socket.SOCK_STREAM):
    """A function that starts the server with one of `options`, and gives the port."""

    def add(start):
        ROWS.append((name, package, program, options, kind, start))
        return start
    return add


@row("nginx", "nginx", "nginx", ("reads", "plain", "tls", "tls-reads"))
def nginx(lab, option):
    port = lab.world.port()
    words = {"reads": "proxy_protocol", "plain": "", "tls": "ssl", "tls-reads": "ssl proxy_protocol"}[option]
    keys = f"ssl_certificate {certificates(lab)}; ssl_certificate_key {certificates(lab)};" if "ssl" in words else ""
    paths = " ".join(f"{n}_temp_path {lab.folder}/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    lab.file("nginx.conf", f"""daemon off; master_process off; pid {lab.folder}/pid; error_log {lab.log("error")} info;
events {{ worker_connections 64; }}
http {{ access_log {lab.log("access")}; client_header_timeout 1s; {paths}
server {{ listen {HOST[4]}:{port} {words}; {keys} location / {{ return 200; }} }} }}
""")
    lab.run(["nginx", "-p", lab.folder, "-e", lab.folder / "error", "-c", lab.folder / "nginx.conf"])
    return port


@row("haproxy", "haproxy", "haproxy", ("reads", "plain", "tls", "tcp-reads"))
def haproxy(lab, option):
    port = lab.world.port()
    bind = {"reads": "accept-proxy", "tcp-reads": "accept-proxy", "plain": "", "tls": f"ssl crt {certificates(lab)}"}[option]
    mode = "tcp" if option == "tcp-reads" else "http"
    lab.file("haproxy.cfg", f"""global
  log stdout format raw local0
  maxconn 64
defaults
  log global
  mode {mode}
  option {mode}log
  timeout client 1s
  timeout connect 1s
  timeout server 1s
listen f
  bind {HOST[4]}:{port} {bind}
  server s {HOST[4]}:1
""")
    lab.run(["haproxy", "-db", "-f", lab.folder / "haproxy.cfg"])
    return port


@row("Apache", "apache2-bin", "apache2", ("reads", "plain", "tls"))
def apache(lab, option):
    port = lab.world.port()
    modules = ["mpm_event", "authz_core", "remoteip"] + (["ssl", "socache_shmcb"] if option == "tls" else [])
    loads = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in modules)
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    ssl = f"SSLEngine on\nSSLCertificateFile {certificates(lab)}" if option == "tls" else ""
    lab.folder.chmod(0o755)
    config = lab.file("apache.conf", f"""ServerRoot {lab.folder}
{loads}
{user}
ServerName localhost
PidFile {lab.folder}/pid
ErrorLog {lab.log("error")}
LogLevel debug
CustomLog {lab.log("access")} "%h %l %u %t \\"%r\\" %>s %b"
DocumentRoot {lab.folder}
DefaultRuntimeDir {lab.folder}
Mutex pthread
StartServers 1
ThreadsPerChild 25
Timeout 1
Listen {HOST[4]}:{port}
{"RemoteIPProxyProtocol On" if option == "reads" else ""}
{ssl}
""")
    lab.run(["apache2", "-X", "-f", config])
    return port


@row("lighttpd", "lighttpd", "lighttpd", ("reads", "plain", "untrusting"))
def lighttpd(lab, option):
    port = lab.world.port()
    reads = f"""extforward.hap-PROXY = "enable"
extforward.forwarder = ("{HOST[4] if option == "reads" else "10.9.9.9"}" => "trust")""" if option != "plain" else ""
    config = lab.file("lighttpd.conf", f"""server.modules = ("mod_extforward", "mod_accesslog")
server.document-root = "{lab.folder}"
server.errorlog = "{lab.log("error")}"
accesslog.filename = "{lab.log("access")}"
debug.log-request-header-on-error = "enable"
server.bind = "{HOST[4]}"
server.port = {port}
{reads}
""")
    lab.run(["lighttpd", "-D", "-f", config])
    return port


@row("Varnish", "varnish", "varnishd", ("reads", "plain"))
def varnish(lab, option):
    port = lab.world.port()
    config = lab.file("a.vcl", "vcl 4.1; backend none none; sub vcl_recv { return (synth(200)); }\n")
    lab.run(["varnishd", "-F", "-j", "none", "-n", lab.folder / "work", "-f", config, "-a",
             f"{HOST[4]}:{port}{',PROXY' if option == 'reads' else ''}", "-s", "malloc,16m", "-p", "thread_pools=1", "-p", "timeout_idle=1"])
    time.sleep(2)
    out = lab.log("varnishlog").open("wb")
    log = subprocess.Popen([find("varnishlog"), "-n", lab.folder / "work", "-g", "raw"], stdout=out, stderr=subprocess.STDOUT)
    lab.world.stack.callback(end_child, log)
    return port


def end_child(process):
    process.terminate()
    process.wait()


@row("hitch", "hitch", "hitch", ("reads", "plain"))
def hitch(lab, option):
    port = lab.world.port()
    lab.run(["hitch", f"--config={lab.file('hitch.conf', 'workers = 1' + chr(10))}", f"--frontend=[{HOST[4]}]:{port}", f"--backend=[{HOST[4]}]:1", *(["--proxy-proxy=on"] if option == "reads" else []),
             "--log-level=2", "--user=nobody", certificates(lab)])
    return port


@row("Squid", "squid", "squid", ("reads", "plain", "untrusting"))
def squid(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o777)
    words = "" if option == "plain" else " require-proxy-header"
    allow = {"reads": "proxy_protocol_access allow all", "untrusting": "proxy_protocol_access deny all", "plain": ""}[option]
    config = lab.file("squid.conf", f"""http_port {HOST[4]}:{port}{words}
{allow}
http_access allow all
cache_log {lab.log("cache")}
access_log stdio:{lab.log("access")}
pid_filename none
coredump_dir {lab.folder}
request_start_timeout 1 second
shutdown_lifetime 0 seconds
cache_effective_user nobody
""")
    lab.run(["squid", "-N", "-f", config])
    return port


@row("h2o", "h2o", "h2o", ("reads", "plain", "tls"))
def h2o(lab, option):
    port = lab.world.port()
    more = {"reads": "  proxy-protocol: ON", "plain": "", "tls": f"  ssl:\n    certificate-file: {certificates(lab)}\n    key-file: {certificates(lab)}"}[option]
    config = lab.file("h2o.conf", f"""listen:
  host: {HOST[4]}
  port: {port}
{more}
user: root
http1-request-timeout: 1
hosts:
  default:
    paths:
      /:
        file.dir: {lab.folder}
access-log: {lab.log("access")}
error-log: {lab.log("error")}
""")
    lab.run(["h2o", "-m", "worker", "-c", config])
    return port


@row("stunnel", "stunnel4", "stunnel4", ("plain",))
def stunnel(lab, option):
    port = lab.world.port()
    config = lab.file("stunnel.conf", f"""foreground = yes
pid =
debug = 5
[s]
accept = {HOST[4]}:{port}
connect = {HOST[4]}:1
cert = {certificates(lab)}
TIMEOUTbusy = 1
""")
    lab.run(["stunnel4", config])
    return port


@row("sslh", "sslh", "sslh", ("plain",))
def sslh(lab, option):
    port = lab.world.port()
    lab.run(["sslh", "-f", "-v2", "-p", f"{HOST[4]}:{port}", "--ssh", f"{HOST[4]}:1", "--tls", f"{HOST[4]}:1", "-t", "1"])
    return port


def mail_folder(lab):
    for name in ("queue", "data", "etc"):
        (lab.folder / name).mkdir(exist_ok=True)
    return lab.folder


@row("Dovecot", "dovecot-core", "dovecot", ("reads", "plain", "untrusting", "tls"))
def dovecot(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o755)
    tls = f"ssl = yes\nssl_cert = <{certificates(lab)}\nssl_key = <{certificates(lab)}" if option == "tls" else "ssl = no"
    config = lab.file("dovecot.conf", f"""base_dir = {lab.folder}/run
state_dir = {lab.folder}/state
log_path = {lab.log("log")}
log_debug = category=login
verbose_ssl = yes
protocols = imap
listen = {HOST[4]}
{tls}
haproxy_trusted_networks = {"10.9.9.9" if option == "untrusting" else HOST[4]}
haproxy_timeout = 1 secs
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port if option != "tls" else 0}
    haproxy = {"yes" if option in ("reads", "untrusting") else "no"}
  }}
  inet_listener imaps {{
    port = {port if option == "tls" else 0}
    ssl = yes
  }}
}}
""")
    lab.run(["dovecot", "-F", "-c", config])
    return port


@row("MariaDB", "mariadb-server", "mariadbd", ("reads", "plain"))
def mariadb(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o777)
    data = lab.folder / "data"
    subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=nobody", "--auth-root-authentication-method=normal", "--skip-test-db"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    words = [f"--proxy-protocol-networks={HOST[4]}"] if option == "reads" else []
    lab.run(["mariadbd", "--no-defaults", f"--datadir={data}", "--user=nobody", f"--port={port}", f"--bind-address={HOST[4]}", f"--socket={lab.folder}/s",
             f"--log-error={lab.log('error')}", "--log-warnings=9", "--connect-timeout=2", "--max-connect-errors=1000000", *words])
    return port


@row("PostgreSQL", "postgresql-15", "/usr/lib/postgresql/15/bin/postgres", ("plain",))
def postgresql(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o777)
    binaries = pathlib.Path("/usr/lib/postgresql/15/bin")
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, binaries / "initdb", "-D", lab.folder / "data", "-A", "trust"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=True, cwd=lab.folder)
    lab.run([*as_user, binaries / "postgres", "-D", lab.folder / "data", "-p", port, "-h", HOST[4], "-k", lab.folder, "-c", "authentication_timeout=1s"])
    return port


@row("pgbouncer", "pgbouncer", "pgbouncer", ("plain",))
def pgbouncer(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o755)
    lab.file("users", '"a" "b"\n')
    config = lab.file("pgbouncer.ini", f"""[databases]
a = host={HOST[4]} port=1
[pgbouncer]
listen_addr = {HOST[4]}
listen_port = {port}
unix_socket_dir =
auth_file = {lab.folder}/users
client_login_timeout = 1
""")
    lab.run(["pgbouncer", "-u", "nobody", config] if os.geteuid() == 0 else ["pgbouncer", config])
    return port


@row("Unbound", "unbound", "unbound", ("reads", "plain"))
def unbound(lab, option):
    port = lab.world.port()
    reads = f"proxy-protocol-port: {port}" if option == "reads" else ""
    config = lab.file("unbound.conf", f"""server:
  interface: {HOST[4]}@{port}
  {reads}
  username: ""
  chroot: ""
  directory: "{lab.folder}"
  pidfile: ""
  use-syslog: no
  verbosity: 4
  tcp-idle-timeout: 500
""")
    lab.run(["unbound", "-d", "-c", config])
    return port


@row("Unbound over UDP", "unbound", "unbound", ("reads", "plain"), socket.SOCK_DGRAM)
def unbound_udp(lab, option):
    return unbound(lab, option)


@row("PowerDNS Recursor", "pdns-recursor", "pdns_recursor", ("reads", "plain", "untrusting"))
def recursor(lab, option):
    port = lab.world.port()
    words = {"reads": [f"--proxy-protocol-from={HOST[4]}"], "plain": [], "untrusting": ["--proxy-protocol-from=10.9.9.9"]}[option]
    lab.run(["pdns_recursor", "--daemon=no", f"--local-address={HOST[4]}:{port}", f"--socket-dir={lab.folder}", f"--config-dir={lab.folder}",
             "--loglevel=9", "--quiet=no", "--client-tcp-timeout=1", "--write-pid=no", "--setuid=", "--setgid=", *words])
    return port


@row("PowerDNS Recursor over UDP", "pdns-recursor", "pdns_recursor", ("reads", "untrusting"), socket.SOCK_DGRAM)
def recursor_udp(lab, option):
    return recursor(lab, option)


@row("dnsdist", "dnsdist", "dnsdist", ("reads", "plain", "untrusting"))
def dnsdist(lab, option):
    port = lab.world.port()
    config = lab.file("dnsdist.conf", f"""setLocal("{HOST[4]}:{port}")
setVerbose(true)
{f'setProxyProtocolACL({{"{HOST[4]}/32"}})' if option == "reads" else 'setProxyProtocolACL({"10.9.9.9/32"})' if option == "untrusting" else ""}
newServer("{HOST[4]}:1")
setTCPRecvTimeout(1)
""")
    lab.run(["dnsdist", "--supervised", "--disable-syslog", "-v", "-C", config])
    return port


@row("dnsdist over UDP", "dnsdist", "dnsdist", ("reads", "untrusting"), socket.SOCK_DGRAM)
def dnsdist_udp(lab, option):
    return dnsdist(lab, option)


@row("Knot DNS over UDP", "knot", "knotd", ("plain",), socket.SOCK_DGRAM)
def knot(lab, option):
    port = lab.world.port()
    config = lab.file("knot.conf", f"""server:
  listen: {HOST[4]}@{port}
  rundir: {lab.folder}
database:
  storage: {lab.folder}
log:
  - target: stdout
    any: debug
""")
    lab.run(["knotd", "-c", config])
    return port


@row("InspIRCd", "inspircd", "inspircd", ("reads", "plain"))
def inspircd(lab, option):
    port = lab.world.port()
    lab.folder.chmod(0o777)
    hook = ' hook="haproxy"' if option == "reads" else ""
    config = lab.file("inspircd.conf", f"""<server name="irc.example.test" description="a" network="a">
<bind address="{HOST[4]}" port="{port}" type="clients"{hook}>
<module name="haproxy">
<connect allow="*" timeout="2" pingfreq="60">
<class name="a"><type name="a" classes="a">
<admin name="a" email="a" nick="a">
<log method="file" type="*" level="debug" target="{lab.log("log")}">
<pid file="{lab.folder}/pid">
""")
    lab.run(["inspircd", "--nofork", "--runasroot", f"--config={config}"])
    return port


@row("rsync", "rsync", "rsync", ("reads", "plain"))
def rsync(lab, option):
    port = lab.world.port()
    config = lab.file("rsyncd.conf", f"""log file = {lab.log("log")}
{"proxy protocol = true" if option == "reads" else ""}
use chroot = no
timeout = 1
[a]
path = {lab.folder}
""")
    lab.run(["rsync", "--daemon", "--no-detach", f"--address={HOST[4]}", f"--port={port}", f"--config={config}"])
    return port


@row("kamailio", "kamailio", "kamailio", ("reads", "plain"))
def kamailio(lab, option):
    port = lab.world.port()
    config = lab.file("kamailio.cfg", f"""debug=3
log_stderror=yes
fork=yes
children=1
tcp_children=1
tcp_connection_lifetime=1
{"tcp_accept_haproxy=yes" if option == "reads" else ""}
listen=tcp:{HOST[4]}:{port}
request_route {{ drop; }}
""")
    lab.run(["kamailio", "-DD", "-E", "-f", config, "-Y", lab.folder, "-P", lab.folder / "pid"])
    return port


@row("coturn", "coturn", "turnserver", ("plain",))
def coturn(lab, option):
    port = lab.world.port()
    lab.run(["turnserver", "-n", f"-L{HOST[4]}", f"-p{port}", "--log-file=stdout", "-v", "--no-cli", "--no-tls", "--no-dtls", f"--pidfile={lab.folder}/pid"])
    return port


@row("uwsgi", "uwsgi-core", "uwsgi", ("reads", "plain"))
def uwsgi(lab, option):
    port = lab.world.port()
    lab.run(["uwsgi", "--plugin", "http", "--http", f"{HOST[4]}:{port}", "--http-timeout", "1", *(["--http-enable-proxy-protocol"] if option == "reads" else [])])
    return port


APP = "def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n"


@row("gunicorn", "gunicorn", "gunicorn", ("reads", "plain", "untrusting"))
def gunicorn(lab, option):
    port = lab.world.port()
    lab.file("app.py", APP)
    words = {"reads": ["--proxy-protocol"], "plain": [], "untrusting": ["--proxy-protocol", "--proxy-allow-from=10.9.9.9"]}[option]
    lab.run(["gunicorn", "-b", f"{HOST[4]}:{port}", "--log-level=debug", "--access-logfile=-", "--timeout=3", *words, "app:app"])
    return port


@row("aiosmtpd", "python3-aiosmtpd", "/usr/bin/python3", ("reads", "plain"))
def aiosmtpd(lab, option):
    port = lab.world.port()
    lab.file("serve.py", f"""import asyncio, logging, sys
logging.basicConfig(level=logging.DEBUG)
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
c = Controller(Sink(), hostname="{HOST[4]}", port={port}, ready_timeout=30{', proxy_protocol_timeout=1' if option == 'reads' else ''})
c.start()
import time; time.sleep(60)
""")
    lab.run(["/usr/bin/python3", lab.folder / "serve.py"])
    return port


@row("Python http.server", "python3", "/usr/bin/python3", ("plain",))
def python_http(lab, option):
    port = lab.world.port()
    lab.run(["/usr/bin/python3", "-u", "-m", "http.server", port, "-b", HOST[4]])
    return port


@row("Werkzeug", "", "python3", ("plain",))
def werkzeug(lab, option):
    port = lab.world.port()
    lab.file("serve.py", f"from werkzeug.serving import run_simple\n{APP}run_simple('{HOST[4]}', {port}, app)\n")
    lab.run(["python3", "-u", lab.folder / "serve.py"])
    return port


@row("Node http", "nodejs", "node", ("plain",))
def node_http(lab, option):
    port = lab.world.port()
    lab.file("serve.js", f"""const s = require('http').createServer((q, a) => a.end());
s.on('clientError', (e, c) => {{ console.error('clientError', e); c.destroy(); }});
s.listen({port}, '{HOST[4]}');
""")
    lab.run(["node", lab.folder / "serve.js"])
    return port


@row("Node tls", "nodejs", "node", ("plain",))
def node_tls(lab, option):
    port = lab.world.port()
    lab.file("serve.js", f"""const k = require('fs').readFileSync('{certificates(lab)}');
const s = require('tls').createServer({{key: k, cert: k}}, c => c.end());
s.on('tlsClientError', e => console.error('tlsClientError', e));
s.listen({port}, '{HOST[4]}');
""")
    lab.run(["node", lab.folder / "serve.js"])
    return port


@row("Node http2", "nodejs", "node", ("plain",))
def node_http2(lab, option):
    port = lab.world.port()
    lab.file("serve.js", f"""const s = require('http2').createServer();
s.on('sessionError', e => console.error('sessionError', e));
s.on('session', x => x.on('error', e => console.error('session', e)));
s.listen({port}, '{HOST[4]}');
""")
    lab.run(["node", lab.folder / "serve.js"])
    return port


@row("Puma", "puma", "puma", ("reads", "plain", "tls"))
def puma(lab, option):
    port = lab.world.port()
    lab.file("config.ru", "run ->(env) { [200, {}, []] }\n")
    bind = f"ssl://{HOST[4]}:{port}?key={certificates(lab)}&cert={certificates(lab)}" if option == "tls" else f"tcp://{HOST[4]}:{port}"
    config = lab.file("puma.rb", f"bind '{bind}'\nthreads 1, 2\nfirst_data_timeout 1\n{'set_remote_address proxy_protocol: :v1' if option == 'reads' else ''}\n")
    lab.run(["puma", "-C", config, lab.folder / "config.ru"])
    return port


@row("WEBrick", "ruby-webrick", "ruby", ("plain",))
def webrick(lab, option):
    port = lab.world.port()
    lab.run(["ruby", "-rwebrick", "-e", f"WEBrick::HTTPServer.new(Port: {port}, BindAddress: '{HOST[4]}').start"])
    return port


@row("gnutls-serv", "gnutls-bin", "gnutls-serv", ("plain",))
def gnutls(lab, option):
    port = lab.world.port()
    lab.run(["gnutls-serv", "-p", port, "--x509certfile", certificates(lab), "--x509keyfile", certificates(lab), "-d", "3"])
    return port


@row("openssl s_server", "openssl", "openssl", ("plain",))
def openssl(lab, option):
    port = lab.world.port()
    lab.run(["openssl", "s_server", "-accept", f"{HOST[4]}:{port}", "-cert", certificates(lab), "-key", certificates(lab)])
    return port


@row("Python ssl", "python3", "/usr/bin/python3", ("plain",))
def python_ssl(lab, option):
    port = lab.world.port()
    lab.file("serve.py", f"""import asyncio, logging, ssl
logging.basicConfig(level=logging.DEBUG)
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
c.load_cert_chain("{certificates(lab)}")
async def main():
    s = await asyncio.start_server(lambda r, w: w.close(), "{HOST[4]}", {port}, ssl=c)
    await s.serve_forever()
asyncio.run(main(), debug=True)
""")
    lab.run(["/usr/bin/python3", "-u", lab.folder / "serve.py"])
    return port


GO = """package main
import ("crypto/tls"; "log"; "net"; "net/http"; "os"; "time"
 pp "github.com/%s/go-proxyproto")
func main() {
 l, err := net.Listen("tcp", os.Args[1])
 if err != nil { log.Fatal(err) }
 switch os.Args[2] {
 case "tls":
  c, err := tls.LoadX509KeyPair(os.Args[3], os.Args[3])
  if err != nil { log.Fatal(err) }
  l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{c}})
 case "reads": l = %s
 }
 _ = time.Second
 if os.Args[2] == "reads" {
  for {
   c, err := l.Accept()
   if err != nil { log.Println("accept:", err); continue }
   go func() { b := make([]byte, 64); _, err := c.Read(b); log.Println("read:", err); c.Close() }()
  }
 }
 log.Println((&http.Server{}).Serve(l))
 var _ = pp.Listener{}
}
"""


def go_server(lab, option, owner, listener):
    port = lab.world.port()
    lab.file("serve.go", GO % (owner, listener))
    lab.file("go.mod", "module a\n")
    built = subprocess.run([find("go"), "build", "-o", "serve", "serve.go"], cwd=lab.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}, check=False)
    if built.returncode != 0:
        raise RuntimeError(built.stdout)
    lab.run([lab.folder / "serve", f"{HOST[4]}:{port}", option, certificates(lab)])
    return port


@row("go-proxyproto (pires)", "golang-github-pires-go-proxyproto-dev", "go", ("reads", "plain", "tls"))
def go_pires(lab, option):
    return go_server(lab, option, "pires", "&pp.Listener{Listener: l, ReadHeaderTimeout: time.Second, Policy: func(net.Addr) (pp.Policy, error) { return pp.REQUIRE, nil }}")


@row("go-proxyproto (armon)", "golang-github-armon-go-proxyproto-dev", "go", ("reads",))
def go_armon(lab, option):
    return go_server(lab, option, "armon", "&pp.Listener{Listener: l, ProxyHeaderTimeout: time.Second}")


JAVA_TLS = """import javax.net.ssl.*; import java.io.*; import java.security.*;
public class Serve { public static void main(String[] a) throws Exception {
 KeyStore k = KeyStore.getInstance("PKCS12"); k.load(new FileInputStream(a[1]), "secret".toCharArray());
 KeyManagerFactory f = KeyManagerFactory.getInstance("SunX509"); f.init(k, "secret".toCharArray());
 SSLContext c = SSLContext.getInstance("TLS"); c.init(f.getKeyManagers(), null, null);
 SSLServerSocket s = (SSLServerSocket) c.getServerSocketFactory().createServerSocket(Integer.parseInt(a[0]));
 for (;;) { try (SSLSocket x = (SSLSocket) s.accept()) { x.setSoTimeout(500); x.startHandshake(); } catch (Exception e) { System.err.println(e); } } } }
"""


@row("Java TLS (JSSE)", "default-jdk-headless", "java", ("plain",))
def java_tls(lab, option):
    port = lab.world.port()
    lab.file("Serve.java", JAVA_TLS)
    certificates(lab)
    subprocess.run(["openssl", "pkcs12", "-export", "-in", lab.folder / "server.both", "-out", lab.folder / "keys", "-passout", "pass:secret"], check=True)
    lab.run(["java", lab.folder / "Serve.java", port, lab.folder / "keys"])
    return port


JAVA_NETTY = """import io.netty.bootstrap.*; import io.netty.channel.*; import io.netty.channel.nio.*; import io.netty.channel.socket.nio.*;
import io.netty.handler.codec.haproxy.*; import io.netty.handler.ssl.*; import java.io.*;
public class Serve { public static void main(String[] a) throws Exception {
 NioEventLoopGroup g = new NioEventLoopGroup(1);
 SslContext tls = a[1].equals("tls") ? SslContextBuilder.forServer(new File(a[2]), new File(a[3])).sslProvider(SslProvider.JDK).build() : null;
 new ServerBootstrap().group(g).channel(NioServerSocketChannel.class).childHandler(new ChannelInitializer<Channel>() {
  protected void initChannel(Channel c) {
   if (tls != null) c.pipeline().addLast(tls.newHandler(c.alloc()));
   else c.pipeline().addLast(new HAProxyMessageDecoder());
   c.pipeline().addLast(new ChannelInboundHandlerAdapter() {
    public void exceptionCaught(ChannelHandlerContext x, Throwable t) { System.err.println(t); x.close(); } }); } }).bind("127.0.0.1", Integer.parseInt(a[0])).sync(); } }
"""


@row("Netty", "libnetty-java", "javac", ("reads", "tls"))
def netty(lab, option):
    port = lab.world.port()
    lab.file("Serve.java", JAVA_NETTY)
    certificates(lab)
    path = ":".join(sorted(str(p) for p in pathlib.Path("/usr/share/java").glob("netty*.jar"))) + ":."
    subprocess.run(["javac", "-cp", path, "Serve.java"], cwd=lab.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lab.run(["java", "-cp", path, "Serve", port, option, lab.folder / "server.pem", lab.folder / "server.key"])
    return port


@row("RabbitMQ", "rabbitmq-server", "rabbitmq-server", ("reads", "plain"))
def rabbitmq(lab, option):
    port = lab.world.port()
    config = lab.file("rabbitmq.conf", f"listeners.tcp.1 = {HOST[4]}:{port}\nlog.console = true\nlog.console.level = debug\n"
                      f"handshake_timeout = 1000\n{'proxy_protocol = true' if option == 'reads' else ''}\n")
    folder = lab.folder
    environment = {"HOME": folder, "RABBITMQ_CONFIG_FILE": config, "RABBITMQ_MNESIA_BASE": folder, "RABBITMQ_LOG_BASE": folder, "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "none",
                   "RABBITMQ_NODENAME": f"a{port}@localhost", "RABBITMQ_DIST_PORT": str(lab.world.port()), "ERL_EPMD_PORT": str(lab.world.port()), "PATH": os.environ["PATH"]}
    lab.run(["/usr/lib/rabbitmq/bin/rabbitmq-server"], env={k: str(v) for k, v in environment.items()})
    return port


def certificates(lab):
    """One file with the certificate and its key."""
    path = lab.folder / "server.both"
    if not path.exists():
        class At:
            folder = lab.folder
        Certificates(At, "client")
        path.chmod(0o644)
    return path


def version(package):
    if not package:
        return "-"
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return asked.stdout or "-"


def listens(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.settimeout(0.2)
        if kind == socket.SOCK_DGRAM:
            try:
                probe.bind((HOST[4], port))
            except OSError:
                return True
            return False
        return probe.connect_ex((HOST[4], port)) == 0


def await_port(port, kind, process_text):
    until = time.monotonic() + 30
    while not listens(port, kind):
        if time.monotonic() > until:
            raise TimeoutError(f"never listened: {process_text()[-600:]!r}")
        time.sleep(0.1)


def send(port, data):
    """The answer's first bytes, or what ended the connection."""
    with socket.socket() as connection:
        connection.settimeout(0.7)
        connection.connect((HOST[4], port))
        if data is None:
            time.sleep(2.5)
            return b""
        out = b""
        with contextlib.suppress(OSError):
            if data:
                connection.sendall(data)
                while len(out) < 400:
                    piece = connection.recv(400)
                    if not piece:
                        break
                    out += piece
        return out


def send_datagram(port, data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0.3)
        sender.connect((HOST[4], port))
        sender.send(data)
        with contextlib.suppress(OSError):
            return sender.recv(400)
    return b""


def visible(line):
    return re.sub(r"[^\x20-\x7e]", lambda m: "".join(f"\\x{b:02x}" for b in m[0].encode("utf-8", "surrogateescape")),
                  line.decode("utf-8", "surrogateescape").rstrip("\r\n"))


def make(name, package, options, kind, start, only=None):
    """Prints the lines of each option and case, or gives them: a list for each (option, case) of `only`."""
    made = {}
    for option in options:
        with contextlib.ExitStack() as stack:
            world = World()
            stack.callback(world.close)
            folder = world.folder / "lab"
            folder.mkdir(mode=0o755)
            world.folder.chmod(0o755)
            lab = Lab(world, folder)
            try:
                port = start(lab, option)
                await_port(port, kind, lab.text)
            except (TimeoutError, RuntimeError, OSError, subprocess.CalledProcessError) as why:
                print(f"# {name} {option}: {why}", file=sys.stderr)
                continue
            time.sleep(0.5)
            cases = DATAGRAMS if kind == socket.SOCK_DGRAM else {**CASES, "silent": None}
            for case, data in cases.items():
                if only is not None and case not in only[option]:
                    continue
                before = [len(text) for text in lab.texts()]
                try:
                    answer = send_datagram(port, data) if kind == socket.SOCK_DGRAM else send(port, data)
                except OSError as why:
                    print(f"# {name} {option} {case}: {why}", file=sys.stderr)
                    break
                time.sleep(0.4)
                said = [text[start:] for text, start in zip(lab.texts(), before)]
                lines = [line for line in b"\n".join(said).split(b"\n") if line.strip()]
                if only is not None:
                    made[option, case] = [visible(line) for line in lines]
                    continue
                for line in lines:
                    print(name, version(package), option, case, visible(line), sep="\t")
                if answer:
                    print(name, version(package), option, case, f"# answer {visible(answer)}", sep="\t", flush=True)
    return made


def sides(ppinspect, line):
    asked = subprocess.run([ppinspect, "--explain", line], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return set(re.findall(r"(?m)^  side +(\w+)", asked.stdout))


def check(ppinspect):
    failed = 0
    for name, package, program, options, kind, start in ROWS:
        wanted = {option: cases for (known, option), cases in KNOWN.items() if known == name}
        if not wanted:
            continue
        need(program)
        made = make(name, package, wanted, kind, start, wanted)
        for option, cases in wanted.items():
            for case, expected in cases.items():
                lines = made.get((option, case), [])
                said = set().union(*(sides(ppinspect, line) for line in lines)) if lines else set()
                if said != expected:
                    print(f"{name} {option} {case}: {sorted(said)} instead of {sorted(expected)} of {lines}")
                    failed += 1
    return 1 if failed else 0


def main():
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(sys.argv[2]))
    wanted = sys.argv[1:]
    for name, package, program, options, kind, start in ROWS:
        if wanted and name not in wanted:
            continue
        if find(program) is None:
            print(f"# {name}: {program} is not installed", file=sys.stderr)
            continue
        make(name, package, options, kind, start)


main()
