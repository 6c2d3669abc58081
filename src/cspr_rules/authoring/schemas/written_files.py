"""The schemas of the other files that people write: tests, answers, waivers, exercises, mappings of registers, histories.

Their readers check them by hand, because what they say is the product there. Keys, words and limits are those of the readers; a key that a reader
has and this module does not describe stops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cspr_rules.authoring.schemas.names import Named, choice, names_of, offered
from cspr_rules.bulk import mapping_keys
from cspr_rules.casework import history, history_files
from cspr_rules.interchange.answer_shape import answers_schema
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.publishing import DIALECT, name_of, together
from cspr_rules.loading.case_files import TESTS_KEYS, TESTS_SCHEMA
from cspr_rules.marking import answer_sheet, waivers
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import UNKNOWN_WORD
from cspr_rules.training import course, written

Part = dict[str, Any]
_TEXT: Final[Part] = {"type": "string", "pattern": r"\S"}
_DAY: Final[Part] = {"type": "string", "format": "date"}
_LEVELS: Final = {"first": "for whoever begins", "practised": "for whoever knows the rules", "hard": "for whoever wants the edges"}
_ORDERS: Final = {"day_first": "27/03/2024", "month_first": "03/27/2024", "year_first": "2024-03-27 and no other way"}


def answers_file(ruleset: Ruleset) -> Part:
    """Return the schema of answers about a case, for what these rules have to answer."""
    made = answers_schema() | {"$id": name_of("cspr-rules/sheet-file/2"), "title": "SheetFile"}
    names, nameable = names_of(ruleset), answer_sheet.nameable(ruleset)
    duties, rules = names["DutyName"], names["RuleName"]
    of_duties = dict.fromkeys(("duties", "by", "to", "strength", "times", "days", "status", "clocks", "options"), duties)
    by_name = {"outcomes": rules, **of_duties, "cites": {**rules, **duties}}
    for key, named in by_name.items():
        part, title = made["properties"][key], f"OneOf{key.capitalize()}"
        (content,) = (each["additionalProperties"] for each in part["anyOf"] if "additionalProperties" in each)
        made["$defs"][title] = {"title": title, **content}
        one_of = {name: {"$ref": f"#/$defs/{title}", "description": meaning} for name, meaning in named.items()}
        made["properties"][key] = _nullable({"type": "object", "additionalProperties": False, "properties": one_of}, part["description"])
    listed = {
        "complete_for": {**dict.fromkeys(sorted(nameable.beginnings), "rules whose id begins so"), **rules},
        "ask": names["FactName"],
        "notes_from": rules,
    }
    for key, named in listed.items():
        made["properties"][key] = _nullable({"type": "array", "items": choice(named)}, made["properties"][key]["description"])
    return made


def tests_file(ruleset: Ruleset) -> Part:
    """Return the schema of a file of tests: a case with what is expected of it, or several."""
    case, expected = case_schema(ruleset.vocabulary), answers_file(ruleset)
    parts = together(case.pop("$defs"), expected.pop("$defs"))
    case["properties"]["expect"] = _nullable({"$ref": "#/$defs/Answers"}, "the answers that are right; a test has some")
    # A case of a file of several may be named by its number, so a key says nothing that it would not say alone.
    several = _closed(
        TESTS_KEYS,
        {
            "schema": {"enum": [TESTS_SCHEMA, None]},
            "profile": {**case["properties"]["profile"], "description": "the authority, for all cases that name none"},
            "as_of": {**case["properties"]["as_of"], "description": "the day to look from, for all cases that name none"},
            "cases": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/CaseFile"}, "description": "cases, each as in a file of its own"},
        },
        needed=("cases",),
    )
    parts |= {"CaseFile": _part(case, "CaseFile"), "Answers": _part(expected, "Answers"), "SeveralCases": {"title": "SeveralCases", **several}}
    chosen = {"if": {"required": ["cases"]}, "then": {"$ref": "#/$defs/SeveralCases"}, "else": {"$ref": "#/$defs/CaseFile"}}
    return _document(TESTS_SCHEMA, "TestsFile", {"type": "object", **chosen}, parts)


def waivers_file(ruleset: Ruleset) -> Part:
    """Return the schema of a file of waivers."""
    names = names_of(ruleset)
    what = "with * for any letters"

    def pattern(words: str, named: Named) -> Part:
        return {"anyOf": [*([choice(named)] if named else []), _TEXT, {"type": "null"}], "description": words}

    waiver = _closed(
        waivers.KEYS,
        {
            "rule": pattern(f"rules whose outcomes, notes and duties are excused, {what}", names["RuleName"]),
            "duty": pattern(f"duties whose days and standing are excused, {what}", names["DutyName"]),
            "fact": pattern(f"facts that need not be asked for, {what}", names["FactName"]),
            "case": pattern(f"cases by their name or that of their file, {what}", {}),
            "reason": {**_TEXT, "description": "what the system does not model, and who knows of it"},
            "until": {**_DAY, "description": "the last day on which it holds, YYYY-MM-DD"},
        },
        needed=("reason", "until"),
    )
    # One that names nothing, or only what stands for anything, would excuse everything.
    waiver["anyOf"] = [{"required": [key], "properties": {key: {"type": "string", "pattern": "[^*? ]"}}} for key in waivers.PATTERNS]
    file = _closed(
        waivers.FILE_KEYS,
        {
            "schema": {"enum": [waivers.SCHEMA, None]},
            "waivers": {"type": "array", "items": {"$ref": "#/$defs/Waiver"}, "description": "what is excused, until when and why"},
        },
        needed=("waivers",),
    )
    return _document(waivers.SCHEMA, "WaiversFile", file, {"Waiver": {"title": "Waiver", **waiver}})


def exercise_file(ruleset: Ruleset) -> Part:
    """Return the schema of an exercise."""
    values, parts = _values_of(ruleset)
    names = names_of(ruleset)

    def words(key: str, meaning: str) -> Part:
        return {**_TEXT, "maxLength": written.MOST_WORDS[key], "description": meaning}

    said = words("words", "the words of the text that tell it, letter by letter")
    told = {
        fact: _closed(written.TELLING, {"is": {**value, "description": "what it is"}, "words": said}, needed=written.TELLING) | about
        for fact, (value, about) in values.items()
    }
    told_here: Part = {"type": "object", "additionalProperties": False, "properties": told}
    child = {"propertyNames": {"pattern": f"^{written.CHILD_KEY}$"}, "maxProperties": written.MOST_CHILDREN}
    told_of_each: Part = {"type": "object", **child, "additionalProperties": told_here}
    called = {**_TEXT, "maxLength": written.MOST_OF_A_CHILD}
    scene = _closed(
        written.SCENE,
        {
            "as_of": {**_DAY, "description": "the day from which it is looked at"},
            "tells": words("tells", "the story, as somebody would tell it; it names no outcome"),
            "facts": {**told_here, "description": "what the story tells, each with its words"},
            "children": _nullable(told_of_each, "what the story tells of single children, by their keys"),
            "tasks": _nullable({"type": "array", "minItems": 1, "maxItems": written.MOST_TASKS, "items": {"$ref": "#/$defs/Task"}}, "what is asked"),
        },
        needed=("as_of", "tells", "facts"),
    )
    exercise = _closed(
        written.TOP,
        {
            "schema": {"enum": [written.SCHEMA, None]},
            "id": {**words("id", "its name in files of answers: small letters, digits and hyphens"), "pattern": f"^{written.ID}$"},
            "title": words("title", "what it is about; it gives nothing away"),
            "level": {**choice({level: _LEVELS[level] for level in written.LEVELS}), "description": "for whom it is"},
            "profile": _nullable(words("profile", ""), "the authority for whom it is decided; england if left out"),
            "warning": words("warning", "what is distressing in it"),
            "point": words("point", "what there is to learn"),
            "children": _nullable(
                {"type": "object", **child, "minProperties": 2, "additionalProperties": called},
                "where there are several: a key for each, with what the words call the child, such as the older girl",
            ),
            "scenes": {
                "type": "array",
                "minItems": 1,
                "maxItems": written.MOST_SCENES,
                "items": {"$ref": "#/$defs/Scene"},
                "description": "what has become known by a day, and what is asked then",
            },
        },
        needed=written.NEEDED,
    )
    parts |= {"Scene": {"title": "Scene", **scene}, "Task": {"title": "Task", **_task(ruleset, names)}}
    return _document(written.SCHEMA, "ExerciseFile", exercise, parts)


def _task(ruleset: Ruleset, names: Mapping[str, Named]) -> Part:
    choices: Part = {"type": "array", "items": {"type": "string"}, "maxItems": written.MOST_AMONG, "uniqueItems": True}
    paths = {path.id: path.title for path in ruleset.paths.values()}
    says: Part = {"description": "what somebody put down; has to be given"}
    recorded = _closed(
        written.RECORDED,
        {"test": _one_of_any(names["RuleName"], "a rule"), "duty": _one_of_any(names["DutyName"], "a duty"), "says": says},
        needed=("says",),
    )
    recorded["oneOf"] = [{"required": ["test"]}, {"required": ["duty"]}]
    kinds: dict[str, Part] = {
        "test": _one_of_any(names["RuleName"], "a rule: is its test met?"),
        "which": _one_of_any(names["RuleName"], "a rule: for which of the children is its test met?"),
        "when": _one_of_any(names["DutyName"], "a duty: by when?"),
        "who": _one_of_any(names["DutyName"], "a duty: who owes it?"),
        "whom": _one_of_any(names["DutyName"], "a duty: to whom is it owed?"),
        "owed": {**choices, "description": "duties: which of them are owed?"},
        "ask": _one_of_any(names["RuleName"], "a rule: what has to be asked?"),
        "order": _one_of_any(paths, "a path: in which order?"),
        "learning": {**choices, "description": "choices of a menu: which of them are open?"},
        "record": {
            "type": "array",
            "minItems": 1,
            "maxItems": written.MOST_AMONG,
            "items": recorded,
            "description": "what somebody put down: what is wrong with it?",
        },
        "view": _one_of_any(names["FactName"], "a judgement: what follows from each view? Never marked"),
    }
    among = _nullable(choices, "what is chosen from, besides what is right")
    child: Part = {"type": "string", "pattern": f"^{written.CHILD_KEY}$", "description": "the key of the child that is asked about"}
    task = _closed((*written.KINDS, "among", "child"), {**kinds, "among": among, "child": child})
    task["oneOf"] = [{"required": [kind]} for kind in written.KINDS]
    task["allOf"] = [
        {"if": {"required": [kind]}, "then": {"not": {"required": [other]}}}
        for kind, more in written.KINDS.items()
        for other in ("among", "child")
        if other not in more
    ]
    needs = {"required": ["among"], "properties": {"among": {"type": "array"}}}
    task["allOf"] += [{"if": {"required": [kind]}, "then": needs} for kind in written.NEEDS_AMONG]
    return task


def course_file(_: Ruleset) -> Part:
    """Return the schema of the units of a course."""
    texts: Part = {"type": "array", "items": {"type": "string"}}
    unit = _closed(
        course.UNIT_KEYS,
        {
            "id": {"type": "string", "description": "the folder of its exercises"},
            "title": {"type": "string", "description": "what it is about"},
            "aim": {"type": "string", "description": "what somebody should be able to say after it"},
            "people_get_wrong": {**texts, "description": "what people get wrong, for whoever leads the session"},
            "read_together": {**texts, "description": "the provisions to read together: instrument/provision"},
        },
        needed=course.UNIT_KEYS,
    )
    listed = {"type": "array", "items": {"$ref": "#/$defs/Unit"}, "description": "the units, in order"}
    file = {"type": "object", "properties": {"units": listed}, "required": ["units"]}
    return _document("cspr-rules/course-file/1", "CourseFile", file, {"Unit": {"title": "Unit", **unit}})


def mapping_file(ruleset: Ruleset) -> Part:
    """Return the schema of a mapping of a register."""
    values, parts = _values_of(ruleset)
    facts = names_of(ruleset)["FactName"]
    texts = {"type": "array", "items": {"type": "string"}}
    days = {**choice({order: _ORDERS[order] for order in mapping_keys.ORDERS}), "description": "how days are written in figures"}
    column = _closed(
        mapping_keys.COLUMN_KEYS,
        {
            "fact": {**choice(facts), "description": "the fact that the column is"},
            "values": _nullable({"type": "object"}, "what a cell says, to the value that it means; null where it means that nothing is recorded"),
            "days": days,
        },
        needed=("fact",),
    )
    column["allOf"] = [
        {"if": {"properties": {"fact": {"enum": same}}}, "then": {"properties": {"values": {"additionalProperties": _nullable(value, "")}}}}
        for value, same in _alike(values)
    ]
    always = {fact: {**value, **about} for fact, (value, about) in values.items()}
    flag = {"type": "boolean"}
    file = _closed(
        mapping_keys.KEYS,
        {
            "case": _nullable({"type": "string"}, "the heading of the column that says which rows belong to one case"),
            "keep": _nullable(texts, "headings of columns that are carried over"),
            "ignore": _nullable(texts, "headings of columns that are not read"),
            "days": days,
            "serial_days": {**flag, "description": "true: a number of five figures is a day as a spreadsheet counts it"},
            "months": {**flag, "description": "true: a month without a day may stand for a date"},
            "blank": _nullable(texts, "what a cell says where nothing is recorded"),
            "always": _nullable({"type": "object", "additionalProperties": False, "properties": always}, "facts that are the same in every row"),
            "columns": {
                "type": "object",
                "additionalProperties": {"anyOf": [choice(facts), {"$ref": "#/$defs/Column"}]},
                "description": "each heading to its fact, or to a mapping that says more",
            },
        },
        needed=("columns",),
    )
    return _document("cspr-rules/mapping-file/1", "MappingFile", file, {**parts, "Column": {"title": "Column", **column}})


def history_file(ruleset: Ruleset) -> Part:
    """Return the schema of a case over time."""
    values, parts = _values_of(ruleset)
    text = _nullable({"type": "string", "minLength": 1}, "")
    ids = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    entry = _closed(
        history_files.ENTRY,
        {
            "id": {**text, "description": "its name; later entries refer to it"},
            "on": {**_DAY, "description": "the day it became known and was entered, YYYY-MM-DD"},
            "fact": {**_one_of_any(names_of(ruleset)["FactName"], "the fact"), "minLength": 1},
            "child": _nullable({"type": "integer"}, "the child it is about, from 1; left out: the incident, or every child"),
            "value": {"description": "what became known, never unknown; a step's own day is its value"},
            "corrects": {**ids, "description": "the entries that it puts right"},
            "withdraws": {**ids, "description": "the entries that it takes back: the fact is unknown again"},
            "role": {**text, "description": "of a judgement: the role of who made it"},
            "judged_on": _nullable(_DAY, "of a judgement: the day it was made"),
            "reasons": {**text, "description": "of a judgement: why"},
            "dissent": {**text, "description": "of a judgement: who disagreed, and why"},
            "because": {**text, "description": "of a correction or withdrawal: why it was needed"},
        },
        needed=("on", "fact"),
    )
    known: Part = {"type": ["boolean", "integer", "string"], "not": {"const": UNKNOWN_WORD}}
    said = {
        "if": {"required": ["withdraws"]},
        "then": {"properties": {"value": {"type": "null"}}},
        "else": {"required": ["value"], "properties": {"value": known}},
    }
    # What was put right or taken back stays as it was, so facts and values are offered, and none is refused.
    of_facts = [
        {"if": {"properties": {"fact": {"enum": same}}}, "then": {"properties": {"value": {"anyOf": [value, {}]}}}} for value, same in _alike(values)
    ]
    entry["allOf"] = [{"not": {"required": ["corrects", "withdraws"]}}, said, *of_facts]
    file = _closed(
        (*history_files.HEADER, "entries"),
        {
            "schema": {"const": history.SCHEMA},
            "reference": {"type": ["string", "integer", "null"], "description": "what people call the case; no name of a person"},
            "title": {"type": ["string", "null"], "description": "what it is about; invented or anonymised"},
            "profile": {"type": ["string", "null"], "description": "the authority"},
            "entries": _nullable({"type": "array", "items": {"$ref": "#/$defs/Entry"}}, "what became known, and when"),
        },
        needed=("schema",),
    )
    return _document(history.SCHEMA, "HistoryFile", file, {**parts, "Entry": {"title": "Entry", **entry}})


# -- what they are made of -----------------------------------------------------------------------------------------------------------------


def _closed(keys: Iterable[str], parts: Mapping[str, Part], needed: Iterable[str] = ()) -> Part:
    """Return the schema of a mapping with the keys that its reader knows, and no others."""
    properties = {key: parts[key] for key in keys}
    if unknown := parts.keys() - properties.keys():
        raise AssertionError(unknown)
    made: Part = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**made, "required": list(needed)} if needed else made


def _document(shape: str, title: str, content: Part, parts: Mapping[str, Part]) -> Part:
    return {"$schema": DIALECT, "$id": name_of(shape), "title": title, **content, "$defs": dict(sorted(parts.items()))}


def _part(document: Part, title: str) -> Part:
    """Return a document's schema as a part of another."""
    return {"title": title, **{key: value for key, value in document.items() if key not in ("$schema", "$id", "title", "$defs")}}


