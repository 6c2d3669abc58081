"""The pages in ``docs/rules``: made from the rules, compared with what stands there, and written.

The same rules give the same pages, byte for byte: no date of making, no order that depends on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from cspr_rules.authoring.concordance import Library, read_library
from cspr_rules.authoring.pages.register_pages import discrepancies_document, facts_document, index_document, paths_document, source_documents
from cspr_rules.authoring.pages.rule_page import rule_document
from cspr_rules.authoring.pages.walk_page import PAGE as WALK
from cspr_rules.authoring.pages.walk_page import walk_document
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.explain.english import rule_page
from cspr_rules.reports.document import Piece
from cspr_rules.reports.writing_markdown import markdown

MARK: Final = "<!-- Made by `cspr-rules pages` from the files in rules/. Do not edit it: change the rules and make it again. -->"
"""The first line of every page made here. Only pages that have it are ever overwritten or removed."""


class PageChanges(NamedTuple):
    """How the pages in a folder differ from those that the rules make. Each is a path inside the folder.

    Attributes:
        stale: Pages whose text differs.
        missing: Pages that are not there.
        surplus: Markdown files there that no rule makes.
    """

    stale: tuple[str, ...]
    missing: tuple[str, ...]
    surplus: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.stale or self.missing or self.surplus)


def made_pages(library: Library) -> dict[str, str]:
    """Return every page, by its path from the folder of pages."""
    made = {
        "README.md": index_document(library),
        "facts.md": facts_document(library),
        "discrepancies.md": discrepancies_document(library),
        WALK: walk_document(library),
        **source_documents(library),
    }
    if library.paths:
        made["paths.md"] = paths_document(library)
    pages = {name: _marked(pieces) for name, pieces in made.items()}
    pages |= {rule_page(rule_id): made_rule_page(library, rule_id) for rule_id in library.rules}
    return {name: pages[name] for name in sorted(pages)}


def made_rule_page(library: Library, rule_id: str) -> str:
    """Return the page of one rule."""
    return _marked(rule_document(library.rules[rule_id], library))


def _marked(pieces: Iterable[Piece]) -> str:
    return f"{MARK}\n\n{markdown(pieces, places=True)}"


def pages_of(folder: Path) -> dict[str, str]:
    """Return every page of a rules folder, or of one profile folder with what it stands on.

    Raises:
        RulesError: There are no rules in the folder, or they have faults.
        QuestionError: A profile extends one that does not exist.
    """
    return made_pages(read_library(folder))


def compare_pages(pages: dict[str, str], out: Path) -> PageChanges:
    """Compare pages with those in a folder.

    Args:
        pages: From :func:`pages_of`.
        out: The folder; it need not exist.
    """
    there = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*.md")) if path.is_file()} if out.is_dir() else {}
    return PageChanges(
        stale=tuple(name for name, text in pages.items() if name in there and there[name].read_bytes() != text.encode()),
        missing=tuple(name for name in pages if name not in there),
        surplus=tuple(name for name in there if name not in pages),
    )


def write_pages(pages: dict[str, str], out: Path, *, tidy: bool = True) -> PageChanges:
    """Write pages to a folder and remove the surplus ones that were made here before.

    Args:
        pages: From :func:`pages_of`.
        out: The folder; it is made if it is not there.
        tidy: Whether to remove the surplus ones.

    Returns:
        What differed before. A surplus file that was not made here is left alone.

    Raises:
        QuestionError: Something that was not made here stands where a page belongs; nothing is written then.
    """
    before = compare_pages(pages, out)
    foreign = [name for name in before.stale if not is_made(out / name)]
    if foreign:
        raise QuestionError(
            Fault(str(out / name), "a page belongs here, but this file was not made by `cspr-rules pages`; move it") for name in foreign
        )
    for name in (*before.stale, *before.missing):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pages[name].encode())
    for name in before.surplus:
        if tidy and is_made(out / name):
            (out / name).unlink()
    return before


def is_made(path: Path) -> bool:
    """Say whether a file is a page that was made here."""
    with path.open("rb") as file:
        return file.read(len(MARK.encode())) == MARK.encode()
