"""A case as the text of a case file: what `decide` reads, written so that nothing is lost and a crash leaves the file whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cspr_rules.casework.history_files import one_line
from cspr_rules.casework.whole_files import write_whole
from cspr_rules.errors import CaseError, Fault
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import plain_word, read_bytes
from cspr_rules.model.cases import Case
from cspr_rules.model.values import Between, NotYet
from cspr_rules.model.vocabulary import Vocabulary

HEADING = "# Facts of one case. What is not here is not known. No names and nothing else that identifies a person.\n"


def case_text(case: Case, header: Mapping[str, Any]) -> str:
    """Return a case as YAML.

    Args:
        case: The facts.
        header: What stands above them, such as ``title``, ``profile`` and ``as_of``; what is ``None`` is left out.
    """
    lines = [f"{key}: {_value(value)}" for key, value in header.items() if value is not None]
    lines += ["facts:" if case.facts else "facts: {}", *_facts(case.facts, "  ")]
    if case.children:
        lines.append("children:")
    for child in case.children:
        own = _facts(child, "    ")
        lines += ["  -" + own[0][3:], *own[1:]] if own else ["  - {}"]
    return HEADING + "\n".join(lines) + "\n"


def _facts(facts: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}:", *(f"{indent}  {key}: {_value(each)}" for key, each in value.items() if each is not None)]
        else:
            lines.append(f"{indent}{name}: {_value(value)}")
    return lines


def _value(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, date):
        return value.isoformat()
    text = value.value if isinstance(value, NotYet) else str(value) if isinstance(value, Between) else value
    return text if isinstance(text, str) and plain_word(text) else one_line(text, yaml=True)


def save_case(path: str | Path, case: Case, vocabulary: Vocabulary, header: Mapping[str, Any], *, was: bytes | None) -> bytes:
    """Write a case to a file, in one step.

    Args:
        path: The file.
        case: The facts.
        vocabulary: What they mean: the text is read back before it is written.
        header: As in :func:`case_text`.
        was: What the file held when it was last read or written; ``None`` for a new file.

    Returns:
        What the file holds now.

    Raises:
        CaseError: The file cannot be written, or holds something else than it did; nothing is written.
    """
    if str(path).endswith((".json", ".jsonl")):
        raise CaseError([Fault(str(path), "a case is saved as YAML; name a file that ends in .yaml")])
    text = case_text(case, header).encode()
    document = read_bytes(text, "case.yaml")
    again = case_from(document).case.check(vocabulary) if not document.faults else None
    if again != case.check(vocabulary):
        raise CaseError([Fault(str(path), "the case cannot be written as a case file that says the same; nothing was written")])
    write_whole(path, text, was=was)
    return text
