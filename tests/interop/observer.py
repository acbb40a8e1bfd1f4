"""ppinspect as it runs beside a test's traffic: listening, or capturing."""
import json
import os
import signal
import subprocess

from world import PATIENCE, end_with_parent, skip, wait_for

REFUSAL = "no permission to capture"


class Observer:
    """`words` are -L's or -i's; its records are read from a file as they come."""

    def __init__(self, world, ppinspect, name, *words):
        self.file, self.err = world.folder / f"{name}.json", world.folder / f"{name}.err"
        env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # a process that others may not trace has no leak checker
        with open(self.file, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen([os.path.abspath(ppinspect), "-o", "json", *map(str, words)], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            env=env, preexec_fn=end_with_parent)
        world.stack.callback(self.process.kill)
        ready = [word for word in words if word in ("-L", "-i")]
        wait_for(f"ppinspect {ready}", lambda: self.up(len(ready)))

    def up(self, wanted):
        said = self.err.read_text()
        if self.process.poll() is not None:
            if REFUSAL in said:
                skip(said.strip(), missing=False)
            raise RuntimeError(f"ppinspect: {said}")
        return said.count("listening on") + said.count("capturing on") == wanted

    def records(self):
        """Of whole lines; the last one may be on its way."""
        return [json.loads(line) for line in self.file.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)
