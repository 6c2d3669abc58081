"""Pictures for notebooks and reports, as SVG that needs nothing else.

>>> from datetime import date
>>> from cspr_rules import Case, evaluate, load_ruleset
>>> from cspr_rules.pictures import timeline
>>> record = evaluate(load_ruleset("england"), Case({"incident.authority_aware_on": "2024-03-27"}), as_of=date(2024, 4, 2))
>>> timeline(record).title
'What is owed and when, looked at from 2 April 2024'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cspr_rules.pictures.bars import outcome_bars
    from cspr_rules.pictures.drawing import Picture
    from cspr_rules.pictures.grids import truth_table, what_if_grid
    from cspr_rules.pictures.ladders import ladder
    from cspr_rules.pictures.record_timeline import timeline

__all__ = ["Picture", "ladder", "outcome_bars", "timeline", "truth_table", "what_if_grid"]

_LATER = {
    "Picture": "drawing",
    "ladder": "ladders",
    "outcome_bars": "bars",
    "timeline": "record_timeline",
    "truth_table": "grids",
    "what_if_grid": "grids",
}
"""Public names, each with its module, which is imported only when the name is asked for."""


def __getattr__(name: str) -> Any:
    """Return a public name whose module is imported only when asked for."""
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
