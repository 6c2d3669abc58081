"""Words that say otherwise than the data beside them, or say again what belongs in data alone: numbers and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cspr_rules.authoring.linting.looked import Finding, Looked, positions
from cspr_rules.authoring.linting.periods import mentions, periods
from cspr_rules.errors import Path_
from cspr_rules.explain.english import listed
from cspr_rules.loading.building import build_deadline
from cspr_rules.loading.checking import tests_at
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Deadline, Rule

_ASKED: Final = ("act", "how")
"""Keys of a duty whose words say what is asked for."""


def numbers(looked: Looked) -> Iterator[Finding]:
    """Yield the lengths of time that stand in a rule's sentences: those that no clock counts, and in what is asked for those that one does."""
    for rule, entry in looked.rules():
        version = next(each for each in looked.ruleset.versions(rule.id) if each.window == rule.window)  # with what profiles add to it
        clocks = [clock for duty in version.duties for clock in duty.deadlines]
        numbered = list(dict.fromkeys(f"'{clock}'" for clock in clocks if clock.amount is not None))
        for path, words in _sentences(entry, rule):
            for period in periods(words):
                counted = any(period.measures(clock) for clock in clocks)
                if counted and path[0] == "then":
                    says = f"'{period.words}' stands in words beside the clock that counts it; the clock says it, and is the only one to change"
                    yield Finding("CR302", entry, path, says)
                elif not counted and (numbered or path[0] == "then"):  # without a clock, a title may tell what is tested
                    have = listed(numbered) or "no clock with a number"
                    yield Finding("CR302", entry, path, f"'{period.words}' stands in words, and the rule has {have}")


def _sentences(entry: PackFile, rule: Rule) -> Iterator[tuple[Path_, str]]:
    """Yield the title and the question of a rule, and what its duties ask for. Notes, readings and menus tell of sources and are left out."""
    yield ("title",), rule.title
    yield ("question",), rule.question
    for index in positions(entry):
        effect = entry.plain["then"][index]
        for key in _ASKED:
            if effect[key]:
                yield ("then", index, key), effect[key]
        for place, content in enumerate(effect["contents"]):
            yield ("then", index, "contents", place), content


def unlike_summary(looked: Looked) -> Iterator[Finding]:
    """Yield the clocks that count another time than the one that is said of the provision they cite."""
    for _, entry in looked.rules():
        for index in positions(entry):
            yield from _unlike(looked, entry, ("then", index), entry.plain["then"][index]["deadlines"])
    for entry in looked.entries("profile"):
        for index, addition in enumerate(entry.plain["duties"]):
            yield from _unlike(looked, entry, ("duties", index), addition["deadlines"])


def _unlike(looked: Looked, entry: PackFile, path: Path_, clocks: list[Mapping[str, Any]]) -> Iterator[Finding]:
    for place, plain in enumerate(clocks):
        clock = build_deadline(plain)
        if clock.amount is None or clock.reading:  # a reading says why it counts otherwise
            continue
        told = {key: list(periods(looked.ruleset.provisions[key].summary)) for key in clock.cites}
        told = {key: found for key, found in told.items() if found}
        if told and not any(period.measures(clock) for found in told.values() for period in found):
            by_words: dict[str, list[str]] = {}
            for key, found in told.items():
                by_words.setdefault(listed(dict.fromkeys(each.words for each in found)), []).append(key)
            said = "; ".join(f"{listed(keys)} {'is' if len(keys) == 1 else 'are'} said to give {words}" for words, keys in by_words.items())
            here = (*path, "deadlines", place, "within" if plain["within"] is not None else "at_least")
            yield Finding("CR303", entry, here, f"this clock counts {_length(clock)}, and {said}")


def _length(clock: Deadline) -> str:
    return str(clock._replace(anchor=None, before=False, least=False)).removeprefix("within ")


def names(looked: Looked) -> Iterator[Finding]:
    """Yield the sentences of rules and headlines that name the authority, a post or an address that a profile gives as data."""
    given, sources = _given(looked), _sources(looked)

    def named(entry: PackFile, path: Path_, words: str) -> Iterator[Finding]:
        for source in sources:  # a procedure may well be called after its authority
            words = words.replace(source, " ")
        for name, home in given.items():
            if mentions(words, name):
                yield Finding("CR304", entry, path, f"'{name}' stands in words; it is data, under {home} of the profile: name the role")
                return

    for rule, entry in looked.rules():
        for path, words in _clauses(entry, rule):
            yield from named(entry, path, words)
    for entry in looked.entries("profile"):
        for index, headline in enumerate(entry.plain["headlines"]):
            here: Path_ = ("headlines", index)
            told = [((*here, "asks"), headline["asks"]), ((*here, "yes"), headline["yes"])]
            told += [((*here, "otherwise", place, "says"), each["says"]) for place, each in enumerate(headline["otherwise"])]
            for path, words in told:
                yield from named(entry, path, words)


def _given(looked: Looked) -> dict[str, str]:
    """Return each name that a profile of an authority gives, with where it belongs, the longest first."""
    found: dict[str, str] = {}
    for entry in looked.built.profile_entries.values():
        if entry.plain["extends"] is None:  # it is nobody's in particular
            continue
        found.setdefault(entry.plain["authority"], "`authority`")
        found.setdefault(entry.plain["title"], "`title`")
        for role, each in entry.plain["roles"].items():
            for key in ("held_by", "contact"):
                if each[key]:
                    found[each[key]] = f"`{key}` of the role {role}"
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _sources(looked: Looked) -> list[str]:
    """Return what the sources are called, the longest first."""
    called = {name for each in looked.ruleset.provisions.values() for name in (each.instrument.short, each.instrument.title)}
    return sorted(called, key=lambda name: (-len(name), name))


def _clauses(entry: PackFile, rule: Rule) -> Iterator[tuple[Path_, str]]:
    yield from _sentences(entry, rule)
    for path, test in tests_at(rule.when, ("when",)):
        yield (*path, "says"), test.says
        if test.fails:
            yield (*path, "fails"), test.fails
