"""Cases put to a program, one after the other, and its answers marked. The next ones are sent before it has answered, so that it need not wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.conformance.messages import ANSWERING, VERSION, AskedFor, RunMessage
from cspr_rules.conformance.programs import Breakdown, Program
from cspr_rules.conformance.vectors import Vector
from cspr_rules.errors import CaseError, Fault, QuestionError, shown
from cspr_rules.loading.case_files import CaseFile
from cspr_rules.marking.answer_sheet import Answers, answers_from
from cspr_rules.marking.few import decided, marked
from cspr_rules.marking.marks import Marking
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord
from cspr_rules.safe_text import visible

MOST_BROKEN: Final = 3
"""After so many breakdowns in a row the program is not asked any more."""
MOST_SENT: Final = 16
"""How many cases at most are sent and not answered yet."""
_BY_NAME: Final = ("outcomes", "duties", "by", "to", "cites", "status")
_LISTED: Final = ("ask", "notes_from")
State: TypeAlias = Literal["marked", "skipped", "errored", "broken", "not asked"]


class Asked(NamedTuple):
    """A case that is put to a program.

    Attributes:
        id: What it is called in messages and reports.
        ruleset: The rules by which the answers are marked.
        case: The case.
        plain: The same as plain values.
        as_of: The day to look from.
        expect: The answers that are right, where they are known; what they name is what is asked for.
    """

    id: str
    ruleset: Ruleset
    case: Case
    plain: Mapping[str, Any]
    as_of: date
    expect: Mapping[str, Any]

    def decided(self) -> DecisionRecord:
        """Return the case decided, as far as what is expected of it goes; nothing is expected of a case of which nobody says what is right."""
        return decided(self.ruleset, self.case, self.as_of, self.expect)

    @property
    def size(self) -> int:
        """How many facts it has."""
        return len(self.case.facts) + sum(map(len, self.case.children))

    def message(self) -> RunMessage:
        """Return what is sent: the case, and the names of what is asked for, without the answers."""
        asked: AskedFor = {}
        for key in _BY_NAME:
            if isinstance(named := self.expect.get(key), Mapping):
                asked[key] = sorted(named)
        for listed in _LISTED:
            if listed in self.expect:
                asked[listed] = True
        day = self.as_of.isoformat()
        return {"cmd": "run", "seq": self.id, "profile": self.ruleset.profile.id, "as_of": day, "case": self.plain, "asked": asked}


class Result(NamedTuple):
    """What came of one case.

    Attributes:
        asked: The case.
        state: ``marked``; ``skipped``, with a reason; ``errored``, by the program's own account or because what it said are no answers;
            ``broken``, if it did not keep to the protocol; ``not asked``, after it broke down too often.
        message: The reason, or what went wrong.
        kind: For ``broken``: how; for ``errored``: whether it said so itself.
        marking: The answers, marked.
        answers: The answers.
    """

    asked: Asked
    state: State
    message: str = ""
    kind: str = ""
    marking: Marking | None = None
    answers: Answers | None = None

    @property
    def wrong(self) -> bool:
        """Whether an answer is wrong or left out, or there is none for want of a program that works."""
        if self.marking is None:
            return self.state != "skipped"
        return any(each.verdict in ("wrong", "missed") for each in self.marking.marks)


class Run(NamedTuple):
    """A program that was asked about cases.

    Attributes:
        program: What it calls itself.
        results: One for each case, in the order asked.
        ends: What was wrong with how it started or ended.
    """

    program: str
    results: tuple[Result, ...]
    ends: tuple[str, ...]


def of_vectors(vectors: Iterable[Vector], rules: Callable[[str], Ruleset]) -> Iterator[Asked]:
    """Yield the cases of some vectors."""
    for each in vectors:
        yield Asked(each.id, rules(each.profile), each.case(), each.plain_case(), each.as_of, each.expect)


def of_case_file(name: str, file: CaseFile, ruleset: Ruleset, as_of: date) -> Asked:
    """Return the case of a case file."""
    facts, children = _plain(file.case.facts), [_plain(child) for child in file.case.children]
    return Asked(name, ruleset, file.case, {"facts": facts, **({"children": children} if children else {})}, as_of, file.expect)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as JSON can write them."""
    return {fact: _plain(each) if isinstance(each, Mapping) else str(each) if isinstance(each, date) else each for fact, each in facts.items()}


