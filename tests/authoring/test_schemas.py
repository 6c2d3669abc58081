"""The schemas of the files that people write: valid, whole, kept to by every file that ships, and never stricter than what reads the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cspr_rules import load_ruleset, read_file
from cspr_rules.authoring.schemas.every import SCHEMAS
from cspr_rules.authoring.schemas.meanings import KEYS
from cspr_rules.authoring.schemas.modelines import modeline
from cspr_rules.authoring.schemas.rule_files import RULE_FILES
from cspr_rules.interchange.publishing import together
from cspr_rules.loading.shaping import KINDS
from tests.support.commands import ran
from tests.support.schemas_agree import compared, kinds
from tests.support.yaml_files import ROOT, faults, lean, validator, yaml_files

WRITTEN = [name for name, each in SCHEMAS.items() if each.written]


@cache
def schema(name: str, profile: str = "england") -> dict[str, Any]:
    return SCHEMAS[name].made(load_ruleset(profile))


def test_every_shape_that_the_loader_knows_has_a_schema() -> None:
    assert {kind for kind, _, _ in RULE_FILES.values()} == KINDS.keys()
    assert RULE_FILES.keys() <= SCHEMAS.keys()


def test_every_yaml_file_that_people_write_has_a_schema() -> None:
    known = yaml_files()
    every = {file for folder in ("rules", "course", "docs", "tests/fixtures") for file in (ROOT / folder).rglob("*.y*ml")}
    assert {file.relative_to(ROOT).as_posix() for file in every - known.keys()} == {
        "course/telling.yaml",
        "docs/examples/ci/github.yaml",
        "docs/examples/ci/gitlab-ci.yml",
        "docs/examples/ci/pre-commit-config.yaml",
    }
    assert set(known.values()) <= set(WRITTEN)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
def test_a_schema_is_valid_has_an_absolute_name_and_says_what_each_key_means(name: str) -> None:
    made = schema(name)
    jsonschema.Draft202012Validator.check_schema(_few(lean(made)))
    assert made["$id"].startswith("urn:cspr-rules:")
    keys = [(part, key, content) for part, key, content in _keys(made, made["title"])]
    assert keys
    assert [(part, key) for part, key, content in keys if not content.get("description") and "const" not in content and key != "schema"] == []
    assert not [part for part, key, content in keys if (content.get("anyOf") or [{}])[0] == {"type": "null"}], "null comes last"
    assert {ref.removeprefix("#/$defs/") for ref in _refs(made)} <= made.get("$defs", {}).keys()


def _few(part: Any) -> Any:
    """Return a schema with no more than forty of the properties of a part: the others, of which there are hundreds, are made like them."""
    if isinstance(part, list):
        return [_few(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {key: dict(list(_few(each).items())[:40]) if key == "properties" else _few(each) for key, each in part.items()}


def _keys(part: Any, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each key of a mapping that is closed, with the part in which it stands and what is said of it."""
    if isinstance(part, list):
        for each in part:
            yield from _keys(each, name)
    elif isinstance(part, dict):
        if part.get("additionalProperties") is False:
            yield from ((name, key, content) for key, content in part.get("properties", {}).items() if not name.startswith(("Judged", "Period")))
        for key, each in part.items():
            if key == "$defs":
                for title, content in each.items():
                    yield from _keys(content, title)
            elif key not in ("within", "at_least"):
                yield from _keys(each, name)


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _refs(each)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _refs(each)


@pytest.mark.slow
def test_what_is_said_of_keys_is_said_of_keys_that_there_are() -> None:
    made = [schema(name) for name in RULE_FILES]
    parts = {title: part for each in made for title, part in ((each["title"], each), *each["$defs"].items())}
    for name, keys in KEYS.items():
        assert keys.keys() == parts[name]["properties"].keys(), name


def test_two_shapes_of_one_name_are_refused_and_what_is_not_yet_is_a_day_in_a_case_with_what_is_expected() -> None:
    with pytest.raises(ValueError, match="two shapes are called Day"):
        together({"Day": {"enum": ["not_yet"]}, "Same": {}}, {"Day": {"enum": ["no_day"]}, "Same": {}})
    for day in ("not_yet", "2024-03", "2024-03-27"):
        case = {"facts": {"notification.sent_on": day}, "expect": {"duties": {"notify_panel": "2024-04-05"}}}
        assert not list(validator("tests", "bcp").iter_errors(case))
    assert list(validator("tests", "bcp").iter_errors({"facts": {"notification.sent_on": "no_day"}, "expect": {"stage": "none"}}))


