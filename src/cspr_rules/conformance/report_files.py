"""A program that was held against the rules, as JUnit XML: a suite of cases, each of them a test."""

from __future__ import annotations

from xml.etree import ElementTree

from cspr_rules.conformance.scoring import Scored, fault_of
from cspr_rules.interchange.junit import safe


def conformance_junit(found: Scored) -> str:
    """Return a run as JUnit XML: what is wrong has failed, a program that broke down or cannot be read is an error, and skipped is skipped."""
    results = found.run.results
    failed = [each for each in results if each.wrong and each.state == "marked"]
    broken = [each for each in results if each.wrong and each.state != "marked"]
    skipped = [each for each in results if each.state == "skipped"]
    suites = ElementTree.Element("testsuites", name="cspr-rules conform")
    ends = len(found.run.ends)
    numbers = {"tests": len(results) + ends, "failures": len(failed), "errors": len(broken) + ends, "skipped": len(skipped)}
    suite = ElementTree.SubElement(suites, "testsuite", name=safe(found.run.program))
    suite.attrib.update({key: str(number) for key, number in numbers.items()})
    for each in results:
        case = ElementTree.SubElement(suite, "testcase", classname=safe(each.asked.ruleset.profile.id), name=safe(each.asked.id))
        if each.state == "skipped":
            ElementTree.SubElement(case, "skipped", message=safe(each.message))
        elif each.state != "marked":
            ElementTree.SubElement(case, "error", type=safe(each.kind or each.state), message=safe(each.message))
        elif each.wrong and each.marking:
            wrong = [mark for mark in each.marking.marks if mark.verdict in ("wrong", "missed")]
            kinds = "; ".join(dict.fromkeys(fault_of(mark, each) for mark in wrong))
            ElementTree.SubElement(case, "failure", type="wrong", message=safe(kinds)).text = safe("\n".join(map(str, wrong)))
    for told in found.run.ends:
        case = ElementTree.SubElement(suite, "testcase", classname="program", name="ends")
        ElementTree.SubElement(case, "error", type="end", message=safe(told))
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'
