"""Whether a copy of a guidance is the one that is encoded. The guidance here is invented, for the county of the how-to page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cspr_rules.authoring.coverage import clauses
from cspr_rules.authoring.drift import Digests, Encoded, drift, match, read_digests
from cspr_rules.authoring.drift_report import check_copy, digest_file
from cspr_rules.authoring.passages import passages
from cspr_rules.errors import QuestionError, RulesError
from cspr_rules.loading.assembling import Built, build, digest_of
from cspr_rules.loading.folders import read_pack

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
OWN = ROOT.parent / "shared" / "guidance.txt"
"""The guidance itself, which is not part of this project; some who work on it keep a copy beside their checkout."""

GUIDANCE = """\
Harbourshire

2. Telling others

The county will notify within three days of hearing of the collision. It is good to be early.

By the end of the next day the officer tells the partnership.

The officer will:

- a. Close the harbour.
- b. Count the boats.

The county will notify within three days of hearing of the collision.
"""
CLAUSES = [[], [], ["2.1"], ["2.1"], ["2.2"], ["2.3"], ["2.3.a"], ["2.3.b"], ["2.4"]]


def encoded() -> list[Encoded]:
    found = passages(GUIDANCE)
    return [Encoded(passage.digest, tuple(f"harbourshire/{name}" for name in names)) for passage, names in zip(found, CLAUSES, strict=True)]


def harbourshire(folder: Path, digests: str | None = None) -> Built:
    home = folder / "harbourshire"
    shutil.copytree(ROOT / "docs" / "how-to" / "harbourshire", home)
    source = home / "sources" / "harbourshire.yaml"
    more = [
        f'  - {{id: "{name}", pinpoint: clause {name}, force: will, summary: Clause {name} in our words.}}'
        for name in ("2.3", "2.3.a", "2.3.b", "2.4")
    ]
    source.write_text(source.read_text(encoding="utf-8") + "\n".join(more) + "\n", encoding="utf-8")
    if digests is not None:
        (home / "digests.yaml").write_text(digests, encoding="utf-8")
    built = build(read_pack(home, RULES))
    assert not built.pack.faults
    return built


def as_yaml(passages_: list[Encoded], *, method: int = 1) -> str:
    rows = [f'  - {{digest: "{each.digest}", clauses: [{", ".join(key.replace("/", ".", 1) for key in each.clauses)}]}}' for each in passages_]
    return "\n".join(["instrument: harbourshire", f"method: {method}", "passages:", *rows]) + "\n"


@pytest.fixture
def digests(tmp_path: Path) -> Digests:
    found = read_digests(harbourshire(tmp_path, as_yaml(encoded())))
    assert found.faults == ()
    return found


def check(digests: Digests, text: str) -> tuple[str, int]:
    return check_copy(digests, text.encode(), "copy.txt")


# -- comparing -----------------------------------------------------------------------------------------------------------------------


def test_the_same_text_is_the_same() -> None:
    found = drift(encoded(), passages(GUIDANCE))
    assert found.same
    assert (found.changed, found.gone, found.headings, found.unmatched, found.moved) == ({}, (), 0, (), ())


def test_a_changed_sentence_flags_its_clauses_and_no_others() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace("Count the boats", "Count the ships")))
    assert found.changed == {"harbourshire/2.3.b": ("line 12",)}
    assert found.gone == ()
    assert found.unmatched == ("line 12",)
    assert not found.same


def test_a_clause_of_two_sentences_is_changed_when_one_of_them_is_gone() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace(" It is good to be early.", "")))
    assert found.changed == {"harbourshire/2.1": ()}
    assert (found.gone, found.unmatched) == ((), ())
    assert not found.same


def test_a_clause_with_nothing_left_is_gone() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace("By the end of the next day the officer tells the partnership.\n\n", "")))
    assert found.gone == ("harbourshire/2.2",)
    assert found.changed == {}


def test_of_two_sentences_alike_the_one_that_is_gone_is_named() -> None:
    found = drift(encoded(), passages(GUIDANCE.rstrip().rsplit("\n", 1)[0]))
    assert found.gone == ("harbourshire/2.4",)
    assert found.changed == {}


def test_a_line_that_introduces_a_list_changes_its_items() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace("The officer will:", "The officer may:")))
    assert list(found.changed) == ["harbourshire/2.3", "harbourshire/2.3.a", "harbourshire/2.3.b"]


def test_a_new_sentence_is_in_no_clause_and_changes_none() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace("to be early.", "to be early. Nobody may be late.")))
    assert found.unmatched == ("line 5, part 3 of 3",)
    assert (found.changed, found.gone) == ({}, ())
    assert not found.same


def test_a_moved_and_rewrapped_paragraph_changes_no_clause() -> None:
    paragraph = "By the end of the next day the officer tells the partnership.\n\n"
    found = drift(encoded(), passages(GUIDANCE.replace(paragraph, "") + "\n" + paragraph.replace("next day", "next\nday")))
    assert found.same
    assert found.moved == ("lines 14 to 15",)


def test_a_heading_that_is_gone_is_counted() -> None:
    found = drift(encoded(), passages(GUIDANCE.replace("2. Telling others\n\n", "")))
    assert found.headings == 1
    assert not found.same


def test_every_passage_is_paired_or_not_and_never_twice() -> None:
    copy = passages(GUIDANCE.replace("Close", "Shut") + GUIDANCE)
    found = match(encoded(), copy)
    assert len(set(found.same.values())) == len(found.same)
    assert set(found.same) | set(found.lost) == set(range(len(encoded())))
    assert set(found.same.values()) | set(found.unmatched) == set(range(len(copy)))
    assert all(encoded()[here].digest == copy[there].digest for here, there in found.same.items())


# -- the answer ----------------------------------------------------------------------------------------------------------------------


def test_the_answer_for_the_same_text(digests: Digests) -> None:
    answer, code = check(digests, GUIDANCE)
    assert code == 0
    assert "copy.txt is the text that is encoded: all 6 clauses" in answer


@pytest.mark.slow
def test_the_answer_names_clauses_rules_and_lines(digests: Digests) -> None:
    answer, code = check(digests, GUIDANCE.replace("the officer tells", "the officer phones") + "\nA new line.\n")
    assert code == 1
    assert "copy.txt is not the text that is encoded" in answer
    assert "1 of 6 clauses changed, 0 gone; text that is in no clause stands at 2 places" in " ".join(answer.split())
    assert "harbourshire.2.2 (clause 2.2): may stand now at line 7" in answer
    assert "As encoded: The lead officer tells the county's partnership" in answer
    assert "Rules that rest on it: harbourshire.notification.partnership" in answer
    assert "\n  line 16\n" in answer


@pytest.mark.slow
def test_the_answer_has_no_word_of_the_copy(digests: Digests) -> None:
    secret = GUIDANCE.replace("Close the harbour", "Shut xylophones").replace("the partnership", "the zeppelin") + "\nQuokka quokka.\n"
    answer, _ = check(digests, secret)
    assert not {"xylophones", "zeppelin", "quokka", "collision", "boats"} & set(answer.casefold().replace(".", " ").split())


@pytest.mark.slow
def test_what_is_no_text_is_refused(digests: Digests) -> None:
    with pytest.raises(QuestionError, match="empty"):
        check(digests, "")
    with pytest.raises(QuestionError, match="the most that is compared"):
        check(digests, "Word.\n\n" * 10_001)


# -- digests.yaml --------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "into", "message"),
    [
        ("harbourshire.2.3.b", "harbourshire.2.3.c", "there is no clause called 'harbourshire.2.3.c'; did you mean 'harbourshire.2.3"),
        ("[harbourshire.2.4]", "[]", "no passage is that of harbourshire.2.4"),
        ("method: 1", "method: 2", "these digests were made by way 2 of cutting a text"),
        ("instrument: harbourshire", "instrument: harborshire", "there is no local guidance called 'harborshire'; did you mean 'harbourshire'?"),
        (", clauses: [harbourshire.2.2]", "", "'clauses' is missing"),
        ("passages:", "passage:", "'passage' is not a key that belongs here; did you mean 'passages'?"),
    ],
)
def test_faults_of_digests_have_their_place(tmp_path: Path, change: str, into: str, message: str) -> None:
    faulty = as_yaml(encoded()).replace(change, into, 1)
    found = read_digests(harbourshire(tmp_path, faulty))
    assert message in "\n".join(map(str, found.faults))
    assert all("harbourshire/digests.yaml:" in fault.place for fault in found.faults)
    with pytest.raises(RulesError):
        check_copy(found, GUIDANCE.encode(), "copy.txt")


@pytest.mark.slow
def test_a_profile_without_guidance_or_without_digests_has_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="'england' has no local guidance"):
        read_digests(build(read_pack("england", RULES)))
    bare = read_digests(harbourshire(tmp_path))
    with pytest.raises(QuestionError, match="nobody has made digests of 'harbourshire' yet"):
        check_copy(bare, GUIDANCE.encode(), "copy.txt")


@pytest.mark.slow
def test_digests_are_no_part_of_the_ruleset(tmp_path: Path) -> None:
    with_, without = tmp_path / "with", tmp_path / "without"
    assert digest_of(harbourshire(with_, "nonsense: [").pack) == digest_of(harbourshire(without).pack)


def test_the_digests_of_the_same_text_are_the_same_file(digests: Digests) -> None:
    made = digest_file(digests, GUIDANCE.encode(), "copy.txt")
    assert [line for line in made.splitlines() if not line.startswith("#")] == as_yaml(encoded()).splitlines()


@pytest.mark.slow
def test_a_new_edition_starts_from_a_list(digests: Digests, tmp_path: Path) -> None:
    edition = GUIDANCE.replace("the officer tells", "the officer phones").replace("- b. Count the boats.\n", "") + "\nA new line.\n"
    made = digest_file(digests, edition.encode(), "copy.txt")
    assert "  # line 7: in place of harbourshire.2.2\n" in made
    assert "  # line 15: new\n" in made
    assert "# Clauses that have no passage yet: harbourshire.2.2, harbourshire.2.3.b\n" in made
    # What nobody has looked at yet does not pass for looked at.
    again = read_digests(harbourshire(tmp_path / "again", made))
    assert [fault.message for fault in again.faults] == ["'clauses' is missing"] * 2


def test_the_first_digests_of_a_guidance_have_no_clauses_yet(tmp_path: Path) -> None:
    made = digest_file(read_digests(harbourshire(tmp_path)), GUIDANCE.encode(), "copy.txt")
    assert made.count(": new\n") == len(encoded())
    assert "clauses: [" not in made


# -- the digests that ship -----------------------------------------------------------------------------------------------------------


def shipped() -> Digests:
    return read_digests(build(read_pack("bcp", RULES)))


@pytest.mark.slow
def test_every_clause_that_ships_rests_on_a_passage() -> None:
    found = shipped()
    assert found.faults == ()
    assert {clause for passage in found.passages for clause in passage.clauses} == set(clauses(found.ruleset))
    # Nearly every passage is in some clause; the rest are headings.
    assert sum(not passage.clauses for passage in found.passages) < 20


# The guidance is not ours to ship, so the test needs a copy; the digests that ship are checked against made-up texts above.
@pytest.mark.slow
@pytest.mark.skipif(not OWN.is_file(), reason="there is no copy of the guidance beside the checkout (../shared/guidance.txt)")
def test_the_guidance_beside_the_checkout_is_the_one_that_is_encoded() -> None:
    answer, code = check_copy(shipped(), OWN.read_bytes(), OWN.name)
    assert code == 0, answer
