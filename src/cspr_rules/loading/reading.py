"""YAML or JSON text to plain values with the place of each, refusing anything odd.

Both rule packs and case files are untrusted, so nothing is constructed beyond mappings, lists, text, whole numbers, ``true``/``false`` and null;
size and depth are bounded; and everything another tool might read differently (duplicate keys, anchors, tags, a bare ``no``) is refused.
"""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeAlias

import yaml

from cspr_rules.errors import Fault, Path_, QuestionError, shown, written
from cspr_rules.model import doors
from cspr_rules.travelling import Packed

Value: TypeAlias = dict[str, Any] | list[Any] | str | int | bool | None

STDIN = "<stdin>"
NO_PATH = "this leads to no file or folder: it leads round in a circle, or holds what no name can hold"
MOST_BYTES = 2_000_000
_MOST_KEPT = 100_000
"""How many bytes a text has at most that is kept after it was parsed."""
MOST_DEPTH = 40
MOST_FAULTS = 50
MOST_PARTS = 2_000_000
"""How much there may be to keep of one text: for each of its parts one, and one for every level above it."""
_TOO_MANY_PARTS = "there are too many small parts in this text, or they are nested too deep; split it"
_WIDE = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_QUOTES = ("'", '"')
_ODD_SPACE = re.compile(rf"^ *\t|^ *[{_WIDE}]|[\w'\"]:[\t{_WIDE}]|^ *-[{_WIDE}]")
"""A tab or a wide space before a line, after the colon of a key, or after the dash of a list."""
_GLUED = re.compile(rf"[A-Za-z_][\w.]*:[\t{_WIDE}]")
"""A key whose colon is followed by such a space, so that YAML takes key and value for one text."""
_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")  # 010 is eight to some tools: it stays text
_AMBIGUOUS = {
    **dict.fromkeys(("yes", "on", "y", "true"), "true"),
    **dict.fromkeys(("no", "off", "n", "false"), "false"),
    "null": "null",
}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document(Packed):
    """What one text says, and where it says it.

    Attributes:
        name: The file's name, or ``<stdin>``.
        value: The plain value; ``None`` for an empty text.
        places: Path inside the document to ``(line, column)``, both from 1. For a mapping's entry, the place of its key.
        faults: What was refused. When there are any, ``value`` is not to be relied on.
        malformed: Whether it is no text of its format at all.
    """

    __slots__ = ("faults", "malformed", "name", "places", "value")

    def __init__(self, name: str, *, faults: Iterable[Fault] = ()) -> None:
        self.name = name
        self.value: Value = None
        self.places: dict[Path_, tuple[int, int]] = {}
        self.faults: list[Fault] = list(faults)
        self.malformed = False

    def _parts(self) -> tuple[Any, ...]:
        return self.name, self.value, self.places, self.faults, self.malformed

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        name, value, places, faults, malformed = packed
        made = cls(name, faults=faults)
        made.value, made.places, made.malformed = value, places, malformed
        return made

    def as_read(self) -> Document:
        """Return the document as it was read, with places and faults of its own to add to."""
        return self._made(self.name, self.value, dict(self.places), self.faults, self.malformed)

    def place(self, path: Path_ = ()) -> str:
        """Return ``file:line:column`` of a path, or of the nearest part above it that the text has."""
        for length in range(len(path), -1, -1):
            found = self.places.get(path[:length])
            if found:
                return f"{self.name}:{found[0]}:{found[1]}"
        return self.name

    def fault(self, path: Path_, message: str) -> Fault:
        """Return a fault at a path of this document."""
        return Fault(self.place(path), message, written(path))


def plain_word(text: str) -> bool:
    """Return whether a text is one word, or a day, that every YAML tool reads as the text it is or as that day."""
    return re.fullmatch(r"[A-Za-z][A-Za-z_]*|\d{4}-\d{2}-\d{2}", text) is not None and text.casefold() not in _AMBIGUOUS


def read_file(path: str | Path, name: str | None = None, *, json_up_to: int | None = None) -> Document:
    """Read one YAML or JSON file.

    Args:
        path: The file.
        name: How to call it in messages; the path itself if not given.
        json_up_to: Read it as JSON whatever its name, and up to so many bytes.

    Returns:
        The document; what was wrong, an unreadable file included, is in its ``faults``.
    """
    path = doors.path(path, "path")
    shown = doors.or_none(str, name, "name") or str(path)
    raw = _bytes_of(path, shown, json_up_to or MOST_BYTES)
    return raw if isinstance(raw, Document) else read_bytes(raw, shown, json_up_to=json_up_to)


def read_rules_file(path: Path, name: str) -> Document:
    """Read one file of a rules folder as :func:`read_file` does, but parse no text a second time.

    The files of a folder are read more often than they change: every profile stands on the shared ones, and a folder is checked after each edit.

    Args:
        path: The file.
        name: How to call it in messages.

    Returns:
        The document. Its ``value`` is shared by all who read the same text under the same name, and is not to be changed.
    """
    raw = _bytes_of(path, name, MOST_BYTES)
    if isinstance(raw, Document):
        return raw
    return _kept(raw, name).as_read() if len(raw) <= _MOST_KEPT else read_bytes(raw, name)


