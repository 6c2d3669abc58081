"""Whether a copy of a guidance is the one that is encoded, and if it is not, which clauses changed.

The text of a guidance is not kept here, only a digest of each of its passages, in ``digests.yaml`` of the profile folder: in the order of the text,
each with the clauses that rest on it. A copy is cut into passages in the same way
(:mod:`cspr_rules.authoring.passages`), and the digests are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from cspr_rules.authoring.coverage import clause_id, clause_key, clauses
from cspr_rules.authoring.passages import METHOD, Passage, passages, read_text
from cspr_rules.errors import Fault, Path_, QuestionError, RulesError, did_you_mean
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.folders import read_accounts
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.ruleset import Ruleset

MOST_PASSAGES: Final = 10_000


class Encoded(NamedTuple):
    """A passage of the encoded text: its digest and the keys of the clauses that rest on it."""

    digest: str
    clauses: tuple[str, ...]


# -- what is encoded -----------------------------------------------------------------------------------------------------------------


class Digests(NamedTuple):
    """The passages of the guidance that a profile encodes.

    Attributes:
        ruleset: The rules.
        instrument: The guidance's key.
        passages: In the order of the text; empty if nobody has made digests yet.
        faults: What is wrong with them.
    """

    ruleset: Ruleset
    instrument: str
    passages: tuple[Encoded, ...]
    faults: tuple[Fault, ...]


def read_digests(built: Built) -> Digests:
    """Read and check the digests of the guidance nearest to a profile.

    Args:
        built: The profile.

    Raises:
        RulesError: The profile itself has faults.
        QuestionError: It has no local guidance.
    """
    ruleset = built.ruleset
    if built.pack.faults or ruleset is None:
        raise RulesError(built.pack.faults)
    instruments = list(dict.fromkeys(key.partition("/")[0] for key in clauses(ruleset)))
    if not instruments:
        raise QuestionError([Fault("", f"the profile '{ruleset.profile.id}' has no local guidance to compare a copy with")])
    entries, faults = read_accounts(built.pack, "digests")
    for entry in entries:
        if entry.plain["instrument"] not in instruments:
            hint = did_you_mean(entry.plain["instrument"], instruments)
            faults.append(_at(entry, ("instrument",), f"there is no local guidance called '{entry.plain['instrument']}'{hint}"))
    instrument = instruments[-1]
    own = [entry for entry in entries if entry.plain["instrument"] == instrument]
    if not own:
        return Digests(ruleset, instrument, (), tuple(faults))
    known = {clause_id(key) for key in clauses(ruleset) if key.startswith(f"{instrument}/")}
    return Digests(ruleset, instrument, _encoded(own[0], known, faults.append), tuple(faults))


def _encoded(entry: PackFile, known: set[str], fault: Callable[[Fault], None]) -> tuple[Encoded, ...]:
    if entry.plain["method"] != METHOD:
        made = f"made by way {entry.plain['method']} of cutting a text; this version cuts it in way {METHOD}: make them anew with `sources digest`"
        fault(_at(entry, ("method",), f"these digests were {made}"))
        return ()
    resting = set()
    for index, passage in enumerate(entry.plain["passages"]):
        for position, name in enumerate(passage["clauses"]):
            resting.add(name)
            if name not in known:
                where: Path_ = ("passages", index, "clauses", position)
                fault(_at(entry, where, f"there is no clause called '{name}'{did_you_mean(name, known)}"))
    for name in sorted(known - resting):
        fault(_at(entry, ("passages",), f"no passage is that of {name}"))
    return tuple(Encoded(each["digest"], tuple(clause_key(name) for name in each["clauses"])) for each in entry.plain["passages"])


def _at(entry: PackFile, path: Path_, message: str) -> Fault:
    return entry.document.fault(path, message) if entry.document else Fault(entry.file, message)


# -- comparing -----------------------------------------------------------------------------------------------------------------------


class Match(NamedTuple):
    """How the passages of a copy stand to those that are encoded.

    Attributes:
        same: Number of an encoded passage to that of the passage of the copy with the same digest.
        moved: Those of ``same`` that stand in another order.
        lost: Number of every other encoded passage to the numbers of the unmatched passages that stand in its place.
        unmatched: Numbers of the passages of the copy that are none of those encoded.
    """

    same: Mapping[int, int]
    moved: tuple[int, ...]
    lost: Mapping[int, tuple[int, ...]]
    unmatched: tuple[int, ...]


def match(encoded: Sequence[Encoded], found: Sequence[Passage]) -> Match:
    """Pair the passages that are encoded with those of a copy: first in order, then those that moved."""
    old, new = [each.digest for each in encoded], [each.digest for each in found]
    same: dict[int, int] = {}
    replaced: list[tuple[range, range]] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            same.update(zip(range(first, last), range(begin, end), strict=True))
        else:
            replaced.append((range(first, last), range(begin, end)))
    loose: dict[str, list[int]] = {}
    for _, there in replaced:
        for number in there:
            loose.setdefault(new[number], []).append(number)
    moved = []
    for here, _ in replaced:
        for number in here:
            if loose.get(old[number]):
                same[number] = loose[old[number]].pop(0)
                moved.append(number)
    taken = set(same.values())
    lost: dict[int, tuple[int, ...]] = {}
    for here, there in replaced:
        left = [number for number in here if number not in same]
        stand_in = [number for number in there if number not in taken]
        paired = len(left) == len(stand_in)
        lost.update((number, (stand_in[index],) if paired else tuple(stand_in)) for index, number in enumerate(left))
    return Match(same, tuple(moved), lost, tuple(number for number in range(len(new)) if number not in taken))


class Drift(NamedTuple):
    """What became of the encoded clauses in a copy.

    Attributes:
        changed: Clauses of which a passage is not in the copy as it was encoded, each with where it may stand now.
        gone: Clauses of which nothing is in the copy, nor anything in their place.
        headings: How many encoded passages that no clause rests on, such as headings, are not in the copy.
        unmatched: Where the passages of the copy stand that are none of those encoded.
        moved: Where the passages of the copy stand that are encoded in another order.

    A place is one passage, or the lines of several that follow one another.
    """

    changed: Mapping[str, tuple[str, ...]]
    gone: tuple[str, ...]
    headings: int
    unmatched: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the copy says what is encoded, no more and no less."""
        return not (self.changed or self.gone or self.headings or self.unmatched)


