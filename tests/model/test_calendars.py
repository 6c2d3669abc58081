"""Working days: the same as two published lists, counted as people count them, with every skipped day and its reason."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import holidays
import pytest
from dateutil.relativedelta import relativedelta
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules.loading.building import build_calendar
from cspr_rules.loading.reading import read_file
from cspr_rules.loading.rulesets import packaged_rules
from cspr_rules.loading.shaping import shaped
from cspr_rules.model import calendars
from cspr_rules.model.calendars import Calendar, Correction, Due
from tests.support.rules_folders import clock

MANY = settings(max_examples=300, deadline=None)
DAY = timedelta(days=1)
WEEKEND = {5: "Saturday", 6: "Sunday"}
FIRST_YEAR, LAST_YEAR = 2018, 2027


@cache
def shipped() -> Calendar:
    """Return the calendar that ships: workalendar's with the corrections file."""
    document = read_file(packaged_rules() / "calendars" / "england_and_wales.yaml")
    plain = shaped(document, "calendars")
    assert plain is not None, document.faults
    return build_calendar(plain)


@cache
def published() -> dict[date, str]:
    """Return what GOV.UK has published for England and Wales, as bundled with govuk-bank-holidays; nothing is downloaded."""
    days = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {each["date"]: each["title"] for each in days}


def off_by_hand(day: date) -> bool:
    """Say whether a day is no working day, by GOV.UK's list and the weekday alone."""
    return day.weekday() in WEEKEND or day in published()


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def due(start: date, unit: str, amount: int, *, before: bool = False) -> Due:
    found = shipped().due(clock(unit, amount, before=before), start)
    assert found is not None
    return found


# -- against two published lists -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_day_of_the_year_is_a_working_day_exactly_if_govuk_says_so(year: int) -> None:
    for day in days(date(year, 1, 1), date(year, 12, 31)):
        assert (shipped().why_off(day) is not None) == off_by_hand(day), day


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_day_of_the_year_is_a_working_day_exactly_if_the_holidays_package_says_so(year: int) -> None:
    listed = holidays.country_holidays("GB", subdiv="ENG", years=year)
    for day in days(date(year, 1, 1), date(year, 12, 31)):
        assert (shipped().why_off(day) is not None) == (day.weekday() in WEEKEND or day in listed), day


def test_the_published_list_is_there_for_every_year_compared() -> None:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        assert 8 <= len([day for day in published() if day.year == year]) <= 10


def test_years_that_are_marked_as_confirmed_are_published() -> None:
    assert shipped().confirmed_until <= max(published())
    assert shipped().confirmed_until == date(shipped().confirmed_until.year, 12, 31)


def test_each_correction_is_needed_and_is_the_only_way_in_which_the_library_differs() -> None:
    bare = Calendar("bare", "without corrections", shipped().base, shipped().confirmed_until, (), ())
    wrong = {day for day in days(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)) if (bare.why_off(day) is not None) != off_by_hand(day)}
    assert wrong == {each.day for each in shipped().corrections}
    assert all(each.reason and each.cites for each in shipped().corrections)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2018, 3, 30), "Good Friday"),
        (date(2018, 4, 2), "Easter Monday"),
        (date(2019, 4, 22), "Easter Monday"),
        (date(2020, 5, 8), "May"),  # moved from the Monday for VE Day
        (date(2022, 6, 2), "Spring"),  # moved from the last Monday of May
        (date(2022, 6, 3), "Jubilee"),
        (date(2022, 9, 19), "Funeral"),
        (date(2023, 5, 1), "May"),
        (date(2023, 5, 8), "coronation"),
        (date(2024, 8, 26), "Summer"),
        (date(2021, 12, 27), ""),  # for Christmas Day, a Saturday
        (date(2021, 12, 28), ""),  # for Boxing Day, a Sunday
        (date(2022, 1, 3), "New Year"),  # for New Year's Day, a Saturday
        (date(2022, 12, 27), ""),  # for Christmas Day, a Sunday
        (date(2023, 1, 2), "New Year"),  # for New Year's Day, a Sunday
        (date(2026, 12, 28), ""),  # for Boxing Day, a Saturday
        (date(2027, 12, 27), ""),
        (date(2027, 12, 28), ""),
        (date(2024, 3, 30), "Saturday"),
        (date(2024, 3, 31), "Sunday"),
    ],
)
def test_a_day_that_is_not_a_working_day_says_why(day: date, why: str) -> None:
    reason = shipped().why_off(day)
    assert reason
    assert why.lower() in reason.lower()


