"""Changes one place of a module at a time, and says which changes its tests do not notice.

    python -m tests.support.mutated_python engine/duties model/cases --most 80
    python -m tests.support.mutated_python engine/duties --line 105 106     every change to these lines, and what notices it

The tests are collected once. Each change is made in a forked process, in the code of live functions, so that no file is touched; the first test that
fails ends it. What is changed: :func:`~tests.support.python_changes.instead`. What was found: `docs/decisions/0036-mutating-the-python.md`.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType
from typing import Final

import pytest

from tests.support.python_changes import Codes, changes

ENGINE: Final = "engine/test_known_in_part engine/test_known_days engine/test_law_days engine/test_margins engine/test_asking_once"
GENERAL: Final = "test_record test_wrong_arguments test_values_that_travel"
HELD_BY: Final = {
    "engine/conditions/three_valued": f"{ENGINE} engine/test_normal_form engine/test_prime_implicants engine/test_columns explain/test_questions",
    "engine/duties": f"{ENGINE} model/test_known_in_part casework/test_audit casework/test_docket casework/test_live explain {GENERAL}",
    "engine/evaluation": f"{ENGINE} engine/test_stages law/test_ledger model/test_known_in_part explain casework/test_docket {GENERAL}",
    "loading/checking": "loading/test_mistakes loading/test_odd_packs loading/test_overlays loading/test_profiles loading/test_rulesets",
    "model/calendars": f"model/test_calendars engine/test_margins loading/test_odd_packs {GENERAL}",
    "model/cases": f"model loading/test_as_people_type_it {GENERAL}",
}
"""The tests of each module that are asked, those marked as slow left out."""
LONGEST: Final = 3
"""How many times as long as without a change the tests may take; what then has not ended counts as noticed."""


class Mutating:
    """A plug-in of pytest that runs the tests once for each change."""

    def __init__(self, module: str, given: argparse.Namespace, say: Callable[[str], object]) -> None:
        self.module, self.say = module, say
        self.most, self.seed, self.begin, self.lines, self.each = given.most, given.seed, given.begin, given.line, given.each
        self.failed = ""
        self.seconds: dict[str, float] = {}

    def pytest_configure(self) -> None:
        import hypothesis  # pytest wants to see it first

        hypothesis.settings.register_profile("mutated", database=None, derandomize=True)
        hypothesis.settings.load_profile("mutated")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        self.failed = self.failed or (report.nodeid if report.failed else "")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        file = str(importlib.import_module("cspr_rules." + self.module.replace("/", ".")).__file__)
        gc.unfreeze()  # what is frozen is not listed
        live = [each for each in gc.get_objects() if isinstance(each, FunctionType) and each.__code__.co_filename == file]
        gc.freeze()
        order, began = list(session.items), time.monotonic()
        passed, answer = self._forked(order, [], {}, 0)
        if not passed:
            self.say(f"{self.module}: {answer} fails without any change")
            return True
        took, clean = dict(zip((item.nodeid for item in order), map(float, answer.split()), strict=True)), time.monotonic() - began
        order = sorted((item for item in order if took[item.nodeid] <= self.each), key=lambda item: took[item.nodeid])
        tree = ast.parse(Path(file).read_text("utf-8"))
        every = list(changes(tree))
        tried = [each for each in every if each.line in self.lines or not self.lines]
        if self.most < len(tried) and not self.lines:
            tried = [tried[place] for place in sorted(random.Random(self.seed).sample(range(len(tried)), self.most))]  # noqa: S311 -- the same each time
        quick = sum(took[item.nodeid] for item in order)
        self.say(f"{self.module}: {len(every)} changes, {len(tried)} tried on {len(order)} of {len(took)} tests: {quick:.0f} s of {clean:.0f}")
        noticed, began = 0, time.monotonic()
        for number, change in list(enumerate(tried, start=1))[self.begin - 1 :]:
            passed, answer = self._forked(order, live, change.made_in(tree, file), 10 + int(LONGEST * clean))
            noticed += not passed
            if passed or self.lines:
                self.say(f"  {number}. {'survived' if passed else answer} {change}")
            order.sort(key=lambda item: item.nodeid != answer)  # what noticed one change often notices the next
        self.say(f"{self.module}: {noticed} of {len(tried) - self.begin + 1} noticed; {time.monotonic() - began:.0f} s")
        return True

    def _forked(self, order: Sequence[pytest.Item], live: Sequence[FunctionType], made: Codes, most: int) -> tuple[bool, str]:
        """Return whether all tests pass with other code in place, and each one's seconds; if not, which one does not."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                signal.alarm(most)
                for each in live:
                    each.__code__ = made[each.__code__.co_qualname, each.__code__.co_firstlineno]
                for item, following in zip(order, (*order[1:], None), strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    if self.failed:
                        break
                os.write(writing, (self.failed or " ".join(f"{self.seconds[item.nodeid]:.3f}" for item in order)).encode())
                os._exit(bool(self.failed))
            finally:
                os._exit(1)
        os.close(writing)
        with open(reading, "rb") as pipe:
            answer = pipe.read().decode()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, answer or "(no end)"


def main() -> None:
    """Change the modules named, and print what was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.mutated_python")
    parser.add_argument("modules", nargs="+", metavar="MODULE", choices=HELD_BY, help=", ".join(HELD_BY))
    parser.add_argument("--most", type=int, default=100, help="how many changes to try (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which of them are drawn")
    parser.add_argument("--begin", type=int, default=1, metavar="NUMBER", help="which of these to go on from")
    parser.add_argument("--line", type=int, nargs="+", default=(), help="every change to these lines, and what notices it")
    parser.add_argument("--tests", nargs="+", help="tests to ask instead of those of the room")
    parser.add_argument("--each", type=float, default=60, metavar="SECONDS", help="ask only tests that take no longer than this")
    parser.add_argument("--slow", action="store_true", help="ask those marked as slow as well")
    given, out = parser.parse_args(), os.dup(1)
    for module in given.modules:
        tests = given.tests or [f"tests/{each}" + (".py" if "test_" in each else "") for each in HELD_BY[module].split()]
        with tempfile.TemporaryDirectory() as folder, Path(folder, "out").open("wb") as file:
            child = os.fork()  # what one module's tests import and remember is not there for the next
            if not child:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
                which = ["-m", "slow or not slow" if given.slow else "not slow", *tests]
                quiet = ["-p", "no:cacheprovider", "-p", "no:terminal", f"--basetemp={Path(folder, 'kept')}"]
                as_ever = ["-o", "addopts=", "--import-mode=importlib", "-p", "no:schemathesis"]  # but for the options of the terminal
                plugin = Mutating(module, given, lambda text: os.write(out, f"{text}\n".encode()))
                pytest.main([*as_ever, *quiet, *which], plugins=[plugin])
                os._exit(0)
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
