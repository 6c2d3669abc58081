"""Plain, well-shaped documents to the values of the rooms above. What cannot be built is reported with its path, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from cspr_rules.errors import Path_, did_you_mean
from cspr_rules.model.calendars import Calendar, Correction
from cspr_rules.model.fixed import fixed
from cspr_rules.model.profiles import Addition, Headline, Instead, Role
from cspr_rules.model.rules import (
    COMPARISONS,
    All,
    AnyOf,
    Condition,
    Deadline,
    Duty,
    DutyPath,
    Example,
    Not,
    Note,
    Option,
    Rule,
    RuleMet,
    Stage,
    Test,
)
from cspr_rules.model.sources import NO_DAY, Checked, Copy, Discrepancy, Instrument, Provision, Window
from cspr_rules.model.vocabulary import (
    Fact,
    Vocabulary,
)

Plain: TypeAlias = Mapping[str, Any]
Report: TypeAlias = Callable[[Path_, str], None]
"""Takes the path of something wrong and what is wrong with it."""

_JOINS = ("all", "any", "not")
_EVERY_COMPARISON = tuple(dict.fromkeys(each for group in COMPARISONS.values() for each in group))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _window(plain: Plain) -> Window:
    return Window(date.fromisoformat(plain["from"]), _day(plain["until"]), plain["approximate"])


def _provision_window(plain: Plain) -> Window:
    start = _day(plain["from"]) or NO_DAY
    return Window(start, _day(plain["until"]), plain["approximate"], _day(plain["enacted"]), plain["appointed_by"])


def _checked(plain: Plain) -> Checked:
    copied = Copy(**plain["copy"]) if plain["copy"] else None
    return Checked(plain["status"], plain["url"], plain["note"], plain["confidence"], copied, plain["state"])


def build_provisions(plain: Plain, report: Report) -> list[Provision]:
    """Return the provisions of one instrument; those that give no window or check take the instrument's."""
    instrument = Instrument(plain["id"], plain["title"], plain["short"], plain["layer"], plain["url"], plain["edition_of"])
    provisions = []
    for index, each in enumerate(plain["provisions"]):
        window, checked = each["in_force"] or plain["in_force"], each["checked"] or plain["checked"]
        if window is None or checked is None:
            missing = "in_force" if window is None else "checked"
            report(("provisions", index), f"'{missing}' is missing, and the instrument gives none either")
            continue
        provisions.append(
            Provision(
                key=f"{instrument.id}/{each['id']}",
                instrument=instrument,
                pinpoint=each["pinpoint"],
                force=each["force"],
                window=_provision_window(window),
                summary=each["summary"],
                checked=_checked(checked),
            )
        )
    return provisions


def build_condition(plain: Any, path: Path_, vocabulary: Vocabulary, report: Report) -> Condition | None:
    """Return a condition, or ``None`` if it cannot be built; every reason is reported.

    Args:
        plain: As written.
        path: Where it stands, for reports.
        vocabulary: The facts it may test.
        report: Called with the path and the message of everything wrong.
    """
    if not isinstance(plain, dict):
        report(path, "expected a condition: all, any, not, a test with `says` and `fact`, or `rule` with `is: met`")
        return None
    joins = [key for key in _JOINS if key in plain]
    if len(joins) + ("fact" in plain) + ("rule" in plain) != 1:
        report(path, "expected exactly one of all, any, not, fact, rule")
        return None
    if joins:
        return _build_join(plain, joins[0], path, vocabulary, report)
    if "rule" in plain:
        if set(plain) - {"says"} != {"rule", "is"} or plain["is"] != "met" or not isinstance(plain["rule"], str):
            report(path, "expected `rule: <id>` with `is: met`")
            return None
        return RuleMet(plain["rule"])
    return _build_test(plain, path, vocabulary, report)


def _build_join(plain: Plain, join: str, path: Path_, vocabulary: Vocabulary, report: Report) -> Condition | None:
    for key in plain:
        if key != join:
            report((*path, key), f"'{key[:60]}' does not go with '{join}'")
    if join == "not":
        part = build_condition(plain["not"], (*path, "not"), vocabulary, report)
        return None if part is None else Not(part)
    inner = plain[join]
    if not isinstance(inner, list) or not inner:
        report((*path, join), f"expected a list of conditions under '{join}'")
        return None
    parts = [build_condition(each, (*path, join, index), vocabulary, report) for index, each in enumerate(inner)]
    built = tuple(part for part in parts if part is not None)
    if len(built) != len(parts):
        return None
    return All(built) if join == "all" else AnyOf(built)


