"""A guidance text cut into passages, each with a digest, so that two copies can be compared without keeping a word of either.

How it is cut (:data:`METHOD` counts the ways; a change to any of this is a new one):

- Lines that follow one another without a blank line are one block, so that it does not matter how a paragraph is wrapped; in a text with lines of
  over :data:`WIDEST_WRAPPED` characters nothing is wrapped, and each line is a block. In a list, a line that begins with a bullet, a number or a
  letter (``-``, ``1.``, ``a)``) begins a block, and so does a round bullet inside a line. A paragraph that goes on in small letters after a page
  break or a footnote is put together again. Lines that hold only a page number are dropped.
- A block is cut into sentences after ``.``, ``!`` or ``?`` and white space. Each sentence is a passage.
- An item of a list counts with its number or letter and with the line ending in a colon that introduces the list: a limb is not the same
  limb under another heading.
- A line with tabs is a row of a table. Each cell is a passage and counts with the first cell of its row. References to pages are dropped. A row with
  one cell is a paragraph: an entry that was left blank is not the same passage as the entry filled in.

Before a digest is made, text is folded: footnote marks, bullets, links' targets and other markup are dropped; letters are taken in Unicode form
NFKC and without case; every kind of dash, quotation mark and white space counts as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.reading import MOST_BYTES, too_large

METHOD: Final = 1
WIDEST_WRAPPED: Final = 200
"""A text with a longer line than this is not wrapped."""

_INNER = "•▪◦‣"
_BULLETS = f"-*·–{_INNER}"
_MARK = re.compile(rf"\s*(?P<bullet>[{_BULLETS}](?:\s+|$))?(?P<ordinal>(?:\d{{1,2}}|[A-Za-z])[.)]\s+)?")
_TABBED_MARK = re.compile(rf"^(\s*(?:[{_BULLETS}]|(?:\d{{1,2}}|[A-Za-z])[.)]))\t+")
_INNER_BULLET = re.compile(rf"(?=[{_INNER}])")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"'”’)\]])\s+")
_PAGE = re.compile(r"(?:page\s+)?\d+(?:\s+of\s+\d+)?", re.IGNORECASE)
_PAGE_REFERENCE = re.compile(r"page\s+\d+", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^)\s]{0,2000}\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKUP = re.compile(r"\\(?=[^\w\s])|[*`]|^\s*#+\s")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"'})


class Passage(NamedTuple):
    """One sentence, list item or cell of a text.

    Attributes:
        digest: Sixteen hexadecimal digits.
        first: Its block's first line, from 1.
        last: Its block's last line.
        part: Which part of its block it is, from 1.
        parts: How many parts its block has.
    """

    digest: str
    first: int
    last: int
    part: int
    parts: int

    @property
    def place(self) -> str:
        """Where it stands, by line, without a word of it."""
        lines = f"line {self.first}" if self.first == self.last else f"lines {self.first} to {self.last}"
        return lines if self.parts == 1 else f"{lines}, part {self.part} of {self.parts}"


def folded(text: str) -> str:
    """Return a text as it is digested: without markup, footnote marks and case, and with one kind of dash, quotation mark and space."""
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = _MARKUP.sub("", text)
    text = "".join(character for character in text if not _is_footnote_mark(character) and unicodedata.category(character) != "Cf")
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = "".join("-" if unicodedata.category(character) == "Pd" else character for character in text)
    return " ".join(text.translate(dict.fromkeys(map(ord, _INNER), " ")).casefold().split())


def _is_footnote_mark(character: str) -> bool:
    return unicodedata.digit(character, None) is not None and unicodedata.decomposition(character).startswith("<super>")


class _Block:
    """Lines that belong together.

    Attributes:
        lines: The text of each line; for a row of a table, of each cell.
        first: The first line's number.
        last: The last line's number.
        mark: For an item of a list, how it is marked: ``-``, ``1`` or ``a``.
        ordinal: For a numbered or lettered item, its number or letter.
        row: Whether it is a row of a table.
        footnote: Whether it is a footnote.
        lead: For an item, the words that introduce the list.
    """

    def __init__(self, lines: list[str], number: int, mark: str = "", ordinal: str = "", *, row: bool = False) -> None:
        self.lines = lines
        self.first = self.last = number
        self.mark = mark
        self.ordinal = ordinal
        self.row = row
        self.footnote = _is_footnote_mark(lines[0].lstrip()[:1] or " ")
        self.lead = ""

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    def go_on(self, line: str, number: int) -> None:
        self.lines.append(line)
        self.last = number


def passages(text: str) -> list[Passage]:
    """Cut a text into passages, in the way that this module's description sets out."""
    found = []
    for block in _blocks(text):
        context, parts = _parts(block)
        for index, part in enumerate(parts):
            content = "\n".join((str(METHOD), context, part))
            digest = sha256(content.encode()).hexdigest()[:16]
            found.append(Passage(digest, block.first, block.last, index + 1, len(parts)))
    return found


