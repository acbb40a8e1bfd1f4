"""Whole processes beside each other: CPU time and the peak of resident memory, medians of interleaved rounds."""
import pathlib
import subprocess
import sys
import tempfile

from table import medians


class Failed(RuntimeError):
    pass


def parse_usage(line):
    """bench/usage.cpp's line to CPU seconds, peak MiB, seconds on the clock, exit status."""
    cpu, peak, clock, status = line.split()
    return float(cpu), int(peak) / 1024, float(clock), int(status)


class Runner:
    def __init__(self, programs):
        self.usage = pathlib.Path(programs) / "usage"
        self.folder = tempfile.TemporaryDirectory(prefix="pp-bench-")

    def once(self, command, stdin=subprocess.DEVNULL):
        """(CPU seconds, peak MiB, seconds on the clock) of one run, its output thrown away."""
        notes = pathlib.Path(self.folder.name) / "usage"
        said = subprocess.run([self.usage, notes, *command], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True).stderr
        cpu, peak, clock, status = parse_usage(notes.read_text(encoding="ascii"))
        # 1, 3 and 4 are answers of ppinspect: findings, an unreadable file, no header.
        if status not in (0, 1, 3, 4):
            raise Failed(f"{' '.join(map(str, command))}: exit status {status}: {said.decode(errors='replace')[-300:]}")
        return cpu, peak, clock

    def interleaved(self, commands, rounds):
        """{name: command} to ({name: CPU seconds}, {name: MiB}). Every round runs every command once, so that what else
        the machine does falls on all of them alike."""
        seconds = {name: [] for name in commands}
        memory = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                cpu, peak, _ = self.once(command)
                seconds[name].append(cpu)
                memory[name].append(peak)
        return medians(seconds), medians(memory)


def say(text):
    print(text, file=sys.stderr, flush=True)
