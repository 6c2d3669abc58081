"""The page on screening a register: its mapping is one, and its options exist."""

from __future__ import annotations

from pathlib import Path

from cspr_rules import load_ruleset
from cspr_rules.bulk.mapping import mapping_from
from cspr_rules.loading.reading import read_file
from tests.support.running import in_process

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "screen-a-register.md"


def test_the_mapping_on_the_page_is_one(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    found = mapping_from(read_file(tmp_path / "mapping.yaml"), load_ruleset("bcp").vocabulary)
    assert found.columns["Died?"].values == {"yes": True, "no": False, "not sure": None}
    assert found.months


def test_the_view_on_the_page_can_be_written() -> None:
    command = PAGE.read_text(encoding="utf-8").split("cspr-rules sql ")[1].split("```")[0].replace("\\\n", " ").split()
    code, out, _ = in_process(["sql", *command])
    assert (code, "CREATE OR ALTER VIEW [outcomes]" in out) == (0, True)
