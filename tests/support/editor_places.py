"""Places at which the real yaml-language-server was tried: of each file ten where it offers what can be written, ten where it finds what is wrong.

``python -m tests.support.editor_places node_modules/.bin/yaml-language-server`` prints a table.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cspr_rules import load_ruleset
from cspr_rules.authoring.schemas.every import write_schemas
from cspr_rules.authoring.schemas.modelines import FOLDER, modeline
from tests.support.editor import Editor

OFFERED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "profile": (
        ("▶", "roles"),
        ("extends: ▶", "england"),
        ("calendar: ▶", "england_and_wales"),
        ("roles:\n  ▶", "local_authority"),
        ("roles:\n  lead_officer:\n    ▶", "held_by"),
        ("duties:\n  - ▶", "also_to"),
        ("duties:\n  - duty: ▶", "notify_panel"),
        ("duties:\n  - duty: notify_panel\n    deadlines:\n      - within: {working_days: 3}\n        after: ▶", "incident.authority_aware_on"),
        ("duties:\n  - duty: notify_panel\n    deadlines:\n      - strength: ▶", "will"),
        ("headlines:\n  - ▶", "asks"),
    ),
    "rule": (
        ("▶", "in_force"),
        ("layer: ▶", "local_guidance"),
        ("cites: [▶]", "ca2004/s16C/1"),
        ("when:\n  ▶", "all"),
        ("when:\n  all:\n    - ▶", "fact"),
        ("when:\n  says: it is so\n  fact: ▶", "child.died"),
        ("when:\n  says: it is so\n  fact: child.place_of_harm\n  is: ▶", "in_area"),
        ("then:\n  - id: tell\n    by: ▶", "local_authority"),
        ("then:\n  - id: tell\n    deadlines:\n      - within: ▶", "without_delay"),
        ("examples:\n  - given:\n      concern.authority_view: ▶", "suspected"),
    ),
    "case": (
        ("▶", "facts"),
        ("facts:\n  ▶", "child.died"),
        ("facts:\n  child.place_of_harm: ▶", "in_area"),
        ("facts:\n  concern.authority_view: ▶", "suspected"),
        ("facts:\n  notification.kind: ▶", "safeguarding"),
        ("facts:\n  concern.authority_view:\n    ▶", "reasons"),
        ("facts:\n  concern.authority_view:\n    value: ▶", "known"),
        ("facts:\n  notification.sent_on: ▶", "not_yet"),
        ("children:\n  - ▶", "child.age_at_harm"),
        ("children:\n  - child.stillbirth: ▶", "attended"),
    ),
    "exercise": (
        ("▶", "warning"),
        ("level: ▶", "practised"),
        ("scenes:\n  - ▶", "tells"),
        ("scenes:\n  - facts:\n      ▶", "child.died"),
        ("scenes:\n  - facts:\n      child.died:\n        ▶", "words"),
        ("scenes:\n  - facts:\n      child.place_of_harm:\n        is: ▶", "in_area"),
        ("scenes:\n  - tasks:\n      - ▶", "test"),
        ("scenes:\n  - tasks:\n      - test: ▶", "england.notification.serious_incident"),
        ("scenes:\n  - tasks:\n      - when: ▶", "notify_panel"),
        ("scenes:\n  - tasks:\n      - view: ▶", "concern.authority_view"),
    ),
}
"""The name of a schema to text with the place marked, and one of the things that have to be offered there."""

REFUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "profile": (
        "▶role: {}",
        "id: ▶Mereham",
        "extends: ▶[england]",
        "held_from: ▶tomorrow",
        "roles:\n  ▶Lead officer: {title: lead officer}",
        "roles:\n  lead_officer: {▶contcat: x, title: lead officer}",
        "roles:\n  lead_officer: {title: ▶''}",
        "duties:\n  - duty: notify_panel\n    ▶also_too: []",
        "duties:\n  - duty: notify_panel\n    deadlines: [{within: {working_days: ▶-3}, after: incident.occurred_on, strength: will, cites: [a/1]}]",
        "duties:\n  - duty: notify_panel\n    deadlines: [{within: {days: 3}, after: incident.occurred_on, strength: ▶shall, cites: [a/1]}]",
    ),
    "rule": (
        "▶alias: []",
        "layer: ▶law",
        "in_force: {from: ▶1 April 2024}",
        "cites: ▶ca2004/s16C/1",
        "scope: ▶family",
        "when:\n  says: it is so\n  fact: ▶child.dyed\n  is: true",
        "when:\n  says: it is so\n  fact: child.died\n  is: ▶yes_it_is",
        "when:\n  says: it is so\n  fact: child.place_of_harm\n  is: ▶in_aera",
        "when:\n  says: ▶it is so.\n  fact: child.died\n  is: true",
        "examples:\n  - name: a\n    given: {▶child.dyed: true}\n    expect: {outcome: met}",
    ),
    "case": (
        "▶fact: {}",
        "as_of: ▶27 March 2024",
        "title: ▶7",
        "facts:\n  ▶child.dyed: true",
        "facts:\n  child.died: ▶maybe",
        "facts:\n  child.age_at_harm: ▶999",
        "facts:\n  child.place_of_harm: ▶in_aera",
        "facts:\n  notification.sent_on: ▶soon",
        "facts:\n  concern.authority_view: {value: known, ▶who: somebody}",
        "children: ▶{}",
    ),
    "exercise": (
        "▶titel: x",
        "id: ▶Baby Before Easter",
        "level: ▶easy",
        "scenes: ▶[]",
        "scenes:\n  - as_of: ▶Easter\n    tells: x\n    facts: {}",
        "scenes:\n  - as_of: 2024-03-27\n    tells: x\n    facts: {▶child.dyed: {is: true, words: x}}",
        "scenes:\n  - as_of: 2024-03-27\n    tells: x\n    facts: {▶child.died: {is: true}}",
        "scenes:\n  - as_of: 2024-03-27\n    tells: x\n    facts: {child.place_of_harm: {is: ▶in_aera, words: x}}",
        "scenes:\n  - as_of: 2024-03-27\n    tells: x\n    facts: {}\n    tasks: [{▶tset: england.notification.serious_incident}]",
        "scenes:\n  - as_of: 2024-03-27\n    tells: x\n    facts: {}\n    tasks:\n      - ▶who: notify_panel",
    ),
}
"""The name of a schema to text with the place marked at which a fault has to be shown."""


LACKING: Final = ('Missing property "words".', 'Missing property "among".')
"""What is missing at two of these places."""


def placed(name: str, text: str, file: Path) -> tuple[str, int, int]:
    """Return a text with the modeline in front and without its mark, and where the mark stood, from 0."""
    before, _, after = (modeline(name, file.parent / FOLDER, file) + text).partition("▶")
    return before + after, before.count("\n"), len(before) - before.rfind("\n") - 1


def main(server: Path) -> int:
    """Try every place, and print what was shown there."""
    good = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        write_schemas(load_ruleset("bcp"), folder / FOLDER)
        with Editor(server.resolve(), folder) as editor:
            for name, places in OFFERED.items():
                for number, (text, wanted) in enumerate(places):
                    file = folder / f"{name}-offered-{number}.yaml"
                    whole, line, column = placed(name, text, file)
                    editor.open(file, whole)
                    found = editor.offered(file, line, column)
                    good += wanted in found
                    said = found.get(wanted, "").split("\n")[0][:70]
                    print(f"{name} | offered | `{text.split(chr(10))[-1].strip()}` | {wanted in found}: {len(found)} | {wanted}: {said}", flush=True)
            for name, texts in REFUSED.items():
                for number, text in enumerate(texts):
                    file = folder / f"{name}-refused-{number}.yaml"
                    whole, line, column = placed(name, text, file)
                    shown = editor.open(file, whole)
                    there = [each["message"][:80] for each in shown if each["range"]["start"] == {"line": line, "character": column}]
                    # What a file of one line lacks is shown at its first key, too, and is not what is looked for.
                    there = [each for each in there if each in LACKING or not each.startswith("Missing property")]
                    good += bool(there)
                    elsewhere = "" if there else " ".join(each["message"][:60] for each in shown)
                    print(f"{name} | refused | `{text.split(chr(10))[-1].strip()}` | {bool(there)} | {(there or [elsewhere])[0]}", flush=True)
    every = sum(map(len, (*OFFERED.values(), *REFUSED.values())))
    print(f"{good} of {every}")
    return 0 if good == every else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
