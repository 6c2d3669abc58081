"""Looks at pages as a browser shows and prints them: ``python -m tests.support.looking AXE.js FOLDER``, with the pages of a folder.

It wants Chromium, the package playwright and the file ``axe.min.js`` of axe-core, and no network; so a person runs it, and CI does not. What it
finds is printed, a line for each: what axe-core finds, light and dark and with everything folded and open; where a page scrolls sideways or holds
what is wider than the screen; and how many sheets a page takes on paper.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

WIDTHS: Final = (360, 768, 1280)
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CHROMIUM: Final = "/usr/bin/chromium"
_OPEN: Final = "document.querySelectorAll('details').forEach(each => each.open = true)"
_AXE: Final = """async rules => (await axe.run(document, {runOnly: {type: 'tag', values: rules}, rules: {'target-size': {enabled: true}}})).violations
  .map(found => `${found.id}, ${found.nodes.length} times: ${found.nodes[0].html.slice(0, 120)}`)"""
_WIDER: Final = """() => [...document.querySelectorAll('body *:not(svg *):not(thead *)')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1 || (each.scrollWidth > each.clientWidth + 1 && each.clientWidth
    && getComputedStyle(each).overflowX !== 'visible' && each.tagName !== 'svg' && each.tagName !== 'THEAD'))
  .map(each => `${each.tagName} ${each.className}`)
  .concat(document.scrollingElement.scrollWidth > innerWidth ? ['the page itself'] : [])"""
_SHEET: Final = re.compile(rb"/Type\s*/Page\b")


def looked_at(page: Any, path: Path, axe: str) -> Iterator[str]:
    """Yield what there is to say of a page on the screen, light and dark, folded and open, at three widths."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for state in ("folded", "open"):
            page.goto(path.resolve().as_uri())
            page.evaluate(axe)
            if state == "open":
                page.evaluate(_OPEN)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                yield from (f"{scheme}, {state}, {width}: wider than the screen: {found}" for found in page.evaluate(_WIDER)[:3])
                if width != WIDTHS[1]:
                    yield from (f"{scheme}, {state}, {width}: {found}" for found in page.evaluate(_AXE, list(RULES)))


def sheets(page: Any, path: Path) -> int:
    """Return how many sheets of A4 a page takes."""
    page.goto(path.resolve().as_uri())
    return len(_SHEET.findall(page.pdf(prefer_css_page_size=True)))


def main(axe: Path, folder: Path) -> None:
    """Print what is found in the pages of a folder."""
    with import_module("playwright.sync_api").sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(bypass_csp=True).new_page()  # the pages let no script in, axe-core's neither
        page.set_default_timeout(600_000)
        for path in sorted(folder.glob("*.html")):
            print(f"{path.name}: {sheets(page, path)} on paper")
            for found in looked_at(page, path, axe.read_text(encoding="utf-8")):
                print(f"  {found}")
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
