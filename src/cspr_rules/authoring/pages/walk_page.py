"""A walk through the local guidance: every clause in order, in the library's words, with its rules and the examples that test them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cspr_rules.authoring.concordance import Library
from cspr_rules.authoring.coverage import ClauseRow, clauses, read_coverage, within
from cspr_rules.authoring.pages.links import Links
from cspr_rules.explain.english import anchor, capital, counted
from cspr_rules.model.sources import Provision, section_of
from cspr_rules.reports.document import Heading, Item, Paragraph, Piece, Span, Stack, Table, Words, parts

PAGE = "walk.md"


def walk_document(library: Library) -> Iterator[Piece]:
    """Yield the walk through the guidance of every authority that has some."""
    links = Links(PAGE, library)
    yield Heading(1, "A walk through the local guidance")
    yield links.home()
    yield Paragraph(
        "Every clause in the order of the document, in this library's own words: what it says, how strongly, and what became of it. A clause that "
        "decides something links to its rules, and each rule to the examples that are run as its tests."
    )
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
) -> Iterator[Piece]:
    first = next(iter(found.values()))
    yield Paragraph((Span(first.instrument.title, "strong"), f": {counted(len(found), 'clause')}."))
    sections: dict[str, list[Provision]] = {}
    for clause in found.values():
        sections.setdefault(section_of(clause.pinpoint), []).append(clause)
    for name, own in sections.items():
        decided = sum(1 for clause in own if library.by_provision.get(clause.key))
        place = anchor(f"{first.instrument.id} {name}")
        yield Item((Span(_heading(name, titles), to=f"#{place}"), f": {counted(len(own), 'clause')}, {decided or 'none'} with rules"))
    for name, own in sections.items():
        yield Heading(2, (Span(_heading(name, titles), key=anchor(f"{first.instrument.id} {name}")),))
        yield Table("", ("Clause", "What it says", "Force", "What became of it"), tuple(_row(each, rows, library, links) for each in own))


def _row(clause: Provision, rows: Mapping[str, ClauseRow], library: Library, links: Links) -> tuple[Words | Stack, ...]:
    became = Stack(tuple(map(Paragraph, _became(clause, rows.get(clause.key), library, links))))
    return (links.provision(clause, clause.key.partition("/")[2]),), links.text(clause.summary), clause.force.replace("_", " "), became


def _heading(section: str, titles: Mapping[str, str]) -> str:
    return capital(section) + (f": {titles[section]}" if section in titles else "")


def _became(clause: Provision, row: ClauseRow | None, library: Library, links: Links) -> Iterator[Words]:
    """Yield what became of a clause: rules with their tests, the reason why there are none, and what is registered about it."""
    citing = list(library.by_provision.get(clause.key, ()))
    rules = [rule_id for rule_id in row.rules if rule_id in library.rules] if row else []
    for rule_id in dict.fromkeys((*rules, *citing)):
        yield links.rule(rule_id), " (", links.examples(rule_id), ")"
    for path, _ in library.paths.values():
        if clause.key in path.cites:
            yield "in order: ", links.path(path.id)
    if row and row.disposition != "rules":
        yield Span(f"{capital(row.disposition)}:", "quiet"), " ", *parts(links.text(row.because or ""))
    elif row and row.because:
        yield links.text(row.because)
    if not rules and not citing and row is None:
        limbs = any(within(key, clause.key) for key in library.by_provision if key != clause.key)
        yield "see its parts below" if limbs else f"no rule rests on it ({clause.force.replace('_', ' ')})"
    if numbers := [entry.id for entry in library.discrepancies.values() if clause.key in entry.clauses]:
        yield "registered: ", *parts(links.entries(numbers, lead=""))
