"""Everything that could still settle something, in the one order in which to ask for it: what is worth asking now, and what is folded away.

Nothing that can matter is left out: every question of :attr:`~cspr_rules.engine.evaluation.Evaluation.ask` stands in one of the four groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.explain.verdict import Verdict
from cspr_rules.explain.what_if import Key, NextQuestion, granted, in_order, open_questions
from cspr_rules.model.vocabulary import Fact
from cspr_rules.travelling import travels


@travels
class Questions(NamedTuple):
    """The open questions of a record.

    Attributes:
        now: What is worth asking, in order: what can settle a headline question that is open, headline by headline, and then what settles most.
        later: What takes something for granted that is not known yet, such as a later step, or settles something only together with one.
        steps: The steps that are not recorded. Nobody is asked for them: they are recorded once they are taken.
        beside: What takes for granted what is known to be otherwise.
    """

    now: tuple[NextQuestion, ...]
    later: tuple[NextQuestion, ...]
    steps: tuple[NextQuestion, ...]
    beside: tuple[NextQuestion, ...]


def questions(record: Evaluation, verdicts: Iterable[Verdict]) -> Questions:
    """Return the open questions of a record, sorted out.

    Args:
        record: The record.
        verdicts: Its answers to the headline questions, in order.
    """
    slot, known = record.ruleset.vocabulary.slot, record.presupposed
    open_ = {(each.fact.id, each.child): each for each in open_questions(record)}
    ordered: dict[Key, NextQuestion] = {}
    wanted = [(each.fact.id, each.child) for verdict in verdicts for each in verdict.turns_on]
    wanted += [(each.fact.id, each.child) for each in in_order([each for key, each in open_.items() if key not in wanted])]
    for key in wanted:
        _put(key, open_, ordered)
    now: list[NextQuestion] = []
    later: list[NextQuestion] = []
    steps: list[NextQuestion] = []
    beside: list[NextQuestion] = []
    for key, each in ordered.items():
        barred, early = known.barred(slot[key[0]], key[1]), known.too_early(slot[key[0]], key[1])
        (beside if barred else later if early else now).append(each)
    for asked in record.ask:
        for child in asked.children or (None,):
            if (asked.fact.id, child) not in ordered:
                rest = NextQuestion(asked.fact, child, record.settles(asked), 0.0)
                barred = known.barred(slot[asked.fact.id], child)
                (steps if asked.fact.kind == "step" else beside if barred else later).append(rest)
    return Questions(tuple(now), tuple(later), tuple(steps), tuple(beside))


def _put(key: Key, open_: Mapping[Key, NextQuestion], ordered: dict[Key, NextQuestion]) -> None:
    """Put a question behind those whose answers it takes for granted."""
    child = key[1]
    if key in ordered:
        return
    for other in granted(open_[key].fact):
        for before in [each for each in open_ if each[0] == other and child in (None, each[1]) and each not in ordered]:
            _put(before, open_, ordered)
    ordered[key] = open_[key]


def asked_together(found: Iterable[NextQuestion]) -> list[tuple[Fact, tuple[int, ...]]]:
    """Return each fact once, in order, with all the children it is asked about; none for the incident."""
    children: dict[str, tuple[Fact, list[int]]] = {}
    for each in found:
        children.setdefault(each.fact.id, (each.fact, []))[1].extend([each.child] if each.child else [])
    return [(fact, tuple(sorted(whom))) for fact, whom in children.values()]