def _build_test(plain: Plain, path: Path_, vocabulary: Vocabulary, report: Report) -> Condition | None:
    says = plain.get("says")
    if not isinstance(says, str) or not says.strip():
        report(path, "a test needs `says`: the clause a professional reviews")
        return None
    fails = plain.get("fails", "")
    if not isinstance(fails, str) or ("fails" in plain and not fails.strip()):
        report((*path, "fails"), "expected the clause that holds where the test fails; leave `fails` out if there is none")
        return None
    for key, clause in (("says", says), ("fails", fails)):
        if clause.rstrip().endswith("."):
            report((*path, key), f"`{key}` is a clause: leave out the full stop")
    cites = plain.get("cites", [])
    cites = [cites] if isinstance(cites, str) else cites
    if not isinstance(cites, list) or not all(isinstance(cite, str) for cite in cites):
        report((*path, "cites"), "expected a provision or a list of provisions")
        return None
    rest = {key: value for key, value in plain.items() if key not in ("says", "fails", "cites")}
    test = compared(rest, " ".join(says.split()), path, vocabulary, report)
    return test._replace(cites=tuple(cites), fails=" ".join(fails.split())) if test else None


def compared(plain: Plain, says: str, path: Path_, vocabulary: Vocabulary, report: Report) -> Test | None:
    """Return a fact held against a value, or ``None`` if it cannot be; every reason is reported."""
    used = [key for key in plain if key in _EVERY_COMPARISON]
    unknown = [key for key in plain if key not in (*_EVERY_COMPARISON, "fact")]
    for key in unknown:
        report((*path, key), f"'{str(key)[:60]}' is not part of a test{did_you_mean(str(key), _EVERY_COMPARISON)}")
    name = plain.get("fact")
    fact = vocabulary.by_id.get(name) if isinstance(name, str) else None
    if fact is None:
        missing = f"there is no fact called '{str(name)[:60]}'{did_you_mean(str(name), vocabulary.by_id)}"
        report((*path, "fact"), vocabulary.no_longer(name) or missing)
        return None
    if len(used) != 1 or used[0] not in COMPARISONS[fact.type]:
        report(path, f"expected exactly one comparison that fits {fact.id} ({fact.type}): {', '.join(COMPARISONS[fact.type])}")
        return None
    comparison: Any = used[0]
    try:
        value = _comparison_value(fact, comparison, plain[comparison])
    except ValueError as error:
        report((*path, comparison), f"{fact.id}: {error}")
        return None
    return None if unknown else Test(says, fact.id, comparison, value, ())


def _comparison_value(fact: Fact, comparison: str, raw: Any) -> Any:
    if comparison == "recorded":
        if not isinstance(raw, bool):
            raise ValueError("expected true (it has happened) or false (it is known not to have)")
        return raw
    if comparison == "is_any_of":
        if not isinstance(raw, list) or not raw:
            raise ValueError("expected a list of values")
        return tuple(fact.parse(each) for each in raw)
    value = fact.exactly(raw)
    if fact.type == "date" and not isinstance(value, date):
        raise ValueError("expected a date")
    return value


def build_deadline(plain: Plain) -> Deadline:
    """Return one clock."""
    before = plain["before"] is not None
    period = plain["within"] if plain["at_least"] is None else plain["at_least"]
    unit, amount = next(iter(period.items())) if isinstance(period, dict) else (period, None)
    return Deadline(
        unit=unit,
        amount=amount,
        anchor=plain["before"] if before else plain["after"],
        before=before,
        least=plain["at_least"] is not None and not before,
        only_if_recorded=plain["only_if_recorded"],
        strength=plain["strength"],
        cites=tuple(plain["cites"]),
        reading=plain["reading"],
        discrepancies=tuple(plain["discrepancies"]),
    )


def build_option(plain: Plain) -> Option:
    """Return what a menu says of a choice."""
    return Option(plain["rationale"], tuple(plain["support"]), plain["methodology"], tuple(plain["governance"]), plain["timescale"])


def build_paths(plain: Plain) -> list[DutyPath]:
    """Return a profile's paths."""
    return [
        DutyPath(each["id"], each["title"], tuple(each["cites"]), each["note"], each["opened_by"], tuple(each["steps"])) for each in plain["paths"]
    ]


