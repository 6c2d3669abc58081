"""Every fault of a rules folder is found, at its line and column; sound folders load, the same wherever and in whatever order they are read."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cspr_rules.engine.conditions import normal_form
from cspr_rules.engine.law import compiled, law_of
from cspr_rules.errors import QuestionError, RulesError
from cspr_rules.loading import (
    assembling,
    building,
    calendar_years,
    checking,
    editions,
    folders,
    overlay,
    packs,
    rulesets,
    shapes,
    shaping,
    source_shapes,
    which_law,
)
from cspr_rules.loading.assembling import digest_of
from cspr_rules.loading.folders import read_pack
from cspr_rules.loading.rulesets import check_folder, load_folder, load_ruleset
from cspr_rules.model.cases import Case
from cspr_rules.model.profiles import weaker
from cspr_rules.model.sources import STRENGTHS, Force, Strength, at_most
from cspr_rules.record import evaluate
from tests.support.rules_folders import HEADLINES, Folder, clock, document

FACTS = "vocabulary/spare.yaml"
INCIDENT = "vocabulary/incident.yaml"
PAGE = "sources/spare.yaml"
DAYS = "calendars/spare.yaml"
REGISTER = "town/discrepancies.yaml"
RULE = "town/notice/partnership.yaml"
PARENTS = "nation/death/parents.yaml"
SEVERE = "nation/notice/severe.yaml"
TELL = "nation/notice/tell.yaml"
TELL_OLD = "nation/notice/tell_old.yaml"
TOWN = "town/profile.yaml"
NATION = "nation/profile.yaml"

PATHS = "town/paths.yaml"

SEVERE_TEST = "{says: the incident is severe, fact: incident.severe, is: true}"
NOT_SEVERE = "{says: the incident is not severe, fact: incident.severe, is: false}"
NEVER = "{says: there are none, fact: incident.children, less_than: 1}"
ALWAYS = "{says: there is one at least, fact: incident.children, at_least: 1}"
SEVERAL = "{says: there are several, fact: incident.children, at_least: 2}"

DAYS_2, AWARE, WILL, P1 = "within: {days: 2}", "after: incident.aware_on", "strength: will", "cites: [local/p1]"


class Mistake(NamedTuple):
    """One thing wrong, with the essential words of the fault it has to give; the place is the mark ``▶``."""

    spoil: Callable[[Folder], Folder]
    words: str


def edit(file: str, old: str, new: str, words: str) -> Mistake:
    return Mistake(lambda folder: folder.edit(file, old, new), words)


def append(file: str, more: str, words: str) -> Mistake:
    return Mistake(lambda folder: folder.append(file, more), words)


def put(file: str, text: str, words: str) -> Mistake:
    return Mistake(lambda folder: folder.put(file, text), words)


def put_empty(folder: Folder, file: str) -> Folder:
    """Put a file with nothing in it; such a file has no lines."""
    folder.put(file, "# nothing\n").expected.append(f"rules/{file}")
    return folder


def without(file: str, lines: str, at: str, words: str) -> Mistake:
    """Leave out lines; the fault is where something else stands."""
    return Mistake(lambda folder: folder.edit(file, lines, "").mark(file, at), words)


def elsewhere(file: str, old: str, new: str, other: str, at: str, words: str) -> Mistake:
    """Change one file so that the fault is in another."""
    return Mistake(lambda folder: folder.edit(file, old, new).mark(other, at), words)


def emptied(file: str, key: str, words: str) -> Mistake:
    """Make a list at the top of a file empty."""

    def spoil(folder: Folder) -> Folder:
        return folder.put(file, re.sub(rf"(?m)^{key}:\n( .*\n)+", f"▶{key}: []\n", folder.files[file]))

    return Mistake(spoil, words)


def fact(line: str, words: str, type_: str = "date", kind: str = "fact", scope: str = "child") -> Mistake:
    """Add a fact to the spare vocabulary; without a mark in the line the fault is at the fact."""
    here = "" if "▶" in line else "▶"
    head = f"  - {here}id: spare.more\n    scope: {scope}\n    kind: {kind}\n    type: {type_}\n"
    return append(FACTS, f"{head}    {line}\n    meaning: text\n    question: text\n    who_would_know: text\n", words)


def when(condition: str, words: str) -> Mistake:
    """Give the town's rule, which is asked once, another condition; without a mark in it the fault is at ``when``."""
    here = "" if "▶" in condition else "▶"
    return edit(RULE, f"when: {SEVERE_TEST}", f"{here}when: {condition}", words)


def when_child(condition: str, words: str) -> Mistake:
    """Give the nation's rule about parents, which is asked for each child, another condition."""
    here = "" if "▶" in condition else "▶"

    def spoil(folder: Folder) -> Folder:
        return folder.put(PARENTS, re.sub(r"when:\n(  .*\n)+", f"{here}when: {condition}\n", folder.files[PARENTS]))

    return Mistake(spoil, words)


def duty(line: str, words: str) -> Mistake:
    """Add a line to the town's duty."""
    return edit(RULE, "    to: [partnership]\n", f"    to: [partnership]\n    {line}\n", words)


def deadline(*parts: str, words: str) -> Mistake:
    """Give the town's duty another clock; without a mark the fault is at the clock."""
    here = "" if any("▶" in part for part in parts) else "▶"
    return edit(RULE, f"{{{DAYS_2}, {AWARE}, {WILL}, {P1}}}", f"{here}{{{', '.join(parts)}}}", words)


NO_PARNETS = "there is no rule called 'nation.death.parnets'; did you mean 'nation.death.parents'?"


def headline(old: str, new: str, words: str) -> Mistake:
    """Return a mistake in a headline question of the national profile."""
    return edit(NATION, "calendar: land\n", f"calendar: land\n{HEADLINES.replace(old, new)}", words)


def added(old: str, new: str, words: str) -> Mistake:
    """Change what the town adds to a duty of the nation."""
    return edit(TOWN, old, new, words)


# -- the shape of a file -------------------------------------------------------------------------------------------------------------

PERIOD = "within: expected one of without_delay, immediately, as_soon_as_possible, unspecified, or a whole number of working_days, days, months"
GOES_WITH_DATE = "`not_before`, `may_be_future` and `law_date` go with type date"
BOTH_UNITS = "`unit` and `unit_for_one` go together"
GOES_WITH_NUMBER = "`unit`, `at_least`, `at_most`, `counts`, `years_from` and `no_more_than` go with type number"

