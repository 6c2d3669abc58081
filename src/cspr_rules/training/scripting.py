"""The script and the style of the HTML file with exercises: fixed text, so that the page can name its digest and let nothing else run."""

from __future__ import annotations

from typing import Final

PRACTICE_STYLE: Final = (
    ".practice .choice{display:flex;gap:.6rem;align-items:flex-start;margin:.35rem 0;}"
    ".practice .choice label{flex:1;min-width:0;overflow-wrap:anywhere;}"
    ".practice .choice input{flex:none;width:1.15rem;height:1.15rem;margin:.15rem 0 0;}"
    ".practice fieldset{border:1px solid var(--cspr-line);border-radius:4px;padding:.6rem .9rem;margin:.9rem 0 .5rem;min-width:0;}"
    ".practice legend{font-weight:700;padding:0 .3rem;}"
    ".practice button,.practice select{font:inherit;color:var(--cspr-ink);background:var(--cspr-faint);border:1px solid var(--cspr-line);"
    "border-radius:4px;padding:.45rem .9rem;min-height:2.75rem;max-width:100%;white-space:normal;text-align:left;}"
    ".practice button{margin:.2rem .4rem .2rem 0;}"
    ".practice select{padding:.3rem .4rem;}"
    ".practice :focus-visible{outline:3px solid var(--cspr-link);outline-offset:2px;}"
    ".practice .verdict{font-weight:700;}.practice .verdict.right{color:var(--cspr-good);}"
    ".practice .verdict.wrong{color:var(--cspr-bad);}.practice .verdict.partly{color:var(--cspr-open);}"
    ".practice .told{border-left:4px solid var(--cspr-line);padding-left:.9rem;}"
    ".practice .exercise{border-top:2px solid var(--cspr-rule);margin-top:2rem;padding-top:.5rem;}"
    ".practice [hidden]{display:none;}"
    "@media print{.practice button{display:none;}.practice .scene[hidden]{display:block;}}"
)

SCRIPT: Final = r"""
"use strict";
const all = (what, where) => Array.from((where || document).querySelectorAll(what));
const tasks = all("form.task");
const words = {right: "Right.", partly: "Right in part.", wrong: "Not right.", view: "What follows:"};
const atOnce = () => document.getElementById("at-once").checked;

function chosen(task) {
  if (task.dataset.mode !== "order") return all("input:checked", task).map(each => each.value);
  const placed = all("select", task).filter(each => each.value).sort((one, two) => one.value - two.value);
  return placed.map(each => each.dataset.value);
}

function complete(task) {
  if (task.dataset.mode !== "order") return chosen(task).length > 0;
  const places = all("select", task).map(each => each.value);
  return places.every(Boolean) && new Set(places).size === places.length;
}

function standing(task) {
  const given = chosen(task), key = task.dataset.key.split(" "), mode = task.dataset.mode;
  if (mode === "view") return "view";
  if (mode === "several") {
    const right = given.filter(each => key.includes(each)).length, share = right - (given.length - right);
    return share === key.length ? "right" : share > 0 ? "partly" : "wrong";
  }
  if (mode === "order") {
    let kept = 0, pairs = 0;
    for (let one = 0; one < key.length; one++) for (let two = one + 1; two < key.length; two++) {
      pairs++;
      if (given.indexOf(key[one]) < given.indexOf(key[two])) kept++;
    }
    return kept === pairs ? "right" : 2 * kept > pairs ? "partly" : "wrong";
  }
  if (given[0] === key[0]) return "right";
  const open = ["not_owed", "undetermined"];
  return task.dataset.kind === "when" && !open.includes(key[0]) && !open.includes(given[0]) ? "partly" : "wrong";
}

function tell(task) {
  const given = chosen(task), found = standing(task), said = task.querySelector(".verdict"), told = task.querySelector(".told");
  all("[data-choice]", told).forEach(each => {
    const taken = given.includes(each.dataset.choice);
    each.hidden = each.dataset.when === "chosen" ? !taken : taken;
  });
  const rights = task.dataset.key.split(" ").map(name => {
    const box = all("input, select", task).find(each => (each.dataset.value || each.value) === name);
    return box ? document.querySelector("label[for='" + box.id + "']").textContent : "";
  });
  const listed = rights.join(task.dataset.mode === "order" ? ", then " : "; ");
  const shown = found === "right" || found === "view" ? "" : " Right would be: " + listed + ".";
  said.className = "verdict " + found;
  said.textContent = words[found] + shown;
  told.hidden = false;
  task.querySelector("[type=reset]").hidden = false;
}

function hide(task) {
  task.querySelector(".verdict").textContent = "";
  task.querySelector(".told").hidden = true;
  task.querySelector("[type=reset]").hidden = true;
}

tasks.forEach(task => {
  task.addEventListener("submit", event => {
    event.preventDefault();
    const said = task.querySelector(".verdict");
    said.className = "verdict";
    if (!complete(task)) said.textContent = task.dataset.mode === "order" ? "Give each step its own number first." : "Choose an answer first.";
    else if (atOnce()) tell(task);
    else said.textContent = "Noted. It is marked in the review.";
  });
  task.addEventListener("reset", () => { hide(task); task.querySelector("input, select").focus(); });
  task.addEventListener("change", event => {
    hide(task);
    if (task.dataset.mode !== "several") return;
    const box = event.target, none = box.value === "none";
    if (box.checked) all("input", task).forEach(each => { if ((each.value === "none") !== none) each.checked = false; });
  });
});

all("button.more").forEach(button => button.addEventListener("click", () => {
  const next = button.closest(".scene").nextElementSibling;
  next.hidden = false;
  button.parentElement.hidden = true;
  next.querySelector("h3").focus();
}));

document.getElementById("show-review").addEventListener("click", () => {
  const found = document.getElementById("found"), counts = {right: 0, partly: 0, wrong: 0, view: 0}, list = document.createElement("ul");
  let open = 0;
  tasks.forEach(task => {
    if (!complete(task)) { open++; return; }
    const stands = standing(task);
    counts[stands]++;
    tell(task);
    if (stands === "right" || stands === "view") return;
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = "#" + task.id;
    link.textContent = document.getElementById(task.dataset.exercise).textContent + ", " + task.dataset.task;
    link.addEventListener("click", event => {
      event.preventDefault();
      all(".scene[hidden]", task.closest(".exercise")).forEach(each => { each.hidden = false; });
      task.scrollIntoView();
      task.querySelector("input, select").focus();
    });
    item.append(words[stands] + " ", link);
    list.append(item);
  });
  const line = document.createElement("p");
  line.textContent = counts.right + " right, " + counts.partly + " right in part, " + counts.wrong + " not right, " + counts.view
    + (counts.view === 1 ? " view that is not marked; " : " views that are not marked; ") + open + " not answered.";
  found.replaceChildren(line, list);
});

document.getElementById("save").addEventListener("click", () => {
  const answers = {};
  tasks.filter(complete).forEach(task => {
    const own = answers[task.dataset.exercise] = answers[task.dataset.exercise] || {};
    own[task.dataset.task] = chosen(task);
  });
  const link = document.createElement("a");
  const text = JSON.stringify({schema: document.body.dataset.schema, answers}, null, 1) + "\n";
  link.href = URL.createObjectURL(new Blob([text], {type: "application/json"}));
  link.download = "answers.json";
  link.click();
});

document.getElementById("clear").addEventListener("click", () => {
  tasks.forEach(task => { task.reset(); hide(task); });
  document.getElementById("found").replaceChildren();
  document.querySelector("h1").scrollIntoView();
  document.getElementById("at-once").focus();
});
"""
