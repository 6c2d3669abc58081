"""Other systems read the published schemas: ajv, in Node, holds every shipped record and case to them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import evaluate, load_ruleset
from cspr_rules.engine.evaluating import DETAILS
from cspr_rules.interchange.answer_shape import answers_schema, marking_schema
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.record_shape import record_schema
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import read_file
from tests.support.node import installed

CASES = sorted((Path(__file__).parents[2] / "docs" / "cases").glob("*.yaml"))
HERE = Path(__file__).parent / "ajv"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the script and what it needs, installed."""
    return installed(HERE, tmp_path_factory.mktemp("node"))


def put(folder: Path, schema: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    for name, documents in (("good", good), ("bad", bad)):
        (folder / name).mkdir(parents=True)
        for each, document in documents.items():
            (folder / name / f"{each}.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")


def changed(document: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**document, **parts}


@pytest.mark.slow
def test_every_shipped_record_and_case_is_valid_in_node_and_what_is_not_is_refused(node: Path, tmp_path: Path) -> None:
    records: dict[str, Any] = {}
    cases: dict[str, dict[str, Any]] = {"bcp": {}, "england": {}}
    marked: dict[str, Any] = {}
    for path in CASES:
        document = read_file(path)
        file = case_from(document)
        ruleset = load_ruleset(file.profile or "bcp")
        record = evaluate(ruleset, file.case, as_of=file.as_of or ruleset.checked_on)
        for detail in DETAILS:
            records[f"{path.stem}.{detail}"] = record.to_dict(detail)
        cases[ruleset.profile.id][path.stem] = json.loads(json.dumps(document.value, default=str))
        marked[path.stem] = json.loads(json.dumps(file.expect, default=str))
    some = records["baby-head-injury-before-easter.slim"]
    bad = {
        "day": changed(some, as_of="2024-02-30"),
        "surplus": changed(some, surplus=1),
        "detail": changed(some, detail="thin"),
        "digest": changed(some, ruleset_digest="abc"),
        "lacks": {key: value for key, value in some.items() if key != "given"},
    }
    put(tmp_path / "record", record_schema(), records, bad)
    for profile, good in cases.items():
        facts = {"fact": {"facts": {"child.dyed": True}}, "day": {"as_of": "2024-02-30"}, "list": {"facts": []}}
        put(tmp_path / profile, case_schema(load_ruleset(profile).vocabulary), good, facts)
    put(tmp_path / "answers", answers_schema(), marked, {"word": {"outcomes": {"a.b": "maybe"}}})
    put(tmp_path / "marking", marking_schema(), {}, {"empty": {}})
    folders = [str(tmp_path / name) for name in ("record", *cases, "answers", "marking")]
    done = subprocess.run(["node", "validate.mjs", *folders], cwd=node, capture_output=True, text=True, check=False)  # noqa: S603, S607 -- found above
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"{2 * len(CASES)} good in {folders[0]}" in done.stdout.splitlines()


def everywhere(part: Any, key: str) -> list[Any]:
    """Return every value that a schema holds under a keyword; what `properties` and `$defs` hold are names and not keywords."""
    if isinstance(part, list):
        return [found for each in part for found in everywhere(each, key)]
    if not isinstance(part, dict):
        return []
    own = [part[key]] if key in part else []
    for name, value in part.items():
        inner = list(value.values()) if name in ("properties", "$defs") else value
        own += everywhere(inner, key)
    return own


@pytest.mark.parametrize("of", ["record", "case", "answers", "marking"])
def test_a_schema_has_a_dialect_an_absolute_name_and_nothing_that_makes_noise_in_generated_code(of: str) -> None:
    made = {
        "record": record_schema, "case": lambda: case_schema(load_ruleset("bcp").vocabulary), "answers": answers_schema, "marking": marking_schema
    }[of]()  # fmt: skip
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"].startswith("urn:cspr-rules:")
    assert made["$id"].rsplit(":", 1)[1].isdigit()
    assert sorted(everywhere(made, "title")) == sorted([made["title"], *made["$defs"]])
    assert all(part["title"] == name for name, part in made["$defs"].items())
    assert everywhere(made, "default") == []
    assert everywhere(made, "discriminator") == []
    for choices in everywhere(made, "anyOf"):
        assert choices[0] != {"type": "null"}
    referred = {ref.removeprefix("#/$defs/") for ref in everywhere(made, "$ref")}
    assert referred == set(made["$defs"])
    mappings = [json.dumps(part, sort_keys=True) for part in made["$defs"].values() if "properties" in part]
    assert len(set(mappings)) == len(mappings)