@pytest.mark.parametrize(
    "day",
    [
        date(2020, 5, 4),  # the first Monday of May, in the year of VE Day's 75th
        date(2022, 5, 30),  # the last Monday of May, in the year of the Jubilee
        date(2022, 6, 1),
        date(2022, 9, 20),
        date(2023, 5, 9),
        date(2024, 3, 28),  # Maundy Thursday
        date(2024, 12, 24),
        date(2024, 12, 27),
        date(2024, 12, 31),
        date(2025, 1, 2),  # a holiday in Scotland
        date(2024, 3, 18),  # a holiday in Northern Ireland
        date(2024, 8, 5),  # a holiday in Scotland
    ],
)
def test_a_day_that_is_a_working_day_in_england_and_wales_is_one_here(day: date) -> None:
    assert shipped().why_off(day) is None


@pytest.mark.parametrize("year", [1900, 1950, 1995, 1999, 2002, 2011, 2012, *range(2018, 2041), 2199, 2200, 2201])
def test_a_years_holidays_are_named_weekdays_of_that_year_in_order(year: int) -> None:
    found = shipped().holidays(year)
    assert list(found) == sorted(found)
    assert all(day.year == year and day.weekday() not in WEEKEND and name for day, name in found.items())


# -- counting ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "on", "skipped"),
    [
        # nothing in the way
        (date(2024, 6, 3), 1, date(2024, 6, 4), []),
        (date(2024, 6, 3), 4, date(2024, 6, 7), []),
        # a weekend
        (date(2024, 6, 7), 1, date(2024, 6, 10), [date(2024, 6, 8), date(2024, 6, 9)]),
        # the day of the event is day 0, be it a working day, a Saturday, a Sunday or a bank holiday
        (date(2024, 6, 8), 1, date(2024, 6, 10), [date(2024, 6, 9)]),
        (date(2024, 6, 9), 1, date(2024, 6, 10), []),
        (date(2024, 5, 27), 1, date(2024, 5, 28), []),
        (date(2024, 12, 25), 1, date(2024, 12, 27), [date(2024, 12, 26)]),
        # Easter 2024
        (date(2024, 3, 27), 5, date(2024, 4, 5), [date(2024, 3, 29), date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1)]),
        (date(2024, 3, 28), 1, date(2024, 4, 2), [date(2024, 3, 29), date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1)]),
        # Christmas and New Year with two substitute days and one
        (
            date(2021, 12, 23),
            5,
            date(2022, 1, 4),
            [*(date(2021, 12, day) for day in (25, 26, 27, 28)), *(date(2022, 1, day) for day in (1, 2, 3))],
        ),
        # Christmas in midweek
        (date(2024, 12, 24), 1, date(2024, 12, 27), [date(2024, 12, 25), date(2024, 12, 26)]),
        (
            date(2024, 12, 23),
            5,
            date(2025, 1, 2),
            [date(2024, 12, 25), date(2024, 12, 26), date(2024, 12, 28), date(2024, 12, 29), date(2025, 1, 1)],
        ),
        # VE Day 2020: the Monday is worked, the Friday is not
        (date(2020, 5, 1), 5, date(2020, 5, 11), [date(2020, 5, day) for day in (2, 3, 8, 9, 10)]),
        # the Platinum Jubilee: Thursday and Friday
        (date(2022, 5, 27), 5, date(2022, 6, 7), [date(2022, 5, 28), date(2022, 5, 29), *(date(2022, 6, day) for day in (2, 3, 4, 5))]),
        # the State Funeral, announced nine days before
        (date(2022, 9, 14), 5, date(2022, 9, 22), [date(2022, 9, day) for day in (17, 18, 19)]),
        # the Coronation, a week after the bank holiday of early May
        (date(2023, 4, 28), 5, date(2023, 5, 9), [*(date(2023, 4, day) for day in (29, 30)), *(date(2023, 5, day) for day in (1, 6, 7, 8))]),
    ],
)
def test_working_days_are_counted_from_the_next_one_and_what_is_skipped_is_listed(start: date, count: int, on: date, skipped: list[date]) -> None:
    found = due(start, "working_days", count)
    assert (found.on, [day for day, _ in found.skipped], found.provisional) == (on, skipped, False)
    assert all(reason for _, reason in found.skipped)


