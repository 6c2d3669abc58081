"""Proofs as values: why a rule's outcome is what it is, and what would have to be otherwise."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.display_hook import as_html
from cspr_rules.engine.tracing import OUTCOME_NAMES, OUTCOME_WORDS, RESULT_WORDS, TOGETHER, StepKind, telling
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import Outcome
from cspr_rules.model.sources import Provision
from cspr_rules.travelling import travels

Sort: TypeAlias = Literal["law", "fact", "judgement"]


@travels
class ProofStep(NamedTuple):
    """One line of a proof.

    Attributes:
        depth: How far it is indented.
        kind: ``test``, ``rule``, ``all``, ``any`` or ``not``.
        sort: ``law`` for a join or another rule, ``judgement`` for a test of a judgement, ``fact`` for any other test.
        says: The clause as the rule has it.
        failed: For a test: the clause that holds where it fails; empty otherwise.
        result: ``True`` met, ``False`` not met, ``None`` undecided.
        fact: The fact tested, if one is.
        value: Its value in words.
        compared: The comparison in words.
        origin: Where the value comes from; ``None`` if it is not known.
        rule: The other rule, if one is asked.
        citations: The provisions it rests on.
    """

    depth: int
    kind: StepKind
    sort: Sort
    says: str
    failed: str
    result: Truth
    fact: str | None
    value: str | None
    compared: str | None
    origin: str | None
    rule: str | None
    citations: tuple[Provision, ...]

    @property
    def result_words(self) -> str:
        """The result in words."""
        return RESULT_WORDS[self.result]

    @property
    def basis(self) -> str:
        """For a test: the comparison and where the value comes from, in words."""
        return f"{self.compared}, {self.origin}" if self.origin else self.compared or ""

    @property
    def told(self) -> str:
        """What a test or another rule comes to, as a clause, with what is recorded of its fact in brackets."""
        if self.rule:
            return f"the test “{self.says}” is {self.result_words} ({self.rule})"
        if self.result is None:
            part = f" (all that is recorded: {self.value})" if self.origin else ""
            return f"it is not known whether {self.says}{part}"
        recorded = (self.origin or "").removeprefix("as ")
        value = "" if self.value in _YES_NO else f": {self.value}"  # the clause itself says it
        return f"{self.says if self.result else self.failed} ({recorded}{value})"


_YES_NO: Final = ("yes", "no")


@travels
class Otherwise(NamedTuple):
    """What would have to be otherwise on one route to a rule's being met.

    Attributes:
        changed: What is known and would have to differ, as ``(clause, fact, what it would have to be)``.
        found_out: What is not known and would have to turn out so, likewise.
        citations: The provisions these clauses rest on.
    """

    changed: tuple[tuple[str, str, str], ...]
    found_out: tuple[tuple[str, str, str], ...]
    citations: tuple[Provision, ...]

    def __str__(self) -> str:
        parts = [clause for clause, _, _ in self.changed]
        if self.found_out:
            parts.append(f"it turned out that {' and that '.join(clause for clause, _, _ in self.found_out)}")
        return f"It would be met if {' and '.join(parts)}."


@travels
class Proof(NamedTuple):
    """Why one rule's outcome is what it is, for one child or for the incident.

    Attributes:
        rule_id: The rule.
        question: What it answers.
        child: Which child, from 1; ``None`` for a rule that is asked once, and where one proof is told for several children.
        outcome: The answer.
        steps: The condition as read, each line with its result.
        citations: The rule's own provisions.
        otherwise: Where it is not met: the routes to its being met that ask for the fewest changes; none where there are too many to list.
    """

    rule_id: str
    question: str
    child: int | None
    outcome: Outcome
    steps: tuple[ProofStep, ...]
    citations: tuple[Provision, ...]
    otherwise: tuple[Otherwise, ...] = ()

    @property
    def text(self) -> str:
        """The proof as one paragraph of plain English."""
        wanted: Truth = {"met": True, "not_met": False, "undetermined": None}[self.outcome]
        because = [TOGETHER] if TOGETHER in self.steps[0].says else []
        because += dict.fromkeys(step.told for step in telling(self.steps, wanted))
        sentences = [self.question, f"{OUTCOME_NAMES[self.outcome]}: {'; '.join(because)}."]
        if self.otherwise:
            first, *others = self.otherwise
            more = f" There {'is one other way' if len(others) == 1 else f'are {len(others)} other ways'} as short." if others else ""
            sentences.append(f"{first}{more}")
        cited = "; ".join(str(provision) for provision in self.citations)
        return " ".join([*sentences, f"Source: {cited}."])

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The proof as rows of text, a heading row first."""
        rows = [("Step", "Sort", "Result", "Fact", "Value", "Where from", "Source")]
        for step in self.steps:
            cited = "; ".join(str(provision) for provision in step.citations)
            words = step.rule or step.fact or ""
            rows.append(
                (
                    "  " * step.depth + step.says,
                    step.sort,
                    step.result_words,
                    words,
                    step.value or "",
                    step.origin or ("not recorded" if step.fact else ""),
                    cited,
                )
            )
        return tuple(rows)

    def _repr_html_(self) -> str | None:
        return as_html(self)

    def __str__(self) -> str:
        lines = [f"{self.rule_id} {OUTCOME_WORDS[self.outcome]}"]
        for step in self.steps:
            origin = f" [{step.sort}: {step.fact} {step.basis}]" if step.fact else f" [{step.rule}]" if step.rule else ""
            lines.append(f"{'  ' * (step.depth + 1)}{step.result_words}: {step.says}{origin}")
        return "\n".join(lines)
