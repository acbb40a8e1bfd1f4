"""Checks .github/workflows: they parse, they may only read, actions are pinned, and what they run is here.

workflows_test.py ROOT
"""
import os
import pathlib
import re
import sys
import unittest

try:
    import yaml
except ImportError:
    print("workflows test: python3-yaml is not installed")
    sys.exit(1 if os.environ.get("PP_PEERS") == "1" else 77)

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))


class NoDuplicates(yaml.SafeLoader):
    """A key that is given twice is an error, not the last one."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError(f"a key is given twice: {node.start_mark}")
        return super().construct_mapping(node, deep)


class Workflows(unittest.TestCase):
    def setUp(self):
        self.flows = {path.name: yaml.load(path.read_text(encoding="utf-8"), Loader=NoDuplicates) for path in FILES}

    def steps(self):
        for name, flow in self.flows.items():
            for job in flow["jobs"].values():
                for step in job["steps"]:
                    yield name, step

    def test_there_are_both(self):
        self.assertEqual(set(self.flows), {"ci.yml", "fuzz.yml"})

    def test_they_may_only_read(self):
        for name, flow in self.flows.items():
            self.assertEqual(flow["permissions"], "read-all", name)
            for job in flow["jobs"].values():
                self.assertNotIn("permissions", job, name)
                self.assertIn("timeout-minutes", job, name)
            self.assertNotIn("pull_request_target", flow[True], name)  # YAML 1.1 reads the key "on" as true

    def test_actions_are_pinned_to_a_commit_with_its_version_beside(self):
        for path in FILES:
            for line in path.read_text(encoding="utf-8").splitlines():
                if re.search(r"\buses:", line):
                    self.assertRegex(line, r"uses: [\w./-]+@[0-9a-f]{40} # v[\d.]+$", path.name)

    def test_a_checkout_keeps_no_credentials(self):
        for name, step in self.steps():
            if step.get("uses", "").startswith("actions/checkout@"):
                self.assertIs(step["with"]["persist-credentials"], False, name)

    def test_what_is_run_is_a_script_of_ours_with_options_that_it_has(self):
        ran = set()
        for name, step in self.steps():
            if "run" not in step:
                continue
            script, *options = step["run"].split()
            self.assertTrue(script.startswith("./scripts/"), name)
            path = ROOT / script
            self.assertTrue(os.access(path, os.X_OK), script)
            usage = path.read_text(encoding="utf-8")
            for option in options:
                self.assertIn(option, usage, script)
            ran.add(script)
            # Words of an event's author never become part of a command.
            self.assertNotIn("${{", step["run"], name)
        self.assertLessEqual({"./scripts/test", "./scripts/demo", "./scripts/lint"}, ran)

    def test_the_fuzzers_are_built_by_what_is_here(self):
        project = yaml.safe_load((ROOT / ".clusterfuzzlite/project.yaml").read_text(encoding="utf-8"))
        for name, step in self.steps():
            if "clusterfuzzlite" in step.get("uses", ""):
                self.assertEqual(step["with"]["language"], project["language"], name)
        for part in ("Dockerfile", "build.sh"):
            self.assertTrue((ROOT / ".clusterfuzzlite" / part).is_file())


if __name__ == "__main__":
    unittest.main()
