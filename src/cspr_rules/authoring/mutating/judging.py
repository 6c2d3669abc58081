"""Whether a change to the rules is noticed, and by what: the checks of the rules as functions, run on as few rules as can notice it.

What notices a change to a rule are the examples of the rule itself and of the rules that refer to it. So a change is judged on the rule, the rules
that refer to it and those that they need, instead of on all: the answers are the same, because a rule's answer depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from pydantic import ValidationError

from cspr_rules.authoring.examples import problems, stage_problems
from cspr_rules.authoring.mutating.changes import LABELS, Mutant, mutants
from cspr_rules.authoring.mutating.equal import equal
from cspr_rules.errors import Fault
from cspr_rules.loading import building
from cspr_rules.loading.assembling import Built, build
from cspr_rules.loading.checking import check, check_rules
from cspr_rules.loading.packs import Pack, PackFile
from cspr_rules.loading.shaping import KINDS
from cspr_rules.model.profiles import Addition, with_additions
from cspr_rules.model.rules import Rule, RuleMet, tests_in
from cspr_rules.model.ruleset import Ruleset, with_parts

LOADER: Final = "loader"
EXAMPLES: Final = "examples"
EQUAL: Final = "equal"
"""What is said in place of what notices a change that no answer can show."""


class Changed(NamedTuple):
    """The rules after a change, as far as it bears on them.

    Attributes:
        rulesets: For each profile that the change bears on: the changed rule, if it is one that was changed, with the rules that refer to it and
            those that they need; else all rules. The profile that is judged comes last.
        entry: The file that was changed, as it was.
    """

    rulesets: Mapping[str, Ruleset]
    entry: PackFile

    @property
    def ruleset(self) -> Ruleset:
        """The rules of the profile that is judged."""
        return list(self.rulesets.values())[-1]

    @property
    def rule(self) -> Rule | None:
        """The changed rule as it is now; ``None`` if something else was changed."""
        return next((rule for rule in self.ruleset.rules if rule.file == self.entry.file), None) if self.entry.kind == "rules" else None


class Witness(NamedTuple):
    """What is asked about a change besides the loader and the examples.

    Attributes:
        name: What to call it.
        kinds: The kinds of change that it is asked about.
        notices: Whether it notices.
    """

    name: str
    kinds: frozenset[str]
    notices: Callable[[Changed], bool]


class Group(NamedTuple):
    """A rule of one profile with the rules that refer to it, and all that these refer to.

    Attributes:
        base: The profile with all its rules.
        pairs: The rules of the group with their files.
        usual: Faults that the group has because other rules are missing.
    """

    base: Built
    pairs: tuple[tuple[Rule, PackFile], ...]
    usual: frozenset[Fault]


class Judge:
    """The rules of a profile as they stand, ready to be compared with changed ones.

    Args:
        built: The profile with everything that it extends, national rules first.
        inherited: Each profile that it extends, with everything that that one extends.
        witnesses: What is asked besides the loader and the examples, in this order.

    Raises:
        ValueError: The profile has faults.
    """

    def __init__(self, built: Built, inherited: Sequence[Built] = (), witnesses: Sequence[Witness] = ()) -> None:
        self.built = built
        self.ruleset = ruleset_of(built)
        self.witnesses = witnesses
        self.bases = {each.pack.profiles[-1]: each for each in (*inherited, built)}
        self.group = cache(self._group)
        self.additions = cache(self._additions)

    @cached_property
    def mutants(self) -> Sequence[Mutant]:
        """Every change, in order."""
        return list(mutants(self.built))

    def changes_to(self, rule_id: str) -> Sequence[Mutant]:
        """Return every change to the versions of one rule, in order; no other is made."""
        numbers = [number for number, each in enumerate(self.built.pack.entries) if each.kind == "rules" and each.plain.get("id") == rule_id]
        return [mutant for number in numbers for mutant in mutants(self.built, number)]

    @property
    def noticing(self) -> tuple[str, ...]:
        """What can notice a change, in the order in which it is asked."""
        return (LOADER, EXAMPLES, *(witness.name for witness in self.witnesses))

    def noticed_by(self, mutant: Mutant) -> str | None:
        """Return the first that notices a change; ``equal`` if no answer can show it, or else ``None`` if none does."""
        entry = self.built.pack.entries[mutant.entry]
        changed = entry._replace(plain=mutant.plain)
        try:
            KINDS[entry.kind].model_validate(mutant.plain)
        except ValidationError:
            return LOADER
        judged = self._rule(entry, changed, mutant.kind) if entry.kind == "rules" else self._other(entry, changed, mutant.kind)
        return next((name for name, noticed in judged if noticed()), None) or (EQUAL if self._equal(entry, changed) else None)

    def changed(self, mutant: Mutant) -> Changed | None:
        """Return the rules after a change to one of them, or ``None`` if it is no change to a rule, or one that is refused out of hand."""
        entry = self.built.pack.entries[mutant.entry]
        changed = entry._replace(plain=mutant.plain)
        if entry.kind != "rules":
            return None
        try:
            KINDS[entry.kind].model_validate(mutant.plain)
        except ValidationError:
            return None
        rule = self._built(changed)
        return None if rule is None else _changed(self._variants(entry, changed, rule), entry)

    def _asked(self, kind: str, changed: Callable[[], Changed]) -> Iterator[tuple[str, Callable[[], bool]]]:
        for witness in self.witnesses:
            if kind in witness.kinds:
                yield witness.name, lambda notices=witness.notices: notices(changed())  # type: ignore[misc] # one of its own for each

    # -- a change to a rule -------------------------------------------------------------------------------------------------------------

    def _rule(self, entry: PackFile, changed: PackFile, kind: str) -> Iterator[tuple[str, Callable[[], bool]]]:
        rule = self._built(changed)
        if rule is None:
            yield LOADER, lambda: True
            return
        variants = self._variants(entry, changed, rule)
        yield LOADER, lambda: any(_new_faults(variant, group) for variant, group in variants)
        if kind not in LABELS:
            yield EXAMPLES, lambda: self._examples(variants, rule)
        yield from self._asked(kind, lambda: _changed(variants, entry))

    def _equal(self, entry: PackFile, changed: PackFile) -> bool:
        if entry.kind != "rules":
            return False
        before, after = (self._built(each) for each in (entry, changed))
        return before is not None and after is not None and equal(before, after, self.ruleset)

    def _built(self, changed: PackFile) -> Rule | None:
        reported: list[str] = []
        rule = building.build_rule(changed.plain, self.ruleset.vocabulary, changed.profile, changed.file, lambda _, message: reported.append(message))
        return None if reported else rule

    def _variants(self, entry: PackFile, changed: PackFile, rule: Rule) -> list[tuple[Built, Group]]:
        depth = self.built.pack.profiles.index(entry.profile)
        return [self._variant(name, entry, changed, rule) for name in self.built.pack.profiles[depth:]]

    def _variant(self, profile: str, entry: PackFile, changed: PackFile, rule: Rule) -> tuple[Built, Group]:
        group = self.group(profile, entry.plain["id"])
        pairs = [(rule, changed) if file.file == entry.file else (own, file) for own, file in group.pairs]
        pairs.sort(key=lambda pair: (pair[0].id, pair[0].window.start, pair[1].file))
        return self._with_rules(group.base, profile, pairs), group

    def _with_rules(self, base: Built, profile: str, pairs: list[tuple[Rule, PackFile]]) -> Built:
        entries = [*(entry for entry in base.pack.entries if entry.kind != "rules"), *(entry for _, entry in pairs)]
        rules = tuple(with_additions(rule, self.additions(profile)) for rule, _ in pairs)
        return Built(with_parts(ruleset_of(base), rules=rules, paths={}), Pack(base.pack.profiles, entries), pairs, base.profile_entries)

    def _additions(self, profile: str) -> dict[str, Addition]:
        base = self.bases[profile]
        found: dict[str, Addition] = {}
        for name in base.pack.profiles:
            found |= building.build_additions(base.profile_entries[name].plain)
        return found

    def _group(self, profile: str, rule_id: str) -> Group:
        base = self.bases[profile]
        chosen = around([rule for rule, _ in base.rule_entries], rule_id)
        pairs = [(rule, entry) for rule, entry in base.rule_entries if rule.id in chosen]
        return Group(base, tuple(pairs), frozenset(check_rules(self._with_rules(base, profile, pairs))))

    def _examples(self, variants: list[tuple[Built, Group]], changed: Rule) -> bool:
        """Say whether an example fails: national ones without local rules, local ones with everything; those of the changed rule first."""
        for built, _ in variants:
            own = [(rule, entry) for rule, entry in built.rule_entries if entry.profile == built.pack.profiles[-1]]
            for rule, _ in sorted(own, key=lambda pair: pair[0].id != changed.id):
                if any(problems(ruleset_of(built), rule, example) for example in rule.examples):
                    return True
        return False

    # -- a change to another file -------------------------------------------------------------------------------------------------------

    def _other(self, entry: PackFile, changed: PackFile, kind: str) -> Iterator[tuple[str, Callable[[], bool]]]:
        pack = Pack(self.built.pack.profiles, [changed if each is entry else each for each in self.built.pack.entries])
        built = build(pack, "digest")
        yield LOADER, lambda: built.ruleset is None or bool(pack.faults) or bool(check(built))
        if kind not in LABELS:
            yield EXAMPLES, lambda: _stages_or_clocks(built, self.ruleset)
        yield from self._asked(kind, lambda: Changed({self.built.pack.profiles[-1]: ruleset_of(built)}, entry))


def _changed(variants: Sequence[tuple[Built, Group]], entry: PackFile) -> Changed:
    return Changed({built.pack.profiles[-1]: ruleset_of(built) for built, _ in variants}, entry)


def ruleset_of(built: Built) -> Ruleset:
    """Return the ruleset of a profile that was built.

    Raises:
        ValueError: There is none.
    """
    if built.ruleset is None:
        raise ValueError("there is no ruleset to judge")
    return built.ruleset


def around(rules: Sequence[Rule], rule_id: str) -> set[str]:
    """Return the ids of a rule, of the rules that refer to it, and of all that these refer to."""
    needs: dict[str, set[str]] = {}
    for rule in rules:
        needs.setdefault(rule.id, set()).update(each.rule for each in tests_in(rule.when) if isinstance(each, RuleMet))
    chosen = {rule_id}
    while more := {name for name, needed in needs.items() if needed & chosen} - chosen:
        chosen |= more
    while more := {name for each in chosen for name in needs[each]} - chosen:
        chosen |= more
    return chosen


def _new_faults(built: Built, group: Group) -> bool:
    return bool(set(check_rules(built)) - group.usual)


def _stages_or_clocks(built: Built, before: Ruleset) -> bool:
    """Say whether an example of a stage fails, or one of a rule whose duties a profile adds to."""
    now = ruleset_of(built)
    for entry in built.pack.of("stages"):
        if any(stage_problems(now, plain) for plain in entry.plain["examples"]):
            return True
    added = [rule for rule, was in zip(now.rules, before.rules, strict=True) if rule.duties != was.duties]
    return any(problems(now, rule, example) for rule in added for example in rule.examples)
