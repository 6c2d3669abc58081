"""A package of QTI holds an item for each task, which marks every answer as we do and says of each choice what we say."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction
from itertools import permutations
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from cspr_rules.training.course import CourseUnit, packaged_course
from cspr_rules.training.exercises import Exercise, load_exercise
from cspr_rules.training.feedback import share_of
from cspr_rules.training.keys import NONE, Choice, Posed
from cspr_rules.training.qti import MOST_IN_ORDER, Version, choice_name, item, qti3, qti21
from tests.support.qti_player import answers, told
from tests.training.conftest import EASTER

versions = pytest.mark.parametrize("version", ["qti21", "qti3"])
SIGN_OFF = packaged_course() / "6-reviews" / "sign-off-order.yaml"


def plain(root: Element) -> Element:
    """Return an item with the names of QTI 2.1, whichever version it was written in, so that it can be read in one way."""
    for each in root.iter():
        name = each.tag.rsplit("}")[-1]
        each.tag = _joint(name.removeprefix("qti-")) if name.startswith("qti-") else name
        each.attrib = {_joint(key): value for key, value in each.attrib.items()}
    return root


def _joint(name: str) -> str:
    return re.sub("-([a-z])", lambda found: found[1].upper(), name)


def read(exercise: Exercise, posed: Posed, version: Version) -> Element:
    return plain(ElementTree.fromstring(item(exercise, posed, version)))  # noqa: S314 -- our own


def worth(found: Element, given: tuple[str, ...]) -> float:
    """Return the mark that an item gives, read from its mapping and conditions as QTI defines them."""
    if not given:
        return 0.0
    for branch in found.iter():
        if branch.tag in ("responseIf", "responseElseIf"):
            orders = [[step.text for step in each] for each in branch.iter("ordered")]
            if list(given) in orders:
                value = branch.find("setOutcomeValue[@identifier='SCORE']/baseValue")
                assert value is not None
                return float(value.text or "")
    entries = {each.attrib["mapKey"]: float(each.attrib["mappedValue"]) for each in found.iter("mapEntry")}
    divisor = found.find(".//divide/baseValue")
    return max(0.0, sum(entries.get(name, 0.0) for name in given)) / (float(divisor.text or "") if divisor is not None else 1)


@versions
@pytest.mark.parametrize("path", [EASTER, SIGN_OFF], ids=["easter", "sign-off"])
def test_every_choice_combination_and_order_has_our_mark(path: object, version: Version) -> None:
    exercise = load_exercise(str(path))
    tried = 0
    for posed in exercise.posed:
        found = read(exercise, posed, version)
        for given, mark in answers(posed):
            assert worth(found, given) == mark, (posed.id, given)
            tried += 1
    assert tried > 30


@versions
def test_what_is_said_of_a_choice_stands_in_the_item_and_shows_once_it_is_chosen_or_left_out(easter: Exercise, version: Version) -> None:
    for posed in easter.posed:
        found = read(easter, posed, version)
        blocks = {
            (each.attrib["outcomeIdentifier"], each.attrib["identifier"]): " ".join("".join(each.itertext()).split())
            for each in found.iter("feedbackBlock")
        }
        outcomes = {each.attrib["identifier"] for each in found.iter("outcomeDeclaration")}
        assert {outcome for outcome, _ in blocks} <= outcomes
        for given, _ in answers(posed):
            shown = [
                words
                for (outcome, name), words in blocks.items()
                if given
                and (
                    outcome == "ANSWERED"
                    or (outcome == "CHOSEN" and name in given)
                    or (outcome == f"LEFT-{name}" and name not in given)
                    or (outcome.startswith("LEFT-") and outcome.removeprefix("LEFT-") not in given)
                )
            ]
            assert shown == told(posed, given)
    first = " ".join("".join(read(easter, easter.posed[0], version).itertext()).split())
    assert "somebody who read what is not recorded as no" in first
    assert "CA 2004, section 16C(1)" in first
    assert "It cannot be said yet" in first


def test_both_versions_say_the_same(easter: Exercise) -> None:
    for posed in easter.posed:
        older, newer = (read(easter, posed, version) for version in ("qti21", "qti3"))
        for found in (older, newer):
            for parent in list(found.iter()):
                for body in parent.findall("contentBody"):  # which QTI 3.0 puts around feedback
                    parent.extend(list(body))
                    parent.remove(body)
        shapes = [
            [(each.tag, (each.text or "").strip(), sorted(pair for pair in each.attrib.items() if "}" not in pair[0])) for each in found.iter()]
            for found in (older, newer)
        ]
        assert shapes[0] == shapes[1]


@versions
def test_a_package_has_its_manifest_a_test_and_an_item_for_each_task_and_the_same_bytes_each_time(easter: Exercise, version: Version) -> None:
    units = [CourseUnit("own", "Our own / first", "", (), (), (easter,))]
    made = {"qti21": qti21, "qti3": qti3}[version]
    packed = made(units)
    assert packed == made(units)
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        names = package.namelist()
        assert names[:2] == ["imsmanifest.xml", "test.xml"]
        assert len(names) == 2 + len(easter.posed)
        assert {each.date_time for each in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))  # noqa: S314 -- our own
        test = plain(ElementTree.fromstring(package.read("test.xml")))  # noqa: S314 -- our own
    resources = manifest.findall(".//{*}resource")
    assert {each.attrib["href"] for each in resources} == set(names) - {"imsmanifest.xml"}
    assert {each.attrib["href"] for each in test.iter("assessmentItemRef")} == set(names[2:])
    needed = {each.attrib["identifierref"] for each in manifest.findall(".//{*}dependency")}
    assert (
        needed
        == {each.attrib["identifier"] for each in resources} - {"test"}
        == {each.attrib["identifier"] for each in test.iter("assessmentItemRef")}
    )


@versions
def test_a_view_has_no_mark_and_a_long_order_becomes_a_choice_between_orders(easter: Exercise, version: Version) -> None:
    view = Posed("1.1", "view", "view", "?", (Choice("true", "Yes", False, "then"), Choice("false", "No", False, "else")), (), "weigh", ())
    found = read(easter, view, version)
    assert found.find("responseDeclaration/correctResponse") is None
    assert [each.findtext("defaultValue/value") for each in found.iter("outcomeDeclaration")][:2] == ["0", "0"]
    names = tuple("abcdefgh"[: MOST_IN_ORDER + 1])
    long = Posed("1.1", "order", "order", "?", tuple(Choice(name, name, True, "") for name in names), names, "", ())
    found = read(easter, long, version)
    assert found.find(".//choiceInteraction") is not None
    assert [worth(found, given) for given, _ in answers(long)] == [mark for _, mark in answers(long)]
    assert 1.0 in [mark for _, mark in answers(long)]


def test_an_order_of_the_most_steps_is_compared_with_every_order(easter: Exercise) -> None:
    names = tuple("abcde")
    posed = Posed("1.1", "order", "order", "?", tuple(Choice(name, name, True, "") for name in reversed(names)), names, "", ())
    found = read(easter, posed, "qti3")
    for order in permutations(names):
        assert worth(found, tuple(map(choice_name, order))) == float(share_of(posed, order))


def test_what_is_put_down_in_a_record_has_a_name_that_qti_takes() -> None:
    assert choice_name("notify_panel=2024-04-05") == "c-notify_panel..2024-04-05"
    assert choice_name(NONE) == "c-none"
    for name in ("2024-04-05", "england.notification.serious_incident=not_met", "true", "child.died"):
        assert re.fullmatch(r"[A-Za-z_][\w.-]*", choice_name(name))


def test_thirds_are_divided_last_so_that_three_of_three_are_the_whole_mark(easter: Exercise) -> None:
    posed = Posed("1.1", "owed", "several", "?", tuple(Choice(name, name, name in "abc", "why") for name in "abcd"), ("a", "b", "c"), "", ())
    found = read(easter, posed, "qti21")
    assert worth(found, tuple(map(choice_name, "abc"))) == 1.0
    assert worth(found, tuple(map(choice_name, "ab"))) == float(Fraction(2, 3))
