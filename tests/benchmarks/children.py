"""A register of invented children: every child of a country in one row each, most of whom nothing has happened to, with gaps as registers have them.

    python tests/benchmarks/children.py children.parquet --children 12183016

Nobody in it is real. The same seed gives the same register, whatever its length: each piece of 262,144 rows has a generator of its own. One cell in
twenty is empty, beside those that have nothing to say: who did not die has no day of death. What happens to one child in a hundred and what steps
were taken then is told; what a register of children would not hold, such as the course of a review, has no column.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF: Final = date(2026, 11, 2)
PIECE: Final = 262_144
UNKNOWN_SHARE: Final = 0.05
ENGLAND: Final = 12_183_016
"""How many children a register of all of England's has."""

_EPOCH: Final = date(1970, 1, 1)
_TODAY: Final = (AS_OF - _EPOCH).days
_RARE: Final = (
    *("child.caused_harm_to_another", "child.privately_fostered", "child.placed_out_of_area", "child.family_known_for_abuse_or_neglect"),
    *("incident.potential_serious_incident_in_council", "incident.other_area_has_interest", "agency.believes_criteria_met"),
    *("home.police_involved", "home.allegation_of_abuse", "home.person_referred_to_dbs", "home.youth_justice_child"),
    *("supported.restraint_used", "supported.allegation_of_abuse", "foster.serious_illness_or_accident", "foster.alleged_offence"),
    *("foster.missing", "foster.serious_complaint", "centre.serious_event", "youth_justice.supervised", "setting.regulated_service"),
)
"""What is so of one in a hundred, whatever else is."""
_OF_DEATHS: Final = (
    *("child.death_suicide_or_unexplained", "death.external_causes_possible", "death.sudden_without_cause", "death.in_custody_or_detained"),
    "death.first_circumstances_suspicious",
)
_VIEWS: Final = ("known", "suspected", "neither")
_PLACES: Final = ("in_area", "elsewhere_in_england", "outside_england")
_SETTINGS: Final = ("none_of_these", "foster_home", "childrens_home", "supported_accommodation", "residential_school", "hospital_ward")
_PLACEMENTS: Final = ("elsewhere", "foster_home_of_authority", "foster_home_of_agency", "childrens_home", "supported_accommodation")


class _Piece:
    """The columns of one piece."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = np.random.default_rng([seed, number])
        self.columns: dict[str, Any] = {}

    def chance(self, share: float) -> Any:
        return self.rng.random(PIECE, dtype=np.float32) < share

    def put(self, name: str, values: Any, told: Any = True) -> None:
        """Add a column, empty where nothing is told and in one row of twenty."""
        self.columns[name] = pa.array(values, mask=~(told & ~self.chance(UNKNOWN_SHARE)))

    def word(self, name: str, words: tuple[str, ...], shares: tuple[float, ...], told: Any = True) -> None:
        """Add a column of words, the first of them where chance picks no other."""
        drawn = self.rng.random(PIECE, dtype=np.float32)
        codes = np.searchsorted(np.cumsum(shares)[:-1], drawn, side="right").astype(np.int8)
        empty = ~(told & ~self.chance(UNKNOWN_SHARE))
        self.columns[name] = pa.DictionaryArray.from_arrays(pa.array(codes, mask=empty), pa.array(words))

    def day(self, name: str, days: Any, told: Any) -> None:
        """Add a column of days since 1970; one that would lie after the day looked from is not told."""
        days = days.astype(np.int32)
        empty = ~(told & (days <= _TODAY) & ~self.chance(UNKNOWN_SHARE))
        self.columns[name] = pa.array(days, mask=empty).cast(pa.date32())


def piece(number: int, seed: int = 16) -> pa.RecordBatch:
    """Return one piece of the register.

    Args:
        number: Which, from 0.
        seed: The same seed gives the same children.
    """
    made = _Piece(seed, number)
    rng, chance = made.rng, made.chance
    born = _TODAY - rng.integers(0, 18 * 365, PIECE)
    happened = chance(0.01)
    days = np.minimum(_TODAY, born + (rng.random(PIECE) * (_TODAY - born)).astype(np.int64))
    died = happened & chance(0.2)
    harmed = happened & ~died
    aware = days + rng.integers(0, 20, PIECE)
    made.day("child.born_on", born, told=True)
    made.put("child.died", died)
    made.day("incident.occurred_on", days, happened)
    made.day("incident.authority_aware_on", aware, happened)
    made.day("child.died_on", days + rng.integers(0, 9, PIECE), died)
    made.word("child.place_of_death", _PLACES, (0.94, 0.05, 0.01), died)
    made.put("child.seriously_harmed", harmed & chance(0.5))
    made.put("child.seriously_injured", harmed & chance(0.4))
    made.word("child.place_of_harm", _PLACES, (0.94, 0.05, 0.01), happened)
    made.word("child.normally_resident", _PLACES, (0.96, 0.03, 0.01))
    looked_after = chance(0.007) & ~died
    made.put("child.looked_after", looked_after)
    made.word("child.looked_after_by", ("this_authority", "another_authority"), (0.9, 0.1), looked_after)
    made.put("child.care_leaver", np.zeros(PIECE, np.bool_))
    made.word("concern.authority_view", _VIEWS[::-1], (0.985, 0.01, 0.005))
    made.word("concern.other_agency_view", _VIEWS[::-1], (0.985, 0.01, 0.005))
    made.word("setting.kind", _SETTINGS, (0.985, 0.005, 0.004, 0.002, 0.002, 0.002))
    made.word("placement.kind", _PLACEMENTS, (0.5, 0.2, 0.1, 0.1, 0.1), looked_after)
    for name in _RARE:
        made.put(name, chance(0.01))
    for name in _OF_DEATHS:
        made.put(name, died & chance(0.3))
    made.day("notification.sent_on", aware + rng.integers(0, 15, PIECE), happened & chance(0.3))
    made.day("ofsted.told_on", days + rng.integers(9, 20, PIECE), died & chance(0.3))
    made.day("child_death_review.arranged_on", days + rng.integers(9, 60, PIECE), died & chance(0.5))
    return pa.record_batch(made.columns)


def pieces(children: int, seed: int = 16) -> Iterator[pa.RecordBatch]:
    """Yield the register piece by piece.

    Args:
        children: How many rows.
        seed: The same seed gives the same children.
    """
    for number, start in enumerate(range(0, children, PIECE)):
        yield piece(number, seed).slice(0, min(PIECE, children - start))


def write(path: Path, children: int, seed: int = 16) -> None:
    """Write the register as Parquet, a piece to a row group."""
    writer = None
    for each in pieces(children, seed):
        writer = writer or pq.ParquetWriter(path, each.schema)
        writer.write_batch(each, row_group_size=PIECE)
    if writer:
        writer.close()


def main() -> None:
    """Write a register."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--children", type=int, default=ENGLAND)
    parser.add_argument("--seed", type=int, default=16)
    options = parser.parse_args()
    write(options.path, options.children, options.seed)


if __name__ == "__main__":
    main()
