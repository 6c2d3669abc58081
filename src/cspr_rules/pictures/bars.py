"""Counts of outcomes as bars, one a line: how many of a group of cases are met, undecided or not met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cspr_rules.errors import Fault, QuestionError
from cspr_rules.pictures.drawing import SMALL, TEXT, Picture, drawn_mark, fitted, tall, text_lines, width_of
from cspr_rules.pictures.markup import Markup, joined, tag

_WORDS: Final = {"met": "met", "undetermined": "undecided", "not_met": "not met", "not_in_force": "not in force"}
_LOOKS: Final = {"met": "bar good", "undetermined": "bar open", "not_met": "bar bad", "not_in_force": "bar line"}
_MARKS: Final = {"not_in_force": "none"}
_EDGE: Final = 14
_PLOT: Final = 420
_HIGH: Final = 24


def outcome_bars(title: str, counts: Mapping[str, Mapping[str, int]]) -> Picture:
    """Return a bar for each group of cases, in parts for each outcome, from met to not met.

    Args:
        title: What is counted.
        counts: For each group, in the order drawn, how many cases came to which outcome (``met``, ``undetermined``, ``not_met``, ``not_in_force``).

    Raises:
        QuestionError: There is no group, a word is no outcome, or a count is negative.
    """
    for group, found in counts.items():
        for outcome, count in found.items():
            if outcome not in _WORDS or count < 0:
                raise QuestionError([Fault(f"counts of '{group[:60]}'", f"expected how many of {', '.join(_WORDS)}, none of them negative")])
    if not counts:
        raise QuestionError([Fault("counts", "expected at least one group to draw")])
    said = {group: _said(found) for group, found in counts.items()}
    most = max([sum(found.values()) for found in counts.values()] + [1])
    side = min(max(width_of(group, SMALL, bold=True) for group in counts) + 12, 260)
    width = 2 * _EDGE + side + _PLOT + 12 + max(width_of(words, SMALL) for words in said.values())
    heading = fitted(title, width - 2 * _EDGE, TEXT, bold=True)
    shapes: list[Markup] = [text_lines(heading, _EDGE, _EDGE, TEXT, "b")]
    y = _EDGE + tall(heading) + 10
    for group, found in counts.items():
        label = fitted(group, side - 12, SMALL, bold=True)
        high = max(_HIGH, tall(label, SMALL))
        middle = y + high / 2
        shapes.append(text_lines(label, _EDGE, middle - tall(label, SMALL) / 2, SMALL, "b"))
        x = _EDGE + side
        for outcome, look in _LOOKS.items():
            count = found.get(outcome, 0)
            wide = count * _PLOT / most
            if count:
                shapes.append(tag("rect", class_=look, x=x, y=middle - _HIGH / 2, width=wide, height=_HIGH))
            if count and wide > 22:
                shapes.append(drawn_mark(_MARKS.get(outcome, outcome), x + wide / 2, middle))
            x += wide
        shapes.append(text_lines([said[group]], x + 10, middle - SMALL * 0.66, SMALL, "q"))
        y += high + 8
    rows = [("", *_WORDS.values(), "all")]
    rows += [(group, *(str(found.get(each, 0)) for each in _WORDS), str(sum(found.values()))) for group, found in counts.items()]
    description = f"{'; '.join(f'{group}: {words}' for group, words in said.items())}."
    return Picture(title, description, width, y + _EDGE - 8, joined(shapes), tuple(rows))


def _said(found: Mapping[str, int]) -> str:
    return ", ".join(f"{found[each]} {words}" for each, words in _WORDS.items() if found.get(each)) or "none"