def _parts(block: _Block) -> tuple[str, list[str]]:
    """Return what a block's passages have in common, and each of them."""
    if block.row:
        label, *cells = map(folded, block.lines)
        return "row", [label, *(f"{label}\t{cell}" for cell in cells)]
    sentences = [folded(sentence) for sentence in _SENTENCE_END.split(block.text)]
    return f"{block.lead}\t{block.ordinal}", [each for each in sentences if any(character.isalnum() for character in each)]


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for block in _raw_blocks(text):
        previous = next((each for each in reversed(blocks) if not each.footnote), None)
        if previous is not None and _goes_on(previous, block):
            previous.go_on(block.text, block.last)
        else:
            blocks.append(block)
    _introduce(blocks)
    return blocks


def _raw_blocks(text: str) -> list[_Block]:
    lines = [_TABBED_MARK.sub(r"\1 ", line) for line in text.splitlines()]
    wrapped = max((len(line) for line in lines if "\t" not in line), default=0) <= WIDEST_WRAPPED
    blocks: list[_Block] = []
    open_ = False
    for number, line in enumerate(lines, 1):
        cells = [cell for cell in line.split("\t") if cell.strip() and not _PAGE_REFERENCE.fullmatch(cell.strip())]
        alone = not wrapped or "\t" in line.lstrip()
        if not cells or _PAGE.fullmatch(line.strip()):
            open_ = False
            continue
        if len(cells) > 1:
            blocks.append(_Block(cells, number, row=True))
            open_ = False
            continue
        open_ = open_ and not alone
        for piece in _INNER_BULLET.split(cells[0]):
            if open_ and not _begins_item(piece, blocks[-1]):
                blocks[-1].go_on(piece, number)
            elif piece.strip():
                blocks.append(_block(piece, number))
                open_ = True
        open_ = open_ and not alone
    return blocks


def _block(piece: str, number: int) -> _Block:
    found = _MARK.match(piece)
    bullet, ordinal = (found["bullet"], found["ordinal"]) if found else (None, None)
    bare = (ordinal or "").strip()[:-1]
    mark = ("1" if bare.isdigit() else "a") if bare else "-" if bullet else ""
    return _Block([piece[found.end() :] if found else piece], number, mark, bare.casefold())


def _begins_item(piece: str, before: _Block) -> bool:
    """Say whether a line that follows another begins an item of a list, and is not the rest of a paragraph that happens to begin with a dash."""
    found = _MARK.match(piece)
    if not found or not found.group().strip():
        return False
    return bool(before.mark) or before.text.rstrip().endswith(":") or piece.lstrip()[0] in _INNER


def _goes_on(previous: _Block, block: _Block) -> bool:
    """Say whether a block is the rest of one that a page break or a footnote broke."""
    plain = not (block.mark or block.row or block.footnote or previous.row)
    return plain and block.text.lstrip()[:1].islower() and previous.text.rstrip()[-1:] not in ".!?:;"


def _introduce(blocks: Sequence[_Block]) -> None:
    """Give each item of a list the words that introduce it. A list ends with the next paragraph, or where items are marked in another way."""
    lead = mark = ""
    for block in blocks:
        if block.footnote:
            continue
        if not block.mark:
            last = _SENTENCE_END.split(block.text.strip())[-1]
            lead, mark = (folded(last) if last.rstrip("* ").endswith(":") else ""), ""
            continue
        mark = mark or block.mark
        block.lead = lead if block.mark == mark else ""


def read_text(raw: bytes, name: str) -> str:
    """Return the text of a guidance file.

    Args:
        raw: What the file holds: plain text in UTF-8, at most 2 MB.
        name: How to call it in messages.

    Raises:
        QuestionError: It is not such a text, or is empty or too long.
    """
    problem = None
    text = ""
    if len(raw) > MOST_BYTES:
        problem = too_large(len(raw), name)
    elif b"\0" in raw or raw.startswith((b"%PDF", b"PK\x03\x04")):
        problem = "this is not plain text; save the document as plain text (UTF-8) and give that"
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            name, problem = f"{name}:{line}", "the text is not UTF-8; save the file as UTF-8"
    if problem is None and not text.strip():
        problem = "the file is empty"
    if problem:
        raise QuestionError([Fault(name, problem)])
    return text
