"""Everything one authority is held to: the national rules with its own laid over them, ready to be read on any day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cspr_rules.display_hook import as_html
from cspr_rules.engine.conditions.normal_form import expanded
from cspr_rules.engine.law import Decide, RuleInForce, compiled, rule_in_force
from cspr_rules.engine.questions import Asked
from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.once import once
from cspr_rules.model.profiles import Profile
from cspr_rules.model.rules import Condition, DutyPath, Rule, Stage
from cspr_rules.model.sources import Discrepancy, Provision
from cspr_rules.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from cspr_rules.bulk.framing import Backend, Kind


class LawOfDay(NamedTuple):
    """The rules in force on one day of law, compiled.

    Attributes:
        incident: Rules asked once.
        child: Rules asked for each child.
        decide_incident: Row to the findings of ``incident``.
        decide_child: Row to the findings of ``child``.
        names: Ids of all these rules, in order.
        place: Where each rule stands in ``incident``, or in ``child`` after all of those.
        not_in_force: Rules that exist but do not apply that day: the version that is nearest in time.
    """

    incident: tuple[RuleInForce, ...]
    child: tuple[RuleInForce, ...]
    decide_incident: Decide
    decide_child: Decide
    names: tuple[str, ...]
    place: Mapping[str, int]
    not_in_force: tuple[Rule, ...]


class Ruleset:
    """The rules of one authority with everything they refer to.

    Attributes:
        profile: The authority.
        vocabulary: The facts.
        provisions: Every provision, by key.
        rules: Every version of every rule, in order of id and time.
        paths: Duties in the order in which they are to be done, by id.
        stages: The stretches of a case's life, in order.
        calendar: Its working days.
        discrepancies: The register, by id.
        digest: SHA-256 over the content of every file it was built from; the same rules give the same digest anywhere.
        checked_on: The day on which the sources were last looked through.
    """

    def __init__(
        self,
        *,
        profile: Profile,
        vocabulary: Vocabulary,
        provisions: Mapping[str, Provision],
        rules: tuple[Rule, ...],
        paths: Mapping[str, DutyPath],
        calendar: Calendar,
        discrepancies: Mapping[str, Discrepancy],
        digest: str,
        checked_on: date,
        stages: tuple[Stage, ...] = (),
    ) -> None:
        self.profile = profile
        self.vocabulary = vocabulary
        self.provisions = provisions
        self.rules = rules
        self.paths = paths
        self.stages = stages
        self.calendar = calendar
        self.discrepancies = discrepancies
        self.digest = digest
        self.checked_on = checked_on
        self._laws: dict[int, LawOfDay] = {}
        self._days: dict[date, LawOfDay] = {}

    def __repr__(self) -> str:
        return f"Ruleset(profile={self.profile.id!r}, rules={len(self.rules)}, digest={self.digest[:16]!r})"

    def _repr_html_(self) -> str | None:
        return as_html(self)

    @once
    def path_duties(self) -> frozenset[str]:
        """Ids of the duties that are steps of a path or open one."""
        return frozenset(each for path in self.paths.values() for each in (*path.steps, path.opened_by) if each)

    @once
    def questions(self) -> Asked:
        """Turns facts that could still settle something into questions."""
        return Asked(self.vocabulary.facts)

    @once
    def _starts(self) -> list[date]:
        """Every day on which a rule or a provision begins, or first no longer applies; between two of them the law does not change."""
        days = set()
        for window in (*(rule.window for rule in self.rules), *(provision.window for provision in self.provisions.values())):
            days.add(window.start)
            if window.until:
                days.add(window.until + timedelta(days=1))
        return sorted(days)

    def law(self, day: date) -> LawOfDay:
        """Return the rules in force on a day, compiled; each stretch of unchanged law is compiled once."""
        known = self._days.get(day)
        if known is None:
            stretch = bisect_right(self._starts, day)
            known = self._laws.get(stretch)
            if known is None:
                known = self._laws[stretch] = self._law(day)
            self._days[day] = known
        return known

    def _law(self, day: date) -> LawOfDay:
        applying = {rule.id: rule for rule in self.rules if day in rule.window}

        def expand(condition: Condition) -> Condition:
            return expanded(condition, lambda name: applying[name].when)

        sources = [rule_in_force(rule, self.provisions, self.vocabulary, self.calendar, day, expand) for rule in applying.values()]
        incident = tuple(source for source in sources if source.rule.scope == "incident")
        child = tuple(source for source in sources if source.rule.scope == "child")
        absent: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.id not in applying and (rule.id not in absent or rule.window.start <= day):
                absent[rule.id] = rule
        place = {source.rule.id: index for index, source in enumerate((*incident, *child))}
        return LawOfDay(incident, child, compiled(incident), compiled(child), tuple(sorted(applying)), place, tuple(absent.values()))

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return a rule's dated versions, by its id or a former id.

        Raises:
            QuestionError: There is no such rule.
        """
        found = tuple(rule for rule in self.rules if rule_id == rule.id or rule_id in rule.aliases)
        if not found:
            raise QuestionError([Fault("", f"there is no rule called '{rule_id}'{did_you_mean(rule_id, {rule.id for rule in self.rules})}")])
        return found

    def provision(self, key: str) -> Provision:
        """Return a provision by its key.

        Raises:
            QuestionError: There is no such provision.
        """
        try:
            return self.provisions[key]
        except KeyError:
            raise QuestionError([Fault("", f"there is no provision called '{key}'{did_you_mean(key, self.provisions)}")]) from None

    def to_frame(self, *, backend: Backend = "pandas") -> Any:
        """Return every version of every rule as a data frame: what it is about, its kind of source, its window and what it cites.

        Args:
            backend: The library that makes it: pandas, polars or pyarrow.

        Raises:
            QuestionError: narwhals or the library is not installed, or there is no such library.
        """
        from cspr_rules.bulk.framing import Column, framed

        columns: tuple[tuple[str, Kind, Callable[[Rule], Any]], ...] = (
            ("rule", "text", lambda rule: rule.id),
            ("title", "text", lambda rule: rule.title),
            ("question", "text", lambda rule: rule.question),
            ("layer", "text", lambda rule: rule.layer),
            ("scope", "text", lambda rule: rule.scope),
            ("from", "date", lambda rule: rule.window.start),
            ("until", "date", lambda rule: rule.window.until),
            ("duties", "number", lambda rule: len(rule.duties)),
            ("cites", "text", lambda rule: "; ".join(rule.cites)),
        )
        return framed([Column(name, kind, [value(rule) for rule in self.rules]) for name, kind, value in columns], backend)

    def role_name(self, role: str) -> str:
        """Return who holds a role here, in words."""
        return self.profile.roles[role].name if role in self.profile.roles else "not specified by the source"