SHAPE = {
    "a key that no file has": edit(FACTS, "order: 30", "order: 30\n▶zzzz: 1", "'zzzz' is not a key that belongs here"),
    "a key misspelt": edit(FACTS, "order: 30", "order: 30\n▶fcats: []", "'fcats' is not a key that belongs here; did you mean 'facts'?"),
    "a key misspelt in a fact": fact("▶vaules: {a: b}", "'vaules' is not a key that belongs here; did you mean 'values'?"),
    "a key misspelt in a provision": edit(PAGE, "    force:", "    ▶froce: may\n    force:", "did you mean 'force'?"),
    "a key misspelt in a rule": edit(RULE, "scope:", "▶alias: []\nscope:", "'alias' is not a key that belongs here; did you mean 'aliases'?"),
    "a key misspelt in a duty": duty("▶too: []", "'too' is not a key that belongs here; did you mean 'to'?"),
    "a key misspelt in a deadline": deadline(DAYS_2, AWARE, WILL, P1, "▶raeding: x", words="did you mean 'reading'?"),
    "a key misspelt in a choice": duty("option: {rationale: r, methodology: m, timescale: t, ▶suport: []}", "did you mean 'support'?"),
    "a duty's key in a note": edit(RULE, "then:", "then:\n  - {note: text, ▶duty: may}", "'duty' is not a key that belongs here"),
    "a key misspelt in an example": edit(
        RULE, "knows, given: {}", "knows, ▶givne: {}", "'givne' is not a key that belongs here; did you mean 'given'?"
    ),
    "a key misspelt in an expectation": edit(RULE, "outcome: undetermined", "outcome: undetermined, ▶aks: []", "did you mean 'ask'?"),
    "a key misspelt in a profile": append(TOWN, "▶role: {}\n", "'role' is not a key that belongs here; did you mean 'roles'?"),
    "a key misspelt in a role": added("{title: the town's", "{▶contcat: x, title: the town's", "did you mean 'contact'?"),
    "a key misspelt in what a profile adds": added("also_to:", "▶also_too:", "'also_too' is not a key that belongs here; did you mean 'also_to'?"),
    "a key misspelt in the register": append(REGISTER, "▶more: []\n", "'more' is not a key that belongs here"),
    "a key misspelt in a calendar": edit(DAYS, "base: GB", "base: GB\n▶bsae: GB", "'bsae' is not a key that belongs here; did you mean 'base'?"),
    "a key misspelt in a path": edit(PATHS, "    steps:", "    ▶step: x\n    steps:", "'step' is not a key that belongs here; did you mean 'steps'?"),
    "a fact without a meaning": without(FACTS, "    meaning: A spare flag.\n", "id: spare.flag", "'meaning' is missing"),
    "a vocabulary without an order": without(FACTS, "order: 30\n", "title: Facts", "'order' is missing"),
    "a section that no pinpoint is in": edit(
        PAGE, "provisions:", "sections: {▶section 99: nothing}\nprovisions:", "no pinpoint begins with 'section 99'"
    ),
    "a provision without a summary": without(PAGE, "    summary: Nothing in particular.\n", "id: x1", "'summary' is missing"),
    "a rule without a question": without(RULE, "question: Will the town tell its partnership?\n", "id: town", "'question' is missing"),
    "a duty without a verb": without(RULE, "    duty: will\n", "id: tell_partnership", "'duty' is missing"),
    "a deadline without a strength": deadline(DAYS_2, AWARE, P1, words="'strength' is missing"),
    "an example without an expectation": edit(RULE, "{name: Nobody", "▶{name: x, given: {}}\n  - {name: Nobody", "'expect' is missing"),
    "a window without a beginning": edit(RULE, "in_force: {from: 2015-01-01, until: null}", "▶in_force: {until: null}", "'from' is missing"),
    "a choice without a methodology": duty("▶option: {rationale: r, timescale: t}", "'methodology' is missing"),
    "a profile without an authority": without(TOWN, "authority: Town Council\n", "id: town", "'authority' is missing"),
    "a role without a title": added("partnership: {title: the town's partnership, ", "▶partnership: {", "'title' is missing"),
    "a calendar without a base": without(DAYS, "base: GB\n", "id: spare", "'base' is missing"),
    "a discrepancy without a note": without(REGISTER, "    note: The source gives no time.\n", "id: D2", "'note' is missing"),
    "a path without citations": without(PATHS, "    cites: [local/p1]\n", "id: nation.path.town", "'cites' is missing"),
    "an empty text": edit(RULE, "title: Tell the partnership", "▶title: ''", "title: is empty; write what it says"),
    "a text of spaces": edit(RULE, "act: tell the partnership", "▶act: '   '", "act: is empty; write what it says"),
    "a number for a text": edit(RULE, "title: Tell the partnership", "▶title: 7", "title: input should be a valid string"),
    "a text for a number": edit(FACTS, "order: 30", "▶order: thirty", "order: input should be a valid integer"),
    "true for a number": edit(FACTS, "order: 30", "▶order: true", "order: input should be a valid integer"),
    "a text for true": fact("▶may_be_future: maybe", "may_be_future: input should be a valid boolean"),
    "a text for a list": edit(RULE, "cites: [local/p1]\nscope", "▶cites: local/p1\nscope", "cites: input should be a valid list"),
    "a list for a mapping": when("[a]", "when: input should be a valid dictionary"),
    "a word for a window": edit(
        RULE, "in_force: {from: 2015-01-01, until: null}", "▶in_force: always", "in_force: input should be a valid dictionary"
    ),
    "an empty list of facts": emptied(FACTS, "facts", "facts: list should have at least 1 item"),
    "an empty list of provisions": emptied(PAGE, "provisions", "provisions: list should have at least 1 item"),
    "an empty list of effects": emptied(RULE, "then", "then: list should have at least 1 item"),
    "an empty list of examples": emptied(RULE, "examples", "examples: list should have at least 1 item"),
    "an empty register": emptied(REGISTER, "discrepancies", "discrepancies: list should have at least 1 item"),
    "an empty list of paths": emptied(PATHS, "paths", "paths: list should have at least 1 item"),
    "an empty list of citations": edit(RULE, "cites: [local/p1]\nscope", "▶cites: []\nscope", "cites: list should have at least 1 item"),
    "an empty list of a duty's citations": duty("▶cites: []", "cites: list should have at least 1 item"),
    "an empty list of a deadline's citations": deadline(DAYS_2, AWARE, WILL, "▶cites: []", words="cites: list should have at least 1 item"),
    "a fact's id without a group": edit(FACTS, "id: spare.flag", "▶id: flag", r"id: it has to look like ^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$"),
    "a fact's id in capitals": edit(FACTS, "id: spare.flag", "▶id: Spare.flag", "id: it has to look like"),
    "a fact's id that goes on": edit(FACTS, "id: spare.flag", '▶id: "spare.flag\\n"', "id: it has to look like"),
    "a fact's id too long": edit(FACTS, "id: spare.flag", f"▶id: spare.{'x' * 200}", "id: string should have at most 120 characters"),
    "a value in capitals": fact("values: {▶Known: text}", "Known: it has to look like ^[a-z][a-z0-9_]*$", "one_of"),
    "a rule's id without a group": edit(RULE, "id: town.notice.partnership", "▶id: partnership", "id: it has to look like"),
    "a duty's id with a dot": edit(RULE, "id: tell_partnership", "▶id: tell.partnership", "id: it has to look like"),
    "a provision's id with a space": edit(PAGE, "id: x1", "▶id: x 1", "id: it has to look like"),
    "an instrument's id with a slash": edit(PAGE, "id: spare", "▶id: spa/re", "id: it has to look like"),
    "a citation without a provision": edit(RULE, "cites: [local/p1]\nscope", "cites: [▶local]\nscope", "it has to look like ^[a-z][a-z0-9_]*/"),
    "a discrepancy's id in small letters": edit(REGISTER, "id: D2", "▶id: d2", "id: it has to look like ^[A-Z]+[0-9]+$"),
    "a base that is no code": edit(DAYS, "base: GB", "▶base: Britain", "base: it has to look like ^[A-Z]{2}"),
    "a role that is no key": added("  partnership: {", "  ▶The partnership: {", "The partnership: it has to look like"),
    "a scope of no kind": edit(FACTS, "flag\n    scope: child", "flag\n    ▶scope: both", "scope: expected 'incident' or 'child'"),
    "a kind of no kind": edit(FACTS, "kind: fact\n    type: yes", "▶kind: fcat\n    type: yes", "kind: expected 'fact', 'judgement' or 'step'"),
    "a type of no kind": edit(FACTS, "type: yes_no", "▶type: boolean", "type: expected 'yes_no', 'one_of', 'number' or 'date'"),
    "counting something else": fact("▶counts: adults", "counts: expected 'children'", "number"),
    "a layer of no kind": edit(PAGE, "layer: official_page", "▶layer: blog", "layer: expected 'statute', 'regulation'"),
    "a force of no kind": edit(PAGE, "force: information", "▶force: shall", "force: expected 'must', 'will', 'should'"),
    "a status of no kind": edit(PAGE, "{status: unread}", "{▶status: read}", "expected 'verified', 'copy', 'secondary', 'memory' or 'unread'"),
    "a confidence of no kind": edit(
        PAGE, "{status: unread}", "{status: memory, ▶confidence: some}", "confidence: expected 'high', 'medium' or 'low'"
    ),
    "a verb of no kind": edit(RULE, "duty: will", "▶duty: shall", "duty: expected 'must', 'will', 'should', 'may' or 'must_not'"),
    "a duty once for each parent": edit(RULE, "once_per: incident", "▶once_per: parent", "once_per: expected 'incident' or 'child'"),
    "an outcome of no kind": edit(RULE, "outcome: undetermined", "▶outcome: unknown", "outcome: expected 'met', 'not_met' or 'undetermined'"),
    "a day that does not exist": edit(RULE, "{from: 2015-01-01", "{▶from: 2015-02-30", "from: there is no such day as 2015-02-30"),
    "a day in words": edit(RULE, "{from: 2015-01-01", "{▶from: today", "from: expected a date as YYYY-MM-DD"),
    "a year for a day": edit(RULE, "{from: 2015-01-01", "{▶from: 2015", "from: input should be a valid date"),
    "a last day that does not exist": edit(RULE, "until: null", "▶until: 2023-02-29", "until: there is no such day as 2023-02-29"),
    "a corrected day that does not exist": edit(DAYS, "date: 2023-05-08", "▶date: 2023-02-29", "date: there is no such day as 2023-02-29"),
    "a window that ends before it begins": edit(
        RULE,
        "in_force: {from: 2015-01-01, until: null}",
        "▶in_force: {from: 2015-01-01, until: 2014-12-31}",
        "ends on 2014-12-31, before it begins on 2015-01-01",
    ),
    "limits that no number meets": fact("at_least: 5\n    at_most: 4", "`at_most` has to be more than `at_least`", "number"),
    "one_of without values": fact("unit: null", "`values` goes with type one_of, and only with it", "one_of"),
    "values without one_of": fact("values: {a: b}", "`values` goes with type one_of, and only with it"),
    "what is no step taken with another": fact(
        "taken_with: {step: notice.sent_on, where: child.home, is_any_of: [in_care]}", "only a step is taken with another"
    ),
    "an order of what is no step": fact("comes_after: [{fact: notice.sent_on}]", "only a step comes after another"),
    "a step without a date": fact("unit: null", "a step is dated: its type has to be date", "yes_no", "step"),
    "considerations of a fact": fact("considerations: [{text: text, cites: [act/s2]}]", "only a judgement has considerations"),
    "not_before of a number": fact("not_before: [child.died_on]", GOES_WITH_DATE, "number"),
    "may_be_future of a number": fact("may_be_future: true", GOES_WITH_DATE, "number"),
    "law_date of yes or no": fact("law_date: true", GOES_WITH_DATE, "yes_no"),
    "a unit of a date": fact("unit: days", GOES_WITH_NUMBER),
    "a unit for several only": fact("unit: days", BOTH_UNITS, "number"),
    "a unit for one only": fact("unit_for_one: day", BOTH_UNITS, "number"),
    "a lower limit of a date": fact("at_least: 0", GOES_WITH_NUMBER),
    "an upper limit of a date": fact("at_most: 0", GOES_WITH_NUMBER),
    "counting with a date": fact("counts: children", GOES_WITH_NUMBER),
    "memory without confidence": edit(PAGE, "checked: {status: unread}", "▶checked: {status: memory}", "`confidence` goes with status memory"),
    "confidence without memory": edit(PAGE, "checked: {", "▶checked: {confidence: high, ", "`confidence` goes with status memory, and only with it"),
    "a period of two units": deadline("▶within: {days: 2, hours: 3}", AWARE, WILL, P1, words=PERIOD),
    "a period in weeks": deadline("▶within: {weeks: 2}", AWARE, WILL, P1, words=PERIOD),
    "a period of no working days": deadline("▶within: {working_days: 0}", AWARE, WILL, P1, words=PERIOD),
    "no days that have to go by": deadline("at_least: {days: 0}", AWARE, WILL, P1, words="`at_least` takes one day or more"),
    "a period of fewer days than none": deadline("▶within: {days: -1}", AWARE, WILL, P1, words=PERIOD),
    "a period of true days": deadline("▶within: {days: true}", AWARE, WILL, P1, words=PERIOD),
    "a period of too many days": deadline("▶within: {days: 10000}", AWARE, WILL, P1, words=PERIOD),
    "a period in another word": deadline("▶within: promptly", WILL, P1, words=PERIOD),
    "neither within nor at_least": deadline(AWARE, WILL, P1, words="expected either `within` with `after`, or `at_least` with `before` or `after`"),
    "both within and at_least": deadline(DAYS_2, "at_least: {days: 2}", AWARE, WILL, P1, words="expected either `within` with `after`, or"),
    "within a number of nothing": deadline(DAYS_2, WILL, P1, words="`within` goes with `after`: the date fact the clock runs from, or unspecified"),
    "within and before": deadline("within: immediately", "before: hearing.held_on", WILL, P1, words="`within` goes with `after`"),
    "at_least with both before and after": deadline(
        "at_least: {days: 2}",
        AWARE,
        "before: hearing.held_on",
        WILL,
        P1,
        words="`at_least` takes a number of days or months and goes with either `before` or `after`",
    ),
    "at_least from no date": deadline(
        "at_least: {days: 2}", "after: unspecified", WILL, P1, words="`at_least` goes with the date fact from which the time has to go by"
    ),
    "at_least in a word": deadline("at_least: immediately", "before: hearing.held_on", WILL, P1, words="`at_least` takes a number of days or months"),
    "a list where a file has to be a mapping": put("sources/more.yaml", "▶- id: more\n", "the file: "),
    "a file with nothing in it": Mistake(lambda folder: put_empty(folder, "sources/more.yaml"), "the file is empty"),
    "a key written twice": edit(RULE, "scope: incident", "scope: incident\n▶scope: child", "'scope' is written twice; the first is on line 7"),
    "an anchor": edit(RULE, "title: Tell the partnership", "title: ▶&t Tell the partnership", "YAML anchor 't' is not accepted"),
    "a bare yes": edit(DAYS, "working: true", "working: ▶yes", "a bare 'yes' is read differently by different tools; write true"),
    "malformed YAML": edit(RULE, "title: Tell the partnership", "title: Tell▶: the partnership", "this is not well-formed YAML"),
    "a tag that would make an object": edit(RULE, "title: Tell", "title: ▶!!python/object:os.system Tell", "YAML tags are not accepted"),
    "a second document": append(RULE, "▶---\n", "a second document starts here"),
}

# -- names, values and conditions ----------------------------------------------------------------------------------------------------

PROVISION = "a provision or a list of provisions"

