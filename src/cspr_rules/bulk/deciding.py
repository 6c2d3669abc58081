"""A register decided: the outcomes of all sound cases at once, the record of any one of them when it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from cspr_rules.bulk.outcomes import Outcomes, outcomes
from cspr_rules.bulk.register import Register
from cspr_rules.bulk.values import Places
from cspr_rules.errors import EngineDisagreement, Fault
from cspr_rules.record import DecisionRecord


class Decided:
    """The cases of a register under the rules.

    Attributes:
        register: The register; its faults are then complete.
        population: Its cases as columns, with what follows.
        sound: The places of the cases in which nothing is wrong.
        outcomes: The outcomes of the rules asked for, for every case; of one that is not sound they mean nothing.

    Args:
        register: The register.
        as_of: The day to look from.
        law_on: The day whose law is read for every case; by default each incident's own, and ``as_of`` where that is not recorded.
        rules: The ids of the rules whose outcomes are wanted.
    """

    def __init__(self, register: Register, as_of: date, law_on: date | None, rules: Collection[str]) -> None:
        self.register = register
        self._as_of, self._law_on = as_of, law_on
        self.records: dict[int, DecisionRecord] = {}
        population = self.population = register.population(as_of)
        days = population.law_days(register.ruleset, as_of)
        if law_on is not None:
            days = [np.full(population.cases, law_on.toordinal(), np.int32)] * len(days)
        sound = np.ones(population.cases, np.bool_)
        read: dict[int, list[int]] = {}
        for place in map(int, np.flatnonzero(population.doubtful)):
            record = register.read(place, as_of, law_on)
            if record is None:
                sound[place] = False
                continue
            self.records[place] = record
            population.correct(place, record.checked)
            read[place] = [day.on.toordinal() for day in (record.days.incident, *record.days.later)]
        for step, ordinals in enumerate(zip(*read.values(), strict=True)):
            if (days[step][list(read)] != ordinals).any():
                days[step] = days[step].copy()  # steps of which nothing is known share theirs
                days[step][list(read)] = ordinals
        self.sound: Places = np.flatnonzero(sound)
        self.outcomes: Outcomes = outcomes(register.ruleset, population, days, rules)

    def record(self, place: int) -> DecisionRecord:
        """Return the record of a sound case.

        Raises:
            EngineDisagreement: The case is refused after all; that is a fault in the library.
        """
        known = self.records.get(place)
        if known is None:
            known = self.register.read(place, self._as_of, self._law_on)
            if known is None:
                raise EngineDisagreement([Fault("", "a case was accepted among many and is refused by itself; please report it")])
        return known
