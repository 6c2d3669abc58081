"""Runs properties over more made-up cases and histories than a test run can wait for, and prints how many were tried.

    python -m tests.support.many questions --count 5000 --seed 1
    python -m tests.support.many histories --count 5000 --seed 1
    python -m tests.support.many records --count 2000 --seed 1
    python -m tests.support.many interviews --count 15
    python -m tests.support.many asked --count 24 --seed 1           each question of an interview still matters
    python -m tests.support.many interviewed --count 20 --seed 1     answers, steps back and saves in any order, beside the plain case
    python -m tests.support.many columns --count 10000 --seed 1      cases in columns against each by itself
    python -m tests.support.many spaces --count 20000 --seed 1       every cell of every condition; so many of them by themselves

It stops with an error at the first that does not hold. What was run last stands in `docs/decisions/0017-verdict.md`, `0035-a-fast-suite.md`
and, of columns, in `0020-columns.md`.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from cspr_rules import evaluate
from cspr_rules.casework.history import CaseHistory
from tests.casework import test_interview, test_undecided
from tests.explain import test_questions, test_why
from tests.interchange import test_deciding_again
from tests.support.compare_engines import LATE, maker
from tests.support.histories import histories
from tests.support.same_answers import columns, spaces


def questions(count: int, number: int) -> Counter[str]:
    """Hold the questions and the verdicts of made-up cases to what is asked of them."""
    chance, tried = random.Random(number), Counter[str]()  # noqa: S311 -- the same cases each time
    sources = [maker(profile) for profile in ("england", "bcp")]
    for place in range(count):
        source = sources[place % 2]
        record = evaluate(source.ruleset, source.case(chance), as_of=LATE)
        test_questions.sound(record)
        tried["cases"] += 1
        tried["known in part"] += bool(record.checked.partly)
        tried["with an open headline"] += any(each.state == "open" for each in record.verdicts)
    return tried


def undecided(count: int, number: int) -> Counter[str]:
    """Hold docket, calendar and audit of drawn histories to what is asked of them where a headline question is open."""
    tried = Counter[str]()
    holds = test_undecided.test_no_case_with_an_open_question_is_shown_as_empty_on_time_or_not_late.hypothesis.inner_test

    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def run(history: CaseHistory) -> None:
        holds(history)
        tried["histories"] += 1

    run()
    return tried


def records(count: int, number: int) -> Counter[str]:
    """Decide spoilt records again, and hold what is said of them to what was spoilt."""
    told = Counter[str]()
    for place in range(count):
        became = test_deciding_again.tried(number * 1_000_000 + place)
        assert became in {"refused", "altered", "changed", "same"}, became
        told[became] += 1
    return told


def interviews(count: int, number: int) -> Counter[str]:
    """Ask made-up cases what narrows most, and in order; the cases are the same for every seed."""
    best, in_order = test_why.interviews(count)
    assert sum(best) < sum(in_order)
    return Counter({"interviews": count, "questions asking what narrows most": sum(best), "questions asking in order": sum(in_order)})


def asked(count: int, number: int) -> Counter[str]:
    """Hold interviews in which every question has to be one that still matters."""
    chance, tried = random.Random(number), Counter[str]()  # noqa: S311 -- the same interviews each time
    for place in range(count):
        profile, skips = ("england", "bcp")[place % 2], (0.0, 0.3)[place // 2 % 2]
        tried["questions"] += test_interview.asked_well(profile, skips, chance)
        tried["interviews"] += 1
    return tried


def interviewed(count: int, number: int) -> Counter[str]:
    """Answer, skip, step back, save and go on in any order, each time beside the plain case."""
    drawn = settings(max_examples=count, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(seed(number)(test_interview.Interviewed), settings=drawn)
    return Counter({"runs of at most 25 steps": count})


RUNS: Final[Mapping[str, Callable[[int, int], Counter[str]]]] = {
    "questions": questions,
    "histories": undecided,
    "records": records,
    "interviews": interviews,
    "asked": asked,
    "interviewed": interviewed,
    "columns": columns,
    "spaces": spaces,
}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=list(RUNS))
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(dict(RUNS[options.what](options.count, options.seed)))


if __name__ == "__main__":
    main()
