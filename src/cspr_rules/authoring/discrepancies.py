"""The register of discrepancies, for the people who own the guidance: what disagrees, what is done about it, and which rules say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.coverage import clause_id, clause_key, clauses, within
from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Discrepancy

_ELSEWHERE: Final = "no clause of this guidance"


class Carrier(NamedTuple):
    """Where a rule says that it rests on an entry.

    Attributes:
        rule: The rule's id.
        level: ``rule``, ``duty``, ``deadline`` or ``note``.
        duty: The duty's id, for a duty or one of its deadlines.
    """

    rule: str
    level: str
    duty: str | None

    @property
    def where(self) -> str:
        """The level, and the duty if there is one."""
        return f"{self.level}{' of' if self.level == 'deadline' else ''} {self.duty}" if self.duty else self.level


class Registered(NamedTuple):
    """One entry with the rules that carry it.

    Attributes:
        entry: The entry.
        part: The part of the guidance in which its first clause stands.
        carriers: Where rules say that they rest on it.
    """

    entry: Discrepancy
    part: str
    carriers: tuple[Carrier, ...]


def register(ruleset: Ruleset, ids: Sequence[str] = (), *, clause: str | None = None, rule: str | None = None) -> list[Registered]:
    """Return entries of the register in the order of the guidance, those that touch no clause of it last.

    Args:
        ruleset: Whose register.
        ids: Only these entries.
        clause: Only entries that touch this clause or a limb of it.
        rule: Only entries that this rule carries.

    Raises:
        QuestionError: There is no such entry, clause or rule.
    """
    faults = [
        Fault("", f"there is no discrepancy called '{each}'{did_you_mean(each.upper(), ruleset.discrepancies)}")
        for each in ids
        if each.upper() not in ruleset.discrepancies
    ]
    local = clauses(ruleset)
    key = clause_key(clause) if clause else None
    if key is not None and key not in local:
        known = [clause_id(each) for each in local]
        faults.append(Fault("--clause", f"there is no clause called '{clause}'{did_you_mean(clause_id(key), known)}"))
    if faults:
        raise QuestionError(faults)
    rule_id = ruleset.versions(rule)[0].id if rule else None
    wanted = {each.upper() for each in ids}
    carried = carriers(ruleset)
    order = {each: index for index, each in enumerate(local)}
    found = []
    for entry in ruleset.discrepancies.values():
        own = [each for each in entry.clauses if each in order]
        carrying = carried.get(entry.id, ())
        if wanted and entry.id not in wanted:
            continue
        if key is not None and not any(within(each, key) for each in own):
            continue
        if rule_id is not None and rule_id not in {carrier.rule for carrier in carrying}:
            continue
        first = min(own, key=lambda each: order[each], default=None)
        part = local[first].pinpoint.partition(",")[0] if first else _ELSEWHERE
        found.append((order[first] if first else len(order), Registered(entry, part, tuple(carrying))))
    parts = list(dict.fromkeys(each.part for _, each in sorted(found, key=lambda pair: pair[0])))
    return sorted((each for _, each in found), key=lambda each: parts.index(each.part))


def carriers(ruleset: Ruleset) -> Mapping[str, Sequence[Carrier]]:
    """Return where rules name each entry of the register, by the entry's id; the versions of a rule are taken together."""
    found: dict[str, dict[Carrier, None]] = {}
    for rule in ruleset.rules:
        for entry, carrier in _named(rule):
            found.setdefault(entry, {})[carrier] = None
    return {entry: tuple(each) for entry, each in found.items()}


def _named(rule: Rule) -> list[tuple[str, Carrier]]:
    named = [(entry, Carrier(rule.id, "rule", None)) for entry in rule.discrepancies]
    for duty in rule.duties:
        named += [(entry, Carrier(rule.id, "duty", duty.id)) for entry in duty.discrepancies]
        named += [(entry, Carrier(rule.id, "deadline", duty.id)) for deadline in duty.deadlines for entry in deadline.discrepancies]
    return named + [(entry, Carrier(rule.id, "note", None)) for note in rule.notes for entry in note.discrepancies]


def plain_register(ruleset: Ruleset, found: Sequence[Registered]) -> dict[str, Any]:
    """Return entries as plain values for JSON."""
    return {
        "schema": "cspr-rules/discrepancies/1",
        "profile": ruleset.profile.id,
        "ruleset_digest": ruleset.digest,
        "discrepancies": [
            {
                "id": each.entry.id,
                "title": each.entry.title,
                "kind": each.entry.kind,
                "part": each.part,
                "local": each.entry.local,
                "national": each.entry.national,
                "resolution": each.entry.resolution,
                "note": each.entry.note,
                "clauses": [{"id": name, "summary": summary} for name, summary in touched(each, ruleset)],
                "sources": list(each.entry.sources),
                "carried_by": [{"rule": carrier.rule, "level": carrier.level, "duty": carrier.duty} for carrier in each.carriers],
            }
            for each in found
        ],
        "unreferenced": [each.entry.id for each in found if not each.carriers],
    }


def touched(each: Registered, ruleset: Ruleset) -> list[tuple[str, str | None]]:
    """Return the clauses of an entry with their summaries; ``None`` for a clause that is not in this profile's guidance."""
    provisions = ruleset.provisions
    return [(clause_id(key), provisions[key].summary if key in provisions else None) for key in each.entry.clauses]
