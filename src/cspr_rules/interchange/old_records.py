"""Facts read back from a decision record of shape 2 or 3, which holds none as they were given.

Such a record says of every test which fact it tested and what its value was, in words; of every clock from which day it ran; and of every judgement
by whom it was made. What no rule tested and no clock ran from is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from cspr_rules.engine.law_days import AS_OF, ASKED
from cspr_rules.interchange.stored_records import Part
from cspr_rules.model.cases import MOST_CHILDREN
from cspr_rules.model.vocabulary import Fact, Vocabulary

_NOT_KNOWN: Final = "not known"
_LISTED: Final = "the children listed"
"""What a record of these shapes says the number of children follows from."""


class ReadBack(NamedTuple):
    """Facts read back from a record.

    Attributes:
        facts: The incident's, and with a single child that was not listed the child's.
        children: Each listed child's.
        lost: The facts whose value could not be read back.
    """

    facts: dict[str, Any]
    children: tuple[dict[str, Any], ...]
    lost: tuple[str, ...]


def read_back(record: Part, vocabulary: Vocabulary) -> ReadBack:
    """Return the facts that a record of shape 2 or 3 speaks of.

    Args:
        record: The record.
        vocabulary: The facts there are.
    """
    count = record.get("children").whole(1, MOST_CHILDREN)
    rows: dict[int | None, dict[str, Any]] = {None: {}, **{number: {} for number in range(1, count + 1)}}
    followed: set[tuple[int | None, str]] = set()
    listed = count > 1
    for each in record.get("inferred").each():
        followed.add((each.get("child").child(count), each.get("fact").text()))
        listed = listed or each.get("follows_from").text() == _LISTED
    lost: dict[str, None] = {}
    for child, name, words in _said(record, count):
        fact = vocabulary.by_id.get(name)
        if words == _NOT_KNOWN or (child, name) in followed or (None, name) in followed:
            continue
        if fact and fact.scope == "child" and child is None:
            continue  # the day whose law is read, where it is that of one of several children
        value = None if fact is None else _written(fact, words)
        if fact is None or value is None:
            lost[name] = None
        else:
            rows[child if fact.scope == "child" else None].setdefault(name, value)
    for each in record.get("judgements").each():
        name, child = each.get("fact").text(), each.get("child").child(count)
        # A judgement that was said of every child at once is recorded without a child.
        held = [row for number, row in rows.items() if name in row and child in (None, number)]
        for row in held:
            said = {key: each.get(key).text_or_none() for key in ("role", "on", "reasons", "dissent")}
            row[name] = {"value": row[name], **{key: value for key, value in said.items() if value is not None}}
        if not held:
            lost[name] = None
    incident, *children = rows.values()
    if listed:
        return ReadBack(incident, tuple(children), tuple(lost))
    return ReadBack({**incident, **children[0]}, (), tuple(lost))


def _said(record: Part, count: int) -> Iterator[tuple[int | None, str, str]]:
    """Yield what a record says of the value of each fact: the child, the fact, the value in words or as it was written."""
    for decision in (part for _, part in record.get("decisions").items()):
        for test in decision.get("tests").each():
            if test.get("fact").value is not None:
                yield test.get("child").child(count), test.get("fact").text(), test.get("value").text()
    for duty in (*record.get("duties").each(), *record.get("options").each()):
        numbers: list[int | None] = [child.child(count) for child in duty.get("children").each()]
        whom = numbers if len(numbers) == 1 else [1 if count == 1 else None]
        taken = duty.get("recorded_on").text_or_none() or _within(duty, "recorded_within")
        found = [(duty.get("done_by").text_or_none(), taken)]
        found += [
            (clock.get("anchor").text_or_none(), clock.get("started_on").text_or_none() or _within(clock, "started_within"))
            for clock in duty.get("deadlines").each()
        ]
        yield from ((child, fact, words) for fact, words in found if fact and words for child in whom)
    days = [(record.get("law_on_from").text(), record.get("law_on").text())]
    if record.has("later_laws"):
        days += [(each.get("from").text(), each.get("law_on").text()) for _, each in record.get("later_laws").items()]
    # The day whose law is read is that of a fact, unless it is the day looked from or was asked for.
    yield from ((1 if count == 1 else None, fact, day) for fact, day in days if fact not in (AS_OF, ASKED))


def _within(part: Part, key: str) -> str | None:
    """Return what is known of a day, as written; shape 2 knew no such thing."""
    return part.get(key).text_or_none() if part.has(key) else None


def _written(fact: Fact, words: str) -> Any:
    """Return the value that is shown in these words, as a case file writes it; ``None`` if none is."""
    number = words.removesuffix(f" {fact.unit}").removesuffix(f" {fact.unit_for_one}")
    candidates: Mapping[str, list[Any]] = {
        "yes_no": [True, False],
        "one_of": list(fact.values),
        "number": [int(number) if number.isascii() and number.isdigit() and len(number) < 10 else number.replace(f" {fact.unit} or", " or")],
        "date": ["not_yet", "day_not_known", words],
    }
    for raw in candidates[fact.type]:
        try:
            if words in (fact.show(fact.parse(raw)), str(raw)):
                return raw
        except ValueError:
            continue
    return None
