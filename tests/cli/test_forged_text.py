"""Nothing that people wrote steers a terminal, turns the direction of writing round, or forges a line of what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cspr_rules.cli.main import main
from cspr_rules.safe_text import ascii_steering, visible, visible_lines
from tests.support.rules_folders import Folder

REASONS = "seen\n2024-03-28  e3: FORGED\x1b[8m"
ENTRIES = (
    {"schema": "cspr-rules/casefile/1", "reference": "r\x1b]0;owned\x07\u202eQ", "profile": "bcp", "title": "t\x9b2J"},
    {"id": "e1", "on": "2024-03-27", "fact": "incident.authority_aware_on", "value": "2024-03-27"},
    {"id": "e2", "on": "2024-03-28", "fact": "concern.authority_view", "value": "known", "role": "lead\u2066", "reasons": REASONS},
)
HISTORY = "".join(f"{json.dumps(each)}\n" for each in ENTRIES)
FORGED = r'{"schema": "cspr-rules/casefile/1"}' + "\n" + r'{"on":"2024-01-01","fact":"a.b","withdraws":"x\n/etc/passwd:1: FORGED\u001b[31m"}' + "\n"
FILES = {
    "h.jsonl": HISTORY,
    "w.jsonl": FORGED,
    "c.yaml": 'title: "t\\e[2J\\nFORGED"\nas_of: 2024-04-02\nfacts: {child.died: true}\n'
    "expect: {outcomes: {england.notification.serious_incident: met}}\n",
    "d.yaml": 'facts:\n  "a\\e[31m": 1\n  "a\\e[31m": 2\n',
    "p.yaml": 'profile: "\\e[31mred"\n',
    "k.yaml": '"a\\nFORGED\\e[31m": 1\n',
}
COMMANDS = (
    *(f"history show h.jsonl{more}" for more in ("", " --format json", " --on 2024-03-28", " --changes 2024-03-27 2024-03-28")),
    *(f"audit h.jsonl --format {shape}" for shape in ("text", "markdown", "html", "json")),
    *(f"docket h.jsonl --format {shape}" for shape in ("table", "html", "json", "ics", "timeline", "svg")),
    *(f"mark c.yaml --format {shape}" for shape in ("text", "markdown", "html", "junit", "json")),
    *(f"decide c.yaml --format {shape}" for shape in ("text", "markdown", "html", "json")),
    "mark c.yaml --sheet england.notification",
    *(f"decide {name}" for name in ("d.yaml", "p.yaml", "k.yaml")),
    "history show w.jsonl",
)


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS)
def test_no_control_or_direction_reaches_the_reader_and_no_line_is_forged(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    main(words.split())
    printed = capsysbinary.readouterr()
    for text in (printed.out.decode(), printed.err.decode()):
        assert {character for character in text if not character.isprintable()} <= {"\n", "\r"}
        assert not any(line.lstrip().startswith(("FORGED", "2024-03-28  e3", "/etc/passwd")) for line in text.splitlines())


def test_what_steers_is_shown_and_not_sent() -> None:
    assert visible("seen\n\x1b[31mred\u202e\u00a0end") == "seen \\x1b[31mred\\u202e end"
    assert visible_lines("a  b\n\x9bc") == "a  b\n\\x9bc"
    assert visible("\ud800") == "\\ud800"


def test_json_says_the_same_in_characters_that_print() -> None:
    said = {"reasons": "a\u202eb\x7f\x9b\U000e0041\u2028", "é": "ü"}
    text = ascii_steering(json.dumps(said, ensure_ascii=False))
    assert text.isprintable()
    assert json.loads(text) == said
    assert "é" in text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://a.b/)[x](javascript:alert(1)", "http://a b", "data:text/html,x", "//host/x"])
def test_a_link_of_a_rule_file_is_the_address_of_a_page(address: str, tmp_path: Path) -> None:
    folder = Folder().edit("sources/spare.yaml", "checked: {status: unread}", f"▶url: '{address}'\nchecked: {{status: unread}}")
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults] == folder.expected
    assert "beginning with https:// or http://" in faults[0].message


def test_the_words_of_a_rule_file_print(tmp_path: Path) -> None:
    folder = Folder().edit("town/notice/partnership.yaml", "act: tell the partnership", '▶act: "tell \\e[31mthe partnership"')
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults] == folder.expected
    assert "a character that does not print (U+001B)" in faults[0].message
