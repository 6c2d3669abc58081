"""A rule drawn as a ladder: current enters at the top, runs through every test in turn, and comes out at the bottom if the rule is met.

Conditions that must all hold lie one after another on the wire; those of which one is enough are rungs between two rails. Given a proof, the wire
shows how far the current gets: a thick line where it flows, a dashed one where it depends on what is not known, dots where it is stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from cspr_rules.engine.proofs import Proof, ProofStep
from cspr_rules.engine.tracing import JOIN_WORDS, OUTCOME_WORDS, RESULT_WORDS
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Rule, RuleMet, Test
from cspr_rules.pictures.drawing import LEADING, SMALL, TEXT, Picture, drawn_mark, fitted, tall, text_lines, width_of
from cspr_rules.pictures.marks import MARK_LOOKS, OUTCOMES
from cspr_rules.pictures.markup import Markup, joined, tag

_LEAF: Final = 340
_RAIL: Final = 30
_GAP: Final = 16
_PAD: Final = 9
_MARK: Final = 30
_DEAD, _PERHAPS, _LIVE = 0, 1, 2
_WIRES: Final = {_DEAD: "wire dead", _PERHAPS: "wire perhaps", _LIVE: "wire live", None: "wire"}
_FLOWS: Final[dict[Truth, int]] = {True: _LIVE, None: _PERHAPS, False: _DEAD}


class Part(NamedTuple):
    """A condition as it is drawn.

    Attributes:
        kind: ``test``, ``rule``, ``all``, ``any`` or ``not``.
        says: The clause.
        about: The fact and its value, or the other rule.
        result: What it came to.
        parts: What it joins.
    """

    kind: str
    says: str
    about: str
    result: Truth
    parts: tuple[Part, ...] = ()


def ladder(of: Proof | Rule) -> Picture:
    """Return a rule as a ladder.

    Args:
        of: A proof, such as ``record.why(rule_id)``, to see how far the current gets on a case; or a rule, to see its shape alone.
    """
    if isinstance(of, Proof):
        return _Ladder(proved(of.steps), live=True).picture(of.question, of.rule_id, of.outcome, of.child)
    return _Ladder(_plain(of.when), live=False).picture(of.question, of.id, None, None)


def proved(steps: Sequence[ProofStep]) -> Part:
    """Return the steps of a proof as a tree."""
    waiting = list(reversed(steps))

    def take() -> Part:
        step = waiting.pop()
        parts: list[Part] = []
        while waiting and waiting[-1].depth > step.depth:
            parts.append(take())
        about = f"{step.fact}: {step.value}" if step.fact else f"rule {step.rule}" if step.rule else ""
        says = f"another rule is met: {step.says}" if step.rule else step.says
        return Part(step.kind, says, about, step.result, tuple(parts))

    return take()


def _plain(condition: Condition) -> Part:
    match condition:
        case Test(says, fact):
            return Part("test", says, fact, None)
        case RuleMet(name):
            return Part("rule", "another rule is met", f"rule {name}", None)
        case Not(part):
            return Part("not", JOIN_WORDS["not"], "", None, (_plain(part),))
        case All(parts) | AnyOf(parts):
            kind = "all" if isinstance(condition, All) else "any"
            return Part(kind, JOIN_WORDS[kind], "", None, tuple(_plain(part) for part in parts))


Flow = int | None
Draw = Callable[[float, float, Flow], Flow]


class _Laid(NamedTuple):
    """A part with its size; its ends are in the middle of its top and bottom edges. Drawing it gives the current that leaves it."""

    width: float
    height: float
    draw: Draw
    leaf: bool = False


class _Ladder:
    def __init__(self, part: Part, *, live: bool) -> None:
        self.part = part
        self.live = live
        self.wires: list[tuple[Flow, Markup]] = []
        self.boxes: list[Markup] = []

    # -- the whole --------------------------------------------------------------------------------------------------------------------

    def picture(self, question: str, rule_id: str, outcome: str | None, child: int | None) -> Picture:
        laid = self.laid(self.part)
        width = max(laid.width, _LEAF) + 2 * _GAP
        middle = width / 2
        head = fitted(question, width - 2 * _GAP, TEXT, bold=True)
        whom = f"{rule_id}, child {child}" if child else rule_id
        name = fitted(whom, width - 2 * _GAP, SMALL)
        top = _GAP + tall(head) + tall(name, SMALL) + _GAP
        self.boxes += [text_lines(head, _GAP, _GAP, TEXT, "b"), text_lines(name, _GAP, _GAP + tall(head), SMALL, "q")]
        flow: Flow = _LIVE if self.live else None
        self.boxes.append(tag("circle", cx=middle, cy=top, r=4, class_="solid ink"))
        self.wire(flow, f"M{middle:.1f} {top:.1f}v{_GAP}")
        flow = laid.draw(middle - laid.width / 2, top + _GAP, flow)
        bottom = top + _GAP + laid.height
        self.wire(flow, f"M{middle:.1f} {bottom:.1f}v{_GAP}")
        bottom = self.end(outcome, flow, width, bottom + _GAP)
        if self.live:
            bottom = self.legend(width, bottom + _GAP)
        wires = [wire for _, wire in sorted(self.wires, key=lambda each: -1 if each[0] is None else each[0])]
        rows = (("Step", "What it says", "Result", "Rests on"), *_rows(self.part, "1", live=self.live))
        words = sentence(self.part, live=self.live)
        answer = f"The test {OUTCOME_WORDS[outcome]}. " if outcome in OUTCOME_WORDS else ""
        return Picture(f"{question} ({whom})", f"{answer}{words}.", width, bottom + _GAP, joined(wires, self.boxes), rows)

    def end(self, outcome: str | None, flow: Flow, width: float, y: float) -> float:
        """Draw what comes out and return where it ends."""
        words = f"The test {OUTCOME_WORDS[outcome]}" if outcome else "Then the rule is met"  # type: ignore[index] # the three outcomes
        lines = fitted(words, _LEAF - _MARK - _PAD, TEXT, bold=True)
        # An outcome can be settled although some test on the way is unknown: no way of filling it in would change it.
        if flow == _PERHAPS and outcome != "undetermined":
            more = fitted("settled: whatever the unknown facts turn out to be, it comes to this", _LEAF - _MARK - _PAD, SMALL)
        else:
            more = []
        height = 2 * _PAD + tall(lines) + tall(more, SMALL)
        x, look = width / 2 - _LEAF / 2, MARK_LOOKS.get(outcome or "", "")
        self.boxes.append(tag("rect", class_=f"box {look}".strip(), x=x, y=y, width=_LEAF, height=height, rx=height / 2 if not more else 14))
        if outcome:
            self.boxes.append(drawn_mark(outcome, x + _MARK / 2 + 6, y + height / 2))
        self.boxes.append(text_lines(lines, x + _MARK + 6, y + _PAD, TEXT, "b"))
        self.boxes.append(text_lines(more, x + _MARK + 6, y + _PAD + tall(lines), SMALL, "q"))
        return y + height

    def legend(self, width: float, y: float) -> float:
        entries = [(_LIVE, "met so far"), (_PERHAPS, "depends on what is not known"), (_DEAD, "stopped")]
        x: float = _GAP
        for flow, words in entries:
            needed = 34 + width_of(words, SMALL) + 14
            if x + needed > width and x > _GAP:
                x, y = _GAP, y + SMALL * 1.6
            self.wire(flow, f"M{x:.1f} {y + 7:.1f}h28")
            self.boxes.append(text_lines([words], x + 34, y, SMALL, "q"))
            x += needed
        return y + SMALL * LEADING

    # -- the parts --------------------------------------------------------------------------------------------------------------------

    def laid(self, part: Part) -> _Laid:
        match part.kind:
            case "all":
                return self.series(part)
            case "any":
                return self.parallel(part)
            case "not":
                return self.turned(part)
            case _:
                return self.leaf(part)

    def leaf(self, part: Part) -> _Laid:
        state = OUTCOMES[part.result] if self.live else ""
        left = _MARK if self.live else _PAD + 3
        room = _LEAF - left - _PAD
        says = fitted(part.says, room, TEXT)
        word = RESULT_WORDS[part.result] if self.live else ""
        about = fitted(f"{word} · {part.about}" if word else part.about, room, SMALL)
        height = 2 * _PAD + tall(says) + tall(about, SMALL)

        def draw(x: float, y: float, flow: Flow) -> Flow:
            self.boxes.append(tag("rect", class_=f"box {MARK_LOOKS.get(state, '')}".strip(), x=x, y=y, width=_LEAF, height=height, rx=4))
            if part.kind == "rule":  # another rule stands behind it: a second line inside the first
                self.boxes.append(tag("rect", class_="frame", x=x + 3, y=y + 3, width=_LEAF - 6, height=height - 6, rx=2))
            if state:
                self.boxes.append(drawn_mark(state, x + left / 2 + 1, y + height / 2))
            self.boxes.append(text_lines(says, x + left, y + _PAD, TEXT))
            below = y + _PAD + tall(says)
            if word:
                first = joined(tag("tspan", word, class_=f"b {MARK_LOOKS[state]}"), about[0].removeprefix(word))
                self.boxes.append(tag("text", first, x=x + left, y=below + SMALL * 0.92, font_size=SMALL, class_="q"))
                self.boxes.append(text_lines(about[1:], x + left, below + SMALL * LEADING, SMALL, "q"))
            else:
                self.boxes.append(text_lines(about, x + left, below, SMALL, "q"))
            return self.through(flow, part.result)

        return _Laid(_LEAF, height, draw, leaf=True)

    def series(self, part: Part) -> _Laid:
        parts = [self.laid(each) for each in part.parts]
        width = max(each.width for each in parts)
        height = sum(each.height for each in parts) + _GAP * (len(parts) - 1)

        def draw(x: float, y: float, flow: Flow) -> Flow:
            for place, each in enumerate(parts):
                if place:
                    self.wire(flow, f"M{x + width / 2:.1f} {y - _GAP:.1f}v{_GAP}")
                flow = each.draw(x + (width - each.width) / 2, y, flow)
                y += each.height + _GAP
            return flow

        return _Laid(width, height, draw, leaf=len(parts) == 1 and parts[0].leaf)

    def parallel(self, part: Part) -> _Laid:
        parts = [self.laid(each) for each in part.parts]
        inner = max(each.width for each in parts)
        width = inner + 2 * _RAIL
        head = 8 + SMALL * LEADING + 9
        leads = [0 if each.leaf else 12 for each in parts]
        height = head + sum(each.height + 2 * lead for each, lead in zip(parts, leads, strict=True)) + _GAP * (len(parts) - 1) + 18
        words = f"{part.says}{f': {RESULT_WORDS[part.result]}' if self.live else ''}"

        def draw(x: float, y: float, flow: Flow) -> Flow:
            middle, left, right = x + width / 2, x + 8, x + width - 8
            self.boxes.append(text_lines([words], left + 8, y + 13, SMALL, "q"))
            rung, out, reached = y + head, None if flow is None else _DEAD, y
            last = y + 8
            for place, (each, lead) in enumerate(zip(parts, leads, strict=True)):
                start = x + (width - each.width) / 2
                enters = rung + each.height / 2 if each.leaf else rung
                self.wire(flow, f"M{left:.1f} {enters:.1f}H{start if each.leaf else middle:.1f}" + ("" if each.leaf else f"v{lead}"))
                here = each.draw(start, rung + lead, flow)
                leaves = enters if each.leaf else rung + 2 * lead + each.height
                self.wire(here, f"M{start + each.width if each.leaf else middle:.1f} {leaves - (0 if each.leaf else lead):.1f}"
                          + ("" if each.leaf else f"v{lead}") + f"H{right:.1f}")  # fmt: skip
                if place:
                    self.wire(out, f"M{right:.1f} {reached:.1f}V{leaves:.1f}")
                out = None if out is None or here is None else max(out, here)
                reached, last = leaves, enters
                rung += each.height + 2 * lead + _GAP
            self.wire(flow, f"M{middle:.1f} {y:.1f}v8H{left:.1f}V{last:.1f}")
            end = y + height
            self.wire(out, f"M{right:.1f} {reached:.1f}V{end - 8:.1f}H{middle:.1f}v8")
            return out

        return _Laid(width, height, draw)

    def turned(self, part: Part) -> _Laid:
        """Lay out a condition that must not hold: a circuit of its own in a frame, which stops the current if it conducts."""
        inner = self.laid(part.parts[0])
        word = f": {RESULT_WORDS[part.result]}" if self.live else ""
        head = fitted(f"not: what stands in this frame must not hold{word}", inner.width, SMALL)
        lead = 10
        width, height = inner.width + 2 * _PAD, tall(head, SMALL) + 2 * _PAD + inner.height + 2 * lead

        def draw(x: float, y: float, flow: Flow) -> Flow:
            self.boxes.append(tag("rect", class_="frame", x=x, y=y, width=width, height=height, rx=8))
            self.boxes.append(text_lines(head, x + _PAD, y + _PAD, SMALL, "q"))
            start, middle = y + _PAD + tall(head, SMALL), x + width / 2
            self.wire(flow, f"M{middle:.1f} {start:.1f}v{lead}")
            own = inner.draw(x + _PAD, start + lead, flow)
            self.wire(own, f"M{middle:.1f} {start + lead + inner.height:.1f}v{lead}")
            return self.through(flow, part.result)

        return _Laid(width, height, draw)

    def through(self, flow: Flow, result: Truth) -> Flow:
        return None if flow is None else min(flow, _FLOWS[result])

    def wire(self, flow: Flow, path: str) -> None:
        self.wires.append((flow, tag("path", d=path, class_=_WIRES[flow])))


# -- in words ------------------------------------------------------------------------------------------------------------------------


def sentence(part: Part, *, live: bool) -> str:
    """Return a condition as words with its results, in reading order; joins in brackets."""
    came_to = RESULT_WORDS[part.result] if live else ""
    if not part.parts:
        return f"{part.says} ({came_to}{'; ' if live else ''}{part.about})"
    inside = "; ".join(sentence(each, live=live) for each in part.parts)
    return f"{part.says}{f' ({came_to})' if live else ''}: [{inside}]"


def _rows(part: Part, place: str, *, live: bool) -> Iterator[tuple[str, str, str, str]]:
    yield place, part.says, RESULT_WORDS[part.result] if live else "", part.about
    for number, each in enumerate(part.parts, start=1):
        yield from _rows(each, f"{place}.{number}", live=live)
