"""Findings as a JUnit XML report, for the tools that show tests."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from cspr_rules.interchange.findings import Findings, Found, because, by_suite
from cspr_rules.marking.one_mark import VERDICTS
from cspr_rules.safe_text import visible_lines

_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def junit(findings: Findings, *, lines: bool = False) -> str:
    """Return findings as JUnit XML: a suite for each case, a test for each finding.

    Args:
        findings: The findings.
        lines: Whether a test names its file and line in attributes of its own. Some tools link to them; the schema of Jenkins knows neither, so
            without this they stand in the text of what failed.
    """
    suites = ElementTree.Element("testsuites", name=f"cspr-rules {findings.command}")
    for name, found in by_suite(findings.all).items():
        counts = {state: str(sum(each.state == state for each in found)) for state in ("failed", "error", "waived")}
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=safe(name),
            tests=str(len(found)),
            failures=counts["failed"],
            errors=counts["error"],
            skipped=counts["waived"],
        )
        for each in found:
            case = ElementTree.SubElement(suite, "testcase", classname=safe(name), name=safe(each.name))
            if lines and each.where.line is not None:
                case.attrib |= {"file": safe(each.where.file), "line": str(each.where.line)}
            _told(case, each)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _told(case: ElementTree.Element, each: Found) -> None:
    match each.state:
        case "waived":
            ElementTree.SubElement(case, "skipped", type="waived", message=safe(f"{each.says}. {because(each)}"))
        case "failed" | "error":
            tag = "failure" if each.state == "failed" else "error"
            kind = each.kind if each.kind in VERDICTS else each.state
            inside = ElementTree.SubElement(case, tag, type=kind, message=safe(each.says))
            inside.text = safe("\n".join(part for part in (each.title, because(each), f"At {each.where}") if part))


def safe(words: str) -> str:
    """Return words as XML can hold them."""
    return _UNPRINTABLE.sub("?", visible_lines(words))
