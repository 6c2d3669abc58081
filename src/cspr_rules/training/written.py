"""An exercise as it is written: scenes told in words, the facts behind the words, and tasks. No right answer stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from cspr_rules.errors import CaseError, Fault, Path_, did_you_mean, enough, shown
from cspr_rules.loading.reading import Document
from cspr_rules.model.scalars import plain
from cspr_rules.model.values import parse_date

MOST_SCENES: Final = 12
MOST_TASKS: Final = 40
MOST_AMONG: Final = 12
MOST_LETTERS: Final = 4_000
MOST_CHILDREN: Final = 6
MOST_OF_A_CHILD: Final = 60
"""How many letters are read of what the words call a child."""
CHILD_KEY: Final = r"[a-z0-9]+(_[a-z0-9]+)*"
MOST_WORDS: Final[Mapping[str, int]] = {
    "id": 60,
    "title": 600,
    "level": 20,
    "profile": 60,
    "warning": 600,
    "point": 600,
    "tells": MOST_LETTERS,
    "words": 400,
}
"""How many letters are read under each key."""
ID: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
LEVELS: Final = ("first", "practised", "hard")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "test": ("child",),
    "which": (),
    "when": ("among",),
    "who": ("among",),
    "whom": ("among",),
    "owed": (),
    "ask": ("among", "child"),
    "order": ("among",),
    "learning": (),
    "record": (),
    "view": ("child",),
}
"""Every kind of task, and the other keys that it may have."""
LISTS: Final = ("owed", "learning", "record")
NEEDS_AMONG: Final = ("who", "whom", "ask", "order")
TOP: Final = ("schema", "id", "title", "level", "profile", "warning", "point", "children", "scenes")
NEEDED: Final = ("id", "title", "level", "warning", "point", "scenes")
SCENE: Final = ("as_of", "tells", "facts", "children", "tasks")
TELLING: Final = ("is", "words")
RECORDED: Final = ("test", "duty", "says")
SCHEMA: Final = "cspr-rules/exercise/1"


class Told(NamedTuple):
    """One fact and the words of the vignette that tell it.

    Attributes:
        fact: The fact's id.
        value: Its value as written.
        words: The words.
        child: The key of the child that it is a fact of; empty where it is said of the incident, of the only child or of every child.
    """

    fact: str
    value: Any
    words: str
    child: str = ""


class Task(NamedTuple):
    """One task as it is written.

    Attributes:
        id: Which scene and which of its tasks, from 1: ``2.1``.
        kind: One of :data:`KINDS`.
        about: The rule, duty, fact or path that it is about; empty where it is about several.
        among: What is chosen from, besides what is right.
        entries: For ``record``: what somebody put down, each as ``rule`` or ``duty``, its id and the answer.
        path: Where it stands.
        child: The key of the child that it asks about; empty where it asks about no single one.
    """

    id: str
    kind: str
    about: str
    among: tuple[str, ...]
    entries: tuple[tuple[str, str, Any], ...]
    path: Path_
    child: str = ""


class Scene(NamedTuple):
    """What has become known by a day, and what is asked then.

    Attributes:
        as_of: The day from which it is looked at.
        text: The words.
        told: The facts that they tell.
        tasks: What is asked.
        path: Where it stands.
    """

    as_of: date
    text: str
    told: tuple[Told, ...]
    tasks: tuple[Task, ...]
    path: Path_

    def path_of(self, told: Told) -> Path_:
        """Return where a fact stands that this scene tells."""
        return (*self.path, "children", told.child, told.fact) if told.child else (*self.path, "facts", told.fact)


class Written(NamedTuple):
    """An exercise as it is written.

    Attributes:
        id: Its name in files of answers.
        title: What it is about.
        level: One of :data:`LEVELS`.
        profile: The authority for whom it is decided.
        warning: What is distressing in it.
        point: What there is to learn.
        scenes: Its scenes, in order.
        document: Where everything is written.
        children: Key to what the words call the child, where there are several; empty where there is one.
    """

    id: str
    title: str
    level: str
    profile: str
    warning: str
    point: str
    scenes: tuple[Scene, ...]
    document: Document
    children: Mapping[str, str] = {}

    def known(self) -> Iterator[tuple[Scene, dict[str, Any], dict[str, dict[str, Any]]]]:
        """Yield each scene with the facts told by then: those of the incident, and those of each of several children."""
        facts: dict[str, Any] = {}
        of: dict[str, dict[str, Any]] = {key: {} for key in self.children}
        for scene in self.scenes:
            for told in scene.told:
                (of[told.child] if told.child else facts)[told.fact] = told.value
            yield scene, dict(facts), {key: dict(own) for key, own in of.items()}

    @property
    def tasks(self) -> int:
        """How many tasks it has."""
        return sum(len(scene.tasks) for scene in self.scenes)


def written_from(document: Document) -> Written:
    """Return the exercise that a document holds.

    Raises:
        CaseError: It is not well-formed, or not shaped as an exercise; every fault is listed with its line.
    """
    if document.faults:
        raise CaseError(document.faults)
    return _Reader(document).run()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []

    def run(self) -> Written:
        value = self.document.value
        if not isinstance(value, dict):
            empty = "it is empty" if value is None else "this is not a mapping"
            raise CaseError([self.document.fault((), f"expected an exercise with {', '.join(NEEDED)}; {empty}")])
        self.keys(value, (), TOP, NEEDED)
        if value.get("schema") not in (None, SCHEMA):
            self.fault(("schema",), f"expected {SCHEMA}")
        name = self.words(value, (), "id")
        if name and not re.fullmatch(ID, name):
            self.fault(("id",), "expected small letters, digits and hyphens, such as baby-before-easter")
        level = self.words(value, (), "level")
        if level and level not in LEVELS:
            self.fault(("level",), f"expected one of {', '.join(LEVELS)}{did_you_mean(level, LEVELS)}")
        title, warning, point = (self.words(value, (), key) for key in ("title", "warning", "point"))
        profile = self.words(value, (), "profile") if value.get("profile") is not None else "england"
        children = self.children(value.get("children"))
        scenes = tuple(self.scenes(value.get("scenes"), children))
        if not self.faults and not any(scene.tasks for scene in scenes):
            self.fault(("scenes",), "nothing is asked in any scene; expected `tasks:` in at least one")
        if self.faults:
            raise CaseError(self.faults)
        return Written(name, title, level, profile, warning, point, scenes, self.document, children)

    def fault(self, path: Path_, message: str) -> None:
        self.faults.append(self.document.fault(path, message))
        enough(self.faults)

    def keys(self, value: Mapping[str, Any], path: Path_, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
        for key in value:
            if key not in known:
                self.fault((*path, key), f"'{shown(key)}' does not belong here{did_you_mean(key, known)}; expected {', '.join(known)}")
        for key in needed:
            if value.get(key) is None:
                self.fault(path, f"'{key}' is missing")

    def words(self, value: Mapping[str, Any], path: Path_, key: str, most: int | None = None) -> str:
        found, most = value.get(key), MOST_WORDS[key] if most is None else most
        if found is None:
            return ""  # said by `keys` where it is needed
        if not isinstance(found, str) or not found.strip():
            self.fault((*path, key), f"expected text for '{key}'")
            return ""
        if len(found) > most:
            self.fault((*path, key), f"at most {most} letters are read here; there are {len(found)}")
        return " ".join(found.split())

    def list_of(self, value: object, path: Path_, what: str, most: int) -> Iterator[tuple[Path_, dict[str, Any]]]:
        if not isinstance(value, list) or not value:
            self.fault(path, f"expected a list of {what}")
            return
        if len(value) > most:
            self.fault(path, f"at most {most} {what} are read here; there are {len(value)}")
            return
        for index, each in enumerate(value):
            if isinstance(each, dict):
                yield (*path, index), each
            else:
                self.fault((*path, index), f"expected a mapping, one of the {what}")

    def children(self, value: object) -> Mapping[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict) or not 2 <= len(value) <= MOST_CHILDREN:
            self.fault(("children",), f"expected from 2 to {MOST_CHILDREN} children, each with what the words call the child, such as the older girl")
            return {}
        for key in value:
            if not (isinstance(key, str) and re.fullmatch(CHILD_KEY, key)):
                self.fault(("children",), "expected a key of small letters, digits and underscores for each child")
        called = {str(key): self.words(value, ("children",), key, MOST_OF_A_CHILD) for key in value}
        if len({each.casefold() for each in called.values()}) < len(called):
            self.fault(("children",), "two children are called the same")
        return called

    def scenes(self, value: object, children: Mapping[str, str]) -> Iterator[Scene]:
        if value is None:
            return
        for number, (path, each) in enumerate(self.list_of(value, ("scenes",), "scenes", MOST_SCENES), start=1):
            self.keys(each, path, SCENE, ("as_of", "tells", "facts"))
            text = self.words(each, path, "tells")
            told = [*self.told(each.get("facts"), (*path, "facts")), *self.told_of_each(each.get("children"), (*path, "children"), children)]
            tasks = tuple(self.tasks(each.get("tasks"), (*path, "tasks"), number, children))
            yield Scene(self.day(each.get("as_of"), (*path, "as_of")), text, tuple(told), tasks, path)

    def told_of_each(self, value: object, path: Path_, children: Mapping[str, str]) -> Iterator[Told]:
        if value is None:
            return
        if not isinstance(value, dict):
            self.fault(path, "expected the facts of each child, by the keys under `children` at the top")
            return
        for key, facts in value.items():
            if key not in children:
                self.fault((*path, key), f"there is no child '{shown(key)}' under `children` at the top{did_you_mean(str(key), children)}")
                continue
            yield from (told._replace(child=key) for told in self.told(facts, (*path, key)))

    def day(self, value: object, path: Path_) -> date:
        try:
            return parse_date(str(value))
        except ValueError as error:
            if value is not None:
                self.fault(path, f"as_of: {str(error).removesuffix(', or not_yet')}")
            return date.min

    def told(self, value: object, path: Path_) -> Iterator[Told]:
        if value is None:
            return
        if not isinstance(value, dict):
            self.fault(path, "expected facts, each with `is` and `words`")
            return
        for name, each in value.items():
            here = (*path, name)
            if not isinstance(each, dict):
                self.fault(here, "expected `is`, the value, and `words`, the words of the text that tell it")
                continue
            self.keys(each, here, TELLING, ("is",))
            if each.get("words") is None:
                self.fault(here, f"{shown(name)}: no words tell this fact; copy those of the text that do under `words`")
            yield Told(name, plain(each.get("is")), self.words(each, here, "words"))

    def tasks(self, value: object, path: Path_, scene: int, children: Mapping[str, str]) -> Iterator[Task]:
        if value is None:
            return
        for number, (here, each) in enumerate(self.list_of(value, path, "tasks", MOST_TASKS), start=1):
            kinds = [key for key in each if key in KINDS]
            if len(kinds) != 1:
                key = next((key for key in each if key not in ("among", "child")), "")
                self.fault(here, f"expected one of {', '.join(KINDS)}{did_you_mean(key, KINDS)}")
                continue
            kind = kinds[0]
            self.keys(each, here, (kind, *KINDS[kind]), ("among",) if kind in NEEDS_AMONG else ())
            among = self.names(each["among"], (*here, "among")) if each.get("among") is not None else ()
            child = str(each.get("child", ""))
            if child and child not in children:
                self.fault((*here, "child"), f"there is no child '{shown(child)}' under `children` at the top{did_you_mean(child, children)}")
            about = ""
            entries: tuple[tuple[str, str, Any], ...] = ()
            if kind == "record":
                entries = tuple(self.entries(each[kind], (*here, kind)))
            elif kind in LISTS:
                among = self.names(each[kind], (*here, kind))
            elif isinstance(each[kind], str):
                about = each[kind]
            else:
                self.fault((*here, kind), f"expected the name that '{kind}' asks about")
            yield Task(f"{scene}.{number}", kind, about, among, entries, here, child)

    def names(self, value: object, path: Path_) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or len(value) > MOST_AMONG:
            self.fault(path, f"expected a list of up to {MOST_AMONG} names")
            return ()
        if len(set(value)) < len(value):
            self.fault(path, "a name stands here twice")
        return tuple(value)

    def entries(self, value: object, path: Path_) -> Iterator[tuple[str, str, Any]]:
        for here, each in self.list_of(value, path, "entries", MOST_AMONG):
            about = [key for key in ("test", "duty") if key in each]
            self.keys(each, here, RECORDED, ("says",))
            if len(about) != 1 or not isinstance(each[about[0]], str):
                self.fault(here, "expected `test` and the rule, or `duty` and the duty; and under `says` what was put down")
            elif each.get("says") is not None:
                yield about[0], each[about[0]], each["says"]
