"""The second engine: the same outcomes by forward chaining in durable_rules. The only room that imports it.

Each criterion becomes the alternatives that force it to be met and those that force it not to be
(:func:`cspr_rules.engine.conditions.three_valued.terms`). An alternative is one durable_rules rule that joins positive tokens: "this fact lies in
these values". The known facts of one case are asserted one after the other, each as the tokens it makes true, and every criterion is settled the
moment a rule fires; a criterion that nothing settles is undetermined.

The engine is C code with fixed limits that it does not all check. `docs/decisions/0008-the-second-engine.md` says which faults were found in it
and how each is kept away. The short of it: one session at a time, under one lock; a rule that always fires opens it; its compiled interface is
driven directly, so that there are no timer threads, no actions in Python and no clock.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, Final, TypeAlias
from weakref import finalize

from cspr_rules.engine.conditions.normal_form import Variable, Within
from cspr_rules.engine.conditions.three_valued import Term, terms
from cspr_rules.engine.law import Finding, Findings, LawOfDay, RuleInForce, law_of, sorted_out
from cspr_rules.errors import EngineError, Fault, QuestionError, RulesError
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import FactValue, Row

MOST_JOINED: Final = 12
"""How many findings one alternative may join; the engine has room for 16."""
MOST_TOKENS: Final = 120
"""How many different tokens one durable ruleset may know; the engine searches for ever among 512, and takes longer over each the more it knows."""
MOST_USES: Final = 60
"""How many alternatives of one durable ruleset may rest on the same token; the engine writes past its list after 256."""
MOST_TERMS: Final = 300
"""How many alternatives one durable ruleset may hold; the engine has room for 4096 actions."""

_SESSION: Final = "s"
_OPENED: Final = "open"
_lock = threading.Lock()
_ours = object()
"""Under what the networks of a ruleset are kept with it: those of another process are not used."""
_Known: TypeAlias = "dict[tuple[int, str | None, str], _Network]"
"""Networks by the law of a stretch of days, which lives as long as its rules; the step whose day the rules go by; and what they are asked of."""


def outcomes(ruleset: Ruleset, checked: CheckedCase, law: LawOfDay) -> tuple[Findings, ...]:
    """Decide every rule on a checked case, as :func:`cspr_rules.engine.evaluating.outcomes` does.

    Args:
        ruleset: The rules.
        checked: The case, from :meth:`Case.check`.
        law: The rules in force.

    Returns:
        The findings of the rules asked once, followed by the findings for each child.

    Raises:
        QuestionError: durable_rules is not installed, or cannot be imported here.
        RulesError: A rule is outside what durable_rules can take.
        EngineError: durable_rules failed or contradicted itself. Nothing is decided, and the next call starts afresh.
    """
    wanted = (law.incident, *[law.child] * len(checked.children))
    with _lock:
        known: _Known = ruleset.kept.setdefault(_ours, {})
        try:
            return tuple([_decided(ruleset, known, sources, row) for sources, row in zip(wanted, (checked.incident, *checked.children), strict=True)])
        except BaseException:
            known.clear()  # whatever state the engine was left in is not used again
            raise


def _decided(ruleset: Ruleset, known: _Known, sources: tuple[RuleInForce, ...], row: Row) -> Findings:
    """Decide the rules of one scope on a row.

    The rules of a case may be taken from the laws of several days. Which are taken from one law is settled by the step whose day they go by, so
    there is a network for each law and step: networks for every combination of laws would be many, and whole laws much of which is not asked for.
    """
    parts: dict[tuple[int, str | None, str], list[RuleInForce]] = {}
    for source in sources:
        parts.setdefault((id(law_of(ruleset, source.law_on)), source.rule.law_of, source.rule.scope), []).append(source)
    found: dict[int, Finding] = {}
    for key, part in parts.items():
        if key not in known:
            known[key] = _Network(_imported(), tuple(part))
        found.update((id(finding.source), finding) for finding in known[key].decide(row))
    return sorted_out([found[id(source)] for source in sources])


def _imported() -> ModuleType:
    try:
        import durable_rules_engine
    except ImportError:
        message = (
            "the engine durable_rules is not installed or cannot be imported by this Python; "
            "`pip install 'cspr-rules[durable]'` brings it (it needs a C compiler, and Python 3.11 or 3.12)"
        )
        raise QuestionError([Fault("engine", message)]) from None
    module: ModuleType = durable_rules_engine
    return module


class _Network:
    """Criteria of one scope and one day of law, as durable rulesets.

    Attributes:
        blocks: The durable rulesets; all the criteria together may need more than one.
        findings: For each criterion, its finding if met, not met and undetermined.
        literals: For each slot, the tokens that its value can make true.
        settles: For each durable rule, the criteria that it settles, and how.
    """

    __slots__ = ("blocks", "findings", "literals", "settles")

    def __init__(self, engine: ModuleType, rules: tuple[RuleInForce, ...]) -> None:
        self.findings = tuple((Finding(each, "met"), Finding(each, "not_met"), Finding(each, "undetermined")) for each in rules)
        self.literals: dict[int, list[tuple[Variable, int, str]]] = {}
        tokens: dict[tuple[Any, ...], str] = {}
        settled_by: dict[tuple[str, ...], list[tuple[int, bool]]] = {}
        for index, source in enumerate(rules):
            for wanted in (True, False):
                for term in _terms(source, wanted):
                    joined = tuple(sorted({self._token(literal, tokens) for literal in term}))
                    settled_by.setdefault(joined, []).append((index, wanted))
        # Alternatives that several criteria share are one durable rule. The one that needs no fact fires when the session opens.
        self.settles: dict[str, list[tuple[int, bool]]] = {_OPENED: settled_by.pop((), [])}
        named = {f"r{number}": joined for number, joined in enumerate(settled_by)}
        self.settles.update(zip(named, settled_by.values(), strict=True))
        self.blocks = tuple(_Block(engine, part) for part in _parts(named))

    def _token(self, literal: Within, tokens: dict[tuple[Any, ...], str]) -> str:
        meaning = _meaning(literal)
        if meaning not in tokens:
            tokens[meaning] = f"k{len(tokens)}"
            variable, mask = literal
            self.literals.setdefault(variable.slot, []).append((variable, mask, tokens[meaning]))
        return tokens[meaning]

    def decide(self, row: Row) -> list[Finding]:
        """Return the findings of the criteria, in order."""
        held = [
            token
            for slot, literals in self.literals.items()
            if (value := row[slot]) is not None
            for variable, mask, token in literals
            if not variable.possible(value) & ~mask  # a fact known in part lies there only if all that it may be does
        ]
        settled: dict[int, bool] = {}
        for block in self.blocks:
            for name in block.fired(held):
                for index, wanted in self.settles[name]:
                    if settled.setdefault(index, wanted) is not wanted:
                        raise EngineError([Fault("", f"{self.findings[index][0].rule_id}: durable_rules found it both met and not met")])
        answer = {True: 0, False: 1, None: 2}
        return [findings[answer[settled.get(index)]] for index, findings in enumerate(self.findings)]


class _Block:
    """One durable ruleset, kept far below the engine's fixed limits, with the messages it takes."""

    __slots__ = ("__weakref__", "engine", "handle", "messages")

    def __init__(self, engine: ModuleType, rules: Mapping[str, tuple[str, ...]]) -> None:
        self.engine = engine
        known = sorted({token for joined in rules.values() for token in joined})
        # Sessions and facts are told apart by 32-bit hashes alone; the engine keeps a fact of its own in each session.
        if len({_hash(name) for name in (*known, _OPENED, f"sid-{_SESSION}")}) != len(known) + 2:
            raise EngineError([Fault("", "two names given to durable_rules have the same hash; please report it")])
        self.messages = {token: f'{{"sid":"{_SESSION}","id":"{token}","t":"{token}"}}' for token in (_OPENED, *known)}
        opening = {_OPENED: {"all": [{"m": {"t": _OPENED}}]}}
        joins = {name: {"all": [{f"m{place}": {"t": token}} for place, token in enumerate(joined)]} for name, joined in rules.items()}
        try:
            self.handle = engine.create_ruleset("cspr-rules", json.dumps({**opening, **joins}))
        except engine.error as error:
            raise EngineError([Fault("", f"durable_rules refuses the rules: {error}")]) from None
        finalize(self, engine.delete_ruleset, self.handle).atexit = False

    def fired(self, tokens: Iterable[str]) -> list[str]:
        """Assert tokens one by one in a session of their own, and return the names of the rules that fire, in order."""
        mine = [token for token in tokens if token in self.messages]
        if not mine:
            return [_OPENED]  # what needs no fact is all that fires: no session has to be opened for that
        engine, handle, names = self.engine, self.handle, list[str]()
        opened = False
        try:
            for token in (_OPENED, *mine):
                code, session = engine.assert_fact(handle, self.messages[token])
                if code:  # not handled, or taken for a fact already there: the session was not a fresh one
                    raise EngineError([Fault("", f"durable_rules did not take a fact (code {code})")])
                started = engine.start_action_for_state(handle, session)
                said = started[1] if started else None
                while said:
                    names.append(said[2 : said.index('"', 2)])  # {"name of the rule": {…}}
                    said = engine.complete_and_start_action(handle, session)
                # Deleting a session in which nothing has ever fired makes the engine free memory that was never its own.
                opened = opened or names == [_OPENED]
                if not opened:
                    raise EngineError([Fault("", "durable_rules did not open a session")])
        except engine.error as error:
            raise EngineError([Fault("", f"durable_rules failed: {error}")]) from None
        finally:
            if opened:
                engine.delete_state(handle, _SESSION)
        return names