def build_stages(plain: Plain, vocabulary: Vocabulary, report: Report) -> list[Stage]:
    """Return the stages of one file; those whose condition cannot be built are reported and left out."""
    found = []
    for index, each in enumerate(plain["stages"]):
        when = build_condition(each["when"], ("stages", index, "when"), vocabulary, report)
        if when is not None:
            found.append(Stage(each["id"], each["title"], each["order"], when, tuple(each["cites"])))
    return found


def build_rule(plain: Plain, vocabulary: Vocabulary, profile: str, file: str, report: Report) -> Rule | None:
    """Return a rule, or ``None`` if its condition cannot be built."""
    when = build_condition(plain["when"], ("when",), vocabulary, report)
    if when is None:
        return None
    cites = tuple(plain["cites"])
    counts = {
        index: build_condition(each["counts_if"], ("then", index, "counts_if"), vocabulary, report)
        for index, each in enumerate(plain["then"])
        if each.get("counts_if")
    }
    duties = tuple(
        Duty(
            id=each["id"],
            strength=each["duty"],
            act=each["act"],
            by=each["by"],
            to=tuple(each["to"]),
            how=each["how"],
            contents=tuple(each["contents"]),
            once_per=each["once_per"],
            done_by=each["done_by"],
            counts_if=counts.get(index),
            ended_by=each["ended_by"],
            cites=tuple(each["cites"] or cites),
            deadlines=tuple(build_deadline(deadline) for deadline in each["deadlines"]),
            option=build_option(each["option"]) if each["option"] else None,
            discrepancies=tuple(each["discrepancies"]),
        )
        for index, each in enumerate(plain["then"])
        if "note" not in each
    )
    notes = tuple(
        Note(each["note"], tuple(each["cites"] or cites), tuple(each["discrepancies"]), tuple(each["bears_on"]))
        for each in plain["then"]
        if "note" in each
    )
    examples = tuple(
        Example(each["name"], _day(each["on"]), _day(each["as_of"]), fixed(each["given"]), fixed(each["children"]), fixed(each["expect"]))
        for each in plain["examples"]
    )
    return Rule(
        id=plain["id"],
        title=plain["title"],
        question=plain["question"],
        layer=plain["layer"],
        window=_window(plain["in_force"]),
        gap_after=plain["gap_after"],
        aliases=tuple(plain["aliases"]),
        cites=cites,
        scope=plain["scope"],
        law_of=plain["law_of"],
        when=when,
        duties=duties,
        notes=notes,
        discrepancies=tuple(plain["discrepancies"]),
        examples=examples,
        profile=profile,
        file=file,
    )


def build_roles(plain: Plain) -> dict[str, Role]:
    """Return a profile's own roles."""
    return {key: Role(key, each["title"], each["held_by"], each["contact"], each["note"], each["called"]) for key, each in plain["roles"].items()}


def build_headlines(plain: Plain) -> tuple[Headline, ...]:
    """Return a profile's own headline questions."""
    return tuple(
        Headline(
            each["id"],
            each["asks"],
            tuple(each["rules"]),
            tuple(each["duties"]),
            each["yes"],
            tuple(Instead(other["rule"], other["says"]) for other in each["otherwise"]),
        )
        for each in plain["headlines"]
    )


def build_additions(plain: Plain) -> dict[str, Addition]:
    """Return what a profile adds to inherited duties, by duty; several entries for one duty are taken together."""
    found: dict[str, Addition] = {}
    for each in plain["duties"]:
        known = found.get(each["duty"], Addition(each["duty"], (), ()))
        deadlines = tuple(build_deadline(deadline) for deadline in each["deadlines"])
        found[each["duty"]] = Addition(known.duty, (*known.also_to, *each["also_to"]), known.deadlines + deadlines)
    return found


def build_discrepancies(plain: Plain) -> list[Discrepancy]:
    """Return the entries of a register."""
    return [
        Discrepancy(
            each["id"],
            each["kind"],
            each["title"],
            tuple(each["clauses"]),
            tuple(each["sources"]),
            each["local"],
            each["national"],
            each["resolution"],
            each["note"],
        )
        for each in plain["discrepancies"]
    ]


def build_calendar(plain: Plain) -> Calendar:
    """Return a calendar."""
    corrections = tuple(
        Correction(date.fromisoformat(each["date"]), each["working"], each["reason"], tuple(each["cites"])) for each in plain["corrections"]
    )
    confirmed = date.fromisoformat(plain["confirmed_until"])
    return Calendar(plain["id"], plain["title"], plain["base"], confirmed, corrections, tuple(plain["cites"]))
