"""``cspr-rules history``: a case over time: look at it, see what changed, and add to it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cspr_rules.casework.changes import Change, Changes
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import as_plain, read_history, save_history, writing
from cspr_rules.cli.common import ANSWERED, day, profile_option
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words
from cspr_rules.model.vocabulary import Fact
from cspr_rules.reports import writing_text
from cspr_rules.reports.audit_sheet import described
from cspr_rules.reports.document import Heading, Item, Paragraph, Piece
from cspr_rules.safe_text import visible


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    new = _action(actions, "new", "begin a case file")
    new.add_argument("--reference", metavar="NAME", help="a name for the case that stays the same and identifies nobody, such as 2024-07")
    new.add_argument("--title", metavar="TEXT", help="what the case is about; no names")
    show = _action(actions, "show", "show the entries; with --on or --changes, what they come to")
    show.add_argument("--on", metavar="DAY", help="the case as it was known at the end of this day, as a case file for `decide`")
    show.add_argument("--changes", nargs=2, metavar="DAY", help="what changed between the ends of two days, and because of which entries")
    show.add_argument("--format", choices=("text", "json"), default="text")
    record = _action(actions, "record", "record what became known on a day")
    _dated(record)
    record.add_argument("facts", nargs="+", metavar="FACT=VALUE", help="such as child.died=true or notification.sent_on=2024-04-02")
    record.add_argument("--child", type=int, metavar="N", help="the child it is about, from 1")
    _judged(record)
    correct = _action(actions, "correct", "give another value than an entry gave")
    _dated(correct)
    correct.add_argument("entry", metavar="ENTRY=VALUE", help="such as e12=2024-04-03")
    _judged(correct)
    _because(correct)
    withdraw = _action(actions, "withdraw", "take an entry back: the fact is unknown again")
    _dated(withdraw)
    withdraw.add_argument("entry", metavar="ENTRY", help="such as e12")
    _because(withdraw)


def _action(actions: Any, name: str, purpose: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
    parser.add_argument("file", metavar="FILE", help="a case file over time, .yaml or .jsonl")
    profile_option(parser)
    return parser


def _dated(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--on", required=True, metavar="DAY", help="the day it became known here: YYYY-MM-DD or 'today'; a step's own day is its value"
    )


def _judged(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", metavar="ROLE", help="for a judgement: the role of who made it")
    parser.add_argument("--judged-on", metavar="DAY", help="for a judgement: the day it was made")
    parser.add_argument("--reasons", metavar="TEXT", help="for a judgement: why; no names")
    parser.add_argument("--dissent", metavar="TEXT", help="for a judgement: who, by role, disagreed and why")


def _because(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--because", metavar="TEXT", help="why; no names")


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    if options.action == "new":
        if Path(options.file).exists():
            raise QuestionError([Fault(options.file, "there is such a file already, and it is not overwritten")])
        rules_for(options.profile, None)
        save_history(CaseHistory(profile=options.profile or "bcp", title=options.title, reference=options.reference), options.file)
        return ANSWERED
    return _show(options) if options.action == "show" else _add(options)


# -- adding --------------------------------------------------------------------------------------------------------------------------


def _add(options: argparse.Namespace) -> int:
    on = day(options.on, "--on", may_be_today=True)
    with writing(options.file) as history:
        ruleset = rules_for(options.profile, history.profile)
        made = _made(options, history, ruleset, on)
        # What does not go together with the rest of the case is refused before it is written; the day is the only one it can be unsound on.
        history.evaluate(ruleset, on)
    for notice in history.notices:
        print(visible(notice), file=sys.stderr)
    sys.stdout.write("".join(f"{_line(entry, ruleset)}\n" for entry in made))
    return ANSWERED


def _made(options: argparse.Namespace, history: CaseHistory, ruleset: Ruleset, on: date) -> tuple[Entry, ...]:
    if options.action == "withdraw":
        return (history.withdraw(on, options.entry, because=options.because),)
    judged = {
        "role": options.role,
        "judged_on": day(options.judged_on, "--judged-on") if options.judged_on else None,
        "reasons": options.reasons,
        "dissent": options.dissent,
    }
    if options.action == "correct":
        name, value = _split(options.entry, "ENTRY")
        return (history.correct(on, name, _value(_fact(history.entry(name).fact, ruleset), value), because=options.because, **judged),)
    facts = {}
    for words in options.facts:
        name, value = _split(words, "FACT")
        facts[name] = _value(_fact(name, ruleset), value)
    return history.record(on, facts, child=options.child, **judged)


def _split(words: str, kind: str) -> tuple[str, str]:
    name, sign, value = words.partition("=")
    if not sign:
        raise QuestionError([Fault(f"{kind}=VALUE", f"expected a name, '=' and a value, such as {'e12' if kind == 'ENTRY' else 'child.died'}=true")])
    return name.strip(), value.strip()


def _fact(name: str, ruleset: Ruleset) -> Fact:
    fact = ruleset.vocabulary.by_id.get(name)
    if fact is None:
        hint = did_you_mean(name, ruleset.vocabulary.by_id) or "; `cspr-rules facts` lists them"
        said = ruleset.vocabulary.no_longer(name) or f"there is no fact called '{name[:60]}'{hint}"
        raise QuestionError([Fault("FACT=VALUE", said)])
    return fact


def _value(fact: Fact, text: str) -> Any:
    raw: Any = {"true": True, "false": False}.get(text, text) if fact.type == "yes_no" else text
    if fact.type == "number" and text.removeprefix("-").isdecimal() and len(text) < 19:
        raw = int(text)
    try:
        return fact.parse(raw)
    except ValueError as error:
        raise QuestionError([Fault("FACT=VALUE", f"{fact.id}: {error}")]) from None


# -- looking -------------------------------------------------------------------------------------------------------------------------


def _show(options: argparse.Namespace) -> int:
    history = read_history(options.file)
    ruleset = rules_for(options.profile, history.profile)
    for notice in history.notices:
        print(visible(notice), file=sys.stderr)
    if options.on and options.changes:
        raise QuestionError([Fault("--changes", "expected either --on or --changes")])
    if options.on:
        on = day(options.on, "--on", may_be_today=True)
        case = history.at(on)
        case.check(ruleset.vocabulary)
        known = {"profile": history.profile, "title": history.title, "as_of": on.isoformat(), "facts": _written(case.facts)}
        sys.stdout.write(as_json({**known, "children": [_written(child) for child in case.children]}))
    elif options.changes:
        earlier, later = (day(each, "--changes", may_be_today=True) for each in options.changes)
        found = history.changes(ruleset, earlier, later)
        sys.stdout.write(as_json(_plain_changes(found)) if options.format == "json" else writing_text.text(_sheet(found), writing_text.paper()))
    elif options.format == "json":
        sys.stdout.write(as_json([as_plain(entry) for entry in history.entries]))
    else:
        for entry in history.entries:
            sys.stdout.write(f"{_line(entry, ruleset)}\n")
    return ANSWERED


def _written(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as a case file holds them: of a judgement what was said of it, with its day as text."""
    made: dict[str, Any] = {}
    for fact, value in facts.items():
        if isinstance(value, Mapping):
            value = {key: each.isoformat() if isinstance(each, date) else each for key, each in value.items() if each is not None}  # noqa: PLW2901 -- the same value, as text
        made[fact] = value
    return made


