"""Runs ppgen beside ppinspect: a test of it is started as TEST PPINSPECT PPGEN [unittest arguments]."""
import os
import subprocess
import sys
import unittest

import ppinspect


def program():
    if len(sys.argv) < 3:
        sys.exit("usage: %s PPINSPECT PPGEN [unittest arguments]" % sys.argv[0])
    return os.path.abspath(sys.argv[2])


def run(*arguments, stdin=b"", cwd=None, timeout=120):
    done = subprocess.run([program(), *arguments], input=stdin, env=ppinspect.environment(), cwd=cwd, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError("sanitizer report for %r:\n%s" % (arguments, done.stderr.decode(errors="replace")))
    return ppinspect.Result(done.returncode, done.stdout, done.stderr)


def make(*arguments, stdin=b""):
    """The bytes of `ppgen make`."""
    result = run("make", "--format", "raw", *arguments, stdin=stdin)
    if result.code != 0:
        raise AssertionError("ppgen make %r: exit %d, %s" % (arguments, result.code, result.talk()))
    return result.out


def main():
    program()
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:])
