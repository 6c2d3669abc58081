"""The pytest plugin: case files as tests, and a fixture for tests of an own system.

It stands beside the package and not in it, because pytest imports every plugin that is installed: nothing of the library is loaded before a
``*.cspr.yaml`` is collected, a fixture or a flag asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from cspr_rules import Case, CaseFile, Marking, Ruleset, Waivers
    from cspr_rules.interchange.findings import Found
    from cspr_rules.marking.case_tests import TriedCase
    from cspr_rules.marking.waivers import Waiver

ENDING: Final = ".cspr.yaml"
_FOR_CONTROLLER: Final = "cspr_rules"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flags."""
    group = parser.getgroup("cspr-rules", f"case files as tests (*{ENDING})")
    group.addoption("--cspr-profile", metavar="NAME|DIR", help="the authority of all case files (default: each case's own, else bcp)")
    group.addoption("--cspr-waivers", metavar="FILE", help="what may fail, why, and until when")
    group.addoption("--cspr-on", metavar="DAY", help="the day on which waivers have to hold: YYYY-MM-DD, or today")


class _Run:
    """What one run of the tests knows: its waivers, and those that were needed."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.invocation_params.dir
        self.profile: str | None = config.getoption("--cspr-profile")
        self.waivers = self._waivers(config)
        self.used: set[Waiver] = set()
        self.excused_in_tests: list[str] = []
        self.whole = True
        """Whether all tests were run, so that a waiver that was not needed is needed by none."""
        self.spent: list[Found] = []

    def _waivers(self, config: pytest.Config) -> Waivers | None:
        file, on = config.getoption("--cspr-waivers"), config.getoption("--cspr-on")
        if file is None and on is None:
            return None
        from cspr_rules import CsprRulesError
        from cspr_rules.cli.test import waivers_of

        try:
            return waivers_of(Path(self.root, file) if file is not None else None, on)
        except CsprRulesError as error:
            message = str(error).replace("--waivers", "--cspr-waivers").replace("--on", "--cspr-on")
            raise pytest.UsageError(message) from None


_RUN: Final = pytest.StashKey[_Run]()


def pytest_configure(config: pytest.Config) -> None:
    """Read the waivers, where there are any."""
    config.stash[_RUN] = _Run(config)


# -- case files as tests ----------------------------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a case file."""
    return _File.from_parent(parent, path=file_path) if file_path.name.endswith(ENDING) else None


class _File(pytest.File):
    """A file of one or several cases."""

    def collect(self) -> Iterator[_Case]:
        from cspr_rules import read_file
        from cspr_rules.marking.case_tests import tried_cases

        run = self.config.stash[_RUN]
        name = self.path.relative_to(run.root) if self.path.is_relative_to(run.root) else self.path
        for tried in tried_cases(read_file(self.path, name.as_posix()), run.profile):
            yield _Case.from_parent(self, name=tried.name, tried=tried)


class _Case(pytest.Collector):
    """A case, called by its sentence."""

    def __init__(self, *, tried: TriedCase, **more: Any) -> None:
        super().__init__(**more)
        self.tried = tried

    def collect(self) -> Iterator[_Item]:
        from cspr_rules.interchange.findings import of_case, used

        run = self.config.stash[_RUN]
        found = of_case(self.tried, run.waivers, run.root)
        run.used |= set(used(found))
        for each in found:
            yield _Item.from_parent(self, name=each.name, found=each)


class _Item(pytest.Item):
    """One thing that is expected of a case."""

    def __init__(self, *, found: Found, **more: Any) -> None:
        super().__init__(**more)
        self.found = found

    def setup(self) -> None:
        if self.found.state == "error":  # an error and no failure: nothing was decided
            pytest.fail(self._message(), pytrace=False)

    def runtest(self) -> None:
        if self.found.state == "failed":
            pytest.fail(self._message(), pytrace=False)
        if self.found.waiver is not None:
            pytest.xfail(f"excused until {self.found.waiver.until.isoformat()}: {self.found.waiver.reason}")

    def _message(self) -> str:
        from cspr_rules.interchange.findings import in_full

        return in_full(self.found)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        line = self.found.where.line
        return self.path, line - 1 if line is not None else None, f"{self.found.suite}: {self.name}"


# -- ordinary tests -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def assert_complies(request: pytest.FixtureRequest) -> Callable[..., Marking]:
    """Return :func:`cspr_rules.assert_complies` with the waivers of the run; a test's name is what waivers call its case, if nothing else is said."""
    from cspr_rules.marking.complying import fail_for, held_against

    run, node = request.config.stash[_RUN], request.node

    def check(answer: Mapping[str, Any], case: Case | CaseFile | Mapping[str, Any], *, ruleset: Ruleset, as_of: date, name: str = "") -> Marking:
        __tracebackhide__ = True
        called = name or getattr(case, "title", None) or node.name
        held = held_against(answer, case, ruleset=ruleset, as_of=as_of, waivers=run.waivers, name=called)
        for mark, waiver in held.excused:
            if waiver is not None:
                run.used.add(waiver)
                run.excused_in_tests.append(f"{node.nodeid}: {mark.id}, until {waiver.until.isoformat()}: {waiver.reason}")
        fail_for(held)
        return held.marking

    return check


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failed assertion about marked answers what is wrong with them: pytest itself shows no more of a value than its `repr`."""
    report = yield
    marks = sys.modules.get("cspr_rules.marking.marks")
    if marks is not None and report.when == "call" and report.failed and call.excinfo is not None and call.excinfo.errisinstance(AssertionError):
        for name, value in call.excinfo.traceback[-1].frame.f_locals.items():
            if isinstance(value, marks.Marking) and not value.right:
                report.sections.append((f"{name}: answers that are not right", str(value)))
    return report


# -- waivers that are needed no more --------------------------------------------------------------------------------------------------------


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember that not all tests are run."""
    for item in items[:1]:
        item.config.stash[_RUN].whole = False


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for a waiver that has ended; if every test was run, also for one that excused nothing."""
    run = session.config.stash[_RUN]
    if run.waivers is None:
        return
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    run.whole = run.whole and not session.shouldstop and not session.shouldfail and not any("::" in each for each in session.config.args)
    if output is not None:  # one of several processes: the one that started them has to judge
        output[_FOR_CONTROLLER] = ([each.place for each in run.used], run.excused_in_tests, run.whole)
        return
    from cspr_rules.interchange.findings import of_waivers

    needed: Collection[Waiver] = run.used if run.whole else run.waivers.all
    run.spent = list(of_waivers(run.waivers.spent(needed), run.root))
    if run.spent and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what one of several processes (pytest-xdist) found."""
    run: _Run = node.config.stash[_RUN]
    places, excused, whole = getattr(node, "workeroutput", {}).get(_FOR_CONTROLLER, ((), [], False))
    if run.waivers is not None:
        run.used |= {each for each in run.waivers.all if each.place in places}
    run.excused_in_tests += excused
    run.whole = run.whole and whole


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what ordinary tests are excused from, and the waivers that are wrong."""
    run = config.stash[_RUN]
    if run.excused_in_tests:
        terminalreporter.section("excused by waivers (cspr-rules)")
        for line in sorted(run.excused_in_tests):
            terminalreporter.line(line)
    if run.spent:
        terminalreporter.section("waivers that fail (cspr-rules)")
        for each in run.spent:
            terminalreporter.line(f"{each.where}: {each.says}")
