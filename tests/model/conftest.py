"""The tiny ruleset."""

from __future__ import annotations

import pytest

from cspr_rules.model.ruleset import Ruleset
from tests.support.rules_folders import Folder


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return Folder().ruleset(tmp_path_factory.mktemp("cases"))
