"""The page of one rule, for a professional who says whether it is right: question, test, what follows, examples, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cspr_rules.authoring.concordance import Library, rules_asked
from cspr_rules.authoring.pages.example_answers import answer, facts_of_example
from cspr_rules.authoring.pages.links import Links, quiet, said
from cspr_rules.explain.english import (
    anchor,
    area_words,
    capital,
    counted,
    counting,
    first_sentence,
    listed,
    lower,
    period,
    rule_page,
    when,
)
from cspr_rules.model.rules import UNSPECIFIED, All, AnyOf, Condition, Deadline, Duty, Not, Rule, RuleMet, Test, cited, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Provision
from cspr_rules.model.vocabulary import Fact
from cspr_rules.reports.document import Aside, Heading, Item, Paragraph, Piece, Span, Stack, Table, Words, in_a_row, parts


def rule_document(versions: Sequence[Rule], library: Library) -> Iterator[Piece]:
    """Return the page of a rule.

    Args:
        versions: Its dated versions, oldest first.
        library: Every profile it may be used in.
    """
    return _Page(versions, library).pieces()


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

    def pieces(self) -> Iterator[Piece]:
        latest = self.latest
        profile = self.ruleset.profile
        yield Heading(1, latest.title)
        whose = self.links.to(profile.title, "README.md", anchor(profile.id))
        yield Paragraph((self.links.to("All rules", "README.md"), " · ", whose, f" · {area_words(latest.id.split('.')[1])}"))
        yield Paragraph((Span(latest.question, "strong"),), "note")
        if len(self.versions) == 1:
            yield from self._version(latest, 2)
        else:
            dated = in_a_row(((Span(str(version.window), to=f"#{_place(version)}"),) for version in reversed(self.versions)), last=" and ")
            yield Paragraph((f"This rule has changed over time. It has {counted(len(self.versions), 'version')}: ", *dated, "."))
            for version in reversed(self.versions):
                words = "As it stands" if version.window.until is None else "As it stood"
                yield Heading(2, (Span(f"{words} {version.window}", key=_place(version)),))
                yield from self._version(version, 3)
        yield from self._connections()
        yield from self._identity()

    # -- one dated version ------------------------------------------------------------------------------------------------------------

    def _version(self, rule: Rule, level: int) -> Iterator[Piece]:
        yield from self._facts_at_a_glance(rule)
        yield Heading(level, "The test")
        yield from self._test(rule)
        yield Heading(level, "What follows when the test is met")
        if not rule.duties:
            yield Paragraph("Nobody has to do anything because of this rule alone. It is there to be read, and for other rules to use.")
        if any(duty.strength == "will" for duty in rule.duties):
            yield Paragraph("“Will” is a commitment of the local guidance. It is more than “should” and is not a legal “must”.")
        for number, duty in enumerate(rule.duties, start=1):
            act = f"{capital(duty.strength.replace('_', ' '))}: {duty.act}"
            yield Heading(level + 1, f"{number}. {act}" if len(rule.duties) > 1 else act)
            yield from self._duty(rule, duty)
        if rule.notes:
            yield Heading(level, "What to bear in mind")
            for note in rule.notes:
                source = (*parts(self.links.provisions(note.cites)), *parts(self.links.entries(note.discrepancies)))
                yield Item((*parts(self.links.text(note.text)), " (", *source, ")"))
        yield from self._questions(rule, level)
        yield from self._examples(rule, level)
        yield from self._discrepancies(rule, level)
        yield from self._sources(rule, level)

    def _facts_at_a_glance(self, rule: Rule) -> Iterator[Piece]:
        bound = list(dict.fromkeys(duty.by for duty in rule.duties))
        if bound:
            yield said("Whom it binds", listed(self._role(role) for role in bound))
        yield said("Where it comes from", f"{LAYERS[rule.layer]}: ", self.links.provisions(rule.cites))
        yield said("Asked", "separately for each child" if rule.scope == "child" else "once for the whole incident")
        yield said("In force", f"{rule.window}.", f" {rule.window.approximate}" if rule.window.approximate else "")
        if rule.law_of:
            step = self.links.fact(rule.law_of, lower(first_sentence(self.library.facts[rule.law_of].meaning)))
            yield said("Which law", ("that of ", step), "; while that is not recorded, that of the day a case is looked at from")
        if rule.gap_after:
            yield said("After that", rule.gap_after)
        keys = cited(rule)
        unread = [key for key in keys if not self.ruleset.provisions[key].checked.relied_on]
        if unread:
            share = "its only source" if len(keys) == 1 else f"{len(unread)} of its {len(keys)} sources"
            yield said("Not verified", f"nobody has read the text of {share} for this library. They are marked below: confirm them first.")

    # -- the test ---------------------------------------------------------------------------------------------------------------------

    def _test(self, rule: Rule) -> Iterator[Piece]:
        source = (*parts(self.links.provisions(rule.cites)), ", unless another source stands beside it.")
        match rule.when:
            case All(inner):
                yield Paragraph(("The test is met when ", Span("all", "strong"), " of these are so. Each comes from ", *source))
            case AnyOf(inner):
                yield Paragraph(("The test is met when ", Span("at least one", "strong"), " of these is so. Each comes from ", *source))
            case single:
                inner = (single,)
                yield Paragraph(("The test is met when this is so. It comes from ", *source))
        yield from self._list(inner, 0, rule)
        yield Paragraph("As long as something that could change the answer is not known, the test is neither met nor not met.")

    def _list(self, conditions: Sequence[Condition], level: int, rule: Rule) -> Iterator[Item]:
        for each in conditions:
            yield from self._condition(each, level, rule)

    def _condition(self, condition: Condition, level: int, rule: Rule) -> Iterator[Item]:
        match condition:
            case Test():
                yield Item(self._leaf(condition, rule), level, numbered=True)
            case Not(Test() as leaf):
                yield Item(self._leaf(leaf, rule, denied=True), level, numbered=True)
            case RuleMet(name):
                yield from self._other(name, level, rule, denied=False)
            case Not(RuleMet(name)):
                yield from self._other(name, level, rule, denied=True)
            case Not(Not(part)):
                yield from self._condition(part, level, rule)
            case Not(All(inner) | AnyOf(inner) as joined):
                none = ("these are ", Span("not all", "strong"), " so:") if isinstance(joined, All) else (Span("none", "strong"), " of these is so:")
                yield Item(none, level, numbered=True)
                yield from self._list(inner, level + 1, rule)
            case All(inner):
                yield Item((Span("all", "strong"), " of these are so:"), level, numbered=True)
                yield from self._list(inner, level + 1, rule)
            case AnyOf(inner):
                yield Item((Span("at least one", "strong"), " of these is so:"), level, numbered=True)
                yield from self._list(inner, level + 1, rule)

    def _other(self, name: str, level: int, rule: Rule, *, denied: bool) -> Iterator[Item]:
        """Yield a reference to another rule with that rule's own test, so that the page can be read alone."""
        other = self._version_for(name, rule)
        words = parts(self._leaf(RuleMet(name), rule, denied=denied))
        if level:
            yield Item(words, level, numbered=True)
            return
        inner: tuple[Condition, ...]
        match other.when:
            case All(inner):
                join = "all of these are so"
            case AnyOf(inner):
                join = "at least one of these is so"
            case single:
                join, inner = "this is so", (single,)
        source = parts(self.links.provisions(other.cites))
        yield Item((*words, "; that test, from ", *source, f", is met when {join}:"), level, numbered=True)
        yield from self._list(inner, level + 1, other)

    def _leaf(self, leaf: Test | RuleMet, rule: Rule, *, denied: bool = False) -> Words:
        if isinstance(leaf, RuleMet):
            return "the test of ", self.links.rule(leaf.rule), " is ", *((Span("not", "strong"), " ") if denied else ()), "met"
        judged = self.ruleset.vocabulary.by_id[leaf.fact].kind == "judgement"
        clause = (leaf.failed if denied else leaf.says, *((" ", Span("(a judgement)", "quiet")) if judged else ()))
        own = not leaf.cites or set(leaf.cites) == set(rule.cites)
        return clause if own else (*clause, " (", *parts(self.links.provisions(leaf.cites)), ")")

    # -- duties -----------------------------------------------------------------------------------------------------------------------

    def _duty(self, rule: Rule, duty: Duty) -> Iterator[Piece]:
        yield said("Who", self._who(duty.by))
        if len(duty.to) == 1:
            yield said("To whom", self._who(duty.to[0]))
        elif duty.to:
            yield said("To each of")
            yield from (Item(self._who(role), 1) for role in duty.to)
        if duty.how:
            yield said("How", duty.how)
        if duty.contents:
            yield said("It has to contain")
            yield from (Item(content, 1) for content in duty.contents)
        each = "for each child of whom the test is met" if duty.once_per == "child" else "once, however many children there are"
        yield said("Owed", each if rule.scope == "child" else "once for the incident")
        if set(duty.cites) != set(rule.cites):
            yield said("Source", self.links.provisions(duty.cites))
        if option := duty.option:
            yield said("It fits when", option.rationale)
            yield said("Method", option.methodology)
            if option.support:
                yield said("With the help of", self._all_of(option.support))
            yield said("Overseen by", self._all_of(option.governance) or "nobody named")
            yield said("Timescale", option.timescale)
        yield from self._discharge(rule, duty)
        if duty.discrepancies:
            yield said("Sources disagree or are unclear", self.links.entries(duty.discrepancies, lead=""))
        additions = list(self.library.additions(rule, duty))
        for ruleset, added in additions:
            if added.to:
                yield said(f"In {ruleset.profile.title} also to", listed(ruleset.role_name(role) for role in added.to))
        yield from self._deadlines(duty, additions)

    def _discharge(self, rule: Rule, duty: Duty) -> Iterator[Piece]:
        facts = self.ruleset.vocabulary.by_id
        if duty.strength == "must_not":
            return
        if duty.done_by is None:
            yield said("Done when", "no date records this, so the library cannot tell whether it was done")
        else:
            yield said("Done when this is recorded", (self.links.fact(duty.done_by, lower(first_sentence(facts[duty.done_by].meaning))),))
        if duty.counts_if:
            yield Item(("it counts only if ", *parts(self._inline(duty.counts_if, rule))), 1)
        if duty.ended_by:
            words = self.links.fact(duty.ended_by, lower(first_sentence(facts[duty.ended_by].meaning)))
            yield said("Falls away, without being done, when this is recorded", (words,))

    def _deadlines(self, duty: Duty, additions: Sequence[tuple[Ruleset, Duty]]) -> Iterator[Piece]:
        clocks = [_Clock(deadline, self.ruleset, "") for deadline in duty.deadlines]
        clocks += [_Clock(deadline, ruleset, f" (added in {ruleset.profile.title})") for ruleset, each in additions for deadline in each.deadlines]
        if not clocks:
            if duty.strength not in ("may", "must_not"):
                yield said("By when", "no source gives a time")
        elif len(clocks) == 1 and not clocks[0].deadline.reading:
            only = clocks[0].deadline
            given = only.anchor not in (None, UNSPECIFIED)
            time = (f"{counting(only)} ", *parts(self._start(clocks[0]))) if given else (when(only, None),)
            yield said("By when", time, f"; “{only.strength.replace('_', ' ')}”, from ", self._source(clocks[0]))
        else:
            plan = f", each source for itself; {_to_plan_by([each.deadline for each in clocks])}:"
            yield Item((Span("By when", "strong"), plan))
            yield Table("", ("Time", "Counted from", "Verb", "Source"), tuple(map(self._clock, clocks)))

    def _clock(self, clock: _Clock) -> tuple[Words | Stack, ...]:
        reading = clock.deadline.reading
        lines = [Paragraph((Span(period(clock.deadline), "strong"),)), *([Paragraph(f"reading: {reading}")] if reading else [])]
        return Stack(tuple(lines)), self._start(clock), clock.deadline.strength.replace("_", " "), self._source(clock)

    def _start(self, clock: _Clock) -> Words:
        deadline = clock.deadline
        fact = clock.ruleset.vocabulary.by_id.get(deadline.anchor or "")
        if fact is None:
            return "not stated" if deadline.anchor == UNSPECIFIED else "–"
        only = " (only where this is recorded)" if deadline.only_if_recorded else ""
        return self.links.fact(fact.id, lower(first_sentence(fact.meaning))), only

    def _source(self, clock: _Clock) -> Words:
        cited_here = in_a_row((self.links.checked(clock.ruleset.provisions[key]) for key in clock.deadline.cites), "; ")
        return *cited_here, clock.added, *parts(self.links.entries(clock.deadline.discrepancies))

    def _inline(self, condition: Condition, rule: Rule) -> Words:
        match condition:
            case All(inner):
                return in_a_row((self._inline(each, rule) for each in inner), last=" and ")
            case AnyOf(inner):
                return in_a_row((self._inline(each, rule) for each in inner), last=" or ")
            case Not(Test() as leaf):
                return self._leaf(leaf, rule, denied=True)
            case Not(part):
                return "it is not so that ", *parts(self._inline(part, rule))
            case _:
                return self._leaf(condition, rule)

    # -- what is asked ----------------------------------------------------------------------------------------------------------------

    def _questions(self, rule: Rule, level: int) -> Iterator[Piece]:
        yield Heading(level, "What has to be known")
        facts = (self.ruleset.vocabulary.by_id[name] for name in dict.fromkeys(self._asked(rule)))
        yield Table("", ("Question", "Who would know"), tuple((self._question(fact), fact.who_would_know) for fact in facts))

    def _question(self, fact: Fact) -> Words:
        judgement = " ", Span("A judgement: a person makes it and the library only records it.", "quiet")
        return self.links.fact(fact.id, fact.question), *(judgement if fact.kind == "judgement" else ())

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

    def _examples(self, rule: Rule, level: int) -> Iterator[Piece]:
        yield Heading(level, (Span("Examples", key="examples" if rule is self.latest else f"examples-{_place(rule)}"),))
        yield Paragraph("Each is a test: if the rule stopped giving this answer, the change could not be made unnoticed. All are invented.")
        rows = tuple(
            (str(number), example.name, facts_of_example(example, self.ruleset), answer(rule, example, self.ruleset, self.links))
            for number, example in enumerate(rule.examples, start=1)
        )
        yield Table("", ("", "The case", "What is recorded", "The answer"), rows)

    # -- sources ----------------------------------------------------------------------------------------------------------------------

    def _discrepancies(self, rule: Rule, level: int) -> Iterator[Piece]:
        numbers = self.links.library.entries_on(rule)
        if not numbers:
            return
        yield Heading(level, "Where the sources disagree or are silent")
        for number in numbers:
            entry = self.links.library.discrepancies[number]
            words = self.links.entry(number, f"{number}: {entry.title}")._replace(look="strong")
            yield Item((words, Span(".", "strong"), " ", *parts(self.links.text(entry.note))))

    def _sources(self, rule: Rule, level: int) -> Iterator[Piece]:
        yield Heading(level, "Sources")
        rows = tuple(self._source_row(self.ruleset.provisions[key]) for key in cited(rule))
        yield Table("", ("Source", "What it says, in this library's words", "Force", "Applies", "Text"), rows)

    def _source_row(self, each: Provision) -> tuple[Words, ...]:
        read: Words = (Span(each.verification, to=each.checked.url or each.instrument.url or ""),)
        return (self.links.provision(each),), each.summary, each.force.replace("_", " "), str(each.window), read

    # -- the foot of the page ---------------------------------------------------------------------------------------------------------

    def _connections(self) -> Iterator[Piece]:
        used = list(dict.fromkeys(name for version in self.versions for name in rules_asked(version.when)))
        users = list(self.library.by_rule.get(self.latest.id, ()))
        duties = {duty.id for version in self.versions for duty in version.duties}
        paths = [path for path, _ in self.library.paths.values() if duties & {*path.steps, path.opened_by}]
        if not (used or users or paths):
            return
        yield Heading(2, "Connected rules")
        if used:
            yield Item((Span("Its test refers to", "strong"), " ", *self._these(used), "."))
        if users:
            yield Item((Span("The tests that refer to it", "strong"), " are those of ", *self._these(users), "."))
        for path in paths:
            yield Item((Span("It is a step of", "strong"), " ", self.links.path(path.id), "."))

    def _these(self, rules: Sequence[str]) -> tuple[str | Span | Aside, ...]:
        return in_a_row(((self.links.rule(name),) for name in rules), last=" and ")

    def _identity(self) -> Iterator[Piece]:
        yield Heading(2, "About this page")
        yield Item(("Permanent id, quoted by every decision: ", Span(self.latest.id, "name")))
        aliases = dict.fromkeys(alias for version in self.versions for alias in version.aliases)
        yield Item(("Former ids: ", *(in_a_row(((Span(alias, "name"),) for alias in aliases), last=" and ") or ("none",))))
        for version in self.versions:
            window = f" ({version.window})" if len(self.versions) > 1 else ""
            yield Item(("Written in ", self._file(version.file), f"{window}. This page is made from it; to change the page, change the rule."))

    def _file(self, file: str) -> Span:
        # Pages stand in docs/rules of a checkout; the files of a profile from elsewhere cannot be linked to.
        return Span(file, "name", f"{'../' * (self.page.count('/') + 2)}{file}" if file.startswith("rules/") else "")

    # -- names and links --------------------------------------------------------------------------------------------------------------

    def _role(self, role: str) -> str:
        return "not named by the source" if role == UNSPECIFIED else self.ruleset.profile.roles[role].title

    def _who(self, role: str) -> Words:
        known = self.ruleset.profile.roles.get(role)
        if known is None:
            return "not named by the source"
        held = f" (here: {known.held_by})" if known.held_by else ""
        reach = f", {known.contact}" if known.contact else ""
        note = (" ", *parts(quiet(("(", *parts(self.links.text(known.note.rstrip("."))), ")")))) if known.note else ()
        return f"{known.title}{held}{reach}", *note

    def _all_of(self, roles: Sequence[str]) -> Words:
        return in_a_row(map(self._who, roles), last=" and ")


def _to_plan_by(deadlines: Sequence[Deadline]) -> str:
    """Return what to do with several days: of the last days the first counts; a time that has at least to go by sets no last day."""
    if not any(deadline.least for deadline in deadlines):
        return "the earliest day is the one to plan by"
    earliest = "“at least” gives the earliest day and not the last"
    return earliest if all(deadline.least for deadline in deadlines) else f"{earliest}, so plan by “within”"


def _place(rule: Rule) -> str:
    return f"from-{rule.window.start}"
