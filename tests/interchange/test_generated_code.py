"""Code that generators make of the published schemas is what a person would write: every part once, by its name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import load_ruleset
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.openapi import openapi
from cspr_rules.interchange.record_shape import record_schema
from tests.support.commands import ran
from tests.support.node import installed

GENERATORS = Path(__file__).parent / "generators"


def case() -> dict[str, Any]:
    return case_schema(load_ruleset("bcp").vocabulary)


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {"DecisionRecord": record_schema, "CaseFile": case}
PROFILES = ("england", "bcp")


def parts(schema: dict[str, Any]) -> set[str]:
    """Return the names of the parts of a schema that have fields of their own."""
    return {name for name, part in schema["$defs"].items() if "properties" in part}


def refs(value: Any) -> set[str]:
    """Return what a document refers to."""
    if isinstance(value, list):
        return {ref for each in value for ref in refs(each)}
    if isinstance(value, dict):
        return {ref for each in value.values() for ref in refs(each)} | ({value["$ref"]} if "$ref" in value else set())
    return set()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_description_of_a_service_has_the_parts_of_the_published_schemas_and_no_others(profile: str) -> None:
    ruleset = load_ruleset(profile)
    described = openapi(ruleset)
    schemas = described["components"]["schemas"]
    published = [case_schema(ruleset.vocabulary), record_schema()]
    names = {name for each in published for name in (*each["$defs"], each["title"])}
    assert schemas.keys() == names | {"Fault", "Faults"}
    for each in published:
        for name, part in each["$defs"].items():
            assert json.loads(json.dumps(schemas[name]).replace("#/components/schemas/", "#/$defs/")) == part
    assert refs(described) <= {f"#/components/schemas/{name}" for name in schemas}
    assert json.loads(ran("schema", "openapi", "--profile", profile).out) == described


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_description_of_a_service_is_valid_openapi(profile: str) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is part of the extra `test`")
    validator.validate(openapi(load_ruleset(profile)), cls=validator.OpenAPIV31SpecValidator)
    with pytest.raises(Exception, match="info"):
        validator.validate({**openapi(load_ruleset(profile)), "info": {}}, cls=validator.OpenAPIV31SpecValidator)


@pytest.mark.slow
@pytest.mark.parametrize("title", SCHEMAS)
def test_pydantic_models_are_made_one_for_each_part_and_by_its_name(title: str, tmp_path: Path) -> None:
    pytest.importorskip("datamodel_code_generator", reason="datamodel-code-generator is part of the extra `test`")
    schema = SCHEMAS[title]()
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator", "--input", "schema.json", "--input-file-type", "jsonschema"]
    command += ["--output-model-type", "pydantic_v2.BaseModel", "--output", "made.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 -- this Python
    assert done.returncode == 0, done.stderr
    classes = re.findall(r"^class (\w+)\(", (tmp_path / "made.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert parts(schema) | {title} <= set(classes)
    assert len(classes) == len(set(classes))
    assert not [name for name in classes if re.search(r"Model|\d$", name) and name not in schema["$defs"]]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the generators, installed."""
    return installed(GENERATORS, tmp_path_factory.mktemp("generators"))


def run(folder: Path, *words: str) -> str:
    """Run a program of the folder, and return what it wrote."""
    program = shutil.which(words[0], path=str(folder / "node_modules" / ".bin"))
    assert program is not None
    done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 -- as above
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("title", SCHEMAS)
def test_typescript_has_one_interface_for_each_part_and_by_its_name(node: Path, title: str) -> None:
    schema = SCHEMAS[title]()
    (node / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    run(node, "json2ts", "schema.json", "made.d.ts")
    exported = re.findall(r"^export (?:interface|type) (\w+)", (node / "made.d.ts").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(exported) == {*schema["$defs"], title}
    assert len(exported) == len(set(exported))


@pytest.mark.slow
def test_csharp_has_one_class_for_each_part_of_a_record_and_by_its_name(node: Path) -> None:
    """quicktype makes one class of what is slim or full, and of duties and verdicts of both."""
    schema = record_schema()
    (node / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    run(node, "quicktype", "-s", "schema", "schema.json", "-o", "made.cs", "-l", "csharp", "--top-level", "DecisionRecord")
    classes = set(re.findall(r"public partial class (\w+)", (node / "made.cs").read_text(encoding="utf-8")))
    merged = {"SlimRecord", "FullRecord", "ShortDuty", "ShortVerdict"}
    assert parts(schema) - merged <= classes
    assert classes - parts(schema) == {"DecisionRecord", "OptionElement"}  # options of a record, beside the one choice on a menu


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_a_second_validator_finds_nothing_to_say_of_the_description(node: Path, profile: str) -> None:
    (node / "openapi.json").write_text(json.dumps(openapi(load_ruleset(profile))), encoding="utf-8")
    said = run(node, "redocly", "lint", "openapi.json")
    assert "Your API description is valid" in said
    assert "warning" not in said.lower().replace("deprecation warning", "")
