"""`cspr-rules lint`: each code finds what its page says is wrong, and nothing where its page says it is right."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from cspr_rules.authoring.linting.codes import CODES, Code, pages
from cspr_rules.authoring.linting.linting import CHECKS, Linted, lint
from cspr_rules.loading.rulesets import check_folder, packaged_rules
from tests.support.commands import RULES, ran
from tests.support.lint_pages import EXAMPLE, FOLDER

RULE = "notification/lead_officer.yaml"
FOLLOW_UP = "notification/follow_up.yaml"


@pytest.fixture
def lynmere(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "here" / "lynmere"))


def told(found: Linted) -> list[str]:
    """Return each finding as file, line and code."""
    assert found.faults == ()
    return [f"{each.entry.document.place(each.path).rpartition(':')[0]} {each.code}" for each in found.findings if each.entry.document]


def plant(folder: Path, file: str, old: str, new: str) -> tuple[str, range]:
    """Put one cut in the place of another that stands once in a file, whatever its indent; return the file's name and the lines of the new one."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    there, put = dedent(old).splitlines(), dedent(new).splitlines()
    starts = [at for at in range(len(lines)) if _same(lines[at : at + len(there)], there)]
    assert len(starts) == 1, f"{file} has the cut {len(starts)} times:\n{old}"
    (at,) = starts
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip(" "))]
    lines[at : at + len(there)] = [f"{indent}{line}" for line in put]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{folder.parent.name}/{folder.name}/{file}", range(at + 1, at + 1 + len(put))


def _same(lines: list[str], cut: list[str]) -> bool:
    if len(lines) < len(cut):
        return False
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return [line[indent:] for line in lines] == cut


def test_the_pages_are_made_from_the_descriptions_and_are_not_stale() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert there == pages(), "`python -m tests.support.lint_pages` makes them again"
    assert list(CHECKS.values()) == list(CODES)


def test_explain_prints_the_page() -> None:
    got = ran("lint", "--explain", "CR201")
    assert (got.code, got.out) == (0, (FOLDER / "CR201.md").read_text(encoding="utf-8"))
    got = ran("lint", "--explain", "CR210")
    assert (got.code, got.out) == (2, "")
    assert "--explain: there is no code called 'CR210'; did you mean 'CR" in got.err


@pytest.mark.slow
def test_what_is_right_on_every_page_is_clean(lynmere: Path) -> None:
    found = lint(lynmere)
    assert (told(found), found.faults) == ([], ())
    assert ran("check", str(lynmere)).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_what_is_wrong_on_a_page_gives_its_code_there_and_in_no_other_file(lynmere: Path, code: Code) -> None:
    file, lines = plant(lynmere, code.file, code.right, code.wrong)
    found = told(lint(lynmere))
    assert all(each.startswith(f"{file}:") for each in found), found
    places = [int(each.split()[0].rpartition(":")[2]) for each in found if each.endswith(code.code)]
    # What a whole condition comes to is found at the condition, and what a duty lacks at the duty.
    assert places, found
    assert code.code in ("CR102", "CR401") or any(place in lines for place in places), found


CLAUSES = (
    # An age bounded the other way round, or with another number.
    (RULE, "- says: the child was under 18 at death\n", "- says: the child was aged 18 or older at death\n", "'18 or older' is at least 18"),
    (RULE, "- says: the child was under 18 at death\n", "- says: the child was under 16 at death\n", "'under 16' is less than 16"),
    # The clause of a national rule, beside the opposite test.
    (RULE, "  fails: the child has not died\n", "  fails: the child has died\n", "is said here of the failing of `child.died` is true, and in "),
    # The question of the fact with a "not" that the test has not.
    (
        FOLLOW_UP,
        "- says: the child has died\n",
        "- says: the child has not yet died\n",
        "the opposite by the fact's own question: Has the child died?",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "right", "wrong", "says"), CLAUSES)