@pytest.mark.parametrize(
    ("start", "count", "on", "skipped"),
    [
        (date(2024, 6, 7), 1, date(2024, 6, 6), []),
        (date(2024, 6, 10), 1, date(2024, 6, 7), [date(2024, 6, 9), date(2024, 6, 8)]),
        (date(2024, 6, 9), 1, date(2024, 6, 7), [date(2024, 6, 8)]),
        (
            date(2024, 4, 8),
            7,
            date(2024, 3, 26),
            [date(2024, 4, 7), date(2024, 4, 6), date(2024, 4, 1), *(date(2024, 3, day) for day in (31, 30, 29))],
        ),
        (date(2022, 9, 20), 1, date(2022, 9, 16), [date(2022, 9, 19), date(2022, 9, 18), date(2022, 9, 17)]),
        (date(2025, 1, 2), 2, date(2024, 12, 30), [date(2025, 1, 1)]),
    ],
)
def test_working_days_before_a_date_are_counted_backwards(start: date, count: int, on: date, skipped: list[date]) -> None:
    found = due(start, "working_days", count, before=True)
    assert (found.on, [day for day, _ in found.skipped]) == (on, skipped)


@pytest.mark.parametrize(
    ("start", "months", "after", "before"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29), date(2023, 12, 31)),
        (date(2023, 1, 31), 1, date(2023, 2, 28), date(2022, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2023, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2020, 2, 29)),
        (date(2024, 3, 31), 1, date(2024, 4, 30), date(2024, 2, 29)),
        (date(2023, 3, 30), 1, date(2023, 4, 30), date(2023, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28), date(2024, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28), date(2024, 10, 31)),
        (date(2024, 5, 15), 6, date(2024, 11, 15), date(2023, 11, 15)),
    ],
)
def test_months_end_on_the_same_day_of_the_month_or_on_its_last(start: date, months: int, after: date, before: date) -> None:
    assert due(start, "months", months) == Due(after, (), provisional=False)
    assert due(start, "months", months, before=True) == Due(before, (), provisional=False)


@pytest.mark.parametrize(
    ("start", "count", "on"),
    [
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2023, 2, 28), 1, date(2023, 3, 1)),
        (date(2024, 12, 24), 15, date(2025, 1, 8)),
        (date(2024, 3, 27), 4, date(2024, 3, 31)),  # Easter Sunday: calendar days may end on any day
    ],
)
def test_calendar_days_skip_nothing(start: date, count: int, on: date) -> None:
    assert due(start, "days", count) == Due(on, (), provisional=False)
    assert due(on, "days", count, before=True) == Due(start, (), provisional=False)


@pytest.mark.parametrize(("hours", "whole"), [(1, 1), (23, 1), (24, 1), (25, 2), (48, 2), (49, 3), (72, 3), (9999, 417)])
def test_hours_are_whole_days_rounded_up(hours: int, whole: int) -> None:
    start = date(2024, 2, 27)
    assert due(start, "hours", hours) == Due(start + whole * DAY, (), provisional=False)
    assert due(start, "hours", hours, before=True) == Due(start - whole * DAY, (), provisional=False)


