"""The interview: what is asked and what is not, going back, skipping, saving and going on, against plain cases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cspr_rules import NOT_YET, Asked, Case, CaseError, Interview, QuestionError, case_from, evaluate, load_ruleset, read_file
from cspr_rules.casework.saving import case_text, save_case
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.evaluating import Detail
from cspr_rules.explain.what_if import Key
from cspr_rules.loading.reading import read_bytes
from tests.support.rules_folders import Folder
from tests.support.shipped import record as record_of

CASES = sorted((Path(__file__).parents[2] / "docs" / "cases").glob("*.yaml"))
SIN = "england.notification.serious_incident"
DAYS = [date(2024, 3, 20), date(2024, 3, 27), date(2024, 4, 2)]


def an_answer(asked: Asked, chance: random.Random) -> Any:
    if asked.reason == "children":
        return chance.choice([1, 1, 1, 2, 3])
    return {
        "yes_no": chance.choice([True, False]),
        "one_of": chance.choice([*asked.fact.values, None]),
        "number": chance.choice([0, 3, 15, 16, 17, 18, 24, 25]),
        "date": chance.choice([*DAYS, *DAYS, NOT_YET]),
    }[asked.fact.type] or next(iter(asked.fact.values), False)


def led(interview: Interview, chance: random.Random, *, skips: float = 0.0) -> Iterator[Asked]:
    """Answer until nothing is left to ask, and yield each question before it is answered."""
    while asked := interview.question():
        yield asked
        if chance.random() < skips:
            interview.skip()
            continue
        try:
            interview.answer(an_answer(asked, chance))
        except CaseError:  # it contradicts an earlier answer, such as a date before another
            interview.skip()


# -- what is asked -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "skips", "times"), [("england", 0.0, 3), ("england", 0.3, 3), ("bcp", 0.0, 2), ("bcp", 0.2, 2)])
def test_nothing_irrelevant_is_asked_nothing_twice_and_the_end_is_as_near_as_said(profile: str, skips: float, times: int) -> None:
    """A few; `python -m tests.support.many asked` holds as many interviews as somebody will wait for."""
    chance = random.Random(f"{profile} {skips}")  # noqa: S311 -- the same interviews each time
    for _ in range(times):
        asked_well(profile, skips, chance)


def asked_well(profile: str, skips: float, chance: random.Random) -> int:
    """Hold an interview in which every question has to be one that still matters, and return how many were asked."""
    interview = Interview(load_ruleset(profile))
    seen: set[Key] = set()
    at_most: int | None = None
    for asked in led(interview, chance, skips=skips):
        record, slot = interview.record, interview.ruleset.vocabulary.slot[asked.fact.id]
        assert asked.key not in seen
        seen.add(asked.key)
        assert asked.fact.kind != "step"
        assert record.reasoner.row(asked.child)[slot] is None, "what is known already is asked"
        if asked.reason == "rules":
            found = [each for each in record.findings() if each[2].outcome == "undetermined" and asked.child in (each[0], None)]
            assert any(slot in still_matters(finding.source.exact, row) for _, row, finding in found)
            assert interview.why()
        elif asked.reason == "clock":
            assert any(clock.waiting_for == asked.fact.id for duty in (*record.duties, *record.options) for clock in duty.clocks)
        progress = interview.progress
        if at_most is not None:
            assert progress.at_most is not None
            assert 1 <= progress.at_most < at_most
        at_most = progress.at_most
    assert interview.progress.open == interview.progress.at_most == 0
    # What is still open waits for a step, for what was skipped, for a fact about which nothing can be so, or for what it takes for granted.
    facts = interview.ruleset.vocabulary.facts
    if not skips:
        granted, skipped = interview.record.presupposed, interview.skipped
        for child, row, finding in interview.record.findings():
            if finding.outcome == "undetermined":
                still = still_matters(finding.source.exact, row)
                assert any(
                    facts[slot].kind == "step"
                    or facts[slot].implies
                    or not granted.sensible(slot, child)
                    or (facts[slot].id, child if facts[slot].scope == "child" else None) in skipped
                    for slot in still
                )
    return len(seen)


def test_whether_the_incident_is_notified_is_settled_first_with_its_dates_and_then_the_rest() -> None:
    interview = Interview(load_ruleset("bcp"))
    firsts = []
    for asked in led(interview, random.Random(5)):  # noqa: S311 -- the same interview each time
        firsts.append(asked.first)
        if not asked.first and asked.reason not in ("children", "law"):
            assert interview.first_settled
            assert interview.record.decisions[SIN].outcome != "undetermined"
    assert firsts[:2] == [False, False]
    assert sorted(firsts[2:], reverse=True) == firsts[2:]
    assert True in firsts


def test_what_is_settled_first_is_the_first_headline_question(tmp_path: Path) -> None:
    asked = 'headlines:\n  - {id: told, asks: Who?, rules: [nation.death.parents], duties: [tell_parents], yes: "{by} {verb} tell {to}"}\n'
    folder = Folder().edit("nation/profile.yaml", "calendar: land\n", f"calendar: land\n{asked}")
    assert Interview(folder.ruleset(tmp_path / "inherited")).first == ("nation.death.parents",)
    assert Interview(load_ruleset("bcp")).first == ("england.notification.serious_incident",)


def test_a_question_that_takes_a_yes_for_granted_comes_after_it_and_falls_away_with_a_no() -> None:
    for profile in ("england", "bcp"):
        interview = Interview(load_ruleset(profile))
        asked_ids = []
        while asked := interview.question():
            asked_ids.append(asked.fact.id)
            if asked.fact.id == "child.looked_after":
                interview.answer(False)
            elif asked.reason in ("children", "law"):
                interview.answer({"children": 1, "law": "2024-03-27"}[asked.reason])
            elif asked.fact.id == "child.died":
                interview.answer(True)
            else:
                interview.skip()
        assert "child.looked_after" in asked_ids
        assert "child.looked_after_by" not in asked_ids


def test_skipping_everything_ends_and_answers_nothing() -> None:
    interview = Interview(load_ruleset("bcp"))
    count = 0
    while interview.question():
        interview.skip()
        count += 1
    assert count < 60
    assert interview.skipped == frozenset(interview.answers)
    plain = evaluate(interview.ruleset, Case(), as_of=interview.record.as_of)
    assert {name: each.outcome for name, each in interview.record.decisions.items()} == {name: each.outcome for name, each in plain.decisions.items()}


def test_only_what_was_chosen_is_asked_about() -> None:
    ruleset = load_ruleset("bcp")
    interview = Interview(ruleset, duties=["notify_panel"])
    for asked in led(interview, random.Random(1)):  # noqa: S311 -- the same interview each time
        expected = {"rules": [SIN], "clock": ["notify_panel"]}.get(asked.reason, [])
        assert [ground.id for ground in interview.why()] == expected
    assert interview.progress.settled == 1
    assert len(interview.answers) < 12
    for options in ({"duties": ["notify_panle"]}, {"rules": ["england.notification.serious_inciden"]}):
        with pytest.raises(QuestionError, match="did you mean"):
            Interview(ruleset, **options)  # type: ignore[arg-type] # one of the two


def test_later_steps_are_asked_about_only_on_demand() -> None:
    ruleset = load_ruleset("bcp")
    few, many = (
        Interview(ruleset, Case({"incident.children_affected": 1, "incident.occurred_on": "2024-03-27"}), every=every) for every in (False, True)
    )
    assert (few.progress.at_most or 0) < (many.progress.at_most or 0)


def test_a_date_from_which_an_owed_clock_runs_is_asked_for() -> None:
    case = Case(
        {
            "child.place_of_harm": "in_area",
            "incident.children_affected": 1,
            "incident.occurred_on": "2024-03-26",
            "concern.authority_view": "suspected",
        },
        [{"child.age_at_harm": 3, "child.died": True}],
    )
    interview = Interview(load_ruleset("england"), case, duties=["notify_panel"])
    asked = interview.question()
    assert asked
    assert (asked.fact.id, asked.reason) == ("incident.authority_aware_on", "clock")
    assert [ground.id for ground in interview.why()] == ["notify_panel"]
    interview.answer("2024-03-27")
    assert interview.question() is None
    assert interview.record.decisions[SIN].duties[0].plan_for == date(2024, 4, 5)


def test_whether_a_recorded_step_counts_is_asked_for() -> None:
    case = Case(
        {
            "child.place_of_harm": "in_area",
            "incident.children_affected": 1,
            "incident.occurred_on": "2024-03-26",
            "incident.authority_aware_on": "2024-03-27",
            "notification.sent_on": "2024-03-28",
        },
        [{"child.age_at_harm": 3, "child.died": True, "concern.authority_view": "suspected"}],
    )
    interview = Interview(load_ruleset("england"), case, duties=["notify_panel"])
    asked = interview.question()
    assert asked
    assert (asked.fact.id, asked.reason) == ("notification.kind", "step")
    assert [ground.id for ground in interview.why()] == ["notify_panel"]
    interview.answer("safeguarding")
    assert interview.question() is None


# -- answering, going back -----------------------------------------------------------------------------------------------------------


def begun(**facts: Any) -> Interview:
    return Interview(load_ruleset("england"), Case({"incident.children_affected": 1, "incident.occurred_on": "2024-03-26", **facts}))


def test_an_answer_that_cannot_be_so_changes_nothing_and_can_be_put_right_by_going_back() -> None:
    case = Case({"child.died": False, "child.died_on": "not_yet", "incident.occurred_on": "2024-03-26"})
    interview = Interview(load_ruleset("england"), case, as_of=date(2024, 4, 2))
    interview.back(("incident.occurred_on", None))
    with pytest.raises(CaseError, match="after the day"):
        interview.answer("2024-04-03")
    interview.answer("2024-03-26")
    interview.back(("child.died_on", 1))
    before = interview.answers
    with pytest.raises(CaseError, match="both cannot be so"):
        interview.answer("2024-03-27")
    with pytest.raises(CaseError, match="expected a date"):
        interview.answer(True)
    assert interview.answers == before
    assert interview.back(("child.died", 1)) == ("child.died", 1)
    asked = interview.question()
    assert asked
    assert asked.fact.id == "child.died"
    interview.answer(True)
    assert "child.died_on" not in {name for name, _ in interview.answers}


def test_going_back_asks_the_same_question_again_and_keeps_the_other_answers() -> None:
    interview = begun()
    first = interview.question()
    assert first
    interview.skip()
    assert first.key in interview.skipped
    interview.back()
    again = interview.question()
    assert again
    assert (again.key, again.reason) == (first.key, "again")
    assert first.key not in interview.skipped
    with pytest.raises(QuestionError, match="of this interview"):
        interview.back()  # what the case held already is taken back only by name
    assert interview.back(("incident.occurred_on", None)) == ("incident.occurred_on", None)
    with pytest.raises(QuestionError, match="nothing is recorded"):
        interview.back(("incident.occurred_on", None))


def test_judgements_keep_who_made_them() -> None:
    interview = begun(**{"child.age_at_harm": 3, "child.died": True, "child.place_of_harm": "in_area"})
    asked = interview.question()
    assert asked
    assert asked.fact.id == "concern.authority_view"
    with pytest.raises(CaseError, match="no judgement"):
        interview.judged(role="lead officer")
    interview.answer("suspected")
    interview.judged(role="lead officer", reasons="two fractures", dissent=None)
    (judgement,) = interview.record.checked.judgements
    assert (judgement.fact, judgement.role, judgement.reasons) == ("concern.authority_view", "lead officer", "two fractures")
    with pytest.raises(CaseError, match="not part of a judgement"):
        interview.judged(rôle="lead officer")
    assert interview.record.checked.judgements == (judgement,)


@pytest.mark.slow
def test_children_are_asked_about_in_turn_and_can_be_counted_anew() -> None:
    interview = Interview(load_ruleset("england"))
    interview.answer(2)
    interview.answer(date(2024, 3, 26))
    children = set()
    while asked := interview.question():
        children.add(asked.child)
        interview.skip()
    assert children >= {1, 2}
    assert len(interview.case.children) == 2
    interview.back(("incident.children_affected", None))
    with pytest.raises(CaseError, match="answers about child 2 are recorded"):
        interview.answer(1)
    interview.answer(3)
    asked = interview.question()
    assert asked
    assert asked.child == 3


@pytest.mark.slow
def test_what_is_said_of_every_child_is_not_asked_of_each() -> None:
    case = Case({"incident.occurred_on": "2024-03-26", "child.died": True, "child.age_at_harm": "unknown"}, [{}, {"child.seriously_injured": False}])
    interview = Interview(load_ruleset("england"), case)
    for asked in led(interview, random.Random(2)):  # noqa: S311 -- the same interview each time
        assert asked.fact.id not in ("child.died", "child.age_at_harm")
    assert interview.case.facts["child.died"] is True


def test_there_is_nothing_to_answer_at_the_end() -> None:
    interview = Interview(load_ruleset("england"), rules=[SIN])
    for _ in led(interview, random.Random(4)):  # noqa: S311 -- the same interview each time
        pass
    with pytest.raises(QuestionError, match="no question left"):
        interview.skip()
    assert interview.why() == ()


# -- any sequence of answers, skips, steps back, saves and fresh starts ---------------------------------------------------------------


class Interviewed(RuleBasedStateMachine):
    """One interview beside the plain case it should come to."""

    def __init__(self) -> None:
        super().__init__()
        self.ruleset = load_ruleset("england")
        self.folder = TemporaryDirectory()
        self.file = Path(self.folder.name) / "case.yaml"
        self.held: bytes | None = None
        self.model: dict[Key, Any] = {}
        self.session: list[Key] = []
        self.filed = 0
        self.counted = False
        self.interview = Interview(self.ruleset)

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(days=st.booleans())
    def begin(self, days: bool) -> None:
        self.interview = Interview(self.ruleset, as_of=date(2024, 4, 2) if days else None)

    def put(self, key: Key, value: Any) -> None:
        self.model.pop(key, None)
        self.model[key] = value
        self.session = [each for each in self.session if each != key] + [key]
        if key[0] == "incident.children_affected":
            self.counted = value != "unknown"

    def taken(self, key: Key) -> None:
        del self.model[key]
        self.counted = self.counted and key[0] != "incident.children_affected"

    def listed(self) -> int:
        highest = max((child or 0 for _, child in self.model), default=0)
        return int(self.model["incident.children_affected", None]) if self.counted else max(self.filed, highest if highest > 1 else 0)

    @precondition(lambda self: self.interview.question())
    @rule(chance=st.randoms(use_true_random=True))
    def answer(self, chance: random.Random) -> None:
        asked = self.interview.question()
        assert asked
        value = an_answer(asked, chance)
        before = self.interview.answers
        try:
            self.interview.answer(value)
        except CaseError:
            assert self.interview.answers == before
        else:
            self.put(asked.key, value)

    @precondition(lambda self: self.interview.question())
    @rule()
    def skip(self) -> None:
        asked = self.interview.question()
        assert asked
        self.interview.skip()
        self.put(asked.key, "unknown")

    @precondition(lambda self: self.session)
    @rule()
    def back(self) -> None:
        key = self.interview.back()
        assert key == self.session.pop()
        self.taken(key)

    @precondition(lambda self: self.model)
    @rule(chance=st.randoms(use_true_random=True))
    def back_to(self, chance: random.Random) -> None:
        key = chance.choice(sorted(self.model, key=str))
        assert self.interview.back(key) == key
        self.session = [each for each in self.session if each != key]
        self.taken(key)

    @rule()
    def save_and_go_on(self) -> None:
        header = {"profile": "england", "as_of": self.interview.as_of}
        self.held = save_case(self.file, self.interview.case, self.ruleset.vocabulary, header, was=self.held)
        file = case_from(read_file(self.file))
        assert file.as_of == self.interview.as_of
        before = self.interview
        self.interview = Interview(self.ruleset, file)
        assert self.interview.record.to_json() == before.record.to_json()
        assert self.interview.skipped == before.skipped
        self.session, self.filed, self.counted = [], self.listed(), False

    @invariant()
    def the_case_is_the_plain_one(self) -> None:
        listed = self.listed()
        facts: dict[str, Any] = {}
        children: list[dict[str, Any]] = [{} for _ in range(listed)]
        for (name, child), value in self.model.items():
            (children[child - 1] if child and listed else facts)[name] = value
        record = evaluate(self.ruleset, Case(facts, children), as_of=self.interview.record.as_of)
        assert record.checked == self.interview.record.checked
        assert {name: each.outcome for name, each in record.decisions.items()} == {
            name: each.outcome for name, each in self.interview.record.decisions.items()
        }

    @invariant()
    def no_question_is_asked_whose_answer_stands(self) -> None:
        asked = self.interview.question()
        if asked:
            assert asked.key not in self.model


TestInterviewed = pytest.mark.slow(Interviewed.TestCase)
TestInterviewed.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)  # `python -m tests.support.many interviewed` takes more


# -- case files ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_shipped_case_is_written_as_it_was_read(path: Path) -> None:
    document = read_file(path)
    file = case_from(document)
    assert isinstance(document.value, dict)
    header = {key: value for key, value in document.value.items() if key not in ("facts", "children")}
    text = case_text(file.case, header)
    again = read_bytes(text.encode(), "case.yaml")
    assert again.faults == []
    assert again.value == document.value
    interview = Interview(load_ruleset(file.profile or "bcp"), file)
    assert interview.record.as_of == file.as_of
    detail: Detail = "full" if path in CASES[::6] else "slim"
    assert interview.record.to_json(detail) == record_of(path).to_json(detail)


def test_odd_words_survive_in_a_case_file(tmp_path: Path) -> None:
    vocabulary = load_ruleset("england").vocabulary
    for words in (
        "no",
        "y",
        "null",
        "~",
        "ünïcode – “quoted”",
        "a: b # c",
        "- x",
        "2024-03-27",
        "007",
        "line\nbreak",
        "\x07bell",
        "'",
        '"',
        "👪",
        " ",
    ):
        case = Case({"concern.authority_view": {"value": "suspected", "role": words, "reasons": words, "dissent": words}})
        file = tmp_path / "case.yaml"
        save_case(file, case, vocabulary, {"title": words}, was=file.read_bytes() if file.exists() else None)
        read = case_from(read_file(file))
        assert read.title == words
        assert read.case == case


def test_a_case_with_parsed_values_is_written_as_what_they_mean() -> None:
    case = Case(
        {"incident.occurred_on": date(2024, 3, 26), "incident.authority_aware_on": NOT_YET, "child.died": True}, [{}, {"child.age_at_harm": 0}]
    )
    text = case_text(case, {"profile": None, "as_of": date(2024, 4, 2)})
    again = case_from(read_bytes(text.encode(), "case.yaml"))
    vocabulary = load_ruleset("england").vocabulary
    assert again.case.check(vocabulary) == case.check(vocabulary)
    assert again.as_of == date(2024, 4, 2)
    assert "not_yet" in text


def test_a_case_is_not_written_over_anything_else(tmp_path: Path) -> None:
    vocabulary, case = load_ruleset("england").vocabulary, Case({"child.died": True})
    file = tmp_path / "case.yaml"
    held = save_case(file, case, vocabulary, {}, was=None)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CaseError, match="is not overwritten"):
        save_case(file, case, vocabulary, {}, was=None)
    file.write_bytes(held + b"# somebody was here\n")
    with pytest.raises(CaseError, match="changed since it was read"):
        save_case(file, case, vocabulary, {}, was=held)
    assert file.read_bytes().endswith(b"was here\n")
    with pytest.raises(CaseError, match=r"ends in \.yaml"):
        save_case(tmp_path / "case.json", case, vocabulary, {}, was=None)
    with pytest.raises(CaseError, match="cannot be written"):
        save_case(tmp_path / "no" / "case.yaml", case, vocabulary, {}, was=None)