def _nullable(part: Part, meaning: str) -> Part:
    return {"anyOf": [part, {"type": "null"}], **({"description": meaning} if meaning else {})}


def _one_of_any(named: Named, meaning: str) -> Part:
    return {**offered({"type": "string"}, named), "description": meaning}


def _values_of(ruleset: Ruleset) -> tuple[dict[str, tuple[Part, Part]], dict[str, Part]]:
    """Return the schema of each fact's value without who judged, with what the fact means, and the parts that these need."""
    parts = case_schema(ruleset.vocabulary)["$defs"]
    found = {}
    for fact, content in parts["Facts"]["properties"].items():
        plain = next(each for each in content["anyOf"] if "$ref" in each and not each["$ref"].startswith("#/$defs/Judged"))
        found[fact] = (plain, {"description": content["description"]})
    used = {value["$ref"].removeprefix("#/$defs/") for value, _ in found.values()}
    return found, {name: part for name, part in parts.items() if name in used or name == "NoDay"}


def _alike(values: Mapping[str, tuple[Part, Part]]) -> list[tuple[Part, list[str]]]:
    """Return the schema of a value with the facts whose values it is."""
    found: dict[str, tuple[Part, list[str]]] = {}
    for fact, (value, _) in values.items():
        found.setdefault(str(value), (value, []))[1].append(fact)
    return list(found.values())
