"""What makes headline questions, and the notes that bear on their days, sound: rules, duties and roles that exist, words that can be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cspr_rules.errors import Fault, Path_, did_you_mean
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.profiles import BY, TO, VERB
from cspr_rules.model.ruleset import Ruleset

_PLACE = re.compile(r"\{([^{}]*)\}")


def faults(built: Built, ruleset: Ruleset) -> Iterator[Fault]:
    """Yield every fault of the headline questions of a profile and of those that it stands on."""
    yield from _bearing(built, ruleset)
    duties: dict[str, set[str]] = {rule.id: set() for rule, _ in built.rule_entries}
    for rule, _ in built.rule_entries:
        duties[rule.id].update(duty.id for duty in rule.duties)
    known = {**duties, **{name: set[str]() for name in built.pack.lost("rules")}}
    homes: dict[str, str] = {}
    for entry in (built.profile_entries[name] for name in built.pack.profiles if name in built.profile_entries):
        for index, headline in enumerate(entry.plain["headlines"]):
            here: Path_ = ("headlines", index)
            if headline["id"] in homes:
                yield entry.fault((*here, "id"), f"there is a headline question '{headline['id']}' already ({homes[headline['id']]})")
            homes.setdefault(headline["id"], entry.place((*here, "id")))
            named = [((*here, "rules", place), name) for place, name in enumerate(headline["rules"])]
            named += [((*here, "otherwise", place, "rule"), each["rule"]) for place, each in enumerate(headline["otherwise"])]
            for path, name in named:
                if name not in known:
                    yield entry.fault(path, f"there is no rule called '{name}'{did_you_mean(name, known)}")
            theirs = {duty for name in headline["rules"] for duty in duties.get(name, ())}
            for place, duty in enumerate(headline["duties"]):
                if duty not in theirs and all(name in duties for name in headline["rules"]):
                    message = f"'{duty}' is not a duty of the rules that this question names{did_you_mean(duty, theirs)}"
                    yield entry.fault((*here, "duties", place), message)
            yield from _words(entry, (*here, "yes"), headline["yes"], {*ruleset.profile.roles, BY, VERB, TO})
            for place, each in enumerate(headline["otherwise"]):
                yield from _words(entry, (*here, "otherwise", place, "says"), each["says"], {*ruleset.profile.roles})


def _bearing(built: Built, ruleset: Ruleset) -> Iterator[Fault]:
    """Yield every note that is said to bear on a duty which does not exist."""
    duties = {duty.id for rule in ruleset.rules for duty in rule.duties} | built.pack.lost("rules")
    for _, entry in built.rule_entries:
        for index, effect in enumerate(entry.plain["then"]):
            for place, duty in enumerate(effect.get("bears_on", ())):
                if duty not in duties:
                    yield entry.fault(("then", index, "bears_on", place), f"there is no duty called '{duty}'{did_you_mean(duty, duties)}")


def _words(entry: PackFile, path: Path_, words: str, known: set[str]) -> Iterator[Fault]:
    for name in _PLACE.findall(words):
        if name not in known:
            yield entry.fault(path, f"there is no role called '{name}'{did_you_mean(name, known)}")
