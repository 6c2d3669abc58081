"""The interview in a terminal: what it says, what it takes, and that nothing typed is lost; with pipes and in a real terminal."""

from __future__ import annotations

import io
import re
import sys
import time
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import NOT_YET, case_from, load_ruleset, read_file
from cspr_rules.casework.typed_answers import how_to_answer, parsed
from cspr_rules.cli.ask import COMMANDS
from cspr_rules.cli.main import main
from tests.support.running import in_process

ROOT = Path(__file__).parents[2]
CASE = ROOT / "docs" / "cases" / "stabbed-boy-exploitation-not-yet-asked.yaml"
HOW_TO = ROOT / "docs" / "how-to" / "ask.md"
ENGLAND = load_ruleset("england")


class Asked:
    """What one interview with piped answers came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err
        self.flat = " ".join(err.split())


def asked(*arguments: str, answers: str = "") -> Asked:
    """Run the command inside this process with answers from a pipe."""
    return Asked(*in_process(["ask", *arguments], answers.encode("utf-8", "surrogateescape"), errors="replace"))


def decided(file: Path, *arguments: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["decide", str(file), *arguments]) == 0
    return out.getvalue()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


TO_THE_VIEW = "1\n26/3/2024\n2\n"
"""Answers up to the authority's view, whose holder is asked for next, for England."""

FIRST = TO_THE_VIEW + "\n3\n1\nno\nyes\n\n27/3/2024\n"
"""Answers up to where the notification is settled, for England."""


# -- one interview -------------------------------------------------------------------------------------------------------------------


def test_the_notification_is_settled_first_with_its_date_and_the_decision_so_far_comes_with_stop() -> None:
    run = asked("--profile", "england", answers=FIRST + "stop\n")
    assert run.code == 0
    said = "So far: Must the Panel be notified? Yes: the local authority must notify the Panel."
    assert f"{said} Its time runs from a day that is not recorded" in run.flat
    assert f"{said} Plan for Friday 5 April 2024, 5 working days left." in run.flat
    assert "MUST notify the incident to the Panel" in run.out
    assert run.flat.endswith("Left without saving.")
    assert "Traceback" not in run.err


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["text", "markdown", "html", "json"])
@pytest.mark.parametrize("more", [(), ("--as-of", "2024-04-10")])
def test_the_decision_is_byte_for_byte_that_of_decide_on_the_saved_file(shape: str, more: tuple[str, ...]) -> None:
    run = asked("case.yaml", "--profile", "england", "--format", shape, *more, answers=FIRST + "skip\nno\nback\nyes\nstop\n")
    assert run.code == 0
    assert run.out == decided(Path("case.yaml"), "--format", shape)


@pytest.mark.slow
def test_an_interview_that_is_left_and_gone_on_with_comes_to_the_same() -> None:
    words = [*FIRST.splitlines(), *["skip"] * 40]
    at_once = asked("once.yaml", "--profile", "england", answers="\n".join(words) + "\n")
    part, rest = words[:12], words[12:]
    assert asked("parts.yaml", "--profile", "england", answers="\n".join([*part, "quit"]) + "\n").code == 0
    gone_on = asked("parts.yaml", answers="\n".join(rest) + "\n")
    assert Path("once.yaml").read_text() == Path("parts.yaml").read_text()
    assert at_once.out.replace("once.yaml", "parts.yaml") == gone_on.out != ""
    assert f"{len(part) - 2} answers from parts.yaml" in gone_on.flat


@pytest.mark.slow
def test_the_same_answers_give_the_same_bytes() -> None:
    first, second = (asked("--profile", "bcp", answers=FIRST + "why\nanswers\nskip\nskip\n") for _ in range(2))
    assert (first.out, first.err) == (second.out, second.err)


@pytest.mark.slow
def test_every_shipped_case_can_be_gone_on_with() -> None:
    for path in sorted((ROOT / "docs" / "cases").glob("*.yaml"))[::6]:
        Path(path.name).write_bytes(path.read_bytes())
        run = asked(path.name, answers="answers\nwhy\nskip\nback\nstop\n")
        assert run.code == 0, run.err
        assert run.out.endswith(decided(Path(path.name)))  # printed once before too where the question that was left open was the last
        assert Path(path.name).read_bytes() == path.read_bytes()  # nothing new was answered, so nothing is written


