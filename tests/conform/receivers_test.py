"""ppgen conform against receivers that are installed: the MUSTs that they break are those that another program measured.

receivers_test.py PPINSPECT PPGEN     Another version than the measured one is only printed. Exit status 77 when none is installed.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import ppgen

FOLDER = pathlib.Path(__file__).resolve().parent
HAPROXY = """global
  maxconn 200
defaults
  mode http
  timeout client 8s
  timeout connect 5s
  timeout server 8s
frontend f
  bind 127.0.0.1:PORT accept-proxy
  http-request return status 200 content-type text/plain lf-string "src=%[src] sport=%[src_port] mark=%[path]\\n"
"""
NGINX = """daemon off; master_process off; pid FOLDER/pid; error_log FOLDER/error;
events { worker_connections 256; }
http { access_log off; client_body_temp_path FOLDER/b; proxy_temp_path FOLDER/p; fastcgi_temp_path FOLDER/f; uwsgi_temp_path FOLDER/u;
 scgi_temp_path FOLDER/s; client_header_timeout 8s;
 server { listen 127.0.0.1:PORT proxy_protocol; set_real_ip_from 127.0.0.1; real_ip_header proxy_protocol;
  location / { default_type text/plain; return 200 "src=$remote_addr sport=$remote_port mark=$request_uri\\n"; } } }
"""
LIGHTTPD = """server.modules = ("mod_extforward", "mod_ssi", "mod_rewrite")
server.document-root = "FOLDER"
server.errorlog = "FOLDER/error"
server.bind = "127.0.0.1"
server.port = PORT
server.max-read-idle = 8
index-file.names = ("index.shtml")
ssi.extension = (".shtml")
url.rewrite-once = ("^/.*" => "/index.shtml")
extforward.hap-PROXY = "enable"
extforward.forwarder = ("127.0.0.1" => "trust")
"""
# name, program, how it tells its version, configuration, command
RECEIVERS = (
    ("haproxy", "haproxy", ["-v"], HAPROXY, ["haproxy", "-db", "-f", "FOLDER/conf"]),
    ("nginx-http", "nginx", ["-v"], NGINX, ["nginx", "-p", "FOLDER", "-e", "FOLDER/error", "-c", "FOLDER/conf"]),
    ("lighttpd", "lighttpd", ["-v"], LIGHTTPD, ["lighttpd", "-D", "-f", "FOLDER/conf"]),
)


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def measured():
    out = {}
    for line in (FOLDER / "must_failures.tsv").read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            name, version, ids = line.split("\t")
            out[name] = (version, ids.split())
    return out


def wait_for(port, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            pass
    raise AssertionError("it does not listen")


class Receivers(unittest.TestCase):
    def test_broken_musts(self):
        for name, executable, version_words, configuration, command in RECEIVERS:
            path = program(executable)
            if path is None:
                continue
            said = subprocess.run([path, *version_words], capture_output=True, text=True, timeout=60, check=False)
            version = re.search(r"\d+\.\d+\.\d+", said.stdout + said.stderr)[0]
            with self.subTest(name, version=version), tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                with socket.create_server(("127.0.0.1", 0)) as free:
                    port = free.getsockname()[1]
                fill = lambda text: text.replace("PORT", str(port)).replace("FOLDER", folder)
                pathlib.Path(folder, "conf").write_text(fill(configuration), encoding="ascii")
                page = pathlib.Path(folder, "index.shtml")
                page.write_text('src=<!--#echo var="REMOTE_ADDR" --> sport=<!--#echo var="REMOTE_PORT" --> mark=<!--#echo var="REQUEST_URI" -->\n',
                                encoding="ascii")
                page.chmod(0o644)
                process = subprocess.Popen([path, *map(fill, command[1:])], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
                try:
                    wait_for(port, process)
                    done = ppgen.run("conform", str(port), "--quick", "-o", "json")
                finally:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                events = [json.loads(line) for line in done.out.splitlines()]
                broken = sorted(e["id"] for e in events if e["event"] == "case" and e["verdict"] == "fail")
                wanted_version, wanted = measured()[name]
                if version == wanted_version:
                    self.assertEqual(broken, wanted, done.talk())
                else:
                    print(f"{name} {version} breaks {len(broken)}; measured was {wanted_version}: {' '.join(broken)}")


if __name__ == "__main__":
    if not any(program(row[1]) for row in RECEIVERS):
        print("no receiver is installed")
        sys.exit(77)
    ppgen.main()
