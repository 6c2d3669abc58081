"""The same rules for zen-engine 2 (GoRules), as decision graphs made from the ruleset and compiled once.

The ways of calling it that are offered here are the fastest that were found; `README.md` says which others were tried. What a rule means is
written here once more, from the rule's condition as it stands in its file: the library's compiler has no part in it. Each condition becomes two
expressions: when it surely holds, and when it surely does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

import zen

from cspr_rules import NOT_YET, Ruleset
from cspr_rules.engine.law import RuleInForce, law_of
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Test, tests_in
from cspr_rules.model.values import Between, FactValue, Row, limits_of
from cspr_rules.model.vocabulary import Vocabulary

KEY: Final = "rules"
Context: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[dict[str, str], ...]
"""Rule id to outcome: of the rules asked once, then for each child."""


class Way(NamedTuple):
    """One way of asking zen-engine.

    Attributes:
        title: What it is, for a table.
        ask: A prepared case to whatever zen answers: this alone is timed.
        read: That answer as outcomes, to compare it with the other engines.
    """

    title: str
    ask: Callable[[Context], Any]
    read: Callable[[Any], Found]


class ZenRules:
    """The rules of one day of law.

    Attributes:
        ways: The ways of asking.
    """

    def __init__(self, ruleset: Ruleset, law_day: date) -> None:
        law = law_of(ruleset, law_day)
        rules = {source.rule.id: source for source in (*law.incident, *law.child)}
        self.incident = _Scope(law.incident, rules, ruleset.vocabulary)
        self.child = _Scope(law.child, rules, ruleset.vocabulary)
        scopes = (self.incident, self.child)
        self.ways = (
            self._graph("a graph, an expression for each rule", [scope.expressions() for scope in scopes], self._by_key),
            self._graph("the same with citations in the answer", [scope.expressions(citing=True) for scope in scopes], self._by_key),
            self._graph("a graph, all rules in one expression", [{"all": scope.one_expression()} for scope in scopes], self._in_order),
            self._no_graph(),
        )

    def prepared(self, checked: CheckedCase) -> Context:
        """Return a case as zen-engine takes it: only facts that some rule tests, dates as recorded or not yet."""
        return {"incident": self.incident.context(checked.incident), "children": [self.child.context(row) for row in checked.children]}

    def _graph(self, title: str, expressions: Sequence[Mapping[str, str]], read: Callable[[Any], Found]) -> Way:
        """Return a graph with one node for the rules asked once and one that loops over the children, asked in one call.

        A loader with fixed content is compiled when the engine is made, and `evaluate` by key keeps one runtime for all calls; a `ZenDecision`
        from `create_decision` starts a new one for each, which takes some six times as long as the rules.
        """
        incident, child = expressions
        graph = {
            "nodes": [
                _node("in", "inputNode"),
                _node("incident", "expressionNode", _content(incident, inputField="incident", outputPath="incident")),
                _node("children", "expressionNode", _content(child, inputField="children", outputPath="children", executionMode="loop")),
                _node("out", "outputNode"),
            ],
            "edges": [
                {"id": f"{start}-{end}", "sourceId": start, "targetId": end, "type": "edge"}
                for start, end in (("in", "incident"), ("in", "children"), ("incident", "out"), ("children", "out"))
            ],
        }
        evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {KEY: graph}}}).evaluate
        return Way(title, lambda context: evaluate(KEY, context), read)

    def _no_graph(self) -> Way:
        """Return compiled expressions without a graph: the least that zen's machine takes for the rules."""
        incident = zen.compile_expression(self.incident.one_expression()).evaluate
        child = zen.compile_expression(self.child.one_expression()).evaluate

        def ask(context: Context) -> list[Any]:
            return [incident(context["incident"]), *[child(each) for each in context["children"]]]

        def read(answer: list[Any]) -> Found:
            return self._in_order({"result": {"incident": {"all": answer[0]}, "children": [{"all": each} for each in answer[1:]]}})

        return Way("compiled expressions, no graph", ask, read)

    def _by_key(self, answer: Any) -> Found:
        result = answer["result"]
        return (self.incident.by_key(result["incident"]), *[self.child.by_key(each) for each in result["children"]])

    def _in_order(self, answer: Any) -> Found:
        result = answer["result"]
        return (self.incident.in_order(result["incident"]["all"]), *[self.child.in_order(each["all"]) for each in result["children"]])


def _node(name: str, kind: str, content: Mapping[str, Any] | None = None) -> Context:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **({"content": content} if content else {})}


def _content(expressions: Mapping[str, str], **attributes: str) -> Context:
    return {"expressions": [{"id": key, "key": key, "value": value} for key, value in expressions.items()], "passThrough": False, **attributes}


