"""How an exercise shows itself in a notebook, beside everything else that does."""

from __future__ import annotations

from typing import Final

from cspr_rules.display_hook import Displays
from cspr_rules.reports.notebook import DISPLAYS as OTHERS
from cspr_rules.reports.notebook import in_notebook
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.papers import sheet

DISPLAYS: Final[Displays] = {**OTHERS, Exercise: in_notebook(sheet)}
"""For each class, what makes HTML of one of its values."""
