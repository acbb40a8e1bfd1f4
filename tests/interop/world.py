"""What the interop tests share: a folder, free ports on loopback, and children that end with the test."""
import contextlib
import ctypes
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIP = 77
PATIENCE = 20  # seconds for anything that takes milliseconds on an idle machine
HOST = {4: "127.0.0.1", 6: "::1"}
SBIN = ":/usr/local/sbin:/usr/sbin:/sbin"
PR_SET_PDEATHSIG = 1
TCP_LISTEN = "0A"


def find(program):
    return shutil.which(program, path=os.environ.get("PATH", "/usr/bin:/bin") + SBIN)


def skip(reason, missing=True):
    """Ends the test as skipped; a missing peer is a failure where the peers were asked for (scripts/test)."""
    failed = missing and os.environ.get("PP_PEERS") == "1"
    print(f"{'failed' if failed else 'skipped'}: {reason}")
    sys.exit(1 if failed else SKIP)


def need(*programs):
    missing = [program for program in programs if find(program) is None]
    if missing:
        skip(f"{', '.join(missing)} not installed")


def nginx_stream_module():
    """Where nginx's stream module lies, None when it is compiled in; ends the test as skipped when it is not there."""
    built = subprocess.run([find("nginx"), "-V"], stderr=subprocess.PIPE, text=True, check=True).stderr
    if "--with-stream " in built + " ":
        return None
    words = [word.removeprefix("--modules-path=") for word in built.split() if word.startswith("--modules-path=")]
    path = pathlib.Path(words[0] if words else "/usr/lib/nginx/modules") / "ngx_stream_module.so"
    if not path.exists():
        skip("nginx has no stream module (libnginx-mod-stream)")
    return path


def families():
    """4, and 6 where loopback has it."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind((HOST[6], 0))
        return [4, 6]
    print("no IPv6 on loopback: IPv4 alone")
    return [4]


def endpoint(family, port):
    return f"[{HOST[family]}]:{port}" if family == 6 else f"{HOST[family]}:{port}"


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def listening():
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in pathlib.Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == TCP_LISTEN:
                    ports.add(int(fields[1].rpartition(":")[2], 16))
    return ports


def wait_for(what, done):
    """Asks again until it is so; the only place where time passes."""
    until = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {PATIENCE} s")
        time.sleep(0.005)


class World:
    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="pp-interop-")))
        self.families = families()
        self.ports = []

    def close(self):
        self.stack.close()

    def port(self):
        """Free on both loopback addresses, and outside the range from which connections take theirs."""
        low = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
        top = low if low > 12000 else 32768
        while True:
            port = random.SystemRandom().randrange(10000, top)
            if self.is_free(port) and self.reserve(port):
                self.ports.append(port)
                return port

    def reserve(self, port):
        """Against tests that run at the same time: a name that one process at a time can hold, until it ends."""
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0pp-interop-port-{port}")
        except OSError:
            mark.close()
            return False
        self.stack.callback(mark.close)
        return True

    def is_free(self, port):
        for family in self.families:
            with socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6) as probe:
                try:
                    probe.bind((HOST[family], port))
                except OSError:
                    return False
        return True

    def endpoints(self, port):
        return [endpoint(family, port) for family in self.families]

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def child(self, name, command, ready, **options):
        """Runs until the test ends. `ready` is the ports on which it is to listen."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen([find(command[0]), *map(str, command[1:])], cwd=self.folder, stdout=out,
                                       stderr=subprocess.STDOUT, preexec_fn=end_with_parent,
                                       **{"stdin": subprocess.DEVNULL, **options})
        self.stack.callback(self.end, process)

        def up():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}: {log.read_text(errors='replace')}")
            return listening() >= set(ready)
        wait_for(f"{name} listens on {ready}", up)
        return process

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
