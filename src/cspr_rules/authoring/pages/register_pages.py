"""The pages that are not about one rule: the index, the vocabulary, the sources, the register of discrepancies and the ordered paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cspr_rules.authoring.concordance import Library
from cspr_rules.authoring.pages.links import Links, instrument_page
from cspr_rules.explain.english import (
    anchor,
    area_words,
    capital,
    counted,
    escaped,
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

_KINDS = {"fact": "fact", "judgement": "judgement: a person makes it, and the library only records it", "step": "step: something somebody did"}


def _page(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


# -- index ---------------------------------------------------------------------------------------------------------------------------


def index_document(library: Library) -> str:
    """Return the first page: every rule by profile and area, by the question it answers."""
    return _page(_index(library))


def _index(library: Library) -> Iterator[str]:
    links = Links("README.md", library)
    yield "# The rules, page by page"
    yield ""
    yield (
        "Each page is one rule, for the professional who says whether it is right: the question, the test in numbered conditions, what follows, "
        "each source's time, and examples that are run as tests. The pages are made from the files in [rules](../../rules), which decide the cases."
    )
    yield ""
    yield "- [A walk through the local guidance](walk.md), clause by clause"
    yield "- [What a case may record](facts.md): every fact, the question to ask and who would know"
    yield "- [Where the sources disagree or are silent](discrepancies.md)"
    if library.paths:
        yield "- [What is done in what order](paths.md): escalations and other sequences"
    yield f"- Sources: {', '.join(_instruments(library, links))}"
    yield ""
    for name, law in library.laws.items():
        own = {rule_id: versions for rule_id, versions in library.rules.items() if versions[-1].profile == name}
        yield f'<a id="{anchor(name)}"></a>'
        yield ""
        yield f"## {escaped(law.ruleset.profile.title)}"
        yield ""
        beside = f", beside those of {listed(escaped(library.laws[each].ruleset.profile.title) for each in law.ruleset.profile.extends)}"
        yield f"{counted(len(own), 'rule')}{beside if law.ruleset.profile.extends else ''}."
        yield ""
        areas: dict[str, list[Rule]] = {}
        for rule_id in sorted(own):
            areas.setdefault(_area(rule_id), []).append(own[rule_id][-1])
        for area, rules in areas.items():
            yield f"### {capital(area_words(area))}"
            yield ""
            for rule in rules:
                ended = f" *(until {rule.window.until:%Y})*" if rule.window.until else ""
                yield f"- {links.to(escaped(rule.title), rule_page(rule.id))}: {escaped(rule.question)}{ended}"
            yield ""


def _area(rule_id: str) -> str:
    return rule_id.split(".")[1]


def _instruments(library: Library, links: Links) -> list[str]:
    known = {provision.instrument.id: provision.instrument for provision in library.provisions.values()}
    order = list(LAYERS)
    ordered = sorted(known.values(), key=lambda each: (order.index(each.layer), each.id))
    return [links.to(escaped(each.short), instrument_page(each.id)) for each in ordered]


# -- vocabulary ----------------------------------------------------------------------------------------------------------------------


def facts_document(library: Library) -> str:
    """Return the page of the vocabulary: every fact by heading, in the order in which a person would be asked."""
    return _page(_facts(library))


def _facts(library: Library) -> Iterator[str]:
    links = Links("facts.md", library)
    yield "# What a case may record"
    yield ""
    yield "[All rules](README.md)"
    yield ""
    yield (
        "A case holds answers to these questions and nothing else: no names, no free text that identifies anybody. What is not recorded is "
        "unknown, and unknown is never taken for no. A judgement is made by a person, with what the guidance asks them to weigh in view."
    )
    yield ""
    files = _vocabularies(library)
    for title, _ in files:
        yield f"- [{escaped(title)}](#{_heading_place(title)})"
    yield ""
    for title, facts in files:
        yield f'<a id="{_heading_place(title)}"></a>'
        yield ""
        yield f"## {escaped(title)}"
        yield ""
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


def _fact(fact: Fact, library: Library, links: Links) -> Iterator[str]:
    yield f'<a id="{anchor(fact.id)}"></a>'
    yield ""
    yield f"### {escaped(fact.question)}"
    yield ""
    yield f"{links.text(fact.meaning)}"
    yield ""
    yield f"- {capital(_KINDS[fact.kind])}; asked {'once for the incident' if fact.scope == 'incident' else 'for each child'}"
    yield f"- **Who would know:** {escaped(fact.who_would_know)}"
    if fact.values:
        yield "- **Answers:**"
        yield from (f"    - {escaped(meaning)} (`{value}`)" for value, meaning in fact.values.items())
    else:
        yield f"- **Answer:** {expected_in_words(fact)}"
    if fact.considerations:
        yield "- **To weigh:**"
        for each in fact.considerations:
            yield f"    - {links.text(each.text)} ({links.provisions(each.cites)})"
    for implication in fact.implies:
        other = library.facts[implication.fact]
        when = "this is recorded" if implication.when is None else f"the answer is “{escaped(fact.show(implication.when))}”"
        yield f"- If {when}, then it follows: {links.fact(other.id, escaped(other.question))} {escaped(capital(other.show(implication.value)))}"
    if fact.not_before:
        earlier = listed(links.fact(each, lower(escaped(first_sentence(library.facts[each].meaning)))) for each in fact.not_before)
        yield f"- It cannot lie before {earlier}"
    for order in fact.comes_after:
        first = links.fact(order.fact, lower(escaped(first_sentence(library.facts[order.fact].meaning))))
        source = f" ({links.provisions(order.cites)})" if order.cites else ""
        yield f"- It comes after {first}{source}; a date before that is reported as out of order"
    if fact.law_date:
        yield "- The law is read as it stood on this day"
    used = [links.rule(rule_id) for rule_id in library.by_fact.get(fact.id, ())]
    yield f"- **Rules that use it:** {', '.join(used) or 'none'}"
    yield f"- Written in a case as `{fact.id}`"
    yield ""


# -- sources -------------------------------------------------------------------------------------------------------------------------


def source_documents(library: Library) -> dict[str, str]:
    """Return a page for each instrument: its provisions in its own order, and what rests on each."""
    provisions: dict[str, list[Provision]] = {}
    for provision in library.provisions.values():
        provisions.setdefault(provision.instrument.id, []).append(provision)
    weighed: dict[str, list[str]] = {}
    for fact in library.facts.values():
        for key in dict.fromkeys(key for each in fact.considerations for key in each.cites):
            weighed.setdefault(key, []).append(fact.id)
    return {instrument_page(name): _page(_source(own, weighed, library)) for name, own in sorted(provisions.items())}


def _source(provisions: list[Provision], weighed: Mapping[str, list[str]], library: Library) -> Iterator[str]:
    instrument = provisions[0].instrument
    links = Links(instrument_page(instrument.id), library)
    yield f"# {escaped(instrument.title)}"
    yield ""
    yield f"{links.to('All rules', 'README.md')} · {LAYERS[instrument.layer]}; cited as {escaped(instrument.short)}"
    yield ""
    if instrument.url:
        yield f"- **Published at:** <{instrument.url}>"
    # What most provisions share is said once, here.
    window = Counter(each.window for each in provisions).most_common(1)[0][0]
    checked = Counter(each.checked for each in provisions).most_common(1)[0][0]
    yield f"- **Applies:** {_window(window, links)}{' unless said otherwise' if len(provisions) > 1 else ''}"
    yield f"- **Text:** {_check(checked, links)}{' unless said otherwise' if len(provisions) > 1 else ''}"
    yield ""
    yield "Every summary is in this library's own words. What counts is the text itself."
    yield ""
    for each in provisions:
        yield f'<a id="{anchor(each.key.partition("/")[2])}"></a>'
        yield ""
        yield f"### {capital(escaped(each.pinpoint))}"
        yield ""
        yield links.text(each.summary)
        yield ""
        yield f"- **Force:** {each.force.replace('_', ' ')}"
        if each.window != window:
            yield f"- **Applies:** {_window(each.window, links)}"
        if each.checked != checked:
            yield f"- **Text:** {_check(each.checked, links)}"
        if each.carried_from:
            yield f"- **Carried forward:** unread in this edition, its words are taken to be those of {links.checked(each.carried_from)}"
        if rules := library.by_provision.get(each.key):
            yield f"- **Rules that rest on it:** {', '.join(links.rule(rule_id) for rule_id in rules)}"
        if facts := weighed.get(each.key):
            names = ", ".join(links.fact(fact, escaped(library.facts[fact].question)) for fact in facts)
            yield f"- **Weighed in answering:** {names}"
        if paths := [path.id for path, _ in library.paths.values() if each.key in path.cites]:
            yield f"- **Orders:** {', '.join(links.path(path) for path in paths)}"
        numbers = [entry.id for entry in library.discrepancies.values() if each.key in (*entry.clauses, *entry.sources)]
        if numbers:
            yield f"- **Where it disagrees or is unclear:** {links.entries(numbers, lead='')}"
        yield f"- Cited as `{each.key}`"
        yield ""


def _window(window: Any, links: Links) -> str:
    why = f": {links.text(window.approximate.rstrip('.'))}" if window.approximate else ""
    return f"{window}{why}{f'; appointed by {links.provisions([window.appointed_by])}' if window.appointed_by else ''}"


def _check(checked: Any, links: Links) -> str:
    words = "official text" if checked.copied else "read here"
    where = f" ([{words}]({checked.url}))" if checked.url else ""
    copy = f"; the copy read is {escaped(str(checked.copied))}" if checked.copied else ""
    note = f". {links.text(checked.note.rstrip('.'))}" if checked.note else ""
    return f"{checked}{where}{copy}{note}"


# -- discrepancies -------------------------------------------------------------------------------------------------------------------


def discrepancies_document(library: Library) -> str:
    """Return the register of discrepancies, each entry with the rules whose decisions carry it."""
    return _page(_discrepancies(library))


def _discrepancies(library: Library) -> Iterator[str]:
    links = Links("discrepancies.md", library)
    yield "# Where the sources disagree or are silent"
    yield ""
    yield "[All rules](README.md)"
    yield ""
    yield (
        f"{counted(len(library.discrepancies), 'place')} where the local guidance disagrees with the law, with national guidance or with itself, "
        "or is silent. Those who own the guidance can mend it; until then this is what the library does. A decision that rests on one says so."
    )
    yield ""
    for each in library.discrepancies.values():
        yield f'<a id="{anchor(each.id)}"></a>'
        yield ""
        yield f"### {each.id}: {escaped(each.title)}"
        yield ""
        yield f"*{escaped(capital(each.kind))}*"
        yield ""
        yield f"- **Local guidance:** {links.text(each.local)}"
        yield f"- **Other sources:** {links.text(each.national)}"
        yield f"- **What is done here:** {links.text(each.resolution)}"
        yield f"- **What a decision says:** {links.text(each.note)}"
        if each.clauses:
            yield f"- **Clauses:** {links.provisions(each.clauses)}"
        if each.sources:
            yield f"- **Sources:** {links.provisions(each.sources)}"
        rules = library.by_discrepancy.get(each.id, ())
        yield f"- **Rules that carry it:** {', '.join(links.rule(rule_id) for rule_id in rules) or 'none'}"
        yield ""


# -- paths ---------------------------------------------------------------------------------------------------------------------------


def paths_document(library: Library) -> str:
    """Return the ordered paths, each as a numbered list: who, what, how, by when, and what starts the next step."""
    return _page(_paths(library))


def _paths(library: Library) -> Iterator[str]:
    links = Links("paths.md", library)
    yield "# What is done in what order"
    yield ""
    yield "[All rules](README.md)"
    yield ""
    yield "Each list gives the steps in the order of its source. A step is owed when the rule it links to is met."
    yield ""
    for path, profile in library.paths.values():
        yield f'<a id="{anchor(path.id)}"></a>'
        yield ""
        yield f"## {escaped(path.title)}"
        yield ""
        yield f"{escaped(library.laws[profile].ruleset.profile.title)}; {links.provisions(path.cites)}."
        yield ""
        if path.note:
            yield links.text(path.note)
            yield ""
        if path.opened_by:
            opening = _duty(path.opened_by, library.laws[profile].ruleset)
            owner = links.rule(library.owners[opening.id])
            yield f"It is opened by this duty of {owner}: {_what(opening, library.laws[profile].ruleset)}."
            yield ""
        yield from _steps(path, library.laws[profile].ruleset, links)
        if not path.steps:
            yield "No steps are known. A profile that extends this one can supply them."
        yield ""


def _steps(path: DutyPath, ruleset: Ruleset, links: Links) -> Iterator[str]:
    for number, step in enumerate(path.steps, start=1):
        duty = _duty(step, ruleset)
        yield f"{number}. {_what(duty, ruleset)}"
        if duty.to:
            yield f"    - To: {listed(escaped(ruleset.role_name(role)) for role in duty.to)}"
        if duty.how:
            yield f"    - How: {escaped(duty.how)}"
        yield f"    - When: {_when(duty, ruleset, links)}"
        yield f"    - Source: {links.provisions(duty.cites)}; a duty of {links.rule(links.library.owners[step])}"


def _duty(duty_id: str, ruleset: Ruleset) -> Duty:
    latest = {duty.id: duty for rule in ruleset.rules for duty in rule.duties}
    return latest[duty_id]


def _what(duty: Duty, ruleset: Ruleset) -> str:
    who = "Somebody the source does not name" if duty.by == UNSPECIFIED else capital(escaped(ruleset.role_name(duty.by)))
    return f"**{who}** {duty.strength.replace('_', ' ')} {escaped(duty.act)}"


def _when(duty: Duty, ruleset: Ruleset, links: Links) -> str:
    times = []
    for deadline in duty.deadlines:
        fact = ruleset.vocabulary.by_id.get(deadline.anchor or "")
        times.append(when(deadline, links.fact(fact.id, escaped(lower(first_sentence(fact.meaning)))) if fact else None))
    return listed(dict.fromkeys(times), "or") or "no time given"
