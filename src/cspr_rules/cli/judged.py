"""Asking who made a judgement, on which day, on what grounds, and who disagreed. All of it may be left out, and no names are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from cspr_rules.casework.interview import Interview
from cspr_rules.casework.typed_answers import day_typed
from cspr_rules.cli.terminal import say, sentence
from cspr_rules.errors import did_you_mean
from cspr_rules.explain.english import day_of_week
from cspr_rules.model.profiles import Role
from cspr_rules.model.vocabulary import Fact

LIST: Final = "roles"
"""What lists every role of the authority."""


def ask_judged(interview: Interview, fact: Fact, line: Callable[[str], str], take: Callable[[Callable[[], Any]], bool]) -> None:
    """Ask about the judgement just answered, and record what is said of it.

    Args:
        interview: The interview.
        fact: What was judged.
        line: Returns what is typed after a prompt, once it is no command; empty if it is left out.
        take: Lets an answer in, or says why it cannot be so.
    """
    role = _who(interview, fact, line)
    if not role:
        return
    take(partial(interview.judged, role=role))
    _when(interview, line, take)
    reasons = line("  On what grounds, in a few words? No names (Enter: leave it out) >")
    dissent = line("  Did anybody disagree? Which role, and why (Enter: nobody, or not known) >")
    if reasons or dissent:
        take(partial(interview.judged, reasons=reasons or None, dissent=dissent or None))


def _who(interview: Interview, fact: Fact, line: Callable[[str], str]) -> str:
    """Return the role that is named, as the profile calls it; one that it does not know, if that is confirmed; empty if it is left out."""
    roles = interview.ruleset.profile.roles
    likely = likely_roles(roles, fact)
    shown = likely  # a number means what is on the screen, and nothing that was not shown
    _list(shown)
    prompt = f"  Who judged it? A role{' or its number' if likely else ''}, no name; `{LIST}` lists them (Enter: leave it out) >"
    text = line(prompt)
    while text:
        if text.casefold() == LIST:
            shown = list(dict.fromkeys([*likely, *(role.title for role in roles.values())]))
            _list(shown)
            text = line(prompt)
        elif role := role_typed(text, shown, roles):
            say(f"Recorded: {role}.", lead="  ")
            return role
        elif text.isdecimal():
            say(f"There is no role of that number here; `{LIST}` lists them.", lead="  ")
            text = line(prompt)
        else:
            names = [LIST, *(name for each in roles.values() for name in _names(each))]
            say(sentence(f"that is none of the roles of this authority{did_you_mean(text, names)}"), lead="  ")
            again = line("  yes: keep what you typed; or another role (Enter: leave it out) >")
            if again.casefold() in ("yes", "y"):
                return text
            text = again
    return ""


def _when(interview: Interview, line: Callable[[str], str], take: Callable[[Callable[[], Any]], bool]) -> None:
    while text := line("  On which day was it judged? (Enter: leave it out) >"):
        try:
            on = day_typed(text, as_of=interview.as_of)
        except ValueError as error:
            say(sentence(f"that is no day: {error}"), lead="  ")
            continue
        if take(partial(interview.judged, on=on)):
            say(f"Recorded: {day_of_week(on)}.", lead="  ")
            return


def role_typed(text: str, shown: list[str], roles: Mapping[str, Role]) -> str | None:
    """Return the role that was typed, as the profile calls it; ``None`` if it names none.

    Args:
        text: A number, counted from 1 in ``shown``, or a role's key, title or holder; capitals do not matter.
        shown: The roles that stand on the screen.
        roles: The profile's roles.
    """
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(shown):
        return shown[int(text) - 1]
    return next((role.title for role in roles.values() if _words(text) in map(_words, _names(role))), None)


def likely_roles(roles: Mapping[str, Role], fact: Fact) -> list[str]:
    """Return, as the profile calls them, the roles that a fact names among those who would know.

    One word alone, such as "panel", can mean several roles, and names none.
    """
    told = f" {_words(fact.who_would_know)} "
    found = [role.title for role in roles.values() if any(" " in (words := _words(name)) and f" {words} " in told for name in _names(role))]
    return list(dict.fromkeys(found))


def _names(role: Role) -> list[str]:
    return [role.id.replace("_", " "), role.title, *([role.held_by] if role.held_by else [])]


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w'’]+", text.casefold().replace("_", " "))).removeprefix("the ")


def _list(titles: list[str]) -> None:
    for place, title in enumerate(titles, start=1):
        say(title, lead=f"  {place:>2}  ")
