"""Findings as SARIF 2.1.0, as code scanning takes it: a result for each thing that is wrong, at its line, with a fingerprint that stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from cspr_rules.interchange.findings import Findings, Found, Kind, sentence
from cspr_rules.safe_text import ascii_steering, visible
from cspr_rules.version import __version__

MOST_RESULTS: Final = 25_000
"""How many results GitHub takes of one run; what cannot be read, and then what failed, comes first."""
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
INFORMATION: Final = "https://pypi.org/project/cspr-rules/"


def sarif(findings: Findings) -> str:
    """Return findings as a SARIF log with one run.

    What is excused is a suppressed result with the reason; what passed is counted in the properties of the run.
    """
    told = [*findings.bad, *findings.waived][:MOST_RESULTS]
    kinds = [kind for kind in findings.kinds if any(each.kind == kind for each in told)]
    run = {
        "tool": {
            "driver": {
                "name": "cspr-rules",
                "fullName": f"cspr-rules {findings.command}",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": INFORMATION,
                "rules": [_rule(findings.kinds[kind]) for kind in kinds],
            }
        },
        "automationDetails": {"id": f"cspr-rules/{findings.command}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which the command ran."}}},
        "results": [_result(each, kinds) for each in told],
        "properties": dict(findings.totals),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return ascii_steering(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.code,
        "name": kind.name,
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.title},
        "help": {"text": kind.help, "markdown": kind.page} if kind.page else {"text": kind.help},
        "helpUri": INFORMATION,
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["rules-as-code"], "problem.severity": "error"},
    }


def _result(each: Found, kinds: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": each.code,
        "ruleIndex": kinds.index(each.kind),
        "level": "error",
        # GitHub wants the text itself, beside the parts that it is made of.
        "message": {"text": visible(f"'{each.suite}': {sentence(each)}")},
        "locations": [{"physicalLocation": _place(each)}],
        "partialFingerprints": {"csprRules/v1": each.fingerprint},
    }
    if each.waiver is not None:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": visible(each.waiver.reason)}]
    return found


def _place(each: Found) -> dict[str, Any]:
    artifact: dict[str, Any] = {"uri": quote(each.where.file)}
    if not each.where.file.startswith("/"):
        artifact["uriBaseId"] = "SRCROOT"
    else:
        artifact["uri"] = f"file://{artifact['uri']}"
    region = {"startLine": each.where.line or 1}
    if each.where.column is not None:
        region["startColumn"] = each.where.column
    return {"artifactLocation": artifact, "region": region}
