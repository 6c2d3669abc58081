"""Links from one page to the things that other pages are about."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from cspr_rules.authoring.concordance import Library
from cspr_rules.explain.english import anchor, counted, rule_page
from cspr_rules.model.sources import Provision
from cspr_rules.reports.document import Item, Paragraph, Span, Words, in_a_row, parts

_NAMED = re.compile(r"\b(?:[A-Z]+\d+\b|[a-z][a-z0-9_]*/[A-Za-z0-9][A-Za-z0-9_./-]*|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){2,})")
"""What an author may name in running text: an entry of the register, a provision or a rule."""


def said(term: str, *words: Words, level: int = 0) -> Item:
    """Return an item that says something of a term: ``Who: the local authority``."""
    return Item((Span(f"{term}:", "strong"), *((" ", *in_a_row(words, "")) if words else ())), level)


class Links:
    """Links as they have to be written on one page.

    Attributes:
        page: The page, as a path from the folder of pages.
        library: What can be linked to.
    """

    def __init__(self, page: str, library: Library) -> None:
        self.page = page
        self.library = library

    def to(self, words: str, target: str, place: str = "") -> Span:
        """Return a link to a page, or to a place in it."""
        path = "" if target == self.page else posixpath.relpath(target, posixpath.dirname(self.page))
        return Span(words, to=path + (f"#{place}" if place else ""))

    def home(self) -> Paragraph:
        """Return the line that leads back to the index."""
        return Paragraph((self.to("All rules", "README.md"),))

    def rule(self, rule_id: str) -> Span:
        """Return a link to a rule's page, by the rule's title."""
        return self.to(f"“{self.library.rules[rule_id][-1].title}”", rule_page(rule_id))

    def rules(self, rule_ids: Iterable[str]) -> Words:
        """Return links to rules, by their titles."""
        return in_a_row((self.rule(rule_id),) for rule_id in rule_ids)

    def examples(self, rule_id: str) -> Span:
        """Return a link to a rule's examples, by their number."""
        return self.to(counted(sum(len(version.examples) for version in self.library.rules[rule_id]), "example"), rule_page(rule_id), "examples")

    def fact(self, fact: str, words: str) -> Span:
        """Return a link to a fact of the vocabulary."""
        return self.to(words, "facts.md", anchor(fact))

    def provision(self, provision: Provision, words: str = "") -> Span:
        """Return a link to a provision, by its citation or other words."""
        return self.to(words or provision.name, instrument_page(provision.instrument.id), anchor(provision.key.partition("/")[2]))

    def checked(self, provision: Provision) -> Words:
        """Return a link to a provision and how its text was checked."""
        return self.provision(provision), f" ({provision.verification})"

    def provisions(self, keys: Iterable[str]) -> Words:
        """Return links to provisions, by their citations.

        The shared register also names clauses of authorities whose guidance is not at hand; those stand as they are.
        """
        known = self.library.provisions
        return in_a_row(((self.provision(known[key]) if key in known else Span(key, "name"),) for key in keys), "; ")

    def entry(self, number: str, words: str = "") -> Span:
        """Return a link to an entry of the register of discrepancies."""
        return self.to(words or number, "discrepancies.md", anchor(number))

    def entries(self, numbers: Iterable[str], lead: str = "; see ") -> Words:
        """Return links to entries of the register after some words, or nothing if there are none."""
        found = in_a_row(((self.entry(number),) for number in numbers), last=" and ")
        return (lead, *found) if found else ""

    def path(self, path_id: str) -> Span:
        """Return a link to an ordered path, by its title."""
        return self.to(f"“{self.library.paths[path_id][0].title}”", "paths.md", anchor(path_id))

    def text(self, words: str) -> Words:
        """Return running text with a link at each provision, rule and entry of the register that it names."""
        pieces: list[str | Span] = []
        end = 0
        words = " ".join(words.split())
        for found in _NAMED.finditer(words):
            name = found.group().rstrip(".")
            if name in self.library.discrepancies:
                made = self.entry(name)
            elif name in self.library.provisions:
                made = self.provision(self.library.provisions[name])
            elif name in self.library.rules:
                made = self.rule(name)
            else:
                continue
            pieces += [words[end : found.start()], made]
            end = found.start() + len(name)
        return (*pieces, words[end:])


def quiet(words: Words) -> Words:
    """Return words that stand back, their links with them."""
    return tuple(
        each._replace(look="quiet") if isinstance(each, Span) else Span(each, "quiet") for each in parts(words) if isinstance(each, str | Span)
    )


def instrument_page(instrument: str) -> str:
    """Return the page of an instrument's provisions."""
    return f"sources/{instrument}.md"
