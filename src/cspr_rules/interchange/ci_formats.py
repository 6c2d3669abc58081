"""Findings as the two big hosts of code take them from a job: the workflow commands of GitHub, and the code quality report of GitLab."""

from __future__ import annotations

import json
from typing import Any, Final

from cspr_rules.interchange.findings import Findings, Found, Kind, sentence
from cspr_rules.safe_text import ascii_steering, visible

_LONGEST: Final = 4_000
"""How much of a message is sent: GitHub cuts what is longer, and a page of it helps nobody."""


def github(findings: Findings) -> str:
    """Return findings as workflow commands of GitHub: an error at its line for what is wrong, a notice for what is excused, and the totals.

    GitHub shows the first ten of each kind of a step and keeps all in the log, so what cannot be read comes first.
    """
    lines = [_command("error", each) for each in findings.bad] + [_command("notice", each) for each in findings.waived]
    lines.append(f"::notice title=cspr-rules {findings.command}::{_data(findings.summary)}")
    return "\n".join(lines) + "\n"


def _command(level: str, each: Found) -> str:
    place = {"file": each.where.file, "line": each.where.line, "col": each.where.column, "title": f"{each.code} {each.suite}"}
    said = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value is not None)
    return f"::{level} {said}::{_data(_message(each))}"


def _message(each: Found) -> str:
    message = sentence(each)
    return message if len(message) <= _LONGEST else f"{message[: _LONGEST - 3]}..."


def _data(words: str) -> str:
    return visible(words).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def gitlab(findings: Findings) -> str:
    """Return findings as a code quality report of GitLab: what is wrong, what is excused as information, and the totals as one entry more."""
    entries = [_entry(each, findings.kinds[each.kind], "major" if each.state == "failed" else "blocker") for each in findings.bad]
    entries += [_entry(each, findings.kinds[each.kind], "info") for each in findings.waived]
    if findings.all:
        first = min(each.where.file for each in findings.all)
        entries.append(
            {
                "description": f"cspr-rules {findings.command}: {findings.summary}",
                "check_name": "summary",
                "fingerprint": f"cspr-rules-{findings.command}-summary",
                "severity": "info",
                "location": {"path": first, "lines": {"begin": 1}},
            }
        )
    return ascii_steering(json.dumps(entries, indent=2, ensure_ascii=False)) + "\n"


def _entry(each: Found, kind: Kind, severity: str) -> dict[str, Any]:
    return {
        "description": _message(each),
        "check_name": f"{kind.code} {kind.name}",
        "fingerprint": each.fingerprint,
        "severity": severity,
        "location": {"path": each.where.file, "lines": {"begin": each.where.line or 1}},
    }