def test_a_file_that_is_gone_on_with_keeps_its_title_profile_and_expectations() -> None:
    file = Path("case.yaml")
    file.write_bytes(CASE.read_bytes())
    before = read_file(file).value
    assert asked("case.yaml", answers="skip\nsave\nstop\n").code == 0
    after = read_file(file).value
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {key: value for key, value in before.items() if key != "facts"} == {key: value for key, value in after.items() if key != "facts"}
    assert after["facts"].items() > {key: value for key, value in before["facts"].items() if value is not None}.items()
    assert "unknown" in after["facts"].values()


# -- what is typed -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_bad_answer_gets_one_sentence_and_a_suggestion_and_the_question_stands() -> None:
    run = asked("--profile", "england", answers="one\n1\n31/2/2024\n26/3/2024\n2\n\n200\n3\nin_aera\n1\nstopp\nmaybe\nno\nsecret-word\n")
    for said in (
        "That is no answer to this question: expected a whole number from 1 to 1000 (children), or as much as is known, such as 2 or over.",
        "expected a day, such as 27/3/2024 or 2024-03-27, a month, day not known, or not yet.",
        "expected a whole number from 0 to 120 (years), but it is 200.",
        "expected a number from 1 to 8; did you mean 'in_area'?",
        "did you mean 'stop'?",
        "expected yes or no.",
    ):
        assert said in run.flat, said
    assert run.flat.count("Has the child died?") == 1
    assert run.code == 0


@pytest.mark.slow
def test_what_cannot_be_so_is_said_at_once_and_put_right_by_going_back() -> None:
    run = asked("--profile", "england", answers=FIRST.replace("26/", "28/") + "back incident.occurred_on\n26/3/2024\n27/3/2024\nsave a.yaml\n")
    assert "incident.authority_aware_on is 2024-03-27, before incident.occurred_on (2024-03-28): both cannot be so." in run.flat.lower()
    assert "Nothing was recorded." in run.flat
    assert "Taken back: On what day was the harm done" in run.flat
    facts = read_file(Path("a.yaml")).value
    assert isinstance(facts, dict)
    assert (facts["facts"]["incident.occurred_on"], facts["facts"]["incident.authority_aware_on"]) == ("2024-03-26", "2024-03-27")


@pytest.mark.slow
def test_commands_work_at_every_prompt_even_where_free_words_are_asked_for() -> None:
    words = TO_THE_VIEW + "help\nwhy\nanswers\nsave a.yaml\nlead officer\nsave\nback of a lorry\nback\n3\n\nyes\n"
    run = asked("a.yaml", "--profile", "england", answers=words)
    assert "what the answer decides" in run.flat
    assert "Saved: a.yaml." in run.flat
    assert run.flat.count("Does the local authority know, or suspect, that this child has been abused or neglected?") >= 3
    case = case_from(read_file(Path("a.yaml"))).case
    assert case.children[0]["concern.authority_view"] == "neither"


@pytest.mark.slow
def test_a_judgement_is_stored_with_who_made_it_only_if_that_is_said() -> None:
    words = TO_THE_VIEW + "lead officer\nyes\n\nfractures of different ages\nthe police: too early\n3\n1\nno\nyes\n\nstop\n"
    run = asked("a.yaml", "--profile", "england", answers=words)
    assert run.code == 0
    child = case_from(read_file(Path("a.yaml"))).case.children[0]
    assert child["concern.authority_view"] == {
        "value": "suspected",
        "role": "lead officer",
        "reasons": "fractures of different ages",
        "dissent": "the police: too early",
    }
    assert child["child.seriously_harmed"] is True


def judged(*typed: str, profile: str = "bcp") -> tuple[Asked, Any]:
    """Return an interview in which the authority's view is judged suspected, these lines follow, and it is left; and what is recorded of it."""
    run = asked("j.yaml", "--profile", profile, "--as-of", "2024-04-02", answers=TO_THE_VIEW + "\n".join([*typed, "quit", ""]))
    assert run.code == 0
    found = case_from(read_file(Path("j.yaml"))).case.children[0]["concern.authority_view"]
    Path("j.yaml").unlink()
    return run, found


@pytest.mark.slow
def test_a_role_is_recorded_as_the_profile_calls_it_however_it_is_typed() -> None:
    holder = "Head of Quality Assurance, Safeguarding and Partnerships"
    for typed in ("1", "Lead Officer", "the registered lead officer", "lead_officer", holder):
        run, found = judged(typed, "", "", "")
        assert found == {"value": "suspected", "role": "registered lead officer"}, typed
        assert "1 registered lead officer Who judged it?" in run.flat
        assert "Recorded: registered lead officer." in run.flat


