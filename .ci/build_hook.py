"""Build hook: packs the checked rules into one JSON file that loads fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrebuiltRules(BuildHookInterface[Any]):
    """Puts ``cspr_rules/rules.json`` into a wheel; an editable install reads the folders themselves."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check the rules and write them; a fault in the rules stops the build."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from cspr_rules.loading.prebuilding import prebuilt

        target = Path(self.directory) / "rules.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(prebuilt(root / "rules"), encoding="utf-8")
        build_data["force_include"][str(target)] = "cspr_rules/rules.json"
