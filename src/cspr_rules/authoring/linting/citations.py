"""Citations that end before what rests on them does, and editions that are named one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cspr_rules.authoring.linting.looked import Finding, Looked, Mend, positions
from cspr_rules.errors import Path_
from cspr_rules.loading.checking import tests_at, uncovered
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Condition, Rule
from cspr_rules.model.sources import Provision, Window, in_words


def out_of_force(looked: Looked) -> Iterator[Finding]:
    """Yield the tests, duties and clocks whose citations have ended while the rule goes on, and the clocks of a profile that never run."""
    for rule, entry in looked.rules():
        conditions: list[tuple[Path_, Condition]] = [(("when",), rule.when)]
        for index, duty in zip(positions(entry), rule.duties, strict=True):
            here: Path_ = ("then", index)
            yield from _ended(looked, rule, entry, (*here, "cites"), duty.cites, duty.id)
            every = [key for clock in duty.deadlines for key in clock.cites]
            yield from _ended(looked, rule, entry, (*here, "deadlines"), every, f"every clock of {duty.id}")
            conditions += [((*here, "counts_if"), duty.counts_if)] if duty.counts_if else []
        for path, condition in conditions:
            for place, test in tests_at(condition, path):
                yield from _ended(looked, rule, entry, (*place, "cites"), test.cites, f"'{test.says}'")
    yield from _additions(looked)


def _ended(looked: Looked, rule: Rule, entry: PackFile, path: Path_, keys: Sequence[str], what: str) -> Iterator[Finding]:
    windows = [looked.ruleset.provisions[key].window for key in keys]
    # What begins later than the rule may explain it: only what ends before the rule does has been left behind.
    since = max([rule.window.start, min([window.start for window in windows], default=date.max)])
    if windows and since in rule.window and (day := uncovered(Window(since, rule.window.until), windows)):
        yield Finding("CR501", entry, path, f"nothing that {what} cites is in force from {in_words(day)}, while the rule is: {_listed(keys)}")


def _additions(looked: Looked) -> Iterator[Finding]:
    for entry in looked.entries("profile"):
        for index, addition in enumerate(entry.plain["duties"]):
            owing = [rule.window for rule, _ in looked.built.rule_entries if any(duty.id == addition["duty"] for duty in rule.duties)]
            for number, clock in enumerate(addition["deadlines"]):
                cited = [looked.ruleset.provisions[key].window for key in clock["cites"]]
                if all(not mine.overlaps(theirs) for mine in cited for theirs in owing):
                    says = f"nothing that this clock cites is in force while {addition['duty']} is owed: {_listed(clock['cites'])}"
                    yield Finding("CR501", entry, ("duties", index, "deadlines", number, "cites"), says)
                elif cited and all(window.until is not None for window in cited) and any(window.until is None for window in owing):
                    day = max(window.until for window in cited if window.until is not None)
                    says = f"this clock ends with what it cites, after {in_words(day)}, and {addition['duty']} goes on: {_listed(clock['cites'])}"
                    yield Finding("CR501", entry, ("duties", index, "deadlines", number, "cites"), says)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(keys))


# -- editions --------------------------------------------------------------------------------------------------------------------------


def by_hand(looked: Looked) -> Iterator[Finding]:
    """Yield the places that name an edition of a guidance by hand and leave out another that says the same, or that one name could stand for."""
    for entry in looked.entries("rules", "profile", "paths", "stages", "vocabulary"):
        window = next((rule.window for rule, own in looked.built.rule_entries if own is entry), None)
        for path, written in cited_in(entry):
            for run in runs(looked, written):
                yield from _one_name(looked, entry, path, run, window, written)


def cited_in(entry: PackFile) -> Iterator[tuple[Path_, list[str]]]:
    """Yield every list of citations as it is written in a file, with its path."""
    waiting: list[tuple[Path_, object]] = [((), entry.document.value if entry.document else None)]
    while waiting:
        path, here = waiting.pop()
        if isinstance(here, dict):
            for key, value in here.items():
                if key == "cites" and isinstance(value, str | list):
                    yield (*path, key), [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)]
                else:
                    waiting.append(((*path, key), value))
        elif isinstance(here, list):
            waiting += [((*path, index), each) for index, each in enumerate(here)]


def runs(looked: Looked, written: Sequence[str]) -> Iterator[tuple[int, list[Provision]]]:
    """Yield each stretch of citations, one after another, of one provision in several editions or in one, with the place of its first."""
    found: list[tuple[int, list[Provision]]] = []
    for place, key in enumerate(written):
        provision = looked.ruleset.provisions.get(key)
        if provision is None or provision.edition_key is None:
            continue
        if found and found[-1][1][-1].edition_key == provision.edition_key and found[-1][0] + len(found[-1][1]) == place:
            found[-1][1].append(provision)
        else:
            found.append((place, [provision]))
    return iter(found)


def standing_for(looked: Looked, name: str, window: Window | None) -> list[Provision]:
    """Return the provisions that the name for all editions stands for, earliest first: in a rule, those that apply at some time while it does."""
    every = sorted((each for each in looked.ruleset.provisions.values() if each.edition_key == name), key=lambda each: each.window.start)
    return [each for each in every if window is None or each.window.overlaps(window)]


def _one_name(
    looked: Looked, entry: PackFile, path: Path_, run: tuple[int, list[Provision]], window: Window | None, written: Sequence[str]
) -> Iterator[Finding]:
    first, named = run
    name = str(named[0].edition_key)
    standing = standing_for(looked, name, window)
    keys = ", ".join(each.key for each in named)
    here = (*path, first) if isinstance(_at(entry, path), list) else path
    if named == standing:
        mend = Mend(path, first, tuple(each.key for each in named), name)
        yield Finding("CR502", entry, here, f"{keys}: edition named by hand; {name} stands for the same, and for the next edition too", mend)
        return
    left_out = [each for each in standing if _carries_on(each, named) and each.key not in written and name not in written]
    if left_out:
        others = ", ".join(each.key for each in left_out)
        yield Finding("CR502", entry, here, f"{keys}: edition named by hand, and {others}, which carries its words on, is left out; cite {name}")


def _carries_on(provision: Provision, earlier: Sequence[Provision]) -> bool:
    """Return whether a provision's words are taken to be those of some earlier edition, by way of others between them or not."""
    before = provision.carried_from
    return before is not None and (before in earlier or _carries_on(before, earlier))


def _at(entry: PackFile, path: Path_) -> object:
    here: object = entry.document.value if entry.document else None
    for step in path:
        here = here[step]  # type: ignore[index] # it was walked there
    return here