def drift(encoded: Sequence[Encoded], found: Sequence[Passage]) -> Drift:
    """Compare the passages of a copy with those that are encoded."""
    paired = match(encoded, found)
    touched: dict[str, set[int]] = {}
    left: set[str] = set()
    for number, passage in enumerate(encoded):
        for clause in passage.clauses:
            if number in paired.same:
                left.add(clause)
            else:
                touched.setdefault(clause, set()).update(paired.lost[number])
    gone = tuple(clause for clause, stand_ins in touched.items() if not stand_ins and clause not in left)
    return Drift(
        changed={clause: _places(stand_ins, found) for clause, stand_ins in touched.items() if clause not in gone},
        gone=gone,
        headings=sum(not encoded[number].clauses for number in paired.lost),
        unmatched=_places(paired.unmatched, found),
        moved=_places((paired.same[number] for number in paired.moved), found),
    )


def _places(numbers: Iterable[int], found: Sequence[Passage]) -> tuple[str, ...]:
    """Return where passages stand; those that follow one another are named by their lines alone."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return tuple(found[run[0]].place if len(run) == 1 else found[run[0]]._replace(last=found[run[-1]].last, parts=1).place for run in runs)


def cut(raw: bytes, name: str) -> list[Passage]:
    """Return the passages of a text.

    Raises:
        QuestionError: It is not a text, or has more passages than are compared.
    """
    found = passages(read_text(raw, name))
    if len(found) > MOST_PASSAGES:
        raise QuestionError([Fault(name, f"the text has {len(found)} passages; the most that is compared is {MOST_PASSAGES}")])
    return found
