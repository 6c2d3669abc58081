"""Pictures for notebooks and reports, as SVG that needs nothing else.

>>> from datetime import date
>>> from cspr_rules import Case, evaluate, load_ruleset
>>> from cspr_rules.pictures import timeline
>>> record = evaluate(load_ruleset("england"), Case({"incident.authority_aware_on": "2024-03-27"}), as_of=date(2024, 4, 2))
>>> timeline(record).title
'What is owed and when, looked at from 2 April 2024'
"""

from __future__ import annotations

from cspr_rules.bars import outcome_bars
from cspr_rules.drawing import Picture
from cspr_rules.grids import truth_table, what_if_grid
from cspr_rules.ladders import ladder
from cspr_rules.record_timeline import timeline

__all__ = ["Picture", "ladder", "outcome_bars", "timeline", "truth_table", "what_if_grid"]
