"""Every check of lint, over every profile of a rules folder or over one profile folder.

A new check is a function in one of the modules beside this one, its code and page in ``codes.py``, and an entry in :data:`CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from cspr_rules.authoring.linting import citations, conditions, duties, polarity, words
from cspr_rules.authoring.linting.codes import CODES
from cspr_rules.authoring.linting.looked import Finding, Looked
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.loading.packs import PackFile
from cspr_rules.loading.rulesets import at_home, check_folder, profile_folders

Check: TypeAlias = Callable[[Looked], Iterator[Finding]]

CHECKS: Final[dict[Check, str]] = {
    conditions.unreachable: "CR101",
    conditions.one_sided: "CR102",
    duties.wrong_holder: "CR201",
    duties.vague_deadline: "CR202",
    polarity.contradictory: "CR301",
    words.numbers: "CR302",
    words.unlike_summary: "CR303",
    words.names: "CR304",
    duties.uncounted: "CR401",
    citations.out_of_force: "CR501",
    citations.by_hand: "CR502",
}
"""Each check, and the code of what it finds."""


class Linted(NamedTuple):
    """What one run of lint found.

    Attributes:
        findings: Each finding, in the order of the files.
        faults: What is not sound, for which `check` refuses the folder, each with its file's path. Of a profile that has any, nothing else is said.
        files: The files that were looked at, each with where it is.
    """

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    files: tuple[tuple[PackFile, Path], ...]


def lint(folder: Path, codes: Collection[str] = tuple(CODES)) -> Linted:
    """Look through every profile of a rules folder with the files beside them, or through one profile folder.

    Args:
        folder: A rules folder, or a profile folder, which then stands on the rules it lies in or on those that ship with the package.
        codes: What to look for.

    Raises:
        RulesError: There are no rules in the folder.
        QuestionError: A profile extends one that does not exist.
    """
    targets, rules_dir = profile_folders(folder)
    findings: list[Finding] = []
    faults: dict[Fault, None] = {}
    files: dict[str, tuple[PackFile, Path]] = {}
    for profile in targets:
        built = check_folder(profile, rules_dir)
        base = rules_dir if profile.parent == rules_dir else profile.parent
        faults.update(dict.fromkeys(fault._replace(place=at_home(fault.place, profile)) for fault in built.pack.faults))
        if built.pack.faults or built.ruleset is None:
            continue
        national = len(built.pack.profiles) == 1  # what stands beside the profiles is looked at once, with that one
        looked = Looked(built, built.ruleset, profile.name, shared=national and folder == rules_dir)
        files |= {entry.file: (entry, base.parent / entry.file) for entry in looked.entries()}
        findings += [finding for check, code in CHECKS.items() if code in codes for finding in check(looked)]
    return Linted(tuple(sorted(findings, key=_in_order)), tuple(faults), tuple(files.values()))


def _in_order(finding: Finding) -> tuple[str, tuple[int, int], str, str]:
    document = finding.entry.document
    places = document.places if document else {}
    found = next((places[finding.path[:length]] for length in range(len(finding.path), -1, -1) if finding.path[:length] in places), (0, 0))
    return finding.entry.file, found, finding.code, finding.says


def chosen(select: Collection[str], ignore: Collection[str]) -> tuple[str, ...]:
    """Return the codes to look for.

    Args:
        select: These alone; every code if none is given.
        ignore: Not these.

    Raises:
        QuestionError: There is no such code, or none is left.
    """
    for option, given in (("--select", select), ("--ignore", ignore)):
        for code in given:
            if code not in CODES:
                raise QuestionError([Fault(option, no_such(code))])
    left = tuple(code for code in CODES if (not select or code in select) and code not in ignore)
    if not left:
        raise QuestionError([Fault("--ignore", "no code is left to look for")])
    return left


def no_such(code: str) -> str:
    """Return that there is no code of that name."""
    return f"there is no code called '{shown(code)}'{did_you_mean(code, CODES)}; expected one of {', '.join(CODES)}"