@pytest.mark.parametrize("word", ["without_delay", "immediately", "as_soon_as_possible", "unspecified"])
def test_a_clock_without_a_number_gives_no_date(word: str) -> None:
    assert shipped().due(clock(word), date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("start", "count", "provisional"),
    [
        (date(2027, 12, 24), 3, False),
        (date(2027, 12, 30), 1, False),  # ends on the last confirmed day itself
        (date(2027, 12, 31), 1, True),
        (date(2027, 12, 1), 30, True),
        (date(2028, 1, 10), -1, True),
        (date(2028, 1, 4), -10, True),
        (date(2027, 12, 31), -1, False),
    ],
)
def test_what_is_counted_past_the_last_confirmed_year_is_provisional(start: date, count: int, provisional: bool) -> None:
    calendar = Calendar("own", "own", "GB", date(2027, 12, 31), (), ())
    assert calendar.working_days(start, count).provisional is provisional


def test_months_and_days_need_no_bank_holidays_and_are_never_provisional() -> None:
    for unit in ("days", "months", "hours"):
        assert due(date(2040, 1, 1), unit, 3).provisional is False


def test_days_past_the_last_confirmed_year_are_counted_all_the_same() -> None:
    found = due(date(2030, 4, 18), "working_days", 1)
    assert (found.on, [day for day, _ in found.skipped]) == (date(2030, 4, 23), [date(2030, 4, day) for day in (19, 20, 21, 22)])
    assert found.provisional


# -- corrections and years computed earlier ------------------------------------------------------------------------------------------


def test_a_correction_adds_a_holiday_or_takes_one_away_and_no_other_day_changes() -> None:
    corrections = (
        Correction(date(2024, 6, 5), working=False, reason="A day of mourning", cites=("x/y",)),
        Correction(date(2024, 5, 27), working=True, reason="The holiday was moved", cites=("x/y",)),
        Correction(date(2024, 5, 6), working=False, reason="Called something else", cites=("x/y",)),
        Correction(date(2024, 6, 8), working=False, reason="A Saturday", cites=("x/y",)),
    )
    own = Calendar("own", "own", "GB", date(2027, 12, 31), corrections, ())
    assert own.why_off(date(2024, 6, 5)) == "A day of mourning"
    assert own.why_off(date(2024, 5, 27)) is None
    assert own.why_off(date(2024, 5, 6)) == "Called something else"
    assert own.why_off(date(2024, 6, 8)) == "Saturday"
    assert date(2024, 6, 8) not in own.holidays(2024)
    for day in days(date(2024, 1, 1), date(2024, 12, 31)):
        if day not in {each.day for each in corrections}:
            assert own.why_off(day) == shipped().why_off(day)
    assert own.holidays(2025) == shipped().holidays(2025)


def test_a_year_computed_earlier_is_taken_and_one_that_is_known_stays() -> None:
    own = Calendar("own", "own", "GB", date(2027, 12, 31), (), ())
    own.preset(2024, {date(2024, 6, 4): "Preset"})
    assert own.why_off(date(2024, 6, 4)) == "Preset"
    assert own.why_off(date(2024, 12, 25)) is None
    assert own.working_days(date(2024, 6, 3), 1).on == date(2024, 6, 5)
    own.preset(2024, {})
    assert own.why_off(date(2024, 6, 4)) == "Preset"
    computed = own.holidays(2025)
    own.preset(2025, {})
    assert own.holidays(2025) == computed != {}


def test_the_same_question_gets_the_same_answer_again() -> None:
    own = Calendar("own", "own", "GB", date(2027, 12, 31), (), ())
    one = own.due(clock("working_days", 5), date(2024, 3, 27))
    assert own.due(clock("working_days", 5), date(2024, 3, 27)) == one
    assert own.due(clock("working_days", 5, before=True), date(2024, 3, 27)) != one
    assert own.due(clock("days", 5), date(2024, 3, 27)) != one
    assert own.due(clock("working_days", 6), date(2024, 3, 27)) != one


@pytest.mark.parametrize("before", [False, True])
def test_the_days_of_a_clock_that_was_pickled_are_counted_in_its_own_direction(before: bool) -> None:
    dues = shipped().dues(clock("working_days", 5, before=before))
    again = pickle.loads(pickle.dumps(dues))  # noqa: S301 -- made here
    assert again[date(2024, 3, 27)] == dues[date(2024, 3, 27)] == shipped().working_days(date(2024, 3, 27), -5 if before else 5)