def test_a_clause_is_held_against_its_test_in_three_ways(lynmere: Path, file: str, right: str, wrong: str, says: str) -> None:
    name, lines = plant(lynmere, file, right, wrong)
    found = [each for each in lint(lynmere).findings if each.code == "CR301"]
    assert found[0].entry.place(found[0].path).startswith(f"{name}:{lines[0]}:")
    assert says in found[0].says


HEADLINE = """\
headlines:
  - id: partnership
    asks: Will the partnership be told?
    rules: [lynmere.notification.lead_officer]
    duties: [tell_partnership_of_death]
    yes: "{lead_officer} tells Lynmere Borough Council"
roles:
"""
TITLE = "title: Tell the partnership of a child's death"
MORE = (
    # A title may say what a clock counts, and no other time.
    (RULE, f"{TITLE}\n", f"{TITLE} within one working day\n", ""),
    (
        RULE,
        f"{TITLE}\n",
        f"{TITLE} within one day\n",
        "'one day' stands in words, and the rule has 'within 1 working day of incident.authority_aware_on'",
    ),
    ("profile.yaml", "roles:\n", HEADLINE, "'Lynmere Borough Council' stands in words; it is data, under `held_by` of the role local_authority of "),
    (
        RULE,
        "  less_than: 18\n",
        "  less_than: 18\n  cites: [lynmere/old]\n",
        "nothing that 'the child was under 18 at death' cites is in force from 1 January 2025, ",
    ),
    (RULE, "cites: [lynmere/2]\ndeadlines:\n", "cites: [lynmere/2, lynmere/old]\ndeadlines:\n", ""),
    (
        FOLLOW_UP,
        "cites: [wt/agree_notify]\n",
        "cites: [wt2023/agree_notify]\n",
        "edition named by hand, and wt2026/agree_notify, which carries its words on, is ",
    ),
    # The clause that gives the task to this holder is enough, whatever else is cited.
    (RULE, "cites: [lynmere/2]\ndeadlines:\n", "cites: [ca2004/s16C/1, lynmere/2]\ndeadlines:\n", ""),
)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "right", "other", "says"), MORE)
def test_what_is_looked_at_and_what_is_left_alone(lynmere: Path, file: str, right: str, other: str, says: str) -> None:
    plant(lynmere, file, right, other)
    found = lint(lynmere)
    assert found.faults == ()
    assert [says in each.says for each in found.findings] == ([True] if says else []), [each.says for each in found.findings]


@pytest.mark.slow
def test_where_two_rules_agree_on_whom_a_clause_binds_the_third_is_found(lynmere: Path) -> None:
    text = (lynmere / RULE).read_text(encoding="utf-8")
    for name, holders in (("second", 0), ("third", 1)):
        copied = text.replace("lynmere.notification.lead_officer", f"lynmere.notification.{name}").replace(
            "tell_partnership_of_death", f"{name}_telling"
        )
        (lynmere / f"notification/{name}.yaml").write_text(copied.replace("by: lead_officer", "by: partnership"), encoding="utf-8")
        told_now = [each.says for each in lint(lynmere).findings]
        assert told_now == ["tell_partnership_of_death is laid on lead_officer, but by the other rules lynmere/2 binds partnership"] * holders


@pytest.mark.slow
def test_a_part_that_can_never_hold_where_it_is_asked_is_named_with_what_settles_it(lynmere: Path) -> None:
    more = "- says: the child was under 18 at death\n  fails: the child was 18 or over at death\n  fact: child.age_at_death\n  less_than: 18\n"
    either = (
        "- any:\n    - {says: the child was under 18 at death, fact: child.age_at_death, less_than: 18}\n"
        "    - all:\n        - {says: the child was under 16 at death, fact: child.age_at_death, less_than: 16}\n"
        "        - {says: the child is alive, fact: child.died, is: false}\n"
    )
    plant(lynmere, RULE, more, either)
    says = [each.says for each in lint(lynmere).findings if each.code == "CR101"]
    # The part of two says so as a whole; what it is made of is not told again.
    assert says == [
        "the part of 2 that begins with 'the child was under 16 at death' never holds where it is asked, for there 'the child has died' holds; "
        "without it no answer would be another"
    ]


