"""Every fault of a rules folder is found, at its line and column; every message has its mistake."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspr_rules.errors import RulesError
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
from cspr_rules.loading.rulesets import check_folder, load_folder
from tests.support.mistakes import BUILT, DAYS_2, FACTS, P1, PARENTS, RULE, SEVERE, SEVERE_TEST, SHAPE, TELL, TOWN, WILL, Mistake, deadline, fact
from tests.support.rules_folders import Folder
from tests.support.unsound import SOUND

# -- what makes a set of rules sound -------------------------------------------------------------------------------------------------

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
