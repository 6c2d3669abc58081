"""The register of discrepancies as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cspr_rules.authoring.discrepancies import Registered, touched
from cspr_rules.explain.english import escaped
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.reports.layout import wrapped

UNREFERENCED: Final = "no rule carries it"


def register_text(ruleset: Ruleset, found: Sequence[Registered]) -> str:
    """Return entries as text."""
    lines = [_summary(ruleset, found)]
    part = None
    for each in found:
        entry = each.entry
        if each.part != part:
            part = each.part
            lines += ["", part[:1].upper() + part[1:]]
        lines += ["", *wrapped(f"{entry.id}: {entry.title} [{entry.kind}]", "  ", 6)]
        lines += wrapped(entry.local, "      Local guidance: ", 8)
        lines += wrapped(entry.national, "      Other sources: ", 8)
        lines += wrapped(entry.resolution, "      What is done about it: ", 8)
        lines += wrapped(entry.note, "      What a decision says: ", 8)
        for name, summary in touched(each, ruleset):
            lines += wrapped(f"{name}: {summary}" if summary else name, "      Clause ", 8)
        if entry.sources:
            lines += wrapped(", ".join(entry.sources), "      Provisions: ", 8)
        lines += wrapped("; ".join(f"{rule} ({where})" for rule, where in _by_rule(each)) or UNREFERENCED, "      Rules: ", 8)
    return "\n".join([*lines, *_unreferenced(ruleset, found)]) + "\n"


def register_markdown(ruleset: Ruleset, found: Sequence[Registered]) -> str:
    """Return entries as Markdown, for a page that the owners of the guidance can work through."""
    lines = ["# Discrepancies", "", _summary(ruleset, found)]
    part = None
    for each in found:
        entry = each.entry
        if each.part != part:
            part = each.part
            lines += ["", f"## {part[:1].upper()}{part[1:]}"]
        lines += ["", f"### {entry.id}: {escaped(entry.title)}", "", f"*{escaped(entry.kind)}*", ""]
        lines += [f"- **Local guidance:** {escaped(entry.local)}", f"- **Other sources:** {escaped(entry.national)}"]
        lines += [f"- **What is done about it:** {escaped(entry.resolution)}", f"- **What a decision says:** {escaped(entry.note)}"]
        lines += [f"- **Clause `{name}`**" + (f": {escaped(summary)}" if summary else "") for name, summary in touched(each, ruleset)]
        if entry.sources:
            lines.append(f"- **Provisions:** {', '.join(f'`{key}`' for key in entry.sources)}")
        lines.append(f"- **Rules:** {'; '.join(f'`{rule}` ({where})' for rule, where in _by_rule(each)) or UNREFERENCED}")
    return "\n".join([*lines, *_unreferenced(ruleset, found)]) + "\n"


def _summary(ruleset: Ruleset, found: Sequence[Registered]) -> str:
    carried = sum(bool(each.carriers) for each in found)
    total = len(ruleset.discrepancies)
    shown = f"{len(found)} discrepancies" if len(found) == total else f"{len(found)} of {total} discrepancies"
    return f"{ruleset.profile.title}: {shown}; rules carry {carried} of them"


def _by_rule(each: Registered) -> list[tuple[str, str]]:
    rules = dict.fromkeys(carrier.rule for carrier in each.carriers)
    return [(rule, ", ".join(carrier.where for carrier in each.carriers if carrier.rule == rule)) for rule in rules]


def _unreferenced(ruleset: Ruleset, found: Sequence[Registered]) -> list[str]:
    bare = {each.entry.id for each in found if not each.carriers}
    missing = ", ".join(entry for entry in ruleset.discrepancies if entry in bare)
    return ["", *wrapped(missing, "No rule carries: ", 2)] if missing else []
