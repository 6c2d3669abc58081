"""``cspr-rules pages``: a readable page for each rule, and for what the rules rest on."""

from __future__ import annotations

import argparse
from pathlib import Path

from cspr_rules.authoring.pages.folder import compare_pages, is_made, pages_of, write_pages
from cspr_rules.cli.common import ANSWERED, FOUND
from cspr_rules.loading.reading import real
from cspr_rules.loading.rulesets import packaged_rules


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a rules folder or a profile folder; the shipped rules if not given")
    parser.add_argument("--out", type=Path, default=Path("docs/rules"), metavar="DIR", help="where the pages stand (default: docs/rules)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list stale, missing and surplus pages, with exit code 1 if there are any"
    )


def run(options: argparse.Namespace) -> int:
    """Write the pages, or compare them with what stands there."""
    pages = pages_of(real(options.folder or packaged_rules()))
    if options.check:
        found = compare_pages(pages, options.out)
        for kind, names in zip(("stale", "missing", "surplus"), found, strict=True):
            for name in names:
                print(f"{kind}: {options.out / name}")
        if found:
            print("`cspr-rules pages` makes them again")
        else:
            print(f"{len(pages)} pages: all as the rules make them")
        return FOUND if found else ANSWERED
    before = write_pages(pages, options.out)
    kept = [name for name in before.surplus if (options.out / name).exists() and not is_made(options.out / name)]
    for name in kept:
        print(f"left alone, because it was not made here: {options.out / name}")
    print(f"{len(pages)} pages: {len(before.missing)} new, {len(before.stale)} changed, {len(before.surplus) - len(kept)} removed")
    return ANSWERED
