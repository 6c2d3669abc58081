"""Another system's program, asked case by case: its failures are its own, a right one passes, and what a wrong one holds is named."""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cspr_rules.cli.main import main
from cspr_rules.conformance.vectors import line_of, read_vectors
from tests.support.council import COUNCIL, PLANTED, vectors

HARNESS = COUNCIL.parent / "harness"
HOSTILE = Path(__file__).parent / "hostile.py"
DIED: dict[str, Any] = {"child.died": True, "home.accommodated_in_childrens_home": True, "incident.occurred_on": "2024-03-01"}
CASES = {"one": DIED, "two": DIED | {"child.died": False}, "three": {"child.died": True, "incident.occurred_on": "2024-03-01"}}
EXPECTED = {"one": "met", "two": "not_met", "three": "undetermined"}
VECTORS = [
    {
        "id": name,
        "profile": "england",
        "as_of": "2024-03-08",
        "case": {"facts": facts},
        "expect": {"outcomes": {"england.childrens_homes.death": EXPECTED[name]}},
    }
    for name, facts in CASES.items()
]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "vectors.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in VECTORS), encoding="utf-8")
    return file


def conform(capsys: pytest.CaptureFixture[str], file: Path, *words: str, options: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    code = main(["conform", "run", "--vectors", str(file), "--format", "json", *options, "--", *words])
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return code, json.loads(out.out) if out.out else {"told": out.err}


BAD = {
    "dies at once": "ended",
    "silent at start": "timed out",
    "dies at start": "ended",
    "other version": "wrong shape",
    "silent at run": "timed out",
    "dies at run": "ended",
    "wrong seq": "wrong seq",
    "garbage": "not JSON",
    "no object": "wrong shape",
    "no answers": "wrong shape",
    "deep": "not JSON",
    "long line": "too long",
    "flood": "wrong seq",
    "skips without a reason": "wrong shape",
}


@pytest.mark.slow
@pytest.mark.parametrize("how", BAD)
def test_a_program_that_breaks_down_fails_every_case_within_bounds(how: str, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    code, found = conform(capsys, asked, sys.executable, str(HOSTILE), how, options=("--timeout", "2"))
    assert (code, found["conforms"], found["cases"]["broken"]) == (1, False, 3)
    assert found["faults"] == {f"{BAD[how]}, no answer": 3}
    assert time.monotonic() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


@pytest.mark.slow
def test_a_program_that_answers_twice_is_told_for_the_case_that_it_answered_twice(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, asked, sys.executable, str(HOSTILE), "answers twice")
    assert code == 1
    assert "answered twice, no answer" in found["faults"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["dies at stop", "never stops"])
def test_a_bad_end_is_told(how: str, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, asked, sys.executable, str(HOSTILE), how, options=("--timeout", "2"))
    assert code == 1
    assert len(found["ends"]) == 1


@pytest.mark.slow
def test_what_goes_to_standard_error_stops_nobody(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, asked, sys.executable, str(HOSTILE), "shouts")
    assert (code, found["answers"]["right"], found["answers"]["wrong"], found["ends"]) == (1, 1, 2, [])


def test_a_program_that_dies_of_one_case_is_asked_the_others_that_were_sent_already(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = conform(capsys, asked, sys.executable, str(HOSTILE), "dies at two")
    assert found["cases"] == {"all": 3, "marked": 2, "broken": 1}
    assert [(each["id"], each["state"]) for each in found["failing"]] == [("three", "marked"), ("two", "broken")]


def test_names_that_are_none_are_an_error_of_the_program(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, asked, sys.executable, str(HOSTILE), "unknown names")
    assert (code, found["faults"]) == (1, {"answers that cannot be read": 3})
    assert "there is no rule called 'england.nothing'" in found["failing"][0]["message"]


def test_a_program_that_cannot_be_started_is_bad_input(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, asked, "no-such-program-anywhere")
    assert code == 2
    assert found["told"] == "PROGRAM: 'no-such-program-anywhere' cannot be started: No such file or directory\n"


def test_without_a_program_or_cases_there_is_nothing_to_do(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", "run", "--vectors", str(asked)]) == 2
    assert main(["conform", "run", "--", "true"]) == 2
    assert "expected a program after --" in capsys.readouterr().err


def test_a_vector_made_with_other_rules_marks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "v.jsonl"
    file.write_text(json.dumps(VECTORS[1] | {"expect": {"outcomes": {"england.childrens_homes.death": "met"}}}) + "\n", encoding="utf-8")
    code, found = conform(capsys, file, sys.executable, str(HOSTILE), "well")
    assert code == 2
    assert "it was made with other rules" in found["told"]


LANGUAGES = {
    "java": ("java", str(HARNESS / "Harness.java")),
    "shell": ("sh", str(HARNESS / "harness.sh")),
}
NEEDED = {"java": "java", "shell": "jq", "node": "node"}


def needs(language: str) -> None:
    if language in NEEDED and shutil.which(NEEDED[language]) is None:
        pytest.skip(f"{NEEDED[language]} is not on this machine")


@pytest.mark.slow
@pytest.mark.parametrize("each", [(), ("--each",)], ids=["one process", "one each"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_harness_with_its_own_function_is_right(language: str, each: tuple[str, ...], asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs(language)
    code, found = conform(capsys, asked, *LANGUAGES[language], options=("--timeout", "60", *each))
    assert (code, found["conforms"], found["answers"]["right"]) == (0, True, 3), found


SYSTEMS = {
    "python": (sys.executable, str(HARNESS / "harness.py"), ".py"),
    "node": ("node", str(HARNESS / "harness.mjs"), ".mjs"),
}


def council(language: str, which: str) -> list[str]:
    needs(language)
    program, harness, ending = SYSTEMS[language]
    return [program, harness, str(COUNCIL / f"{which}{ending}")]


@pytest.mark.slow
def test_the_vectors_of_the_council_are_those_that_the_rules_give() -> None:
    assert (COUNCIL / "vectors.jsonl").read_text(encoding="utf-8") == "".join(map(line_of, vectors()))
    assert len(read_vectors(COUNCIL / "vectors.jsonl")) == 320


@pytest.mark.slow
@pytest.mark.parametrize("language", SYSTEMS)
def test_the_right_council_passes_clean(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, COUNCIL / "vectors.jsonl", *council(language, "right"))
    assert (code, found["cases"]) == (0, {"all": 320, "marked": 320})
    assert (found["answers"]["wrong"], found["faults"], found["misconceptions"]) == (0, {}, [])


@pytest.mark.slow
@pytest.mark.parametrize("language", SYSTEMS)
def test_all_faults_of_the_wrong_council_are_named_and_none_invented(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = conform(capsys, COUNCIL / "vectors.jsonl", *council(language, "wrong"))
    assert code == 1
    assert sorted(name for each in found["misconceptions"] for name in each["ids"]) == sorted(PLANTED)
    assert found["unexplained"] == 0


def test_the_same_run_in_each_format(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--", sys.executable, str(HOSTILE), "well"]
    printed = {}
    for shape in ("text", "markdown", "junit"):
        assert main(["conform", "run", "--vectors", str(asked), "--format", shape, *words]) == 1
        out = capsys.readouterr()
        assert out.err == ""  # no progress where nobody looks
        printed[shape] = out.out
    assert "1 right and 2 wrong" in printed["text"]
    assert "- **three:** 2 facts" in printed["markdown"]
    suite = ElementTree.fromstring(printed["junit"])[0]  # noqa: S314 -- our own
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["two", "three"]


def fenced(name: str) -> str:
    page = (COUNCIL.parents[1] / "how-to" / "check-your-system.md").read_text(encoding="utf-8")
    return page.split(f"<!-- {name} -->\n```")[1].partition("\n")[2].partition("```")[0]


def test_the_five_minutes_of_the_page_fail_and_then_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "easter.yaml").write_text(fenced("case"), encoding="utf-8")
    (tmp_path / "programs").mkdir()
    mine = tmp_path / "programs" / "mine.py"
    words = ["conform", "run", "--cases", str(tmp_path), "--", sys.executable, str(HARNESS / "harness.py"), str(mine)]
    mine.write_text(fenced("mine"), encoding="utf-8")
    assert main(words) == 1
    assert capsys.readouterr().out.startswith(fenced("printed").removesuffix("[…]\n"))
    mine.write_text(fenced("mended"), encoding="utf-8")
    assert main(words) == 0
    assert "Every answer given is right." in capsys.readouterr().out
