"""More receivers: apache with mod_remoteip, lighttpd with mod_extforward, varnish. Each answers with the addresses it believed,
and can be started without the option that makes it read headers."""
import os

from world import HOST

OPEN = 0o755


class Apache:
    """mod_remoteip; listens on one port."""

    def __init__(self, world, reads=True):
        self.port = world.port()
        name = f"apache{'' if reads else '-plain'}"
        folder = world.folder / name
        folder.mkdir(mode=OPEN)
        world.folder.chmod(OPEN)
        # A server that was started as root does not serve as root.
        user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
        modules = "\n".join(f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so" for module in ("mpm_event", "authz_core", "remoteip", "headers"))
        config = world.file(f"{name}/apache.conf", f"""ServerRoot {folder}
{modules}
{user}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/error
DocumentRoot {folder}
DefaultRuntimeDir {folder}
Mutex pthread
StartServers 1
ThreadsPerChild 25
Listen {HOST[4]}:{self.port}
RemoteIPProxyProtocol {"On" if reads else "Off"}
RemoteIPHeader X-Nothing
# REMOTE_PORT is always the connection's own.
Header always set X-PP "expr=src=%{{REMOTE_ADDR}} sport=%{{REMOTE_PORT}}"
""")
        world.child("apache", ["apache2", "-X", "-f", config], [self.port])


class Lighttpd:
    """mod_extforward; the answer is a page with server-side includes."""

    def __init__(self, world, reads=True):
        self.port = world.port()
        name = f"lighttpd{'' if reads else '-plain'}"
        folder = world.folder / name
        folder.mkdir()
        world.file(f"{name}/index.shtml", 'src=<!--#echo var="REMOTE_ADDR" --> sport=<!--#echo var="REMOTE_PORT" -->\n')
        config = world.file(f"{name}/lighttpd.conf", f"""server.modules = ("mod_extforward", "mod_ssi")
server.document-root = "{folder}"
server.errorlog = "{folder}/error"
server.bind = "{HOST[4]}"
server.port = {self.port}
index-file.names = ("index.shtml")
ssi.extension = (".shtml")
extforward.hap-PROXY = "{"enable" if reads else "disable"}"
extforward.forwarder = ("{HOST[4]}" => "trust")
""")
        world.child("lighttpd", ["lighttpd", "-D", "-f", config], [self.port])


class Varnish:
    def __init__(self, world, reads=True):
        self.port = world.port()
        name = f"varnish{'' if reads else '-plain'}"
        (world.folder / name).mkdir()
        config = world.file(f"{name}.vcl", """vcl 4.1;
import std;
backend none none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
  set resp.body = "src=" + client.ip + " sport=" + std.port(client.ip) + " dst=" + server.ip + " dport=" + std.port(server.ip) + {"
"};
  return (deliver);
}
""")
        world.child("varnish", ["varnishd", "-F", "-j", "none", "-n", world.folder / name, "-f", config, "-a", f"{HOST[4]}:{self.port}{',PROXY' if reads else ''}",
                                "-s", "malloc,16m", "-p", "thread_pools=1"], [self.port])
