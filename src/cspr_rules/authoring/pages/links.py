"""Links from one page to the things that other pages are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cspr_rules.authoring.concordance import Library
from cspr_rules.explain.english import anchor, escaped, link, listed, rule_page
from cspr_rules.model.sources import Provision

_NAMED = re.compile(r"\b(?:[A-Z]+\d+\b|[a-z][a-z0-9_]*/[A-Za-z0-9][A-Za-z0-9_./-]*|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){2,})")
"""What an author may name in running text: an entry of the register, a provision or a rule."""


class Links:
    """Links as they have to be written on one page.

    Attributes:
        page: The page, as a path from the folder of pages.
        library: What can be linked to.
    """

    def __init__(self, page: str, library: Library) -> None:
        self.page = page
        self.library = library

    def to(self, words: str, target: str, place: str = "") -> str:
        """Return a link to a page, or to a place in it."""
        return link(words, target, self.page, place)

    def rule(self, rule_id: str) -> str:
        """Return a link to a rule's page, by the rule's title."""
        return self.to(f"“{escaped(self.library.rules[rule_id][-1].title)}”", rule_page(rule_id))

    def examples(self, rule_id: str) -> str:
        """Return a link to a rule's examples, by their number."""
        number = sum(len(version.examples) for version in self.library.rules[rule_id])
        return self.to(f"{number} example{'' if number == 1 else 's'}", rule_page(rule_id), "examples")

    def fact(self, fact: str, words: str) -> str:
        """Return a link to a fact of the vocabulary."""
        return self.to(words, "facts.md", anchor(fact))

    def provision(self, provision: Provision, words: str = "") -> str:
        """Return a link to a provision, by its citation or other words."""
        return self.to(words or escaped(provision.name), instrument_page(provision.instrument.id), anchor(provision.key.partition("/")[2]))

    def checked(self, provision: Provision) -> str:
        """Return a link to a provision and how its text was checked."""
        return f"{self.provision(provision)} ({provision.verification})"

    def provisions(self, keys: Iterable[str]) -> str:
        """Return links to provisions, by their citations.

        The shared register also names clauses of authorities whose guidance is not at hand; those stand as they are.
        """
        known = self.library.provisions
        return "; ".join(self.provision(known[key]) if key in known else f"`{key}`" for key in keys)

    def entry(self, number: str, words: str = "") -> str:
        """Return a link to an entry of the register of discrepancies."""
        return self.to(words or number, "discrepancies.md", anchor(number))

    def entries(self, numbers: Iterable[str], lead: str = "; see ") -> str:
        """Return links to entries of the register after some words, or nothing if there are none."""
        found = listed(self.entry(number) for number in numbers)
        return f"{lead}{found}" if found else ""

    def path(self, path_id: str) -> str:
        """Return a link to an ordered path, by its title."""
        return self.to(f"“{escaped(self.library.paths[path_id][0].title)}”", "paths.md", anchor(path_id))

    def text(self, words: str) -> str:
        """Return running text with a link at each provision, rule and entry of the register that it names."""
        pieces, end = [], 0
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
            pieces += [escaped(words[end : found.start()], trim=False), made]
            end = found.start() + len(name)
        return "".join(pieces) + escaped(words[end:], trim=False)


def instrument_page(instrument: str) -> str:
    """Return the page of an instrument's provisions."""
    return f"sources/{instrument}.md"
