"""What a set of cases exercises of the rules, as a sheet: the totals, then each rule and how often each part of it was tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cspr_rules.explain.english import counted
from cspr_rules.marking.exercised import OUTCOMES, PARTS, Exercised, ExercisedRule, Seen, percent, total
from cspr_rules.reports.document import Fold, Heading, Item, Paragraph, Piece, Span, Table, Words

_HEADS = ("Part", "Met", "Not met", "Unknown")


def exercised_sheet(found: Sequence[Exercised]) -> Iterator[Piece]:
    """Yield what is to be read: of each rule what is missing in lines, and on a page the whole rule."""
    done, there = total(found)
    yield Heading(1, "What the cases exercise of the rules")
    yield Paragraph(f"{percent(done, there)}: {done:,} of {counted(there, 'part')}.", "strong")
    yield Paragraph("A case exercises a rule where it expects something of it: its outcome, a duty that it asks for, or its note.")
    for each in found:
        yield Heading(2, each.profile)
        rows = tuple((PARTS[kind], f"{done:,}", f"{there:,}", percent(done, there)) for kind, (done, there) in each.counts().items() if there)
        yield Table("How much is exercised", ("What", "Exercised", "Of", "Share"), rows)
        yield from _missing(each.rules)


def exercised_page(found: Sequence[Exercised]) -> Iterator[Piece]:
    """Yield the same with every rule laid out beside what was tried of it, for a page."""
    yield from exercised_sheet(found)
    for each in found:
        yield Heading(2, f"{each.profile}: rule by rule")
        for rule in each.rules:
            words = f"{rule.rule.id} ({rule.rule.window}): {_share([rule])}, {counted(rule.cases, 'case')}"
            yield Fold(words, tuple(_rule(rule)))


def _missing(rules: Iterable[ExercisedRule]) -> Iterator[Piece]:
    none = [rule for rule in rules if not rule.cases]
    for rule in rules:
        missing = [what for _, what, count in rule.parts() if not count]
        if rule.cases and missing:
            yield Item((Span(rule.rule.id, "name"), f" ({rule.rule.window}): {_share([rule])}; never: {'; '.join(missing)}"))
    if none:
        yield Item(f"No case expects anything of {counted(len(none), 'version')} of rules: {', '.join(rule.rule.id for rule in none)}")


def _share(rules: Iterable[ExercisedRule]) -> str:
    counts = [count for rule in rules for _, _, count in rule.parts()]
    return percent(sum(map(bool, counts)), len(counts))


def _rule(rule: ExercisedRule) -> Iterator[Piece]:
    yield Paragraph(rule.rule.question)
    rows: list[tuple[Words, ...]] = [("Outcome", *_marks(rule.outcomes))]
    rows += [(test.says, *_marks(test.seen)) for test in rule.tests]
    yield Table("Its outcome and its tests, and how often each came to what", _HEADS, tuple(rows))
    others = [*rule.clocks.items(), *rule.citations.items()]
    yield Table("Its clocks and citations", ("Part", "Exercised"), tuple((name, _mark(count)) for name, count in others))


def _marks(seen: Seen) -> tuple[Words, ...]:
    return tuple(_mark(seen[outcome]) for outcome in OUTCOMES)


def _mark(count: int) -> Words:
    return (Span(f"{count:,}", "good") if count else Span("never", "bad"),)