@pytest.mark.slow
def test_all_roles_are_listed_when_asked_for_and_a_number_means_what_is_shown() -> None:
    run, found = judged("2", "roles", "56", "", "", "")
    assert run.flat.count("There is no role of that number here") == 1
    assert "56 Service Manager 57 Service Director" in run.flat
    assert found["role"] == "Service Manager"
    run, found = judged("1", "sector lead", "yes", "", "", "", profile="england")
    assert "There is no role of that number here" in run.flat
    assert found["role"] == "sector lead"


@pytest.mark.slow
def test_another_role_is_taken_once_it_is_confirmed_and_a_slip_is_noticed() -> None:
    run, found = judged("led officer", "lead officer", "", "", "")
    assert "That is none of the roles of this authority; did you mean 'lead officer'?" in run.flat
    assert found["role"] == "registered lead officer"
    run, found = judged("night sister", "yes", "", "", "")
    assert run.flat.count("That is none of the roles of this authority.") == 1
    assert found["role"] == "night sister"
    _, found = judged("led officer", "")
    assert found == "suspected"


@pytest.mark.slow
def test_the_day_of_a_judgement_is_asked_and_one_that_cannot_be_is_not_taken() -> None:
    run, found = judged("1", "soon", "not yet", "3/4/2024", "yesterday", "fractures", "")
    assert run.flat.count("That is no day: expected a day, such as 27/3/2024 or 2024-03-27, or today.") == 2
    assert "judged on 2024-04-03, after the day the case is looked at from (2024-04-02)." in run.flat
    assert "Recorded: Monday 1 April 2024." in run.flat
    assert found == {"value": "suspected", "role": "registered lead officer", "on": "2024-04-01", "reasons": "fractures"}


@pytest.mark.slow
def test_going_back_by_number_asks_that_question_alone_again() -> None:
    run = asked("a.yaml", "--profile", "england", answers=FIRST + "back 4\n17\nback 99\nback child.dide\nback child.died 2\nstop\n")
    assert "Taken back: How old was the child" in run.flat
    assert "There is no answer number 99" in run.flat
    assert "did you mean 'child.died'?" in run.flat
    case = case_from(read_file(Path("a.yaml"))).case
    assert case.children[0]["child.age_at_harm"] == 17
    assert case.children[0]["child.died"] is False


def test_at_the_end_the_decision_is_printed_once_and_commands_are_still_taken() -> None:
    run = asked("--profile", "england", "--for", "notify_panel", answers=FIRST + "anwsers\nanswers\ndecide\nback\n28/3/2024\nsave b.yaml\n\n")
    assert run.flat.count("Nothing is left to ask.") == 2
    assert run.out.count("Decision\n") == 2  # once for each end
    assert "did you mean 'answers'?" in run.flat
    assert "Saved: b.yaml." in run.flat
    assert "Monday 8 April 2024" in run.out


@pytest.mark.slow
def test_a_changed_verdict_is_said_every_time_it_changes_going_back_included() -> None:
    """The place was wrong and is put right: what is said last is what holds."""
    run = asked("--profile", "england", answers="1\n26/3/2024\n2\n\n3\n2\nno\nback child.place_of_harm\n1\nyes\n\n27/3/2024\nstop\n")
    said = [line for line in re.split(r"== So far: ", run.flat) if line.startswith("Must the Panel be notified?")]
    states = [re.match(r"Must the Panel be notified\? (Yes|Not decided|Not on these facts)", each) for each in said]
    assert [each and each.group(1) for each in states][:3] == ["Not on these facts", "Not decided", "Yes"]
    assert "Plan for Friday 5 April 2024" in said[-1]


def test_an_answer_is_no_name_of_a_file_and_no_lock_is_left_behind() -> None:
    run = asked("--profile", "england", answers="1\nsave y\nsave YES\nsave no\nsave quit\nsave case.yaml\nquit\n")
    assert run.flat.count("is an answer, not the name of a file") == 4
    assert sorted(path.name for path in Path().iterdir()) == ["case.yaml"]


def test_a_name_that_is_taken_is_not_written_over() -> None:
    Path("other.yaml").write_text("facts: {}\n")
    run = asked("--profile", "england", answers="1\nsave other.yaml\nsave a/b/c.yaml\nsave case.json\nsave\nquit\n")
    assert "is not overwritten; nothing was written." in run.flat
    assert "cannot be written" in run.flat
    assert "ends in .yaml" in run.flat
    assert "To which file?" in run.flat
    assert Path("other.yaml").read_text() == "facts: {}\n"
    assert run.flat.endswith("Left without saving.")


