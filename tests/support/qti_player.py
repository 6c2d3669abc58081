"""Asks a player that is not ours for the mark of every answer: ``python -m tests.support.qti_player PLAYER [--through-21] [FOLDER…]``.

PLAYER is the file ``cdn/index.global.js`` of the npm package @citolab/qti-components (GPL: nothing of it is shipped or needed). The exercises are
those of the course, or every ``*.yaml`` in and below the folders named. Each task is written as an item of QTI 3.0, loaded into the player in
Chromium, and answered with every choice, every combination and every order; the player's SCORE has to be the mark that ours gives, and what it shows
has to be what ours says. With ``--through-21`` the item is written as QTI 2.1 and made one of QTI 3.0 by the package citolab-qti-convert first.

It wants Chromium and the package playwright, and no network; so a person runs it, and CI does not. Exit code 1 if anything differs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import combinations, permutations
from pathlib import Path
from typing import Any, Final

from cspr_rules.loading.reading import read_file
from cspr_rules.training.course import load_course
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.exports import exported
from cspr_rules.training.feedback import share_of
from cspr_rules.training.keys import Posed
from cspr_rules.training.qti import MOST_IN_ORDER, choice_name, item
from tests.support.looking import CHROMIUM

MOST_COMBINED: Final = 12
"""How many choices a task may have so that every combination is tried; of more, those of up to three choices and what each leaves out."""
Answer = tuple[tuple[str, ...], float]
"""The identifiers given, and the mark that ours gives."""
_PLAY: Final = """async ([xml, single, answers]) => {
  const made = document.createElement('qti-item'), holder = document.createElement('item-container');
  made.append(holder);
  holder.itemXML = xml;  // the player reads it when the element comes into the page
  document.body.replaceChildren(made);
  const later = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  let item = null;
  for (let tries = 0; tries < 500 && !item; tries++) {
    await later(10);
    item = holder.shadowRoot.querySelector('qti-assessment-item');
  }
  if (!item) throw new Error('the item does not load');
  await item.updateComplete;
  await later(20);
  const found = [];
  for (const given of answers) {
    item.updateResponseVariable('RESPONSE', given.length ? (single ? given[0] : given) : null);
    item.processResponse(false, false);
    await item.updateComplete;
    const score = item.variables.find(each => each.identifier === 'SCORE').value;
    const shown = [...item.querySelectorAll('qti-feedback-block')].filter(each => each.shadowRoot.querySelector('.feedback.on'));
    found.push([Number(score), shown.map(each => each.textContent)]);
  }
  return [found, item.querySelectorAll('qti-simple-choice').length];
}"""


def answers(posed: Posed) -> Iterator[Answer]:
    """Yield every answer that can be given to a task as it is exported, with the mark that ours gives; nothing answered is the first and the last."""
    yield (), 0.0
    yield from _answers(posed)
    yield (), 0.0


def _answers(posed: Posed) -> Iterator[Answer]:
    if posed.mode == "order":
        if len(posed.key) <= MOST_IN_ORDER:
            yield from ((_names(order), float(share_of(posed, order))) for order in permutations(posed.key))
        else:
            yield from (((choice_name(f"order{number}"),), float(each.share)) for number, each in enumerate(exported(posed), start=1))
        return
    ids = [each.id for each in posed.choices]
    if posed.mode == "several":
        small = len(ids) <= MOST_COMBINED
        sizes = range(1, len(ids) + 1) if small else (1, 2, 3, len(ids) - 1, len(ids))
        yield from ((_names(chosen), float(share_of(posed, chosen))) for size in sizes for chosen in combinations(ids, size))
    else:
        yield from ((_names([each]), 0.0 if posed.mode == "view" else float(share_of(posed, (each,)))) for each in ids)


def _names(chosen: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(choice_name, chosen))


def told(posed: Posed, given: Sequence[str]) -> list[str]:
    """Return what has to be shown after an answer: of each choice what there is to say of its being chosen or left out wrongly, and why."""
    if not given:
        return []
    found = []
    for right in (False, True):
        for each in posed.choices if posed.mode != "order" else ():
            said = " ".join((*(held.says for held in each.suggests), each.told)).strip()
            wrongly = each.right == right and (choice_name(each.id) in given) != right and (posed.mode == "several" or not right)
            if said and wrongly:
                named = posed.mode in ("several", "view")
                found.append(f"{'Left out: ' if right else ''}“{each.text}” {said}" if named else said)
    return [*found, posed.why]


def differences(page: Any, exercise: Exercise, posed: Posed, convert: Callable[[str], str] | None) -> tuple[int, list[str]]:
    """Return how many answers to a task were tried in the player, and what differs from what we say."""
    tried = list(answers(posed))
    xml = convert(item(exercise, posed, "qti21")) if convert else item(exercise, posed, "qti3")
    single = posed.mode in ("one", "view") or (posed.mode == "order" and len(posed.key) > MOST_IN_ORDER)
    played, many = page.evaluate(_PLAY, [xml, single, [list(given) for given, _ in tried]])
    where = f"{exercise.id} {posed.id}"
    found = [] if many else [f"{where}: no choice is shown"]
    for (given, mark), (score, shown) in zip(tried, played, strict=True):
        said = f"{where}: {' '.join(given) or 'nothing'}"
        if score != mark:
            found.append(f"{said}: the player says {score}, we say {mark}")
        if [" ".join(each.split()) for each in shown] != [" ".join(each.split()) for each in told(posed, given)]:
            found.append(f"{said}: the player shows {shown}, we say {told(posed, given)}")
    return len(tried), found


def exercises_in(folders: Sequence[str]) -> list[Exercise]:
    """Return the exercises below some folders, or those of the course."""
    if not folders:
        return [each for unit in load_course() for each in unit.exercises]
    return [exercise_from(read_file(path)) for folder in folders for path in sorted(Path(folder).rglob("*.yaml")) if path.name != "units.yaml"]


def played(player: str, exercises: Iterable[Exercise], convert: Callable[[str], str] | None = None) -> tuple[int, int, list[str]]:
    """Have the player mark every answer to some exercises.

    Args:
        player: The file of the player.
        exercises: The exercises.
        convert: What makes an item of QTI 2.1 one of QTI 3.0; nothing, to write it as QTI 3.0.

    Returns:
        How many tasks and answers were tried, and everything in which the player says otherwise than we do.
    """
    tasks = tried = 0
    found: list[str] = []
    with import_module("playwright.sync_api").sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(f"the player's page: {error}"))
        page.set_default_timeout(60_000)
        page.add_script_tag(path=player)
        for exercise in exercises:
            for posed in exercise.posed:
                many, differ = differences(page, exercise, posed, convert)
                tried, tasks = tried + many, tasks + 1
                found += differ
        browser.close()
    return tasks, tried, found


def main(player: str, *rest: str) -> int:
    """Print how many answers were tried and what differs; return the exit code."""
    convert = import_module("qti_convert").upgrade_qti2_to_qti3 if "--through-21" in rest else None
    exercises = exercises_in([each for each in rest if not each.startswith("--")])
    tasks, tried, found = played(player, exercises, convert)
    print(f"{len(exercises)} exercises, {tasks} tasks, {tried} answers; {len(found)} differ")
    print("\n".join(found[:20]))
    return 1 if found or not tried else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
