"""The coverage of a guidance as plain text."""

from __future__ import annotations

from cspr_rules.authoring.coverage import DISPOSITIONS, ClauseRow, Coverage, chosen_part, clause_id, clauses, counts
from cspr_rules.reports.layout import wrapped


def coverage_report(coverage: Coverage, *, clause: str | None = None, rule: str | None = None) -> str:
    """Return the coverage as text.

    Args:
        coverage: What was read.
        clause: Only this clause and its limbs.
        rule: Only this rule.

    Raises:
        QuestionError: There is no such clause or rule.
    """
    part = chosen_part(coverage, clause, rule)
    lines = _table(coverage) if part.whole else []
    if part.rows:
        lines += ["", "Clauses"] if part.whole else ["Clauses"]
    for row in part.rows:
        lines += ["", *_row(row, coverage)]
    if part.rules:
        lines += [*([""] if lines else []), "Rules, and what each stands on"]
    for name in part.rules:
        lines += ["", *_standing(name, coverage)]
    return "\n".join(lines) + "\n"


def _table(coverage: Coverage) -> list[str]:
    profile = coverage.ruleset.profile
    if not clauses(coverage.ruleset):
        return [f"{profile.title}: no local guidance, so no clauses to account for"]
    table = counts(coverage)
    widths = [max(len(name), 5) for name in DISPOSITIONS]
    lines = [f"{profile.title}: {len(coverage.rows)} of {len(clauses(coverage.ruleset))} clauses accounted for", ""]
    lines.append(" " * 13 + "".join(f"  {name:>{width}}" for name, width in zip((*DISPOSITIONS, "all"), (*widths, 5), strict=True)))
    total = {name: sum(table[modality][name] for modality in table) for name in DISPOSITIONS}
    for title, numbers in (*table.items(), ("all", total)):
        cells = [*(numbers[name] for name in DISPOSITIONS), sum(numbers.values())]
        lines.append(f"{title:13}" + "".join(f"  {number:>{width}}" for number, width in zip(cells, (*widths, 5), strict=True)))
    return lines


def _row(row: ClauseRow, coverage: Coverage) -> list[str]:
    lines = [f"  {clause_id(row.clause.key)}  [{row.modality}; {row.clause.pinpoint}]", *wrapped(row.clause.summary, " " * 6)]
    if row.rules:
        lines += wrapped(", ".join(row.rules), "      Rules: ")
    else:
        lines += wrapped(row.disposition.capitalize() + ": " + (row.because or ""), " " * 6)
    if row.rules and row.because:
        lines += wrapped(row.because, "      Note: ")
    others = [rule for rule in coverage.citing(row.clause.key) if rule not in row.rules]
    return lines + (wrapped(", ".join(others), "      Also cited by: ") if others else [])


def _standing(name: str, coverage: Coverage) -> list[str]:
    ruleset = coverage.ruleset
    keys = coverage.standing[name]
    local = [clause_id(key) for key in keys if key in clauses(ruleset)]
    other = [f"{key} [{ruleset.provisions[key].verification}]" for key in keys if key not in clauses(ruleset)]
    lines = [f"  {name}: {ruleset.versions(name)[-1].title}"]
    lines += wrapped(", ".join(local), "      Clauses: ") if local else []
    return lines + (wrapped(", ".join(other), "      Provisions: ") if other else [])
