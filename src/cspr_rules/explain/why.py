"""Why a rule's outcome is what it is, and what would have to be otherwise: in steps, in a paragraph and as a table."""

from __future__ import annotations

from typing import Final, NamedTuple

from cspr_rules.engine.law import Finding
from cspr_rules.engine.proofs import Otherwise, Proof, ProofStep, Sort
from cspr_rules.engine.tracing import Step, trace
from cspr_rules.errors import RulesError
from cspr_rules.explain.clauses import cell_words, clause, shown, value_words
from cspr_rules.explain.english import label, listed
from cspr_rules.explain.ways import open_needs, routes, smallest
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.rules import Comparator, Test, holds, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import FactValue, Row
from cspr_rules.model.vocabulary import Fact

COMPARISON_WORDS: Final[dict[Comparator, tuple[str, str, str]]] = {
    "is": ("is {actual}", "is {actual}", "is not recorded; the test asks for {value}"),
    "is_any_of": ("is {actual}", "is {actual}", "is not recorded; the test asks for {value}"),
    "at_least": ("is {actual}, at least {value}", "is {actual}, less than {value}", "is not recorded; the test asks for at least {value}"),
    "less_than": ("is {actual}, less than {value}", "is {actual}, not less than {value}", "is not recorded; the test asks for less than {value}"),
    "on_or_before": (
        "is {actual}, on or before {value}",
        "is {actual}, not on or before {value}",
        "is not recorded; the test asks for {value} or before",
    ),
    "on_or_after": (
        "is {actual}, on or after {value}",
        "is {actual}, not on or after {value}",
        "is not recorded; the test asks for {value} or after",
    ),
    "recorded": ("is {actual}", "is {actual}", "is not recorded either way"),
}
"""How each comparison is said when its test is met, not met and undecided. ``{actual}`` is the fact's value, ``{value}`` what it is held against."""


class Reasoner(NamedTuple):
    """What is needed to explain the answers of one record."""

    ruleset: Ruleset
    checked: CheckedCase

    def row(self, child: int | None) -> Row:
        """Return the facts of a child, or of the incident."""
        return self.checked.incident if child is None else self.checked.children[child - 1]

    def why(self, finding: Finding, child: int | None) -> Proof:
        """Return the proof of a finding."""
        row = self.row(child)
        if any(row[slot] is not None for slot in finding.source.reading_order):
            return self._proved(finding, row, child)
        # Nothing is known of what most rules test, in most cases; then the proof is the same in each, but for the child that it is about.
        known: Proof | None = finding.memo.get(Reasoner)
        if known is None:
            known = finding.memo[Reasoner] = self._proved(finding, row, child)
        return known._replace(child=child)

    def _proved(self, finding: Finding, row: Row, child: int | None) -> Proof:
        steps = trace(finding.source, row, self.ruleset)
        tests = iter([test for test in tests_in(finding.source.rule.when) if isinstance(test, Test)])
        proved = tuple(self._step(step, next(tests) if step.kind == "test" else None, row, child) for step in steps)
        otherwise = self._nearest(finding, child) if finding.outcome == "not_met" else ()
        return Proof(finding.rule_id, finding.source.rule.question, child, finding.outcome, proved, finding.citations, otherwise)

    def _nearest(self, finding: Finding, child: int | None) -> tuple[Otherwise, ...]:
        """Return the routes to a rule's being met that ask for the fewest changes; none where there are too many to list."""
        try:
            found = self.why_not(finding, child)
        except RulesError:
            return ()
        fewest = min((len(each.changed) + len(each.found_out) for each in found), default=0)
        return tuple(each for each in found if len(each.changed) + len(each.found_out) == fewest)

    def _step(self, step: Step, test: Test | None, row: Row, child: int | None) -> ProofStep:
        sort: Sort = "law"
        value = compared = origin = None
        if test is not None:
            fact = self.ruleset.vocabulary.by_id[test.fact]
            actual = row[self.ruleset.vocabulary.slot[fact.id]]
            sort = "judgement" if fact.kind == "judgement" else "fact"
            value, compared, origin = value_words(fact, actual), said(test, fact, actual), self._origin(fact, row, child)
        return ProofStep(
            step.depth, step.kind, sort, step.says, step.failed, step.result, step.fact, value, compared, origin, step.rule, step.citations
        )

    def _origin(self, fact: Fact, row: Row, child: int | None) -> str | None:
        if row[self.ruleset.vocabulary.slot[fact.id]] is None:
            return None
        for number, name, source in self.checked.inferred:
            if name == fact.id and number in (None, child):
                return f"which follows from {self._in_words(source)}"
        for judgement in self.checked.judgements:
            if judgement.fact == fact.id and judgement.child in (None, child):
                by = f"as judged by {judgement.role}" if judgement.role else "as judged, by whom is not recorded"
                when = f" on {in_words(judgement.on)}" if judgement.on else ""
                return f"{by}{when}" + (", with dissent recorded" if judgement.dissent else "")
        return "as recorded"

    def _in_words(self, sources: str) -> str:
        """Return the facts that a value follows from, in words; what is no fact's id as it stands."""
        by_id = self.ruleset.vocabulary.by_id
        return listed(label(by_id[each]) if each in by_id else each for each in sources.split(" and "))

    def why_not(self, finding: Finding, child: int | None) -> tuple[Otherwise, ...]:
        """Return, for each route to a rule's being met, the smallest set of conditions that would have to be otherwise; none if it is met."""
        if finding.met:
            return ()
        row = self.row(child)
        left = [open_needs(route, row) for route in routes(finding.source.exact, wanted=True)]
        found = []
        for route in smallest(left):
            changed: list[tuple[str, str, str]] = []
            out: list[tuple[str, str, str]] = []
            cited: dict[str, Provision] = {}
            for need in route:
                says, provisions = clause(self.ruleset, finding.source, need)
                fact = need.variable.fact
                told = (says, fact.id, " or ".join(cell_words(need.variable, value) for value in need.values))
                (out if need.met(row) is None else changed).append(told)
                cited.update({provision.key: provision for provision in provisions})
            found.append(Otherwise(tuple(changed), tuple(out), tuple(cited.values())))
        return tuple(dict.fromkeys(found))


def said(test: Test, fact: Fact, actual: FactValue | None) -> str:
    """Return a comparison in words."""
    held_against = [shown(fact, value) for value in test.value] if test.comparison == "is_any_of" else [shown(fact, test.value)]
    result = holds(test, actual)
    words = COMPARISON_WORDS[test.comparison][(True, False, None).index(result)]
    if result is None and actual is not None:
        words = f"is known only as {{actual}}{words.removeprefix('is not recorded')}"
    return words.format(value=" or ".join(held_against), actual=shown(fact, actual))
