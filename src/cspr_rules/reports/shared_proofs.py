"""Proofs that are the same for several children, told once."""

from __future__ import annotations

from collections.abc import Iterator

from cspr_rules.engine.proofs import Proof
from cspr_rules.record import Decision, DecisionRecord


def proofs(record: DecisionRecord) -> Iterator[tuple[Decision, Proof, tuple[int, ...]]]:
    """Yield every decision's proofs, each with the children that it is the proof for: the met first, then the undecided, then the not met."""
    for outcome in ("met", "undetermined", "not_met"):
        for decision in record.decisions.values():
            if decision.outcome == outcome:
                for proof, children in shared_proofs(decision):
                    yield decision, proof, children


def shared_proofs(decision: Decision) -> Iterator[tuple[Proof, tuple[int, ...]]]:
    """Yield the proofs of a decision, each once for all the children for whom it is the same; none are named for a rule that is asked once.

    A proof for several children is about none of them in particular: its ``child`` is ``None``.
    """
    if not decision.per_child:
        yield decision.why(), ()
        return
    found: dict[tuple[object, ...], list[Proof]] = {}
    for child in range(1, len(decision.per_child) + 1):
        proof = decision.why(child)
        found.setdefault((proof.outcome, proof.steps, proof.otherwise), []).append(proof)
    for alike in found.values():
        yield alike[0] if len(alike) == 1 else alike[0]._replace(child=None), tuple(proof.child for proof in alike if proof.child)
