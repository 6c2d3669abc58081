"""What each test of a rule came to, in the order in which the rule is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import RuleInForce, in_force, law_of
from cspr_rules.model.kleene import Truth, conjunction, disjunction, negation
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Outcome, RuleMet, Test, holds
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision
from cspr_rules.model.values import Row
from cspr_rules.travelling import travels

StepKind: TypeAlias = Literal["test", "rule", "all", "any", "not"]

OUTCOME_WORDS: Final[dict[Outcome, str]] = {"met": "is met", "not_met": "is not met", "undetermined": "is undecided"}
OUTCOME_NAMES: Final[dict[Outcome, str]] = {"met": "Met", "not_met": "Not met", "undetermined": "Not decided"}
RESULT_WORDS: Final[dict[Truth, str]] = {True: "met", False: "not met", None: "undecided"}
JOIN_WORDS: Final[dict[str, str]] = {"all": "all of these", "any": "at least one of these", "not": "it is not the case that"}


@travels
class Step(NamedTuple):
    """One line of a rule's condition and what it came to.

    Attributes:
        depth: How far it is indented; 0 for the condition itself.
        kind: ``test``, ``rule`` (another rule's condition), or a join: ``all``, ``any``, ``not``.
        says: The clause, or the join in words.
        failed: For a test: the clause that holds where it fails; empty otherwise.
        result: ``True`` met, ``False`` not met, ``None`` undecided.
        fact: For a test: the fact's id.
        value: For a test: the fact's value in words.
        rule: For ``rule``: its id.
        citations: The provisions it rests on.
    """

    depth: int
    kind: StepKind
    says: str
    failed: str
    result: Truth
    fact: str | None
    value: str | None
    rule: str | None
    citations: tuple[Provision, ...]


TOGETHER: Final = "whichever way what is undecided turns out"
"""How a rule is settled none of whose tests settles it: facts recur in them, or exclude one another."""


def trace(source: RuleInForce, row: Row, ruleset: Ruleset) -> tuple[Step, ...]:
    """Return each step of a rule's condition with its result on a row of facts.

    Args:
        source: The rule as it stands on its day of law.
        row: The facts.
        ruleset: Where the facts and the other rules are found.
    """
    head, *rest = _Trace(source, row, ruleset).steps(source.rule.when, 0)
    # Where a fact recurs in a condition, reading it line by line can leave open what is settled; then the first line says so.
    settled = truth(source.exact, row) if head.result is None else None
    if settled is not None:
        head = head._replace(says=f"{head.says}, {TOGETHER}", result=settled)
    return head, *rest


class Read(Protocol):
    """What has to be known of a line to find out which lines made the outcome what it is."""

    @property
    def depth(self) -> int:
        """How far it is indented."""
        ...

    @property
    def kind(self) -> StepKind:
        """What it is."""
        ...

    @property
    def result(self) -> Truth:
        """What it came to."""
        ...


LineT = TypeVar("LineT", bound=Read)


def telling(steps: Sequence[LineT], wanted: Truth) -> list[LineT]:
    """Return the tests and rules that make an outcome what it is, in reading order.

    A join is what it is by those of its parts that come to the same; the others, and all that stands in them, say nothing about it.

    Args:
        steps: The condition as read, joins first.
        wanted: The outcome. Where facts exclude one another it can be settled although the condition as read is not; then all that is known tells.
    """
    found: list[LineT] = []
    leading: list[LineT] = []  # the joins that a line stands in, as far as each tells
    for step in steps:
        del leading[step.depth :]
        tells = len(leading) == step.depth and (not leading or leading[-1].kind == "not" or step.result is leading[-1].result)
        if tells and step.kind in ("test", "rule"):
            found.append(step)
        elif tells:
            leading.append(step)
    if steps[0].result is wanted and found:
        return found
    return [step for step in steps if step.kind in ("test", "rule") and step.result is not None]


class _Trace:
    def __init__(self, source: RuleInForce, row: Row, ruleset: Ruleset) -> None:
        self.source = source
        self.row = row
        self.ruleset = ruleset

    def steps(self, condition: Condition, depth: int) -> list[Step]:
        match condition:
            case Test(says, name, _, _, cites):
                fact, value = self.ruleset.vocabulary.by_id[name], self.row[self.ruleset.vocabulary.slot[name]]
                cited = in_force(cites, self.ruleset.provisions, self.source.law_on) or self.source.citations
                return [Step(depth, "test", says, condition.failed, holds(condition, value), name, fact.show(value), None, cited)]
            case RuleMet(name):
                # That rule alone: where few rules are asked, the whole law of the day need not be compiled for it.
                other = law_of(self.ruleset, self.source.law_on, frozenset((name,))).source(name)
                return [Step(depth, "rule", other.rule.title, "", truth(other.exact, self.row), None, None, name, other.citations)]
            case Not(part):
                inner = self.steps(part, depth + 1)
                return [self._join(depth, "not", negation(inner[0].result)), *inner]
            case All(parts) | AnyOf(parts):
                groups = [self.steps(part, depth + 1) for part in parts]
                results = [group[0].result for group in groups]
                kind: StepKind = "all" if isinstance(condition, All) else "any"
                result = conjunction(results) if kind == "all" else disjunction(results)
                return [self._join(depth, kind, result), *(step for group in groups for step in group)]

    def _join(self, depth: int, kind: StepKind, result: Truth) -> Step:
        return Step(depth, kind, JOIN_WORDS[kind], "", result, None, None, None, ())
