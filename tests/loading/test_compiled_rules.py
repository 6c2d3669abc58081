"""The rules that a build compiled decide only while they are as built, and those of the YAML beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cspr_rules.authoring import examples
from cspr_rules.errors import RulesError
from cspr_rules.loading import compiled, rulesets
from cspr_rules.loading.prebuilding import prebuilt
from tests.support.rules_folders import Folder

SEVERE = "nation/notice/severe.yaml"


class Installed:
    """A small rules folder as it is installed: the YAML, and the file that the build made of it."""

    def __init__(self, folder: Path) -> None:
        self.rules = Folder().write(folder)
        self.file = folder / "rules.json"
        self.file.write_text(prebuilt(self.rules), encoding="utf-8")

    def amend(self, seal: bool) -> None:
        """Change what the compiled rules say of one age, with or without a new seal."""
        content: dict[str, Any] = json.loads(self.file.read_bytes())
        rule = next(each["plain"] for each in content["entries"] if each["plain"].get("id") == "nation.notice.severe")
        rule["when"]["any"][1]["at_least"] = 1
        del content["seal"]
        self.file.write_text(compiled.sealed(content) if seal else json.dumps({"seal": "0" * 64, **content}), encoding="utf-8")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    made = Installed(tmp_path)
    for module in (rulesets, examples):
        monkeypatch.setattr(module, "PREBUILT", made.file)
        monkeypatch.setattr(module, "packaged_rules", lambda: made.rules)
    for cached in (rulesets._prebuilt, rulesets._shipped):
        cached.cache_clear()
    yield made
    for cached in (rulesets._prebuilt, rulesets._shipped):
        cached.cache_clear()


def refusal(profile: str = "town") -> str:
    with pytest.raises(RulesError) as caught:
        rulesets.load_ruleset(profile)
    return str(caught.value)


def test_as_built_they_are_the_rules_of_the_yaml(installed: Installed) -> None:
    loaded, read = rulesets.load_ruleset("town"), rulesets.load_folder("town", installed.rules)
    assert (loaded.digest, loaded.rules, loaded.shipped, read.shipped) == (read.digest, read.rules, True, True)
    assert examples.checked_with_examples(installed.rules).faults == ()


def test_a_changed_value_is_refused_and_seen_by_check(installed: Installed) -> None:
    installed.amend(seal=False)
    assert "the file is not as it was built; install the package again" in refusal()
    assert any("not as it was built" in fault.message for fault in examples.checked_with_examples(installed.rules).faults)


def test_a_changed_value_under_a_new_seal_is_seen_by_check(installed: Installed) -> None:
    installed.amend(seal=True)
    (town,) = [fault for fault in examples.checked_with_examples(installed.rules).faults if "'town'" in fault.message]
    assert "are not those of the rules folder beside them" in town.message


def test_an_authority_of_ones_own_that_stands_on_them_is_not_held_to_what_was_compiled(installed: Installed, tmp_path: Path) -> None:
    own = tmp_path / "own" / "village"
    own.mkdir(parents=True)
    profile = "id: village\ntitle: Village\nauthority: Village Council\nextends: nation\ncalendar: land\nroles: {}\n"
    (own / "profile.yaml").write_text(profile, encoding="utf-8")
    found = examples.checked_with_examples(own)
    assert (found.profiles, found.faults) == (1, ())


def test_an_edited_yaml_file_is_not_passed_over(installed: Installed) -> None:
    file = installed.rules / SEVERE
    file.write_text(file.read_text(encoding="utf-8").replace("at_least: 3", "at_least: 30"), encoding="utf-8")
    assert "one or the other was changed" in refusal()


def test_an_edit_that_keeps_the_size_is_seen_by_check(installed: Installed) -> None:
    file = installed.rules / SEVERE
    file.write_text(file.read_text(encoding="utf-8").replace("at_least: 3", "at_least: 4"), encoding="utf-8")
    assert any("are not those of the rules folder" in fault.message for fault in examples.checked_with_examples(installed.rules).faults)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"seal":', "\x00", "[" * 100_000])
def test_a_damaged_file_is_refused_in_words(text: str, installed: Installed) -> None:
    installed.file.write_text(text, encoding="utf-8")
    assert "rules.json: the compiled rules of this installation cannot be used" in refusal()


def test_a_file_cut_short_is_refused(installed: Installed) -> None:
    installed.file.write_bytes(installed.file.read_bytes()[:1000])
    assert "not as it was built" in refusal()
