"""Cases made up at random, cut down to what can be so."""

from __future__ import annotations

from collections.abc import Collection

from cspr_rules.errors import CaseError
from cspr_rules.model.cases import Case
from cspr_rules.model.vocabulary import Vocabulary


def possible(case: Case, vocabulary: Vocabulary) -> Case:
    """Return a case without some of the facts that contradict others; the vocabulary says which do."""
    while True:
        try:
            case.check(vocabulary)
        except CaseError as error:
            case = _less(case, vocabulary, error)
        else:
            return case


def _less(case: Case, vocabulary: Vocabulary, error: CaseError) -> Case:
    """Return a case without what is refused. A fact that is refused may only follow from others: then these are left out, or what it contradicts."""
    at = {fault.place for fault in error.faults}
    less = _without(case, [place.partition(".")[2] for place in at], at)
    said = "\n".join(map(str, error.faults))
    names = {name for name in vocabulary.by_id if name in said}
    while less == case:
        less = _without(case, names)
        names |= {fact.id for fact in vocabulary.facts if any(each.fact in names for each in fact.implies)}
    return less


def _without(case: Case, names: Collection[str], places: Collection[str] | None = None) -> Case:
    """Return a case without some facts, everywhere or only where they stand at one of the places."""

    def stays(fact: str, place: str) -> bool:
        return fact not in names or (places is not None and place not in places)

    return Case(
        {fact: value for fact, value in case.facts.items() if stays(fact, f"facts.{fact}")},
        [{fact: value for fact, value in child.items() if stays(fact, f"children[{number}].{fact}")} for number, child in enumerate(case.children)],
    )