@pytest.mark.slow
def test_several_children_are_told_apart() -> None:
    run = asked(
        "a.yaml",
        "--profile",
        "england",
        answers="2\n26/3/2024\nno\nno\n1\n\n1\n\n3\n7\nanswers\nback child.age_at_harm\nback child.age_at_harm 2\n8\nstop\n",
    )
    assert "Child 2 of 2: How old was the child" in run.flat
    assert "that was answered for several children" in run.flat.lower()
    assert [child.get("child.age_at_harm") for child in case_from(read_file(Path("a.yaml"))).case.children] == [3, 8]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere/case.yaml", "--for", "notify_panle"), "did you mean 'notify_panel'?"),
        (("--rule", "england.notification.serious_inciden"), "did you mean 'england.notification.serious_incident'?"),
        (("--profile", "engalnd"), "did you mean 'england'?"),
        (("--as-of", "tomorrow"), "expected a date as YYYY-MM-DD"),
        (("bad.yaml",), "there is no fact called 'child.dead'"),
        (("history.yaml",), "case file over time"),
        ((".",), "this is a folder"),
    ],
)
def test_bad_input_is_one_clear_error(arguments: tuple[str, ...], said: str) -> None:
    Path("bad.yaml").write_text("facts: {child.dead: true}\n")
    Path("history.yaml").write_text("schema: cspr-rules/casefile/1\nentries: []\n")
    run = asked(*arguments)
    assert run.code == 2
    assert said in run.flat
    assert "Traceback" not in run.err


TYPED = st.sampled_from(["", "1", "2", "yes", "no", "26/3/2024", "back 1", "back x", *COMMANDS]) | st.text(max_size=12)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(TYPED, max_size=14))
def test_nothing_that_can_be_typed_ends_in_a_traceback(lines: list[str]) -> None:
    words = "\n".join(line.replace("save", "skip") for line in lines).encode("utf-8", "replace").decode()
    run = asked("--profile", "england", "--for", "notify_panel", answers=words)
    assert run.code == 0
    assert "Traceback" not in run.err


