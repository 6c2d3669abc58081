"""Exercises for systems that teach, as QTI 2.1 and QTI 3.0: a package with an item for each task, and our mark for every choice and combination.

Both versions say the same and name it otherwise: ``choiceInteraction`` here is ``qti-choice-interaction`` there. Names are therefore written once,
with hyphens, and put into the form of a version where an element is made.

Each item marks itself. Of one right choice, each has its share of the mark. Of several, right choices are counted, wrong ones taken away, and what
is left is divided by how many are right: in whole numbers up to the end, so that no system rounds otherwise than ours. An order is compared with
every order that is worth something. A view has no mark. What is said of a choice stands in the item and shows once it is answered.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations
from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.explain.english import day_of_week
from cspr_rules.pictures.markup import Inside, Markup, tag
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.exports import exported
from cspr_rules.training.feedback import share_of
from cspr_rules.training.keys import Choice, Posed

Version: TypeAlias = Literal["qti21", "qti3"]
MOST_IN_ORDER: Final = 5
"""How many steps an order may have so that every order is compared; of a longer one it is asked which of some orders is right."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a package: the earliest that a ZIP file can name, so that the same exercises give the same bytes."""
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"


class _Form(NamedTuple):
    """How a version of QTI names things.

    Attributes:
        items: The namespace of items and tests, and where its schema is published.
        manifest: The namespace of the manifest, and where its schema is published.
        schema: What the manifest calls its schema, and which version of it.
        item: The type of an item among the resources of a package.
        test: The type of a test.
    """

    items: tuple[str, str]
    manifest: tuple[str, str]
    schema: tuple[str, str]
    item: str
    test: str


_FORMS: Final[dict[Version, _Form]] = {
    "qti21": _Form(
        ("http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p2.xsd"),
        ("http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd"),
        ("QTIv2.1 Package", "1.0.0"),
        "imsqti_item_xmlv2p1",
        "imsqti_test_xmlv2p1",
    ),
    "qti3": _Form(
        ("http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd"),
        ("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"),
        ("QTI Package", "3.0.0"),
        "imsqti_item_xmlv3p0",
        "imsqti_test_xmlv3p0",
    ),
}


def qti21(units: Sequence[CourseUnit]) -> bytes:
    """Return exercises as a package of QTI 2.1."""
    return _packed(units, "qti21")


def qti3(units: Sequence[CourseUnit]) -> bytes:
    """Return exercises as a package of QTI 3.0."""
    return _packed(units, "qti3")


def item_name(exercise: Exercise, posed: Posed) -> str:
    """Return what a task is called in a package."""
    return f"item-{exercise.id}-{posed.id}"


def choice_name(choice: str) -> str:
    """Return what a choice is called in an item: an identifier of QTI, which begins with a letter and holds no equals sign."""
    return f"c-{choice.replace('=', '..')}"


def item(exercise: Exercise, posed: Posed, version: Version) -> str:
    """Return one task as an item of QTI.

    Args:
        exercise: The exercise.
        posed: One of its tasks.
        version: Which version of QTI.
    """
    return _document(_Item(exercise, posed, version).made())


def _packed(units: Sequence[CourseUnit], version: Version) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, content in _files(units, version):
            file = zipfile.ZipInfo(name, _FIRST_DAY)
            file.create_system, file.external_attr = 3, 0o644 << 16  # the same on every system
            made.writestr(file, content)
    return out.getvalue()


def _files(units: Sequence[CourseUnit], version: Version) -> Iterator[tuple[str, str]]:
    yield "imsmanifest.xml", _document(_manifest(units, version))
    yield "test.xml", _document(_test(units, version))
    for exercise, posed in _tasks(units):
        yield f"items/{item_name(exercise, posed)}.xml", item(exercise, posed, version)


def _tasks(units: Sequence[CourseUnit]) -> Iterator[tuple[Exercise, Posed]]:
    yield from ((exercise, posed) for unit in units for exercise in unit.exercises for posed in exercise.posed)


def _document(root: Markup) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def _root(namespace: tuple[str, str]) -> dict[str, str]:
    return {"xmlns": namespace[0], "xmlns:xsi": _INSTANCE, "xsi:schemaLocation": " ".join(namespace)}


def _manifest(units: Sequence[CourseUnit], version: Version) -> Markup:
    form = _FORMS[version]
    named = [(item_name(exercise, posed), form.item) for exercise, posed in _tasks(units)]
    items = [tag("resource", tag("file", href=f"items/{name}.xml"), identifier=name, type=kind, href=f"items/{name}.xml") for name, kind in named]
    needs = [tag("dependency", identifierref=name) for name, _ in named]
    test = tag("resource", tag("file", href="test.xml"), needs, identifier="test", type=form.test, href="test.xml")
    about = tag("metadata", tag("schema", form.schema[0]), tag("schemaversion", form.schema[1]))
    return tag("manifest", about, tag("organizations"), tag("resources", test, items), identifier="exercises", **_root(form.manifest))