BUILT = {
    "a fact defined twice": edit(FACTS, "id: spare.flag", "▶id: child.died", "fact child.died is defined already in rules/vocabulary/child.yaml"),
    "an implication for no fact": fact(
        "implies: [{▶fact: spare.falg, is: true}]", "there is no fact called 'spare.falg'; did you mean 'spare.flag'?"
    ),
    "an implied value that cannot be": fact("implies: [▶{fact: spare.flag, is: maybe}]", "expected true or false, but it is text"),
    "an implying value that cannot be": fact("implies: [▶{when: true, fact: spare.flag, is: true}]", "expected a date as YYYY-MM-DD"),
    "years between no date": fact(
        "years_from: {▶born: spare.dya, at: spare.day}", "there is no date called 'spare.dya'; did you mean 'spare.day'?", "number"
    ),
    "years of the incident from a child's date": fact(
        "years_from: {▶born: child.died_on, at: incident.aware_on}",
        "child.died_on is about one child; the incident has no years from it",
        "number",
        scope="incident",
    ),
    "two tests of one fact that cannot be so": append(
        FACTS,
        "impossible:\n  - {says: text, ▶all: [{fact: spare.flag, is: true}, {fact: spare.flag, is: false}]}\n",
        "each test has to be of another fact",
    ),
    "a test of no fact that cannot be so": append(
        FACTS,
        "impossible:\n  - {says: text, all: [{fact: spare.flag, is: true}, {▶fact: spare.falg, is: false}]}\n",
        "there is no fact called 'spare.falg'; did you mean 'spare.flag'?",
    ),
    "a provision of what cannot be so": append(
        FACTS,
        "impossible:\n  - {says: text, all: [{fact: spare.flag, is: true}, {fact: child.died, is: false}], cites: [▶act/s9]}\n",
        "there is no provision called 'act/s9'",
    ),
    "a word no longer used that is used": append(
        FACTS, "retired:\n  - {▶id: spare.flag, use: [spare.day], says: text}\n", "spare.flag is a fact: it is not retired"
    ),
    "a word in place of another that is none": append(
        FACTS, "retired:\n  - {id: spare.old, use: [▶spare.dya], says: text}\n", "there is no fact called 'spare.dya'; did you mean 'spare.day'?"
    ),
    "a provision without a window": without(PAGE, "in_force: {from: 2001-01-01, until: 2001-12-31}\n", "id: x1", "'in_force' is missing, and the"),
    "a provision not checked": without(PAGE, "checked: {status: unread}\n", "id: x1", "'checked' is missing, and the instrument gives none either"),
    "a condition that is a word": when(
        "{all: [▶word]}", "expected a condition: all, any, not, a test with `says` and `fact`, or `rule` with `is: met`"
    ),
    "a negated word": when("{▶not: word}", "expected a condition: all, any, not"),
    "a condition of nothing": when("{says: x}", "expected exactly one of all, any, not, fact, rule"),
    "a condition of two joins": when(f"{{all: [{SEVERE_TEST}], any: [{SEVERE_TEST}]}}", "expected exactly one of all, any, not, fact, rule"),
    "a condition of a join and a test": when(f"{{any: [▶{{not: {SEVERE_TEST}, fact: incident.severe}}]}}", "expected exactly one of"),
    "a join with something beside it": when(f"{{all: [{SEVERE_TEST}], ▶says: x}}", "'says' does not go with 'all'"),
    "a negation with something beside it": when(f"{{any: [{{not: {SEVERE_TEST}, ▶is: true}}]}}", "'is' does not go with 'not'"),
    "a join of a mapping": when(f"{{▶all: {SEVERE_TEST}}}", "expected a list of conditions under 'all'"),
    "a join of nothing": when("{▶any: []}", "expected a list of conditions under 'any'"),
    "a rule that is not to be met": when("{rule: nation.notice.severe, is: not_met}", "expected `rule: <id>` with `is: met`"),
    "a rule and nothing": when("{rule: nation.notice.severe}", "expected `rule: <id>` with `is: met`"),
    "a rule that is a list": when("{rule: [nation.notice.severe], is: met}", "expected `rule: <id>` with `is: met`"),
    "a rule with a citation": when("{rule: nation.notice.severe, is: met, cites: act/s1}", "expected `rule: <id>` with `is: met`"),
    "a test that says nothing": when("{fact: incident.severe, is: true}", "a test needs `says`: the clause a professional reviews"),
    "a test that says an empty text": when("{says: ' ', fact: incident.severe, is: true}", "a test needs `says`"),
    "a test that says a number": when("{any: [▶{says: 3, fact: incident.severe, is: true}]}", "a test needs `says`"),
    "a test that says a sentence": when("{▶says: it is severe., fact: incident.severe, is: true}", "`says` is a clause: leave out the full stop"),
    "a test with a key misspelt": when(
        "{says: x, fact: incident.severe, is: true, ▶at_lest: 3}", "'at_lest' is not part of a test; did you mean 'at_least'?"
    ),
    "a test of no fact": when("{says: x, ▶fact: incident.sevree, is: true}", "no fact called 'incident.sevree'; did you mean 'incident.severe'?"),
    "a test of a number": when("{says: x, ▶fact: 3, is: true}", "there is no fact called '3'"),
    "a test without a comparison": when("{says: x, fact: incident.severe}", "expected exactly one comparison that fits incident.severe (yes_no): is"),
    "a test with two comparisons": when("{says: x, fact: incident.children, at_least: 2, less_than: 4}", "expected exactly one comparison that fits"),
    "a comparison that does not fit yes or no": when("{says: x, fact: incident.severe, at_least: 3}", "fits incident.severe (yes_no): is"),
    "a comparison that does not fit a word": when_child("{says: x, fact: child.home, recorded: true}", "fits child.home (one_of): is, is_any_of"),
    "a comparison that does not fit a number": when("{says: x, fact: incident.children, is: 3}", "(number): at_least, less_than"),
    "a comparison that does not fit a date": when(
        "{says: x, fact: incident.occurred_on, is: 2024-01-01}", "fits incident.occurred_on (date): on_or_before, on_or_after, recorded"
    ),
    "a test citing a number": when("{says: x, fact: incident.severe, is: true, ▶cites: 3}", f"expected {PROVISION}"),
    "a test citing a list of numbers": when("{says: x, fact: incident.severe, is: true, ▶cites: [3]}", f"expected {PROVISION}"),
    "a test citing null": when("{says: x, fact: incident.severe, is: true, ▶cites: null}", f"expected {PROVISION}"),
    "recorded that is neither true nor false": when(
        "{says: x, fact: notice.sent_on, ▶recorded: not_yet}", "expected true (it has happened) or false (it is known not to have)"
    ),
    "is_any_of one": when_child("{says: x, fact: child.home, ▶is_any_of: in_care}", "child.home: expected a list of values"),
    "is_any_of none": when_child("{says: x, fact: child.home, ▶is_any_of: []}", "child.home: expected a list of values"),
    "is_any_of what cannot be": when_child("{says: x, fact: child.home, ▶is_any_of: [in_care, elsewhree]}", "did you mean 'elsewhere'?"),
    "is what cannot be": when_child(
        "{says: x, fact: child.home, ▶is: in_caer}", "child.home: expected one of with_family, in_care, elsewhere; did you mean 'in_care'?"
    ),
    "is a word for yes or no": when("{says: x, fact: incident.severe, ▶is: perhaps}", "incident.severe: expected true or false, but it is text"),
    "at least a word": when("{says: x, fact: incident.children, ▶at_least: many}", "expected a whole number from 1 to 50 (children), but it is text"),
    "at least more than can be": when("{says: x, fact: incident.children, ▶at_least: 51}", "a whole number from 1 to 50 (children), but it is 51"),
    "on or after no date": when("{says: x, fact: incident.occurred_on, ▶on_or_after: not_yet}", "incident.occurred_on: expected a date"),
    "on or before no such day": when("{says: x, fact: incident.occurred_on, ▶on_or_before: 2024-02-30}", "there is no such day as 2024-02-30"),
    "a provision defined twice": edit(
        PAGE,
        "    summary:",
        "    summary: text\n  - ▶id: x1\n    pinpoint: text\n    force: may\n    summary:",
        "provision spare/x1 is defined twice",
    ),
    "a discrepancy defined twice": edit(REGISTER, "id: D2", "▶id: D1", "discrepancy D1 is defined twice"),
    "a calendar defined twice": edit(DAYS, "id: spare", "▶id: land", "calendar land is defined twice"),
    "a condition for counting that is none": duty("counts_if: {any: [▶word]}", "expected a condition: all, any, not"),
    "a calendar that does not exist": added("calendar: land", "▶calendar: lnad", "there is no calendar called 'lnad'; did you mean 'land'?"),
    "sources never looked through": elsewhere(
        NATION, "checked_on: 2026-01-31\n", "", TOWN, "id: town", "'checked_on' is missing here and in every profile it extends: the day the sources"
    ),
    "a profile not called as its folder": added("id: town", "▶id: city", "the id has to be the folder's name, 'town'"),
    "a path that has its steps already": edit(
        PATHS,
        "id: nation.path.town",
        "▶id: nation.path.death",
        "path nation.path.death already has its steps; only a path without steps can be supplied",
    ),
}

# -- what makes a set of rules sound -------------------------------------------------------------------------------------------------

OLD_WINDOW = "this window overlaps the one in rules/nation/notice/tell_old.yaml:5:1 (from 1 January 2005"
TOO_OLD = "act/s3 applies from 1 January 2000 to 31 December 2009, never while this rule does (from 1 January 2015)"
NO_P9 = "there is no provision called 'local/p9'; did you mean 'local/p1'?"
NO_D99 = "there is no discrepancy called 'D99'"
LONGER = "allows more time for tell_board than 'within 5 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell.yaml:25:9)"

