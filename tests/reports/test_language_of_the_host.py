"""A host program that has set another language changes no word of a record: days and months are named in English."""

from __future__ import annotations

import calendar
import inspect
from datetime import date, timedelta
from pathlib import Path

import cspr_rules
from cspr_rules.model.days import month, weekday


def test_days_and_months_have_their_english_names() -> None:
    assert [weekday(date(2024, 4, 1) + timedelta(days=number)) for number in range(7)] == list(calendar.day_name)
    assert [month(date(2024, number, 1)) for number in range(1, 13)] == list(calendar.month_name)[1:]


def test_no_word_that_is_written_comes_from_the_language_of_the_host() -> None:
    root = Path(inspect.getfile(cspr_rules)).parent
    named = {path.name for path in root.rglob("*.py") if any(f"%{letter}" in path.read_text(encoding="utf-8") for letter in "AaBb")}
    assert named == {"typed_answers.py"}  # it reads what is typed, and writes nothing