@lru_cache(maxsize=1_024)
def _kept(raw: bytes, name: str) -> Document:
    return read_bytes(raw, name)


def _bytes_of(path: Path, name: str, most: int) -> bytes | Document:
    """Return what a file holds, or a document with the reason why it is not read."""
    try:
        if refused := refusal(path, "a YAML or JSON file", most):
            return Document(name, faults=[Fault(name, refused)])
        return path.read_bytes()
    except OSError as error:
        return Document(name, faults=[Fault(name, f"the file cannot be read: {error.strerror or 'no reason given'}")])
    except ValueError:
        return Document(name, faults=[Fault(name, NO_PATH)])


def real(path: Path) -> Path:
    """Return where a path leads.

    Raises:
        QuestionError: Nowhere.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise QuestionError([Fault(str(path), NO_PATH)]) from None


def refusal(path: Path, expected: str, most: int = MOST_BYTES) -> str | None:
    """Return why a path is not read, or ``None`` if it can be: it is no plain file, or too large.

    Args:
        path: The path.
        expected: What it should be, for the message.
        most: How many bytes are read at most.

    Raises:
        OSError: It cannot be looked at.
    """
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "a pipe or a device; save it as a file first" if path.exists() else "not a file that exists"
        return f"expected {expected}, but this is {kind}"
    size = path.stat().st_size
    return too_large(size, most=most) if size > most else None


def too_large(size: int, name: str = "", most: int = MOST_BYTES) -> str:
    """Return that a text of so many bytes is too large; of standard input no more is read than shows that it is."""
    limit = f"{most // 1_000_000} MB"
    if name == STDIN:
        return f"standard input is more than {limit}, the most that is read"
    if size < 1.05 * most:
        return f"the file is just over {limit}, the most that is read"
    return f"the file is {size / 1e6:.1f} MB; the most that is read is {limit}"


def standard_input(most: int = MOST_BYTES) -> bytes:
    """Return what standard input holds, up to one byte more than is read of any text.

    Raises:
        OSError: It is closed or cannot be read.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read(most + 1)


def read_bytes(raw: bytes, name: str, *, json_up_to: int | None = None) -> Document:
    """Read YAML or JSON text. JSON is taken as the subset of YAML that it is.

    Args:
        raw: The text, UTF-8, at most 2 MB.
        name: How to call it in messages; a name ending in ``.json`` is read as JSON.
        json_up_to: Read it as JSON whatever its name, and up to so many bytes.
    """
    raw, name = doors.of(bytes, raw, "raw"), doors.of(str, name, "name")
    most = json_up_to or MOST_BYTES
    if len(raw) > most:
        return Document(name, faults=[Fault(name, too_large(len(raw), name, most))])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Document(name, faults=[Fault(f"{name}:{line}", "the text is not UTF-8; save the file as UTF-8")])
    if json_up_to or name.endswith(".json"):
        return _read_json(text, name)
    if text.lstrip()[:1] != "{":
        return _read_yaml(text, name)
    # A mapping in braces is JSON or YAML; where it is no JSON, its first key and its name tell which was meant.
    as_json = _read_json(text, name)
    if not as_json.malformed:
        return as_json
    meant_json = text.lstrip()[1:].lstrip()[:1] == '"' and not name.endswith((".yaml", ".yml"))
    return as_json if meant_json else _read_yaml(text, name)


# -- YAML ----------------------------------------------------------------------------------------------------------------------------


def _read_yaml(text: str, name: str) -> Document:
    document = Document(name)
    builder = _Builder(document)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
            if len(document.faults) >= MOST_FAULTS or builder.stopped:
                break
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # PyYAML without libyaml lets the last two through for impossible escapes
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed")
        document.faults.append(_odd_space(text, name) or Fault(where, f"this is not well-formed YAML: {problem}"))
    document.value = builder.root
    return document