SOUND = {
    "not before no date": fact("not_before: [spare.day, ▶child.dide_on]", "there is no date called 'child.dide_on'; did you mean 'child.died_on'?"),
    "not before what is no date": fact("not_before: [▶child.died]", "there is no date called 'child.died'; did you mean 'child.died_on'?"),
    "after no step": fact(
        "comes_after: [{▶fact: notice.sent}]", "there is no step called 'notice.sent'; did you mean 'notice.sent_on'?", "date", "step"
    ),
    "taken with no date": fact(
        "taken_with: {▶step: notice.sent, where: child.home, is_any_of: [in_care]}", "no date called 'notice.sent'; did you mean", "date", "step"
    ),
    "taken with another where a fact has no named values": fact(
        "taken_with: {step: notice.sent_on, ▶where: child.died, is_any_of: [in_care]}",
        "there is no fact with named values called 'child.died'",
        "date",
        "step",
    ),
    "taken with another at a value that there is not": fact(
        "taken_with: {step: notice.sent_on, where: child.home, ▶is_any_of: [in_caer]}",
        "child.home is never 'in_caer'; did you mean 'in_care'?",
        "date",
        "step",
    ),
    "an incident's step taken with a child's": fact(
        "taken_with: {▶step: parents.told_on, where: child.home, is_any_of: [in_care]}",
        "parents.told_on is about one child; a step about the incident cannot follow from it",
        "date",
        "step",
        "incident",
    ),
    "after what is no step": fact("comes_after: [{▶fact: child.died_on}]", "there is no step called 'child.died_on'", "date", "step"),
    "an order of no provision": fact("comes_after: [{fact: notice.sent_on, cites: [▶local/p9]}]", NO_P9, "date", "step"),
    "a child that settles the incident": fact("implies: [▶{fact: incident.severe, is: true}]", "incident.severe is about the incident; one child"),
    "an incident that settles a child": fact(
        "implies: [▶{fact: spare.flag, is: true}]", "spare.flag is about one child; the incident", scope="incident"
    ),
    "a consideration of no provision": fact(
        "considerations: [{text: x, cites: [act/s1, ▶act/s9]}]", "no provision called 'act/s9'", kind="judgement"
    ),
    "a second date on which the law is read": fact(
        "▶law_date: true", "the law is read on one date of the incident; `law_date` stands", scope="incident"
    ),
    "a child's date on which the law is read": fact("▶law_date: true", "the law is read on one date of the incident; `law_date` stands on that"),
    "a discrepancy about no clause": edit(REGISTER, "    local: nothing", "    clauses: [▶local/p9]\n    local: nothing", NO_P9),
    "a discrepancy about no source": edit(
        REGISTER, "    local:", "    sources: [act/s1, ▶guide/g9]\n    local:", "there is no provision called 'guide/g9'; did you mean 'guide/g"
    ),
    "a shared discrepancy about no clause": edit("discrepancies.yaml", "clauses: [local/p1]", "clauses: [▶local/p9]", NO_P9),
    "a calendar of no provision": edit(
        DAYS, "12-31\ncites: [act/s2]", "12-31\ncites: [▶atc/s2]", "no provision called 'atc/s2'; did you mean 'act/s2'?"
    ),
    "a base that the library does not have": edit(DAYS, "base: GB", "▶base: ZZ", "the library has no calendar called 'ZZ'"),
    "a corrected day of no provision": edit(DAYS, "here, cites: [act/s2]", "here, cites: [▶act/s20]", "no provision called 'act/s20'"),
    "a window that overlaps by a day": edit(
        TELL, "in_force: {from: 2015-01-01", "▶in_force: {from: 2014-12-31", f"{OLD_WINDOW} to 31 December 2014)"
    ),
    "a window before that never ends": elsewhere(TELL_OLD, "until: 2014-12-31", "until: null", TELL, "in_force:", f"{OLD_WINDOW})"),
    "a gap that nobody explains": Mistake(
        lambda folder: folder.edit(TELL, "in_force: {from: 2015-01-01", "▶in_force: {from: 2016-03-01").drop(PARENTS, PATHS),
        "no version applies from 1 January 2015 to 29 February 2016; say why under `gap_after` in rules/nation/notice/tell_old.yaml",
    ),
    "a gap of a day that nobody explains": elsewhere(
        TELL_OLD, "until: 2014-12-31", "until: 2014-12-30", TELL, "in_force:", "no version applies from 31 December 2014 to 31 December 2014"
    ),
    "an explanation of no gap": edit(
        TELL_OLD, "scope: child", "▶gap_after: the law lapsed\nscope: child", "there is no gap: rules/nation/notice/tell.yaml takes over the next day"
    ),
    "versions of different scope": Mistake(
        lambda folder: (
            folder.edit(TELL_OLD, "scope: child", "scope: incident")
            .edit(TELL_OLD, "  fact: child.died", "  fact: incident.severe")
            .mark(TELL, "scope:")
        ),
        "the version in rules/nation/notice/tell_old.yaml is asked per incident; versions of a rule share their scope",
    ),
    "a reference to no rule": when(
        "{any: [{▶rule: nation.notice.sevree, is: met}]}", "there is no rule called 'nation.notice.sevree'; did you mean 'nation.notice.severe'?"
    ),
    "a reference by a former id": when_child("{▶rule: nation.notice.board, is: met}", "there is no rule called 'nation.notice.board'"),
    "a reference from the incident to a child": when(
        f"{{any: [{SEVERE_TEST}, {{▶rule: nation.notice.tell, is: met}}]}}", "nation.notice.tell is asked per child; a rule that is asked once cannot"
    ),
    "a reference to what does not apply yet": elsewhere(
        PARENTS, "from: 2015-01-01", "from: 2004-12-31", PARENTS, "rule: nation", "nation.notice.tell does not apply on 31 December 2004, when this"
    ),
    "a reference to what no longer applies": elsewhere(
        TELL, "until: null", "until: 2020-12-31", PARENTS, "rule: nation", "nation.notice.tell does not apply on 1 January 2021, when this rule does"
    ),
    "a reference across an explained gap": Mistake(
        lambda folder: (
            folder.edit(TELL_OLD, "scope: child", "gap_after: it lapsed\nscope: child")
            .edit(TELL, "from: 2015-01-01", "from: 2016-01-01")
            .edit(PARENTS, "from: 2015-01-01", "from: 2010-01-01")
            .mark(PARENTS, "rule: nation.notice.tell")
        ),
        "nation.notice.tell does not apply on 1 January 2015, when this rule does",
    ),
    "a rule that asks itself": when(
        f"{{any: [{SEVERE_TEST}, {{▶rule: town.notice.partnership, is: met}}]}}",
        "town.notice.partnership refers to itself by way of town.notice.partnership",
    ),
    "a test of a child in a rule asked once": when(
        f"{{any: [{SEVERE_TEST}, {{says: x, ▶fact: child.died, is: true}}]}}",
        "child.died is about one child; a rule that is asked once cannot test it",
    ),
    "a test of no provision": when("{says: x, fact: incident.severe, is: true, ▶cites: local/p9}", NO_P9),
    "a test of no provision in a list": when("{says: x, fact: incident.severe, is: true, cites: [local/p1, ▶local/p9]}", NO_P9),
    "a test of a provision too old": when("{says: x, fact: incident.severe, is: true, cites: [▶act/s3]}", TOO_OLD),
    "a test that always holds": when(f"{{all: [{SEVERE_TEST}, ▶{ALWAYS}]}}", "this test always holds, whatever incident.children is"),
    "a negated test that always holds": when(
        f"{{any: [{SEVERE_TEST}, {{▶not: {ALWAYS}}}]}}", "this test always holds, whatever incident.children is"
    ),
    "a test that never holds": when(f"{{any: [{SEVERE_TEST}, ▶{NEVER}]}}", "this test never holds, whatever incident.children is"),
    "a test that holds of every value": when_child(
        "{all: [{rule: nation.notice.tell, is: met}, ▶{says: x, fact: child.home, is_any_of: [in_care, with_family, elsewhere]}]}",
        "this test always holds, whatever child.home is",
    ),
    "a condition that always holds": when(f"{{any: [{SEVERE_TEST}, {NOT_SEVERE}]}}", "the condition always holds, whatever the facts"),
    "a condition that never holds": when(f"{{all: [{SEVERE_TEST}, {NOT_SEVERE}]}}", "the condition never holds, whatever the facts"),
    "a condition that never holds in part": when(
        f"{{all: [{SEVERAL}, {{any: [{{all: [{SEVERE_TEST}, {NOT_SEVERE}]}}]}}]}}", "the condition never holds, whatever the facts"
    ),
    "a condition that never holds by another rule's": when_child(
        "{all: [{rule: nation.notice.tell, is: met}, {says: x, fact: child.died, is: false}]}", "the condition never holds, whatever the facts"
    ),
    "a condition of too many tests": when(
        f"{{any: [{', '.join([SEVERE_TEST] * 501)}]}}", "the condition has more than 500 tests, those of the rules"
    ),
    "a rule called as one of another folder": edit(RULE, "id: town.", "▶id: nation.", "a rule of this folder has an id that begins with 'town.'"),
    "a rule of no provision": edit(RULE, "cites: [local/p1]\nscope", "cites: [▶local/p9]\nscope", NO_P9),
    "a rule of a provision too old": edit(RULE, "cites: [local/p1]\nscope", "cites: [local/p1, ▶act/s3]\nscope", TOO_OLD),
    "a rule older than what it cites": edit(
        RULE, "2015-01-01, until: null}\ncites", "2014-12-31, until: null}\n▶cites", "nothing that this rule cites is in force on 31 December 2014"
    ),
    "a rule of a layer it does not cite": edit(
        RULE, "layer: local_guidance", "▶layer: statute", "the rule cites nothing of layer statute, only local_guidance"
    ),
    "a rule of no discrepancy": edit(RULE, "scope: incident", "scope: incident\ndiscrepancies: [D2, ▶D99]", NO_D99),
    "a duty of no discrepancy": duty("discrepancies: [▶D99]", NO_D99),
    "a note of no discrepancy": edit(RULE, "then:", "then:\n  - {note: text, discrepancies: [▶D99]}", NO_D99),
    "a deadline of no discrepancy": deadline(DAYS_2, AWARE, WILL, P1, "discrepancies: [▶D99]", words=NO_D99),
    "a duty of no provision": duty("cites: [local/p1, ▶local/p9]", NO_P9),
    "a note of no provision": edit(RULE, "then:", "then:\n  - {note: text, cites: [▶local/p9]}", NO_P9),
    "a duty stronger than its source": edit(RULE, "duty: will", "▶duty: must", "'must' is stronger than what it cites: local/p1 is 'will'"),
    "a duty on a definition": edit(RULE, "    duty: will", "    cites: [act/s2]\n    ▶duty: may", "'may' is stronger than what it cites: act/s2 is"),
    "a prohibition on a commitment": edit(RULE, "duty: will", "▶duty: must_not", "'must_not' is stronger than what it cites: local/p1 is 'will'"),
    "a duty on a prohibition": edit(RULE, "    duty: will", "    cites: [act/s4]\n    ▶duty: may", "'may' is stronger than what it cites: act/s4 is"),
    "a duty by nobody known": edit(RULE, "by: authority", "▶by: autority", "there is no role called 'autority'; did you mean 'authority'?"),
    "a duty by a role like no other": edit(RULE, "by: authority", "▶by: zzz", "there is no role called 'zzz', and it is not `unspecified`"),
    "a duty to nobody known": edit(
        RULE, "to: [partnership]", "▶to: [board, partnreship]", "no role called 'partnreship'; did you mean 'partnership'?"
    ),
    "a choice supported by nobody known": duty(
        "option: {rationale: r, methodology: m, timescale: t, ▶support: [boadr]}", "there is no role called 'boadr'; did you mean 'board'?"
    ),
    "a choice overseen by nobody known": duty(
        "option: {rationale: r, methodology: m, timescale: t, ▶governance: [boadr]}", "there is no role called 'boadr'; did you mean 'board'?"
    ),
    "a duty per child of a rule asked once": edit(
        RULE, "once_per: incident", "▶once_per: child", "a rule that is asked once cannot make a duty per child"
    ),
    "a duty done by no step": edit(RULE, "done_by: notice.sent_on", "▶done_by: notice.snet_on", "no step called 'notice.snet_on'; did you mean"),
    "a duty done by what is no step": edit(RULE, "done_by: notice.sent_on", "▶done_by: incident.aware_on", "no step called 'incident.aware_on'"),
    "a duty ended by no step": duty("▶ended_by: incident.severe", "there is no step called 'incident.severe'"),
    "a duty per incident done by a child's step": edit(
        RULE, "done_by: notice.sent_on", "▶done_by: parents.told_on", "parents.told_on is recorded per child, but the duty is owed once per incident"
    ),
    "a duty per incident ended by a child's step": duty(
        "▶ended_by: parents.told_on", "parents.told_on is recorded per child, but the duty is owed once"
    ),
    "a duty that counts if a child is so": duty(
        "counts_if: {says: x, ▶fact: child.died, is: true}", "child.died is about one child, but the duty is owed once per incident"
    ),
    "a duty that counts if, of no provision": duty("counts_if: {says: x, fact: incident.severe, is: true, cites: [▶local/p9]}", NO_P9),
    "a duty that counts if a rule is met": duty(
        "▶counts_if: {rule: nation.notice.severe, is: met}", "`counts_if` goes with `done_by`, and tests facts, not other rules"
    ),
    "a duty with a deadline that nothing discharges": without(
        RULE,
        "    done_by: notice.sent_on\n",
        "id: tell_partnership",
        "a duty with a deadline has to name the step that discharges it, under `done_by`",
    ),
    "a deadline stronger than its source": deadline(DAYS_2, AWARE, "▶strength: must", P1, words="'must' is stronger than what it cites: local/p1 is"),
    "a deadline of no provision": deadline(DAYS_2, AWARE, WILL, "cites: [local/p1, ▶local/p9]", words=NO_P9),
    "a deadline of a provision too old": deadline(DAYS_2, AWARE, WILL, "cites: [▶act/s3]", words=TOO_OLD),
    "a deadline after no date": deadline(DAYS_2, "▶after: incident.awaer_on", WILL, P1, words="no date called 'incident.awaer_on'; did you mean"),
    "a deadline after what is no date": deadline(DAYS_2, "▶after: incident.severe", WILL, P1, words="there is no date called 'incident.severe'"),
    "a deadline before no date": deadline("at_least: {days: 2}", "▶before: hearing.hled_on", WILL, P1, words="no date called 'hearing.hled_on'"),
    "a child's clock in a rule asked once": deadline(
        DAYS_2,
        "after: child.died_on",
        WILL,
        P1,
        words="child.died_on is recorded per child; the clock of a rule that is asked once cannot run from it",
    ),
    "no example of being met": elsewhere(RULE, "{outcome: met}", "{outcome: not_met}", RULE, "examples:", "no example of outcome met"),
    "no example of not being met": elsewhere(RULE, "{outcome: not_met}", "{outcome: met}", RULE, "examples:", "no example of outcome not_met"),
    "no example of being undetermined": elsewhere(RULE, "undetermined", "met", RULE, "examples:", "no example of outcome undetermined"),
    "two examples of one name": edit(RULE, "name: Nobody knows", "▶name: It is severe", "two examples have the same name"),
    "a deadline expected of another rule's duty": edit(
        RULE, "expect: {outcome: met}", "▶expect: {outcome: met, deadlines: {tell_board: 2024-01-01}}", "'tell_board' is not a duty of this rule"
    ),
    "a status expected of no duty": edit(
        RULE, "expect: {outcome: met}", "▶expect: {outcome: met, status: {tell_nobody: due}}", "'tell_nobody' is not a duty of this rule"
    ),
    "a duty of the same rule": edit(
        RULE,
        "examples:",
        "  - {▶id: tell_partnership, duty: may, act: tell, by: authority, once_per: incident}\nexamples:",
        "duty 'tell_partnership' is already one of this rule (rules/town/notice/partnership.yaml:10:5)",
    ),
    "a duty of another rule": edit(
        RULE,
        "id: tell_partnership",
        "▶id: tell_parents",
        "duty 'tell_parents' is already one of nation.death.parents (rules/nation/death/parents.yaml:13:5)",
    ),
    "a former id that is another rule's": edit(
        RULE, "scope:", "aliases: [town.x, ▶nation.notice.severe]\nscope:", "already names nation.notice.severe"
    ),
    "a former id that is another's too": edit(
        RULE, "scope:", "aliases: [▶nation.notice.board]\nscope:", "'nation.notice.board' already names nation.notice.tell"
    ),
    "a path of no provision": edit(PATHS, "cites: [local/p1]", "cites: [local/p1, ▶local/p9]", NO_P9),
    "a path of no duty": edit(
        PATHS, "[tell_board]", "[tell_parents, ▶tell_baord]", "there is no duty called 'tell_baord'; did you mean 'tell_board'?"
    ),
    "a headline question of no rule": headline("[nation.death.parents]", "[nation.death.parents, ▶nation.death.parnets]", NO_PARNETS),
    "a headline question of no rule otherwise": headline("duties", "otherwise: [{▶rule: nation.death.parnets, says: text}]\n    duties", NO_PARNETS),
    "a headline question of another rule's duty": headline(
        "[tell_parents]", "[tell_parents, ▶tell_board]", "'tell_board' is not a duty of the rules that this question names"
    ),
    "a headline question of no role": headline(
        'yes: "{by} {verb} tell {to}"', '▶yes: "{boadr} must"', "no role called 'boadr'; did you mean 'board'?"
    ),
    "a headline question with an owner of nothing": headline(
        "duties", "otherwise: [{rule: nation.death.parents, ▶says: 'tell {by}'}]\n    duties", "there is no role called 'by'"
    ),
    "a headline question with a brace alone": headline('yes: "{by} {verb} tell {to}"', '▶yes: "{by must"', "a brace stands alone"),
    "a headline question with a full stop": headline('yes: "{by} {verb} tell {to}"', '▶yes: "{by} must."', "leave out the full stop"),
    "two headline questions of one name": Mistake(
        lambda folder: folder.edit(NATION, "calendar: land\n", f"calendar: land\n{HEADLINES}").edit(
            TOWN, "calendar: land\n", f"calendar: land\n{HEADLINES.replace('id: parents', '▶id: parents')}"
        ),
        "there is a headline question 'parents' already (rules/nation/profile.yaml:6:5)",
    ),
    "what is taken for granted is no fact": fact(
        "only_if: [{▶fact: child.dide, is: true}]", "no fact called 'child.dide'; did you mean 'child.died'?"
    ),
    "what is taken for granted is no value": fact("only_if: [{fact: child.home, ▶is: nowhere}]", "child.home: expected one of"),
    "what is taken for granted is no date": fact(
        "only_if: [▶{fact: child.died, recorded: true}]", "`recorded` goes with a date, and `is` or `is_any_of` with everything"
    ),
    "what is taken for granted is no date at all": fact("only_if: [▶{fact: child.died_on, is: 2024-01-01}]", "`recorded` goes with a date"),
    "what is taken for granted takes it for granted": edit(
        "vocabulary/child.yaml",
        "  - id: child.home\n",
        "  - id: child.home\n    ▶only_if: [{fact: child.home, is: with_family}]\n",
        "takes itself for granted",
    ),
    "what is taken for granted is nothing": fact(
        "only_if: [▶{fact: child.died_on}]", "expected one of `is` with a value, `is_any_of` with several, or `recorded: true`"
    ),
    "a note that bears on no duty": edit(
        "nation/notice/severe.yaml", "then:", "then:\n  - {note: text, bears_on: [▶send_paprs]}", "no duty called 'send_paprs'"
    ),
    "a path opened by no duty": edit(
        PATHS, "    steps:", "    ▶opened_by: tell_baord\n    steps:", "no duty called 'tell_baord'; did you mean 'tell_board'?"
    ),
    "a path of no steps that nothing opens": edit(
        PATHS,
        "paths:",
        "paths:\n  - ▶{id: town.path, title: text, cites: [local/p1]}",
        "a path without steps has to say under `opened_by` which duty opens it",
    ),
    "more for a duty that does not exist": added("duty: tell_board", "▶duty: tell_baord", "no duty called 'tell_baord'; did you mean 'tell_board'?"),
    "a recipient nobody knows": added("[partnership]", "[partnership, ▶boadr]", "there is no role called 'boadr'; did you mean 'board'?"),
    "an added deadline that is longer": added(
        "{within: {working_days: 3}", "▶{within: {working_days: 6}", f"'within 6 working days of incident.aware_on' {LONGER}"
    ),
    "an added deadline longer in days": added("{within: {working_days: 3}", "▶{within: {days: 8}", f"'within 8 days of incident.aware_on' {LONGER}"),
    "an added deadline longer in months": Mistake(
        lambda folder: folder.edit(TOWN, "{within: {working_days: 3}", "▶{within: {months: 1}").drop(TELL_OLD),
        f"'within 1 month of incident.aware_on' {LONGER}",
    ),
    "an added deadline longer in hours": added("{within: {working_days: 3}", "▶{within: {hours: 200}", LONGER),
    "an added deadline that leaves less time before": added(
        "  - duty: tell_board\n    also_to: [partnership]\n    deadlines:\n      - {within: {working_days: 3}, after: incident.aware_on",
        "  - duty: send_papers\n    deadlines:\n      - ▶{at_least: {working_days: 6}, before: hearing.held_on",
        "'at least 6 working days before hearing.held_on' allows more time for send_papers than 'at least 7 working days before hearing.held_on' "
        "(nation.notice.severe, rules/nation/notice/severe.yaml:22:9); a profile cannot lengthen an inherited deadline",
    ),
    "an added deadline stronger than its source": added(
        "strength: will", "▶strength: must", "'must' is stronger than what it cites: local/p1 is 'will'"
    ),
    "an added deadline of no provision": added("cites: [local/p1]", "cites: [▶local/p9]", NO_P9),
    "an added deadline of no discrepancy": added("cites: [local/p1]", "cites: [local/p1], discrepancies: [▶D99]", NO_D99),
    "an added deadline after no date": added("after: incident.aware_on", "▶after: incident.awaer_on", "there is no date called 'incident.awaer_on'"),
}

