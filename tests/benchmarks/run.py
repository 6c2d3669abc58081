"""Measure how fast the library decides: `python tests/benchmarks/run.py`. `README.md` says what the figures mean."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from cspr_rules import Case, DecisionRecord, Ruleset, evaluate  # noqa: E402
from cspr_rules.engine.evaluating import outcomes  # noqa: E402
from tests.benchmarks import handwritten  # noqa: E402
from tests.benchmarks.cases import Ready, cases  # noqa: E402
from tests.benchmarks.cold_start import cold_start  # noqa: E402
from tests.benchmarks.handwritten_answers import LAW_DAY  # noqa: E402
from tests.benchmarks.measuring import Pass, Spread, ratio, rounds  # noqa: E402
from tests.benchmarks.tenfold import multiplied  # noqa: E402

HAND: Final = "written by hand: outcomes"
OUTCOMES: Final = "library: outcomes"
RECORD: Final = "library: whole record"
RECORD_LATER: Final = "library: whole record, after as many other cases"
RECORD_ASK: Final = "library: whole record and the questions"
RECORD_ASK_LATER: Final = "library: whole record and the questions, after other cases"
RECORD_DECISIONS: Final = "library: whole record and a decision for each rule"
CHECK: Final = "library: checking the facts of a case"
FROM_FACTS: Final = "library: outcomes from facts as written"
MANY_OUTCOMES: Final = "ten times the rules: outcomes"
MANY_RECORD: Final = "ten times the rules: whole record"
MANY_RECORD_ASK: Final = "ten times the rules: whole record and the questions"
ZEN: Final = "zen: "

OWED_AND_SAID: Final = attrgetter("decisions", "duties", "options", "paths", "notes")


def whole(record: DecisionRecord) -> None:
    """Work out a record: what is owed with its clocks, what is allowed, in what order, and what there is to say.

    Every rule's outcome with its citations was worked out when the record was made.
    """
    OWED_AND_SAID(record)


def decisions(record: DecisionRecord) -> None:
    """Put together the decision of each rule."""
    tuple(record.decisions.values())


def whys(record: DecisionRecord) -> None:
    """Explain every met rule."""
    for decision in record.decisions.values():
        if decision.outcome == "met":
            decision.why()


EXPLANATIONS: Final[dict[str, Callable[[DecisionRecord], object] | None]] = {
    "no explanation": None,
    "the questions": attrgetter("ask"),
    "why, of every met rule": whys,
    "the next question": DecisionRecord.next_question,
    "the near misses of one fact": DecisionRecord.near_misses,
}
FEW: Final = 40
"""How many cases explanations are asked of: some take thousands of times what a record takes."""


OTHERS: Final = 20240402
"""The seed of the cases that are decided before those that are timed."""


class Target(NamedTuple):
    """A quotient that is to stay below a limit."""

    title: str
    found: Spread
    limit: float

    @property
    def met(self) -> bool:
        """Whether it does."""
        return self.found.median <= self.limit


def again(work: Callable[[], None]) -> Pass:
    """Return a pass for which nothing has to be got ready."""
    return lambda: work


def record_work(ruleset: Ruleset, ready: Sequence[Ready], also: Callable[[DecisionRecord], object] | None = None) -> Callable[[], None]:
    """Return what makes the whole record of each case."""
    given = [(each.case, each.as_of) for each in ready]

    def work() -> None:
        for case, as_of in given:
            record = evaluate(ruleset, case, as_of=as_of, law_on=LAW_DAY)
            whole(record)
            if also:
                also(record)

    return work


def afresh(
    ruleset: Ruleset,
    times: int,
    ready: Sequence[Ready],
    before: Sequence[Ready],
    also: Callable[[DecisionRecord], object] | None = None,
) -> Pass:
    """Return a pass that makes the whole record of each case with rules that are made anew for it, so that nothing is remembered of these cases.

    Args:
        ruleset: The rules.
        times: How many times as many are wanted.
        ready: The cases.
        before: Other cases, which these rules decide first.
        also: What else is asked of each record.
    """

    def get_ready() -> Callable[[], None]:
        fresh = multiplied(ruleset, times)
        record_work(fresh, before, also)()
        return record_work(fresh, ready, also)

    return get_ready


def engine_passes(ruleset: Ruleset, many: Ruleset, ready: Sequence[Ready], others: Sequence[Ready]) -> dict[str, Pass]:
    """Return all that is timed on the same cases."""
    first = others[:20]  # code is generated once there is some use for it
    checked = [each.checked for each in ready]
    raw = [(each.case.facts, each.case.children) for each in ready]

    def hand() -> None:
        decide = handwritten.outcomes
        for each in checked:
            decide(each)

    def library(rules: Ruleset) -> Callable[[], None]:
        def work() -> None:
            for each in checked:
                outcomes(rules, each, LAW_DAY)

        return work

    def check() -> None:
        vocabulary = ruleset.vocabulary
        for facts, children in raw:
            Case(facts, children).check(vocabulary)

    def from_facts() -> None:
        for (facts, children), each in zip(raw, ready, strict=True):
            evaluate(ruleset, Case(facts, children), as_of=each.as_of, law_on=LAW_DAY)

    passes = {
        HAND: again(hand),
        OUTCOMES: again(library(ruleset)),
        RECORD: afresh(ruleset, 1, ready, first),
        RECORD_LATER: afresh(ruleset, 1, ready, others),
        RECORD_ASK: afresh(ruleset, 1, ready, first, attrgetter("ask")),
        RECORD_ASK_LATER: afresh(ruleset, 1, ready, others, attrgetter("ask")),
        RECORD_DECISIONS: afresh(ruleset, 1, ready, first, decisions),
        CHECK: again(check),
        FROM_FACTS: again(from_facts),
        MANY_OUTCOMES: again(library(many)),
        MANY_RECORD: afresh(ruleset, 10, ready, first),
        MANY_RECORD_ASK: afresh(ruleset, 10, ready, first, attrgetter("ask")),
    }
    return passes | zen_passes(ruleset, ready)


def zen_passes(ruleset: Ruleset, ready: Sequence[Ready]) -> dict[str, Pass]:
    """Return a pass for each way of asking zen-engine; none if it is not installed."""
    try:
        from tests.benchmarks.zen_rules import Context, ZenRules
    except ModuleNotFoundError:
        print("zen-engine is not installed: nothing is compared with it\n")
        return {}
    rules = ZenRules(ruleset, LAW_DAY)
    contexts = [rules.prepared(each.checked) for each in ready]

    def zen(ask: Callable[[Context], Any]) -> Callable[[], None]:
        def work() -> None:
            for context in contexts:
                ask(context)

        return work

    return {ZEN + way.title: again(zen(way.ask)) for way in rules.ways}


def targets(taken: dict[str, list[float]]) -> list[Target]:
    """Return the quotients that matter."""
    ways = [name for name in taken if name.startswith(ZEN)]
    return [
        Target("outcomes / written by hand", ratio(taken[OUTCOMES], taken[HAND]), 3),
        *(Target(f"outcomes / {way}", ratio(taken[OUTCOMES], taken[way]), 1 / 5) for way in ways),
        Target("whole record / written by hand", ratio(taken[RECORD], taken[HAND]), 10),
        Target("whole record, after other cases / written by hand", ratio(taken[RECORD_LATER], taken[HAND]), 10),
        Target("whole record and the questions / written by hand", ratio(taken[RECORD_ASK], taken[HAND]), 10),
        Target("whole record and questions, after others / written by hand", ratio(taken[RECORD_ASK_LATER], taken[HAND]), 10),
        Target("outcomes from facts as written / written by hand", ratio(taken[FROM_FACTS], taken[HAND]), 14),
        Target("ten times the rules: outcomes", ratio(taken[MANY_OUTCOMES], taken[OUTCOMES]), 8),
        Target("ten times the rules: whole record", ratio(taken[MANY_RECORD], taken[RECORD]), 8),
        Target("ten times the rules: whole record and the questions", ratio(taken[MANY_RECORD_ASK], taken[RECORD_ASK]), 8),
    ]


def shape(ruleset: Ruleset, ready: Sequence[Ready]) -> dict[str, float]:
    """Return how much there is to decide and to say in the cases, per case."""
    records = [evaluate(ruleset, each.case, as_of=each.as_of, law_on=LAW_DAY) for each in ready]
    answers = [decision.outcome for record in records for decision in record.decisions.values()]
    return {
        "rules": len(answers) / len(records),
        "met": answers.count("met") / len(records),
        "undetermined": answers.count("undetermined") / len(records),
        "duties": sum(len(record.duties) + len(record.options) for record in records) / len(records),
        "children": sum(len(each.checked.children) for each in ready) / len(ready),
    }


def main() -> int:
    """Run the benchmark; return 1 if a target is missed and that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's figure here")
    parser.add_argument("--python", type=Path, metavar="PATH", help="the Python of an environment with the wheel installed, for the cold start")
    parser.add_argument("--case", type=Path, default=Path(__file__).parent / "case.yaml", help="the case file for the cold start")
    parser.add_argument("--cold-start-only", action="store_true")
    parser.add_argument("--no-gc", action="store_true", help="turn the garbage collector off while a pass is timed")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a target is missed")
    options = parser.parse_args()

    found: list[Target] = []
    report: dict[str, Any] = {"python": platform.python_version(), "machine": platform.platform(), "day": date.today().isoformat()}
    if not options.cold_start_only:
        found += measure_engines(options, report)
    if options.python:
        found.append(measure_cold_start(options, report))
    else:
        print("Cold start: not measured; give --python, the Python of an environment in which the wheel is installed.\n")

    print(f"{'':62}{'quotient':>9}{'rounds from … to':>20}{'target':>9}")
    for each in found:
        spread = f"{each.found.lowest:.3g} … {each.found.highest:.3g}"
        print(f"{each.title:62}{each.found.median:9.3g}{spread:>20}{each.limit:9.3g}  {'met' if each.met else 'MISSED'}")
    report["targets"] = [{"title": each.title, "limit": each.limit, "met": each.met, **each.found._asdict()} for each in found]
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if options.strict and not all(each.met for each in found) else 0


