"""The example service runs as it stands, keeps to its description whatever comes, and tells faults as the library does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cspr_rules import evaluate, load_case, load_ruleset
from cspr_rules.interchange.openapi import openapi

pytest.importorskip("uvicorn", reason="the example service needs the extra `service`, which is part of the extra `test`")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CASE = Path(__file__).parents[2] / "docs" / "cases" / "baby-head-injury-before-easter.yaml"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start the service on a free port of this machine, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "service:app", "--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "CSPR_PROFILE": "bcp"}
    service = subprocess.Popen(command, cwd=EXAMPLES, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603 -- this Python
    try:
        waited = time.monotonic() + 60
        while True:
            assert service.poll() is None, "it ended before it answered"
            try:
                got(f"http://127.0.0.1:{port}/openapi.json")
                break
            except urllib.error.URLError:
                assert time.monotonic() < waited, "it did not answer within a minute"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        service.terminate()
        _, said = service.communicate(timeout=30)
    # What is no HTTP never reaches the service; its server says so, and nothing of what was sent.
    assert set(said.splitlines()) <= {"WARNING:  Invalid HTTP request received."}


def got(url: str, body: bytes | None = None) -> tuple[int, Any]:
    """Return the status and the JSON that a request is answered with."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 -- this machine
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=60)  # noqa: S310
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
    return response.status, json.loads(response.read())


@pytest.mark.slow
@pytest.mark.parametrize("detail", ["slim", "full"])
def test_a_case_is_answered_with_its_record(address: str, detail: Any) -> None:
    file = load_case(CASE)
    assert file.as_of
    record = evaluate(load_ruleset("bcp"), file.case, as_of=file.as_of)
    plain = {"as_of": str(file.as_of), "facts": {name: str(value) if hasattr(value, "year") else value for name, value in file.case.facts.items()}}
    plain["children"] = json.loads(json.dumps(file.case.children, default=str))
    assert got(f"{address}/decisions?detail={detail}", json.dumps(plain).encode()) == (200, record.to_dict(detail))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (
            '{"as_of": "2024-05-01", "facts": {"child.dide": true, "child.age_at_harm": "three"}}',
            [
                ("facts.child.dide", "there is no fact called 'child.dide'; did you mean 'child.died'?"),
                ("facts.child.age_at_harm", "child.age_at_harm: expected a whole number from 0 to 120"),
            ],
        ),
        ('{"as_of": "2024-05-01", "facts": ', [("", "this is not well-formed JSON")]),
        ('{"facts": {}}', [("", "say from which day to look, as YYYY-MM-DD")]),
        ('{"as_of": "2024-05-01", "profile": "/etc"}', [("", "this service decides by the rules of bcp")]),
        ("[]", [("", "this is not a mapping")]),
        ("", [("", "this is not well-formed JSON")]),
        (" " * 1_000_001, [("", "the case is larger than 1000 kB")]),
    ],
    ids=["facts", "half", "no day", "profile", "list", "nothing", "large"],
)
def test_what_is_wrong_is_told_with_place_and_what_was_expected(address: str, body: str, faults: list[tuple[str, str]]) -> None:
    status, answer = got(f"{address}/decisions", body.encode())
    assert status == 422
    for fault, (path, words) in zip(answer["faults"], faults, strict=True):
        assert fault["path"] == path
        assert words in fault["message"]
    described = openapi(load_ruleset("bcp"))["components"]
    Draft202012Validator({"$ref": "#/components/schemas/Faults", "components": described}).validate(answer)


@pytest.mark.slow
def test_the_service_is_described_as_the_command_describes_it(address: str) -> None:
    assert got(f"{address}/openapi.json") == (200, openapi(load_ruleset("bcp")))


@pytest.mark.slow
def test_whatever_schemathesis_sends_is_answered_as_described_and_never_with_500(address: str, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is part of the extra `test`")
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--checks", checks]
    command += ["--seed", "1", "--phases", "fuzzing", "--max-examples", "40", "--generation-deterministic", "--workers", "1", "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)  # noqa: S603 -- this Python
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "decisions" in done.stdout