MISTAKES = SHAPE | BUILT | SOUND


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_in_a_folder_is_one_fault_at_its_file_line_and_column(mistake: str, tmp_path: Path) -> None:
    spoil, words = MISTAKES[mistake]
    folder = spoil(Folder())
    faults = folder.faults(tmp_path)
    assert list(dict.fromkeys(fault.place for fault in faults)) == folder.expected
    assert words in faults[0].message


def test_the_folder_that_the_mistakes_are_made_in_has_none(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    for profile in ("nation", "town"):
        assert check_folder(profile, rules).pack.faults == []


# -- every message has its mistake ---------------------------------------------------------------------------------------------------

ELSEWHERE = {
    "a stage is told by facts, not by other rules such as '…'",  # this one and the next four: tests/engine/test_stages.py
    "… is about one child; a stage is told by the incident's facts",
    "a stage is told by dated facts; none of these is a date",
    "no example is at stage '…'",
    "stage '…' has the id or the order of another stage",
    "a clause that no rule encodes needs a reason, under `because`",
    "expected either `rules`, the rules that encode the clause, or `as`, what it is instead",
    "'…' is the same body everywhere (…); a profile cannot put another in its place",
    "a profile cannot forbid telling '…', a national body (…)",
    "provision … is defined twice (first in …)",
    "calendar … is defined twice (first in …)",
    "the law is read on one date of the incident; `law_date` stands on that fact alone",
    "the file is empty",
    "`at_most` has to be more than `at_least`",
    "calendar … is defined twice",
    "duty '…' is already one of this rule (…)",
    "the library has no calendar called '…'",
    "'…' (…) does not count …, and '…' (…) does; a profile cannot lengthen inherited deadlines by days off",
    "more than … files",
    "the profile extends itself",
    "there is no profile called '…'…; …",
    "there are no rules here",
    "this rule is not part of the rules that were built",  # tests/loading/test_whole_rules.py
    "… is already a rule of '…' (…); it cannot be redefined",
    # These are in tests/loading/test_odd_packs.py and tests/cli/test_forged_text.py.
    "expected a day between … and …; leave `until` null where no end is known",
    "holds a character that does not print (U+…); take it out",
    "expected the address of a page, beginning with https:// or http://",
    # These are in tests/loading/test_how_texts_were_checked.py.
    "`appointed_by` goes with `enacted`: the day it was made",
    "`copy` goes with status copy, and only with it: the repository, commit and path that was read",
    "`from: null` says that no day is appointed: it takes `enacted`, the day it was made, and no `until`",
    "`state` is that of a text that was read",
    "a copy needs `url`, where the official text is, and `state`, in which state of the text it is",
    "begins on …, before it was enacted on …",
    "the text of … was read; words are carried forward only where it was not",
    "… applies …; only a note can name it, and nothing can rest on it",
    "… does not begin before …; words are carried forward from an earlier text",
    # These are in tests/loading/test_editions.py.
    "'…' is the id of a source; editions need a name of their own",
    "… is cited twice here: by itself and with all its editions",
    # These are in tests/engine/test_law_days.py.
    "the version in … has another `law_of`; versions of a rule share it",
    "… is recorded per child; a rule is read under one law for the whole incident",
    "… may be planned only; the law of a day to come is not held, so `law_of` names what has been done",
    "… is the day whose law is read anyway; `law_of` names a later step",
}
"""Messages that have a test of their own below, because one mistake gives several faults or an exception."""

FAULTS = ("fault", "Fault", "report", "_at", "ValueError")


def templates() -> Iterator[str]:
    """Yield every message that loading, shaping, building and checking can give, with ``…`` for what is filled in."""
    for module in (
        shapes,
        source_shapes,
        shaping,
        packs,
        folders,
        building,
        editions,
        assembling,
        overlay,
        which_law,
        calendar_years,
        checking,
        rulesets,
    ):
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            if name in FAULTS or (isinstance(call.func, ast.Call) and "report" in ast.dump(call.func)):
                for argument in call.args:
                    text = template(argument)
                    if " " in text:
                        yield text


def template(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


@pytest.mark.slow
def test_every_message_is_provoked_by_a_mistake_of_this_file(tmp_path: Path) -> None:
    given: list[str] = []
    for number, (spoil, _) in enumerate(MISTAKES.values()):
        given += [fault.message for fault in spoil(Folder()).faults(tmp_path / str(number))]
    known = set(templates())
    assert len(known) > 60
    unprovoked = {text for text in known if not any(re.search(re.escape(text).replace("…", ".*"), message) for message in given)}
    assert unprovoked <= ELSEWHERE, "these messages have no test"


# -- mistakes that give more than one fault, or an exception -------------------------------------------------------------------------


def places_and_messages(folder: Folder, tmp_path: Path) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in folder.faults(tmp_path)]


def test_faults_of_several_files_are_all_listed_in_the_order_of_the_files(tmp_path: Path) -> None:
    folder = Folder().edit(PARENTS, "by: authority", "▶by: autority")
    folder.edit(RULE, "to: [partnership]", "▶to: [partnership, zzz]").edit(RULE, "title: Tell the partnership", "title:   Tell the partnership")
    folder.edit("town/sources/local.yaml", "layer: local_guidance", "layer: local_guidance\n▶url2: x").edit(FACTS, "type: yes_no", "▶type: boolean")
    with pytest.raises(RulesError) as caught:
        load_folder("town", folder.write(tmp_path))
    found = [fault.place for fault in caught.value.faults]
    assert set(folder.expected) <= set(found)
    assert found == sorted(found, key=lambda place: (place.split(":")[0], [int(number) for number in place.split(":")[1:]]))
    assert str(caught.value) == "\n".join(str(fault) for fault in caught.value.faults)


def test_several_faults_of_one_file_are_all_listed_in_the_order_of_its_lines(tmp_path: Path) -> None:
    folder = Folder()
    for old, new in (
        ("scope: incident", "▶scope: both"),
        ("duty: will", "▶duty: shall"),
        ("title: Tell the", "▶title: 7 #"),
        ("act: tell", "▶act: 7 #"),
    ):
        folder.edit(RULE, old, new)
    found = [fault.place for fault in folder.faults(tmp_path)]
    assert found == [f"rules/{RULE}:{place}" for place in ("2:1", "7:1", "11:5", "12:5")]
    assert set(found) == set(folder.expected)


def test_several_faults_of_one_condition_are_all_listed(tmp_path: Path) -> None:
    condition = "{any: [{says: s, fact: incident.sevree, is: true}, {not: {fact: incident.severe, is: true}}, {all: []}, {zzz: 1}]}"
    faults = Folder().edit(RULE, f"when: {SEVERE_TEST}", f"when: {condition}").faults(tmp_path)
    assert [fault.path for fault in faults] == ["when.any[0].fact", "when.any[1].not", "when.any[2].all", "when.any[3]"]


def test_each_fault_is_listed_once(tmp_path: Path) -> None:
    faults = Folder().edit(RULE, "to: [partnership]", "to: [zzz, zzz]").faults(tmp_path)
    assert len(faults) == 1


def test_no_more_faults_are_raised_than_a_person_can_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulesets, "MOST_FAULTS", 2)
    folder = (
        Folder().edit(RULE, "duty: will", "duty: must").edit(RULE, "by: authority", "by: zzz").edit(RULE, "layer: local_guidance", "layer: statute")
    )
    rules = folder.write(tmp_path)
    assert len(check_folder("town", rules).pack.faults) == 3
    with pytest.raises(RulesError) as caught:
        load_folder("town", rules)
    assert len(caught.value.faults) == 2


def test_a_national_rule_cannot_be_redefined_locally(tmp_path: Path) -> None:
    folder = Folder().edit(SEVERE, "until: null", "until: 2019-12-31")
    text = folder.files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe").replace("from: 2015-01-01", "from: 2020-01-01")
    folder.put("town/notice/severe.yaml", text).drop(RULE)
    assert places_and_messages(folder, tmp_path) == [
        (folder.expected[0], "a rule of this folder has an id that begins with 'town.'"),
        (folder.expected[0], "nation.notice.severe is already a rule of 'nation' (rules/nation/notice/severe.yaml:1:1); it cannot be redefined"),
    ]


