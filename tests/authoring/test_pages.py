"""The pages in docs/rules: as the rules make them, with nothing left out and no link that leads nowhere."""

from __future__ import annotations

import argparse
import hashlib
import os
import posixpath
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from cspr_rules.authoring.concordance import Library, read_library
from cspr_rules.authoring.coverage import clauses
from cspr_rules.authoring.pages.folder import MARK, compare_pages, made_pages, pages_of, write_pages
from cspr_rules.authoring.pages.links import Links
from cspr_rules.authoring.pages.rule_page import rule_document
from cspr_rules.cli import pages as command
from cspr_rules.errors import QuestionError
from cspr_rules.explain.english import anchor, rule_page, when
from cspr_rules.model.rules import All, AnyOf, Condition, Deadline, Not, RuleMet, Test
from cspr_rules.reports.document import Paragraph
from cspr_rules.reports.writing_markdown import escaped, markdown
from tests.support.rules_folders import Folder

ROOT = Path(__file__).parents[2]
EASTMERE = ROOT / "tests" / "fixtures" / "eastmere"
SMALL = {"README.md": f"{MARK}\n\n# One\n", "england/a/b.md": f"{MARK}\n\n# Two\n"}


@cache
def library() -> Library:
    return read_library(ROOT / "rules")


@cache
def shipped() -> dict[str, str]:
    return made_pages(library())


@cache
def eastmere() -> dict[str, str]:
    return pages_of(EASTMERE)


@pytest.mark.slow
def test_the_pages_that_stand_in_docs_are_those_that_the_rules_make() -> None:
    found = compare_pages(shipped(), ROOT / "docs" / "rules")
    told = {kind: (len(names), names[:3]) for kind, names in found._asdict().items() if names}
    assert not told, "make them again with `cspr-rules pages`"


