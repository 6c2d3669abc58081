"""What commands share that tell findings: the formats, and writing each where it is wanted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.interchange.findings import Findings, plain

FORMATS: Final = ("text", "markdown", "json", "junit", "junit-with-lines", "sarif", "github", "gitlab")


class Wanted(NamedTuple):
    """One format, and where it is written.

    Attributes:
        format: One of the command's formats.
        file: The file; standard output if ``None``.
    """

    format: str
    file: Path | None


def format_option(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    """Add ``--format``, which may be given several times."""
    parser.add_argument(
        "--format",
        action="append",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(formats)}; with =FILE into a file; may be given several times, one of them without a file (default: text)",
    )


def wanted(given: Sequence[str] | None, formats: Sequence[str] = FORMATS, option: str = "--format") -> list[Wanted]:
    """Return the formats that are wanted, and where each is written.

    Raises:
        QuestionError: There is no such format, or several are for standard output or for one file.
    """
    found = []
    for each in given or ("text",):
        name, equals, file = each.partition("=")
        if name not in formats:
            message = f"there is no format called '{shown(name)}'{did_you_mean(name, formats)}; expected one of {', '.join(formats)}"
            raise QuestionError([Fault(option, message)])
        if equals and not file:
            raise QuestionError([Fault(option, f"expected a file after '{name}='")])
        found.append(Wanted(name, Path(file) if file else None))
    places = [each.file for each in found]
    if len(set(places)) < len(places):
        where = "standard output" if places.count(None) > 1 else "one file"
        raise QuestionError([Fault("--format", f"two formats cannot both go to {where}; write each into a file of its own: FORMAT=FILE")])
    return found


def give(places: Sequence[Wanted], printed: Callable[[str], str]) -> None:
    """Write each format where it is wanted, files first.

    Args:
        places: The formats.
        printed: Returns what a format says.
    """
    for each in sorted(places, key=lambda each: each.file is None):
        if each.file is None:
            sys.stdout.write(printed(each.format))
        else:
            each.file.write_text(printed(each.format), encoding="utf-8", newline="\n")


def written(findings: Findings, shape: str) -> str:
    """Return findings in a format."""
    match shape:
        case "json":
            return as_json(plain(findings))
        case "junit" | "junit-with-lines":
            from cspr_rules.interchange.junit import junit  # here and below: one format is wanted, and no other is loaded

            return junit(findings, lines=shape == "junit-with-lines")
        case "sarif":
            from cspr_rules.interchange.sarif import sarif

            return sarif(findings)
        case "github" | "gitlab":
            from cspr_rules.interchange import ci_formats

            return ci_formats.github(findings) if shape == "github" else ci_formats.gitlab(findings)
        case _:
            from cspr_rules.reports import writing_markdown, writing_text
            from cspr_rules.reports.findings_sheet import findings_sheet

            pieces = findings_sheet(findings)
            return writing_markdown.markdown(pieces) if shape == "markdown" else writing_text.text(pieces, writing_text.paper())