@pytest.mark.parametrize("start", ["2015-01-01", "2015-06-01", "2019-01-01"])
def test_a_national_rule_that_still_applies_cannot_be_redefined_either(start: str, tmp_path: Path) -> None:
    own = Folder().files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe").replace("from: 2015-01-01", f"from: {start}")
    folder = Folder().drop(RULE).put("town/notice/severe.yaml", own)
    found = places_and_messages(folder, tmp_path)
    assert {place for place, _ in found} == set(folder.expected)
    assert any("is already a rule of 'nation' (rules/nation/notice/severe.yaml:1:1); it cannot be redefined" in said for _, said in found)


def test_a_local_rule_older_than_the_national_one_it_redefines_is_the_one_at_fault(tmp_path: Path) -> None:
    own = Folder().files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe")
    folder = Folder().drop(RULE).edit(SEVERE, "from: 2015-01-01", "from: 2020-01-01").put("town/notice/severe.yaml", own)
    assert {place for place, _ in places_and_messages(folder, tmp_path)} == set(folder.expected)


def test_a_circle_of_rules_is_reported_at_each_of_its_references_and_nowhere_else(tmp_path: Path) -> None:
    text = Folder().files[RULE]
    folder = Folder()
    for name, asked in (("a", "b"), ("b", "c"), ("c", "a"), ("hanger_on", "a")):
        own = text.replace("town.notice.partnership", f"town.circle.{name}").replace("tell_partnership", f"tell_{name}")
        mark = "" if name == "hanger_on" else "▶"
        folder.put(f"town/circle/{name}.yaml", own.replace(SEVERE_TEST, f"{{any: [{SEVERE_TEST}, {{{mark}rule: town.circle.{asked}, is: met}}]}}"))
    assert places_and_messages(folder, tmp_path) == [
        (folder.expected[0], "town.circle.a refers to itself by way of town.circle.b"),
        (folder.expected[1], "town.circle.b refers to itself by way of town.circle.c"),
        (folder.expected[2], "town.circle.c refers to itself by way of town.circle.a"),
    ]


def test_a_condition_too_tangled_to_answer_exactly_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_form, "MOST_CUBES", 2)
    tests = [f"{{says: x, fact: incident.children, {test}}}" for test in ("at_least: 3", "less_than: 2", "at_least: 9")]
    pairs = [f"{{all: [{SEVERE_TEST}, {test}]}}" for test in tests]
    folder = (
        Folder()
        .edit(RULE, f"when: {SEVERE_TEST}", f"▶when: {{any: [{', '.join(pairs)}]}}")
        .drop(PARENTS, TELL, TELL_OLD, SEVERE, PATHS, "nation/paths.yaml")
        .edit(TOWN, "duties:", "x:")
    )
    folder.put(TOWN, folder.files[TOWN].split("x:")[0])
    message = "the condition repeats its facts in too many ways to be answered exactly; split the rule"
    assert places_and_messages(folder, tmp_path) == [(folder.expected[0], message)]


def test_a_profile_that_extends_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"town/profile\.yaml.*: the profile extends itself"):
        Folder().edit(TOWN, "extends: nation", "extends: town").faults(tmp_path)


def test_profiles_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"profile\.yaml.*: the profile extends itself"):
        Folder().edit(NATION, "title: The nation", "title: The nation\nextends: town").faults(tmp_path)


def test_a_profile_that_extends_what_does_not_exist_is_a_fault_like_any_other(tmp_path: Path) -> None:
    folder = Folder().edit(TOWN, "extends: nation", "▶extends: natoin")
    (fault,) = [fault for fault in folder.faults(tmp_path) if "natoin" in fault.message]
    assert fault.place == folder.expected[0]


def test_a_folder_of_more_files_than_anybody_writes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 5)
    with pytest.raises(RulesError, match="more than 5 files"):
        Folder().faults(tmp_path)


def test_an_empty_file_is_a_fault_of_its_kind(tmp_path: Path) -> None:
    for file in ("vocabulary/more.yaml", "sources/more.yaml", "calendars/more.yaml", "town/more/rule.yaml", "more.yaml"):
        (fault,) = Folder().put(file, "").faults(tmp_path / file.replace("/", "_"))
        assert fault.place == f"rules/{file}"


def test_an_empty_file_is_reported_in_the_readers_words(tmp_path: Path) -> None:
    (fault,) = Folder().put("vocabulary/more.yaml", "").faults(tmp_path)
    assert "Model" not in fault.message


@pytest.mark.parametrize("mistake", [
    fact("implies: [{fact: spare.flag, ▶is: [1]}]", "is: "),
    fact("implies: [{▶when: [1], fact: spare.flag, is: true}]", "when: "),
    deadline(DAYS_2, "▶after: Today", WILL, P1, words="after: "),
])  # fmt: skip
def test_a_value_that_may_have_one_of_two_types_and_has_neither_is_one_fault_in_the_readers_words(mistake: Mistake, tmp_path: Path) -> None:
    folder = mistake.spoil(Folder())
    (fault,) = folder.faults(tmp_path)
    assert fault.place == folder.expected[0]
    assert fault.message.startswith(mistake.words)


def test_a_fault_of_a_lists_entry_is_not_named_by_a_number(tmp_path: Path) -> None:
    (fault,) = SHAPE["a step without a date"].spoil(Folder()).faults(tmp_path)
    assert not fault.message[0].isdigit()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (FACTS, "type: yes_no", "▶type: boolean"),
        ("discrepancies.yaml", "kind: deadline conflict", "▶kind: ''"),
        ("calendars/land.yaml", "confirmed_until: 2027-12-31", "▶confirmed_until: 2027"),
        ("town/sources/local.yaml", "layer: local_guidance", "▶layer: law"),
        (SEVERE, "layer: statutory_guidance", "▶layer: law"),
        ("vocabulary/child.yaml", "type: number", "▶type: numbre"),  # its rules cannot be built
        ("sources/act.yaml", "layer: statute", "▶layer: law"),  # the other provision cited is weaker
        (TELL, "layer: statute", "▶layer: law"),  # an earlier version of the rule is read
    ],
)
def test_a_faulty_file_is_the_only_one_reported(file: str, old: str, new: str, tmp_path: Path) -> None:
    folder = Folder().edit(file, old, new)
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


def test_a_rule_that_cannot_be_built_is_the_only_one_reported(tmp_path: Path) -> None:
    folder = Folder().edit(TELL, "cites: act/s2}", "cites: act/s2, ▶si: known}")
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


def test_the_gap_that_a_faulty_version_leaves_is_not_reported(tmp_path: Path) -> None:
    folder = Folder().put("nation/notice/tell_new.yaml", Folder().files[TELL].replace("from: 2015-01-01", "from: 2021-01-01"))
    folder.edit(TELL, "2015-01-01, until: null", "2015-01-01, until: 2020-12-31").edit(TELL, "layer: statute", "▶layer: law")
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


def test_a_longer_clock_is_not_reported_where_only_the_entry_that_excuses_it_is_faulty(tmp_path: Path) -> None:
    longer = "{within: {working_days: 30}, after: incident.aware_on, strength: will, cites: [local/p1], discrepancies: [D1]}"
    folder = Folder().edit(TOWN, "- {within: {working_days: 3}", f"- {longer}\n      - {{within: {{working_days: 3}}")
    assert folder.faults(tmp_path / "whole") == []
    folder.edit("discrepancies.yaml", "kind: deadline conflict", "▶kind: ''")
    assert [fault.place for fault in folder.faults(tmp_path / "faulty")] == folder.expected


def let_through(folder: Folder, tmp_path: Path) -> bool:
    return not folder.faults(tmp_path)


def test_a_longer_deadline_is_reported_for_each_version_of_the_rule_with_both_lines(tmp_path: Path) -> None:
    folder = Folder().edit(TOWN, "- {within: {working_days: 3}", "- ▶{within: {working_days: 11}")
    found = places_and_messages(folder, tmp_path)
    assert [place for place, _ in found] == folder.expected * 2
    assert any(
        "'within 10 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell_old.yaml:21:9)" in said for _, said in found
    )
    assert any("'within 5 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell.yaml:25:9)" in said for _, said in found)


def test_a_profile_cannot_lengthen_the_deadline_of_an_earlier_version(tmp_path: Path) -> None:
    folder = Folder().edit(TELL_OLD, "working_days: 10", "working_days: 2").mark(TOWN, "{within: {working_days: 3}")
    ((place, message),) = places_and_messages(folder, tmp_path)
    assert place == folder.expected[0]
    assert "allows more time for tell_board than 'within 2 working days of incident.aware_on'" in message


def test_what_a_profile_adds_to_a_duty_in_two_entries_is_added_together(tmp_path: Path) -> None:
    more = (
        "  - {duty: tell_board, also_to: [parents], deadlines: [{within: {days: 1}, after: incident.aware_on, strength: will, cites: [local/p1]}]}\n"
    )
    duty = Folder().append(TOWN, more).ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    assert duty.to == ("board", "partnership", "parents")
    assert [(each.unit, each.amount) for each in duty.deadlines] == [("working_days", 5), ("working_days", 3), ("days", 1)]


def test_a_longer_deadline_in_a_second_entry_is_a_fault_too(tmp_path: Path) -> None:
    more = "  - duty: tell_board\n    deadlines:\n      - ▶{within: {days: 9}, after: incident.aware_on, strength: will, cites: [local/p1]}\n"
    folder = Folder().append(TOWN, more)
    found = places_and_messages(folder, tmp_path)
    assert {place for place, _ in found} == set(folder.expected)
    assert any("nation/notice/tell.yaml:25:9" in said for _, said in found)


SECOND_READING = "{within: {working_days: 4}, after: incident.aware_on, strength: will, cites: [local/p1], reading: another}"


def test_a_profile_may_add_several_clocks_of_its_own(tmp_path: Path) -> None:
    assert let_through(Folder().append(TOWN, f"      - {SECOND_READING}\n"), tmp_path)


def test_a_profile_may_add_several_clocks_of_its_own_in_several_entries(tmp_path: Path) -> None:
    assert let_through(Folder().append(TOWN, f"  - {{duty: tell_board, deadlines: [{SECOND_READING}]}}\n"), tmp_path)


def test_a_profile_that_extends_another_cannot_lengthen_what_that_one_added(tmp_path: Path) -> None:
    ward = "id: ward\ntitle: A ward\nextends: town\nauthority: The ward\ncalendar: land\nduties:\n  - duty: tell_board\n    deadlines:\n      - "
    for days, faults in ((3, 0), (4, 1)):
        clause = f"{{within: {{working_days: {days}}}, after: incident.aware_on, strength: will, cites: [local/p1]}}\n"
        folder = Folder().put("ward/profile.yaml", ward + clause)
        found = folder.faults(tmp_path / str(days), "ward")
        assert len(found) == faults
        assert all("rules/town/profile.yaml:12:9" in fault.message for fault in found)


def test_the_shared_register_may_name_what_only_another_profile_has(tmp_path: Path) -> None:
    assert "local/p1" in Folder().files["discrepancies.yaml"]
    assert Folder().faults(tmp_path, "nation") == []


def test_a_misspelt_instrument_in_a_profiles_own_register_is_a_fault(tmp_path: Path) -> None:
    folder = Folder().edit(REGISTER, "    local: nothing", "    sources: [▶gudie/g1]\n    local: nothing")
    assert [place for place, _ in places_and_messages(folder, tmp_path)] == folder.expected


