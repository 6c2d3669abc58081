"""How many changes to the rules are noticed, by what, and which are not: with a case that would notice each, where one is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cspr_rules.authoring.mutating.changes import LOGIC, Mutant
from cspr_rules.authoring.mutating.judging import EQUAL, Judge, ruleset_of
from cspr_rules.authoring.mutating.known_answers import KnownAnswers, read_known
from cspr_rules.authoring.mutating.telling import telling
from cspr_rules.authoring.vectors.candidates import as_written
from cspr_rules.authoring.vectors.making import RuleVectors
from cspr_rules.bulk.processes import in_processes
from cspr_rules.engine.law import law_of
from cspr_rules.errors import Fault, QuestionError, RulesError, did_you_mean
from cspr_rules.loading.packs import Pack
from cspr_rules.loading.rulesets import check_folder, check_profile

CASES = "cases"


class Asked(NamedTuple):
    """What is to be changed, and what is asked about it.

    Attributes:
        profile: A profile that ships, or the folder of one.
        cases: A folder of case files, or a file of vectors; ``None`` to ask the loader and the examples alone.
        kinds: The kinds of change to make.
        rule: The id of the one rule to change; every rule of the profile's own, and what else it says, by default.
    """

    profile: str | Path
    cases: Path | None
    kinds: frozenset[str]
    rule: str | None


class Survivor(NamedTuple):
    """A change that goes unnoticed.

    Attributes:
        name: What it is.
        place: Where it is made.
        facts: The fewest facts found on which the changed rule comes to something else; ``None`` if there are none, or no search knows how.
        outcomes: What the rule comes to on them: as it is, and changed.
    """

    name: str
    place: str
    facts: Mapping[str, Any] | None
    outcomes: tuple[str, str] | None


@lru_cache(maxsize=1)
def judge_of(profile: str | Path, cases: Path | None) -> Judge:
    """Return a profile ready to be compared with changed ones; each process reads it once.

    Raises:
        CaseError: The cases cannot be read.
        QuestionError: There is no such profile.
        RulesError: It has faults.
    """
    built = check_profile(profile)
    if built.ruleset is None or built.pack.faults:
        raise RulesError(built.pack.faults)
    inherited = [_below(built.pack, name) for name in built.pack.profiles[:-1]]
    rulesets = {each.pack.profiles[-1]: ruleset_of(each) for each in (*inherited, built)}
    witnesses = [KnownAnswers(read_known(cases), rulesets).witness(CASES)] if cases else []
    return Judge(built, inherited, witnesses)


def _below(pack: Pack, name: str) -> Any:
    assert pack.rules_dir is not None  # noqa: S101 -- read from folders
    return check_folder(name, pack.rules_dir)


def changes(judge: Judge, asked: Asked) -> Sequence[Mutant]:
    """Return the changes among which to choose: those to the one rule that is asked for, or every one."""
    return judge.mutants if asked.rule is None else judge.changes_to(asked.rule)


def chosen(judge: Judge, asked: Asked) -> list[int]:
    """Return the places, among the :func:`changes`, of those to make: those to the profile's own files.

    Raises:
        QuestionError: There is no such rule in the profile.
    """
    entries = judge.built.pack.entries
    profiles = judge.built.pack.profiles  # what stands in no profile's folder is the first one's
    rules = {rule.id for rule, _ in judge.built.rule_entries}
    if asked.rule is not None and asked.rule not in rules:
        raise QuestionError([Fault("--rule", f"there is no rule called '{asked.rule}'{did_you_mean(asked.rule, rules)}")])

    def concerned(mutant: Mutant) -> bool:
        return asked.rule is not None or (entries[mutant.entry].profile or profiles[0]) == profiles[-1]

    return [place for place, mutant in enumerate(changes(judge, asked)) if mutant.kind in asked.kinds and concerned(mutant)]


@lru_cache(maxsize=1)
def _made(asked: Asked) -> Sequence[Mutant]:
    return changes(judge_of(asked.profile, asked.cases), asked)


def noticed(asked: Asked, place: int) -> tuple[int, str | None]:
    """Return a change's place with what notices it."""
    judge = judge_of(asked.profile, asked.cases)
    return place, judge.noticed_by(_made(asked)[place])


def results(judged: Callable[[int], tuple[int, str | None]], places: Sequence[int], workers: int) -> Iterator[tuple[int, str | None]]:
    """Yield each change's place with what notices it, in order.

    Args:
        judged: Judges one change; it is sent to the workers.
        places: The changes.
        workers: How many processes judge at once.
    """
    if workers < 2 or len(places) < 100:
        yield from map(judged, places)
        return
    yield from in_processes(judged, places, workers, at_once=25)


def survivor(judge: Judge, mutant: Mutant) -> Survivor:
    """Return a change that goes unnoticed, with the fewest facts that would tell it, where it is one to a rule's condition."""
    bare = Survivor(mutant.name, mutant.place, None, None)
    changed = judge.changed(mutant) if mutant.kind in LOGIC else None
    if changed is None or changed.rule is None:
        return bare
    before = next(rule for rule in judge.ruleset.rules if rule.file == changed.entry.file)
    made = RuleVectors(judge.ruleset, before)
    after = law_of(changed.ruleset, made.today).source(before.id).exact
    facts = telling(made.form, after, made.row, made.today)
    row = made.row(facts) if facts is not None else None
    if facts is None or row is None:
        return bare
    return bare._replace(facts=as_written(facts), outcomes=(made.outcome(made.form, row), made.outcome(after, row)))


def table(found: Mapping[int, str | None], every: Sequence[Mutant], noticing: Sequence[str]) -> str:
    """Return what noticed how many changes of each kind; of those that an answer can show, what share is noticed."""
    counts: dict[str, Counter[str | None]] = {}
    for place, by in found.items():
        counts.setdefault(every[place].kind, Counter())[by] += 1
    whole, logic = sum(counts.values(), Counter()), sum((counts[kind] for kind in LOGIC & counts.keys()), Counter())
    rows = [*sorted(counts.items()), ("all kinds", whole), ("changes to conditions", logic)]
    told = [*noticing, EQUAL] if whole[EQUAL] else noticing
    head = f"{'':26}{'made':>7}" + "".join(f"{by:>14}" for by in told) + f"{'unnoticed':>11}{'noticed':>10}"
    return "\n".join([head, *(_row(kind, count, told) for kind, count in rows if count)])


def _row(kind: str, count: Counter[str | None], noticing: Sequence[str]) -> str:
    made = count.total()
    showing = made - count[EQUAL]
    noticed_by = "".join(f"{count[by]:>14}" for by in noticing)
    share = f"{1 - count[None] / showing:.2%}" if showing else "-"
    return f"{kind:26}{made:>7}{noticed_by}{count[None]:>11}{share:>10}"
