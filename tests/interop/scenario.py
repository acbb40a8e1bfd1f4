"""An interop test: peers are started, traffic runs while it is captured, then ppinspect is held against what happened."""
import pathlib
import re
import sys
import unittest

from capture import Capture, inspect
from world import World, need


class InteropTest(unittest.TestCase):
    needs = ()

    @classmethod
    def arrange(cls):
        """Starts the peers."""

    @classmethod
    def traffic(cls):
        """Everything that is captured."""

    def to(self, port, options=()):
        """What ppinspect says of connections to this port, in order."""
        records = self.with_options(options) if options else self.records
        return [seen for seen in records if seen["peer"]["dst"].endswith(f":{port}")]

    def only(self, port, options=(), name=""):
        found = self.to(port, options)
        self.assertEqual(len(found), 1, [seen.line for seen in found])
        self.tell(found[0], name)
        return found[0]

    def with_options(self, options):
        return inspect(self.ppinspect, self.file, *options)[0]

    def tell(self, seen, name=""):
        """For who reads the log: the first line of each scenario."""
        told.append((name or self.id().rpartition(".")[2].removeprefix("test_"), re.sub(r"^\S+ +", "", seen.line)))

    def assert_accepted(self, seen):
        """A header that the receiver took: nothing to complain about, nobody to blame."""
        self.assertEqual(seen["verdict"], "valid", seen.record)
        self.assertEqual(seen["reaction"]["class"], "ok", seen.record)
        self.assert_no_complaint(seen)
        self.assertIn("  ok        ", seen.line)

    def assert_no_complaint(self, seen):
        self.assertIsNone(seen.get("diagnosis"), seen.line)
        self.assertEqual(seen.codes("warning") + seen.codes("error"), [], seen.line)
        self.assertNotIn("[", re.sub(r"\[[0-9a-f:]+\]", "", seen.line))

    def assert_blames(self, seen, side, code):
        """In its block of text, and in JSON."""
        self.assertEqual((seen.get("diagnosis") or {}).get("side"), side, seen.text)
        self.assertEqual(seen["diagnosis"]["code"], code, seen.line)
        if code == "sender-malformed":
            self.assertIn("\n  fix   The sender has to change: ", seen.text)  # the rule's line has the finding's code
        else:
            self.assertIn(f"\n  code  {code}", seen.text)

    def assert_refused(self, seen, side, code):
        """A valid header that the receiver did not take."""
        self.assertEqual(seen["verdict"], "warning", seen.record)
        self.assertEqual(seen.codes("warning"), ["header-refused"], seen.record)
        self.assert_blames(seen, side, code)


told = []


def main(test):
    """PROGRAM PPINSPECT [unittest's words]; exit status 77 when a peer is missing or capturing is not permitted."""
    ppinspect = str(pathlib.Path(sys.argv.pop(1)).resolve())
    need("tcpdump", *test.needs)
    world = World()
    try:
        test.ppinspect = ppinspect
        test.world = world
        test.arrange()
        capture = test.capture = Capture(world)
        capture.begin()
        test.traffic()
        capture.end()
        test.file = capture.file
        test.records, test.status = inspect(ppinspect, capture.file)
        passed = unittest.main(argv=sys.argv, exit=False).result.wasSuccessful()
        for name, line in told:
            print(f"{name}: {line}")
        if not passed:
            print("\n".join(seen.line for seen in test.records))
    finally:
        world.close()
    sys.exit(0 if passed else 1)
