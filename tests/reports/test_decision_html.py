"""Pages and notebook displays: safe whatever a case says, well-formed, readable without colour, and the same every time."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, CaseHistory, Changes, Comparison, DecisionRecord, LiveCase, evaluate, mark, replay
from cspr_rules.cli.main import main
from cspr_rules.explain.phrases import set_by
from cspr_rules.explain.what_if import differences
from cspr_rules.model.calendars import Calendar, Correction
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Rule, RuleMet, Test
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Checked, in_words
from cspr_rules.model.vocabulary import Vocabulary
from cspr_rules.pictures.case_timeline import svg
from cspr_rules.pictures.drawing import Picture
from cspr_rules.pictures.grids import truth_table, what_if_grid
from cspr_rules.pictures.ladders import ladder
from cspr_rules.pictures.markup import code, joined, link, tag
from cspr_rules.pictures.record_timeline import timeline
from cspr_rules.reports import decision_html, decision_report, writing_html
from cspr_rules.reports.decision_tests import EXPLAINED
from cspr_rules.reports.document import Heading, bare
from cspr_rules.reports.shared_proofs import proofs
from cspr_rules.style_sheet import DARK, LIGHT, LINES_ON, PLANNED, TEXT_ON
from tests.support.reports import as_text
from tests.support.shipped import CASES, FILES, case_file, every_case, named, record, ruleset

SIN = "england.notification.serious_incident"
HOSTILE = (
    """</title></style><script>alert(1)</script><img src=x onerror=alert(2)>"'`&amp;<!-- ]]> <svg onload=alert(3)> """
    "javascript:alert(4) ${7*7} {{7*7}}"
)


