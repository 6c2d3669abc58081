"""Compares the built-in engine with durable_rules, and prints what it compared as JSON. Stops with an error where they differ.

It is a program of its own, so that a crash in C code is a result and not the end of the test run; `test_durable.py` starts it. By hand, for as
long as you like:

    python tests/support/compare_engines.py generated --count 200000 --seed 7
    python tests/support/compare_engines.py histories --count 5000 --seed 7
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import resource
import sys
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from cspr_rules import Case, CaseError, DecisionRecord, Event, LiveCase, Ruleset, case_from, evaluate, load_ruleset, read_file  # noqa: E402
from cspr_rules.authoring.examples import decide_example  # noqa: E402
from cspr_rules.engine import durable  # noqa: E402
from cspr_rules.model.rules import Rule, Test, tests_in  # noqa: E402
from cspr_rules.model.values import DAY_NOT_KNOWN  # noqa: E402
from cspr_rules.model.vocabulary import Fact, representatives  # noqa: E402
from tests.support.possible import possible  # noqa: E402

CASES = ROOT / "docs" / "cases"
LATE = date(2031, 1, 1)
MOST_ENTRIES = 24


# -- making cases up -------------------------------------------------------------------------------------------------------------------


class Maker:
    """Makes up cases for one ruleset that are sound, and mostly about something."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        by_id = ruleset.vocabulary.by_id
        tests: dict[str, list[Test]] = {name: [] for name in by_id}
        self.facts_of: dict[str, list[str]] = {}
        for rule in ruleset.rules:
            for test in self._tests(rule):
                tests[test.fact].append(test)
                self.facts_of.setdefault(rule.id, []).append(test.fact)
            for duty in rule.duties:
                dates = (duty.done_by, *(deadline.anchor for deadline in duty.deadlines))
                self.facts_of[rule.id] += [each for each in dates if each in by_id]
        self.values = {name: self._values(by_id[name], tests[name]) for name in by_id}

    def _tests(self, rule: Rule) -> Iterator[Test]:
        for part in tests_in(rule.when):
            if isinstance(part, Test):
                yield part
            else:
                yield from (each for version in self.ruleset.versions(part.rule) for each in self._tests(version))

    @staticmethod
    def _values(fact: Fact, tests: list[Test]) -> list[Any]:
        """Return a value on each side of every line that a test draws, and on it; and numbers and days known within bounds."""
        if fact.type == "number":
            low, high = fact.at_least or 0, fact.at_most if fact.at_most is not None else 120
            near = {test.value + step for test in tests for step in (-1, 0, 1)} | {low, high}
            sides = sorted(value for value in near if low <= value <= high)
            return [*sides, *(f"{value} or over" for value in sides if value > low), *(f"under {value}" for value in sides if value > low + 1)]
        if fact.type == "date":
            near = {test.value + timedelta(days=step) for test in tests if test.comparison != "recorded" for step in (-1, 0, 1)}
            return [
                "not_yet",
                DAY_NOT_KNOWN,
                "2024-02",
                "2026-05",
                *sorted(near | {date(2019, 1, 31), date(2024, 2, 29), date(2024, 3, 28), date(2026, 5, 1)}),
            ]
        return representatives(fact, tests)

    def case(self, rng: random.Random, *, full: bool = False) -> Case:
        """Return a case that can be so.

        Args:
            rng: The dice.
            full: Whether much is known, of more children: fewer rules then know no more than in the case before.
        """
        by_id = self.ruleset.vocabulary.by_id
        share, noise = (0.5 + rng.random() / 2, rng.choice((0.2, 0.5, 0.8))) if full else (1 - rng.random() ** 2, rng.choice((0, 0.1, 0.3, 0.6)))
        most = 8 if full else 4
        topics = {fact for rule in rng.sample(sorted(self.facts_of), k=rng.randint(most // 4, most)) for fact in self.facts_of[rule]}
        facts: dict[str, Any] = {}
        children: list[dict[str, Any]] = [{} for _ in range(rng.choice((0, 1, 2, 3, 4) if full else (0, 0, 1, 2, 3)))]
        for name, fact in by_id.items():
            for home in children if fact.scope == "child" and children else (facts,):
                if rng.random() < (share if name in topics else noise):
                    home[name] = rng.choice(self.values[name])
        if rng.random() < 0.7:
            facts["incident.occurred_on"] = date(2015, 1, 1) + timedelta(days=rng.randrange(4_300))
        return possible(Case(facts, children), self.ruleset.vocabulary)


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- the same seed has to make the same cases


@cache
def maker(profile: str) -> Maker:
    return Maker(load_ruleset(profile))


def made_up(rng: random.Random, *, full: bool = False) -> tuple[Ruleset, Case]:
    chosen = maker(rng.choice(("england", "bcp", "bcp")))
    return chosen.ruleset, chosen.case(rng, full=full)


def told(record: DecisionRecord) -> Counter[str]:
    """Return how often each outcome was given."""
    return Counter(finding.outcome for _, _, finding in record.findings())


def same(*records: DecisionRecord, whole: bool) -> bool:
    """Say whether records give the same outcomes and duties; or, which takes much longer, are the same to the last byte."""
    if whole:
        return len({record.to_json() for record in records}) == 1
    found = []
    for record in records:
        outcomes = [(child, finding.rule_id, finding.outcome) for child, _, finding in record.findings()]
        found.append((outcomes, [(duty.id, duty.children, duty.status, duty.plan_for) for duty in record.duties]))
    return all(each == found[0] for each in found)


# -- what is compared ------------------------------------------------------------------------------------------------------------------


def shipped(options: argparse.Namespace) -> dict[str, Any]:
    """Every example of every rule, and every worked case."""
    compared, outcomes = Counter[str](), Counter[str]()
    for profile in ("england", "bcp"):
        ruleset = load_ruleset(profile)
        for rule in ruleset.rules:
            for example in rule.examples:
                usual = decide_example(ruleset, rule, example)
                record = evaluate(ruleset, usual.case, as_of=usual.as_of, law_on=usual.law_on, engine="both")
                assert record.decisions[rule.id].outcome == example.expect["outcome"], (rule.id, example.name)
                compared["examples"] += 1
                outcomes += told(record)
    for path in sorted(CASES.glob("*.yaml")):
        file = case_from(read_file(path))
        for profile in ("england", "bcp"):
            ruleset = load_ruleset(profile)
            try:
                file.case.check(ruleset.vocabulary)
            except CaseError:
                continue  # it uses facts of the local vocabulary
            record = evaluate(ruleset, file.case, as_of=LATE, engine="both")
            assert same(record, evaluate(ruleset, file.case, as_of=LATE), whole=compared["cases"] % 8 == 0), path.name
            compared["cases"] += 1
            outcomes += told(record)
    return {"compared": compared, "outcomes": outcomes}


def generated(options: argparse.Namespace) -> dict[str, Any]:
    """Made-up cases, each under the law of its own day. What they are worth is how many rules they ask on facts on which they were not asked yet."""
    rng, outcomes, children, days = dice(options.seed), Counter[str](), 0, set()
    different: set[tuple[object, ...]] = set()
    for number in range(options.count):
        ruleset, case = made_up(rng, full=True)
        record = evaluate(ruleset, case, as_of=LATE, engine="both")
        for _, row, finding in record.findings():
            outcomes[finding.outcome] += 1
            different.add((finding.rule_id, finding.source.rule.window, *[row[slot] for slot in finding.source.reading_order]))
        children += len(record.checked.children)
        days.add(record.law_on)
        if number % 100 == 0:
            assert same(record, evaluate(ruleset, case, as_of=LATE), whole=True), case
    compared = {"generated": options.count, "children": children, "days of law": len(days), "different findings": len(different)}
    return {"compared": compared, "outcomes": outcomes}


def histories(options: argparse.Namespace) -> dict[str, Any]:
    """Made-up histories: facts told, corrected and withdrawn as days pass; two live cases, one for each engine, have to tell the same story."""
    rng, counts, kinds = dice(options.seed), Counter[str](), Counter[str]()
    for number in range(options.count):
        ruleset, case = made_up(rng)
        live = [LiveCase(ruleset, as_of=date(2026, 5, 2)), LiveCase(ruleset, as_of=date(2026, 5, 2), engine="durable")]
        for step in history(rng, maker(ruleset.profile.id), case):
            story = [act(each, step) for each in live]
            assert story[0] == story[1], f"history {number}, step {step[0]}: {story}"
            counts["steps"] += 1
            counts["refused"] += isinstance(story[0], str)
            kinds.update(event[1] for event in story[0] if not isinstance(event, str))
        assert same(live[0].record, live[1].record, evaluate(ruleset, live[0].case, as_of=live[0].as_of), whole=number % 20 == 0), f"history {number}"
    return {"compared": {"histories": options.count, **counts}, "events": kinds}


Step = tuple[str, int, str, Any, int | None]


def history(rng: random.Random, source: Maker, case: Case) -> list[Step]:
    """Return a case as steps in random order, with days between them and second thoughts."""
    entries: list[tuple[str, Any, int | None]] = [(fact, value, None) for fact, value in case.facts.items()]
    entries += [(fact, value, number) for number, child in enumerate(case.children, start=1) for fact, value in child.items()]
    rng.shuffle(entries)
    del entries[MOST_ENTRIES:]
    steps: list[Step] = []
    for fact, value, child in entries:
        steps.append(("tell", rng.choice((0, 0, 0, 1, 3, 10)), fact, value, child))
        if rng.random() < 0.15:
            steps.append(("tick", rng.randint(1, 30), "", None, None))
        if rng.random() < 0.25:
            action = rng.choice(("correct", "correct", "withdraw", "tell"))
            again, _, whose = rng.choice(entries)
            steps.append((action, rng.choice((0, 1)), again, rng.choice(source.values[again]), whose))
    return steps


def act(live: LiveCase, step: Step) -> Any:
    """Take a step; return what followed, or that it was refused."""
    action, days, fact, value, child = step
    day = live.as_of + timedelta(days=days)
    try:
        match action:
            case "tell":
                events = live.tell(day, fact, value, child)
            case "correct":
                events = live.correct(day, fact, value, child)
            case "withdraw":
                events = live.withdraw(day, fact, child)
            case _:
                events = live.tick(day)
    except CaseError as error:
        return str(error)
    return [plain(event) for event in events]


def plain(event: Event) -> tuple[Any, ...]:
    return (event.on, event.kind, event.rule_id, event.child, event.duty and event.duty.id, event.clock and (event.clock.rule, event.clock.due_on))


# -- what is left behind ---------------------------------------------------------------------------------------------------------------


def held() -> float:
    """Return the memory this process holds, in MB: at this moment where the system says so, otherwise the most so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def sequence(options: argparse.Namespace) -> dict[str, Any]:
    """Cases one after the other in one process: nothing of one is known in the next, and memory stays as it is.

    The same few cases are used again and again, so that what the library remembers on purpose is remembered early.
    """
    rng = dice(options.seed)
    cases = [made_up(rng) for _ in range(60)]
    empty, ruleset = Case(), load_ruleset("bcp")
    blank = told(evaluate(ruleset, empty, as_of=LATE))

    def run(count: int) -> None:
        for number in range(count):
            each, case = cases[number % len(cases)]
            evaluate(each, case, as_of=LATE, engine="both")
            if number % 10 == 0:
                assert told(evaluate(ruleset, empty, as_of=LATE, engine="durable")) == blank

    tracemalloc.start()
    run(7 * len(cases))  # after five rounds, what Python holds stays within half a kilobyte
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0]
    run(options.count // 5)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()  # it takes most of the time; what C code holds it does not see
    before = held()
    run(options.count)
    gc.collect()
    return {"compared": {"in sequence": options.count}, "python_kb": [traced / 1e3, after / 1e3], "held_mb": [before, held()]}


def together(options: argparse.Namespace) -> dict[str, Any]:
    """Live cases all at once, told in turn: each knows what it was told and nothing else."""
    rng = dice(options.seed)
    made = [(ruleset, history(rng, maker(ruleset.profile.id), case)) for ruleset, case in (made_up(rng) for _ in range(options.count))]
    taken, after = 0, []
    for _ in range(3):
        live = [LiveCase(ruleset, as_of=date(2026, 5, 2), engine="durable") for ruleset, _ in made]
        for turn in range(max(len(steps) for _, steps in made)):
            for each, (_, steps) in zip(live, made, strict=True):
                if turn < len(steps):
                    act(each, steps[turn])
                    taken += 1
        for number, each in enumerate(live):
            assert same(each.record, evaluate(each.ruleset, each.case, as_of=each.as_of), whole=number % 20 == 0)
        del live, each
        gc.collect()
        after.append(held())
    return {"compared": {"live at once": options.count, "rounds": len(after), "steps": taken}, "held_mb": after}


def threads(options: argparse.Namespace) -> dict[str, Any]:
    """Threads that race for the first use, and a forked process that goes on with what it inherited."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(8)

    def work(seed: int) -> None:
        rng = dice(seed)
        try:
            cases = [made_up(rng) for _ in range(options.count)]
            barrier.wait()
            for ruleset, case in cases:
                evaluate(ruleset, case, as_of=LATE, engine="both")
        except BaseException as error:  # reported by the main thread
            failures.append(error)

    made_up(dice(0))
    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    names = sorted(thread.name for thread in threading.enumerate())
    assert names == ["MainThread"], names  # the engine's own timer threads are never started
    forked = None
    if hasattr(os, "fork"):
        child = os.fork()
        if not child:
            generated(argparse.Namespace(seed=3, count=50))
            os._exit(0)
        forked = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert forked == 0
    generated(argparse.Namespace(seed=3, count=50))
    return {"compared": {"threads": 8, "cases each": options.count}, "forked": forked}


PARTS = {part.__name__: part for part in (shipped, generated, histories, sequence, together, threads)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("part", choices=PARTS, help="what to compare")
    parser.add_argument("--count", type=int, default=100, help="how many cases, histories or live cases")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same cases")
    parser.add_argument("--tight", action="store_true", help="share the rules out over many small durable rulesets")
    options = parser.parse_args()
    gc.set_threshold(20_000)  # a record is thousands of values: with Python's own 700, a tenth of the time goes into looking for garbage
    if options.tight:
        durable.MOST_TOKENS, durable.MOST_USES, durable.MOST_TERMS = 24, 6, 20  # type: ignore[misc]
    report = PARTS[options.part](options)
    networks = [each for each in gc.get_objects() if isinstance(each, durable._Network)]
    report["durable_rulesets"] = [len(networks), max(len(network.blocks) for network in networks)]
    print(json.dumps({"part": options.part, "seed": options.seed, "cpu_seconds": round(time.process_time(), 1), **report}))


if __name__ == "__main__":
    main()