class _Writer:
    def __init__(self, version: Version) -> None:
        self.version = version

    def tag(self, name: str, /, *inside: Inside, **attributes: str | int | None) -> Markup:
        """Return an element of QTI in the form of the version; names are given with hyphens, of attributes with underscores."""
        if self.version == "qti3":
            return tag(f"qti-{name}", *inside, **attributes)
        return tag(_joint(name, "-"), *inside, **{_joint(key, "_"): value for key, value in attributes.items()})


def _said(choice: Choice) -> str:
    return " ".join((*(held.says for held in choice.suggests), choice.told)).strip()


def _decimal(share: Fraction) -> str:
    return repr(float(share))


def _joint(name: str, sign: str) -> str:
    return re.sub(f"{sign}([a-z])", lambda found: found[1].upper(), name)


def _test(units: Sequence[CourseUnit], version: Version) -> Markup:
    q = _Writer(version).tag
    sections = [
        q(
            "assessment-section",
            [
                q("assessment-item-ref", identifier=item_name(exercise, posed), href=f"items/{item_name(exercise, posed)}.xml")
                for exercise, posed in _tasks([unit])
            ],
            identifier=f"unit-{unit.id}",
            title=unit.title,
            visible="true",
        )
        for unit in units
    ]
    shown = q("item-session-control", max_attempts=0, show_feedback="true")  # as many attempts as somebody likes
    part = q("test-part", shown, sections, identifier="part", navigation_mode="nonlinear", submission_mode="individual")
    return q("assessment-test", part, identifier="test", title="Exercises", **_root(_FORMS[version].items))


