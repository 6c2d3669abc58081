"""Asks a second player for marks, by clicking: ``python -m tests.support.qti_clicked NODE_MODULES [FOLDER…]``.

NODE_MODULES is the folder with the npm packages qti3-item-player (MIT) and vue 2, which it needs. Each task with choices is loaded as an item of
QTI 3.0, each choice and combination is clicked, and the SCORE of the player has to be our mark; orders, which are dragged, and views are left to
:mod:`tests.support.qti_player`. It wants Chromium and the package playwright, and no network; so a person runs it, and CI does not.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from cspr_rules.training.qti import item
from tests.support.looking import CHROMIUM
from tests.support.qti_player import answers, exercises_in

_PAGE: Final = "<!DOCTYPE html><html lang='en'><body><div id='app'></div></body></html>"
_MOUNT: Final = """() => {
  window.events = {};
  const on = {
    notifyQti3PlayerReady: player => { window.player = player; },
    notifyQti3ItemReady: () => window.events.item(),
    notifyQti3EndAttemptCompleted: found => window.events.attempt(found.state || found),
  };
  new Vue({render: make => make(window.qti3Player.default || window.qti3Player, {on})}).$mount('#app');
}"""
_PLAY: Final = """async ([name, xml, single, answers]) => {
  const comes = what => new Promise((done, fail) => { window.events[what] = done; setTimeout(() => fail(new Error('nothing comes')), 30000); });
  const later = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const ready = comes('item');
  const sessionControl = {max_attempts: 0, show_feedback: true, validate_responses: false};
  window.player.loadItemFromXml(xml, {guid: name, status: 'interacting', sessionControl});
  await ready;
  await later(30);
  const found = [];
  for (const given of answers) {
    for (const each of document.querySelectorAll('[data-identifier]')) {
      const is = each.getAttribute('aria-checked') === 'true', wanted = given.includes(each.dataset.identifier);
      if (single ? wanted && !is : is !== wanted) each.click();
    }
    await later(0);
    const marked = comes('attempt');
    window.player.endAttempt('marked');
    found.push(Number((await marked).outcomeVariables.find(each => each.identifier === 'SCORE').value));
  }
  return found;
}"""


def main(modules: str, *folders: str) -> int:
    """Print how many answers were clicked and what differs; return the exit code."""
    tried = 0
    found: list[str] = []
    with import_module("playwright.sync_api").sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(_PAGE)
        for script in ("vue/dist/vue.js", "qti3-item-player/dist/qti3Player.umd.js"):
            page.add_script_tag(path=str(Path(modules) / script))
        page.evaluate(_MOUNT)
        page.wait_for_function("window.player")
        for exercise in exercises_in(folders):
            for posed in exercise.posed:
                if posed.mode not in ("one", "several"):
                    continue
                given = [each for each in answers(posed) if each[0]]
                name = f"{exercise.id} {posed.id}"
                played = page.evaluate(_PLAY, [name, item(exercise, posed, "qti3"), posed.mode == "one", [list(chosen) for chosen, _ in given]])
                tried += len(given)
                pairs = zip(given, played, strict=True)
                found += [f"{name}: {' '.join(chosen)}: the player says {score}, we say {mark}" for (chosen, mark), score in pairs if score != mark]
        browser.close()
    print(f"{tried} answers; {len(found)} differ")
    print("\n".join(found[:20]))
    return 1 if found or not tried else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