def run(words: Sequence[str], cases: Sequence[Asked], timeout: float, *, each: bool = False, told: Callable[[int], None] | None = None) -> Run:
    """Put cases to a program and mark its answers.

    Args:
        words: The program and its arguments.
        cases: The cases.
        timeout: How many seconds it may take for one answer.
        each: Whether every case gets a process of its own.
        told: Called with the number of cases that are done, after each.

    Raises:
        CaseError: A case has faults, or expects answers that its rules do not give.
        QuestionError: The program cannot be started, or two cases have the same id.
    """
    twice = {one.id for one in cases}
    if len(twice) != len(cases):
        raise QuestionError([Fault("", "two of the cases have the same id")])
    runner = _Runner(words, cases, timeout, 1 if each else MOST_SENT)
    results = []
    try:
        for place, asked in enumerate(cases):
            runner.send(place)
            record = asked.decided()  # while the program answers
            results.append(runner.result(place, record))
            if each:
                runner.stop()
            if told:
                told(place + 1)
        runner.stop()
    finally:
        runner.kill()
    again = [_twice(result) if result.asked.id in runner.twice else result for result in results]
    return Run(runner.name, tuple(again), tuple(dict.fromkeys(runner.ends)))


def _twice(result: Result) -> Result:
    return Result(result.asked, "broken", "it answered more than once", "answered twice")


class _Runner:
    def __init__(self, words: Sequence[str], cases: Sequence[Asked], timeout: float, ahead: int) -> None:
        self.words = words
        self.cases = cases
        self.timeout = timeout
        self.ahead = ahead
        self.sent = 0
        self.name = shown(words[0])
        self.program: Program | None = None
        self.broken = 0
        self.twice: set[str] = set()
        self.ends: list[str] = []

    def send(self, place: int) -> None:
        """Send a case, if it is not sent yet, and the next ones, where there is a process to send them to."""
        while self.program is not None and self.sent < min(place + self.ahead, len(self.cases)):
            self.program.send(self.cases[self.sent].message())
            self.sent += 1

    def result(self, place: int, record: DecisionRecord) -> Result:
        asked = self.cases[place]
        if self.broken >= MOST_BROKEN:
            return Result(asked, "not asked", f"it broke down {MOST_BROKEN} times in a row and was not asked any more")
        try:
            answer = self.answer(place)
            self.broken = 0
        except Breakdown as error:
            self.broken += 1
            self.kill()
            return Result(asked, "broken", str(error), error.kind)
        return _marked(asked, record, answer)

    def answer(self, place: int) -> dict[str, Any]:
        """Return a program's answer about a case, from a new process where the last one broke down."""
        asked = self.cases[place]
        while True:
            if self.program is None:
                self.start(asked.ruleset.profile.id)
                self.sent = place
            self.send(place)
            assert self.program  # noqa: S101 -- it was just started
            try:
                return self.program.answer(asked.id)
            except Breakdown as error:
                # A second answer to an earlier case is that case's fault; this one is asked again, of a new process.
                if error.kind != "answered twice" or error.seq is None or error.seq == asked.id or error.seq in self.twice:
                    raise
                self.twice.add(error.seq)
                self.kill()

    def start(self, profile: str) -> None:
        self.program = Program(self.words, self.timeout)
        self.program.send({"cmd": "start", "version": VERSION, "profile": profile})
        answer = self.program.answer(None)
        if answer.get("version") != VERSION:
            raise Breakdown("wrong shape", f"it did not answer start with the version of the protocol, {VERSION}")
        if isinstance(answer.get("name"), str) and answer["name"].strip():
            self.name = shown(answer["name"])

    def stop(self) -> None:
        if self.program is not None:
            program, self.program = self.program, None
            if told := program.stop():
                self.ends.append(told)

    def kill(self) -> None:
        if self.program is not None:
            program, self.program = self.program, None
            program.kill()


def _marked(asked: Asked, record: DecisionRecord, answer: Mapping[str, Any]) -> Result:
    given = [key for key in ANSWERING if key in answer]
    if len(given) != 1:
        return Result(asked, "broken", "it has to answer with exactly one of answers, skipped and errored", "wrong shape")
    if given[0] != "answers":
        said = answer[given[0]]
        if not isinstance(said, str) or not said.strip():
            return Result(asked, "broken", f"it has to say why, as text, where it answers {given[0]}", "wrong shape")
        return Result(asked, "skipped" if given[0] == "skipped" else "errored", visible(said)[:200], "by its own account")
    try:
        answers = answers_from(answer["answers"], record)
    except CaseError as error:
        return Result(asked, "errored", "; ".join(visible(str(fault)) for fault in error.faults[:3]), "no answers")
    if asked.expect:
        answers = _with_asked(answers, answers_from(asked.expect, record))
    return Result(asked, "marked", "", "", marked(record, answers), answers)


def _with_asked(answers: Answers, expected: Answers) -> Answers:
    """Return answers in which what was asked and not answered stands as not answered."""
    both: dict[str, Any] = {key: dict.fromkeys(getattr(expected, key)) | dict(getattr(answers, key)) for key in _BY_NAME}
    return answers._replace(**both)


def expected_right(asked: Asked) -> str | None:
    """Return what a case expects that its rules do not give, or ``None``: then it was made with other rules, and marks nobody."""
    wrong = [each for each in marked(asked.decided(), asked.expect).marks if each.verdict in ("wrong", "missed")] if asked.expect else []
    return f"it expects {wrong[0].answered or 'nothing'} of {wrong[0].id}, and these rules say {wrong[0].found}" if wrong else None