# -- packs made to do harm -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", [
    "!!python/object/apply:os.system ['touch {}']",
    "!!python/object/new:subprocess.Popen [['touch', '{}']]",
    "!!python/name:os.system",
    "!!python/module:os",
])  # fmt: skip
def test_a_pack_that_tries_to_run_code_is_refused_and_runs_none(tag: str, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    folder = Folder().edit(RULE, "title: Tell the partnership", f"title: ▶{tag.format(proof)}")
    with pytest.raises(RulesError) as caught:
        load_folder("town", folder.write(tmp_path))
    assert [(fault.place, fault.message) for fault in caught.value.faults] == [(folder.expected[0], "YAML tags are not accepted")]
    assert not proof.exists()


def test_what_stands_in_a_rule_is_never_part_of_generated_code(tmp_path: Path) -> None:
    evil = '"""); import os; os.abort()  # ﹏ \\n f0 = '
    folder = Folder().edit(RULE, SEVERE_TEST, json.dumps({"says": evil, "fact": "incident.severe", "is": True}))
    folder.edit(RULE, "title: Tell the partnership", f"title: {json.dumps(evil)}")
    ruleset = folder.ruleset(tmp_path)
    record = evaluate(ruleset, Case({"incident.severe": True}), as_of=date(2024, 1, 1))
    assert record.decisions["town.notice.partnership"].rule.title == " ".join(evil.split())


LINK = """\
id: town.chain.r{number}
title: t
question: q
layer: local_guidance
in_force: {{from: 2015-01-01, until: null}}
cites: [local/p1]
scope: child
when: {condition}
then: [{{note: text}}]
examples:
  - {{name: a, given: {{}}, expect: {{outcome: met}}}}
  - {{name: b, given: {{}}, expect: {{outcome: not_met}}}}
  - {{name: c, given: {{}}, expect: {{outcome: undetermined}}}}
"""


def chain(length: int, condition: Callable[[int], str]) -> Folder:
    """Return a folder with rules each of which refers to the one before."""
    folder = Folder()
    for number in range(length):
        own = "{says: s, fact: child.died, is: true}" if number == 0 else condition(number)
        folder.put(f"town/chain/r{number}.yaml", LINK.format(number=number, condition=own))
    return folder


TOO_MANY = "the condition has more than 500 tests, those of the rules it refers to included"
TOO_DEEP = "with the rules it refers to, the condition is nested more than 60 deep"


def test_rules_that_refer_to_others_twice_do_not_take_time_without_bound(tmp_path: Path) -> None:
    began = time.perf_counter()
    twice = "{{any: [{{rule: town.chain.r{0}, is: met}}, {{rule: town.chain.r{0}, is: met}}]}}"
    faults = chain(40, lambda number: twice.format(number - 1)).faults(tmp_path)
    assert time.perf_counter() - began < 10, "without a bound this would take weeks"
    assert {fault.message for fault in faults} <= {TOO_MANY, TOO_DEEP}
    assert {fault.place for fault in faults} == {f"rules/town/chain/r{number}.yaml:8:1" for number in range(9, 40)}


def test_a_long_chain_of_rules_is_sound_up_to_a_point_and_a_fault_beyond(tmp_path: Path) -> None:
    built = chain(75, lambda number: f"{{rule: town.chain.r{number - 1}, is: met}}").check(tmp_path)
    assert {fault.message for fault in built.pack.faults} == {TOO_DEEP}
    assert {fault.place for fault in built.pack.faults} == {f"rules/town/chain/r{number}.yaml:8:1" for number in range(61, 75)}


def nested(per_rule: int) -> Callable[[int], str]:
    """Return conditions that nest ``all`` and ``any`` by turns, each with a fact of its own, and then the rule before."""

    def condition(number: int) -> str:
        inner = "{says: x, fact: child.died, is: true}" if number == 1 else f"{{rule: town.chain.r{number - 1}, is: met}}"
        for depth in range(per_rule):
            inner = f"{{{'all' if depth % 2 else 'any'}: [{{says: x, fact: deep.f{number * per_rule + depth}, is: true}}, {inner}]}}"
        return inner

    return condition


def deep_facts(number: int) -> str:
    one = "  - {{id: deep.f{}, scope: child, kind: fact, type: yes_no, meaning: text, question: text, who_would_know: text}}\n"
    return "title: text\norder: 9\nfacts:\n" + "".join(one.format(each) for each in range(number))


def test_rules_nested_too_deep_through_each_other_are_a_fault(tmp_path: Path) -> None:
    faults = chain(16, nested(16)).put("vocabulary/deep.yaml", deep_facts(16 * 16)).faults(tmp_path)
    assert {fault.message for fault in faults} == {TOO_DEEP}


def test_rules_nested_as_deep_as_is_accepted_can_be_evaluated(tmp_path: Path) -> None:
    ruleset = chain(4, nested(18)).put("vocabulary/deep.yaml", deep_facts(4 * 18)).ruleset(tmp_path)
    law, nothing = law_of(ruleset, date(2024, 1, 1)), (None,) * len(ruleset.vocabulary.facts)
    for walks in (0, 1):
        assert {finding.outcome for finding in compiled(law.child, walks=walks)(nothing)[0]} == {"undetermined"}


@pytest.mark.parametrize("where", ["title", "given"])
def test_half_a_character_in_a_pack_is_a_fault(where: str, tmp_path: Path) -> None:
    text = json.dumps(shaping.shaped(document(Folder().files[RULE]), "rules"))
    spoilt = (
        text.replace('"title": "Tell', '"title": "\\ud800 Tell') if where == "title" else text.replace('"given": {}', '"given": {"x": "\\ud800"}')
    )
    assert spoilt != text
    (fault,) = Folder().put(RULE, spoilt).faults(tmp_path)
    assert fault.place.startswith(f"rules/{RULE}")


@pytest.mark.parametrize("link", ["a rule", "a vocabulary", "a folder of rules"])
def test_symbolic_links_are_passed_over(link: str, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    digest = check_folder("town", rules).ruleset
    assert digest is not None
    (outside / "bad.yaml").write_text("zzz: [\n")
    target = {"a rule": RULE, "a vocabulary": FACTS, "a folder of rules": "town/notice"}[link]
    if link == "a folder of rules":
        (rules / "town" / "more").symlink_to(outside)
    else:
        (rules / Path(target).parent / "link.yaml").symlink_to(outside / "bad.yaml")
    built = check_folder("town", rules)
    assert built.pack.faults == []
    assert built.ruleset is not None
    assert built.ruleset.digest == digest.digest


@pytest.mark.parametrize("link", ["town/profile.yaml", "sources"])
def test_a_profile_or_a_shared_folder_that_is_a_symbolic_link_is_not_followed(link: str, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    (tmp_path / "outside").mkdir()
    shutil.move(rules / link, tmp_path / "outside" / "moved")
    (rules / link).symlink_to(tmp_path / "outside" / "moved")
    try:
        built = check_folder("town", rules)
    except (QuestionError, RulesError):
        return
    assert built.pack.faults


# -- windows, strengths and deadlines that are sound ---------------------------------------------------------------------------------


def test_a_gap_that_is_explained_is_sound(tmp_path: Path) -> None:
    folder = (
        Folder().edit(TELL_OLD, "scope: child", "gap_after: the old law had lapsed\nscope: child").edit(TELL, "from: 2015-01-01", "from: 2016-01-01")
    )
    ruleset = folder.edit(PARENTS, "from: 2015-01-01", "from: 2016-01-01").ruleset(tmp_path)
    assert [rule.gap_after for rule in ruleset.versions("nation.notice.tell")] == ["the old law had lapsed", None]
    for day, number in ((date(2014, 12, 31), 1), (date(2015, 1, 1), 0), (date(2015, 12, 31), 0), (date(2016, 1, 1), 1)):
        assert len([source for source in law_of(ruleset, day).child if source.rule.id == "nation.notice.tell"]) == number


def test_an_explanation_after_the_last_version_is_sound(tmp_path: Path) -> None:
    assert let_through(Folder().edit(SEVERE, "scope: incident", "gap_after: nothing follows yet\nscope: incident"), tmp_path)


def test_the_version_of_the_day_is_the_one_applied(tmp_path: Path) -> None:
    ruleset = Folder().ruleset(tmp_path, "nation")
    for day, count in ((date(2014, 12, 31), 10), (date(2015, 1, 1), 5)):
        (source,) = [source for source in law_of(ruleset, day).child if source.rule.id == "nation.notice.tell"]
        assert source.duties[0].deadlines[0].deadline.amount == count


@pytest.mark.parametrize("force", [*STRENGTHS, "must_not", "definition", "information"])
@pytest.mark.parametrize("strength", [*STRENGTHS, "must_not"])
def test_a_duty_is_at_most_as_strong_as_one_provision_it_cites(strength: Strength, force: Force, tmp_path: Path) -> None:
    weakest_first = ["may", "should", "will", "must"]
    allowed = {"must_not"} if strength == "must_not" else set(weakest_first[weakest_first.index(strength) :])
    assert at_most(strength, force) == (force in allowed)
    folder = Folder().edit("town/sources/local.yaml", "force: will", f"force: {force}").edit(RULE, "duty: will", f"duty: {strength}")
    folder.edit(RULE, "strength: will", f"strength: {strength}").drop(TELL, TELL_OLD, PARENTS, PATHS, "nation/paths.yaml")
    folder.put(TOWN, folder.files[TOWN].split("duties:")[0])
    assert [fault.path for fault in folder.faults(tmp_path)] == ([] if force in allowed else ["then[0].duty", "then[0].deadlines[0].strength"])


def test_one_strong_provision_among_several_is_enough(tmp_path: Path) -> None:
    assert let_through(Folder().edit(RULE, "    duty: will", "    cites: [local/p1, act/s1]\n    duty: must"), tmp_path)


def test_a_role_may_be_unspecified(tmp_path: Path) -> None:
    assert let_through(Folder().edit(RULE, "by: authority", "by: unspecified").edit(RULE, "to: [partnership]", "to: [unspecified]"), tmp_path)


def test_a_deadline_of_no_given_start_or_time_is_sound(tmp_path: Path) -> None:
    folder = Folder().edit(RULE, f"{DAYS_2}, {AWARE}", f"{DAYS_2}, after: unspecified")
    more = f"        - {{within: unspecified, {WILL}, {P1}}}\n"[2:]
    assert let_through(folder.edit(RULE, "    deadlines:\n", f"    deadlines:\n{more}"), tmp_path)


@pytest.mark.parametrize("within", ["{working_days: 5}", "{working_days: 1}", "{days: 5}", "{hours: 24}", "{hours: 120}"])
def test_a_profile_may_add_a_deadline_as_strict_or_stricter(within: str, tmp_path: Path) -> None:
    ruleset = Folder().edit(TOWN, "within: {working_days: 3}", f"within: {within}").ruleset(tmp_path)
    duty = ruleset.versions("nation.notice.tell")[-1].duties[0]
    assert str(duty.deadlines[0]) == "within 5 working days of incident.aware_on"
    assert len(duty.deadlines) == 2
    assert duty.to == ("board", "partnership")


def test_a_longer_local_deadline_is_shown_beside_the_national_one_if_the_register_has_it(tmp_path: Path) -> None:
    folder = (
        Folder()
        .edit(TOWN, "within: {working_days: 3}", "within: {working_days: 30}")
        .edit(TOWN, "cites: [local/p1]", "cites: [local/p1], discrepancies: [D1]")
    )
    duty = folder.ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    assert [each.amount for each in duty.deadlines] == [5, 30]


@pytest.mark.parametrize("about", ["", "    clauses: [local/p1]\n", "    sources: [guide/g1]\n", "    clauses: [local/p1]\n    sources: [act/s1]\n"])
def test_an_entry_of_the_register_that_is_not_about_both_sources_excuses_no_longer_deadline(about: str, tmp_path: Path) -> None:
    folder = Folder().edit(REGISTER, "    local: nothing\n", f"{about}    local: nothing\n")
    folder.edit(TOWN, "- {within: {working_days: 3}", "- ▶{within: {working_days: 9}")
    folder.edit(TOWN, "cites: [local/p1]", "cites: [local/p1], discrepancies: [D2]")
    assert [place for place, _ in places_and_messages(folder, tmp_path)] == folder.expected


def test_only_a_step_is_suggested_where_a_step_is_wanted(tmp_path: Path) -> None:
    for key in ("done_by: notice.sent_on", "done_by: incident.aware_on"):
        (fault, *_) = Folder().edit(RULE, "done_by: notice.sent_on", key.replace("_on", "_no")).faults(tmp_path / key.replace(" ", ""))
        assert "did you mean 'notice.sent_on'?" in fault.message if "sent" in key else "did you mean 'incident" not in fault.message


def test_a_recipient_added_to_those_who_are_told_already_is_told_once(tmp_path: Path) -> None:
    duty = (
        Folder().edit(TOWN, "also_to: [partnership]", "also_to: [board, partnership]").ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    )
    assert duty.to == ("board", "partnership")


def test_a_clock_before_a_date_is_not_compared_with_one_after_it(tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar
    for unit in ("days", "months"):
        for one, other in ((clock("days", 2), clock(unit, 9, before=True)), (clock("days", 9), clock(unit, 2, before=True))):
            assert not weaker(one, other, calendar)
            assert not weaker(other, one, calendar)


def test_a_clock_from_another_date_is_not_compared(tmp_path: Path) -> None:
    assert let_through(
        Folder().edit(TOWN, "{working_days: 3}, after: incident.aware_on", "{working_days: 30}, after: incident.occurred_on"), tmp_path
    )


UNITS = {"working_days": [1, 3, 5, 20, 21, 22, 23], "days": [1, 3, 7, 8, 27, 28, 29, 30, 31, 32], "months": [1, 2], "hours": [24, 48, 169, 700]}
CLOCKS = [(unit, count) for unit, counts in UNITS.items() for count in counts]


@pytest.mark.slow
@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_a_clock_is_weaker_if_it_ever_ends_later(before: bool, tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar

    days = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(3 * 365)]
    clocks = {each: clock(*each, before=before) for each in CLOCKS}
    ends = {each: [due.on for day in days if (due := calendar.due(clocks[each], day))] for each in CLOCKS}
    for own in CLOCKS:
        for inherited in CLOCKS:
            later = any(ours > theirs for ours, theirs in zip(ends[own], ends[inherited], strict=True))
            judged = weaker(clocks[own], clocks[inherited], calendar)
            if own[0] != inherited[0]:
                assert judged == later, (own, inherited)
            else:
                assert judged == (own[1] < inherited[1] if before else own[1] > inherited[1]), (own, inherited)


@pytest.mark.slow
def test_a_time_that_has_to_go_by_is_weaker_if_it_ever_ends_sooner_and_is_not_compared_with_a_limit(tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar
    for own in CLOCKS:
        for inherited in CLOCKS:
            one, other = clock(*own)._replace(least=True), clock(*inherited)._replace(least=True)
            assert weaker(one, other, calendar) == weaker(clock(*inherited), clock(*own), calendar), (own, inherited)
            assert not weaker(one, clock(*inherited), calendar)
            assert not weaker(clock(*own), other, calendar)


# -- where and how it is read --------------------------------------------------------------------------------------------------------


def test_the_nation_loads_without_the_town(tmp_path: Path) -> None:
    ruleset = Folder().ruleset(tmp_path, "nation")
    assert (ruleset.profile.id, ruleset.profile.authority, ruleset.profile.extends) == ("nation", "the authority", ())
    assert {rule.profile for rule in ruleset.rules} == {"nation"}
    assert "partnership" not in ruleset.profile.roles
    assert "local/p1" not in ruleset.provisions
    assert ruleset.versions("nation.notice.tell")[-1].duties[0].to == ("board",)


def test_the_town_has_what_the_nation_has_and_its_own(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    nation, town = load_folder("nation", rules), load_folder("town", rules)
    assert (town.profile.id, town.profile.authority, town.profile.extends) == ("town", "Town Council", ("nation",))
    assert {rule.id for rule in nation.rules} < {rule.id for rule in town.rules}
    assert set(nation.provisions) < set(town.provisions)
    assert set(nation.profile.roles) < set(town.profile.roles)
    assert nation.vocabulary.facts == town.vocabulary.facts
    assert town.checked_on == nation.checked_on == date(2026, 1, 31)
    assert nation.digest != town.digest


def test_a_profile_may_say_who_holds_an_inherited_role(tmp_path: Path) -> None:
    ruleset = Folder().edit(TOWN, "roles:", "roles:\n  board: {title: the board, held_by: Board of the Town}").ruleset(tmp_path)
    assert ruleset.role_name("board") == "Board of the Town"
    assert ruleset.role_name("parents") == "the parents"


def test_the_later_day_of_looking_through_the_sources_is_taken(tmp_path: Path) -> None:
    assert Folder().edit(TOWN, "calendar: land", "calendar: land\nchecked_on: 2026-02-01").ruleset(tmp_path).checked_on == date(2026, 2, 1)


def test_facts_of_the_incident_come_first_and_files_in_their_order(tmp_path: Path) -> None:
    vocabulary = Folder().edit(FACTS, "order: 30", "order: 5").ruleset(tmp_path).vocabulary
    names = [each.id for each in vocabulary.facts]
    assert names[0] == "incident.occurred_on"
    assert [each.scope for each in vocabulary.facts] == sorted((each.scope for each in vocabulary.facts), reverse=True)
    assert names.index("spare.flag") < names.index("child.died") < names.index("parents.told_on")


def test_a_profile_folder_may_stand_anywhere(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    inside = load_folder("town", rules)
    shutil.move(rules / "town", tmp_path / "elsewhere" / "town")
    outside = load_folder(tmp_path / "elsewhere" / "town", rules)
    assert outside.digest == inside.digest
    assert [rule.id for rule in outside.rules] == [rule.id for rule in inside.rules]
    assert load_folder(str(tmp_path / "elsewhere" / "town"), rules).digest == inside.digest


def test_faults_of_a_profile_folder_elsewhere_have_their_place_too(tmp_path: Path) -> None:
    folder = Folder().edit(RULE, "by: authority", "▶by: zzz")
    rules = folder.write(tmp_path)
    shutil.move(rules / "town", tmp_path / "elsewhere" / "town")
    (fault,) = check_folder(tmp_path / "elsewhere" / "town", rules).pack.faults
    assert fault.place == folder.expected[0].replace("rules/", "elsewhere/")


def test_a_profile_that_does_not_exist_is_a_question_error_with_the_names_of_those_that_do(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    with pytest.raises(QuestionError, match=r"there is no profile called 'twon'; did you mean 'town'\?; expected one of nation, town"):
        load_folder("twon", rules)
    with pytest.raises(QuestionError, match="there is no profile called"):
        load_folder(tmp_path / "nowhere", rules)
    with pytest.raises(QuestionError, match="there is no profile called 'town'"):
        load_folder("town", tmp_path / "nowhere")


def test_files_may_end_in_yml_and_other_files_are_passed_over(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    digest = load_folder("town", rules).digest
    (rules / RULE).rename(rules / RULE.replace(".yaml", ".yml"))
    for name in ("town/notes.txt", "town/notice/partnership.yaml.orig", "sources/README.md", "vocabulary/x.json"):
        (rules / name).write_text("zzz: [\n")
    assert load_folder("town", rules).digest == digest


def test_the_front_door_takes_a_folder_of_rules(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    assert load_ruleset("town", rules_dir=rules).digest == load_ruleset(rules / "town", rules_dir=str(rules)).digest


@pytest.mark.slow
def test_a_shipped_profile_is_loaded_once() -> None:
    assert load_ruleset("england") is load_ruleset("england")


# -- the digest ----------------------------------------------------------------------------------------------------------------------


def test_the_digest_is_the_same_in_another_folder(tmp_path: Path) -> None:
    one, other = Folder().ruleset(tmp_path / "one"), Folder().ruleset(tmp_path / "two" / "deeper")
    assert one.digest == other.digest
    assert re.fullmatch("[0-9a-f]{64}", one.digest)


def test_the_digest_is_the_same_however_the_same_content_is_written(tmp_path: Path) -> None:
    other = Folder().edit(RULE, "title: Tell the partnership", "title: >- # a comment\n  Tell\n  the partnership\n")
    other.edit(
        RULE,
        "layer: local_guidance\nin_force: {from: 2015-01-01, until: null}",
        "in_force:\n  from: '2015-01-01'\nlayer: local_guidance\naliases: []",
    )
    other.edit(RULE, "{incident.severe: true}, expect: {outcome: met}", "{incident.severe: true}, expect: {deadlines: {}, outcome: met}")
    other.edit(SEVERE, "{incident.severe: false, incident.children: 1,", "{incident.children: 1, incident.severe: false,")
    other.files["town/other/name.yaml"] = other.files.pop(RULE)
    other.files["sources/a_page.yml"] = other.files.pop(PAGE)
    assert other.ruleset(tmp_path / "other").digest == Folder().ruleset(tmp_path / "one").digest


def _changed(value: Any) -> Iterator[Any]:
    """Yield a value with each scalar in it changed in turn, each list shortened and each mapping without one of its entries."""
    match value:
        case dict():
            for key, part in value.items():
                yield {name: each for name, each in value.items() if name != key}
                yield {(f"{key}x" if name == key else name): each for name, each in value.items()}
                for other in _changed(part):
                    yield value | {key: other}
        case list():
            if value:
                yield value[:-1]
                yield [*value, value[-1]]
            for index, part in enumerate(value):
                for other in _changed(part):
                    yield [*value[:index], other, *value[index + 1 :]]
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value + "x"
            yield value.swapcase() + " "
        case _:
            yield "x"


@pytest.mark.slow
@pytest.mark.parametrize("file", [RULE, FACTS, PAGE, DAYS, REGISTER, TOWN])
def test_the_digest_is_another_if_any_value_is_another(file: str, tmp_path: Path) -> None:
    pack = read_pack("town", Folder().write(tmp_path))
    digest = digest_of(pack)
    (entry,) = [entry for entry in pack.entries if entry.file == f"rules/{file}"]
    at = pack.entries.index(entry)
    changes = list(_changed(entry.plain))
    assert len(changes) > 30
    for plain in changes:
        pack.entries[at] = entry._replace(plain=plain)
        assert digest_of(pack) != digest, plain
    pack.entries[at] = entry
    assert digest_of(pack) == digest


@pytest.mark.parametrize(("file", "old", "new"), [
    (RULE, "days: 2", "days: 1"),
    (SEVERE, "at_least: 3", "at_least: 4"),
    (FACTS, "A spare flag.", "A spare flag!"),
    ("sources/guide.yaml", "confidence: low", "confidence: high"),
    ("calendars/land.yaml", "2023-05-08", "2023-05-09"),
    ("discrepancies.yaml", "both are shown", "one is shown"),
    (NATION, "board@example.org", "board@example.com"),
    (TOWN, "working_days: 3", "working_days: 2"),
])  # fmt: skip
def test_the_digest_of_a_ruleset_is_another_if_a_file_says_something_else(file: str, old: str, new: str, tmp_path: Path) -> None:
    assert Folder().edit(file, old, new).ruleset(tmp_path / "other").digest != Folder().ruleset(tmp_path / "one").digest


def test_the_digest_is_another_if_a_file_is_missing_or_stands_in_another_profile(tmp_path: Path) -> None:
    digests = {Folder().ruleset(tmp_path / "all").digest, Folder().drop(PAGE).ruleset(tmp_path / "fewer").digest}
    moved = Folder()
    moved.files["town/sources/spare.yaml"] = moved.files.pop(PAGE)
    digests.add(moved.ruleset(tmp_path / "moved").digest)
    assert len(digests) == 3


# -- the order of files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["backwards", "by last letter", "by size"])
def test_the_order_in_which_files_are_read_does_not_matter(order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Folder().write(tmp_path)
    keys: dict[str, Callable[[Path], Any]] = {
        "backwards": lambda path: [-ord(letter) for letter in str(path)],
        "by last letter": lambda path: str(path)[::-1],
        "by size": lambda path: (path.stat().st_size, str(path)),
    }
    straight = load_folder("town", rules)
    original = folders._yaml_files
    monkeypatch.setattr(folders, "_yaml_files", lambda folder, **options: sorted(original(folder, **options), key=keys[order]))
    crooked = load_folder("town", rules)
    assert crooked.rules == straight.rules
    assert crooked.vocabulary.facts == straight.vocabulary.facts
    assert (crooked.digest, crooked.provisions, crooked.discrepancies, crooked.paths, crooked.profile) == (
        straight.digest,
        straight.provisions,
        straight.discrepancies,
        straight.paths,
        straight.profile,
    )
    case = Case(
        {"child.died": True, "incident.severe": True, "incident.aware_on": "2024-03-27", "concern.view": "known", "child.home": "with_family"}
    )
    records = [evaluate(ruleset, case, as_of=date(2024, 5, 1)).to_json() for ruleset in (straight, crooked)]
    assert records[0] == records[1]


def test_faults_come_in_the_same_order_whatever_the_order_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder().edit(RULE, "by: authority", "by: zzz").edit(PARENTS, "by: authority", "by: zzz").edit(SEVERE, "by: authority", "by: zzz")
    straight = folder.faults(tmp_path)
    original = folders._yaml_files
    monkeypatch.setattr(folders, "_yaml_files", lambda *arguments, **options: original(*arguments, **options)[::-1])
    assert len(straight) == 3
    assert folder.faults(tmp_path) == straight


def test_reading_a_folder_changes_nothing_in_it(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in rules.rglob("*")}
    for path in rules.rglob("*.yaml"):
        os.chmod(path, 0o444)
    load_folder("town", rules)
    assert {path: path.stat().st_mtime_ns for path in rules.rglob("*")} == before