def _line(entry: Entry, ruleset: Ruleset) -> str:
    return f"{entry.on}  {visible(described(entry, ruleset))}"


def _sheet(found: Changes) -> Iterator[Piece]:
    yield Heading(1, f"From {in_words(found.earlier.as_of)} to {in_words(found.later.as_of)}")
    yield Paragraph(f"{len(found.entries)} entries became known in between.")
    # Of a duty that came or went, its status and dates came or went with it.
    new = {(change.subject, change.child) for change in found.of("duty")}
    for heading, what in (("Stage", "stage"), ("Outcomes", "outcome"), ("Duties", "duty"), ("Status", "status"), ("Dates", "due"), ("Done", "done")):
        changes = [change for change in found.changes if change.what == what and (what == "duty" or (change.subject, change.child) not in new)]
        if changes:
            yield Heading(2, heading)
            yield from (Item(_change(change, found)) for change in changes)


def _change(change: Change, found: Changes) -> str:
    several = len(found.later.checked.children) > 1
    subject = "" if change.what == "stage" else change.subject + (f" (child {change.child})" if change.child and several else "") + ": "
    after = change.after or "none"
    if change.what == "duty":
        own = [each for each in found.changes if (each.subject, each.child) == (change.subject, change.child) and each.after]
        after = ", ".join(f"{each.what} {each.after}" if each.what in ("due", "done") else str(each.after) for each in own) or "no longer owed"
    why = _entries(change.because) or "time passing alone"
    either = f"; without {' or '.join(_entries(each) for each in change.or_else)} it would not have changed either" if change.or_else else ""
    most = "" if change.smallest else " (a smaller set of entries may be enough)"
    return f"{subject}{change.before or 'none'} -> {after}, because of {why}{either}{most}"


def _entries(entries: tuple[Entry, ...]) -> str:
    return " with ".join(f"{entry.id} ({entry.fact})" for entry in entries)


def _plain_changes(found: Changes) -> dict[str, Any]:
    return {
        "schema": "cspr-rules/changes/1",
        "earlier": found.earlier.as_of.isoformat(),
        "later": found.later.as_of.isoformat(),
        "entries": [entry.id for entry in found.entries],
        "changes": [
            {
                **change._asdict(),
                "because": [entry.id for entry in change.because],
                "or_else": [[entry.id for entry in each] for each in change.or_else],
            }
            for change in found.changes
        ],
    }
