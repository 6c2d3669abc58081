"""The doors by which input comes in, each fed with sound input that was spoilt: what a door returns is what became of it."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import pandas as pd
import polars as pl
import pyarrow as pa
import yaml

from cspr_rules import (
    Case,
    CaseHistory,
    CsprRulesError,
    DecisionRecord,
    Interview,
    RulesError,
    Ruleset,
    decide_again,
    evaluate,
    evaluate_frame,
    load_case,
    load_ruleset,
    mark,
)
from cspr_rules.bulk.mapped import mapped
from cspr_rules.bulk.mapping import mapping_from
from cspr_rules.bulk.register_files import read_table
from cspr_rules.bulk.screening import screen
from cspr_rules.casework.history_files import history_from
from cspr_rules.casework.typed_answers import parsed
from cspr_rules.engine.evaluating import DETAILS
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import read_bytes, read_file
from cspr_rules.loading.rulesets import load_folder
from tests.support.mangling import JUNK, ODD, PIECES, mutated, pierced
from tests.support.random_cases import a_value
from tests.support.rules_files import FILES
from tests.support.running import in_process

AS_OF: Final = date(2024, 5, 1)
ROOT: Final = Path(__file__).parents[2]
CASES: Final = sorted((ROOT / "docs" / "cases").glob("*.yaml"))
RECORDS: Final = ROOT / "tests" / "fixtures" / "records"
Through: TypeAlias = Callable[[random.Random], str]


class Unsound(Exception):  # noqa: N818 -- it says what the answer is
    """An answer that no door may give."""


class Door(NamedTuple):
    """A way in.

    Attributes:
        name: What it is called.
        opened: Given an empty folder to work in, returns what takes one input, drawn from chance.
    """

    name: str
    opened: Callable[[Path], Through]


@cache
def rules(profile: str = "england") -> Ruleset:
    return load_ruleset(profile)


@cache
def worked() -> list[dict[str, Any]]:
    """Return the worked cases as plain values."""
    return [{**yaml.safe_load(path.read_bytes()), "expect": None} for path in CASES]


def answered(record: DecisionRecord, chance: random.Random, *, whole: float = 0.004) -> str:
    """Read an answer; now and then everything in it, for the order of the questions takes a hundred times as long as the rest."""
    if {decision.outcome for decision in record.decisions.values()} - {"met", "not_met", "undetermined"}:
        raise Unsound("an outcome that is none")
    for duty in record.duties:
        str(duty)
    if chance.random() < whole:
        json.loads(record.to_json(chance.choice(("slim", "full"))))
    return "answered"


# -- cases -----------------------------------------------------------------------------------------------------------------------------


def case(_: Path) -> Through:
    vocabulary = rules().vocabulary
    facts = vocabulary.facts

    def through(chance: random.Random) -> str:
        if chance.random() < 0.5:
            given: Any = mutated(chance.choice(worked()), chance, ODD)
            given = {key: value for key, value in given.items() if key in ("facts", "children")} if chance.random() < 0.9 else given
        else:
            some = chance.sample(facts, chance.randint(1, 6))
            given = {fact.id: chance.choice(ODD) if chance.random() < 0.3 else a_value(fact, chance, partly=True) for fact in some}
        as_of = AS_OF if chance.random() < 0.97 else chance.choice(ODD)
        return answered(evaluate(rules(), Case.of(given), as_of=as_of), chance)

    return through


def case_file(_: Path) -> Through:
    texts = [path.read_bytes() for path in CASES]

    def through(chance: random.Random) -> str:
        name = "c.yaml"
        match chance.randrange(4):
            case 0:
                text, name = json.dumps(mutated(chance.choice(worked()), chance), default=str).encode(), "c.json"
            case 1:
                text, name = pierced(json.dumps(chance.choice(worked()), default=str).encode(), chance), "c.json"
            case 2:
                text = b"".join(chance.choice((b"facts:", b"  child.died: ", b"\n", *PIECES)) for _ in range(chance.randint(1, 40)))
            case _:
                text = pierced(chance.choice(texts)[-3_000:] if chance.random() < 0.5 else chance.choice(texts), chance)
        file = case_from(read_bytes(text, name)) if chance.random() < 0.5 else load_case(text)
        return answered(evaluate(rules(), file.case, as_of=file.as_of or AS_OF), chance)

    return through


# -- histories -------------------------------------------------------------------------------------------------------------------------


_NAMES: Final = tuple(each for each in ODD if isinstance(each, str | int | float | date | None))
"""What may be a key of a mapping."""


def _a_history() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [
        {"on": "2024-03-27", "fact": "child.age_at_harm", "child": 1, "value": 3},
        {"on": "2024-03-27", "fact": "child.seriously_harmed", "child": 1, "value": True, "role": "lead officer", "reasons": "as seen"},
        {"id": "e3", "on": "2024-03-28", "fact": "incident.occurred_on", "value": "2024-03-26"},
        {"on": "2024-03-28", "fact": "child.place_of_harm", "value": "in_area"},
        {"on": "2024-03-29", "fact": "concern.authority_view", "value": "suspected", "judged_on": "2024-03-29", "dissent": "none"},
        {"on": "2024-04-02", "fact": "incident.occurred_on", "value": "2024-03-25", "corrects": "e3", "because": "misread"},
        {"on": "2024-04-03", "fact": "notification.sent_on", "value": "2024-04-03"},
        {"on": "2024-04-04", "fact": "child.age_at_harm", "child": 1, "withdraws": "e1"},
    ]
    return [{"id": f"e{number}", **each} for number, each in enumerate(told, 1)]


def history(_: Path) -> Through:
    rules()  # loaded before anything is timed
    head = {"schema": "cspr-rules/casefile/1", "reference": "2024-07", "title": "invented", "profile": "england"}
    lines = "".join(json.dumps(each) + "\n" for each in (head, *_a_history())).encode()
    dashes = (
        "".join(f"{key}: {value}\n" for key, value in head.items()) + "entries:\n" + "".join(f"  - {json.dumps(each)}\n" for each in _a_history())
    )

    def through(chance: random.Random) -> str:
        match chance.randrange(4):
            case 0:
                found = mutated({"head": head, "entries": _a_history()}, chance)
                entries = found.get("entries")
                parts = [found.get("head"), *(entries if isinstance(entries, list) else [entries])]
                text, name = "".join(json.dumps(each) + "\n" for each in parts).encode(), "h.jsonl"
            case 1:
                text, name = json.dumps(mutated({**head, "entries": _a_history()}, chance)).encode(), "h.yaml"
            case 2:
                text, name = pierced(lines, chance), "h.jsonl"
            case _:
                text, name = pierced(dashes.encode(), chance), "h.yaml"
        return _told(history_from(text, name), chance)

    return through


def _told(found: CaseHistory, chance: random.Random) -> str:
    for notice in found.notices:
        if not notice.isprintable():
            raise Unsound(f"a notice that is not fit to be shown: {notice!a}")
    if chance.random() < 0.3:
        fact: Any = chance.choice(rules().vocabulary.facts).id if chance.random() < 0.8 else chance.choice(_NAMES)
        known = found.entries
        try:
            found.record(chance.choice((AS_OF, *ODD)), {fact: chance.choice(ODD)}, child=chance.choice((None, 1, 2, *ODD)))
        except CsprRulesError:
            if found.entries != known:
                raise Unsound("what was refused has left something in the history") from None
            raise
    if found.last_day is None:
        return "read"
    return answered(found.evaluate(rules(), found.last_day), chance)


# -- answers ---------------------------------------------------------------------------------------------------------------------------


def answers(_: Path) -> Through:
    chosen = [path for path in CASES if read_file(path).value["profile"] == "england"][:6] + CASES[:4]  # type: ignore[call-overload,index]
    sheets: list[tuple[DecisionRecord, dict[str, Any]]] = []
    for path in chosen:
        file = load_case(path)
        sheets.append((evaluate(rules(file.profile or "bcp"), file.case, as_of=file.as_of or AS_OF), dict(file.expect or {})))

    def through(chance: random.Random) -> str:
        record, sheet = chance.choice(sheets)
        marking = mark(record, mutated(json.loads(json.dumps(sheet, default=str)), chance, ODD))
        for each in marking.marks:
            if each.verdict not in ("right", "wrong", "missed", "unanswered"):
                raise Unsound(f"marked as {each.verdict}")
            if chance.random() < 0.05:
                str(each)
        return "answered"

    return through


def typed_answer(_: Path) -> Through:
    vocabulary = rules().vocabulary
    words = [piece.decode(errors="surrogateescape") for piece in PIECES] + [
        "yes",
        "3",
        "27/3/2024",
        "march 2024",
        "2 or over",
        "1",
        "not yet",
        "today",
    ]

    def through(chance: random.Random) -> str:
        text = "".join(chance.choice(words) for _ in range(chance.randint(1, 3)))
        if chance.random() < 0.985:
            try:
                parsed(chance.choice(vocabulary.facts), text, as_of=chance.choice((AS_OF, None)))
            except ValueError as error:
                if not str(error).strip() or not str(error).isprintable():
                    raise Unsound(ascii(error)) from error
                return "refused"
            return "answered"
        interview = Interview(rules(), duties=["notify_panel"])  # each question takes as long as a thousand of the above
        for _ in range(2):
            if question := interview.question():
                interview.answer(chance.choice(ODD) if chance.random() < 0.5 else a_value(question.fact, chance, partly=True))
        return answered(interview.record, chance, whole=0)

    return through


# -- records ---------------------------------------------------------------------------------------------------------------------------


def record(folder: Path) -> Through:
    ruleset = _write(folder)
    of_town = [evaluate(ruleset, Case(facts), as_of=AS_OF) for facts in ({"incident.severe": True}, {"incident.children": 2, "child.died": False})]
    stored = [each.to_dict(detail) for each in of_town for detail in DETAILS]
    shipped = evaluate(rules(), {"child.died": True, "child.age_at_death": 3}, as_of=AS_OF).to_dict("slim")

    def through(chance: random.Random) -> str:
        own = chance.random() < 0.97
        given = mutated(chance.choice(stored) if own else shipped, chance, JUNK if chance.random() < 0.7 else ODD)
        again = decide_again(given, ruleset if own else None, name="record.json")
        if len(str(again)) > 60_000:
            raise Unsound("an answer without end")
        return "same" if again.same else "altered" if again.altered else "changed"

    return through


# -- many at once ----------------------------------------------------------------------------------------------------------------------

_CELLS: Final[tuple[Any, ...]] = tuple(each for each in ODD if isinstance(each, str | int | float | bool | date | None))


def frame(_: Path) -> Through:
    facts = rules().vocabulary.facts
    makers: dict[str, Any] = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}

    def column(fact: Any, chance: random.Random, count: int) -> list[Any]:
        wild = chance.random() < 0.4
        return [chance.choice(_CELLS) if wild and chance.random() < 0.6 else a_value(fact, chance, partly=True) for _ in range(count)]

    def through(chance: random.Random) -> str:
        count = chance.randint(0, 5)
        columns = {fact.id: column(fact, chance, count) for fact in chance.sample(facts, chance.randint(1, 6))}
        columns["case"] = [chance.choice(("a", "b", 1, None)) for _ in range(count)]
        if chance.random() < 0.1:
            columns[chance.choice(("child.dyed", "", "row", "\x1b", "as_of", "met"))] = [1] * count
        backend = chance.choice(list(makers))
        try:
            made = makers[backend](columns)
        except Exception:
            made = pd.DataFrame(columns, dtype=object)
        options: dict[str, Any] = {"errors": chance.choice(("collect", "collect", "raise")), "each": chance.choice(("case", "decision", "duty"))}
        if chance.random() < 0.8:
            options["case"] = "case" if chance.random() < 0.9 else chance.choice(ODD)
        if chance.random() < 0.1:
            options[chance.choice(("keep", "rules", "columns", "each", "law_on"))] = chance.choice(ODD)
        evaluate_frame(made, rules(), as_of=AS_OF, **options)
        return "answered"

    return through


_HEADINGS: Final = ("Case ref", "Date aware", "Incident", "Place", "Died?", "Harmed", "Age", "View", "Sent", "Team")
_ROWS: Final = (
    ("1001", "27/03/2024", "26/03/2024", "in area", "Yes", "", "3", "suspected", "28/03/2024", "East"),
    ("1002", "2024-03-27 00:00:00", "26 March 2024", "in_area", "TRUE", "no", "3", "Suspected", "", "West"),
    ("1003", "45378", "26/03/2024", "in_area", "no", "n/k", "3", "suspected", "", "=1+1"),
    ("1003", "", "", "", "no", "no", "4", "neither", "", "East"),
)
_MAPPING: Final[dict[str, Any]] = {
    "case": "Case ref", "keep": [], "ignore": ["Team"], "days": "day_first", "serial_days": True, "blank": ["n/k"],
    "always": {"notification.kind": "safeguarding"},
    "columns": {
        "Date aware": "incident.authority_aware_on", "Incident": "incident.occurred_on",
        "Place": {"fact": "child.place_of_harm", "values": {"in area": "in_area"}},
        "Died?": {"fact": "child.died", "values": {"yes": True, "no": False}},
        "Harmed": {"fact": "child.seriously_harmed", "values": {"yes": True, "no": False}},
        "Age": "child.age_at_harm", "View": {"fact": "concern.authority_view", "values": {"Suspected": "suspected"}}, "Sent": "notification.sent_on",
    },
}  # fmt: skip


def register(folder: Path) -> Through:
    path, sheet = folder / "register.csv", folder / "register.xlsx"
    text = "\n".join(",".join(row) for row in (_HEADINGS, *_ROWS)).encode() + b"\n"
    out = io.BytesIO()
    pd.DataFrame(_ROWS, columns=list(_HEADINGS)).to_excel(out, index=False)

    def through(chance: random.Random) -> str:
        kind, given = chance.random(), path
        mapping = json.dumps(_MAPPING).encode() if kind < 0.5 else json.dumps(mutated(_MAPPING, chance)).encode()
        if kind > 0.9:
            mapping = pierced(mapping, chance)
        if 0.45 < kind < 0.55:
            given = sheet
            sheet.write_bytes(pierced(out.getvalue(), chance))
        else:
            path.write_bytes(pierced(text, chance) if kind < 0.8 else text)
        said = mapping_from(read_bytes(mapping, "m.json"), rules().vocabulary)
        found = screen(mapped(read_table(given), said, rules().vocabulary), rules(), AS_OF)
        return "answered" if not found.faults else "answered in part"

    return through


# -- rules -----------------------------------------------------------------------------------------------------------------------------

_OWN: Final = [name for name in FILES if "/profile." in name or "/paths." in name or name.endswith("discrepancies.yaml")]
_OTHER: Final = [name for name in FILES if name not in _OWN]


def _write(folder: Path) -> Ruleset:
    for name, text in FILES.items():
        path = folder / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_folder("town", folder / "rules")


def _folder(names: list[str]) -> Callable[[Path], Through]:
    def opened(folder: Path) -> Through:
        _write(folder)
        plain = {name: json.loads(json.dumps(yaml.safe_load(FILES[name]), default=str)) for name in names}

        def through(chance: random.Random) -> str:
            name = chance.choice(names)
            path = folder / "rules" / name
            raw = FILES[name].encode()
            made = pierced(raw, chance) if chance.random() < 0.5 else json.dumps(mutated(plain[name], chance)).encode()
            path.write_bytes(made)
            try:
                ruleset = load_folder("town", folder / "rules")
            except RulesError as error:
                if not any("rules" in fault.place for fault in error.faults):
                    raise Unsound(f"no fault says where: {error}") from error
                raise
            finally:
                path.write_bytes(raw)
            return answered(evaluate(ruleset, {"incident.severe": True}, as_of=AS_OF), chance)

        return through

    return opened


# -- the command line ------------------------------------------------------------------------------------------------------------------

_STARTS: Final[tuple[tuple[str, ...], ...]] = (
    ("decide", "c.yaml"), ("decide", "-"), ("decide", "c.yaml", "--format", "json", "--detail", "slim"), ("facts",), ("facts", "--skeleton"),
    ("show", "child.died"), ("show", "ca2004/s16C/1"), ("history", "new", "n.jsonl"), ("history", "show", "h.jsonl"),
    ("history", "record", "h.jsonl", "--on", "2024-04-09", "child.died=true"),
    ("history", "correct", "h.jsonl", "e3=2024-03-25", "--on", "2024-04-09"),
    ("history", "withdraw", "h.jsonl", "e3", "--on", "2024-04-09"), ("replay", "c.yaml"), ("docket", "h.jsonl"), ("audit", "h.jsonl"),
    ("mark", "c.yaml"), ("schema", "answers"), ("screen", "r.csv", "--mapping", "m.yaml", "--as-of", "2024-05-01"), ("screen", "r.csv", "--guess"),
    ("sql", "--dialect", "duckdb", "--table", "t", "--as-of", "2024-05-01", "--rules", "england.notification"), ("--version",), (),
)  # fmt: skip
_WORDS: Final = (
    "-", "--", "", " ", "c.yaml", "h.jsonl", "r.csv", "no.yaml", ".", "..", "nul\x00", "x" * 300, "--profile", "england", "bcp", "bpc", "./here",
    "--as-of",
    "today", "2024-02-30", "2024-05-01", "9999-12-31", "--law-on", "1066-10-14", "--format", "json", "text", "html", "markdown", "pdf", "--detail",
    "slim",
    "--full", "--explain", "--engine", "both", "--on", "--child", "0", "-1", "99999999999999999999", "--role", "lead officer", "--reasons",
    "\x1b[31m",
    "\u202e", "é🙂", "\udcff", "child.died=true", "child.died=", "=", "e1", "e3=maybe", "--rules", "england", "--keep", "a,b", "--answers", "--sheet",
    "--totals", "--remind", "--changes", "--help", "--nonsense", "@c.yaml", "--json", "--view", "a;drop table x", "--dialect", "oracle",
)  # fmt: skip


def command_line(folder: Path) -> Through:
    facts = (
        b"profile: england\nas_of: 2024-05-01\nfacts:\n  child.died: true\n  incident.occurred_on: 2024-03-26\nexpect:\n  ask: [child.age_at_death]\n"
    )
    head = {"schema": "cspr-rules/casefile/1", "profile": "england"}
    lines = "".join(json.dumps(each) + "\n" for each in (head, *_a_history())).encode()
    table = "\n".join(",".join(row) for row in (_HEADINGS, *_ROWS)).encode() + b"\n"
    files = {"c.yaml": facts, "h.jsonl": lines, "r.csv": table, "m.yaml": json.dumps(_MAPPING).encode()}

    def through(chance: random.Random) -> str:
        for name, raw in files.items():
            (folder / name).write_bytes(pierced(raw, chance) if chance.random() < 0.2 else raw)
        words = list(chance.choice(_STARTS))
        for _ in range(chance.randint(0, 3)):
            match chance.randrange(4):
                case 0 if words:
                    words[chance.randrange(len(words))] = chance.choice(_WORDS)
                case 1 if words:
                    del words[chance.randrange(len(words))]
                case _:
                    words.insert(chance.randint(0, len(words)), chance.choice(_WORDS))
        if words and words[0] not in {start[0] for start in _STARTS if start}:
            words = ["--nonsense", *words]  # the other commands look through all rules, or write where they are told
        code, out, err = in_process(words, pierced(facts, chance), errors="surrogateescape")
        if code not in (0, 1, 2) or "Traceback" in err or (code == 2 and not err.strip()):
            raise Unsound(f"{words!a}: exit code {code}: {err[-1500:]}")
        if any(not each.isprintable() for each in err.replace("\n", "")):
            raise Unsound(f"{words!a}: not fit for a terminal: {ascii(err)[:500]}")
        return {0: "answered", 1: "found", 2: "refused"}[code] if out or code != 0 else "answered with nothing"

    return through


DOORS: Final = (
    Door("case", case),
    Door("case file", case_file),
    Door("history", history),
    Door("answers", answers),
    Door("typed answer", typed_answer),
    Door("record", record),
    Door("frame", frame),
    Door("register", register),
    Door("command line", command_line),
    Door("rules", _folder(_OTHER)),
    Door("profile", _folder(_OWN)),
)
