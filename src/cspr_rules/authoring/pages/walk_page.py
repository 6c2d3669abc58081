"""A walk through the local guidance: every clause in order, in the library's words, with its rules and the examples that test them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cspr_rules.authoring.concordance import Library
from cspr_rules.authoring.coverage import ClauseRow, clauses, read_coverage, within
from cspr_rules.authoring.pages.links import Links
from cspr_rules.explain.english import anchor, capital, counted, escaped
from cspr_rules.model.sources import Provision, section_of

PAGE = "walk.md"


def walk_document(library: Library) -> str:
    """Return the walk through the guidance of every authority that has some."""
    return "\n".join(_lines(library)).rstrip() + "\n"


def _lines(library: Library) -> Iterator[str]:
    links = Links(PAGE, library)
    yield "# A walk through the local guidance"
    yield ""
    yield "[All rules](README.md)"
    yield ""
    yield (
        "Every clause in the order of the document, in this library's own words: what it says, how strongly, and what became of it. A clause that "
        "decides something links to its rules, and each rule to the examples that are run as its tests."
    )
    yield ""
    told: set[str] = set()
    for law in library.laws.values():
        found = {key: clause for key, clause in clauses(law.ruleset).items() if key not in told}
        told.update(found)
        by_instrument: dict[str, dict[str, Provision]] = {}
        for key, clause in found.items():
            by_instrument.setdefault(clause.instrument.id, {})[key] = clause
        titles = {entry.plain["id"]: entry.plain["sections"] for entry in law.built.pack.of("sources")}
        for instrument, own in by_instrument.items():
            # What became of a clause is an account that somebody keeps; a walk is made with as much of it as there is.
            rows = read_coverage(law.built, required=False).rows
            yield from _guidance(own, titles[instrument], rows, library, links)


def _guidance(
    found: Mapping[str, Provision], titles: Mapping[str, str], rows: Mapping[str, ClauseRow], library: Library, links: Links
) -> Iterator[str]:
    first = next(iter(found.values()))
    yield f"**{escaped(first.instrument.title)}**: {counted(len(found), 'clause')}."
    yield ""
    sections: dict[str, list[Provision]] = {}
    for clause in found.values():
        sections.setdefault(section_of(clause.pinpoint), []).append(clause)
    for name, own in sections.items():
        decided = sum(1 for clause in own if library.by_provision.get(clause.key))
        place = anchor(f"{first.instrument.id} {name}")
        yield f"- [{_heading(name, titles)}](#{place}): {counted(len(own), 'clause')}, {decided or 'none'} with rules"
    yield ""
    for name, own in sections.items():
        yield f'<a id="{anchor(f"{first.instrument.id} {name}")}"></a>'
        yield ""
        yield f"## {_heading(name, titles)}"
        yield ""
        yield "| Clause | What it says | Force | What became of it |"
        yield "|---|---|---|---|"
        for clause in own:
            number = clause.key.partition("/")[2]
            became = "<br>".join(_became(clause, rows.get(clause.key), library, links))
            yield f"| {links.provision(clause, escaped(number))} | {links.text(clause.summary)} | {clause.force.replace('_', ' ')} | {became} |"
        yield ""


def _heading(section: str, titles: Mapping[str, str]) -> str:
    return capital(escaped(section)) + (f": {escaped(titles[section])}" if section in titles else "")


def _became(clause: Provision, row: ClauseRow | None, library: Library, links: Links) -> Iterator[str]:
    """Yield what became of a clause: rules with their tests, the reason why there are none, and what is registered about it."""
    citing = list(library.by_provision.get(clause.key, ()))
    rules = [rule_id for rule_id in row.rules if rule_id in library.rules] if row else []
    for rule_id in dict.fromkeys((*rules, *citing)):
        yield f"{links.rule(rule_id)} ({links.examples(rule_id)})"
    for path, _ in library.paths.values():
        if clause.key in path.cites:
            yield f"in order: {links.path(path.id)}"
    if row and row.disposition != "rules":
        yield f"*{capital(row.disposition)}:* {links.text(row.because or '')}"
    elif row and row.because:
        yield links.text(row.because)
    if not rules and not citing and row is None:
        limbs = any(within(key, clause.key) for key in library.by_provision if key != clause.key)
        yield "see its parts below" if limbs else f"no rule rests on it ({clause.force.replace('_', ' ')})"
    if numbers := [entry.id for entry in library.discrepancies.values() if clause.key in entry.clauses]:
        yield f"registered: {links.entries(numbers, lead='')}"
