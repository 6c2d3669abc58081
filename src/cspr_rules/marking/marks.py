"""Answers held against what the rules say: right or not, what is so instead, why, and where that stands.

It marks answers and not people: there is no pass mark. Where the rules cannot say yet, an answer that says no is as wrong as one that says yes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from cspr_rules.display_hook import as_html
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import STATUS_WORDS, GivenNote, OwedDuty, Question
from cspr_rules.engine.law import in_force
from cspr_rules.engine.tracing import OUTCOME_NAMES
from cspr_rules.errors import ArgumentError, Fault, Path_, written
from cspr_rules.explain.english import capital, listed
from cspr_rules.explain.phrases import about, cited, how_counted, not_counted, reason_for, weekday_of
from cspr_rules.marking.answer_sheet import NOT_LAW, Answered, Answers, Owed, answers_from, of_group
from cspr_rules.marking.finer import clocks_agree, clocks_of, clocks_words, grounds_of, option_of, path_of, stage_id
from cspr_rules.marking.one_mark import VERDICTS, Mark, MarkKind, Verdict
from cspr_rules.marking.wording import compared, days_words, duties_of, last_versions, times_words
from cspr_rules.model import doors
from cspr_rules.model.rules import Rule
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import day_words
from cspr_rules.record import DecisionRecord
from cspr_rules.travelling import travels

OPEN: Final = " Until that is known, nobody can say that it is not met."
MARKING_SCHEMA: Final = "cspr-rules/marking/2"
UNREAD_SCHEMA: Final = "cspr-rules/unread/1"
"""What stands among marked answers for a case that cannot be read."""


@travels
class Marking(NamedTuple):
    """The answers about one case, marked.

    Attributes:
        record: What the rules say.
        marks: One for each answer, in the order of the answers; what was left out comes last.
    """

    record: DecisionRecord
    marks: tuple[Mark, ...]

    @property
    def right(self) -> bool:
        """Whether every answer is right and none is left out or empty."""
        return all(each.verdict == "right" for each in self.marks)

    @property
    def totals(self) -> dict[Verdict, int]:
        """How many answers there are of each verdict."""
        found = Counter(each.verdict for each in self.marks)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def __str__(self) -> str:
        """Return what is not right, a line for each answer, as the message of a failed test."""
        told = [f"{VERDICTS[each.verdict]}: {each}" for each in self.marks if each.verdict != "right"]
        return "\n".join(told) or "every answer is right"

    def __repr__(self) -> str:
        return f"Marking({', '.join(f'{verdict}={count}' for verdict, count in self.totals.items())})"

    def _repr_html_(self) -> str | None:
        return as_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the marks as plain values, in the shape of the published JSON Schema."""
        return _plain(self)

    def to_json(self) -> str:
        """Return the marks as JSON: the same bytes for the same rules, case, days and answers."""
        return plain_values.as_json(self.to_dict())


@travels
class Marked(NamedTuple):
    """One case with its answers marked.

    Attributes:
        name: The case file.
        title: What the case is about, if the file says.
        marking: The marks.
    """

    name: str
    title: str | None
    marking: Marking


def mark(record: DecisionRecord, answers: Answers | Mapping[str, Any], place: Callable[[Path_], str] = written) -> Marking:
    """Hold answers about a case against what the rules say.

    Args:
        record: The case, decided.
        answers: The answers, or plain values of the same shape (``docs/how-to/mark-answers.md``).
        place: From a path in plain values to where it is written, for messages.

    Raises:
        CaseError: The answers name what does not exist, or are not shaped as answers.
    """
    doors.of(DecisionRecord, record, "record")
    if not callable(place):
        raise ArgumentError([Fault("place", f"expected a function, but it is {doors.described(place)}")])
    checked = answers if isinstance(answers, Answers) else answers_from(answers, record, place)
    marks = _Marks(record, checked)
    to_whom = (*marks.duties(), *marks.holders(), *marks.recipients(), *marks.strengths(), *marks.times())
    of_duties = (*to_whom, *marks.days(), *marks.citations(), *marks.statuses())
    finer = (*marks.clocks(), *marks.grounds(), *marks.choices(), *marks.paths(), *marks.stage())
    return Marking(record, (*marks.outcomes(), *of_duties, *finer, *marks.questions(), *marks.notes(), *marks.left_out()))