class _Item(_Writer):
    def __init__(self, exercise: Exercise, posed: Posed, version: Version) -> None:
        super().__init__(version)
        self.exercise = exercise
        self.posed = posed
        self.in_order = posed.mode == "order" and len(posed.key) <= MOST_IN_ORDER

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is chosen from: of a long order, some orders."""
        if self.posed.mode != "order" or self.in_order:
            return self.posed.choices
        made = enumerate(exported(self.posed), start=1)
        return tuple(Choice(f"order{number}", each.text, each.share == 1, "") for number, each in made)

    def made(self) -> Markup:
        return self.tag(
            "assessment-item",
            self.response(),
            list(self.outcomes()),
            self.body(),
            self.tag("response-processing", list(self.processing())),
            identifier=item_name(self.exercise, self.posed),
            title=f"{self.exercise.title}, {self.posed.id}",
            adaptive="false",
            time_dependent="false",
            **{"xml:lang": "en-GB"},
            **_root(_FORMS[self.version].items),
        )

    # -- what is answered, and what comes of it ----------------------------------------------------------------------------------------

    @property
    def cardinality(self) -> str:
        return "ordered" if self.in_order else "multiple" if self.posed.mode == "several" else "single"

    def response(self) -> Markup:
        key = self.posed.key if self.in_order or self.posed.mode != "order" else [each.id for each in self.choices if each.right]
        right = self.tag("correct-response", [self.value(choice_name(each)) for each in key]) if key else None
        entries = [self.tag("map-entry", map_key=choice_name(each), mapped_value=_decimal(share)) for each, share in self.shares()]
        mapping = self.tag("mapping", entries, default_value="0", lower_bound="0") if entries else None
        return self.tag("response-declaration", right, mapping, identifier="RESPONSE", cardinality=self.cardinality, base_type="identifier")

    def shares(self) -> Iterator[tuple[str, Fraction]]:
        """Yield what each choice adds to the mark: of several, one for each right choice and minus one for each wrong one."""
        if self.posed.mode == "several":
            yield from ((each.id, Fraction(1 if each.right else -1)) for each in self.posed.choices)
        elif self.posed.mode == "one":
            yield from ((each.id, share_of(self.posed, (each.id,))) for each in self.posed.choices)
        elif self.posed.mode == "order" and not self.in_order:
            yield from ((each.id, made.share) for each, made in zip(self.choices, exported(self.posed), strict=True))

    def outcomes(self) -> Iterator[Markup]:
        most = "0" if self.posed.mode == "view" else "1"
        for name, value in (("SCORE", "0"), ("MAXSCORE", most)):
            default = self.tag("default-value", self.value(value))
            yield self.tag("outcome-declaration", default, identifier=name, cardinality="single", base_type="float")
        yield self.tag("outcome-declaration", identifier="ANSWERED", cardinality="single", base_type="identifier")
        if not self.in_order:
            yield self.tag("outcome-declaration", identifier="CHOSEN", cardinality=self.cardinality, base_type="identifier")
        for each, _ in self.left_out():
            yield self.tag("outcome-declaration", identifier=f"LEFT-{choice_name(each)}", cardinality="single", base_type="identifier")

    def value(self, text: str) -> Markup:
        return self.tag("value", text)

    def identifier(self, text: str) -> Markup:
        return self.tag("base-value", text, base_type="identifier")

    def number(self, share: Fraction) -> Markup:
        return self.tag("base-value", _decimal(share), base_type="float")

    # -- what is shown -----------------------------------------------------------------------------------------------------------------

    def body(self) -> Markup:
        written = self.exercise.written
        scenes = written.scenes[: int(self.posed.id.split(".")[0])]
        story = [tag("p", tag("strong", "Before you read:"), f" {written.warning}")]
        story += [tag("p", tag("strong", f"Looked at on {day_of_week(each.as_of)}."), f" {each.text}") for each in scenes]
        prompt = self.tag("prompt", f"{self.posed.prompt} {_HOW[self.cardinality]}")
        choices = [self.tag("simple-choice", each.text, identifier=choice_name(each.id)) for each in self.choices]
        most = {} if self.in_order else {"max_choices": 0 if self.posed.mode == "several" else 1}
        asked = self.tag(
            "order-interaction" if self.in_order else "choice-interaction",
            prompt,
            choices,
            response_identifier="RESPONSE",
            shuffle="false",
            **most,
        )
        told = [
            *(self.feedback("CHOSEN", choice_name(name), words) for name, words in self.chosen()),
            *(self.feedback(f"LEFT-{choice_name(name)}", "left", words) for name, words in self.left_out()),
            self.feedback("ANSWERED", "why", self.posed.why),
        ]
        return self.tag("item-body", tag("div", story), asked, told)

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Yield what is said of each choice to whoever chooses it, where there is something to say."""
        for each in self.choices:
            said = _said(each)
            if said and not each.right:
                yield each.id, f"“{each.text}” {said}" if self.posed.mode in ("several", "view") else said

    def left_out(self) -> Iterator[tuple[str, str]]:
        """Yield what is said of each right choice, of several, to whoever leaves it out."""
        for each in self.choices if self.posed.mode == "several" else ():
            if each.right and _said(each):
                yield each.id, f"Left out: “{each.text}” {_said(each)}"

    def feedback(self, outcome: str, name: str, words: str) -> Markup:
        said = tag("p", words)
        inside = self.tag("content-body", said) if self.version == "qti3" else said
        return self.tag("feedback-block", inside, outcome_identifier=outcome, identifier=name, show_hide="show")

    # -- how it is marked --------------------------------------------------------------------------------------------------------------

    def processing(self) -> Iterator[Markup]:
        """Yield what marks an answer. Every variable is set each time, since not every system forgets the answer before."""
        given = self.tag("variable", identifier="RESPONSE")
        forgotten = [self.outcome("SCORE", self.number(Fraction(0))), self.outcome("ANSWERED", self.identifier("nothing"))]
        told = [self.outcome("ANSWERED", self.identifier("why"))]
        for each, _ in self.left_out():
            name = f"LEFT-{choice_name(each)}"
            missing = self.tag("not", self.tag("member", self.identifier(choice_name(each)), given))
            left, taken = (self.outcome(name, self.identifier(word)) for word in ("left", "taken"))
            told.append(self.tag("response-condition", self.tag("response-if", missing, left), self.tag("response-else", taken)))
            forgotten.append(taken)
        if not self.in_order:
            yield self.outcome("CHOSEN", given)
        empty = self.tag("response-if", self.tag("is-null", given), forgotten)
        yield self.tag("response-condition", empty, self.tag("response-else", list(self.scored(given)), told))

    def outcome(self, name: str, expression: Markup) -> Markup:
        return self.tag("set-outcome-value", expression, identifier=name)

    def scored(self, given: Markup) -> Iterator[Markup]:
        if self.posed.mode == "view":
            return
        if self.in_order:
            yield self.tag("response-condition", list(self.orders(given)))
            return
        mapped = self.tag("map-response", identifier="RESPONSE")
        if self.posed.mode == "several":
            mapped = self.tag("divide", mapped, self.number(Fraction(len(self.posed.key))))
        yield self.outcome("SCORE", mapped)

    def orders(self, given: Markup) -> Iterator[Markup]:
        """Yield a branch for every share that an order can have, the whole mark first."""
        worth: dict[Fraction, list[Markup]] = {}
        for order in permutations(self.posed.key):
            if share := share_of(self.posed, order):
                steps = [self.identifier(choice_name(each)) for each in order]
                worth.setdefault(share, []).append(self.tag("match", given, self.tag("ordered", steps)))
        for place, share in enumerate(sorted(worth, reverse=True)):
            found = worth[share]
            test = found[0] if len(found) == 1 else self.tag("or", found)
            yield self.tag("response-else-if" if place else "response-if", test, self.outcome("SCORE", self.number(share)))
        yield self.tag("response-else", self.outcome("SCORE", self.number(Fraction(0))))


_HOW: Final = {
    "single": "Choose one.",
    "multiple": "Choose every one that applies, or “None of these”.",
    "ordered": "Put them in order, the first at the top.",
}
