"""What the rules hold, for people: facts, an empty case file, and any one rule, provision, fact or discrepancy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.model.rules import All, AnyOf, Condition, Deadline, Duty, Not, Rule, RuleMet, Test, cited
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Discrepancy, Provision
from cspr_rules.model.vocabulary import Fact
from cspr_rules.reports.layout import wrapped


def _wrapped(words: str, indent: int = 0, lead: str = "") -> list[str]:
    return wrapped(words, " " * indent + lead)


def facts(ruleset: Ruleset, words: Sequence[str] = ()) -> str:
    """Return the vocabulary as text.

    Args:
        ruleset: Whose vocabulary.
        words: Case-folded words that a fact's id or meaning has to contain.
    """
    wanted = [fact for fact in ruleset.vocabulary.facts if all(word in f"{fact.id} {fact.meaning}".casefold() for word in words)]
    wanted.sort(key=lambda fact: _remote(fact, words))
    return "\n".join("\n".join(_fact(fact, ruleset, brief=True)) + "\n" for fact in wanted)


def _remote(fact: Fact, words: Sequence[str]) -> int:
    """Return how far a fact is from some words: it is named by them, they stand in its meaning, or they are parts of other words there."""
    named, meant = (set(re.findall(r"[^\W_]+", text.casefold())) for text in (fact.id, fact.meaning))
    return 0 if named.issuperset(words) else 1 if (named | meant).issuperset(words) else 2


def _fact(fact: Fact, ruleset: Ruleset, *, brief: bool = False) -> list[str]:
    scope = "about the incident" if fact.scope == "incident" else "about each child"
    lines = [f"{fact.id}  [{fact.kind}, {scope}]", *_wrapped(fact.meaning, 4), *_wrapped(f"Expected: {fact.expected}", 4)]
    if brief:
        return lines
    lines += [line for value, meaning in fact.values.items() for line in _wrapped(f"{value}: {meaning}", 6, "- ")]
    lines += [*_wrapped(f"Question: {fact.question}", 4), *_wrapped(f"Who would know: {fact.who_would_know}", 4)]
    for consideration in fact.considerations:
        cites = "; ".join(str(ruleset.provisions[key]) for key in consideration.cites)
        lines += _wrapped(f"{consideration.text} ({cites})", 4, "Weigh: ")
    for implication in fact.implies:
        other = ruleset.vocabulary.by_id[implication.fact]
        when = "it is recorded" if implication.when is None else f"it is '{fact.show(implication.when)}'"
        lines += _wrapped(f"If {when}, {other.id} is '{other.show(implication.value)}'", 4)
    if fact.taken_with:
        together = fact.taken_with
        served = ", ".join(str(value) for value in together.is_any_of)
        lines += _wrapped(f"Unless recorded, it is the day of {together.step}, where {together.where} is one of {served}", 4)
    if fact.not_before:
        lines += _wrapped(f"Cannot be before: {', '.join(fact.not_before)}", 4)
    for order in fact.comes_after:
        cites = "; ".join(str(ruleset.provisions[key]) for key in order.cites)
        lines += _wrapped(f"Comes after {order.fact}; another order is reported{f' ({cites})' if cites else ''}", 4)
    return lines


def skeleton(ruleset: Ruleset, profile: str | None = None) -> str:
    """Return an empty case file: every fact, its question as a comment, and no value. Empty means unknown.

    Args:
        ruleset: Whose facts.
        profile: How the profile was named, such as the path of its folder; its id if not given.
    """
    lines = [
        "# A case for cspr-rules. Fill in what is known and leave the rest empty: empty means unknown, and unknown is never taken for no.",
        "# No names and nothing else that identifies a person.",
        f"profile: {profile or ruleset.profile.id}",
        "as_of:            # the day to look at the case from, YYYY-MM-DD; empty: the latest day recorded below",
        "facts:",
    ]
    lines += _empty(fact for fact in ruleset.vocabulary.facts if fact.scope == "incident")
    lines += ["children:", "  # one entry for each child; copy it for a second child"]
    child = _empty(fact for fact in ruleset.vocabulary.facts if fact.scope == "child")
    first = next(index for index, line in enumerate(child) if not line.lstrip().startswith("#"))
    lines += [f"  {line}" for line in child[:first]] + [f"  - {child[first].lstrip()}"] + [f"  {line}" for line in child[first + 1 :]]
    return "\n".join(lines) + "\n"


def _empty(found: Iterable[Fact]) -> list[str]:
    lines = []
    for fact in found:
        judgement = "A judgement. " if fact.kind == "judgement" else ""
        lines += [f"  # {line}" for line in wrapped(f"{judgement}{fact.question} ({fact.expected})")]
        lines.append(f"  {fact.id}:")
    return lines


def show(ruleset: Ruleset, name: str) -> str:
    """Return a rule (every version), a provision (in every edition, if it is named so), a fact or a discrepancy as text.

    Raises:
        QuestionError: Nothing has this name.
    """
    if name in ruleset.provisions:
        lines = _provision(ruleset.provisions[name], ruleset)
    elif editions := [each for each in ruleset.provisions.values() if each.edition_key == name]:
        lines = []
        for each in sorted(editions, key=lambda each: each.window.start):
            lines += ([""] if lines else []) + _provision(each, ruleset)
    elif name in ruleset.vocabulary.by_id:
        lines = _fact(ruleset.vocabulary.by_id[name], ruleset)
    elif name in ruleset.discrepancies:
        lines = _discrepancy(ruleset.discrepancies[name])
    else:
        versions = [rule for rule in ruleset.rules if name == rule.id or name in rule.aliases]
        versions = versions or [rule for rule in ruleset.rules if any(duty.id == name for duty in rule.duties)]
        if not versions:
            every = [rule.id for rule in ruleset.rules] + [duty.id for rule in ruleset.rules for duty in rule.duties]
            editions_of = {each.edition_key for each in ruleset.provisions.values() if each.edition_key}
            known = {*every, *ruleset.provisions, *editions_of, *ruleset.vocabulary.by_id, *ruleset.discrepancies}
            missing = f"there is no rule, duty, provision, fact or discrepancy called '{name[:80]}'{did_you_mean(name, known)}"
            raise QuestionError([Fault("", ruleset.vocabulary.no_longer(name) or missing)])
        lines = []
        for rule in versions:
            lines += ([""] if lines else []) + _rule(rule, ruleset)
    return "\n".join(lines) + "\n"


def _provision(provision: Provision, ruleset: Ruleset) -> list[str]:
    lines = [f"{provision.key}: {provision.instrument.title}, {provision.pinpoint}", *_wrapped(provision.summary, 4)]
    lines.append(f"    {LAYERS[provision.layer].capitalize()}; force: {provision.force.replace('_', ' ')}; in force {provision.window}")
    if provision.window.approximate:
        lines += _wrapped(f"Dates: {provision.window.approximate}", 4)
    if provision.window.appointed_by:
        lines += _wrapped(f"Its first day is appointed by {provision.window.appointed_by}", 4)
    lines += _wrapped(f"Checked: {provision.verification}." + (f" {provision.checked.note}" if provision.checked.note else ""), 4)
    if provision.checked.copied:
        lines += _wrapped(f"Copy read: {provision.checked.copied}", 4)
    if link := provision.checked.url or provision.instrument.url:
        lines.append(f"    {link}")
    used = sorted({rule.id for rule in ruleset.rules if provision.key in cited(rule)})
    lines += _wrapped(f"Rules that rest on it: {', '.join(used) or 'none'}", 4)
    return lines


def _discrepancy(each: Discrepancy) -> list[str]:
    lines = [
        f"{each.id}: {each.title} ({each.kind})",
        *_wrapped(f"Local guidance: {each.local}", 4),
        *_wrapped(f"Other sources: {each.national}", 4),
    ]
    lines += [*_wrapped(f"What is done about it: {each.resolution}", 4), *_wrapped(f"What a decision says: {each.note}", 4)]
    return [*lines, *_wrapped(f"Touches: {', '.join((*each.clauses, *each.sources))}", 4)]


def _rule(rule: Rule, ruleset: Ruleset) -> list[str]:
    lines = [f"{rule.id}: {rule.title}", *_wrapped(rule.question, 4)]
    lines += _wrapped(
        f"{LAYERS[rule.layer].capitalize()}; in force {rule.window}; asked once for {'each child' if rule.scope == 'child' else 'the incident'}",
        4,
    )
    if rule.law_of:
        lines += _wrapped(f"Read under the law of the day of {rule.law_of}; while that is not recorded, of the day a case is looked at from", 4)
    lines += ["", "  It is met when", *_condition(rule.when, 4, ruleset)]
    for duty in rule.duties:
        lines += ["", *_duty(duty, ruleset)]
    for note in rule.notes:
        lines += ["", *_wrapped(f"Note: {note.text} ({_names(note.cites, ruleset)})", 2)]
    lines += ["", "  Sources"]
    for key in rule.cites:
        lines += _wrapped(f"{ruleset.provisions[key]}; in force {ruleset.provisions[key].window} ({key})", 4, "- ")
    for each in rule.discrepancies:
        lines += _wrapped(f"{each}, {ruleset.discrepancies[each].title}: {ruleset.discrepancies[each].note}", 4, "- ")
    lines += ["", "  Examples"]
    for example in rule.examples:
        lines += _wrapped(f"{example.name}: {example.expect['outcome'].replace('_', ' ')}", 4, "- ")
    return lines


def _condition(condition: Condition, indent: int, ruleset: Ruleset) -> list[str]:
    match condition:
        case Test(says, fact, _, _, cites):
            return _wrapped(f"{says} ({fact}{'; ' + _names(cites, ruleset) if cites else ''})", indent, "- ")
        case RuleMet(name):
            return _wrapped(f"{ruleset.versions(name)[-1].title}: that rule is met ({name})", indent, "- ")
        case Not(part):
            return [" " * indent + "- it is not the case that", *_condition(part, indent + 2, ruleset)]
        case All(parts) | AnyOf(parts):
            join = "all of these" if isinstance(condition, All) else "at least one of these"
            return [" " * indent + f"- {join}", *(line for part in parts for line in _condition(part, indent + 2, ruleset))]


def _duty(duty: Duty, ruleset: Ruleset) -> list[str]:
    name = ruleset.role_name
    whom = f" to {', '.join(name(role) for role in duty.to)}" if duty.to else ""
    lines = _wrapped(
        f"Then {name(duty.by)} {duty.strength.replace('_', ' ')} {duty.act}{';' + whom if whom else ''} ({duty.id}; {_names(duty.cites, ruleset)})",
        2,
    )
    if duty.how:
        lines += _wrapped(f"How: {duty.how}", 4, "- ")
    for content in duty.contents:
        lines += _wrapped(f"It contains: {content}", 4, "- ")
    for deadline in duty.deadlines:
        lines += _wrapped(f"{_deadline(deadline)} ({deadline.strength}; {_names(deadline.cites, ruleset)})", 4, "- ")
    if duty.done_by:
        lines += _wrapped(f"Discharged by: {duty.done_by}", 4, "- ")
    return lines


def _deadline(deadline: Deadline) -> str:
    return f"{str(deadline)[:1].upper()}{str(deadline)[1:]}" + (f"; reading: {deadline.reading}" if deadline.reading else "")


def _names(keys: Iterable[str], ruleset: Ruleset) -> str:
    return "; ".join(ruleset.provisions[key].name for key in keys)