@pytest.mark.slow
def test_the_same_rules_make_the_same_pages_in_another_process() -> None:
    program = (
        "import hashlib, pathlib, sys; from cspr_rules.authoring.pages.folder import pages_of; "
        "print(hashlib.sha256(repr(pages_of(pathlib.Path(sys.argv[1]))).encode()).hexdigest())"
    )
    paths = os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"  # another than that of this process, which is a random one if none was set
    there = subprocess.run(  # noqa: S603 -- this interpreter, on files of this project
        [sys.executable, "-c", program, str(EASTMERE)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert there.strip() == hashlib.sha256(repr(eastmere()).encode()).hexdigest()


# -- completeness --------------------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_page_that_shows_every_condition_duty_note_and_example() -> None:
    for rule_id, versions in library().rules.items():
        page = shipped()[rule_page(rule_id)]
        assert f"`{rule_id}`" in page
        for rule in versions:
            assert f"> **{escaped(versions[-1].question)}**" in page
            assert rule.file in page
            for duty in rule.duties:
                assert escaped(duty.act) in page, (rule_id, duty.id)
                assert all(escaped(content) in page for content in duty.contents), (rule_id, duty.id)
            for example in rule.examples:
                assert f"| {escaped(example.name)} |" in page, (rule_id, example.name)
            assert page.count("| **Test met.**") >= sum(example.expect["outcome"] == "met" for example in rule.examples)
            for test in _tests(rule.when):
                assert escaped(test.says) in page or escaped(test.fails) in page, (rule_id, test.says)  # the second, if it is denied


def _tests(condition: Condition) -> list[Test]:
    match condition:
        case All(parts) | AnyOf(parts):
            return [test for part in parts for test in _tests(part)]
        case Not(part):
            return _tests(part)
        case Test():
            return [condition]
        case RuleMet():
            return []


def test_every_provision_fact_discrepancy_and_path_has_its_place() -> None:
    pages = shipped()
    for provision in library().provisions.values():
        assert f'<a id="{anchor(provision.key.partition("/")[2])}"></a>' in pages[f"sources/{provision.instrument.id}.md"]
    for fact in library().facts:
        assert f'<a id="{anchor(fact)}"></a>' in pages["facts.md"]
    for number in library().discrepancies:
        assert f'<a id="{number}"></a>' in pages["discrepancies.md"]
    for path in library().paths:
        assert f'<a id="{anchor(path)}"></a>' in pages["paths.md"]


def test_the_walk_names_every_clause_once_and_links_each_rule_that_rests_on_it() -> None:
    walk = shipped()["walk.md"]
    rows = {line.partition("](")[0].removeprefix("| ["): line for line in walk.splitlines() if line.startswith("| [")}
    local = clauses(library().laws["bcp"].ruleset)
    assert list(rows) == [key.partition("/")[2] for key in local]
    for key in local:
        row = rows[key.partition("/")[2]]
        for rule_id in library().by_provision.get(key, ()):
            assert f"({rule_page(rule_id)})" in row
            assert f"({rule_page(rule_id)}#examples)" in row


def test_every_section_of_the_walk_says_what_it_is_about() -> None:
    headings = [line for line in shipped()["walk.md"].splitlines() if line.startswith("## ")]
    assert len(headings) == 20
    assert [heading for heading in headings if not re.fullmatch(r"## (Cover and contents|Section \d+|Appendix [A-C]): .+", heading)] == []
    assert "## Section 11: children and families" in headings


@pytest.mark.slow
@pytest.mark.parametrize("pages", [shipped, eastmere])
def test_every_link_leads_to_a_page_and_a_place_that_is_there_once(pages: object) -> None:
    assert callable(pages)
    made: dict[str, str] = pages()
    places = {name: re.findall(r'<a id="([^"]+)">', text) for name, text in made.items()}
    for name, text in made.items():
        assert len(places[name]) == len(set(places[name])), name
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, place = target.partition("#")
            if path.startswith("http"):
                continue
            page = posixpath.normpath(posixpath.join("docs/rules", posixpath.dirname(name), path)) if path else f"docs/rules/{name}"
            if page.startswith("docs/rules/"):
                assert page.removeprefix("docs/rules/") in made, (name, target)
                assert not place or place in places[page.removeprefix("docs/rules/")], (name, target)
            else:
                assert (ROOT / page).exists(), (name, target)


def test_no_table_is_broken_by_a_bar_in_a_cell() -> None:
    for name, text in shipped().items():
        width = 0
        for line in text.splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert width in (0, cells), (name, line)
            width = cells


# -- what a page says ----------------------------------------------------------------------------------------------------------------


def test_a_page_reads_from_the_question_to_the_sources() -> None:
    page = eastmere()["eastmere/escalation/disagreement.md"]
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    assert headings == [
        "Escalate a disagreement about notifying, stage by stage",
        "The test",
        "What follows when the test is met",
        "1. Will: take the disagreement to the Head of Safeguarding",
        "2. Will: meet the head of safeguarding of the agency and try to agree",
        "3. Will: meet the executive lead of the agency and try to agree",
        "4. Will: decide the disagreement and record the reasons",
        "What to bear in mind",
        "What has to be known",
        "Examples",
        "Sources",
        "Connected rules",
        "About this page",
    ]
    assert "1. another agency thinks that the criteria for notification are met *(a judgement)*\n2. the agency and the Council could not" in page
    assert (
        "- **By when:** within 1 working day of [the day the other agency discussed with the local authority whether to notify]"
        "(../../facts.md#agency-discussed-on); “will”, from [Eastmere protocol, part 4, clause 4.1](../../sources/eastmere.md#4-1) (verified)"
    ) in page
    assert "- **Who:** Head of Safeguarding, safeguarding.head@eastmere.example *(The deputy on call acts outside office hours)*" in page
    assert "- **Done when this is recorded:** [the day the Head of Safeguarding and the head of safeguarding of the other agency met" in page
    assert "- **It has to contain:**\n    - the decision\n    - the reasons\n    - who disagreed and why\n" in page
    assert "**Test not met.** It is not so that another agency thinks that the criteria for notification are met." in page
    assert "**Not decided.** To find out: After the discussion, did the authority and the agency agree, and on what?" in page
    assert "**Test met.** Looked at on 7 June 2024:<br>– take the disagreement to the Head of Safeguarding: by Monday 10 June 2024<br>– meet" in page
    assert "Looked at on 14 June 2024:<br>– " in page
    assert "<br>– meet the executive lead of the agency and try to agree: by Thursday 13 June 2024; overdue<br>– decide" in page
    assert "**Test met.** By Friday 5 April 2024. |" in eastmere()["england/notification/serious_incident.md"]
    assert "**Test met.** Looked at on 8 April 2024: by Friday 5 April 2024; overdue. |" in eastmere()["england/notification/serious_incident.md"]


def test_a_national_rule_shows_what_a_profile_adds_and_who_adds_it() -> None:
    page = eastmere()["england/notification/serious_incident.md"]
    rows = [line for line in page.splitlines() if line.startswith("| **within")]
    own = [row for row in rows if "added in Eastmere" in row]
    assert len(own) == 1
    assert own[0].startswith("| **within 2 working days** |")
    assert " | will | [Eastmere protocol, part 2, clause 2.1]" in own[0]
    assert "In Eastmere also to:** Eastmere Safeguarding Children Partnership" in eastmere()["england/notification/partners.md"]


def test_a_time_that_has_at_least_to_go_by_is_not_shown_as_one_to_act_within() -> None:
    pages = shipped()
    kept = pages["england/local_review/keep_public.md"]
    assert "| **at least 12 months**<br>" in kept
    assert "within 12 months" not in kept
    assert "“at least” gives the earliest day and not the last:" in kept
    ranged = pages["bcp/learning_options/focussed_review.md"]
    assert "“at least” gives the earliest day and not the last, so plan by “within”:" in ranged
    assert ranged.index("| **at least 3 months**<br>") < ranged.index("| **within 6 months**<br>")
    assert "the earliest day is the one to plan by:" in pages["bcp/publication/lead_time.md"]
    single = Deadline("days", 28, "a.day", False, True, False, "should", (), None, ())
    assert when(single, "the day it began") == "at least 28 calendar days from the day it began"


def test_a_rule_with_two_versions_shows_both_newest_first() -> None:
    page = shipped()["england/childrens_homes/death.md"]
    assert page.index("## As it stands from 1 July 2022") < page.index("## As it stood from 1 April 2015 to 30 June 2022")
    assert page.count('<a id="examples"></a>') == 1


def test_a_condition_is_a_numbered_tree_with_every_kind_of_join() -> None:
    versions = library().rules["england.notification.serious_incident"]
    died = Test("the child has died", "child.died", "is", value=True, cites=())
    harmed = Test(
        "the child has been seriously harmed",
        "child.seriously_harmed",
        "is",
        value=True,
        cites=("ca2004/s16B/defs",),
        fails="the child has not been seriously harmed",
    )
    when = All((died, Not(harmed), AnyOf((died, Not(All((died, died))), Not(AnyOf((died, died))))), Not(Not(died))))
    page = markdown(rule_document([versions[-1]._replace(when=when, examples=())], library()), places=True)
    tree = page[page.index("\n\n1. ") + 2 : page.index("\n\nAs long as")]
    cited = "([CA 2004, section 16B(9)](../../sources/ca2004.md#s16B-defs))"
    assert tree.splitlines() == [
        "1. the child has died",
        f"2. the child has not been seriously harmed *(a judgement)* {cited}",
        "3. **at least one** of these is so:",
        "    1. the child has died",
        "    2. these are **not all** so:",
        "        1. the child has died",
        "        2. the child has died",
        "    3. **none** of these is so:",
        "        1. the child has died",
        "        2. the child has died",
        "4. the child has died",
    ]


def test_a_page_says_how_many_of_its_sources_nobody_has_read() -> None:
    assert "- **Not verified:** nobody has read the text of" in shipped()["england/notification/serious_incident.md"]
    assert "Not verified" not in eastmere()["eastmere/notification/tell_head.md"]


def test_running_text_links_what_it_names_and_shows_the_rest_as_it_stands() -> None:
    links = Links("bcp/a/b.md", library())

    def text(words: str) -> str:
        return markdown([Paragraph(links.text(words))], places=True).rstrip()

    assert text("See bcp/7.3 and D64.") == (
        "See [BCP guidance, section 7, clause 7.3](../../sources/bcp.md#7-3) and [D64](../../discrepancies.md#D64)."
    )
    assert text("Owed under bcp.rapid_review.meeting; bcp.rapid_review.nothing is none.") == (
        "Owed under [“Hold a rapid review meeting within 15 working days”](../rapid_review/meeting.md); bcp.rapid\\_review.nothing is none."
    )
    assert text("and/or, D999, a_b <c> [d] |") == "and/or, D999, a\\_b \\<c\\> \\[d\\] \\|"


# -- comparing and writing -----------------------------------------------------------------------------------------------------------


def test_what_is_stale_missing_and_surplus_is_told_apart(tmp_path: Path) -> None:
    assert compare_pages(SMALL, tmp_path / "none").missing == tuple(SMALL)
    write_pages(SMALL, tmp_path)
    assert not compare_pages(SMALL, tmp_path)
    (tmp_path / "README.md").write_text(f"{MARK}\n\n# Changed by hand\n", encoding="utf-8")
    (tmp_path / "england/a/b.md").unlink()
    (tmp_path / "england/old.md").write_text(f"{MARK}\n", encoding="utf-8")
    found = compare_pages(SMALL, tmp_path)
    assert found == (("README.md",), ("england/a/b.md",), ("england/old.md",))
    write_pages(SMALL, tmp_path)
    assert not compare_pages(SMALL, tmp_path)


def test_a_file_that_was_not_made_here_is_neither_removed_nor_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("my notes", encoding="utf-8")
    write_pages(SMALL, tmp_path)
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "my notes"
    (tmp_path / "README.md").write_text("my own page", encoding="utf-8")
    (tmp_path / "england/a/b.md").unlink()
    with pytest.raises(QuestionError, match=r"README\.md: a page belongs here, but this file was not made"):
        write_pages(SMALL, tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "my own page"
    assert not (tmp_path / "england/a/b.md").exists()


@pytest.mark.slow
def test_the_command_writes_and_then_finds_nothing_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, out = Folder().write(tmp_path), tmp_path / "pages"
    parser = argparse.ArgumentParser()
    command.configure(parser)
    words = [str(rules), "--out", str(out)]
    assert command.run(parser.parse_args([*words, "--check"])) == 1
    assert f"missing: {out / 'facts.md'}" in capsys.readouterr().out
    assert command.run(parser.parse_args(words)) == 0
    assert f"{len(pages_of(rules))} new, 0 changed, 0 removed" in capsys.readouterr().out
    assert command.run(parser.parse_args([*words, "--check"])) == 0
    (out / "facts.md").write_text(f"{MARK}\n", encoding="utf-8")
    (out / "town" / "gone.md").write_text(f"{MARK}\n", encoding="utf-8")
    capsys.readouterr()
    assert command.run(parser.parse_args([*words, "--check"])) == 1
    assert capsys.readouterr().out.splitlines()[:2] == [f"stale: {out / 'facts.md'}", f"surplus: {out / 'town' / 'gone.md'}"]
