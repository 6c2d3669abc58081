"""A local authority laid over the national ruleset: who holds each role, and what it adds to inherited duties.

An authority can add; it cannot lengthen, drop or weaken. :func:`weaker` is that guard.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.model.calendars import Calendar
from cspr_rules.model.rules import Deadline, Duty, Rule, discrepancies_of
from cspr_rules.travelling import travels


@travels
class Role(NamedTuple):
    """Somebody who owes or is owed a duty.

    Attributes:
        id: Its key.
        title: What the role is.
        held_by: Who holds it in this authority: a post or a body, never a person's name.
        contact: How to reach it.
        note: What a reader should know, such as that a body was since dissolved.
        called: How it is called inside a sentence, where that is not its title with an article.
    """

    id: str
    title: str
    held_by: str | None
    contact: str | None
    note: str | None
    called: str | None = None

    @property
    def named(self) -> str:
        """Who it is, inside a sentence."""
        return self.held_by or self.called or f"the {self.title.removeprefix('the ')}"

    @property
    def name(self) -> str:
        """Who it is, as short as can be."""
        return self.held_by or self.title


@travels
class Addition(NamedTuple):
    """What a profile adds to a duty it inherits.

    Attributes:
        duty: The duty's id.
        also_to: Further recipients.
        deadlines: Further clocks.
    """

    duty: str
    also_to: tuple[str, ...]
    deadlines: tuple[Deadline, ...]


@travels
class Held(NamedTuple):
    """From which day on a profile's own law is held here.

    Attributes:
        profile: The profile's id.
        title: What it is about.
        since: The first day.
    """

    profile: str
    title: str
    since: date


@travels
class Instead(NamedTuple):
    """What to say where a headline question is not answered by yes and a rule says whose duty it is.

    Attributes:
        rule: The rule whose being met says so.
        says: In words, with roles in braces.
    """

    rule: str
    says: str


@travels
class Headline(NamedTuple):
    """A question that stands first in every report.

    Attributes:
        id: Its key.
        asks: The question.
        rules: The rules any of which answers it by yes when it is met, the one to name first in front.
        duties: The duties of these rules whose day is shown.
        yes: What a yes comes to, in words: roles in braces, and :data:`BY`, :data:`VERB` and :data:`TO` for those of the duties owed.
        otherwise: What to say in place of a yes.
    """

    id: str
    asks: str
    rules: tuple[str, ...]
    duties: tuple[str, ...]
    yes: str
    otherwise: tuple[Instead, ...]


BY: Final = "by"
VERB: Final = "verb"
TO: Final = "to"
"""What may stand in the words of a headline beside roles: who owes the duties, with which verb, and to whom."""


@travels
class Profile(NamedTuple):
    """One authority, or the national position alone.

    Attributes:
        id: Its key.
        title: In words.
        authority: How the local authority is called.
        extends: The profiles it stands on, nearest first.
        calendar: Which days are working days.
        roles: Every role, inherited ones included.
        headlines: The questions that stand first in every report, inherited ones in front.
    """

    id: str
    title: str
    authority: str
    extends: tuple[str, ...]
    calendar: str
    roles: Mapping[str, Role]
    headlines: tuple[Headline, ...] = ()


def weaker(own: Deadline, inherited: Deadline, calendar: Calendar) -> bool:
    """Say whether an added clock could ever allow more time than an inherited one that runs from the same date, or let less time go by.

    Clocks in different units are compared by counting both from every day of four years, so that weekends and holidays are weighed as they fall.
    """
    if (own.anchor, own.before, own.least) != (inherited.anchor, inherited.before, inherited.least) or own.amount is None:
        return False
    if inherited.amount is None:  # any number of days is more time than none
        return inherited.unit in ("immediately", "without_delay")
    if own.unit == inherited.unit:
        return own.amount < inherited.amount if own.before or own.least else own.amount > inherited.amount
    first = calendar.confirmed_until - timedelta(days=4 * 366)
    for offset in range(4 * 366 - 120):
        ours, theirs = calendar.due(own, first + timedelta(days=offset)), calendar.due(inherited, first + timedelta(days=offset))
        if ours and theirs and (ours.on < theirs.on if own.least else ours.on > theirs.on):
            return True
    return False


def with_register(rule: Rule, register: Collection[str]) -> Rule:
    """Return a rule that names only those entries that stand in a profile's register.

    A national rule may name what the register of one authority says of it; under another authority, and under none, there is nothing to say.
    """
    if all(name in register for name in discrepancies_of(rule)):
        return rule

    def known(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in register)

    duties = (
        duty._replace(
            discrepancies=known(duty.discrepancies),
            deadlines=tuple(deadline._replace(discrepancies=known(deadline.discrepancies)) for deadline in duty.deadlines),
        )
        for duty in rule.duties
    )
    notes = tuple(note._replace(discrepancies=known(note.discrepancies)) for note in rule.notes)
    return rule._replace(discrepancies=known(rule.discrepancies), duties=tuple(duties), notes=notes)


def with_additions(rule: Rule, additions: Mapping[str, Addition]) -> Rule:
    """Return a rule whose duties carry what a profile adds to them."""
    if not any(duty.id in additions for duty in rule.duties):
        return rule
    return rule._replace(duties=tuple(_added(duty, additions.get(duty.id)) for duty in rule.duties))


def _added(duty: Duty, addition: Addition | None) -> Duty:
    if addition is None:
        return duty
    to = duty.to + tuple(role for role in addition.also_to if role not in duty.to)
    return duty._replace(to=to, deadlines=duty.deadlines + addition.deadlines)
