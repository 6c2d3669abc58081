"""Proofs as values: why a rule's outcome is what it is, and what would have to be otherwise."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from cspr_rules.display_hook import as_html
from cspr_rules.engine.tracing import OUTCOME_WORDS, RESULT_WORDS, TOGETHER, StepKind, telling
from cspr_rules.model.rules import Outcome
from cspr_rules.model.sources import Provision
from cspr_rules.model.truth import Truth
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
        parts = [f"it would have to be otherwise that {clause} ({fact}: {wanted})" for clause, fact, wanted in self.changed]
        parts += [f"it would have to turn out that {clause} ({fact}: {wanted})" for clause, fact, wanted in self.found_out]
        return " and ".join(parts)


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
    """

    rule_id: str
    question: str
    child: int | None
    outcome: Outcome
    steps: tuple[ProofStep, ...]
    citations: tuple[Provision, ...]

    @property
    def text(self) -> str:
        """The proof as one paragraph of plain English."""
        wanted: Truth = {"met": True, "not_met": False, "undetermined": None}[self.outcome]
        sentences = [f"{self.question} The test {OUTCOME_WORDS[self.outcome]}."]
        if TOGETHER in self.steps[0].says:
            sentences.append(f"That is so {TOGETHER}.")
        for step in telling(self.steps, wanted):
            if step.rule:
                sentences.append(f"The rule {step.rule} {'is' if step.result is not None else 'is still'} {step.result_words}.")
                continue
            if step.result is None:
                clause = f"It is not known whether {step.says}"
            else:
                clause = step.says if step.result else f"it is not so that {step.says}"
                clause = f"On the judgement recorded, {clause}" if step.sort == "judgement" else clause[:1].upper() + clause[1:]
            sentences.append(f"{clause}: {step.fact} {step.basis}.")
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
