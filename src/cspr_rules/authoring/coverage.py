"""Every clause of an authority's guidance with the rules that encode it, or the reason why none does; and for every rule, what it stands on.

Which clauses there are is read from the profile's own instrument. What became of each stands in ``coverage.yaml``, beside the rules: nothing is
decided from it, so that a mistake in it never stops a case. A clause is called ``bcp.5.3.a`` in an inventory and cited as ``bcp/5.3.a``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cspr_rules.errors import Fault, Path_, QuestionError, RulesError, did_you_mean
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.folders import read_accounts
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Rule, Test, cited, conditions_of, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision

DISPOSITIONS: Final = ("rules", "information", "definition", "unspecified", "superseded")
"""What can become of a clause: encoded in rules, or one of the reasons why it is not."""

MODALITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "must": ("must", "will", "must_not"),
    "should": ("should",),
    "may": ("may",),
    "criterion": ("definition",),
    "definition": ("definition",),
    "information": ("information",),
}
"""How an inventory classes a clause, with the forces that its provision may then have."""


class ClauseRow(NamedTuple):
    """What became of one clause.

    Attributes:
        clause: The clause.
        modality: How the inventory classes it.
        disposition: One of :data:`DISPOSITIONS`.
        rules: The rules that encode it.
        because: Why no rule does, or what a reader should know of how they do.
    """

    clause: Provision
    modality: str
    disposition: str
    rules: tuple[str, ...]
    because: str | None


class Coverage(NamedTuple):
    """What became of every clause, and what every rule stands on.

    Attributes:
        ruleset: The rules.
        rows: What became of each clause that has a row, by the clause's key, in the order of the guidance.
        standing: The keys of the provisions that each rule stands on, by the rule's id.
        faults: What is wrong or missing.
    """

    ruleset: Ruleset
    rows: Mapping[str, ClauseRow]
    standing: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]

    def citing(self, key: str) -> list[str]:
        """Return the rules that stand on a clause or on a limb of it."""
        return [rule for rule, keys in self.standing.items() if any(within(each, key) for each in keys)]


def clause_id(key: str) -> str:
    """Return what an inventory calls a clause: ``bcp.5.3.a`` for ``bcp/5.3.a``."""
    return key.replace("/", ".", 1)


def clause_key(name: str) -> str:
    """Return a clause's key: ``bcp/5.3.a`` for ``bcp.5.3.a``."""
    return name if "/" in name else name.replace(".", "/", 1)


def within(key: str, clause: str) -> bool:
    """Say whether a provision is a clause or a limb of it."""
    return key == clause or key.startswith(f"{clause}.")


def clauses(ruleset: Ruleset) -> dict[str, Provision]:
    """Return every provision of the local guidance that a profile stands on, by key, in the order of the text."""
    return {key: provision for key, provision in ruleset.provisions.items() if provision.layer == "local_guidance"}


