"""What a comparison with a copy of the guidance found, in words; and the digests of a copy as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cspr_rules.authoring.coverage import clause_id, clauses, stood_on, within
from cspr_rules.authoring.drift import Digests, Drift, cut, drift, match
from cspr_rules.authoring.passages import METHOD
from cspr_rules.errors import Fault, QuestionError, RulesError
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.reports.layout import wrapped

SAME: Final = 0
DIFFERS: Final = 1


def check_copy(digests: Digests, raw: bytes, name: str) -> tuple[str, int]:
    """Say whether a copy of the guidance is the one that is encoded.

    Args:
        digests: What is encoded.
        raw: What the copy's file holds.
        name: How to call it.

    Returns:
        The answer in words, in which no word of the copy stands, and the exit code: 0 the same, 1 it differs.

    Raises:
        RulesError: The digests have faults.
        QuestionError: The copy is not a text, or there are no digests.
    """
    if digests.faults:
        raise RulesError(digests.faults)
    if not digests.passages:
        raise QuestionError([Fault("", f"nobody has made digests of '{digests.instrument}' yet; `sources digest` makes them")])
    found = cut(raw, name)
    return _answer(drift(digests.passages, found), digests, name)


def _answer(found: Drift, digests: Digests, name: str) -> tuple[str, int]:
    ruleset = digests.ruleset
    title = next(iter(clauses(ruleset).values())).instrument.title if ruleset.provisions else ""
    total = sum(key.startswith(f"{digests.instrument}/") for key in clauses(ruleset))
    if found.same:
        lines = wrapped(f"{name} is the text that is encoded: all {total} clauses of '{digests.instrument}' ({title}).")
    else:
        elsewhere = f"text that is in no clause stands at {len(found.unmatched)} place{'s' if len(found.unmatched) != 1 else ''}"
        summary = f"{len(found.changed)} of {total} clauses changed, {len(found.gone)} gone; {elsewhere}"
        lines = wrapped(f"{name} is not the text that is encoded as '{digests.instrument}' ({title}). {summary}.")
    resting = stood_on(ruleset)
    if found.changed:
        lines += ["", "Changed, in whole or in part"]
    for clause, places in found.changed.items():
        now = f"may stand now at {'; '.join(places)}" if places else "a part of it is gone"
        lines += ["", *_clause(clause, now, ruleset, resting)]
    if found.gone:
        lines += ["", "Gone"]
    for clause in found.gone:
        lines += ["", *_clause(clause, "", ruleset, resting)]
    if found.unmatched:
        lines += ["", "In the copy and in no clause", *(f"  {place}" for place in found.unmatched)]
    if found.headings:
        lines += ["", *wrapped(f"Headings and the like, on which no clause rests, that are not in the copy: {found.headings}")]
    if found.moved:
        lines += ["", "The same words in another order", *(f"  {place}" for place in found.moved)]
    return "\n".join(lines) + "\n", SAME if found.same else DIFFERS


def _clause(clause: str, now: str, ruleset: Ruleset, resting: Mapping[str, Sequence[str]]) -> list[str]:
    provision = ruleset.provisions[clause]
    rules = [rule for rule, keys in resting.items() if any(within(key, clause) for key in keys)]
    entries = [each.id for each in ruleset.discrepancies.values() if clause in each.clauses]
    lines = [f"  {clause_id(clause)} ({provision.pinpoint})" + (f": {now}" if now else "")]
    lines += wrapped(provision.summary, "      As encoded: ")
    lines += wrapped(", ".join(rules) or "none", "      Rules that rest on it: ")
    return lines + (wrapped(", ".join(entries), "      Discrepancies that touch it: ") if entries else [])


def digest_file(digests: Digests, raw: bytes, name: str) -> str:
    """Return the digests of a text as a ``digests.yaml``, with the clauses of every passage that is encoded already.

    A passage that is new or changed is written without ``clauses``, which ``check`` refuses: a person has to say which clauses rest on it, or ``[]``.
    A comment says on which line it stands and which clauses stood in its place.

    Args:
        digests: What is encoded so far.
        raw: What the text's file holds.
        name: How to call it in messages.

    Raises:
        QuestionError: It is not a text.
    """
    found = cut(raw, name)
    paired = match(digests.passages, found)
    carried = {there: here for here, there in paired.same.items()}
    stood_here: dict[int, dict[str, None]] = {}
    for number, stand_ins in paired.lost.items():
        for each in stand_ins:
            stood_here.setdefault(each, {}).update(dict.fromkeys(digests.passages[number].clauses))
    lines = [
        "# Digests of the passages of the local guidance, in the order of its text, each with the clauses that rest on it; [] is a heading or the",
        "# like. The text itself is not kept. Made by `cspr-rules sources digest`; src/cspr_rules/authoring/passages.py says how a text is cut.",
        f"instrument: {digests.instrument}",
        f"method: {METHOD}",
        "passages:",
    ]
    for number, passage in enumerate(found):
        if number in carried:
            names = ", ".join(clause_id(key) for key in digests.passages[carried[number]].clauses)
            lines += wrapped(f'{{digest: "{passage.digest}", clauses: [{names}]}}', "  - ", 5)
        else:
            before = ", ".join(clause_id(key) for key in stood_here.get(number, ()))
            remark = f"{passage.place}: {f'in place of {before}' if before else 'new'}"
            lines += [f"  # {line}" for line in wrapped(remark)]
            lines.append(f'  - {{digest: "{passage.digest}"}}')
    kept = {clause for here in paired.same for clause in digests.passages[here].clauses}
    local = (key for key in clauses(digests.ruleset) if key.startswith(f"{digests.instrument}/"))
    missing = ", ".join(clause_id(key) for key in local if key not in kept)
    if missing:
        lines += [f"# {line}" for line in wrapped(f"Clauses that have no passage yet: {missing}")]
    return "\n".join(lines) + "\n"
