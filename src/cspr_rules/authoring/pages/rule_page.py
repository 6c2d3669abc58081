"""The page of one rule, for a professional who says whether it is right: question, test, what follows, examples, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cspr_rules.authoring.concordance import Library, rules_asked
from cspr_rules.authoring.pages.example_answers import answer, facts_of_example
from cspr_rules.authoring.pages.links import Links
from cspr_rules.explain.english import (
    anchor,
    area_words,
    capital,
    counted,
    escaped,
    first_sentence,
    listed,
    lower,
    period,
    rule_page,
    when,
)
from cspr_rules.model.rules import UNSPECIFIED, All, AnyOf, Condition, Deadline, Duty, Not, Rule, RuleMet, Test, cited, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS

INDENT = "    "


def rule_document(versions: Sequence[Rule], library: Library) -> str:
    """Return the page of a rule.

    Args:
        versions: Its dated versions, oldest first.
        library: Every profile it may be used in.
    """
    return "\n".join(_Page(versions, library).lines()).rstrip() + "\n"


class _Clock(NamedTuple):
    """One source's time for a duty, with the rules it is read in and, where a profile adds it, a word on that."""

    deadline: Deadline
    ruleset: Ruleset
    added: str


class _Page:
    def __init__(self, versions: Sequence[Rule], library: Library) -> None:
        self.versions = versions
        self.library = library
        self.latest = versions[-1]
        self.page = rule_page(self.latest.id)
        self.ruleset: Ruleset = library.law(self.latest)
        self.links = Links(self.page, library)

    def lines(self) -> Iterator[str]:
        latest = self.latest
        profile = self.ruleset.profile
        yield f"# {escaped(latest.title)}"
        yield ""
        area = area_words(latest.id.split(".")[1])
        whose = self.links.to(escaped(profile.title), "README.md", anchor(profile.id))
        yield f"{self.links.to('All rules', 'README.md')} · {whose} · {escaped(area)}"
        yield ""
        yield f"> **{escaped(latest.question)}**"
        yield ""
        if len(self.versions) == 1:
            yield from self._version(latest, "##")
        else:
            dated = listed(f"[{version.window}](#{_place(version)})" for version in reversed(self.versions))
            yield f"This rule has changed over time. It has {counted(len(self.versions), 'version')}: {dated}."
            yield ""
            for version in reversed(self.versions):
                yield f'<a id="{_place(version)}"></a>'
                yield ""
                yield f"## As it stands {version.window}" if version.window.until is None else f"## As it stood {version.window}"
                yield ""
                yield from self._version(version, "###")
        yield from self._connections()
        yield from self._identity()

    # -- one dated version ------------------------------------------------------------------------------------------------------------

    def _version(self, rule: Rule, level: str) -> Iterator[str]:
        yield from self._facts_at_a_glance(rule)
        yield f"{level} The test"
        yield ""
        yield from self._test(rule)
        yield f"{level} What follows when the test is met"
        yield ""
        if not rule.duties:
            yield "Nobody has to do anything because of this rule alone. It is there to be read, and for other rules to use."
            yield ""
        if any(duty.strength == "will" for duty in rule.duties):
            yield "“Will” is a commitment of the local guidance. It is more than “should” and is not a legal “must”."
            yield ""
        for number, duty in enumerate(rule.duties, start=1):
            yield from self._duty(rule, duty, f"{level}#", number if len(rule.duties) > 1 else None)
        if rule.notes:
            yield f"{level} What to bear in mind"
            yield ""
            for note in rule.notes:
                yield f"- {self.links.text(note.text)} ({self.links.provisions(note.cites)}{self.links.entries(note.discrepancies)})"
            yield ""
        yield from self._questions(rule, level)
        yield from self._examples(rule, level)
        yield from self._discrepancies(rule, level)
        yield from self._sources(rule, level)

    def _facts_at_a_glance(self, rule: Rule) -> Iterator[str]:
        bound = list(dict.fromkeys(duty.by for duty in rule.duties))
        if bound:
            yield f"- **Whom it binds:** {listed(escaped(self._role(role)) for role in bound)}"
        yield f"- **Where it comes from:** {LAYERS[rule.layer]}: {self.links.provisions(rule.cites)}"
        yield f"- **Asked:** {'separately for each child' if rule.scope == 'child' else 'once for the whole incident'}"
        until = f" {escaped(rule.window.approximate)}" if rule.window.approximate else ""
        yield f"- **In force:** {rule.window}.{until}"
        if rule.law_of:
            step = self.links.fact(rule.law_of, lower(escaped(first_sentence(self.library.facts[rule.law_of].meaning))))
            yield f"- **Which law:** that of {step}; while that is not recorded, that of the day a case is looked at from"
        if rule.gap_after:
            yield f"- **After that:** {escaped(rule.gap_after)}"
        keys = cited(rule)
        unread = [key for key in keys if not self.ruleset.provisions[key].checked.relied_on]
        if unread:
            share = "its only source" if len(keys) == 1 else f"{len(unread)} of its {len(keys)} sources"
            yield f"- **Not verified:** nobody has read the text of {share} for this library. They are marked below: confirm them first."
        yield ""

    # -- the test ---------------------------------------------------------------------------------------------------------------------

    def _test(self, rule: Rule) -> Iterator[str]:
        own = f"Each comes from {self.links.provisions(rule.cites)}, unless another source stands beside it."
        match rule.when:
            case All(parts):
                yield f"The test is met when **all** of these are so. {own}"
            case AnyOf(parts):
                yield f"The test is met when **at least one** of these is so. {own}"
            case single:
                parts = (single,)
                yield f"The test is met when this is so. {own.replace('Each comes', 'It comes')}"
        yield ""
        yield from self._list(parts, 0, rule)
        yield ""
        yield "As long as something that could change the answer is not known, the test is neither met nor not met."
        yield ""

    def _list(self, parts: Sequence[Condition], depth: int, rule: Rule) -> Iterator[str]:
        for number, part in enumerate(parts, start=1):
            yield from self._condition(part, depth, f"{INDENT * depth}{number}. ", rule)

    def _condition(self, condition: Condition, depth: int, lead: str, rule: Rule) -> Iterator[str]:
        match condition:
            case Test():
                yield lead + self._leaf(condition, rule)
            case Not(Test() as leaf):
                yield lead + self._leaf(leaf, rule, denied=True)
            case RuleMet(name):
                yield from self._other(name, depth, lead, rule, denied=False)
            case Not(RuleMet(name)):
                yield from self._other(name, depth, lead, rule, denied=True)
            case Not(Not(part)):
                yield from self._condition(part, depth, lead, rule)
            case Not(All(parts) | AnyOf(parts) as inner):
                yield f"{lead}{'these are **not all** so' if isinstance(inner, All) else '**none** of these is so'}:"
                yield from self._list(parts, depth + 1, rule)
            case All(parts) | AnyOf(parts):
                yield f"{lead}{'**all** of these are so' if isinstance(condition, All) else '**at least one** of these is so'}:"
                yield from self._list(parts, depth + 1, rule)

    def _other(self, name: str, depth: int, lead: str, rule: Rule, *, denied: bool) -> Iterator[str]:
        """Yield a reference to another rule with that rule's own test, so that the page can be read alone."""
        other = self._version_for(name, rule)
        words = lead + self._leaf(RuleMet(name), rule, denied=denied)
        if depth:
            yield words
            return
        parts: tuple[Condition, ...]
        match other.when:
            case All(parts):
                join = "all of these are so"
            case AnyOf(parts):
                join = "at least one of these is so"
            case single:
                join, parts = "this is so", (single,)
        yield f"{words}; that test, from {self.links.provisions(other.cites)}, is met when {join}:"
        yield from self._list(parts, depth + 1, other)

    def _leaf(self, leaf: Test | RuleMet, rule: Rule, *, denied: bool = False) -> str:
        if isinstance(leaf, RuleMet):
            return f"the test of {self.links.rule(leaf.rule)} is {'**not** ' if denied else ''}met"
        clause = escaped(leaf.failed if denied else leaf.says)
        if self.ruleset.vocabulary.by_id[leaf.fact].kind == "judgement":
            clause += " *(a judgement)*"
        own = not leaf.cites or set(leaf.cites) == set(rule.cites)
        return clause if own else f"{clause} ({self.links.provisions(leaf.cites)})"

    # -- duties -----------------------------------------------------------------------------------------------------------------------

    def _duty(self, rule: Rule, duty: Duty, level: str, number: int | None) -> Iterator[str]:
        yield f"{level} {f'{number}. ' if number else ''}{capital(duty.strength.replace('_', ' '))}: {escaped(duty.act)}"
        yield ""
        yield f"- **Who:** {self._who(duty.by)}"
        if len(duty.to) == 1:
            yield f"- **To whom:** {self._who(duty.to[0])}"
        elif duty.to:
            yield "- **To each of:**"
            yield from (f"{INDENT}- {self._who(role)}" for role in duty.to)
        if duty.how:
            yield f"- **How:** {escaped(duty.how)}"
        if duty.contents:
            yield "- **It has to contain:**"
            for content in duty.contents:
                yield f"{INDENT}- {escaped(content)}"
        each = "for each child of whom the test is met" if duty.once_per == "child" else "once, however many children there are"
        yield f"- **Owed:** {each if rule.scope == 'child' else 'once for the incident'}"
        if set(duty.cites) != set(rule.cites):
            yield f"- **Source:** {self.links.provisions(duty.cites)}"
        if option := duty.option:
            yield f"- **It fits when:** {escaped(option.rationale)}"
            yield f"- **Method:** {escaped(option.methodology)}"
            if option.support:
                yield f"- **With the help of:** {listed(self._who(role) for role in option.support)}"
            overseers = listed(self._who(role) for role in option.governance)
            yield f"- **Overseen by:** {overseers or 'nobody named'}"
            yield f"- **Timescale:** {escaped(option.timescale)}"
        yield from self._discharge(rule, duty)
        if numbers := self.links.entries(duty.discrepancies, lead=""):
            yield f"- **Sources disagree or are unclear:** {numbers}"
        additions = list(self.library.additions(rule, duty))
        for ruleset, added in additions:
            if added.to:
                names = listed(escaped(ruleset.role_name(role)) for role in added.to)
                yield f"- **In {escaped(ruleset.profile.title)} also to:** {names}"
        yield from self._deadlines(duty, additions)

    def _discharge(self, rule: Rule, duty: Duty) -> Iterator[str]:
        facts = self.ruleset.vocabulary.by_id
        if duty.strength == "must_not":
            return
        if duty.done_by is None:
            yield "- **Done when:** no date records this, so the library cannot tell whether it was done"
        else:
            words = self.links.fact(duty.done_by, lower(first_sentence(facts[duty.done_by].meaning)))
            yield f"- **Done when this is recorded:** {words}"
        if duty.counts_if:
            yield f"{INDENT}- it counts only if {self._inline(duty.counts_if, rule)}"
        if duty.ended_by:
            words = self.links.fact(duty.ended_by, lower(first_sentence(facts[duty.ended_by].meaning)))
            yield f"- **Falls away, without being done, when this is recorded:** {words}"

    def _deadlines(self, duty: Duty, additions: Sequence[tuple[Ruleset, Duty]]) -> Iterator[str]:
        clocks = [_Clock(deadline, self.ruleset, "") for deadline in duty.deadlines]
        clocks += [
            _Clock(deadline, ruleset, f" (added in {escaped(ruleset.profile.title)})") for ruleset, each in additions for deadline in each.deadlines
        ]
        if not clocks:
            if duty.strength not in ("may", "must_not"):
                yield "- **By when:** no source gives a time"
        elif len(clocks) == 1 and not clocks[0].deadline.reading:
            only = clocks[0]
            time = when(only.deadline, self._start(only) if only.deadline.anchor not in (None, UNSPECIFIED) else None)
            yield f"- **By when:** {time}; “{only.deadline.strength.replace('_', ' ')}”, from {self._source(only)}"
        else:
            yield f"- **By when**, each source for itself; {_to_plan_by([each.deadline for each in clocks])}:"
            yield ""
            yield "| Time | Counted from | Verb | Source |"
            yield "|---|---|---|---|"
            for each in clocks:
                reading = f"<br>reading: {escaped(each.deadline.reading)}" if each.deadline.reading else ""
                verb = each.deadline.strength.replace("_", " ")
                yield f"| **{period(each.deadline)}**{reading} | {self._start(each)} | {verb} | {self._source(each)} |"
        yield ""

    def _start(self, clock: _Clock) -> str:
        deadline = clock.deadline
        fact = clock.ruleset.vocabulary.by_id.get(deadline.anchor or "")
        if fact is None:
            return "not stated" if deadline.anchor == UNSPECIFIED else "–"
        only = " (only where this is recorded)" if deadline.only_if_recorded else ""
        return self.links.fact(fact.id, escaped(lower(first_sentence(fact.meaning)))) + only

    def _source(self, clock: _Clock) -> str:
        cited_here = "; ".join(self.links.checked(clock.ruleset.provisions[key]) for key in clock.deadline.cites)
        return f"{cited_here}{clock.added}{self.links.entries(clock.deadline.discrepancies)}"

    def _inline(self, condition: Condition, rule: Rule) -> str:
        match condition:
            case All(parts):
                return listed(self._inline(part, rule) for part in parts)
            case AnyOf(parts):
                return listed((self._inline(part, rule) for part in parts), "or")
            case Not(Test() as leaf):
                return self._leaf(leaf, rule, denied=True)
            case Not(part):
                return f"it is not so that {self._inline(part, rule)}"
            case _:
                return self._leaf(condition, rule)

    # -- what is asked ----------------------------------------------------------------------------------------------------------------

    def _questions(self, rule: Rule, level: str) -> Iterator[str]:
        names = list(dict.fromkeys(self._asked(rule)))
        yield f"{level} What has to be known"
        yield ""
        yield "| Question | Who would know |"
        yield "|---|---|"
        for name in names:
            fact = self.ruleset.vocabulary.by_id[name]
            judgement = " *A judgement: a person makes it and the library only records it.*" if fact.kind == "judgement" else ""
            yield f"| {self.links.fact(name, escaped(fact.question))}{judgement} | {escaped(fact.who_would_know)} |"
        yield ""

    def _asked(self, rule: Rule) -> Iterator[str]:
        for test in tests_in(rule.when):
            if isinstance(test, Test):
                yield test.fact
            else:
                yield from self._asked(self._version_for(test.rule, rule))

    def _version_for(self, name: str, rule: Rule) -> Rule:
        """Return the version of another rule that applies on the last day of this one."""
        last = rule.window.until or date.max
        return next(version for version in self.library.rules[name] if last in version.window)

    # -- examples ---------------------------------------------------------------------------------------------------------------------

    def _examples(self, rule: Rule, level: str) -> Iterator[str]:
        yield f'<a id="examples{"" if rule is self.latest else "-" + _place(rule)}"></a>'
        yield ""
        yield f"{level} Examples"
        yield ""
        yield "Each is a test: if the rule stopped giving this answer, the change could not be made unnoticed. All are invented."
        yield ""
        yield "| | The case | What is recorded | The answer |"
        yield "|---|---|---|---|"
        for number, example in enumerate(rule.examples, start=1):
            known, reply = facts_of_example(example, self.ruleset), answer(rule, example, self.ruleset, self.links)
            yield f"| {number} | {escaped(example.name)} | {known} | {reply} |"
        yield ""

    # -- sources ----------------------------------------------------------------------------------------------------------------------

    def _discrepancies(self, rule: Rule, level: str) -> Iterator[str]:
        numbers = self.links.library.entries_on(rule)
        if not numbers:
            return
        yield f"{level} Where the sources disagree or are silent"
        yield ""
        for number in numbers:
            entry = self.links.library.discrepancies[number]
            words = self.links.entry(number, f"{number}: {escaped(entry.title)}")
            yield f"- **{words}.** {self.links.text(entry.note)}"
        yield ""

    def _sources(self, rule: Rule, level: str) -> Iterator[str]:
        yield f"{level} Sources"
        yield ""
        yield "| Source | What it says, in this library's words | Force | Applies | Text |"
        yield "|---|---|---|---|---|"
        for key in cited(rule):
            each = self.ruleset.provisions[key]
            where = each.checked.url or each.instrument.url
            read = f"[{each.verification}]({where})" if where else each.verification
            applies = str(each.window)
            yield f"| {self.links.provision(each)} | {escaped(each.summary)} | {each.force.replace('_', ' ')} | {applies} | {read} |"
        yield ""

    # -- the foot of the page ---------------------------------------------------------------------------------------------------------

    def _connections(self) -> Iterator[str]:
        used = list(dict.fromkeys(name for version in self.versions for name in rules_asked(version.when)))
        users = list(self.library.by_rule.get(self.latest.id, ()))
        duties = {duty.id for version in self.versions for duty in version.duties}
        paths = [path for path, _ in self.library.paths.values() if duties & {*path.steps, path.opened_by}]
        if not (used or users or paths):
            return
        yield "## Connected rules"
        yield ""
        if used:
            yield f"- **Its test refers to** {listed(self.links.rule(name) for name in used)}."
        if users:
            yield f"- **The tests that refer to it** are those of {listed(self.links.rule(name) for name in users)}."
        for path in paths:
            yield f"- **It is a step of** {self.links.path(path.id)}."
        yield ""

    def _identity(self) -> Iterator[str]:
        yield "## About this page"
        yield ""
        yield f"- Permanent id, quoted by every decision: `{self.latest.id}`"
        aliases = list(dict.fromkeys(alias for version in self.versions for alias in version.aliases))
        yield f"- Former ids: {listed(f'`{alias}`' for alias in aliases) or 'none'}"
        for version in self.versions:
            window = f" ({version.window})" if len(self.versions) > 1 else ""
            yield f"- Written in {self._file(version.file)}{window}. This page is made from it; to change the page, change the rule."

    def _file(self, file: str) -> str:
        # Pages stand in docs/rules of a checkout; the files of a profile from elsewhere cannot be linked to.
        return f"[{file}]({'../' * (self.page.count('/') + 2)}{file})" if file.startswith("rules/") else f"`{file}`"

    # -- names and links --------------------------------------------------------------------------------------------------------------

    def _role(self, role: str) -> str:
        return "not named by the source" if role == UNSPECIFIED else self.ruleset.profile.roles[role].title

    def _who(self, role: str) -> str:
        known = self.ruleset.profile.roles.get(role)
        if known is None:
            return "not named by the source"
        held = f" (here: {escaped(known.held_by)})" if known.held_by else ""
        reach = f", {escaped(known.contact)}" if known.contact else ""
        note = f" *({self.links.text(known.note.rstrip('.'))})*" if known.note else ""
        return f"{escaped(known.title)}{held}{reach}{note}"


def _to_plan_by(deadlines: Sequence[Deadline]) -> str:
    """Return what to do with several days: of the last days the first counts; a time that has at least to go by sets no last day."""
    if not any(deadline.least for deadline in deadlines):
        return "the earliest day is the one to plan by"
    earliest = "“at least” gives the earliest day and not the last"
    return earliest if all(deadline.least for deadline in deadlines) else f"{earliest}, so plan by “within”"


def _place(rule: Rule) -> str:
    return f"from-{rule.window.start}"
