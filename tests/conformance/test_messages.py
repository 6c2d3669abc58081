"""The published schema of the protocol: what is sent to a program, and what the harnesses that ship answer, keeps to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cspr_rules import load_ruleset
from cspr_rules.conformance.message_shape import conformance_schema
from cspr_rules.conformance.messages import VERSION
from cspr_rules.conformance.running import of_vectors
from tests.support.council import COUNCIL, vectors

HARNESS = COUNCIL.parent / "harness"
PROGRAMS: dict[str, tuple[str, ...]] = {
    "python": (sys.executable, str(HARNESS / "harness.py"), str(COUNCIL / "right.py")),
    "node": ("node", str(HARNESS / "harness.mjs"), str(COUNCIL / "right.mjs")),
    "java": ("java", str(HARNESS / "Harness.java")),
    "shell": ("sh", str(HARNESS / "harness.sh")),
}
NEEDS = {"shell": "jq"}


@cache
def validator(part: str) -> jsonschema.Draft202012Validator:
    schema = conformance_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    one = {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(one, format_checker=jsonschema.FormatChecker())


def sent() -> list[dict[str, Any]]:
    asked = list(of_vectors(vectors(), load_ruleset))[:40]
    runs: list[dict[str, Any]] = [dict(each.message()) for each in asked]
    return [{"cmd": "start", "version": VERSION, "profile": "england"}, *runs, {"cmd": "stop"}]


@pytest.mark.slow
@pytest.mark.parametrize("language", PROGRAMS)
def test_what_is_sent_and_what_a_shipped_harness_answers_keep_to_the_schema(language: str, tmp_path: Path) -> None:
    program = PROGRAMS[language]
    if shutil.which(program[0]) is None or shutil.which(NEEDS.get(language, program[0])) is None:
        pytest.skip(f"{language} is not installed")
    messages = sent()
    for message in messages:
        validator("ReadByTheProgram").validate(message)
    lines = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in messages)
    done = subprocess.run(list(program), input=lines, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 -- the harnesses that ship
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(messages) - 1
    for answer in answers:
        validator("WrittenByTheProgram").validate(answer)
    assert [each.get("seq") for each in answers] == [each.get("seq") for each in messages[:-1]]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("WrittenByTheProgram", {"version": 2, "name": "mine"}),
        ("WrittenByTheProgram", {"seq": "a"}),
        ("WrittenByTheProgram", {"seq": 1, "skipped": "why"}),
        ("WrittenByTheProgram", {"seq": "a", "skipped": " "}),
        ("WrittenByTheProgram", {"seq": "a", "skipped": "why", "errored": "what"}),
        ("WrittenByTheProgram", {"seq": "a", "answers": {"outcome": {}}}),
        ("ReadByTheProgram", {"cmd": "go"}),
        ("ReadByTheProgram", {"cmd": "start", "version": 1}),
        ("ReadByTheProgram", {"cmd": "run", "seq": "a", "profile": "england", "as_of": "today", "case": {}, "asked": {}}),
        ("ReadByTheProgram", {"cmd": "run", "seq": "a", "profile": "england", "as_of": "2024-03-27", "case": {}, "asked": {"ask": False}}),
    ],
    ids=str,
)
def test_what_is_no_message_is_refused(part: str, message: dict[str, Any]) -> None:
    assert not validator(part).is_valid(message)
