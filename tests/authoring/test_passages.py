"""How a guidance text is cut: what must not matter does not, and what must matter does. The guidance here is invented."""

from __future__ import annotations

import random
import textwrap

import pytest

from cspr_rules.authoring.passages import folded, passages, read_text
from cspr_rules.errors import QuestionError

GUIDANCE = """\
Procedure for Harbour Incidents

1. Telling people

The harbour master tells the county of every collision¹. The county answers
by telephone (see “the Register”) – on the same day. It is good practice to write as well.

The harbour master will:

- a. Close the harbour.
- b. Tell the coastguard; and
- c. Count the boats.

¹ Collisions between boats

The county must:

- a. Close the harbour.
- b. Open the Register.

Papers:

- maps of the harbour • the log

Kind\tWho leads\tHow long\tPage 3
Small inquiry\tThe harbour master\tTwo weeks
Large inquiry\tThe county\tTwo weeks
Date agreed\t\t
"""


def digests(text: str) -> list[str]:
    return [passage.digest for passage in passages(text)]


def places(text: str) -> list[tuple[int, int, int, int]]:
    return [(passage.first, passage.last, passage.part, passage.parts) for passage in passages(text)]


def test_each_sentence_item_and_cell_is_a_passage_with_its_lines() -> None:
    found = places(GUIDANCE)
    assert found == [
        (1, 1, 1, 1),
        (3, 3, 1, 1),
        (5, 6, 1, 3),
        (5, 6, 2, 3),
        (5, 6, 3, 3),
        (8, 8, 1, 1),
        *((line, line, 1, 1) for line in (10, 11, 12, 14, 16, 18, 19, 21, 23, 23)),
        *((line, line, part, 3) for line in (25, 26, 27) for part in (1, 2, 3)),
        (28, 28, 1, 1),
    ]
    assert passages(GUIDANCE)[2].place == "lines 5 to 6, part 1 of 3"
    assert passages(GUIDANCE)[0].place == "line 1"


@pytest.mark.parametrize(
    ("change", "into"),
    [
        ("collision¹. The county answers\nby", "collision. The county\nanswers by"),  # wrapped otherwise, without the footnote's mark
        ("“the Register”) –", '"the Register") -'),
        ("The harbour master tells", "THE HARBOUR  master\u00a0tells"),
        ("every collision", "**every** [collision](https://example.org/collisions)"),
        ("- a. Close", "* a) Close"),
        ("maps of the harbour • the log", "maps of the harbour\n- the log"),
        ("\nby telephone", "\n\nPage 4 of 9\n\nby telephone"),  # a page break in a paragraph
        ("How long\tPage 3", "How long\tPage 12"),
        ("Procedure for", "## Procedure for"),
        ("- a. Close", "a.\tClose"),
        ("by telephone", "by telephone\n"),
        ("- maps of the harbour • the log", "- maps of the harbour •\nthe log"),
        ("(see “the Register”) – on", "(see “the Register”)\n– on"),
        ("Two weeks\nLarge", "<ul><li>Two weeks</li></ul>\nLarge"),
    ],
)
def test_what_is_not_a_change(change: str, into: str) -> None:
    assert change in GUIDANCE
    assert digests(GUIDANCE.replace(change, into, 1)) == digests(GUIDANCE)


@pytest.mark.parametrize(
    ("change", "into", "changed"),
    [
        ("every collision", "any collision", 1),
        ("on the same day", "on the next day", 1),
        ("good practice", "not good practice", 1),
        ("Two weeks\nLarge", "Three weeks\nLarge", 1),
        ("- c. Count", "- d. Count", 1),  # another letter is another limb
        ("Tell the coastguard; and", "Tell the coastguard; or", 1),
        ("The county must:", "The county should:", 3),  # the line that introduces a list, and its two items
        ("Large inquiry", "Full inquiry", 3),  # the name of a row, and its two cells
        ("Date agreed\t\t", "Date agreed\t1 May\t", 1),  # a blank that was filled in
    ],
)
def test_what_is_a_change(change: str, into: str, changed: int) -> None:
    assert change in GUIDANCE
    after = digests(GUIDANCE.replace(change, into, 1))
    assert len(set(digests(GUIDANCE)) - set(after)) == changed


def test_a_paragraph_keeps_its_digests_however_it_is_wrapped_and_wherever_it_stands() -> None:
    draw = random.Random(7)  # noqa: S311 -- a test's draw
    blocks = GUIDANCE.split("\n\n")
    paragraphs = [index for index, block in enumerate(blocks) if "\n" not in block or block.startswith("The harbour master tells")]
    for _ in range(50):
        wrapped = list(blocks)
        for index in paragraphs:
            wrapped[index] = textwrap.fill(" ".join(blocks[index].split()), draw.randint(25, 120), break_on_hyphens=False)
        assert digests("\n\n".join(wrapped)) == digests(GUIDANCE)
    moved = blocks[2:3] + blocks[:2] + blocks[3:]
    assert sorted(digests("\n\n".join(moved))) == sorted(digests(GUIDANCE))


def test_a_text_with_a_paragraph_a_line_and_no_blank_lines_between_is_the_same() -> None:
    long = GUIDANCE.replace("county answers\nby", f"county answers {'promptly ' * 30}by")
    assert digests("\n".join(line for line in long.splitlines() if line)) == digests(long)


def test_the_same_words_in_another_list_are_another_passage() -> None:
    found = [passage for passage in passages(GUIDANCE) if passage.first in (10, 18)]
    assert len({passage.digest for passage in found}) == 2


def test_the_same_cell_in_another_row_is_another_passage() -> None:
    two_weeks = [passage.digest for passage in passages(GUIDANCE) if passage.part == 3 and passage.first in (26, 27)]
    assert len(set(two_weeks)) == 2


def test_folding_keeps_no_mark_of_how_a_text_was_set() -> None:
    assert folded("The “Panel”² — [a page](https://example.org) \u2028 \ufb01ve") == 'the "panel" - a page five'


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"%PDF-1.7 ...", "not plain text"),
        (b"PK\x03\x04...", "not plain text"),
        (b"a\0b", "not plain text"),
        (b"one\ntwo \xff", "not UTF-8"),
        (b"x" * 2_000_001, "just over 2 MB"),
    ],
)
def test_what_is_not_a_text_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(QuestionError, match=message) as caught:
        read_text(raw, "copy.txt")
    assert caught.value.faults[0].place.startswith("copy.txt")


def test_a_fault_of_encoding_names_its_line() -> None:
    with pytest.raises(QuestionError) as caught:
        read_text(b"one\ntwo \xff", "copy.txt")
    assert caught.value.faults[0].place == "copy.txt:2"


@pytest.mark.slow
def test_awkward_text_is_cut_in_reasonable_time() -> None:
    for awkward in ("[" * 200_000, "<a" * 100_000, "a. " * 60_000, "•" * 50_000, "((" * 100_000, "\\" * 200_000, "#" * 200_000):
        passages(awkward)
