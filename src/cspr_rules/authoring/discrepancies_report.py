"""The register of discrepancies as a document, for the people who own the guidance to work through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cspr_rules.authoring.discrepancies import Registered, touched
from cspr_rules.explain.english import capital
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.reports.document import Cell, Heading, Paragraph, Piece, Span, Terms, Words

UNREFERENCED: Final = "no rule carries it"


def register_sheet(ruleset: Ruleset, found: Sequence[Registered]) -> Iterator[Piece]:
    """Yield entries part by part, each with what the sources say, what is done about it, and which rules carry it."""
    yield Heading(1, "Discrepancies")
    carried = sum(bool(each.carriers) for each in found)
    total = len(ruleset.discrepancies)
    shown = f"{len(found)} discrepancies" if len(found) == total else f"{len(found)} of {total} discrepancies"
    yield Paragraph(f"{ruleset.profile.title}: {shown}; rules carry {carried} of them")
    part = None
    for each in found:
        if each.part != part:
            part = each.part
            yield Heading(2, capital(part))
        yield Heading(3, f"{each.entry.id}: {each.entry.title}")
        yield Terms(tuple(_terms(each, ruleset)))
    bare = {each.entry.id for each in found if not each.carriers}
    if bare:
        yield Paragraph(f"No rule carries: {', '.join(entry for entry in ruleset.discrepancies if entry in bare)}")


def _terms(each: Registered, ruleset: Ruleset) -> Iterator[tuple[str, Cell]]:
    entry = each.entry
    yield "Kind", entry.kind
    yield "Local guidance", entry.local
    yield "Other sources", entry.national
    yield "What is done about it", entry.resolution
    yield "What a decision says", entry.note
    yield from ((f"Clause {name}", summary or "a clause of other guidance") for name, summary in touched(each, ruleset))
    if entry.sources:
        yield "Provisions", _names(entry.sources)
    yield "Rules", _by_rule(each) or UNREFERENCED


def _names(names: Sequence[str]) -> Words:
    return tuple(part for place, name in enumerate(names) for part in (", " if place else "", Span(name, "name")))


def _by_rule(each: Registered) -> Words:
    said: list[str | Span] = []
    for rule in dict.fromkeys(carrier.rule for carrier in each.carriers):
        where = ", ".join(carrier.where for carrier in each.carriers if carrier.rule == rule)
        said += ["; " if said else "", Span(rule, "name"), f" ({where})"]
    return tuple(said)
