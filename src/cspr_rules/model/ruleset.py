"""Everything one authority is held to: the national rules with its own laid over them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar, Self
from weakref import WeakValueDictionary

from cspr_rules.display_hook import as_html
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.frame_hook import Backend, as_frame
from cspr_rules.model import doors
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.fixed import Fixed, Unchanging
from cspr_rules.model.once import once
from cspr_rules.model.profiles import Held, Profile
from cspr_rules.model.rules import DutyPath, Rule, Stage
from cspr_rules.model.sources import Discrepancy, Provision
from cspr_rules.model.vocabulary import Vocabulary
from cspr_rules.travelling import Value, shipped
from cspr_rules.version import __version__


class Ruleset(Unchanging, Value):
    """The rules of one authority with everything they refer to. A pickle of rules that ship is their name and digest; of others, all they hold.

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
        held: From which day on each profile's own law is held, the national one's first.
        shipped: Whether these are rules that ship with the package, and not those of a folder that somebody named.
        kept: What was worked out from these rules, by whom, for as long as they live; it is no part of them.
    """

    _travelled: ClassVar[WeakValueDictionary[str, Ruleset]] = WeakValueDictionary()
    """Rules that are none of those that ship and were pickled in this process or came to it so: they come back as themselves, compiled once."""

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
        held: tuple[Held, ...] = (),
        shipped: bool = False,
    ) -> None:
        self.profile = profile._replace(roles=Fixed(profile.roles))
        self.vocabulary = vocabulary
        self.provisions: Mapping[str, Provision] = Fixed(provisions)
        self.rules = rules
        self.paths: Mapping[str, DutyPath] = Fixed(paths)
        self.stages = stages
        self.calendar = calendar
        self.discrepancies: Mapping[str, Discrepancy] = Fixed(discrepancies)
        self.digest = digest
        self.checked_on = checked_on
        self.held = held
        self.shipped = shipped
        self.kept: dict[object, Any] = {}

    def __repr__(self) -> str:
        return f"Ruleset(profile={self.profile.id!r}, rules={len(self.rules)}, digest={self.digest[:16]!r})"

    def _parts(self) -> tuple[Any, ...]:
        """Return everything they hold, what tells rules apart soonest first."""
        mappings = (self.provisions, self.paths, self.discrepancies)
        own = (self.digest, self.profile, self.rules, self.vocabulary, *mappings, self.stages, self.calendar, self.checked_on, self.held)
        return (*own, self.shipped)

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        digest, profile, rules, vocabulary, provisions, paths, discrepancies, stages, calendar, checked_on, held, ships = packed
        made = cls(
            profile=profile,
            vocabulary=vocabulary,
            provisions=provisions,
            rules=rules,
            paths=paths,
            calendar=calendar,
            discrepancies=discrepancies,
            digest=digest,
            checked_on=checked_on,
            stages=stages,
            held=held,
            shipped=ships,
        )
        known: Any = cls._travelled.get(digest)
        if known == made:
            return known  # type: ignore[no-any-return] # of this class, for it is equal
        cls._travelled[digest] = made
        return made

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.shipped:
            return shipped, (__version__, self.profile.id, self.digest)
        self._travelled.setdefault(self.digest, self)
        return super().__reduce__()

    def _repr_html_(self) -> str | None:
        return as_html(self)

    @property
    def whose(self) -> str:
        """A sentence, with a space before it, where these are not rules that ship with the package; else nothing."""
        return "" if self.shipped else " These rules are not those that ship with cspr-rules: they were read from another folder."

    @once
    def path_duties(self) -> frozenset[str]:
        """Ids of the duties that are steps of a path or open one."""
        return frozenset(each for path in self.paths.values() for each in (*path.steps, path.opened_by) if each)

    @once
    def bearing(self) -> Mapping[str, tuple[str, ...]]:
        """Duty to the rules that have a note which changes how the duty's days read."""
        found: dict[str, dict[str, None]] = {}
        for rule in self.rules:
            for duty in (each for note in rule.notes for each in note.bears_on):
                found.setdefault(duty, {})[rule.id] = None
        return {duty: tuple(names) for duty, names in found.items()}

    @once
    def later_steps(self) -> tuple[int, ...]:
        """Slots of the dates of later steps on whose day the law of some rules is read."""
        return tuple(sorted({self.vocabulary.slot[rule.law_of] for rule in self.rules if rule.law_of}))

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return a rule's dated versions, by its id or a former id.

        Raises:
            QuestionError: There is no such rule.
        """
        found = tuple(rule for rule in self.rules if rule_id == rule.id or rule_id in rule.aliases)
        if not found:
            raise QuestionError(
                [Fault("", f"there is no rule called '{shown(rule_id)}'{did_you_mean(str(rule_id), {rule.id for rule in self.rules})}")]
            )
        return found

    def rules_behind(self, duties: Collection[str]) -> set[str]:
        """Return the rules that put some duties on somebody.

        Raises:
            QuestionError: There is no such duty.
        """
        duties = doors.each(str, duties, "duties")
        known = {duty.id for rule in self.rules for duty in rule.duties}
        for name in duties:
            if name not in known:
                raise QuestionError([Fault("", f"there is no duty called '{shown(name)}'{did_you_mean(str(name), known)}")])
        return {rule.id for rule in self.rules if any(duty.id in duties for duty in rule.duties)}

    def provision(self, key: str) -> Provision:
        """Return a provision by its key.

        Raises:
            QuestionError: There is no such provision.
        """
        found = self.provisions.get(doors.of(str, key, "key"))
        if found is None:
            raise QuestionError([Fault("", f"there is no provision called '{shown(key)}'{did_you_mean(key, self.provisions)}")])
        return found

    def to_frame(self, *, backend: Backend = "pandas") -> Any:
        """Return every version of every rule as a data frame: what it is about, its kind of source, its window and what it cites.

        Args:
            backend: The library that makes it: pandas, polars or pyarrow.

        Raises:
            QuestionError: narwhals or the library is not installed, or there is no such library.
        """
        return as_frame(self, backend=backend)

    def role_name(self, role: str) -> str:
        """Return who holds a role here, in words."""
        return self.profile.roles[role].name if doors.of(str, role, "role") in self.profile.roles else "not specified by the source"


def with_parts(
    ruleset: Ruleset,
    *,
    rules: tuple[Rule, ...] | None = None,
    paths: Mapping[str, DutyPath] | None = None,
    stages: tuple[Stage, ...] | None = None,
    calendar: Calendar | None = None,
    digest: str | None = None,
) -> Ruleset:
    """Return a ruleset with other parts in place of some of its own; what is not given stays. It is not taken for rules that ship.

    Args:
        ruleset: The ruleset, which stays as it is.
        rules: Every version of every rule.
        paths: Duties in the order in which they are to be done.
        stages: The stretches of a case's life.
        calendar: The working days.
        digest: What tells it from other rulesets.
    """
    return Ruleset(
        profile=ruleset.profile,
        vocabulary=ruleset.vocabulary,
        provisions=ruleset.provisions,
        rules=ruleset.rules if rules is None else rules,
        paths=ruleset.paths if paths is None else paths,
        calendar=ruleset.calendar if calendar is None else calendar,
        discrepancies=ruleset.discrepancies,
        digest=ruleset.digest if digest is None else digest,
        checked_on=ruleset.checked_on,
        stages=ruleset.stages if stages is None else stages,
        held=ruleset.held,
    )