@pytest.mark.slow
def test_fix_keeps_comments_and_layout_and_the_rules_and_a_second_run_changes_nothing(lynmere: Path) -> None:
    note = lynmere / FOLLOW_UP
    plant(lynmere, FOLLOW_UP, "cites: [wt/agree_notify]\n", "cites: [wt2023/agree_notify, wt2026/agree_notify]   # both editions\n")
    plant(lynmere, FOLLOW_UP, "  fact: child.died\n", "  fact: child.died\n  cites:\n    - wt2023/lac_death   # one a line\n    - wt2026/lac_death\n")
    plant(
        lynmere, RULE, "  fact: child.died\n", "  fact: child.died   # a comment\n  cites: [lynmere/2,   wt2023/lac_death,\n    wt2026/lac_death]\n"
    )
    before = note.read_text(encoding="utf-8"), digest(lynmere)
    got = ran("lint", str(lynmere), "--fix")
    # A comment between the two is not thrown away: that list is left to the author.
    assert (got.code, got.out.count("CR502:")) == (1, 1)
    assert got.err.splitlines() == [
        f"{note}:32:13: CR502 put right: wt2023/agree_notify, wt2026/agree_notify: now wt/agree_notify",
        f"{lynmere / RULE}:13:28: CR502 put right: wt2023/lac_death, wt2026/lac_death: now wt/lac_death",
    ]
    after = before[0].replace("[wt2023/agree_notify, wt2026/agree_notify]", "[wt/agree_notify]")
    assert (note.read_text(encoding="utf-8"), digest(lynmere)) == (after, before[1])
    assert "cites: [lynmere/2,   wt/lac_death]\n" in (lynmere / RULE).read_text(encoding="utf-8")
    again = ran("lint", str(lynmere), "--fix")
    assert (again.out, again.err) == (got.out, "")


def digest(folder: Path) -> str:
    built = check_folder(folder, packaged_rules())
    assert built.ruleset is not None, built.pack.faults
    return built.ruleset.digest