def test_no_more_days_are_remembered_than_is_said_and_none_is_counted_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MOST_REMEMBERED", 2)
    own = Calendar("own", "own", "GB", date(2027, 12, 31), (), ())
    dues = own.dues(clock("working_days", 3))
    for start in days(date(2024, 3, 20), date(2024, 4, 10)):
        assert dues[start] == shipped().working_days(start, 3)
        assert own.working_days(start, -3) == shipped().working_days(start, -3)
        assert max(len(dues), len(own._after), len(own._before)) <= 2


# -- whatever the day ----------------------------------------------------------------------------------------------------------------

ANY_DAY = st.dates(date(2013, 1, 1), date(2027, 6, 30))
FAR_DAYS = st.dates(date(1900, 6, 1), date(2200, 12, 31))
COUNTS = st.integers(1, 80)


def slow(start: date, count: int) -> date:
    """Count working days one by one, by GOV.UK's list alone."""
    day, step = start, DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while off_by_hand(day):
            day += step
    return day


@MANY
@given(ANY_DAY, COUNTS | COUNTS.map(lambda count: -count))
def test_working_days_agree_with_a_slow_count_by_the_published_list(start: date, count: int) -> None:
    assert shipped().working_days(start, count).on == slow(start, count)


@MANY
@given(FAR_DAYS, COUNTS)
def test_the_due_day_is_a_working_day_and_the_days_between_are_n_or_skipped_with_a_reason(start: date, count: int) -> None:
    for step, found in ((DAY, due(start, "working_days", count)), (-DAY, due(start, "working_days", count, before=True))):
        passed = [start + offset * step for offset in range(1, abs((found.on - start).days) + 1)]
        assert passed[-1] == found.on
        assert shipped().why_off(found.on) is None
        assert [day for day in passed if shipped().why_off(day) is not None] == [day for day, _ in found.skipped]
        assert len(passed) - len(found.skipped) == count
        assert all(reason == shipped().why_off(day) for day, reason in found.skipped)
        assert found.provisional == (max(found.on, start) > shipped().confirmed_until)


UNITS = st.sampled_from(["working_days", "days", "months", "hours"])


@pytest.mark.slow
@MANY
@given(FAR_DAYS, st.integers(0, 40), UNITS, COUNTS, st.booleans())
def test_a_later_start_is_never_due_earlier(start: date, later: int, unit: str, count: int, before: bool) -> None:
    assert due(start, unit, count, before=before).on <= due(start + later * DAY, unit, count, before=before).on


@pytest.mark.slow
@MANY
@given(FAR_DAYS, UNITS, COUNTS, st.integers(0, 30))
def test_a_longer_period_is_never_due_earlier_nor_a_longer_notice_later(start: date, unit: str, count: int, more: int) -> None:
    assert start < due(start, unit, count).on <= due(start, unit, count + more).on
    assert start > due(start, unit, count, before=True).on >= due(start, unit, count + more, before=True).on


@MANY
@given(FAR_DAYS, COUNTS)
def test_counting_back_undoes_counting_forward_from_the_last_working_day_up_to_the_start(start: date, count: int) -> None:
    calendar = shipped()
    forward = calendar.working_days(start, count).on
    worked = start
    while calendar.why_off(worked) is not None:
        worked -= DAY
    assert calendar.working_days(forward, -count).on == worked
    assert calendar.working_days(worked, count).on == forward


@MANY
@given(FAR_DAYS, COUNTS, COUNTS)
def test_counting_in_two_steps_is_counting_in_one(start: date, one: int, other: int) -> None:
    calendar = shipped()
    assert calendar.working_days(calendar.working_days(start, one).on, other).on == calendar.working_days(start, one + other).on
    assert calendar.working_days(calendar.working_days(start, -one).on, -other).on == calendar.working_days(start, -one - other).on


@MANY
@given(FAR_DAYS, COUNTS)
def test_months_keep_the_day_of_the_month_where_they_can(start: date, count: int) -> None:
    on = due(start, "months", count).on
    assert (on.year - start.year) * 12 + on.month - start.month == count
    assert on.day == start.day or (on.day < start.day and (on + DAY).day == 1)
    assert on == start + relativedelta(months=count)