def measure_engines(options: argparse.Namespace, report: dict[str, Any]) -> list[Target]:
    """Time the engines, print the times and return the quotients."""
    ruleset = handwritten.written_rules()
    many = multiplied(ruleset, 10)
    ready = cases(ruleset, options.cases)
    report |= {"zen": _zen_version(), "digest": ruleset.digest, "cases": options.cases, "rounds": options.rounds}
    for title, rules in (("bcp", ruleset), ("ten times the rules", many)):
        about = report.setdefault("shape", {})[title] = shape(rules, ready)
        print(
            f"{title}, {options.cases} cases, law of {LAW_DAY}; on average {about['children']:.2f} children, {about['rules']:.0f} rules of which "
            f"{about['met']:.1f} met and {about['undetermined']:.1f} undetermined, {about['duties']:.1f} duties and options"
        )
    passes = engine_passes(ruleset, many, ready, cases(ruleset, options.cases, seed=OTHERS))
    taken = rounds(passes, options.rounds, collecting=not options.no_gc)
    report["microseconds"] = {name: [seconds / options.cases * 1e6 for seconds in each] for name, each in taken.items()}
    print(f"\n{'microseconds of processor time a case':62}{'median':>9}{'rounds from … to':>20}{'× hand':>9}")
    for name, each in report["microseconds"].items():
        spread = Spread.of(each)
        between = f"{spread.lowest:.1f} … {spread.highest:.1f}"
        print(f"{name:62}{spread.median:9.2f}{between:>20}{ratio(taken[name], taken[HAND]).median:9.2f}")
    print()
    few = ready[:FEW]
    asked = rounds({name: again(record_work(ruleset, few, also)) for name, also in EXPLANATIONS.items()}, options.rounds)
    print(f"{'a whole record, and what it costs to ask it for':62}{'median':>9}{'rounds from … to':>20}")
    report["explanations"] = {name: [seconds / len(few) * 1e6 for seconds in each] for name, each in asked.items()}
    for name, each in report["explanations"].items():
        spread = Spread.of(each)
        between = f"{spread.lowest:.1f} … {spread.highest:.1f}"
        print(f"{name:62}{spread.median:9.1f}{between:>20}")
    print()
    return targets(taken)


def measure_cold_start(options: argparse.Namespace, report: dict[str, Any]) -> Target:
    """Time the first answer, print the times and return the quotient."""
    result = cold_start(options.python.absolute(), options.case.resolve())
    report["cold_start"] = {name: spread._asdict() for name, spread in result._asdict().items()}
    print(f"{'milliseconds from a cold start':62}{'median':>9}{'runs from … to':>20}")
    for name, spread in (("cspr-rules decide", result.decide), ("python -c 'import pydantic'", result.pydantic), ("python -c pass", result.bare)):
        between = f"{spread.lowest * 1e3:.0f} … {spread.highest * 1e3:.0f}"
        print(f"{name:62}{spread.median * 1e3:9.0f}{between:>20}")
    print(f"by processor time the quotient is {result.processor.median:.2f}\n")
    return Target("cold start: cspr-rules decide / import pydantic", result.elapsed, 2.5)


def _zen_version() -> str | None:
    try:
        return version("zen-engine")
    except ModuleNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