@pytest.mark.slow
def test_what_stands_in_the_national_rules_is_never_told_of_a_profile(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    national = rules / "england" / "notification" / "serious_incident.yaml"
    text = national.read_text(encoding="utf-8")
    national.write_text(
        text.replace("act: notify the incident to the Panel\n", "act: notify the incident to the Panel within 7 days\n"), encoding="utf-8"
    )
    shutil.copytree(EXAMPLE, rules / "lynmere")
    plant(rules / "lynmere", "profile.yaml", "cites: [lynmere/1]\n", "cites: [lynmere/old]\n")
    line = text[: text.index("act: notify")].count("\n") + 1
    theirs, ours = f"rules/england/notification/serious_incident.yaml:{line} CR302", "rules/lynmere/profile.yaml:19 CR501"
    assert told(lint(rules / "lynmere")) == [ours]
    assert theirs in told(lint(rules / "england"))
    assert {theirs, ours} <= set(told(lint(rules)))


@pytest.mark.slow
def test_the_shipped_rules_have_nothing_that_a_reader_of_the_sources_could_mend() -> None:
    assert told(lint(packaged_rules())) == []


@pytest.mark.slow
def test_that_a_source_gives_no_time_is_asked_only_of_those_who_have_read_it(lynmere: Path) -> None:
    source = lynmere / "sources" / "lynmere.yaml"
    text = source.read_text(encoding="utf-8")
    plant(lynmere, FOLLOW_UP, CODES["CR202"].right, CODES["CR202"].wrong)
    for status, codes in (("verified", ["CR202"]), ("secondary", ["CR202"]), ("unread", []), ("memory, confidence: low", [])):
        source.write_text(text.replace("{status: verified,", f"{{status: {status},"), encoding="utf-8")
        assert [each.split()[1] for each in told(lint(lynmere))] == codes, status


@pytest.mark.slow
def test_every_format_names_code_and_line_and_a_fingerprint_outlives_lines_and_words(lynmere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lynmere.parent)
    plant(lynmere, RULE, CODES["CR302"].right, CODES["CR302"].wrong)
    got = ran("lint", "lynmere")
    assert (got.code, got.out.splitlines()[0].startswith("lynmere/notification/lead_officer.yaml:21:5: CR302: '2 working days' stands in words")) == (
        1,
        True,
    )
    (run,) = ran("lint", "lynmere", "--format", "sarif").json["runs"]
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert (rule["id"], rule["help"]["markdown"]) == ("CR302", (FOLDER / "CR302.md").read_text(encoding="utf-8"))
    assert rule["helpUri"].startswith("https://")
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("lynmere/notification/lead_officer.yaml", 21)
    assert "::error file=lynmere/notification/lead_officer.yaml,line=21,col=5,title=CR302 " in ran("lint", "lynmere", "--format", "github").out
    assert [each["check_name"] for each in ran("lint", "lynmere", "--format", "gitlab").json] == ["CR302 TimeInWords", "summary"]
    for shape in ("markdown", "junit", "junit-with-lines", "json"):
        told_there = ran("lint", "lynmere", "--format", shape)
        assert (told_there.code, "2 working days" in told_there.out, told_there.err) == (1, True, "")
    path = lynmere / RULE
    path.write_text("# moved down\n" + path.read_text(encoding="utf-8").replace("2 working days", "3 working days"), encoding="utf-8")
    (moved,) = ran("lint", "lynmere", "--format", "sarif").json["runs"][0]["results"]
    assert moved["partialFingerprints"] == result["partialFingerprints"]
    assert moved["locations"][0]["physicalLocation"]["region"]["startLine"] == 22


@pytest.mark.slow
def test_what_check_refuses_is_an_error_in_every_format_and_nothing_more_is_said(lynmere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (lynmere / RULE).read_text(encoding="utf-8")
    (lynmere / RULE).write_text(text.replace("expect: {outcome: not_met}", "expect: {outcome: met}"), encoding="utf-8")
    got = ran("lint", str(lynmere))
    assert (got.code, got.out) == (2, "")
    assert got.err.splitlines()[0] == f"{lynmere / RULE}:29:1: no example of outcome not_met"
    (found,) = ran("lint", str(lynmere), "--format", "json").json["findings"]
    assert (found["code"], found["state"], found["place"]["file"]) == ("CSPR010", "error", str(lynmere / RULE))
    # Of a folder that lies deeper than the one that the command runs in, tools are told the whole way, by `check` too.
    monkeypatch.chdir(lynmere.parents[2])
    for command in ("lint", "check"):
        (found, *_) = ran(command, str(lynmere), "--format", "json").json["findings"]
        assert found["place"]["file"] == (lynmere / RULE).relative_to(lynmere.parents[2]).as_posix()


@pytest.mark.slow
def test_codes_are_chosen_and_left_out_and_a_name_that_is_none_is_refused(lynmere: Path) -> None:
    plant(lynmere, RULE, CODES["CR302"].right, CODES["CR302"].wrong)
    assert [ran("lint", str(lynmere), option, "CR302").code for option in ("--select", "--ignore")] == [1, 0]
    got = ran("lint", str(lynmere), "--ignore", "cr302")
    assert (got.code, "--ignore: there is no code called 'cr302'; did you mean 'CR302'?" in got.err) == (2, True)
    for named in ([], ["bcp"]):
        got = ran("lint", *named, "--fix")
        assert (got.code, "--fix: name the folder whose files are to be put right" in got.err) == (2, True)


def test_the_right_cut_of_every_page_stands_once_in_the_example() -> None:
    for code in CODES.values():
        lines = (EXAMPLE / code.file).read_text(encoding="utf-8").splitlines()
        cut = code.right.splitlines()
        assert sum(_same(lines[at : at + len(cut)], cut) for at in range(len(lines))) == 1, code.code
        assert code.wrong != code.right