def hostile_condition(condition: Condition) -> Condition:
    match condition:
        case All(parts):
            return All(tuple(hostile_condition(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(hostile_condition(part) for part in parts))
        case Not(part):
            return Not(hostile_condition(part))
        case Test():
            return condition._replace(says=HOSTILE)
        case RuleMet():
            return condition


def hostile_rule(rule: Rule) -> Rule:
    duties = tuple(
        duty._replace(
            act=HOSTILE,
            how=HOSTILE,
            contents=(HOSTILE,),
            option=duty.option and duty.option._replace(rationale=HOSTILE, methodology=HOSTILE, timescale=HOSTILE),
            deadlines=tuple(each._replace(reading=HOSTILE) for each in duty.deadlines),
        )
        for duty in rule.duties
    )
    notes = tuple(note._replace(text=HOSTILE) for note in rule.notes)
    return rule._replace(title=HOSTILE, question=HOSTILE, when=hostile_condition(rule.when), duties=duties, notes=notes)


@cache
def hostile_ruleset() -> Ruleset:
    """Return a ruleset with hostile text wherever a rule pack can put text."""
    sound = ruleset("bcp")
    vocabulary = Vocabulary(
        tuple(
            fact._replace(
                meaning=HOSTILE,
                question=HOSTILE,
                who_would_know=HOSTILE,
                unit=fact.unit and HOSTILE,
                unit_for_one=fact.unit_for_one and HOSTILE,
                values=dict.fromkeys(fact.values, HOSTILE),
                considerations=tuple(each._replace(text=HOSTILE) for each in fact.considerations),
            )
            for fact in sound.vocabulary.facts
        )
    )
    provisions = {
        key: each._replace(
            instrument=each.instrument._replace(title=HOSTILE, short=HOSTILE, url="javascript:alert(1)"),
            pinpoint=HOSTILE,
            summary=HOSTILE,
            checked=Checked("memory", "javascript:alert(1)", HOSTILE, HOSTILE),
        )
        for key, each in sound.provisions.items()
    }
    roles = {key: role._replace(title=HOSTILE, held_by=HOSTILE, contact=HOSTILE, note=HOSTILE) for key, role in sound.profile.roles.items()}
    registered = {key: each._replace(title=HOSTILE, local=HOSTILE, national=HOSTILE, note=HOSTILE) for key, each in sound.discrepancies.items()}
    calendar = sound.calendar
    named = Calendar(calendar.id, HOSTILE, calendar.base, calendar.confirmed_until, (Correction(date(2024, 4, 3), False, HOSTILE, ()),), ())
    return Ruleset(
        profile=sound.profile._replace(title=HOSTILE, authority=HOSTILE, roles=roles),
        vocabulary=vocabulary,
        provisions=provisions,
        rules=tuple(hostile_rule(rule) for rule in sound.rules),
        paths={key: path._replace(title=HOSTILE, note=HOSTILE) for key, path in sound.paths.items()},
        calendar=named,
        discrepancies=registered,
        digest=HOSTILE,
        checked_on=sound.checked_on,
    )


def hostile_record() -> DecisionRecord:
    judged = {"value": True, "role": HOSTILE, "on": "2024-03-28", "reasons": HOSTILE, "dissent": HOSTILE + "\u202e"}
    facts = {
        "child.place_of_harm": "in_area",
        "incident.authority_aware_on": "2024-03-27",
        "concern.authority_view": {**judged, "value": "suspected"},
        "incident.occurred_on": "2024-03-26",
    }
    children: list[Mapping[str, Any]] = [{"child.age_at_harm": 3, "child.seriously_harmed": judged}, {"child.died": True, "child.looked_after": True}]
    return evaluate(hostile_ruleset(), Case(facts, children), as_of=date(2024, 4, 2))


def hostile_values() -> Iterator[tuple[str, object]]:
    """Yield every kind of value that shows itself, with hostile text wherever it holds text."""
    found = hostile_record()
    rule = found.decisions[SIN].rule
    yield "case", Case({HOSTILE: HOSTILE, "child.died": {"value": HOSTILE, "reasons": HOSTILE}}, [{HOSTILE: HOSTILE}])
    yield "record", found
    yield "decision", found.decisions[SIN]
    yield "duty", found.duties[0]
    yield "duties", found.duties
    yield "questions", found.ask
    yield "near misses", found.near_misses(rule=SIN)
    yield "why not", found.why_not(SIN, 1)
    yield "next question", found.next_question()
    yield "rule", rule
    yield "provision", found.ruleset.provisions["ca2004/s16C/1"]
    yield "proof", found.why(SIN, 1)
    yield "what if", found.what_if({"concern.authority_view": "neither"})
    yield "comparison", Comparison((HOSTILE, "b"), (found, found.with_case(Case({}))), (differences(found, found.with_case(Case({}))),), ((), ()))
    history = CaseHistory(title=HOSTILE, reference=HOSTILE)
    history.record(date(2024, 3, 27), {"child.seriously_harmed": True}, reasons=HOSTILE, role=HOSTILE)
    history.record(date(2024, 3, 28), {"incident.authority_aware_on": "2024-03-27", "concern.authority_view": "suspected", "child.age_at_harm": 3})
    yield "history", history
    yield "replay", replay(history, found.ruleset, date(2024, 4, 2))
    yield "changes", history.changes(found.ruleset, date(2024, 3, 27), date(2024, 3, 28))
    yield "live case", LiveCase(found.ruleset, as_of=date(2024, 4, 2), history=history)
    yield "marking", mark(found, {"outcomes": {SIN: ["not_met", "undetermined"]}, "duties": {found.duties[0].id: "not_owed"}})
    yield "ruleset", found.ruleset
    yield "timeline", timeline(found)
    yield "ladder", ladder(rule)
    yield "truth table", truth_table(found, SIN)
    yield "grid", what_if_grid(found, SIN, ["child.died", "child.place_of_harm"], child=1)


PICTURES = ("timeline", "ladder", "truth table", "grid")
SHOWN = (
    *("case", "record", "decision", "duty", "duties", "questions", "near misses", "why not", "next question", "rule", "provision", "proof"),
    *("what if", "comparison", "history", "replay", "changes", "live case", "marking", "ruleset"),
    *PICTURES,
)


@cache
def hostile() -> dict[str, object]:
    """Return these values by name; they take seconds to make, so not where tests are collected."""
    found = dict(hostile_values())
    assert tuple(found) == SHOWN
    assert tuple(name for name, value in found.items() if isinstance(value, Picture)) == PICTURES
    return found


def parsed(text: str) -> ET.Element:
    """Return markup as a tree; it has to be well-formed XML."""
    return ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 -- our own output


def shown(value: object) -> str:
    text = value._repr_html_()  # type: ignore[attr-defined] # every value here has one
    assert isinstance(text, str)
    return text


class Seen:
    """Every element of a page with its attributes, the text of style sheets, and the words."""

    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.styles: list[str] = []
        self.words: list[str] = []

    @property
    def text(self) -> str:
        """The words that a reader sees, spaces evened out."""
        return " ".join("".join(self.words).split())


class InTree(Seen):
    """What stands in a page as XML has it: read in a tenth of the time, where it is known that a browser sees the same."""

    def __init__(self, root: ET.Element) -> None:
        super().__init__()
        self.take(root)

    def take(self, each: ET.Element) -> None:
        name = each.tag.rpartition("}")[2]
        self.found.append((name, dict(each.attrib)))
        (self.styles if name == "style" else self.words).append(each.text or "")
        for part in each:
            self.take(part)
            self.words.append(part.tail or "")


class Elements(Seen, HTMLParser):
    """What stands in a page as a browser sees it."""

    def __init__(self, text: str) -> None:
        Seen.__init__(self)
        HTMLParser.__init__(self)
        self.inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.styles if self.inside and self.inside[-1] == "style" else self.words).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


ALLOWED = frozenset(
    {"html", "head", "meta", "title", "style", "body", "main", "article", "header", "nav", "section", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li"}
    | {"dl", "dt", "dd", "a", "code", "wbr", "strong", "span", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "details"}
    | {"summary", "svg", "desc", "g", "rect", "circle", "line", "path", "text", "tspan"}
)


def assert_harmless(seen: str | Seen) -> None:
    elements = seen if isinstance(seen, Seen) else Elements(seen)
    assert {name for name, _ in elements.found} <= ALLOWED
    for name, attributes in elements.found:
        for key, value in attributes.items():
            assert not key.startswith("on"), (name, key)
            assert key not in {"style", "src", "srcset", "xlink:href", "action", "background", "poster", "data", "formaction", "ping"}, (name, key)
            if key == "href":
                assert name == "a"
                assert re.match(r"#|https?://", value or ""), value
            if key == "http-equiv":
                assert value == "Content-Security-Policy"
    for style in elements.styles:
        assert "url(" not in style
        assert "@import" not in style
        assert "expression" not in style


def words_of(text: str) -> str:
    return Elements(text).text


def page(found: DecisionRecord, title: str | None = None, *, explain: bool = False) -> str:
    return decision_html.page([(found, title)], explain=explain)


# -- markup --------------------------------------------------------------------------------------------------------------------------


def test_what_is_not_markup_is_text() -> None:
    assert tag("p", "<b>&", title="\"'<") == '<p title="&quot;&#x27;&lt;">&lt;b&gt;&amp;</p>'
    assert joined(tag("b", "x"), "<", 3, None, ["a", tag("br")]) == "<b>x</b>&lt;3a<br/>"
    assert f"{tag('b')}<" not in joined(f"{tag('b')}<"), "markup that passed through a string is text again"


def test_characters_that_no_document_may_hold_are_replaced() -> None:
    parsed(tag("p", "a\x00\x0b\x1b\ufffe\ud800b", title="\x07"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", " https://x", "//x", "https://", "ftp://x", "", None])
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert "<a" not in link(address, "words")


def test_links_tell_nobody_where_they_were_followed_from() -> None:
    assert 'rel="noreferrer"' in link("https://example.org/?a=1&b=2", "words")


def test_names_break_between_their_parts_and_read_the_same() -> None:
    assert "".join(Elements(code("england.looked_after.x/y")).words) == "england.looked_after.x/y"


# -- safe ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_a_value_holds_becomes_an_element_or_an_attribute(name: str) -> None:
    text = shown(hostile()[name])
    parsed(text)
    assert_harmless(text)


@pytest.mark.slow
@pytest.mark.parametrize("explain", [False, True])
def test_a_hostile_title_and_hostile_reasons_stay_words(explain: bool) -> None:
    text = page(hostile_record(), HOSTILE, explain=explain)
    assert_harmless(text)
    evened = " ".join(HOSTILE.split())
    seen = words_of(text)
    assert seen.count(evened) > 200, "titles, clauses, acts, roles, citations, notes, reasons, dissent"
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_file_of_its_own(name: str) -> None:
    picture = hostile()[name]
    assert isinstance(picture, Picture)
    root = parsed(picture.svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert_harmless(picture.svg)


# -- well made -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_case
def test_pages_are_sound_and_say_all_that_the_text_report_says_in_the_same_order(path: Path) -> None:
    found, title = record(path), case_file(path).title
    text = page(found, title, explain=True)
    root = parsed(text)
    elements = InTree(root)
    if path in FILES[::5]:  # words are escaped in one place, so that the rest is no other to a browser
        browser = Elements(text)
        assert in_small_letters(browser) == in_small_letters(elements)
        assert (browser.text, browser.styles) == (elements.text, elements.styles)
    assert_harmless(elements)
    assert_structured(root, elements.found)
    written = [piece for piece in decision_report.pieces(found, title, explain=True) if isinstance(piece, Heading)]
    headings = [" ".join("".join(each.itertext()).split()) for each in root.iter("h2")]
    # The page stands first, with the days next to it; then the whole report, from the answers on, as in text.
    told = [bare(piece.words) for piece in written if piece.level == 2]
    days, answers = headings.index(decision_report.DAYS), headings.index("The answers")
    assert days == answers - 1
    assert headings[answers:] == [name for name in told if name != decision_report.DAYS]
    seen = elements.text
    said = [bare(piece.words) for piece in written if piece.level == 3] + [proof.text for _, proof, _ in proofs(found)]
    for duty in (*found.duties, *found.options):
        said += [duty.act, duty.rule_id, found.ruleset.role_name(duty.by), *duty.discrepancies]
        said += [found.ruleset.role_name(role) for role in duty.to] + [in_words(clock.due_on) for clock in duty.clocks if clock.due_on]
    for provision in found.citations:
        said += [provision.name, provision.key]
    said += [provision.verification for provision in found.unverified]
    said += [each.note for each in found.discrepancies]
    said += [each.note.text for each in found.notes]
    said += [each.fact.question for each in found.questions.now]
    said += [words for each in found.checked.judgements for words in (each.role, each.reasons, each.dissent) if words]
    assert [words for words in dict.fromkeys(said) if " ".join(words.split()) not in seen] == []
    for badge in re.findall(r'<span class="badge[^"]*">(.*?)</span>', text):  # colour never stands without a word
        assert 'aria-hidden="true"' in badge
        assert re.sub(r"<svg.*?</svg>", "", badge).strip()


def in_small_letters(seen: Seen) -> list[tuple[str, dict[str, str | None]]]:
    """Return elements and attributes named as HTML names them, without those that name what XML is about."""
    return [(name.lower(), {key.lower(): value for key, value in attributes.items() if key != "xmlns"}) for name, attributes in seen.found]


def test_at_a_glance_what_waits_for_a_date_is_not_said_to_have_no_time() -> None:
    found = named("baby-head-injury-before-easter")
    root = parsed(page(found, None))
    (glance,) = [each for each in root.iter("table") if each.get("class") == "glance"]
    _, *rows = (["".join(cell.itertext()) for cell in row] for row in glance.iter("tr"))
    told = {(row[4], row[5]) for row in rows}
    assert ("after a date not recorded yet", "waiting for a date") in told
    assert ("immediately, after a date not recorded yet", "waiting for a date") in told
    assert {status for when, status in told if when == "no time given"} == {"no time given", "done", ""}
    assert {when for when, status in told if status == "no time given"} == {"no time given"}
    text = " ".join(as_text(found).split())
    assert "no time given, after" not in text
    assert "after a date not recorded yet: alert.service_manager_telephoned_on (" in text
    assert "the source gives no time from then" in text


def assert_structured(root: ET.Element, elements: list[tuple[str, dict[str, str | None]]]) -> None:
    """Headings go down one level at a time, links lead somewhere, tables are headed, drawings have words."""
    levels = [int(name[1]) for name, _ in elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    keys = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(keys) == len(set(keys))
    targets = {(attributes["href"] or "")[1:] for name, attributes in elements if name == "a" and (attributes["href"] or "").startswith("#")}
    targets |= {attributes["aria-labelledby"] or "" for _, attributes in elements if "aria-labelledby" in attributes}
    assert targets <= set(keys)
    assert all(attributes.get("scope") in ("col", "row") for name, attributes in elements if name == "th")
    for drawing in (attributes for name, attributes in elements if name == "svg"):
        assert drawing.get("aria-hidden") == "true" or (drawing.get("role") == "img" and drawing.get("aria-label"))
    for table in root.iter("table"):
        head, *body = table.iter("tr")
        assert all(cell.tag == "th" and "".join(cell.itertext()).strip() for cell in head)
        assert all(len(list(row)) == len(list(head)) and row[0].tag == "th" for row in body)


def test_the_security_policy_lets_in_the_style_sheet_of_the_page_and_nothing_else() -> None:
    text = page(named("care-leaver-18-dies"))
    policy = next(attributes["content"] for _, attributes in Elements(text).found if attributes.get("http-equiv"))
    digest = b64encode(sha256("".join(Elements(text).styles).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_several_records_share_a_page_and_no_ids() -> None:
    text = decision_html.page([(record(path), None) for path in FILES[:3]])
    elements = Elements(text).found
    assert_structured(parsed(text), elements)
    assert [name for name, _ in elements].count("h1") == 3


@pytest.mark.slow
def test_pages_and_pictures_are_the_same_bytes_whatever_the_hash_seed() -> None:
    program = f"""
from pathlib import Path
from cspr_rules import evaluate, load_ruleset
from cspr_rules.reports import decision_html
from cspr_rules.loading.case_files import case_from
from cspr_rules.pictures import truth_table, what_if_grid
from cspr_rules.loading.reading import read_file
from tests.support.reports import as_text
import hashlib
file = case_from(read_file(Path({str(CASES / "house-fire-siblings-fare-differently.yaml")!r})))
record = evaluate(load_ruleset("bcp"), file.case, as_of=file.as_of)
text = decision_html.page([(record, file.title)], explain=True) + record._repr_html_() + record.ruleset._repr_html_()
text += truth_table(record, {SIN!r}).svg + what_if_grid(record, {SIN!r}, ["child.died", "child.place_of_harm"]).svg
print(hashlib.sha256(text.encode()).hexdigest())
"""
    found = {
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": _source()}, capture_output=True, check=True).stdout  # noqa: S603
        for seed in ("1", "2")
    }
    assert len(found) == 1


@pytest.mark.slow
def test_a_program_that_shows_nothing_loads_nothing_of_this() -> None:
    program = (
        "import sys, cspr_rules.cli.main as c; c.main(['facts', 'died']); "
        "loaded = {m.rpartition('.')[2] for m in sys.modules if m.startswith('cspr_rules.')}; "
        "assert not {'styles', 'decision_html', 'notebook', 'drawing', 'pictures'} & loaded"
    )
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": _source()}, capture_output=True, check=True)  # noqa: S603


def _source() -> str:
    return str(Path(decision_html.__file__).parents[2])


def test_values_that_nothing_draws_show_themselves_as_text() -> None:
    from cspr_rules.display_hook import as_html

    assert as_html(object()) is None


def test_a_record_shows_its_open_paths_in_order() -> None:
    found = record(CASES / "baby-head-injury-before-easter.yaml")
    assert found.paths
    parts = shown(found).split("In what order: ")[1:]
    assert [part.split("</summary>")[0] for part in parts] == [escape(path.path.title, quote=False).replace("'", "&#x27;") for path in found.paths]
    for part, path in zip(parts, found.paths, strict=True):
        places = [part.index(escape(step.act, quote=True)) for step in path.steps]
        assert places == sorted(places)


def test_what_would_differ_is_said_in_words_and_a_prohibition_is_told_from_a_duty() -> None:
    rules = ruleset("bcp")
    before = evaluate(rules, Case({"child.age_at_harm": 3, "child.died": True, "child.place_of_harm": "in_area"}), as_of=date(2024, 4, 2))
    for value in (before.what_if({"concern.authority_view": "suspected"}), changed(rules)):
        text = shown(value)
        assert "MUST NOT: exclude the child or young person because of age" in text
        assert "MUST: notify the incident to the Panel" in text
        assert "not_met" not in text
        assert "no_time_given" not in text
    assert "Nothing differs." in shown(before.what_if({}))


def test_a_decision_says_whose_clocks_set_the_day_to_plan_for() -> None:
    decision = named("baby-head-injury-before-easter").decisions[SIN]
    words = list(parsed(shown(decision)).itertext())
    day = words.index("Fri 5 April 2024")
    assert words[day + 1] == f"set by {set_by(decision.duties[0])}"
    assert "WT 2023 (should)" in words[day + 1]


def changed(rules: Ruleset) -> Changes:
    history = CaseHistory()
    history.record(date(2024, 3, 27), {"child.age_at_harm": 3, "child.died": True, "child.place_of_harm": "in_area"})
    history.record(date(2024, 3, 28), {"concern.authority_view": "suspected", "incident.authority_aware_on": "2024-03-27"})
    return history.changes(rules, date(2024, 3, 27), date(2024, 3, 28))


def test_a_day_on_which_nothing_changed_says_so_and_one_that_did_is_put_down_to_its_entry() -> None:
    found = changed(ruleset("bcp"))
    panel = next(row for row in shown(found).split("<tr>") if "<code>notify_<wbr/>panel</code>" in row or "notify_panel" in row)
    assert "owed; due; by 5 April 2024" in panel
    assert "e4 (" in panel or "e5 (" in panel
    assert "Nothing changed." in shown(found._replace(changes=()))


# -- colours -------------------------------------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_meets_wcag_aa(palette: dict[str, str]) -> None:
    for pairs, least in ((TEXT_ON, 4.5), (LINES_ON, 3.0)):
        reached = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in pairs}
        assert {pair: ratio for pair, ratio in reached.items() if ratio < least} == {}


def test_no_colour_but_those_of_the_palettes_is_used() -> None:
    used = set(re.findall(r"#[0-9a-f]{3,6}\b", writing_html.STYLE.replace(PLANNED, "")))
    assert used <= {*LIGHT.values(), *DARK.values(), "#fff"}
    assert LIGHT.keys() == DARK.keys()


def test_every_colour_in_the_picture_of_a_case_over_time_follows_the_theme() -> None:
    history = CaseHistory()
    history.record(date(2024, 3, 27), {"child.age_at_harm": 3, "child.died": True, "child.place_of_harm": "in_area"})
    history.record(date(2024, 3, 28), {"concern.authority_view": "suspected", "incident.authority_aware_on": "2024-03-27"})
    drawn = svg("one", replay(history, ruleset("bcp"), date(2024, 5, 2)))
    used = {each.replace('"', "'") for each in re.findall(r'((?:fill|stroke)="#[0-9a-f]+")', drawn)}
    assert {"stroke='#fff'", "fill='#111'"} <= used
    assert {each for each in used if f"[{each}]" not in PLANNED} == set()


# -- the command ---------------------------------------------------------------------------------------------------------------------


def _run(arguments: Iterable[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_decide_writes_one_page_for_one_case_and_for_several(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (str(CASES / f"{name}.yaml") for name in ("baby-head-injury-before-easter", "care-leaver-18-dies"))
    text = _run(["decide", one, "--format", "html"], capsys)
    assert text.count("<h1") == text.count("<!DOCTYPE") == 1
    assert EXPLAINED not in text
    assert "Content-Security-Policy" in text
    assert _run(["decide", one, two, "--format", "html"], capsys).count("<h1") == 2


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_explain_prints_every_proof(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = CASES / "house-fire-siblings-fare-differently.yaml"
    plain = _run(["decide", str(path), "--format", form, "--full"], capsys)
    explained = _run(["decide", str(path), "--format", form, "--explain"], capsys)
    assert EXPLAINED not in plain
    seen = " ".join((words_of(explained) if form == "html" else explained.replace("\\", "")).split())
    for _, proof, _ in proofs(record(path)):
        assert " ".join(proof.text.split()) in seen
        assert all(step.says in seen for step in proof.steps)
    assert plain.rstrip()[:2000] == explained[:2000]