class _Marks:
    def __init__(self, record: DecisionRecord, answers: Answers) -> None:
        self.record = record
        self.answers = answers
        self.last: Mapping[str, Rule] = last_versions(record.ruleset)
        self.rules_of, self.acts = duties_of(record.ruleset)
        self.owed: dict[str, list[OwedDuty]] = {}
        for each in record.duties:
            self.owed.setdefault(each.id, []).append(each)
        self.cited: dict[str, tuple[Provision, ...]] = {}
        self.given = dict(self.owed)  # with what somebody may do, which nobody owes
        for each in record.options:
            self.given[each.id] = [*self.given.get(each.id, ()), each]

    # -- rules ------------------------------------------------------------------------------------------------------------------------

    def rule(self, rule_id: str) -> Rule:
        """Return the version of a rule that is law, or else its last."""
        law = self.record.law
        return law.source(rule_id).rule if rule_id in law.place else self.last[rule_id]

    def outcomes(self) -> Iterator[Mark]:
        for rule_id, given in self.answers.outcomes.items():
            place = self.answers.place(("outcomes", rule_id))
            for number, answer in enumerate(given or (None,), start=1):
                yield self.outcome(rule_id, answer, number if given and len(given) > 1 else None, place)

    def outcome(self, rule_id: str, answer: Answered | None, child: int | None, place: str) -> Mark:
        title, said = self.rule(rule_id).question, "no law on this day" if answer == NOT_LAW else OUTCOME_NAMES[answer].lower() if answer else ""
        decision = self.record.decisions.get(rule_id)
        if decision is None:
            verdict: Verdict = "right" if answer == NOT_LAW else "wrong" if answer else "unanswered"
            return Mark("outcome", rule_id, title, child, verdict, said, "no law on this day", (), place, lambda: self.not_law(rule_id))
        found = decision.per_child[child - 1].outcome if child else decision.outcome
        verdict = "unanswered" if answer is None else "right" if answer == found else "wrong"

        def explain() -> str:
            return self.why(rule_id, child)

        return Mark("outcome", rule_id, title, child, verdict, said, OUTCOME_NAMES[found].lower(), decision.citations, place, explain)

    def why(self, rule_id: str, child: int | None = None) -> str:
        """Return why a rule's outcome is what it is; where it cannot be said yet, that this is no no."""
        if rule_id not in self.record.decisions:
            return self.not_law(rule_id)
        proof = self.record.why(rule_id, child)
        return proof.text + (OPEN if proof.outcome == "undetermined" else "")

    def not_law(self, rule_id: str) -> str:
        windows = listed(str(rule.window) for rule in self.record.ruleset.versions(rule_id))
        return f"{rule_id} is not law on {in_words(self.record.law_on)}, the day whose law is read. It is in force {windows}."

    # -- duties -----------------------------------------------------------------------------------------------------------------------

    def duties(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.duties.items():
            found, owed = self.found(duty_id), self.owed.get(duty_id, [])
            verdict: Verdict = "unanswered" if given is None else "right" if set(given) == found else "wrong"
            place = self.answers.place(("duties", duty_id))
            yield self.duty("duty", duty_id, verdict, days_words(given or ()), days_words(found), place, compared(given or (), owed))

    def found(self, duty_id: str) -> set[Owed]:
        """Return what is to be said of a duty. While a rule that asks for it is open, nobody can say that it is not owed."""
        open_ = any((decision := self.record.decisions.get(rule)) and decision.outcome == "undetermined" for rule in self.rules_of[duty_id])
        return {each.plan_for or "owed" for each in self.owed.get(duty_id, [])} or {"undetermined" if open_ else "not_owed"}

    def holders(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.by.items():
            yield self.roles("holder", "by", duty_id, given, {each.by for each in self.given.get(duty_id, [])})

    def recipients(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.to.items():
            yield self.roles("recipients", "to", duty_id, given, {role for each in self.given.get(duty_id, []) for role in each.to})

    def roles(self, kind: MarkKind, key: str, duty_id: str, given: tuple[str, ...] | None, found: set[str]) -> Mark:
        owed = bool(self.given.get(duty_id))
        verdict: Verdict = "unanswered" if given is None else "right" if owed and set(given) == found else "wrong"
        name = self.record.ruleset.role_name
        told = listed(map(name, sorted(found))) or "nobody" if owed else days_words(self.found(duty_id))
        answered = "" if given is None else listed(map(name, given)) or "nobody"
        return self.duty(kind, duty_id, verdict, answered, told, self.answers.place((key, duty_id)))

    def strengths(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.strength.items():
            found = {each.strength for each in self.given.get(duty_id, [])}
            told = listed(each.replace("_", " ") for each in sorted(found)) or days_words(self.found(duty_id))
            verdict: Verdict = "unanswered" if given is None else "right" if found == {given} else "wrong"
            yield self.duty("strength", duty_id, verdict, (given or "").replace("_", " "), told, self.answers.place(("strength", duty_id)))

    def times(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.times.items():
            found = len(self.given.get(duty_id, []))
            verdict: Verdict = "unanswered" if given is None else "right" if found == given else "wrong"
            answered = "" if given is None else times_words(given)
            yield self.duty("times", duty_id, verdict, answered, times_words(found), self.answers.place(("times", duty_id)))

    def days(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.days.items():
            found: dict[str, set[date | None]] = {}
            for clock in (clock for each in self.given.get(duty_id, []) for clock in each.clocks):
                for provision in clock.citations:
                    found.setdefault(provision.key, set()).add(clock.due_on)
            right = given is not None and {key: set(days) for key, days in given.items()} == found
            verdict: Verdict = "unanswered" if given is None else "right" if right else "wrong"
            told = {key: sorted(days, key=str) for key, days in found.items()}
            yield self.duty("days", duty_id, verdict, self.by(given or {}), self.by(told), self.answers.place(("days", duty_id)))

    def by(self, days: Mapping[str, Sequence[date | None]]) -> str:
        """Return the days that provisions give, in words."""
        name = self.record.ruleset.provisions
        told = (f"{listed(in_words(day) if day else 'no day' for day in each)} by {name[key].name}" for key, each in days.items())
        return listed(told) or "no time"

    def citations(self) -> Iterator[Mark]:
        for name, given in self.answers.cites.items():
            yield self.citing(name, given, self.answers.place(("cites", name)))

    def citing(self, name: str, given: tuple[str, ...] | None, place: str) -> Mark:
        """Return the mark of what is cited for a rule or a duty: each provision has to be one that it rests on; not all of them need be named."""
        rests_on = self.cited_for(name)
        if name in self.last:
            rests_on = self.record.answer(name)[0].rests_on if name in self.record.law.place else ()
        named = [self.record.ruleset.provisions[key].name for key in given or ()]
        right = bool(given) and {each.key for each in rests_on}.issuperset(given or ())
        verdict: Verdict = "unanswered" if given is None else "right" if right else "wrong"
        found = cited(rests_on) if rests_on else "it rests on nothing here"
        return self.resting("citations", name, verdict, listed(named), found, rests_on, place)

    def resting(self, kind: MarkKind, name: str, verdict: Verdict, answered: str, found: str, rests_on: Iterable[Provision], place: str) -> Mark:
        """Return the mark of what a rule, a duty, a path or a stage rests on."""
        title = self.rule(name).question if name in self.last else self.act(name) if name in self.acts else name

        def explain() -> str:
            if name in self.last:
                return self.why(name)
            return self.why_owed(name) if name in self.acts else f"It is what {name} cites, as far as that is law."

        return Mark(kind, name, title, None, verdict, answered, found, tuple(rests_on), place, explain)

    def left_out(self) -> Iterator[Mark]:
        """Yield the duties that are owed and that answers, which claim to name all of them, do not name."""
        for duty_id, owed in self.owed.items():
            named = duty_id in self.answers.duties or duty_id in self.answers.status
            if not named and any(of_group(each.rule_id, self.answers.complete_for) for each in owed):
                yield self.duty("duty", duty_id, "missed", "", days_words(self.found(duty_id)), self.answers.place(("duties",)))

    def statuses(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.status.items():
            found = {each.status for each in self.given.get(duty_id, [])}
            verdict: Verdict = "unanswered" if given is None else "right" if found == {given} else "wrong"
            said = STATUS_WORDS[given] if given else ""
            told = listed(STATUS_WORDS[each] for each in STATUS_WORDS if each in found) or days_words(self.found(duty_id))
            yield self.duty("status", duty_id, verdict, said, told, self.answers.place(("status", duty_id)))

    # -- one by one -------------------------------------------------------------------------------------------------------------------

    def clocks(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.clocks.items():
            found = clocks_of(self.given.get(duty_id, ()))
            verdict: Verdict = "unanswered" if given is None else "right" if clocks_agree(given, found) else "wrong"
            answered, told = (clocks_words(each) or "no time" for each in (given or (), found))
            yield self.duty("clocks", duty_id, verdict, "" if given is None else answered, told, self.answers.place(("clocks", duty_id)))

    def grounds(self) -> Iterator[Mark]:
        """Yield the marks of what is said that each part of something rests on: all of it, and nothing else."""
        for name, given in self.answers.grounds.items():
            parts = grounds_of(self.record, name, self.given.get(name, ()))
            found = {part: {each.key for each in rests_on} for part, rests_on in parts.items()}
            right = given is not None and all(found.get(part) == set(keys) for part, keys in given.items())
            verdict: Verdict = "unanswered" if given is None else "right" if right else "wrong"
            answered = _part_by_part(given or {}, "nothing")
            told = answered if right and given and len(given) == len(found) else _part_by_part(found, "nothing")
            every = dict.fromkeys(each for rests_on in parts.values() for each in rests_on)
            yield self.resting("grounds", name, verdict, answered, told or "nothing here", every, self.answers.place(("grounds", name)))

    def choices(self) -> Iterator[Mark]:
        for duty_id, given in self.answers.options.items():
            found = option_of(self.given.get(duty_id, ()))
            right = given is not None and all(found.get(key) == set(roles) for key, roles in given.items())
            verdict: Verdict = "unanswered" if given is None else "right" if right else "wrong"
            answered, told = (
                "; ".join(f"{key}: {' and '.join(sorted(roles)) or 'nobody'}" for key, roles in each.items()) for each in (given or {}, found)
            )
            yield self.duty("option", duty_id, verdict, answered, told or "no choice on a menu", self.answers.place(("options", duty_id)))

    def paths(self) -> Iterator[Mark]:
        for path_id, given in self.answers.paths.items():
            found = path_of(self.record, path_id)
            path = self.record.ruleset.paths[path_id]
            verdict: Verdict = "unanswered" if given is None else "right" if list(given) == found else "wrong"
            cites = in_force(path.cites, self.record.ruleset.provisions, self.record.law_on)
            answered, told = (", ".join(each) or "none of its steps" for each in (given or (), found))
            said, place = path.note or path.title, self.answers.place(("paths", path_id))
            yield Mark("path", path_id, path.title, None, verdict, "" if given is None else answered, told, cites, place, _saying(said))

    def stage(self) -> Iterator[Mark]:
        given = self.answers.stage
        if given is not None:
            found = stage_id(self.record)
            titles = {stage.id: stage.title for stage in self.record.ruleset.stages}
            answered, told = (titles.get(each, "at no stage yet") for each in (given, found))
            verdict: Verdict = "right" if given == found else "wrong"
            place, because = self.answers.place(("stage",)), _saying("It is at the last stage whose condition holds.")
            yield Mark("stage", found, "How far the case has come", None, verdict, answered, told, (), place, because)

    def duty(self, kind: MarkKind, duty_id: str, verdict: Verdict, answered: str, found: str, place: str, first: str = "") -> Mark:
        citations = self.cited_for(duty_id)
        return Mark(kind, duty_id, self.act(duty_id), None, verdict, answered, found, citations, place, lambda: first + self.why_owed(duty_id))

    def cited_for(self, duty_id: str) -> tuple[Provision, ...]:
        """Return the provisions that a duty and its clocks rest on, where it is owed or allowed."""
        known = self.cited.get(duty_id)
        if known is None:  # it is asked for with every answer about the duty
            each_cites = (cites for each in self.given.get(duty_id, []) for cites in (each.citations, *(clock.citations for clock in each.clocks)))
            known = self.cited[duty_id] = tuple(dict.fromkeys(provision for cites in each_cites for provision in cites))
        return known

    def act(self, duty_id: str) -> str:
        now = (duty.act for rule_id in self.rules_of[duty_id] for duty in self.rule(rule_id).duties if duty.id == duty_id)
        return next(now, self.acts[duty_id])

    def why_owed(self, duty_id: str) -> str:
        """Return why a duty is owed and by when, or why it is not, or not known to be."""
        owed = self.owed.get(duty_id, [])
        if not owed:
            allowed = [each for each in self.record.options if each.id == duty_id]
            may = [f"{capital(self.record.ruleset.role_name(each.by))} may do this, and nobody has to ({cited(each.citations)})." for each in allowed]
            return " ".join(may or [self.reason(rule_id) for rule_id in self.rules_of[duty_id]])
        return " ".join(dict.fromkeys(sentence for each in owed for sentence in self.told(each)))

    def reason(self, rule_id: str) -> str:
        """Return the tests that make a rule's outcome what it is, in short; where it cannot be said yet, that this is no no."""
        decision = self.record.decisions.get(rule_id)
        if decision is None:
            return self.not_law(rule_id)
        open_ = OPEN if decision.outcome == "undetermined" else ""
        return f"{rule_id}: {reason_for(decision, self.record)} ({cited(decision.citations)}).{open_}"

    def told(self, duty: OwedDuty) -> Iterator[str]:
        role, verb = self.record.ruleset.role_name, duty.strength.replace("_", " ")
        whom = f", to {listed(role(each) for each in duty.to)}" if duty.to else ""
        yield f"{capital(role(duty.by))} {verb} {duty.act}{whom}{about(duty.children, self.record)} ({cited(duty.citations)})."
        explained: set[tuple[date | None, date | None]] = set()
        for clock in duty.clocks:
            off = not_counted(clock) if (clock.started_on, clock.due_on) not in explained else ""
            explained.add((clock.started_on, clock.due_on))
            how = how_counted(clock, self.record.ruleset.vocabulary.by_id)
            when = f"{weekday_of(clock)} ({how}{f'; not counted: {off}' if off else ''})" if clock.due_on else how
            yield f"When: {when}, “{clock.rule.strength.replace('_', ' ')}” in {cited(clock.citations)}."
        if duty.recorded:
            yield f"It is recorded as done {day_words(duty.recorded)}."
        yield f"Why: {self.reason(duty.rule_id)}"

    # -- questions and notes ----------------------------------------------------------------------------------------------------------

    def questions(self) -> Iterator[Mark]:
        asked = {question.fact.id: question for question in self.record.ask} if self.answers.ask else {}
        for index, fact_id in enumerate(self.answers.ask):
            yield self.question(fact_id, asked.get(fact_id), self.answers.place(("ask", index)))

    def question(self, fact_id: str, asked: Question | None, place: str) -> Mark:
        vocabulary = self.record.ruleset.vocabulary
        recorded = all(row[vocabulary.slot[fact_id]] is not None for row in self.record.checked.children)
        found = "not known, and it matters" if asked else "recorded" if recorded else "not known, and nothing depends on it"

        def explain() -> str:
            if asked:
                return f"These rules depend on it: {', '.join(self.record.settles(asked))}."
            return "What is recorded need not be asked for." if recorded else "No rule that is still open depends on it."

        verdict: Verdict = "right" if asked else "wrong"
        return Mark("question", fact_id, vocabulary.by_id[fact_id].question, None, verdict, "asked for", found, (), place, explain)

    def notes(self) -> Iterator[Mark]:
        given = {note.rule_id: note for note in self.record.notes}
        for index, rule_id in enumerate(self.answers.notes_from):
            yield self.note(rule_id, given.get(rule_id), self.answers.place(("notes_from", index)))

    def note(self, rule_id: str, given: GivenNote | None, place: str) -> Mark:
        def explain() -> str:
            return f"{given.note.text} ({cited(given.citations)})" if given else self.why(rule_id)

        verdict: Verdict = "right" if given else "wrong"
        found = "it says something" if given else "it says nothing"
        citations = given.citations if given else ()
        return Mark("note", rule_id, self.rule(rule_id).question, None, verdict, "it says something", found, citations, place, explain)


def _part_by_part(parts: Mapping[str, Iterable[str]], none: str) -> str:
    return "; ".join(f"{part}: {' and '.join(sorted(names)) or none}" for part, names in parts.items())


def _saying(text: str) -> Callable[[], str]:
    return lambda: text


def _plain(answer: Marking) -> dict[str, Any]:
    """Return marked answers as plain values."""
    record = answer.record
    return {
        "schema": MARKING_SCHEMA,
        "profile": record.profile,
        "as_of": record.as_of.isoformat(),
        "law_on": record.law_on.isoformat(),
        "ruleset_digest": record.ruleset_digest,
        "right": answer.right,
        "totals": dict(answer.totals),
        "marks": [_mark(each) for each in answer.marks],
    }


def _mark(each: Mark) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "id": each.id,
        "title": each.title,
        "child": each.child,
        "verdict": each.verdict,
        "answered": each.answered,
        "found": each.found,
        "because": each.because,
        "citations": plain_values.citations(each.citations),
        "place": each.place,
    }
