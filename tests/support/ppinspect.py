"""Runs the tool under test and reads its JSON strictly."""
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def program():
    """The program's path: the first argument of the test."""
    if len(sys.argv) < 2:
        sys.exit("usage: %s PPINSPECT [unittest arguments]" % sys.argv[0])
    return os.path.abspath(sys.argv[1])


def environment(**more):
    """A fixed environment: what a user's shell sets must not change a test."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def lines(self):
        """Every line of -o json."""
        return [strict_json(line) for line in self.out.splitlines(keepends=True)]

    def records(self):
        """The lines that are not about several connections at once."""
        return [line for line in self.lines() if line["schema"] != "pp.group/1"]

    def groups(self):
        return [line for line in self.lines() if line["schema"] == "pp.group/1"]

    def talk(self):
        return self.err.decode("utf-8")


def run(*arguments, stdin=b"", env=None, cwd=None, timeout=60):
    done = subprocess.run([program(), *arguments], input=stdin, env=env or environment(), cwd=cwd, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError("sanitizer report for %r:\n%s" % (arguments, done.stderr.decode(errors="replace")))
    return Result(done.returncode, done.stdout, done.stderr)


def run_on_terminal(*arguments, columns, stdin=b"", env=None, cwd=None, timeout=60):
    """As run, with standard output on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as talk:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen([program(), *arguments], stdin=given, stdout=theirs, stderr=talk, env=env or environment(), cwd=cwd)
        os.close(theirs)
        out = b""
        try:
            while True:
                part = os.read(ours, 65536)
                if not part:
                    break
                out += part
        except OSError:  # the other side is closed
            pass
        os.close(ours)
        code = process.wait(timeout)
        talk.seek(0)
        return Result(code, out.replace(b"\r\n", b"\n"), talk.read())


def run_lines(byte_strings, *arguments):
    """One record for each byte string."""
    text = b"".join(b.hex().encode() + b"\n" for b in byte_strings)
    return run("--input-type", "lines", "-o", "json", *arguments, stdin=text)


def _no_duplicates(pairs):
    out = {}
    for key, value in pairs:
        if key in out:
            raise ValueError("key %r twice" % key)
        out[key] = value
    return out


def _no_constant(word):
    raise ValueError("%s is no JSON" % word)


def strict_json(line):
    """One object on one line: UTF-8, no duplicate keys, no NaN."""
    if isinstance(line, bytes):
        line = line.decode("utf-8")
    if not line.endswith("\n"):
        raise ValueError("the line does not end: %r" % line[-40:])
    value = json.loads(line, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object: %r" % line[:40])
    return value


def main():
    """unittest.main without the program's path."""
    import unittest
    program()
    unittest.main(argv=[sys.argv[0]] + sys.argv[2:])


def scratch():
    return tempfile.TemporaryDirectory(prefix="ppinspect-")