# -- answers as people type them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("child.died", "YES", True),
        ("child.died", "n", False),
        ("child.place_of_harm", "2", "elsewhere_in_england"),
        ("child.place_of_harm", "Outside England", "outside_england"),
        ("child.age_at_harm", "17 years", 17),
        ("child.age_at_harm", "1 year", 1),
        ("incident.children_affected", "1 child", 1),
        ("child.died_on", "27/3/2024", date(2024, 3, 27)),
        ("child.died_on", "3.4.2024", date(2024, 4, 3)),
        ("child.died_on", "27 march 2024", date(2024, 3, 27)),
        ("child.died_on", "27 Mar 2024", date(2024, 3, 27)),
        ("child.died_on", "2024-03-27", date(2024, 3, 27)),
        ("child.died_on", "not yet", NOT_YET),
        ("child.died_on", "yesterday", date(2024, 4, 1)),
    ],
)
def test_an_answer_is_understood(fact: str, text: str, value: Any) -> None:
    assert parsed(ENGLAND.vocabulary.by_id[fact], text, as_of=date(2024, 4, 2)) == value


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("child.died", "perhaps"),
        ("child.died", "1"),
        ("child.place_of_harm", "0"),
        ("child.place_of_harm", "9"),
        ("child.place_of_harm", "²"),
        ("child.age_at_harm", "5 months"),
        ("child.age_at_harm", "-1"),
        ("child.age_at_harm", "1" * 5000),
        ("child.died_on", "3/27/2024"),
        ("child.died_on", "27/3/24"),
        ("child.died_on", "1/1/1066"),
        ("child.died_on", "soon"),
    ],
)
def test_an_answer_is_not_guessed_at(fact: str, text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parsed(ENGLAND.vocabulary.by_id[fact], text)


def test_today_means_nothing_unless_the_day_was_said() -> None:
    fact = ENGLAND.vocabulary.by_id["child.died_on"]
    with pytest.raises(ValueError, match="--as-of today"):
        parsed(fact, "today")
    assert "today" not in how_to_answer(fact, today=False)


# -- a real terminal -----------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="pexpect drives terminals of POSIX systems")
class TestTerminal:
    def spawned(self, *arguments: str, columns: int = 80) -> Any:
        import pexpect

        command = ["-m", "cspr_rules.cli", "ask", "--profile", "england", *arguments]
        return pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=60, dimensions=(50, columns))

    def interrupt(self, terminal: Any) -> None:
        """Press Ctrl-C as somebody would: while an answer is waited for. One that comes the instant before is noticed with the next key only."""
        terminal.expect_exact("> ")
        time.sleep(0.5)
        terminal.sendintr()

    @pytest.mark.slow
    def test_ctrl_c_offers_to_save_and_a_second_one_leaves(self) -> None:
        terminal = self.spawned()
        terminal.expect_exact("How many children")
        terminal.expect_exact("> ")
        terminal.sendline("1")
        terminal.expect_exact("On what day")
        self.interrupt(terminal)
        terminal.expect_exact("Save to which file?")
        terminal.sendline("night.yaml")
        terminal.expect_exact("Saved: night.yaml")
        terminal.expect(_end())
        assert terminal.wait() == 130
        assert Path("night.yaml").exists()

        terminal = self.spawned("night.yaml")
        terminal.expect_exact("1 answer from night.yaml")
        terminal.expect_exact("> ")
        terminal.sendline("26/3/2024")
        terminal.expect_exact("Does the local authority know")
        self.interrupt(terminal)
        terminal.expect_exact("Save to which file?")
        self.interrupt(terminal)
        terminal.expect_exact("Left without saving.")
        terminal.expect(_end())
        assert terminal.wait() == 130
        assert "26" not in Path("night.yaml").read_text()

    @pytest.mark.slow
    def test_end_of_input_gives_the_decision_and_offers_to_save(self) -> None:
        terminal = self.spawned("night.yaml", "--for", "notify_panel")
        terminal.expect_exact("> ")
        terminal.sendline("1")
        terminal.expect_exact("On what day")
        terminal.expect_exact("> ")
        terminal.sendeof()
        terminal.expect_exact("nobody need be told")
        terminal.expect_exact("Save to which file?")
        terminal.sendeof()  # no answer: the file that was named
        terminal.expect_exact("Saved: night.yaml")
        terminal.expect(_end())
        assert terminal.wait() == 0

    @pytest.mark.slow
    def test_a_narrow_terminal_and_letters_beyond_ascii(self) -> None:
        terminal = self.spawned("--for", "notify_panel", columns=44)
        for answer in TO_THE_VIEW.splitlines():
            terminal.expect_exact("Answer:")
            terminal.expect("\r\n> ")
            terminal.sendline(answer)
        terminal.expect_exact("Who judged it?")
        terminal.sendline("Bezirkssozialärztin – Ü")
        terminal.expect_exact("keep what you typed")
        terminal.sendline("yes")
        terminal.expect_exact("On which day")
        terminal.sendline("")
        terminal.expect_exact("On what grounds")
        terminal.sendline("")
        terminal.expect_exact("disagree")
        terminal.sendline("")
        terminal.expect_exact("How old was the child")
        terminal.sendline("answers")
        terminal.expect("judged by")
        said = terminal.before
        terminal.sendline("quit")
        terminal.expect_exact("Save to which file?")
        terminal.sendline("")
        terminal.expect(_end())
        assert terminal.wait() == 0
        typed = ("Who judged", "yes: keep", "On which day", "On what grounds", "Did anybody", "Bezirk")
        long = [line for line in said.replace("\r", "").split("\n") if len(line) > 44 and not line.lstrip().startswith(typed)]
        assert long == []


def _end() -> Any:
    import pexpect

    return pexpect.EOF


# -- the page that shows it ----------------------------------------------------------------------------------------------------------


def test_the_session_that_the_how_to_shows_is_a_real_one() -> None:
    page = HOW_TO.read_text()
    found = re.search(r"<!-- transcript: ask (.*?) -->\n```text\n(.*?)```", page, re.DOTALL)
    assert found
    answers = "1\n26 March 2024\nsuspectd\n2\nlead officer\n28/3/2024\nfractures of different ages\n\n0\n1\nno\nyes\n\nwhy\n27/3/2024\n\n"
    run = asked(*found[1].split(), answers=answers)
    session = "\n".join(line.rstrip() for line in run.err.split("\n"))
    for piece in found[2].split("[…]\n"):
        assert piece.strip("\n") in session
        session = session[session.index(piece.strip("\n")) :]
    assert run.out == decided(Path("tonight.yaml"))
    for command in COMMANDS:
        assert f"`{command}" in page


@pytest.mark.slow
def test_going_on_says_how_many_answers_are_not_known_each_counted_once(tmp_path: Path) -> None:
    # What is not known of the incident stands for every child as well, and is one answer all the same.
    saved = tmp_path / "case.yaml"
    saved.write_text("profile: bcp\nfacts: {incident.children_affected: 1, incident.occurred_on: unknown}\nchildren: [{child.age_at_harm: 0}]\n")
    assert "3 answers from" in asked(str(saved), answers="stop\n").flat
    assert ", 1 of them not known." in asked(str(saved), answers="stop\n").flat
