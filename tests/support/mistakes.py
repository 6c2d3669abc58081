"""Mistakes to be made in a sound folder of rules: what is changed in it, and the fault that follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.support.rules_files import HEADLINES
from tests.support.rules_folders import Folder

FACTS = "vocabulary/spare.yaml"
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
    "a test that fails in a sentence": when(
        "{says: x, ▶fails: it is not severe., fact: incident.severe, is: true}", "`fails` is a clause: leave out the full stop"
    ),
    "a test that fails in no words": when(
        "{says: x, ▶fails: ' ', fact: incident.severe, is: true}", "expected the clause that holds where the test fails"
    ),
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
NO_P9 = "there is no provision called 'local/p9'; did you mean 'local/p1'?"
NO_D99 = "there is no discrepancy called 'D99'"


def places_and_messages(folder: Folder, tmp_path: Path) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in folder.faults(tmp_path)]


def let_through(folder: Folder, tmp_path: Path) -> bool:
    return not folder.faults(tmp_path)
