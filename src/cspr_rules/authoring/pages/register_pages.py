"""The pages that are not about one rule: the index, the vocabulary, the sources, the register of discrepancies and the ordered paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cspr_rules.authoring.concordance import Library
from cspr_rules.authoring.pages.links import Links, instrument_page, said
from cspr_rules.explain.english import (
    anchor,
    area_words,
    capital,
    counted,
    counting,
    expected_in_words,
    first_sentence,
    listed,
    lower,
    rule_page,
    when,
)
from cspr_rules.model.rules import UNSPECIFIED, Duty, DutyPath, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Provision
from cspr_rules.model.vocabulary import Fact
from cspr_rules.reports.document import Heading, Item, Paragraph, Piece, Span, Words, in_a_row, parts

_KINDS = {"fact": "fact", "judgement": "judgement: a person makes it, and the library only records it", "step": "step: something somebody did"}

# -- index ---------------------------------------------------------------------------------------------------------------------------


def index_document(library: Library) -> Iterator[Piece]:
    """Yield the first page: every rule by profile and area, by the question it answers."""
    links = Links("README.md", library)
    yield Heading(1, "The rules, page by page")
    yield Paragraph(
        (
            "Each page is one rule, for the professional who says whether it is right: the question, the test in numbered conditions, what "
            "follows, each source's time, and examples that are run as tests. The pages are made from the files in ",
            Span("rules", to="../../rules"),
            ", which decide the cases.",
        )
    )
    yield Item((links.to("A walk through the local guidance", "walk.md"), ", clause by clause"))
    yield Item((links.to("What a case may record", "facts.md"), ": every fact, the question to ask and who would know"))
    yield Item((links.to("Where the sources disagree or are silent", "discrepancies.md"),))
    if library.paths:
        yield Item((links.to("What is done in what order", "paths.md"), ": escalations and other sequences"))
    yield Item(("Sources: ", *in_a_row(_instruments(library, links))))
    for name, law in library.laws.items():
        own = {rule_id: versions for rule_id, versions in library.rules.items() if versions[-1].profile == name}
        profile = law.ruleset.profile
        yield Heading(2, (Span(profile.title, key=anchor(name)),))
        beside = f", beside those of {listed(library.laws[each].ruleset.profile.title for each in profile.extends)}"
        yield Paragraph(f"{counted(len(own), 'rule')}{beside if profile.extends else ''}.")
        areas: dict[str, list[Rule]] = {}
        for rule_id in sorted(own):
            areas.setdefault(_area(rule_id), []).append(own[rule_id][-1])
        for area, rules in areas.items():
            yield Heading(3, capital(area_words(area)))
            for rule in rules:
                ended = (" ", Span(f"(until {rule.window.until:%Y})", "quiet")) if rule.window.until else ()
                yield Item((links.to(rule.title, rule_page(rule.id)), f": {rule.question}", *ended))


def _area(rule_id: str) -> str:
    return rule_id.split(".")[1]


def _instruments(library: Library, links: Links) -> list[Words]:
    known = {provision.instrument.id: provision.instrument for provision in library.provisions.values()}
    order = list(LAYERS)
    ordered = sorted(known.values(), key=lambda each: (order.index(each.layer), each.id))
    return [(links.to(each.short, instrument_page(each.id)),) for each in ordered]


# -- vocabulary ----------------------------------------------------------------------------------------------------------------------


def facts_document(library: Library) -> Iterator[Piece]:
    """Yield the page of the vocabulary: every fact by heading, in the order in which a person would be asked."""
    links = Links("facts.md", library)
    yield Heading(1, "What a case may record")
    yield links.home()
    yield Paragraph(
        "A case holds answers to these questions and nothing else: no names, no free text that identifies anybody. What is not recorded is "
        "unknown, and unknown is never taken for no. A judgement is made by a person, with what the guidance asks them to weigh in view."
    )
    files = _vocabularies(library)
    for title, _ in files:
        yield Item((Span(title, to=f"#{_heading_place(title)}"),))
    for title, facts in files:
        yield Heading(2, (Span(title, key=_heading_place(title)),))
        for fact in facts:
            yield from _fact(fact, library, links)


def _heading_place(title: str) -> str:
    return f"about-{anchor(title).lower()}"


def _vocabularies(library: Library) -> list[tuple[str, list[Fact]]]:
    """Return each file of the vocabulary with its facts; a file that several profiles share is taken once."""
    files: dict[str, Mapping[str, Any]] = {}
    for law in library.laws.values():
        files.update((entry.file, entry.plain) for entry in law.built.pack.of("vocabulary"))
    ordered = sorted(files.values(), key=lambda plain_file: (plain_file["order"], plain_file["title"]))
    return [(plain_file["title"], [library.facts[fact["id"]] for fact in plain_file["facts"]]) for plain_file in ordered]


def _fact(fact: Fact, library: Library, links: Links) -> Iterator[Piece]:
    yield Heading(3, (Span(fact.question, key=anchor(fact.id)),))
    yield Paragraph(links.text(fact.meaning))
    yield Item(f"{capital(_KINDS[fact.kind])}; asked {'once for the incident' if fact.scope == 'incident' else 'for each child'}")
    yield said("Who would know", fact.who_would_know)
    if fact.values:
        yield said("Answers")
        yield from (Item((f"{meaning} (", Span(value, "name"), ")"), 1) for value, meaning in fact.values.items())
    else:
        yield said("Answer", expected_in_words(fact))
    if fact.considerations:
        yield said("To weigh")
        yield from (Item((*parts(links.text(each.text)), " (", *parts(links.provisions(each.cites)), ")"), 1) for each in fact.considerations)
    for implication in fact.implies:
        other = library.facts[implication.fact]
        if_so = "this is recorded" if implication.when is None else f"the answer is “{fact.show(implication.when)}”"
        yield Item((f"If {if_so}, then it follows: ", links.fact(other.id, other.question), f" {capital(other.show(implication.value))}"))
    if fact.not_before:
        yield Item(("It cannot lie before ", *in_a_row(((_day(each, library, links),) for each in fact.not_before), last=" and ")))
    for order in fact.comes_after:
        source = (" (", *parts(links.provisions(order.cites)), ")") if order.cites else ()
        yield Item(("It comes after ", _day(order.fact, library, links), *source, "; a date before that is reported as out of order"))
    if fact.law_date:
        yield Item("The law is read as it stood on this day")
    yield said("Rules that use it", links.rules(library.by_fact.get(fact.id, ())) or "none")
    yield Item(("Written in a case as ", Span(fact.id, "name")))


def _day(fact: str, library: Library, links: Links) -> Span:
    return links.fact(fact, lower(first_sentence(library.facts[fact].meaning)))


# -- sources -------------------------------------------------------------------------------------------------------------------------


def source_documents(library: Library) -> dict[str, Iterator[Piece]]:
    """Return a page for each instrument: its provisions in its own order, and what rests on each."""
    provisions: dict[str, list[Provision]] = {}
    for provision in library.provisions.values():
        provisions.setdefault(provision.instrument.id, []).append(provision)
    weighed: dict[str, list[str]] = {}
    for fact in library.facts.values():
        for key in dict.fromkeys(key for each in fact.considerations for key in each.cites):
            weighed.setdefault(key, []).append(fact.id)
    return {instrument_page(name): _source(own, weighed, library) for name, own in sorted(provisions.items())}


def _source(provisions: list[Provision], weighed: Mapping[str, list[str]], library: Library) -> Iterator[Piece]:
    instrument = provisions[0].instrument
    links = Links(instrument_page(instrument.id), library)
    yield Heading(1, instrument.title)
    yield Paragraph((links.to("All rules", "README.md"), f" · {LAYERS[instrument.layer]}; cited as {instrument.short}"))
    if instrument.url:
        yield said("Published at", (Span(instrument.url, to=instrument.url),))
    # What most provisions share is said once, here.
    window = Counter(each.window for each in provisions).most_common(1)[0][0]
    checked = Counter(each.checked for each in provisions).most_common(1)[0][0]
    unless = " unless said otherwise" if len(provisions) > 1 else ""
    yield said("Applies", _window(window, links), unless)
    yield said("Text", _check(checked, links), unless)
    yield Paragraph("Every summary is in this library's own words. What counts is the text itself.")
    for each in provisions:
        yield Heading(3, (Span(capital(each.pinpoint), key=anchor(each.key.partition("/")[2])),))
        yield Paragraph(links.text(each.summary))
        yield said("Force", each.force.replace("_", " "))
        if each.window != window:
            yield said("Applies", _window(each.window, links))
        if each.checked != checked:
            yield said("Text", _check(each.checked, links))
        if each.carried_from:
            yield said("Carried forward", "unread in this edition, its words are taken to be those of ", links.checked(each.carried_from))
        if rules := library.by_provision.get(each.key):
            yield said("Rules that rest on it", links.rules(rules))
        if facts := weighed.get(each.key):
            yield said("Weighed in answering", in_a_row((links.fact(fact, library.facts[fact].question),) for fact in facts))
        if paths := [path.id for path, _ in library.paths.values() if each.key in path.cites]:
            yield said("Orders", in_a_row((links.path(path),) for path in paths))
        numbers = [entry.id for entry in library.discrepancies.values() if each.key in (*entry.clauses, *entry.sources)]
        if numbers:
            yield said("Where it disagrees or is unclear", links.entries(numbers, lead=""))
        yield Item(("Cited as ", Span(each.key, "name")))


def _window(window: Any, links: Links) -> Words:
    why = (": ", *parts(links.text(window.approximate.rstrip(".")))) if window.approximate else ()
    appointed = ("; appointed by ", *parts(links.provisions([window.appointed_by]))) if window.appointed_by else ()
    return str(window), *why, *appointed


def _check(checked: Any, links: Links) -> Words:
    where = (" (", Span("official text" if checked.copied else "read here", to=checked.url), ")") if checked.url else ()
    copy = f"; the copy read is {checked.copied}" if checked.copied else ""
    note = (". ", *parts(links.text(checked.note.rstrip(".")))) if checked.note else ()
    return str(checked), *where, copy, *note


# -- discrepancies -------------------------------------------------------------------------------------------------------------------


def discrepancies_document(library: Library) -> Iterator[Piece]:
    """Yield the register of discrepancies, each entry with the rules whose decisions carry it."""
    links = Links("discrepancies.md", library)
    yield Heading(1, "Where the sources disagree or are silent")
    yield links.home()
    yield Paragraph(
        f"{counted(len(library.discrepancies), 'place')} where the local guidance disagrees with the law, with national guidance or with itself, "
        "or is silent. Those who own the guidance can mend it; until then this is what the library does. A decision that rests on one says so."
    )
    for each in library.discrepancies.values():
        yield Heading(3, (Span(f"{each.id}: {each.title}", key=anchor(each.id)),))
        yield Paragraph((Span(capital(each.kind), "quiet"),))
        yield said("Local guidance", links.text(each.local))
        yield said("Other sources", links.text(each.national))
        yield said("What is done here", links.text(each.resolution))
        yield said("What a decision says", links.text(each.note))
        if each.clauses:
            yield said("Clauses", links.provisions(each.clauses))
        if each.sources:
            yield said("Sources", links.provisions(each.sources))
        yield said("Rules that carry it", links.rules(library.by_discrepancy.get(each.id, ())) or "none")


# -- paths ---------------------------------------------------------------------------------------------------------------------------


def paths_document(library: Library) -> Iterator[Piece]:
    """Yield the ordered paths, each as a numbered list: who, what, how, by when, and what starts the next step."""
    links = Links("paths.md", library)
    yield Heading(1, "What is done in what order")
    yield links.home()
    yield Paragraph("Each list gives the steps in the order of its source. A step is owed when the rule it links to is met.")
    for path, profile in library.paths.values():
        ruleset = library.laws[profile].ruleset
        yield Heading(2, (Span(path.title, key=anchor(path.id)),))
        yield Paragraph((f"{ruleset.profile.title}; ", *parts(links.provisions(path.cites)), "."))
        if path.note:
            yield Paragraph(links.text(path.note))
        if path.opened_by:
            opening = _duty(path.opened_by, ruleset)
            yield Paragraph(("It is opened by this duty of ", links.rule(library.owners[opening.id]), ": ", *_what(opening, ruleset), "."))
        yield from _steps(path, ruleset, links)
        if not path.steps:
            yield Paragraph("No steps are known. A profile that extends this one can supply them.")


def _steps(path: DutyPath, ruleset: Ruleset, links: Links) -> Iterator[Piece]:
    for step in path.steps:
        duty = _duty(step, ruleset)
        yield Item(_what(duty, ruleset), numbered=True)
        if duty.to:
            yield Item(f"To: {listed(ruleset.role_name(role) for role in duty.to)}", 1)
        if duty.how:
            yield Item(f"How: {duty.how}", 1)
        yield Item(("When: ", *parts(_when(duty, ruleset, links))), 1)
        yield Item(("Source: ", *parts(links.provisions(duty.cites)), "; a duty of ", links.rule(links.library.owners[step])), 1)


def _duty(duty_id: str, ruleset: Ruleset) -> Duty:
    latest = {duty.id: duty for rule in ruleset.rules for duty in rule.duties}
    return latest[duty_id]


def _what(duty: Duty, ruleset: Ruleset) -> tuple[str | Span, ...]:
    who = "Somebody the source does not name" if duty.by == UNSPECIFIED else capital(ruleset.role_name(duty.by))
    return Span(who, "strong"), f" {duty.strength.replace('_', ' ')} {duty.act}"


def _when(duty: Duty, ruleset: Ruleset, links: Links) -> Words:
    times: dict[Words, None] = {}
    for deadline in duty.deadlines:
        fact = ruleset.vocabulary.by_id.get(deadline.anchor or "")
        start = links.fact(fact.id, lower(first_sentence(fact.meaning))) if fact else None
        times[(f"{counting(deadline)} ", start) if start else when(deadline, None)] = None
    return in_a_row(times, last=" or ") or "no time given"