@pytest.mark.slow
def test_the_files_that_ship_keep_to_their_schemas() -> None:
    """Of rules and cases every twentieth; `python -m tests.support.yaml_files` holds all."""
    files = sorted(yaml_files().items())
    many = [each for each in files if each[1] in ("rule", "case")]
    for file, name in [each for each in files if each not in many] + many[::20]:
        assert faults(file, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", kinds())
def test_what_a_schema_refuses_the_reader_refuses_and_the_schema_sees_most_of_it(name: str) -> None:
    found = compared(name, 40, 3)
    assert found.schema_alone == ()
    assert found.both > 4 * found.reader_alone


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rule", {"when": {"says": "it is so", "fact": "child.dyed", "is": True}}),
        ("rule", {"when": {"says": "it is so", "fact": "child.died", "is": "yes"}}),
        ("rule", {"when": {"says": "it is so", "fact": "child.died", "at_least": 3}}),
        ("rule", {"when": {"says": "it is so.", "fact": "child.died", "is": True}}),
        ("rule", {"when": {"fact": "child.died", "is": True}}),
        ("rule", {"when": {"any": []}}),
        ("rule", {"when": {"rule": "england.notification.serious_incident", "is": "not_met"}}),
        ("rule", {"layer": "law"}),
        ("rule", {"in_force": {"from": "1 April 2024"}}),
        ("rule", {"examples": []}),
        ("profile", {"roles": {"Lead officer": {"title": "lead officer"}}}),
        ("profile", {"duties": [{"duty": "notify_panel", "deadlines": [{"within": {"days": -1}, "strength": "will", "cites": ["a/1"]}]}]}),
    ],
    ids=json.dumps,
)
def test_a_schema_refuses_what_an_author_gets_wrong(name: str, value: dict[str, Any]) -> None:
    sound = read_file(ROOT / {"rule": "docs/how-to/harbourshire/notification/partnership.yaml", "profile": "rules/bcp/profile.yaml"}[name]).value
    assert isinstance(sound, dict)
    assert validator(name, "england").is_valid(sound)
    assert not validator(name, "england").is_valid(sound | value)


# -- the command -----------------------------------------------------------------------------------------------------------------------------


def test_the_names_of_all_schemas_are_listed_and_a_misspelt_one_is_told_with_the_nearest() -> None:
    assert [line.split()[0] for line in ran("schema").out.splitlines()] == list(SCHEMAS)
    got = ran("schema", "excercise")
    assert (got.code, got.err) == (2, "there is no schema called 'excercise'; did you mean 'exercise'?; `cspr-rules schema` lists them\n")


@pytest.mark.slow
def test_the_schemas_of_all_files_are_written_and_the_one_that_is_printed_is_the_same(tmp_path: Path) -> None:
    got = ran("schema", "--all", str(tmp_path / "s"), "--profile", "england")
    assert got.out.splitlines() == [f"wrote {tmp_path / 's' / name}.schema.json" for name in WRITTEN]
    for name in WRITTEN:
        assert json.loads((tmp_path / "s" / f"{name}.schema.json").read_text(encoding="utf-8")) == schema(name)
    assert ran("schema", "rule", "--profile", "england").json == schema("rule")
    assert ran("schema", "rule", "--all", str(tmp_path)).code == 2


def test_a_modeline_leads_from_the_file_to_its_schema(tmp_path: Path) -> None:
    assert modeline("rule", tmp_path / ".schemas", tmp_path / "area" / "x.yaml") == "# yaml-language-server: $schema=../.schemas/rule.schema.json\n"


@pytest.mark.slow
def test_what_is_written_to_go_on_with_begins_with_its_modeline_where_one_is_asked_for(tmp_path: Path) -> None:
    first, *rest = ran("facts", "--skeleton", "--profile", "england", "--schemas", "../s").out.splitlines()
    assert first == "# yaml-language-server: $schema=../s/case.schema.json"
    assert rest == ran("facts", "--skeleton", "--profile", "england").out.splitlines()
    case = str(ROOT / "docs/cases/baby-head-injury-before-easter.yaml")
    sheet = ran("mark", case, "--sheet", "england.notification", "--schemas", "s").out.splitlines()
    assert sheet[0] == "# yaml-language-server: $schema=s/sheet.schema.json"
    register = str(ROOT / "docs/notebooks/register.csv")
    guessed = ran("screen", register, "--guess", "--schemas", "s").out.splitlines()
    assert guessed[0] == "# yaml-language-server: $schema=s/mapping.schema.json"
    made = tmp_path / "made"
    assert ran("train", "generate", "--output", str(made), "--count", "1", "--kind", "open", "--schemas", str(tmp_path / "s")).code == 0
    (exercise,) = made.iterdir()
    assert exercise.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../s/exercise.schema.json\nid: ")
