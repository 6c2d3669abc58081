"""Packs made to do harm: nothing is run, nothing takes time without bound, and no link is followed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cspr_rules.engine.law import compiled, law_of
from cspr_rules.errors import QuestionError, RulesError
from cspr_rules.loading import (
    shaping,
)
from cspr_rules.loading.rulesets import check_folder, load_folder
from cspr_rules.model.cases import Case
from cspr_rules.record import evaluate
from tests.support.mistakes import FACTS, RULE, SEVERE_TEST
from tests.support.rules_folders import Folder, document

# -- packs made to do harm -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", [
    "!!python/object/apply:os.system ['touch {}']",
    "!!python/object/new:subprocess.Popen [['touch', '{}']]",
    "!!python/name:os.system",
    "!!python/module:os",
])  # fmt: skip
def test_a_pack_that_tries_to_run_code_is_refused_and_runs_none(tag: str, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    folder = Folder().edit(RULE, "title: Tell the partnership", f"title: ▶{tag.format(proof)}")
    with pytest.raises(RulesError) as caught:
        load_folder("town", folder.write(tmp_path))
    assert [(fault.place, fault.message) for fault in caught.value.faults] == [(folder.expected[0], "YAML tags are not accepted")]
    assert not proof.exists()


def test_what_stands_in_a_rule_is_never_part_of_generated_code(tmp_path: Path) -> None:
    evil = '"""); import os; os.abort()  # ﹏ \\n f0 = '
    folder = Folder().edit(RULE, SEVERE_TEST, json.dumps({"says": evil, "fact": "incident.severe", "is": True}))
    folder.edit(RULE, "title: Tell the partnership", f"title: {json.dumps(evil)}")
    ruleset = folder.ruleset(tmp_path)
    record = evaluate(ruleset, Case({"incident.severe": True}), as_of=date(2024, 1, 1))
    assert record.decisions["town.notice.partnership"].rule.title == " ".join(evil.split())


LINK = """\
id: town.chain.r{number}
title: t
question: q
layer: local_guidance
in_force: {{from: 2015-01-01, until: null}}
cites: [local/p1]
scope: child
when: {condition}
then: [{{note: text}}]
examples:
  - {{name: a, given: {{}}, expect: {{outcome: met}}}}
  - {{name: b, given: {{}}, expect: {{outcome: not_met}}}}
  - {{name: c, given: {{}}, expect: {{outcome: undetermined}}}}
"""


def chain(length: int, condition: Callable[[int], str]) -> Folder:
    """Return a folder with rules each of which refers to the one before."""
    folder = Folder()
    for number in range(length):
        own = "{says: s, fact: child.died, is: true}" if number == 0 else condition(number)
        folder.put(f"town/chain/r{number}.yaml", LINK.format(number=number, condition=own))
    return folder


TOO_MANY = "the condition has more than 500 tests, those of the rules it refers to included"
TOO_DEEP = "with the rules it refers to, the condition is nested more than 60 deep"


def test_rules_that_refer_to_others_twice_do_not_take_time_without_bound(tmp_path: Path) -> None:
    began = time.perf_counter()
    twice = "{{any: [{{rule: town.chain.r{0}, is: met}}, {{rule: town.chain.r{0}, is: met}}]}}"
    faults = chain(40, lambda number: twice.format(number - 1)).faults(tmp_path)
    assert time.perf_counter() - began < 10, "without a bound this would take weeks"
    assert {fault.message for fault in faults} <= {TOO_MANY, TOO_DEEP}
    assert {fault.place for fault in faults} == {f"rules/town/chain/r{number}.yaml:8:1" for number in range(9, 40)}


def test_a_long_chain_of_rules_is_sound_up_to_a_point_and_a_fault_beyond(tmp_path: Path) -> None:
    built = chain(75, lambda number: f"{{rule: town.chain.r{number - 1}, is: met}}").check(tmp_path)
    assert {fault.message for fault in built.pack.faults} == {TOO_DEEP}
    assert {fault.place for fault in built.pack.faults} == {f"rules/town/chain/r{number}.yaml:8:1" for number in range(61, 75)}


def nested(per_rule: int) -> Callable[[int], str]:
    """Return conditions that nest ``all`` and ``any`` by turns, each with a fact of its own, and then the rule before."""

    def condition(number: int) -> str:
        inner = "{says: x, fact: child.died, is: true}" if number == 1 else f"{{rule: town.chain.r{number - 1}, is: met}}"
        for depth in range(per_rule):
            inner = f"{{{'all' if depth % 2 else 'any'}: [{{says: x, fact: deep.f{number * per_rule + depth}, is: true}}, {inner}]}}"
        return inner

    return condition


def deep_facts(number: int) -> str:
    one = "  - {{id: deep.f{}, scope: child, kind: fact, type: yes_no, meaning: text, question: text, who_would_know: text}}\n"
    return "title: text\norder: 9\nfacts:\n" + "".join(one.format(each) for each in range(number))


def test_rules_nested_too_deep_through_each_other_are_a_fault(tmp_path: Path) -> None:
    faults = chain(16, nested(16)).put("vocabulary/deep.yaml", deep_facts(16 * 16)).faults(tmp_path)
    assert {fault.message for fault in faults} == {TOO_DEEP}


def test_rules_nested_as_deep_as_is_accepted_can_be_evaluated(tmp_path: Path) -> None:
    ruleset = chain(4, nested(18)).put("vocabulary/deep.yaml", deep_facts(4 * 18)).ruleset(tmp_path)
    law, nothing = law_of(ruleset, date(2024, 1, 1)), (None,) * len(ruleset.vocabulary.facts)
    for walks in (0, 1):
        assert {finding.outcome for finding in compiled(law.child, walks=walks)(nothing)[0]} == {"undetermined"}


@pytest.mark.parametrize("where", ["title", "given"])
def test_half_a_character_in_a_pack_is_a_fault(where: str, tmp_path: Path) -> None:
    text = json.dumps(shaping.shaped(document(Folder().files[RULE]), "rules"))
    spoilt = (
        text.replace('"title": "Tell', '"title": "\\ud800 Tell') if where == "title" else text.replace('"given": {}', '"given": {"x": "\\ud800"}')
    )
    assert spoilt != text
    (fault,) = Folder().put(RULE, spoilt).faults(tmp_path)
    assert fault.place.startswith(f"rules/{RULE}")


@pytest.mark.parametrize("link", ["a rule", "a vocabulary", "a folder of rules"])
def test_symbolic_links_are_passed_over(link: str, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    digest = check_folder("town", rules).ruleset
    assert digest is not None
    (outside / "bad.yaml").write_text("zzz: [\n")
    target = {"a rule": RULE, "a vocabulary": FACTS, "a folder of rules": "town/notice"}[link]
    if link == "a folder of rules":
        (rules / "town" / "more").symlink_to(outside)
    else:
        (rules / Path(target).parent / "link.yaml").symlink_to(outside / "bad.yaml")
    built = check_folder("town", rules)
    assert built.pack.faults == []
    assert built.ruleset is not None
    assert built.ruleset.digest == digest.digest


@pytest.mark.parametrize("link", ["town/profile.yaml", "sources"])
def test_a_profile_or_a_shared_folder_that_is_a_symbolic_link_is_not_followed(link: str, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    (tmp_path / "outside").mkdir()
    shutil.move(rules / link, tmp_path / "outside" / "moved")
    (rules / link).symlink_to(tmp_path / "outside" / "moved")
    try:
        built = check_folder("town", rules)
    except (QuestionError, RulesError):
        return
    assert built.pack.faults