def _odd_space(text: str, name: str) -> Fault | None:
    """Return that a line is laid out with what only looks like a space, where one is: what word processors paste keeps a text from being read."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _ODD_SPACE.search(line):
            return Fault(f"{name}:{number}:{found.end()}", _in_place_of(line[found.end() - 1]))
    return None


def _in_place_of(space: str) -> str:
    what = "a tab" if space == "\t" else "a space of another kind, such as word processors write (it does not break a line)"
    return f"{what} stands here; YAML is laid out with ordinary spaces: put them in its place"


class _Builder:
    """Builds plain values from YAML events, one at a time and without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root: Value = None
        self.stopped = False
        self._parts = 0
        self._documents = 0
        self._stack: list[tuple[Any, Path_]] = []
        self._key: list[str | None] = []

    def take(self, event: Any) -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(place, "a second document starts here; one file holds one document")
                self.stopped = True
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._stack.pop()
            self._key.pop()
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                sign = "alias" if isinstance(event, yaml.AliasEvent) else "anchor"
                self._refuse(place, f"YAML {sign} '{event.anchor}' is not accepted; write the value out")
                self.stopped = isinstance(event, yaml.AliasEvent)
            if getattr(event, "tag", None) is not None:
                self._refuse(place, "YAML tags are not accepted")
            if not self.stopped:
                self._node(event, place)

    def _node(self, event: Any, place: tuple[int, int]) -> None:
        self._parts += 1 + len(self._stack)
        if self._parts > MOST_PARTS:
            self._refuse(place, _TOO_MANY_PARTS)
            self.stopped = True
            return
        awaiting_key = bool(self._stack) and isinstance(self._stack[-1][0], dict) and self._key[-1] is None
        if isinstance(event, yaml.ScalarEvent):
            if event.style not in _QUOTES and (glued := _GLUED.match(event.value)):
                self._refuse((place[0], place[1] + glued.end() - 1), _in_place_of(glued.group()[-1]))
            if awaiting_key:
                self._take_key(event.value, place, quoted=event.style in _QUOTES)
            else:
                self._put(self._scalar(event, place), place)
            return
        if awaiting_key:
            self._refuse(place, "a key has to be plain text")
            self.stopped = True
            return
        if len(self._stack) >= MOST_DEPTH:
            self._refuse(place, f"nested more than {MOST_DEPTH} deep")
            self.stopped = True
            return
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(container, place)
        self._stack.append((container, path))
        self._key.append(None)

    def _take_key(self, key: str, place: tuple[int, int], *, quoted: bool) -> None:
        container, path = self._stack[-1]
        here = (*path, key)
        if not quoted and key != key.strip():  # in quotes, a space is meant
            self._refuse(place, f"the key '{shown(key)}' begins or ends with a space of another kind; put ordinary spaces in its place")
        if key in container:
            first = self.document.places[here]
            self._refuse(place, f"'{key}' is written twice; the first is on line {first[0]}")
        else:
            self.document.places[here] = place
            container[key] = None
        self._key[-1] = key

    def _put(self, value: Value, place: tuple[int, int]) -> Path_:
        if not self._stack:
            self.root = value
            self.document.places[()] = place
            return ()
        container, path = self._stack[-1]
        if isinstance(container, list):
            container.append(value)
            here = (*path, len(container) - 1)
            self.document.places[here] = place
            return here
        key = self._key[-1]
        assert key is not None  # noqa: S101 -- an invariant of the event stream: a mapping's value follows its key
        container[key] = value
        self._key[-1] = None
        return (*path, key)

    def _scalar(self, event: Any, place: tuple[int, int]) -> Value:
        text: str = event.value
        if event.style:  # quoted, or a block
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if text.casefold() in _AMBIGUOUS:
            meant = _AMBIGUOUS[text.casefold()]
            self._refuse(place, f"a bare '{text}' is read differently by different tools; write {meant}, or put quotes round the word")
            return None
        return int(text) if _WHOLE_NUMBER.match(text) else text

    def _refuse(self, place: tuple[int, int], message: str) -> None:
        self.document.faults.append(Fault(f"{self.document.name}:{place[0]}:{place[1]}", message))


# -- JSON ----------------------------------------------------------------------------------------------------------------------------


class _Repeated(dict[str, Any]):
    """A JSON object some of whose keys were written more than once."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Repeated(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        found.repeated = tuple(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value] # None is what is wanted
        return found
    return dict(found)


def _read_json(text: str, name: str) -> Document:
    document = Document(name)
    try:
        document.value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        document.faults.append(Fault(f"{name}:{error.lineno}:{error.colno}", f"this is not well-formed JSON: {error.msg}"))
        document.malformed = True
        return document
    except RecursionError:
        document.faults.append(Fault(name, f"nested more than {MOST_DEPTH} deep"))
        return document
    except ValueError:
        document.faults.append(Fault(name, "a number in this JSON is too long to be read"))
        return document
    parts = 0
    for path, value in _walk(document.value):
        parts += 1 + len(path)
        if parts > MOST_PARTS:
            document.faults.append(Fault(name, _TOO_MANY_PARTS))
            break
        if len(document.faults) >= MOST_FAULTS:
            break
        if len(path) > MOST_DEPTH:
            document.faults.append(document.fault(path[:3], f"nested more than {MOST_DEPTH} deep"))
            break
        if isinstance(value, _Repeated):
            document.faults.extend(document.fault((*path, key), f"'{shown(key)}' is written twice") for key in value.repeated)
        if isinstance(value, float):
            document.faults.append(document.fault(path, "expected a whole number"))
        if any(_half_a_character(each) for each in (value, *path[-1:])):
            document.faults.append(document.fault(path, "the text holds half a character (a lone surrogate)"))
    return document


def _half_a_character(value: object) -> bool:
    return isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value)


def _walk(value: Value) -> Iterator[tuple[Path_, Value]]:
    yield (), value
    waiting: list[Iterator[tuple[Path_, Value]]] = [_parts((), value)]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        else:
            yield found
            waiting.append(_parts(*found))


def _parts(path: Path_, value: Value) -> Iterator[tuple[Path_, Value]]:
    if isinstance(value, dict):
        yield from (((*path, key), child) for key, child in value.items())
    elif isinstance(value, list):
        yield from (((*path, index), child) for index, child in enumerate(value))