class _Scope:
    """The rules asked once, or those asked of each child."""

    def __init__(self, sources: Sequence[RuleInForce], rules: Mapping[str, RuleInForce], vocabulary: Vocabulary) -> None:
        self.rules = rules
        self.vocabulary = vocabulary
        here = {source.rule.id: source for source in sources}
        self.sources = tuple(self._referred_first(here))
        self.key = {source.rule.id: f"r{number}" for number, source in enumerate(self.sources)}
        self.facts = sorted({fact for source in sources for fact in self._facts(source.rule.when)})

    def context(self, row: Row) -> Context:
        """Return the facts that these rules test."""
        slot, by_id = self.vocabulary.slot, self.vocabulary.by_id
        context: Context = {}
        for fact in self.facts:
            value = row[slot[fact]]
            if by_id[fact].type == "number":
                context[f"{_name(fact)}__low"], context[f"{_name(fact)}__high"] = (None, None) if value is None else limits_of(value)
            else:
                context[_name(fact)] = _plain(value)
        return context

    def by_key(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Return rule id to outcome of an answer by keys."""
        found = {name: answer[key] for name, key in self.key.items()}
        return {name: value if isinstance(value, str) else value["outcome"] for name, value in found.items()}

    def in_order(self, answer: Sequence[str]) -> dict[str, str]:
        """Return rule id to outcome of an answer as a list."""
        return {source.rule.id: outcome for source, outcome in zip(self.sources, answer, strict=True)}

    def expressions(self, *, citing: bool = False) -> dict[str, str]:
        """Return an expression for each rule; one that refers to another rule asks for that rule's answer."""
        outcome = ".outcome" if citing else ""

        def refer(name: str, wanted: bool) -> str | None:
            return f"$.{self.key[name]}{outcome} == '{'met' if wanted else 'not_met'}'" if name in self.key else None

        return {self.key[source.rule.id]: self._answer(source, refer, citing=citing) for source in self.sources}

    def one_expression(self) -> str:
        """Return one expression that lists the outcomes of all the rules."""
        return f"[{', '.join(self._answer(source, lambda name, wanted: None) for source in self.sources)}]"

    def _answer(self, source: RuleInForce, refer: Callable[[str, bool], str | None], *, citing: bool = False) -> str:
        keys = ", ".join(f"'{provision.key}'" for provision in source.citations)
        met, not_met, undetermined = (
            f"{{outcome: '{outcome}', citations: [{keys}]}}" if citing else f"'{outcome}'" for outcome in ("met", "not_met", "undetermined")
        )
        true, false = (self._condition(source.rule.when, refer, wanted=wanted) for wanted in (True, False))
        return f"{true} ? {met} : {false} ? {not_met} : {undetermined}"

    def _condition(self, condition: Condition, refer: Callable[[str, bool], str | None], *, wanted: bool) -> str:
        match condition:
            case All(parts) | AnyOf(parts):
                joint = " and " if isinstance(condition, All) == wanted else " or "
                return f"({joint.join(self._condition(part, refer, wanted=wanted) for part in parts)})"
            case Not(part):
                return self._condition(part, refer, wanted=not wanted)
            case RuleMet(name):
                return refer(name, wanted) or self._condition(self.rules[name].rule.when, refer, wanted=wanted)
            case Test():
                return self._test(condition, wanted=wanted)

    def _test(self, test: Test, *, wanted: bool) -> str:
        name = _name(test.fact)
        match test.comparison:
            case "is" | "is_any_of":
                values = test.value if test.comparison == "is_any_of" else (test.value,)
                possible = (True, False) if self.vocabulary.by_id[test.fact].type == "yes_no" else tuple(self.vocabulary.by_id[test.fact].values)
                fitting = [_literal(value) for value in possible if (value in values) == wanted]
                return f"{name} == {fitting[0]}" if len(fitting) == 1 else f"{name} in [{', '.join(fitting)}]"
            case "at_least" | "less_than":
                # A number may be known within bounds: the lowest that it can be has to reach the limit, or the highest to stay below it.
                end, sign = ("low", ">=") if (test.comparison == "at_least") == wanted else ("high", "<")
                return f"({name}__{end} != null and {name}__{end} {sign} {test.value})"
            case "recorded":
                return f"{name} == '{'recorded' if test.value == wanted else 'not_yet'}'"
        # None of these rules compares dates. One that does has to be translated here, and fails until it is.
        raise AssertionError(f"{test.fact} {test.comparison}: how zen-engine is to compare these has not been written")

    def _facts(self, condition: Condition) -> Iterator[str]:
        for each in tests_in(condition):
            if isinstance(each, RuleMet):
                yield from self._facts(self.rules[each.rule].rule.when)
            else:
                yield each.fact

    def _referred_first(self, here: Mapping[str, RuleInForce]) -> Iterator[RuleInForce]:
        seen: set[str] = set()

        def visit(name: str) -> Iterator[RuleInForce]:
            if name in here and name not in seen:
                seen.add(name)
                for each in tests_in(here[name].rule.when):
                    if isinstance(each, RuleMet):
                        yield from visit(each.rule)
                yield here[name]

        for name in here:
            yield from visit(name)


def _name(fact: str) -> str:
    return fact.replace(".", "__")


def _literal(value: bool | str) -> str:
    return f"'{value}'" if isinstance(value, str) else "true" if value else "false"


def _plain(value: FactValue | None) -> bool | str | int | None:
    """Return a yes or no, a word or a date as zen-engine takes it."""
    if value is NOT_YET:
        return "not_yet"
    if isinstance(value, date | Between):  # a month, or only that the day has come, is recorded too
        return "recorded"
    return value
