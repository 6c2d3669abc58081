"""The writer of Markdown: weights that are obeyed, lists that nest, and links only where a file can hold the places they lead to."""

from __future__ import annotations

from cspr_rules.reports.document import Heading, Item, Paragraph, Piece, Span, Stack, Table
from cspr_rules.reports.writing_markdown import markdown
from cspr_rules.reports.writing_text import text


def test_no_mark_stands_where_markdown_would_show_it() -> None:
    # CommonMark opens no emphasis between a letter and a stop, nor before white space.
    duty = Item((Span("SHOULD", "should"), Span(": tell them", "strong"), Span(" [due]", "strong"), " now"))
    assert markdown([duty]) == "- SHOULD: **tell them \\[due\\]** now\n"
    assert markdown([Paragraph(("a", Span(" ", "strong"), Span("b ", "quiet"), "c"))]) == "a *b* c\n"


def test_items_are_counted_and_indented_at_each_depth() -> None:
    items = [Item("a", 0, numbered=True), Item("b", 1, numbered=True), Item("c", 2), Item("d", 1, numbered=True), Item("e", 0, numbered=True)]
    assert markdown([*items, Item("f", 1, numbered=True)]) == "1. a\n    1. b\n        - c\n    2. d\n2. e\n    1. f\n"
    assert [line.split()[0] for line in text(items).split("\n") if line] == ["1.", "1.", "-", "2.", "2."]
    assert markdown([*[Item("x", numbered=True)] * 100, Item("below", 1)]).endswith("\n100. x\n     - below\n")
    assert markdown([Item("a", numbered=True), Heading(2, "H"), Item("b", numbered=True)]).endswith("\n1. b\n")


def test_places_are_marked_and_led_to_only_in_a_file_that_stays_in_a_folder() -> None:
    document: list[Piece] = [Heading(2, (Span("A title", key="here"),)), Paragraph((Span("there", to="#here"), ", ", Span("rule", to="../a.md#b")))]
    assert markdown(document, places=True) == '<a id="here"></a>\n\n## A title\n\n[there](#here), [rule](../a.md#b)\n'
    assert markdown(document) == "## A title\n\nthere, [rule](../a.md#b)\n"
    bold = (Span("D1: a", "strong", to="d.md#D1"), Span(".", "strong"), " more")
    assert markdown([Paragraph(bold)]) == "**[D1: a](d.md#D1).** more\n"
    assert markdown([Paragraph((Span("x", to="a b(1).md"),))]) == "[x](a%20b%281%29.md)\n"
    assert markdown([Paragraph((Span("https://a.example/x_y", to="https://a.example/x_y"),))]) == "<https://a.example/x_y>\n"


def test_cells_keep_their_looks_and_their_lines() -> None:
    stack = Stack((Paragraph((Span("Met.", "strong"),)), Item("a|b"), Item((Span("x.y", "name"),))))
    assert markdown([Table("", ("", "What"), ((stack, Stack((Item("alone"),))),))]) == (
        "| | What |\n|---|---|\n| **Met.**<br>– a\\|b<br>– `x.y` | alone |\n"
    )


def test_a_note_is_set_apart() -> None:
    assert markdown([Paragraph("Mind this.", "note"), Paragraph("And this.")]) == "> Mind this.\n\nAnd this.\n"