def _terms(source: RuleInForce, wanted: bool) -> tuple[Term, ...]:
    too_much = f"{source.rule.id} is too much for durable_rules"
    try:
        found = terms(source.exact, wanted=wanted)
    except RulesError as error:
        raise RulesError(Fault(source.rule.file, f"{too_much}: {fault.message}") for fault in error.faults) from None
    if any(len(term) > MOST_JOINED for term in found):
        message = f"{too_much}: more than {MOST_JOINED} findings have to come together; the built-in engine has no such limit"
        raise RulesError([Fault(source.rule.file, message)])
    return found


def _meaning(literal: Within) -> tuple[Any, ...]:
    """Return what a finding says, the same for rules that cut a fact's values differently."""
    variable, mask = literal
    if variable.fact.type in ("yes_no", "one_of"):
        return variable.slot, mask
    inside = [bool(mask >> index & 1) for index in range(len(variable.cells))]
    first = 1 if variable.fact.type == "date" else 0  # before it stands not_yet, which is in no order with the days
    turns: list[FactValue] = [variable.cells[index] for index in range(first + 1, len(inside)) if inside[index] != inside[index - 1]]
    return variable.slot, *inside[: first + 1], *turns


def _parts(rules: Mapping[str, tuple[str, ...]]) -> list[dict[str, tuple[str, ...]]]:
    """Share rules out into as few durable rulesets as stay inside the limits; one at least, so that a session always opens."""
    parts: list[dict[str, tuple[str, ...]]] = [{}]
    uses: dict[str, int] = {}
    for name, joined in rules.items():
        crowded = any(uses.get(token, 0) >= MOST_USES for token in joined)
        if crowded or len(parts[-1]) >= MOST_TERMS or len(uses.keys() | joined) > MOST_TOKENS:
            parts.append({})
            uses = {}
        parts[-1][name] = joined
        for token in joined:
            uses[token] = uses.get(token, 0) + 1
    return parts


def _hash(text: str) -> int:
    """Return the engine's hash of a name: 32-bit FNV-1a."""
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = (value ^ byte) * 16_777_619 & 0xFFFF_FFFF
    return value


def _after_fork() -> None:
    """Start afresh in a forked process: another thread may have held the lock, or been in the middle of a session."""
    global _lock, _ours  # noqa: PLW0603 -- the two things a process has of its own
    _lock = threading.Lock()
    _ours = object()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
