"""Whole processes beside each other: CPU time, time on the clock and the peak of resident memory, in interleaved rounds."""
import dataclasses
import pathlib
import statistics
import subprocess
import sys
import tempfile


class Failed(RuntimeError):
    pass


@dataclasses.dataclass
class Samples:
    """What the rounds of one command took, in their order: seconds of CPU, seconds on the clock, MiB."""

    cpu: list = dataclasses.field(default_factory=list)
    clock: list = dataclasses.field(default_factory=list)
    peak: list = dataclasses.field(default_factory=list)

    def median(self):
        return statistics.median(self.cpu)

    def best(self):
        return min(self.cpu)

    def beside(self, other):
        """This one's CPU time as a multiple of the other's: the median of the rounds, for both parts of a round ran under the same load."""
        return statistics.median(a / max(b, 1e-6) for a, b in zip(self.cpu, other.cpu))


def parse_usage(line):
    """bench/usage.cpp's line to CPU seconds, peak MiB, seconds on the clock, exit status."""
    cpu, peak, clock, status = line.split()
    return float(cpu), int(peak) / 1024, float(clock), int(status)


class Runner:
    def __init__(self, programs):
        self.usage = pathlib.Path(programs) / "usage"
        self.folder = tempfile.TemporaryDirectory(prefix="pp-bench-")

    def once(self, command):
        """(CPU seconds, peak MiB, seconds on the clock) of one run, its output thrown away."""
        notes = pathlib.Path(self.folder.name) / "usage"
        said = subprocess.run([self.usage, notes, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              check=True).stderr
        cpu, peak, clock, status = parse_usage(notes.read_text(encoding="ascii"))
        # 1, 3 and 4 are answers of ppinspect: findings, an unreadable file, no header.
        if status not in (0, 1, 3, 4):
            raise Failed(f"{' '.join(map(str, command))}: exit status {status}: {said.decode(errors='replace')[-300:]}")
        return cpu, peak, clock

    def interleaved(self, commands, rounds):
        """{name: command} to {name: Samples}. Every round runs every command once, so that what else the machine does falls
        on all of them alike."""
        samples = {name: Samples() for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                cpu, peak, clock = self.once(command)
                samples[name].cpu.append(cpu)
                samples[name].peak.append(peak)
                samples[name].clock.append(clock)
        return samples


def say(text):
    print(text, file=sys.stderr, flush=True)
