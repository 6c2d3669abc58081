"""``cspr-rules ask``: an interview in a terminal. It talks on standard error; the decision goes to standard output."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from cspr_rules.casework.interview import Asked, Interview
from cspr_rules.casework.saving import save_case
from cspr_rules.casework.typed_answers import how_to_answer, means_unknown, parsed
from cspr_rules.cli.common import ANSWERED, INTERRUPTED, day, profile_option
from cspr_rules.cli.decide import FORMATS, Answered, printed
from cspr_rules.cli.judged import ask_judged
from cspr_rules.cli.terminal import say, sentence, somebody_types, typed
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError, did_you_mean
from cspr_rules.explain.english import capital, counted, day_of_week
from cspr_rules.explain.phrases import cited
from cspr_rules.explain.what_if import Key
from cspr_rules.loading.case_files import CaseFile, case_from
from cspr_rules.loading.reading import MOST_BYTES, read_bytes, refusal
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.model.cases import Case
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import UNKNOWN_WORD
from cspr_rules.model.vocabulary import Fact

COMMANDS: Final[Mapping[str, str]] = {
    "skip": "not known: leave it open and go on",
    "back": "take back the last answer; `back 3` asks question 3 again and keeps the others",
    "why": "what the answer decides, and under which law or guidance",
    "answers": "what is recorded so far, numbered",
    "decide": "print the decision as it stands, and go on",
    "stop": "print the decision as it stands, and end here",
    "save": "write the answers to a case file: `save case.yaml`",
    "help": "this list",
    "quit": "end here without a decision",
}
_WITH_MORE: Final = ("back", "save")
NO_NAMES: Final = frozenset(("y", "yes", "ok", "n", "no", "true", "false", *COMMANDS))
"""What somebody types as an answer or a command, and never as the name of a file."""
_MOST_GROUNDS = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="a case file to go on with, or the name of a new one to save to")
    profile_option(parser)
    parser.add_argument("--as-of", metavar="DAY", help="the day to look from: YYYY-MM-DD or 'today'; without it, the latest day recorded")
    parser.add_argument("--for", dest="duties", action="append", default=[], metavar="DUTY", help="ask about this duty alone, such as notify_panel")
    parser.add_argument("--rule", dest="rules", action="append", default=[], metavar="ID", help="ask about this rule alone")
    parser.add_argument("--all", dest="every", action="store_true", help="ask too about rules that cannot be met before some later step is recorded")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how the decision is printed")


def run(options: argparse.Namespace) -> int:
    """Lead the interview."""
    as_of = day(options.as_of, "--as-of", may_be_today=True) if options.as_of is not None else None
    file, header, was = _read(options.file) if options.file else (CaseFile(Case(), None, None, None, {}), {}, None)
    profile = options.profile if options.profile is not None else file.profile or "bcp"
    ruleset = rules_for(options.profile, file.profile)
    interview = Interview(ruleset, file, as_of=as_of, rules=options.rules, duties=options.duties, every=options.every)
    if options.profile is not None or was is None:
        header = {**header, "profile": profile}
    if as_of:
        header = {**header, "as_of": as_of}
    return _Talk(interview, options.file, header, was, file.title, options.format).run()


def _read(name: str) -> tuple[CaseFile, dict[str, Any], bytes | None]:
    """Return the case of a file, what stands above its facts, and its bytes; an empty case if there is no such file."""
    path = Path(name)
    if not path.exists():
        return CaseFile(Case(), None, None, None, {}), {}, None
    try:
        if refused := refusal(path, "a case file"):
            raise CaseError([Fault(name, refused)])
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise CaseError([Fault(name, f"the file cannot be read: {error.strerror or 'no reason given'}")]) from None
    document = read_bytes(raw, name)
    file = case_from(document)
    above = document.value if isinstance(document.value, dict) else {}
    return file, {key: value for key, value in above.items() if key not in ("facts", "children")}, raw


class _BackError(Exception):
    """Somebody goes back: to the last answer, or to the one that is named."""

    def __init__(self, named: str) -> None:
        super().__init__(named)
        self.named = named


class _LeaveError(Exception):
    """Somebody leaves; ``decision`` says whether they want it first."""

    def __init__(self, *, decision: bool) -> None:
        super().__init__()
        self.decision = decision


class _Talk:
    """One interview in one terminal, or with answers from a pipe."""

    def __init__(self, interview: Interview, path: str | None, header: dict[str, Any], was: bytes | None, title: str | None, shape: str) -> None:
        self.interview = interview
        self.path = path
        self.header = header
        self.was = was
        self.title = title
        self.shape = shape
        self.kept: Mapping[Key, Any] = interview.answers  # as the file has them
        self.printed: Mapping[Key, Any] | None = None  # the answers of the decision printed last
        self.told_first = interview.chosen or interview.first_settled
        self.told = self._verdicts()  # what was said last of each headline question
        self.closed = False

    def run(self) -> int:
        self._open()
        code = ANSWERED
        try:
            while True:
                try:
                    self._turn()
                except _BackError as back:
                    self._back(back.named)
        except _LeaveError as leave:
            if leave.decision:
                self._decide()
            self._leave()
        except EOFError:
            say("")
            self._decide()
            self._leave()
        except KeyboardInterrupt:
            say("")
            code = INTERRUPTED
            self._leave()
        return code

    # -- one question ----------------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        interview = self.interview
        say(f"Questions about one case, for {interview.ruleset.profile.authority}. The most pressing come first. Skip what is not known.")
        say("No names, and nothing else that identifies a person.")
        if interview.as_of:
            say(f"The case is looked at from {in_words(interview.as_of)}.")
        else:
            say("The case is looked at from the latest day you give. To see what is overdue today, begin with --as-of today.")
        if interview.answers:
            known, unknown = len(interview.answers), list(interview.answers.values()).count(UNKNOWN_WORD)
            left = f", {unknown} of them not known" if unknown else ""
            say(f"{counted(known, 'answer')} from {self.path}{left}. `answers` lists them; `back 3` asks number 3 again.")
        elif self.path:
            say(f"{self.path} is a new file; it is written when you save.")
        say(f"At any prompt: {', '.join(COMMANDS)}.")

    def _turn(self) -> None:
        self._tell_changes()
        asked = self.interview.question()
        if self.interview.first_settled and not self.told_first and not self.interview.chosen:
            self.told_first = True
            self._tell_first()
        if asked is None:
            self._close()
            return
        self.closed = False
        self._ask(asked)
        while True:
            text = self._line(">")
            if not text:
                say("Please answer, or type skip if it is not known, or help.")
            elif means_unknown(text) or text.casefold() == "skip":
                if self._take(self.interview.skip):
                    return
            else:
                try:
                    value = parsed(asked.fact, text, as_of=self.interview.as_of, commands=COMMANDS)
                except ValueError as error:
                    say(sentence(f"That is no answer to this question: {error}"))
                    continue
                if self._take(lambda value=value: self.interview.answer(value)):
                    say(f"Recorded: {_shown(asked.fact, value)}.")
                    if asked.fact.kind == "judgement":
                        ask_judged(self.interview, asked.fact, partial(self._line, free=True), self._take)
                    return

    def _take(self, take: Any) -> bool:
        """Let an answer in; say what it contradicts if it cannot be so, and then nothing is changed."""
        try:
            take()
        except CaseError as error:
            for fault in error.faults:
                say(sentence(fault.message))
            say("Nothing was recorded. Answer differently, or type answers, and then back with the number of the one that is wrong.")
            return False
        return True

    def _ask(self, asked: Asked) -> None:
        fact, interview = asked.fact, self.interview
        progress = interview.progress
        number = len(interview.answers) + 1
        of = f" of at most {number - 1 + progress.at_most}" if progress.at_most is not None else ""
        say("")
        say(f"Question {number}{of}. Rules settled: {progress.settled}; still open: {progress.open}.")
        whom = f"Child {asked.child} of {interview.children}: " if asked.child and interview.children > 1 else ""
        say(f"{whom}{fact.question}", lead="* ")
        say(fact.meaning, lead="  ")
        if fact.kind == "judgement":
            say(f"A judgement. It is for {fact.who_would_know}, not for this program.", lead="  ")
            self._weigh(fact)
        else:
            say(f"Ask {fact.who_would_know}.", lead="  ")
        say(self._because(asked), lead="  ")
        for place, (word, meaning) in enumerate(fact.values.items(), start=1):
            say(f"{meaning} ({word})", lead=f"  {place}  ")
        say(f"Answer: {how_to_answer(fact, today=interview.as_of is not None)}; or skip.", lead="  ")

    def _weigh(self, fact: Fact) -> None:
        provisions, law_on = self.interview.ruleset.provisions, self.interview.record.law_on
        weighed = [(each.text, [provisions[key] for key in each.cites if law_on in provisions[key].window]) for each in fact.considerations]
        if any(sources for _, sources in weighed):
            say("Weigh:", lead="  ")
        for text, sources in weighed:
            if sources:
                say(f"{text} ({cited(sources, brief=True)})", lead="  - ")

    def _because(self, asked: Asked) -> str:
        grounds = self.interview.why()
        if asked.reason == "children":
            return "Why: each child is asked about in turn."
        if asked.reason == "law":
            return "Why: the law is read as it stood on that day."
        if asked.reason == "clock":
            return f"Why: time runs from it. The duty: {grounds[0].says}" + (f", and {len(grounds) - 1} more." if len(grounds) > 1 else ".")
        if asked.reason == "step":
            return "Why: it decides whether the step that is recorded counts."
        if not grounds:
            return "Why: you went back to it. As things stand, no open rule depends on it."
        more = f" and {counted(len(grounds) - 1, 'more rule')}." if len(grounds) > 1 else ""
        return f"Why: it bears on “{grounds[0].says}”{more}"

    def _verdicts(self) -> dict[str, tuple[Any, ...]]:
        return {each.headline.id: (each.state, each.day, each.otherwise) for each in self.interview.record.verdicts}

    def _tell_changes(self) -> None:
        """Say each headline question whose answer is another than was said last, after an answer as after going back."""
        now = self._verdicts()
        for each in self.interview.record.verdicts:
            if now[each.headline.id] != self.told.get(each.headline.id):
                say("")
                say(f"So far: {each.headline.asks} {each.sentence}", lead="== ")
        self.told = now

    def _tell_first(self) -> None:
        say("The other questions come now: other duties may be owed whatever this came to. `stop` ends here with the decision so far.", lead="   ")

    def _close(self) -> None:
        """Say that nothing is left to ask, print the decision, and take commands."""
        if not self.closed:
            self.closed = True
            progress = self.interview.progress
            say("")
            say(f"Nothing is left to ask. Rules settled: {progress.settled}.")
            if progress.left:
                waiting = counted(progress.left, "rule")
                say(f"{waiting} cannot be settled yet, for want of a later step or of what is not known. The decision names them.")
            self._decide()
        text = self._line("Back, save, answers, or Enter to leave >")
        if not text:
            raise _LeaveError(decision=False)
        say(sentence(f"That is no command{did_you_mean(text.casefold(), COMMANDS)}"))

    # -- commands --------------------------------------------------------------------------------------------------------------------

    def _line(self, prompt: str, *, free: bool = False) -> str:
        """Return what is typed, once it is not a command that is carried out here.

        Args:
            prompt: What stands before it.
            free: Whether any words will do; then only a command's bare name is one.
        """
        while True:
            text = typed(prompt)
            name, _, more = text.partition(" ")
            command = {"?": "help"}.get(name, name.casefold())
            if command not in COMMANDS or (more and (free or command not in _WITH_MORE)):
                return text
            match command:
                case "skip":
                    return "" if free else "skip"
                case "back":
                    raise _BackError(more.strip())
                case "stop" | "quit":
                    raise _LeaveError(decision=command == "stop")
                case "why":
                    self._why()
                case "answers":
                    self._answers()
                case "decide":
                    self._decide()
                case "save":
                    self._save(more.strip() or self.path)
                case "help":
                    for each, does in COMMANDS.items():
                        say(does, lead=f"  {each:<8} ")

    def _why(self) -> None:
        asked = self.interview.question()
        grounds = self.interview.why()
        if asked is None:
            say("Nothing is asked at the moment.")
        elif not grounds:
            say(self._because(asked))
        else:
            duties = asked.reason in ("clock", "step")
            say(f"The answer bears on these {'duties' if duties else 'rules'} ({len(grounds)}):")
            for each in grounds[:_MOST_GROUNDS]:
                say(f"{capital(each.says)} ({each.id}; {cited(each.citations, brief=True)})", lead="  - ")
            if len(grounds) > _MOST_GROUNDS:
                say(f"and {len(grounds) - _MOST_GROUNDS} more, such as {grounds[_MOST_GROUNDS].id}.", lead="  - ")
            say(f"`cspr-rules show {grounds[0].id}` shows the first in full.")

    def _answers(self) -> None:
        if not self.interview.answers:
            say("Nothing is recorded yet.")
        facts = self.interview.ruleset.vocabulary.by_id
        for number, ((name, child), value) in enumerate(self.interview.answers.items(), start=1):
            say(f"{self._about(name, child)}{facts[name].question} {_recorded(facts[name], value)}", lead=f"  {number:>2}  ")

    def _about(self, name: str, child: int | None) -> str:
        several = self.interview.children > 1 and self.interview.ruleset.vocabulary.by_id[name].scope == "child"
        return (f"Child {child}: " if child else "Every child: ") if several else ""

    def _back(self, named: str) -> None:
        try:
            name, child = self.interview.back(self._key(named) if named else None)
        except CsprRulesError as error:
            say(sentence(error.faults[0].message))
            return
        say(f"Taken back: {self._about(name, child)}{self.interview.ruleset.vocabulary.by_id[name].question}")

    def _key(self, named: str) -> Key:
        """Return the answer that is named: by its number, or by its fact and the child's number."""
        keys = list(self.interview.answers)
        if named.isdecimal() and len(named) < 5:
            if 1 <= int(named) <= len(keys):
                return keys[int(named) - 1]
            raise QuestionError([Fault("", f"there is no answer number {int(named)}; `answers` lists them")])
        name, _, number = named.partition(" ")
        found = [key for key in keys if key[0] == name and number in ("", str(key[1] or ""))]
        if len(found) > 1:
            raise QuestionError([Fault("", "that was answered for several children; add the number of one")])
        if not found:
            raise QuestionError([Fault("", f"nothing is recorded under that name{did_you_mean(name, {key[0] for key in keys})}")])
        return found[0]

    def _decide(self) -> None:
        if self.printed == self.interview.answers:
            return
        self.printed = self.interview.answers
        sys.stderr.flush()
        whole = shlex.join(["cspr-rules", "decide", self.path or "FILE", "--full"]) + ("" if self.path else ", once the answers are saved")
        sys.stdout.write(printed([Answered(self.interview.record, self.title, whole)], self.shape))
        sys.stdout.flush()

    # -- saving and leaving ----------------------------------------------------------------------------------------------------------

    @property
    def _unsaved(self) -> bool:
        return self.kept != self.interview.answers

    def _save(self, path: str | None) -> bool:
        if not path:
            say("To which file? Type save and a name, such as: save case.yaml")
            return False
        if path.casefold() in NO_NAMES:
            say(f"“{path}” is an answer, not the name of a file. Give the file a name that ends in .yaml, such as case.yaml.")
            return False
        interview = self.interview
        try:
            was = self.was if path == self.path else None
            self.was = save_case(path, interview.case, interview.ruleset.vocabulary, self.header, was=was)
        except CsprRulesError as error:
            for fault in error.faults:
                say(sentence(str(fault)))
            return False
        self.path, self.kept = path, interview.answers
        say(f"Saved: {path}. Go on with it by: cspr-rules ask {path}")
        return True

    def _leave(self) -> None:
        """Leave. In a terminal, ask where to save what is not saved; otherwise save it if a file was named."""
        asking = somebody_types()
        try:
            while self._unsaved and asking:
                offered = f"Enter: {self.path}; no: leave without saving" if self.path else "Enter: leave without saving"
                text = typed(f"{counted(len(self.interview.answers), 'answer')}, not saved. Save to which file? ({offered}) >")
                if text.casefold() in ("y", "yes") and self.path:
                    text = self.path
                if text.casefold() in ("no", "n", "quit") or not (text or self.path) or self._save(text or self.path):
                    break
            if self._unsaved and not asking and self.path:
                self._save(self.path)
        except EOFError:
            say("")
            if self.path:
                self._save(self.path)
        except KeyboardInterrupt:
            say("")
        if self._unsaved:
            say("Left without saving.")


def _shown(fact: Fact, value: Any) -> str:
    """Return a value in words; a day with its weekday, so that a slip is seen."""
    if isinstance(value, date):
        return day_of_week(value)
    return fact.show(value)


def _recorded(fact: Fact, raw: Any) -> str:
    """Return what is recorded, in words."""
    if raw == UNKNOWN_WORD:
        return "not known"
    if isinstance(raw, Mapping):
        value = raw.get("value")
        if value is None or value == UNKNOWN_WORD:
            return "not known"
        return f"{_shown(fact, fact.parse(value))}" + (f", judged by {raw['role']}" if raw.get("role") else "")
    return _shown(fact, fact.parse(raw))