def stands_on(rule: Rule, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the key of every provision that one version of a rule stands on: those it cites, and then those of what its judgements weigh."""
    tested = [test.fact for condition in conditions_of(rule) for test in tests_in(condition) if isinstance(test, Test)]
    weighed = (key for fact in tested for consideration in ruleset.vocabulary.by_id[fact].considerations for key in consideration.cites)
    return tuple(dict.fromkeys((*cited(rule), *weighed)))


def stood_on(ruleset: Ruleset) -> dict[str, tuple[str, ...]]:
    """Return what each rule stands on, all its dated versions taken together."""
    found: dict[str, dict[str, None]] = {}
    for rule in ruleset.rules:
        found.setdefault(rule.id, {}).update(dict.fromkeys(stands_on(rule, ruleset)))
    return {rule_id: tuple(keys) for rule_id, keys in found.items()}


# -- reading and checking ------------------------------------------------------------------------------------------------------------


def read_coverage(built: Built, *, required: bool = True) -> Coverage:
    """Read and check what became of the clauses of a profile's guidance.

    Args:
        built: The profile.
        required: Whether guidance without a file that accounts for it is a fault.

    Raises:
        RulesError: The profile itself has faults.
    """
    ruleset = built.ruleset
    if built.pack.faults or ruleset is None:
        raise RulesError(built.pack.faults)
    reader = _Reader(built, ruleset)
    reader.read(required=required)
    order = {key: index for index, key in enumerate(reader.clauses)}
    rows = dict(sorted(reader.rows.items(), key=lambda each: order[each[0]]))
    return Coverage(ruleset, rows, reader.standing, tuple(reader.faults))


class _Reader:
    def __init__(self, built: Built, ruleset: Ruleset) -> None:
        self.built = built
        self.clauses = clauses(ruleset)
        self.standing = stood_on(ruleset)
        self.provisions = ruleset.provisions
        self.rows: dict[str, ClauseRow] = {}
        self.faults: list[Fault] = []

    def read(self, *, required: bool) -> None:
        entries, faults = read_accounts(self.built.pack, "coverage")
        self.faults += faults
        instruments = dict.fromkeys(key.partition("/")[0] for key in self.clauses)
        for instrument in instruments:
            own = [entry for entry in entries if entry.plain["instrument"] == instrument]
            if own:
                self._file(own[0], instrument)
            elif required and not faults:
                home = next(entry for entry in self.built.pack.of("sources") if entry.plain["id"] == instrument)
                self._fault(home, ("id",), f"no coverage.yaml says what became of the clauses of '{instrument}'")
            for another in own[1:]:
                self._fault(another, ("instrument",), f"{own[0].file} accounts for '{instrument}' already")
        for entry in entries:
            # A shared file about another authority's guidance is no concern of this profile.
            if entry.profile and entry.plain["instrument"] not in instruments:
                hint = did_you_mean(entry.plain["instrument"], instruments)
                self._fault(entry, ("instrument",), f"there is no local guidance called '{entry.plain['instrument']}'{hint}")
        for rule, entry in self.built.rule_entries:
            if not any(self._is_source(key) for key in self.standing[rule.id]):
                self._fault(entry, ("cites",), f"{rule.id} stands on no source")

    def _is_source(self, key: str) -> bool:
        return key in self.provisions and self.provisions[key].layer != "assumption"

    def _file(self, entry: PackFile, instrument: str) -> None:
        own = {clause_id(key): clause for key, clause in self.clauses.items() if key.startswith(f"{instrument}/")}
        for name, row in entry.plain["clauses"].items():
            path: Path_ = ("clauses", name)
            if name not in own:
                self._fault(entry, path, f"'{instrument}' has no clause '{name}'{did_you_mean(name, own)}")
                continue
            clause = own[name]
            if clause.force not in MODALITIES[row["modality"]]:
                self._fault(entry, (*path, "modality"), f"{name} cannot be a {row['modality']}: the force of {clause.key} is '{clause.force}'")
            for index, rule in enumerate(row["rules"]):
                self._rule(entry, (*path, "rules", index), clause.key, rule)
            self.rows[clause.key] = ClauseRow(clause, row["modality"], row["as"] or "rules", tuple(row["rules"]), row["because"])
        for name, clause in own.items():
            if clause.key not in self.rows:
                self._fault(entry, ("clauses",), f"{name} ({clause.pinpoint}) is missing: which rules encode it, or why does none?")

    def _rule(self, entry: PackFile, path: Path_, clause: str, rule: str) -> None:
        if rule not in self.standing:
            self._fault(entry, path, f"there is no rule called '{rule}'{did_you_mean(rule, self.standing)}")
        elif not any(within(key, clause) for key in self.standing[rule]):
            self._fault(entry, path, f"{rule} does not cite {clause} or any limb of it")

    def _fault(self, entry: PackFile, path: Path_, message: str) -> None:
        self.faults.append(entry.document.fault(path, message) if entry.document else Fault(entry.file, message))


def counts(coverage: Coverage) -> dict[str, dict[str, int]]:
    """Return how many clauses of each modality have each disposition."""
    rows = coverage.rows.values()
    return {
        modality: {disposition: sum((row.modality, row.disposition) == (modality, disposition) for row in rows) for disposition in DISPOSITIONS}
        for modality in MODALITIES
    }


class Chosen(NamedTuple):
    """The part of the coverage that was asked for."""

    rows: list[ClauseRow]
    rules: list[str]
    whole: bool


def chosen_part(coverage: Coverage, clause: str | None, rule: str | None) -> Chosen:
    """Return the part of the coverage that is about a clause and its limbs, or about a rule; all of it if neither is given.

    Raises:
        QuestionError: There is no such clause or rule.
    """
    rows = [] if rule and not clause else list(coverage.rows.values())
    rules = [] if clause and not rule else list(coverage.standing)
    if clause:
        key = clause_key(clause)
        known = [clause_id(each) for each in clauses(coverage.ruleset)]
        if clause_id(key) not in known:
            raise QuestionError([Fault("--clause", f"there is no clause called '{clause}'{did_you_mean(clause_id(key), known)}")])
        rows = [row for row in rows if within(row.clause.key, key)]
    if rule:
        rules = [coverage.ruleset.versions(rule)[0].id]
    return Chosen(rows, rules, not (clause or rule))


def plain_coverage(coverage: Coverage, *, clause: str | None = None, rule: str | None = None) -> dict[str, Any]:
    """Return the coverage as plain values for JSON.

    Args:
        coverage: What was read.
        clause: Only this clause and its limbs.
        rule: Only this rule.

    Raises:
        QuestionError: There is no such clause or rule.
    """
    part = chosen_part(coverage, clause, rule)
    local = clauses(coverage.ruleset)
    return {
        "schema": "cspr-rules/coverage/1",
        "profile": coverage.ruleset.profile.id,
        "ruleset_digest": coverage.ruleset.digest,
        "clauses_in_guidance": len(local),
        "counts": counts(coverage),
        "clauses": [_plain_row(row, coverage) for row in part.rows],
        "rules": [
            {
                "id": name,
                "clauses": [clause_id(key) for key in coverage.standing[name] if key in local],
                "provisions": _plain_provisions((key for key in coverage.standing[name] if key not in local), coverage.ruleset),
            }
            for name in part.rules
        ],
        "faults": plain_faults(coverage.faults),
    }


def _plain_row(row: ClauseRow, coverage: Coverage) -> dict[str, Any]:
    return {
        "id": clause_id(row.clause.key),
        "provision": row.clause.key,
        "pinpoint": row.clause.pinpoint,
        "modality": row.modality,
        "force": row.clause.force,
        "summary": row.clause.summary,
        "disposition": row.disposition,
        "rules": list(row.rules),
        "cited_by": coverage.citing(row.clause.key),
        "because": row.because,
    }


def _plain_provisions(keys: Iterable[str], ruleset: Ruleset) -> list[dict[str, str]]:
    return [{"id": key, "verification": ruleset.provisions[key].verification} for key in keys]


def plain_faults(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return faults as plain values."""
    return [{"place": fault.place, "message": fault.message, "path": fault.path} for fault in faults]
