"""``cspr-rules --version --json``: the version of everything that an answer depends on, for a log or a report of a fault."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from cspr_rules.interchange.stored_records import SHAPES as SHAPES_READ
from cspr_rules.loading.rulesets import load_ruleset, packaged_rules, profile_folders
from cspr_rules.version import __version__

SCHEMA: Final = "cspr-rules/versions/1"
SHAPES: Final = (
    "cspr-rules/answers/2", "cspr-rules/audit/3", "cspr-rules/audit-totals/1", "cspr-rules/calendar-file/1", "cspr-rules/case/1",
    "cspr-rules/casefile/1", "cspr-rules/changes/1", "cspr-rules/class/1", "cspr-rules/conformance/1", "cspr-rules/conformance-messages/2",
    "cspr-rules/course-file/1", "cspr-rules/coverage/1", "cspr-rules/coverage-file/1", "cspr-rules/decision-record/4",
    "cspr-rules/digests-file/1", "cspr-rules/discrepancies/1", "cspr-rules/discrepancies-file/1", "cspr-rules/docket/3",
    "cspr-rules/exercise/1", "cspr-rules/exercised/1", "cspr-rules/faults/1", "cspr-rules/findings/1", "cspr-rules/mapping-file/1",
    "cspr-rules/marking/2", "cspr-rules/misconceptions-file/1", "cspr-rules/mutation/2", "cspr-rules/paths-file/1",
    "cspr-rules/profile-file/1", "cspr-rules/rule-file/1", "cspr-rules/sheet-file/2", "cspr-rules/source-file/1",
    "cspr-rules/stages-file/1", "cspr-rules/tests/1", "cspr-rules/training-answers/1", "cspr-rules/unread/1", "cspr-rules/vector/2", SCHEMA,
    "cspr-rules/vocabulary-file/1", "cspr-rules/waivers/1", "cspr-rules/watch/1", "cspr-rules/watch-file/1",
)  # fmt: skip
"""The shape of everything that is written, or read, as JSON or YAML."""
NEEDED: Final = ("pydantic", "PyYAML", "python-dateutil", "workalendar")
OPTIONAL: Final = ("durable-rules", "icalendar", "narwhals", "numpy", "openpyxl", "starlette", "uvicorn")
"""What the extras bring, and is not there without them."""


def versions() -> dict[str, Any]:
    """Return all of it as plain values."""
    rules = packaged_rules()
    return {
        "schema": SCHEMA,
        "version": __version__,
        "rules": {name: load_ruleset(name).digest for name in sorted(path.name for path in profile_folders(rules)[0])},
        "shapes": list(SHAPES),
        "records_read": list(SHAPES_READ),
        "python": platform.python_version(),
        "dependencies": {name: _version(name) for name in (*NEEDED, *OPTIONAL)},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
