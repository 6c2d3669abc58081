"""Turns the files of the vocabulary, once their shapes are checked, into the values of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from cspr_rules.errors import Path_, did_you_mean
from cspr_rules.loading.building import Plain, Report, compared
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.vocabulary import (
    Consideration,
    Fact,
    Implication,
    Impossible,
    OnlyIf,
    Order,
    Retired,
    TakenWith,
    Vocabulary,
    YearsFrom,
)


def build_vocabulary(files: Iterable[Plain], report: Callable[[int, Path_, str], None]) -> Vocabulary:
    """Return the vocabulary of several files: the incident's facts first, then the children's, each in the order of the files.

    Args:
        files: Plain vocabulary files.
        report: Called with the number of a file, the path in it and the message of everything that does not fit: values of ``implies`` that the
            other fact cannot have, and tests of ``impossible`` that cannot be built.
    """
    in_order = sorted(enumerate(files), key=lambda each: (each[1]["order"], each[1]["title"]))
    plain_facts = [fact for _, file in in_order for fact in file["facts"]]
    facts = {
        fact["id"]: Fact(
            id=fact["id"],
            scope=fact["scope"],
            kind=fact["kind"],
            type=fact["type"],
            values=Fixed(fact["values"]),
            unit=fact["unit"],
            unit_for_one=fact["unit_for_one"],
            at_least=fact["at_least"],
            at_most=fact["at_most"],
            meaning=fact["meaning"],
            question=fact["question"],
            who_would_know=fact["who_would_know"],
            considerations=tuple(Consideration(each["text"], tuple(each["cites"])) for each in fact["considerations"]),
            implies=(),
            only_if=(),
            not_before=tuple(fact["not_before"]),
            comes_after=tuple(Order(each["fact"], tuple(each["cites"])) for each in fact["comes_after"]),
            may_be_future=fact["may_be_future"],
            law_date=fact["law_date"],
            counts=fact["counts"],
            no_more_than=tuple(fact["no_more_than"]),
            years_from=YearsFrom(fact["years_from"]["born"], fact["years_from"]["at"]) if fact["years_from"] else None,
            taken_with=_taken_with(fact["taken_with"]),
        )
        for fact in sorted(plain_facts, key=lambda fact: fact["scope"] != "incident")
    }
    for number, file in in_order:
        for index, plain in enumerate(file["facts"]):
            if plain["implies"]:
                implied = _implications(plain, facts, partial(_under, report, number, ("facts", index)))
                facts[plain["id"]] = facts[plain["id"]]._replace(implies=implied)
            if plain["only_if"]:
                granted = _granted(plain, facts, partial(_under, report, number, ("facts", index)))
                facts[plain["id"]] = facts[plain["id"]]._replace(only_if=granted)
    retired = {each["id"]: Retired(each["id"], tuple(each["use"]), _clause(each["says"])) for _, file in in_order for each in file["retired"]}
    words = Vocabulary(tuple(facts.values()), (), retired)
    impossible = [
        _impossible(plain, words, partial(_under, report, number, ("impossible", index)))
        for number, file in in_order
        for index, plain in enumerate(file["impossible"])
    ]
    return Vocabulary(words.facts, tuple(each for each in impossible if each is not None), retired)


def _under(report: Callable[[int, Path_, str], None], number: int, start: Path_, path: Path_, message: str) -> None:
    """Report something in a file at a path that begins elsewhere."""
    report(number, (*start, *path), message)


def _clause(sentence: str) -> str:
    """Return a sentence for the middle of another one."""
    return " ".join(sentence.split()).rstrip(".")


def _impossible(plain: Plain, vocabulary: Vocabulary, report: Report) -> Impossible | None:
    tests = [compared(each, "", ("all", index), vocabulary, report) for index, each in enumerate(plain["all"])]
    built = tuple(test for test in tests if test is not None)
    if len(built) != len(tests):
        return None
    if len({test.fact for test in built}) != len(built):
        report(("all",), "each test has to be of another fact")
        return None
    return Impossible(_clause(plain["says"]), built, tuple(plain["cites"]))


def _taken_with(plain: Plain | None) -> TakenWith | None:
    return TakenWith(plain["step"], plain["where"], tuple(plain["is_any_of"])) if plain else None


def _other(name: str, path: Path_, facts: Mapping[str, Fact], report: Report) -> Fact | None:
    """Return the fact that another one names, or ``None`` and a fault if there is none."""
    found = facts.get(name)
    if found is None:
        report((*path, "fact"), f"there is no fact called '{name}'{did_you_mean(name, facts)}")
    return found


def _granted(plain: Plain, facts: Mapping[str, Fact], report: Report) -> tuple[OnlyIf, ...]:
    found = []
    for index, each in enumerate(plain["only_if"]):
        path: Path_ = ("only_if", index)
        other = _other(each["fact"], path, facts, report)
        if other is None:
            continue
        if (other.type == "date") != bool(each["recorded"]):
            report(path, f"{other.id}: `recorded` goes with a date, and `is` or `is_any_of` with everything else")
        else:
            try:
                values = [each["is"]] if each["is_any_of"] is None else each["is_any_of"]
                found.append(OnlyIf(other.id, () if each["recorded"] else tuple(other.parse(value) for value in values)))
            except ValueError as error:
                report((*path, "is" if each["is_any_of"] is None else "is_any_of"), f"{other.id}: {error}")
    return tuple(found)


def _implications(plain: Plain, facts: Mapping[str, Fact], report: Report) -> tuple[Implication, ...]:
    found = []
    for index, each in enumerate(plain["implies"]):
        path: Path_ = ("implies", index)
        other = _other(each["fact"], path, facts, report)
        if other is None:
            continue
        try:
            when = None if each["when"] is None else facts[plain["id"]].exactly(each["when"])
            found.append(Implication(when, other.id, other.exactly(each["is"])))
        except ValueError as error:
            report(path, str(error))
    return tuple(found)
