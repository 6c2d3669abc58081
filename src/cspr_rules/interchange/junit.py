"""Marked answers as a JUnit XML report, for the tools that run tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from cspr_rules.marking.marks import VERDICTS, Marked
from cspr_rules.safe_text import visible_lines

_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def junit(cases: Sequence[Marked]) -> str:
    """Return marked answers as JUnit XML: a suite for each case, a test for each answer; what is not right has failed."""
    suites = ElementTree.Element("testsuites", name="cspr-rules mark")
    for name, _, marking in cases:
        failed = [each for each in marking.marks if each.verdict != "right"]
        suite = ElementTree.SubElement(suites, "testsuite", name=safe(name), tests=str(len(marking.marks)), failures=str(len(failed)), errors="0")
        for each in marking.marks:
            label = f"{each.id}[{each.child}]" if each.child else each.id
            file, _, rest = each.place.partition(":")
            case = ElementTree.SubElement(suite, "testcase", classname=f"{safe(name)}.{each.kind}", name=label)
            if rest:
                case.attrib |= {"file": safe(file), "line": rest.partition(":")[0]}
            if each.verdict != "right":
                message = f"{VERDICTS[each.verdict]}: answered {each.answered or 'nothing'}; the rules say {each.found}"
                ElementTree.SubElement(case, "failure", type=each.verdict, message=safe(message)).text = safe(each.because)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def safe(words: str) -> str:
    """Return words as XML can hold them."""
    return _UNPRINTABLE.sub("?", visible_lines(words))
