"""What is asked in an exercise, with what is right: worked out from the rules, never typed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.law import in_force
from cspr_rules.errors import CaseError, CsprRulesError, did_you_mean, shown
from cspr_rules.explain.clauses import shown as value_shown
from cspr_rules.explain.english import capital, day_of_week, lower
from cspr_rules.explain.phrases import cited
from cspr_rules.marking.marks import mark
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Duty, Rule
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import parse_date
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.training.read_otherwise import asked_in_vain, duty_otherwise, outcome_otherwise, taken_for, told_for
from cspr_rules.training.reasons import named_roles, why_duty, why_test
from cspr_rules.training.suggested import Misread, Suggested, doubting, holder_of, outcome_of, owed_of, told_of
from cspr_rules.training.written import Task

Mode: TypeAlias = Literal["one", "several", "order", "view"]
NONE: Final = "none"
"""The choice that none of the others is right; it stands in every task of which several may be."""
_NUMBERED: Final = re.compile(r" \(D\d+(?:, D\d+)*\)")
"""The numbers of discrepancies in a note, which say nothing to people who learn."""
_OUTCOMES: Final = {"met": "Yes: the test is met", "not_met": "No: the test is not met", "undetermined": "It cannot be said yet"}
_OWED: Final = {
    "owed": "It is owed, and no day can be given",
    "not_owed": "It is not owed",
    "undetermined": "It cannot be said yet whether it is owed",
}


class Choice(NamedTuple):
    """One thing that may be answered.

    Attributes:
        id: What stands for it in files of answers: an outcome, a day, a duty, a fact, a role. It does not change when the order does.
        text: It in words.
        right: Whether it is right, or in an order whether it belongs there.
        told: What is said of it to somebody who chose it wrongly or left it out wrongly, where the reasons of the task do not say it.
        suggests: The misconceptions that it suggests: chosen, if it is wrong; left out, if it is right.
    """

    id: str
    text: str
    right: bool
    told: str
    suggests: tuple[Suggested, ...] = ()


class Posed(NamedTuple):
    """One task with what is right.

    Attributes:
        id: Which scene and which task, from 1: ``2.1``.
        kind: The kind of task.
        mode: Whether one choice is right, several may be, an order is asked for, or a view on which nothing is right or wrong.
        prompt: What is asked.
        choices: What is chosen from, in the order in which it is shown.
        key: The ids of what is right: in order, where an order is asked for; nothing for a view.
        why: Why, in plain words.
        citations: What it rests on.
    """

    id: str
    kind: str
    mode: Mode
    prompt: str
    choices: tuple[Choice, ...]
    key: tuple[str, ...]
    why: str
    citations: tuple[Provision, ...]

    def choice(self, name: str) -> Choice | None:
        """Return a choice by its id, if it is among those shown."""
        return next((each for each in self.choices if each.id == name), None)


class Children(NamedTuple):
    """Several children of one incident, as tasks ask about each.

    Attributes:
        called: Key to what the words call the child; empty where the incident has one child.
        of: Key to what is known of the child, decided, and what would be answered under each misconception.
    """

    called: Mapping[str, str]
    of: Mapping[str, Misread]


ONE_CHILD: Final = Children({}, {})


class NoTaskError(ValueError):
    """A task cannot be asked on these facts; the message says why."""


def pose(task: Task, misread: Misread, seed: str, children: Children = ONE_CHILD) -> Posed:
    """Return a task with what the rules say is right.

    Args:
        task: The task as written.
        misread: What is known by then, decided; and what would be answered under each misconception.
        seed: What the order of choices is drawn from: the same text gives the same order.
        children: The children, where the incident has several.

    Raises:
        NoTaskError: It names what does not exist, or nothing right can be said on these facts.
    """
    posed = _Poser(task, children.of[task.child] if task.child else misread, seed, children).run()
    return posed._replace(prompt=f"{capital(children.called[task.child])}: {posed.prompt}") if task.child else posed


class _Poser:
    def __init__(self, task: Task, misread: Misread, seed: str, children: Children) -> None:
        self.task = task
        self.misread = misread
        self.record = record = misread.record
        self.ruleset = record.ruleset
        self.seed = seed
        self.children = children
        self.rules: dict[str, Rule] = {rule.id: rule for rule in self.ruleset.rules}
        self.rules |= {source.rule.id: source.rule for source in (*record.law.incident, *record.law.child)}
        self.duties: dict[str, tuple[Duty, list[str]]] = {}
        for rule in self.rules.values():
            for duty in rule.duties:
                self.duties.setdefault(duty.id, (duty, []))[1].append(rule.id)
        self.owed = {each.id: each for each in (*record.options, *record.duties)}

    def run(self) -> Posed:
        kinds: Mapping[str, Callable[[], Posed]] = {
            "test": self.test, "which": self.which, "when": self.when, "who": self.who, "whom": self.whom, "owed": self.which_owed, "ask": self.ask,
            "order": self.order, "learning": self.learning, "record": self.written_record, "view": self.view,
        }  # fmt: skip
        return kinds[self.task.kind]()

    # -- one is right -----------------------------------------------------------------------------------------------------------------

    def test(self) -> Posed:
        rule = self.rule(self.task.about)
        outcome = self.record.decisions[rule.id].outcome
        why, citations = why_test(self.record, rule.id)
        found = self.misread.answers(lambda record: outcome_of(record, rule.id))
        suggests = {name: found.get(name) or outcome_otherwise(self.record, rule.id, name) for name in _OUTCOMES if name != outcome}
        choices = tuple(Choice(name, text, name == outcome, "", suggests.get(name, ())) for name, text in _OUTCOMES.items())
        return self.posed("one", rule.question, choices, (outcome,), why, citations)

    def when(self) -> Posed:
        duty = self.duty(self.task.about)
        rules = self.duties[duty.id][1]
        right = owed_of(self.record, duty.id, rules)
        why, citations = self.why_duty(duty.id)
        found = self.misread.answers(lambda record: owed_of(record, duty.id, rules))
        days = {each for each in (right, *found) if each not in _OWED}
        for each in self.task.among:
            try:
                days.add(parse_date(each).isoformat())
            except ValueError as error:
                raise NoTaskError(f"{shown(each)}: {str(error).removesuffix(', or not_yet')}") from None
        names = [*sorted(days), *_OWED]
        choices = tuple(
            Choice(
                name,
                _OWED[name] if name in _OWED else f"By {day_of_week(parse_date(name))}",
                name == right,
                "",
                found.get(name) or (() if name == right else duty_otherwise(self.record, duty.id, rules, name, right)),
            )
            for name in names
        )
        prompt = f"{capital(self.named(duty))}. Is this owed, and by which day at the latest?"
        return self.posed("one", prompt, choices, (right,), why, citations)

    def who(self) -> Posed:
        owed = self.known_owed(self.task.about)
        why, citations = why_duty(self.record, owed.id, self.duties[owed.id][1])
        found = self.misread.answers(lambda record: holder_of(record, owed.id))
        names = self.roles({*self.task.among, owed.by, *found})
        suggests = {name: found.get(name) or taken_for(owed, name, self.there_is, self.named) for name in names if name != owed.by}
        choices = [Choice(name, capital(text), name == owed.by, "", suggests.get(name, ())) for name, text in names.items()]
        return self.posed("one", f"Who {owed.strength.replace('_', ' ')} {owed.act}?", self.shuffled(choices), (owed.by,), why, citations)

    # -- several may be right ---------------------------------------------------------------------------------------------------------

    def whom(self) -> Posed:
        owed = self.known_owed(self.task.about)
        if not owed.to:
            raise NoTaskError(f"{owed.id}: the source names nobody to whom it is owed")
        why, citations = why_duty(self.record, owed.id, self.duties[owed.id][1])
        found = self.misread.among(lambda record: told_of(record, owed.id))
        names = self.roles({*self.task.among, *owed.to, *found})
        suggests = {name: found.get(name) or told_for(owed, name, self.there_is, self.named) for name in names if name not in owed.to}
        choices = [
            Choice(
                name, capital(text), name in owed.to, f"{capital(text)} is {'' if name in owed.to else 'not '}named there.", suggests.get(name, ())
            )
            for name, text in names.items()
        ]
        prompt = f"{capital(self.ruleset.role_name(owed.by))} {owed.strength.replace('_', ' ')} {owed.act}. To whom is that owed?"
        return self.several(prompt, choices, why, citations)

    def which(self) -> Posed:
        rule = self.rule(self.task.about, of_each=True)
        if not self.children.called or rule.scope != "child":
            raise NoTaskError(f"{rule.id}: `which` asks for which of several children; ask this with `test`")
        choices, because, citations = [], [], dict[Provision, None]()
        for key, called in self.children.called.items():
            of = self.children.of[key]
            met = outcome_of(of.record, rule.id) == "met"
            why, cites = why_test(of.record, rule.id)
            found = of.answers(partial(_met_or_not, rule=rule.id)).get("not" if met else "met")
            suggests = found or outcome_otherwise(of.record, rule.id, "not_met" if met else "met")
            choices.append(Choice(key, capital(called), met, why, suggests))
            because.append(f"{capital(called)}: {why}")
            citations |= dict.fromkeys(cites)
        prompt = f"“{rule.question}” For which of the children is that so, on what is known so far? What cannot be said yet is not to be chosen."
        return self.several(prompt, choices, " ".join(because), tuple(citations))

    def which_owed(self) -> Posed:
        choices, because, citations = [], [], dict[Provision, None]()
        for name in self.task.among:
            duty = self.duty(name)
            why, cites = self.why_duty(name)
            rules = self.duties[name][1]
            owed = name in self.owed and not self.owed[name].optional
            found = self.misread.answers(partial(_owed_or_not, duty=name, rules=rules)).get("not" if owed else "owed")
            suggests = found or duty_otherwise(self.record, name, rules, "not_owed" if owed else "owed", owed_of(self.record, name, rules))
            choices.append(Choice(name, capital(self.named(duty)), owed, why, suggests))
            because.append(why if name in self.owed else f"{capital(duty.act)}: {lower(why)}")
            citations |= dict.fromkeys(cites)
        prompt = "Which of these are owed, or local commitments, on what is known so far? What cannot be said yet is not to be chosen."
        return self.several(prompt, choices, " ".join(because), tuple(citations))

    def ask(self) -> Posed:
        rule = self.rule(self.task.about)
        open_ = self.record.asked_by(rule.id)
        choices = []
        for name in self.task.among:
            fact = self.ruleset.vocabulary.by_id.get(name)
            if fact is None:
                raise NoTaskError(f"there is no fact called '{shown(name)}'{did_you_mean(name, self.ruleset.vocabulary.by_id)}")
            told = "The answer can still settle it." if name in open_ else self.not_asked(name, rule.id)
            choices.append(Choice(name, fact.question, name in open_, told, () if name in open_ else (asked_in_vain(self.record, name),)))
        why, citations = why_test(self.record, rule.id)
        prompt = f"“{rule.question}” Which of these would you ask next, because the answer still turns on it?"
        return self.several(prompt, choices, why, citations)

    def not_asked(self, fact: str, rule: str) -> str:
        value = self.record.checked.children[0][self.ruleset.vocabulary.slot[fact]]
        known = self.ruleset.vocabulary.by_id[fact]
        if value is not None:
            return f"This is known: {value_shown(known, value)}."
        settled = self.record.decisions[rule].outcome != "undetermined"
        return "That question is settled whatever the answer is." if settled else "Whatever the answer is, that question does not turn on it."

    def learning(self) -> Posed:
        choices, because, citations = [], [], dict[Provision, None]()
        for name in self.task.among:
            rule = self.rule(name)
            option = next((duty for duty in rule.duties if duty.option), None)
            if option is None:
                raise NoTaskError(f"{name} is no choice on a menu of learning")
            outcome = self.record.decisions[name].outcome
            if outcome == "undetermined":
                raise NoTaskError(f"it cannot be said yet whether {name} fits; ask it with `test`")
            why, cites = why_test(self.record, name)
            suggests = outcome_otherwise(self.record, name, "not_met" if outcome == "met" else "met")
            choices.append(Choice(name, capital(option.act), outcome == "met", why, suggests))
            because.append(f"{capital(option.act)}: {why}")
            citations |= dict.fromkeys(cites)
        prompt = "Which of these kinds of learning does the menu offer for this case? Several may fit, and none excludes another."
        return self.several(prompt, choices, " ".join(because), tuple(citations))

    def written_record(self) -> Posed:
        choices, because, citations = [], [], dict[Provision, None]()
        for about, name, says in self.task.entries:
            if about == "test" and name in self.rules:
                self.of_whom(name, self.rules[name].scope)
            try:
                (marked,) = mark(self.record, {"outcomes" if about == "test" else "duties": {name: says}}).marks
            except CaseError as error:
                raise NoTaskError(error.faults[0].message) from None
            why, cites = why_test(self.record, name) if about == "test" else self.why_duty(name)
            text = (
                f"{self.rules[name].question} {_OUTCOMES[says]}"
                if about == "test"
                else f"{capital(self.named(self.duties[name][0]))}: {_put_down(says)}"
            )
            rules = [] if about == "test" else self.duties[name][1]
            found = self.misread.answers(partial(outcome_of, rule=name) if about == "test" else partial(owed_of, duty=name, rules=rules))
            wrong = marked.verdict != "right"
            suggests = found.get(str(says), ()) if wrong else doubting(found.values())
            if wrong and not suggests and about == "test":
                suggests = outcome_otherwise(self.record, name, str(says))
            elif wrong and not suggests:
                suggests = duty_otherwise(self.record, name, rules, str(says), owed_of(self.record, name, rules))
            choices.append(Choice(f"{name}={says}", text, wrong, why if wrong else f"This is right. {why}", suggests))
            because += [why] if wrong else []
            citations |= dict.fromkeys(cites)
        prompt = "Somebody has put this down in the record. Which of these entries are wrong?"
        return self.several(prompt, choices, " ".join(because) or "Every entry is right.", tuple(citations))

    def several(self, prompt: str, choices: list[Choice], why: str, citations: tuple[Provision, ...]) -> Posed:
        key = tuple(each.id for each in choices if each.right) or (NONE,)
        none = Choice(NONE, "None of these", key == (NONE,), "" if key == (NONE,) else "At least one of these belongs here.")
        return self.posed("several", prompt, (*self.shuffled(choices), none), key, why, citations)

    # -- an order, and a view -----------------------------------------------------------------------------------------------------------

    def order(self) -> Posed:
        path = self.ruleset.paths.get(self.task.about)
        if path is None:
            raise NoTaskError(f"there is no path called '{shown(self.task.about)}'{did_you_mean(self.task.about, self.ruleset.paths)}")
        strange = [name for name in self.task.among if name not in path.steps]
        if strange or len(self.task.among) < 2:
            raise NoTaskError(f"expected two or more steps of {path.id}: {', '.join(path.steps)}")
        not_owed = [name for name in self.task.among if name not in self.owed]
        if not_owed:
            raise NoTaskError(f"{', '.join(not_owed)}: not owed on these facts, so it has no place in the order")
        key = tuple(name for name in path.steps if name in self.task.among)
        choices = [Choice(name, capital(self.named(self.duties[name][0])), True, "") for name in key]
        shown_ = self.shuffled(choices)
        if tuple(each.id for each in shown_) == key:
            shown_ = shown_[1:] + shown_[:1]  # an order that is shown as it is right would be no question
        citations = in_force(path.cites, self.ruleset.provisions, self.record.law_on)
        note = _NUMBERED.sub("", path.note) if path.note else ""
        why = f"That order stands in {cited(citations)}. {note}".strip()
        return self.posed("order", f"{path.title}: in which order do these steps come?", shown_, key, why, citations)

    def view(self) -> Posed:
        fact = self.ruleset.vocabulary.by_id.get(self.task.about)
        if fact is None or fact.kind != "judgement" or fact.type not in ("yes_no", "one_of"):
            raise NoTaskError("expected the name of a judgement that is answered by yes and no, or by one of several words")
        self.of_whom(fact.id, fact.scope)
        choices = []
        for value in (True, False) if fact.type == "yes_no" else tuple(fact.values):
            name = str(value).lower()
            choices.append(Choice(name, capital(fact.show(value)), False, self.follows(fact.id, value)))
        weighed = fact.considerations
        citations = tuple(dict.fromkeys(each for one in weighed for each in in_force(one.cites, self.ruleset.provisions, self.record.law_on)))
        why = "This is a judgement, and it is made by a named person: nobody's view is marked here."
        if weighed:
            why += f" To be weighed: {' '.join(each.text.rstrip('.') + '.' for each in weighed)} ({cited(citations)})"
        return self.posed("view", f"What is your view? {fact.question}", tuple(choices), (), why, citations)

    def follows(self, fact: str, value: object) -> str:
        """Return what the headline questions come to if a judgement is made in one way."""
        try:
            case = Case({**self.record.case.facts, fact: value}, self.record.case.children)
            seen = evaluate(self.ruleset, case, as_of=self.record.as_of, law_on=self.law_on)
        except CsprRulesError:
            return "This view goes against what else is recorded."
        now = {each.headline.id: each.sentence for each in self.record.verdicts}
        changed = [each.sentence for each in seen.verdicts if each.sentence != now[each.headline.id]]
        return " ".join(["On this view:", *changed]) if changed else "On this view the answers to the headline questions stay as they are."

    @property
    def law_on(self) -> date:
        return self.record.law_on

    # -- what they share -----------------------------------------------------------------------------------------------------------------

    def posed(self, mode: Mode, prompt: str, choices: Sequence[Choice], key: tuple[str, ...], why: str, citations: tuple[Provision, ...]) -> Posed:
        return Posed(self.task.id, self.task.kind, mode, prompt, tuple(choices), key, why, citations)

    def rule(self, name: str, *, of_each: bool = False) -> Rule:
        if name not in self.rules:
            raise NoTaskError(f"there is no rule called '{shown(name)}'{did_you_mean(name, self.rules)}")
        if name not in self.record.law.place:
            raise NoTaskError(f"{name} is not law on {in_words(self.record.law_on)}, the day whose law is read")
        if not of_each:
            self.of_whom(name, self.rules[name].scope)
        return self.rules[name]

    def of_whom(self, name: str, scope: str) -> None:
        """Raise unless it is said of which child something is asked that is asked for each."""
        if scope == "child" and self.children.called and not self.task.child:
            raise NoTaskError(f"{name} is asked for each child; say of which with `child`, or ask for which of them with `which`")

    def why_duty(self, name: str) -> tuple[str, tuple[Provision, ...]]:
        """Return why a duty is owed, or why it is not: then for each child where there are several, for each has reasons of its own."""
        rules = self.duties[name][1]
        if name in self.owed or not self.children.called:
            return why_duty(self.record, name, rules)
        told = {key: why_duty(of.record, name, rules) for key, of in self.children.of.items()}
        said = dict.fromkeys(f"{capital(self.children.called[key])}: {why}" for key, (why, _) in told.items())
        return " ".join(said), tuple(dict.fromkeys(each for _, cites in told.values() for each in cites))

    def duty(self, name: str) -> Duty:
        if name not in self.duties:
            raise NoTaskError(f"there is no duty called '{shown(name)}'{did_you_mean(name, self.duties)}")
        return self.owed[name].duty if name in self.owed else self.duties[name][0]

    def known_owed(self, name: str) -> OwedDuty:
        self.duty(name)
        if name not in self.owed:
            raise NoTaskError(f"{name} is not known to be owed on these facts, so nobody can be said to owe it; ask it with `when`")
        return self.owed[name]

    def named(self, duty: Duty) -> str:
        to = named_roles(duty.to, self.ruleset)
        return f"{self.ruleset.role_name(duty.by)}: {duty.act}{f' (to {to})' if to else ''}"

    @property
    def there_is(self) -> list[Duty]:
        """What there is to owe: first what is owed in this case, then all that the rules know."""
        return [*(each.duty for each in self.owed.values()), *(duty for duty, _ in self.duties.values())]

    def roles(self, names: Collection[str]) -> dict[str, str]:
        strange = sorted(name for name in names if name not in self.ruleset.profile.roles)
        if strange:
            raise NoTaskError(f"there is no role called '{shown(strange[0])}'{did_you_mean(strange[0], self.ruleset.profile.roles)}")
        return {name: self.ruleset.role_name(name) for name in sorted(names)}

    def shuffled(self, choices: Iterable[Choice]) -> tuple[Choice, ...]:
        """Return choices in an order that has nothing to do with which are right, and is the same every time."""
        return tuple(sorted(choices, key=lambda each: sha256(f"{self.seed} {self.task.id} {each.id}".encode()).digest()))


def _met_or_not(record: DecisionRecord, rule: str) -> str:
    return "met" if outcome_of(record, rule) == "met" else "not"


def _owed_or_not(record: DecisionRecord, duty: str, rules: Sequence[str]) -> str:
    return "not" if owed_of(record, duty, rules) in ("not_owed", "undetermined") else "owed"


def _put_down(says: object) -> str:
    text = str(says)
    return _OWED[text][0].lower() + _OWED[text][1:] if text in _OWED else f"by {day_of_week(parse_date(text))}"
