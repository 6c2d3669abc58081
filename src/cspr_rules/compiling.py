"""A ruleset on one day of law, compiled once to a function from facts to outcomes with citations.

The function is ordinary Python, generated from the exact form of each condition. Nothing written in a rule file ever stands in the generated
text: values are passed as constants and names are numbers, so a rule pack cannot make the generator emit code of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from cspr_rules.exact import Exact, Joined, Primes, Variable, Within, exact, slots, truth
from cspr_rules.rules import Condition, Deadline, Duty, Note, Outcome, Rule, Test, tests_in
from cspr_rules.sources import Provision
from cspr_rules.vocabulary import NOT_YET, Row, Vocabulary

FEW_ROWS = 4
"""How many rows are decided by walking the conditions before code is generated for them."""


class CitedDeadline(NamedTuple):
    """A clock with the provisions that give it on the day of law, and the slot of the date it runs from, if it names one."""

    deadline: Deadline
    citations: tuple[Provision, ...]
    slot: int | None


class CitedDuty:
    """A duty with the provisions and clocks in force on the day of law.

    Attributes:
        duty: What the rule says is owed.
        citations: The provisions it rests on.
        deadlines: Its clocks.
        counts_if: In exact form, what makes its step count; ``None`` if it always does.
        done: The slot of the step that discharges it.
        ended: The slot of the step that ends it.
        reads: Takes from a row everything on which the duty's standing depends.
        memo: What was worked out for given dates; kept here so that the same dates are not counted twice.
    """

    __slots__ = ("citations", "counts_if", "deadlines", "done", "duty", "ended", "memo", "reads")

    def __init__(
        self, duty: Duty, citations: tuple[Provision, ...], deadlines: tuple[CitedDeadline, ...], counts_if: Exact | None, slot: Mapping[str, int]
    ) -> None:
        self.duty = duty
        self.citations = citations
        self.deadlines = deadlines
        self.counts_if = counts_if
        self.done = slot[duty.done_by] if duty.done_by else None
        self.ended = slot[duty.ended_by] if duty.ended_by else None
        named = {self.done, self.ended, *(each.slot for each in deadlines), *(slots(counts_if) if counts_if else ())}
        read = sorted(each for each in named if each is not None)
        self.reads: Callable[[Row], Any] = itemgetter(*read) if read else _nothing
        self.memo: dict[Any, Any] = {}


def _nothing(_: Row) -> None:
    """Stand in for a duty whose standing depends on no fact."""


class CitedNote(NamedTuple):
    """A note with the provisions it rests on."""

    note: Note
    citations: tuple[Provision, ...]


class RuleInForce(NamedTuple):
    """A rule as it stands on one day of law.

    Attributes:
        rule: The version of the rule.
        citations: Its provisions in force that day.
        duties: Its duties.
        notes: Its notes.
        exact: Its condition in exact form.
        reading_order: Slots of the facts it tests, those of rules it refers to included, in the order in which it is read.
    """

    rule: Rule
    citations: tuple[Provision, ...]
    duties: tuple[CitedDuty, ...]
    notes: tuple[CitedNote, ...]
    exact: Exact
    reading_order: tuple[int, ...]


class Finding:
    """One rule's outcome with its citations; made once for each rule and outcome, and shared by every case that gets it.

    Attributes:
        rule_id: The rule.
        outcome: ``met``, ``not_met`` or ``undetermined``.
        met: Whether the outcome is ``met``.
        citations: The provisions it rests on.
        source: The rule as it stands on the day of law.
        memo: What is the same for every case with this finding.
    """

    __slots__ = ("citations", "memo", "met", "outcome", "rule_id", "source")

    def __init__(self, source: RuleInForce, outcome: Outcome) -> None:
        self.rule_id = source.rule.id
        self.outcome: Outcome = outcome
        self.met = outcome == "met"
        self.citations = source.citations
        self.source = source
        self.memo: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"Finding({self.rule_id!r}, {self.outcome!r})"


Decide: TypeAlias = Callable[[Row], tuple[Finding, ...]]


def in_force(keys: Iterable[str], provisions: Mapping[str, Provision], law_on: date) -> tuple[Provision, ...]:
    """Return the cited provisions that apply on a day, in the order cited."""
    return tuple(provision for key in keys if law_on in (provision := provisions[key]).window)


def rule_in_force(
    rule: Rule, provisions: Mapping[str, Provision], vocabulary: Vocabulary, law_on: date, expand: Callable[[Condition], Condition]
) -> RuleInForce:
    """Return a rule with the provisions and clocks that apply on a day.

    Args:
        rule: The version in force.
        provisions: Every provision.
        vocabulary: The facts.
        law_on: The day.
        expand: Replaces references to other rules by their conditions under the law of that day.
    """
    duties = []
    slot = vocabulary.slot
    for duty in rule.duties:
        deadlines = tuple(
            CitedDeadline(each, cited, slot.get(each.anchor or "")) for each in duty.deadlines if (cited := in_force(each.cites, provisions, law_on))
        )
        counts_if = exact(duty.counts_if, vocabulary) if duty.counts_if else None
        duties.append(CitedDuty(duty, in_force(duty.cites, provisions, law_on), deadlines, counts_if, slot))
    notes = tuple(CitedNote(note, in_force(note.cites, provisions, law_on)) for note in rule.notes)
    condition = expand(rule.when)
    order = tuple(dict.fromkeys(vocabulary.slot[test.fact] for test in tests_in(condition) if isinstance(test, Test)))
    return RuleInForce(rule, in_force(rule.cites, provisions, law_on), tuple(duties), notes, exact(condition, vocabulary), order)


def compiled(rules: Sequence[RuleInForce], walks: int = FEW_ROWS) -> Decide:
    """Return a function from a row to one finding for each rule, in the order given.

    The first few rows are decided by walking the conditions; code is generated once more are asked for. A command that decides one case then
    does not wait for code that it would run once. Both ways read the same exact form, and the tests hold them to each other.

    Args:
        rules: The rules.
        walks: How many rows to decide by walking first.
    """
    return _Decider(rules, walks)


class _Decider:
    """Decides rows, first by walking and then by generated code."""

    def __init__(self, rules: Sequence[RuleInForce], walks: int) -> None:
        self.rules = rules
        self.findings = [(Finding(source, "met"), Finding(source, "not_met"), Finding(source, "undetermined")) for source in rules]
        self.walks_left = walks
        self.generated: Decide | None = None

    def __call__(self, row: Row) -> tuple[Finding, ...]:
        if self.generated is not None:
            return self.generated(row)
        if self.walks_left:
            self.walks_left -= 1
            found = []
            for source, (met, not_met, undetermined) in zip(self.rules, self.findings, strict=True):
                answer = truth(source.exact, row)
                found.append(met if answer else undetermined if answer is None else not_met)
            return tuple(found)
        self.generated = _Generator().function(self.rules, self.findings)
        return self.generated(row)


class _Generator:
    """Writes the function; holds the constants it refers to."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {"DATE": date, "NOT_YET": NOT_YET}
        self.names: dict[Any, str] = {}
        self.slots: set[int] = set()

    def function(self, rules: Sequence[RuleInForce], findings: Sequence[tuple[Finding, Finding, Finding]]) -> Decide:
        lines = []
        for source, outcomes in zip(rules, findings, strict=True):
            met, not_met, undetermined = (self._constant(finding, key=id(finding)) for finding in outcomes)
            true, false = self._condition(source.exact, wanted=True), self._condition(source.exact, wanted=False)
            lines.append(f"  {met} if {true} else {not_met} if {false} else {undetermined},")
        # Only the slots that are read are unpacked; each is then a local variable, the fastest thing there is.
        reads = [f" f{slot} = row[{slot}]" for slot in sorted(self.slots)]
        text = "\n".join(["def decide(row):", *reads, " return (", *lines, " )"])
        exec(compile(text, "<compiled rules>", "exec"), self.constants)  # noqa: S102 -- see the module's docstring
        decide: Decide = self.constants["decide"]
        return decide

    def _constant(self, value: Any, key: Any = None) -> str:
        key = (type(value), value) if key is None else key
        if key not in self.names:
            self.names[key] = f"k{len(self.names)}"
            self.constants[self.names[key]] = value
        return self.names[key]

    def _condition(self, node: Exact, *, wanted: bool) -> str:
        """Return an expression that is true exactly if the facts force the condition to be ``wanted``."""
        match node:
            case Within(variable, mask):
                return self._member(variable, mask if wanted else variable.full & ~mask)
            case Joined(conjunction, parts):
                joint = " and " if conjunction == wanted else " or "
                return f"({joint.join(self._condition(part, wanted=wanted) for part in parts)})"
            case Primes(variables, true, false):
                cubes = true if wanted else false
                terms = [
                    " and ".join(self._member(variable, mask) for variable, mask in zip(variables, cube, strict=True) if mask != variable.full)
                    or "True"
                    for cube in cubes
                ]
                return f"({' or '.join(f'({term})' for term in terms) or 'False'})"

    def _member(self, variable: Variable, mask: int) -> str:
        """Return an expression that is true exactly if a fact is known to lie in some cells."""
        self.slots.add(variable.slot)
        name = f"f{variable.slot}"
        if mask == 0:
            return "False"
        if mask == variable.full:
            return "True"
        match variable.fact.type:
            case "yes_no":
                return f"{name} is {bool(mask == 2)}"
            case "one_of":
                fitting = [value for index, value in enumerate(variable.cells) if mask >> index & 1]
                return f"{name} == {self._constant(fitting[0])}" if len(fitting) == 1 else f"{name} in {self._constant(frozenset(fitting))}"
            case "number":
                return f"({name} is not None and {self._ranges(variable, mask, 0)})"
            case "date":
                not_yet = f"{name} is NOT_YET"
                ranges = self._ranges(variable, mask, 1)
                known = f"({name}.__class__ is DATE and {ranges})"
                if mask == variable.full & ~1:
                    known = f"{name}.__class__ is DATE"
                return not_yet if mask == 1 else f"({not_yet} or {known})" if mask & 1 else known

    def _ranges(self, variable: Variable, mask: int, first: int) -> str:
        """Return an expression that is true if a known number or date lies in some cells; cells are ranges in ascending order."""
        name, last = f"f{variable.slot}", len(variable.cells) - 1
        ranges, index = [], first
        while index <= last:
            if not mask >> index & 1:
                index += 1
                continue
            end = index
            while end < last and mask >> (end + 1) & 1:
                end += 1
            low = f"{name} >= {self._constant(variable.cells[index])}" if index > first else ""
            high = f"{name} < {self._constant(variable.cells[end + 1])}" if end < last else ""
            ranges.append(" and ".join(filter(None, (low, high))) or "True")
            index = end + 1
        return f"({' or '.join(ranges)})" if len(ranges) > 1 else "".join(ranges) or "False"
