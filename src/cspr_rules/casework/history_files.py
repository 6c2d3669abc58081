"""Case files over time on disk: YAML for people, JSON Lines for programs, and writes that a crash leaves whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from cspr_rules.casework.entries import Entry, EntryKind, plain_value
from cspr_rules.casework.history import SCHEMA, CaseHistory
from cspr_rules.casework.whole_files import locked, put, real_path
from cspr_rules.errors import CaseError, Fault, Path_, did_you_mean, enough, shown
from cspr_rules.loading.reading import MOST_BYTES, Document, read_bytes, refusal, too_large
from cspr_rules.model import doors
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import parse_date

_FAMILY: Final = SCHEMA.rpartition("/")[0]
HEADER: Final = ("schema", "reference", "title", "profile")
ENTRY: Final = ("id", "on", "fact", "child", "value", "corrects", "withdraws", "role", "judged_on", "reasons", "dissent", "because")
_TEXTS: Final = ("role", "reasons", "dissent", "because")


def is_history(document: Document) -> bool:
    """Return whether a document is a case over time rather than a case at one moment."""
    return isinstance(document.value, dict) and "facts" not in document.value and ("entries" in document.value or "schema" in document.value)


# -- reading -------------------------------------------------------------------------------------------------------------------------


def read_history(path: str | Path) -> CaseHistory:
    """Read a case file over time.

    Args:
        path: The file: JSON Lines if its name ends in ``.jsonl``, else YAML.

    Returns:
        The history. If the last line of a JSON Lines file was cut off in the middle of a write, the history is as it was before that write, and
        ``notices`` says so.

    Raises:
        CaseError: The file cannot be read, was made by a later version, or says something that cannot be so; every fault is listed.
    """
    file = doors.path(path, "path")
    return history_from(_bytes(file), str(path))


def _bytes(path: Path) -> bytes:
    try:
        if refused := refusal(path, "a case file"):
            begin = "" if path.exists() else "; `cspr-rules history new` begins one"
            raise CaseError([Fault(str(path), f"{refused}{begin}")])
        raw = path.read_bytes()
    except OSError as error:
        raise CaseError([Fault(str(path), f"the file cannot be read: {error.strerror or 'no reason given'}")]) from None
    if len(raw) > MOST_BYTES:  # it grew in between
        raise CaseError([Fault(str(path), too_large(len(raw)))])
    return raw


def history_from(raw: bytes, name: str) -> CaseHistory:
    """Return the history that a text holds.

    Args:
        raw: The text, UTF-8.
        name: Its file's name, for messages; it tells the format, as in :func:`read_history`.

    Raises:
        CaseError: As in :func:`read_history`.
    """
    return _of_lines(raw, name) if name.endswith(".jsonl") else _of_document(read_bytes(raw, name), name, ended=raw.endswith((b"\n", b"}")))


def _of_document(document: Document, name: str, *, ended: bool) -> CaseHistory:
    faults, value = list(document.faults), document.value
    if faults:
        raise CaseError(faults)
    if not isinstance(value, dict):
        raise CaseError([document.fault((), f"expected a case file over time: `schema: {SCHEMA}` and `entries:`")])
    keys = (*HEADER, "entries")
    for key in value:
        if key not in keys:
            faults.append(document.fault((key,), f"'{shown(key)}' is not part of a case file over time{did_you_mean(key, keys)}"))
            enough(faults)
    listed = value.get("entries")
    if not isinstance(listed, list | None):
        faults.append(document.fault(("entries",), "expected a list with one entry a line"))
        listed = None
    header = _header({key: each for key, each in value.items() if key in HEADER}, document, faults)
    entries = [
        (_entry(each, index + 1, document, ("entries", index), faults), document.place(("entries", index))) for index, each in enumerate(listed or ())
    ]
    cut = f"{name}: the last line has no end, as if the file had been cut off there; look whether its last entry is whole"
    return _made(header, entries, faults, [] if ended or not entries else [cut])


def _of_lines(raw: bytes, name: str) -> CaseHistory:
    lines = raw.split(b"\n")
    last, notices = lines.pop(), []
    if last.strip():
        # A line without an end is either the whole of a hand-written last line or what a crash left of one. Only the first can be read.
        if read_bytes(last, f"{name}:{len(lines) + 1}").faults and lines:
            notices.append(
                f"{name}:{len(lines) + 1}: the last line was cut off in the middle of a write ({len(last)} bytes). The case is read as it was before "
                "that write; the next write drops what is left of the line"
            )
        else:
            lines.append(last)
    documents = [read_bytes(line, f"{name}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]
    faults = [fault for document in documents for fault in document.faults]
    if not documents and not faults:
        faults = [Fault(name, f"the file is empty; expected a first line with `schema: {SCHEMA}`")]
    if faults:
        raise CaseError(faults)
    header = _header(documents[0].value, documents[0], faults)
    entries = [(_entry(each.value, number, each, (), faults), each.name) for number, each in enumerate(documents[1:], start=1)]
    return _made(header, entries, faults, notices)


def _made(header: Mapping[str, Any], entries: Sequence[tuple[Entry | None, str]], faults: list[Fault], notices: Sequence[str] = ()) -> CaseHistory:
    if faults:
        raise CaseError(faults)
    found = [(entry, place) for entry, place in entries if entry]
    places = {entry.id: place for entry, place in reversed(found)}
    return CaseHistory((entry for entry, _ in found), places=places, notices=notices, **header)


def _header(value: Any, document: Document, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(value, dict):
        faults.append(document.fault((), f"expected a first line with `schema: {SCHEMA}`"))
        return {}
    schema = value.get("schema")
    if schema != SCHEMA:
        place = document.place(("schema",))
        if isinstance(schema, str) and schema.startswith(f"{_FAMILY}/") and schema.rpartition("/")[2].isdigit():
            message = f"this case file was made by a later version of the library ('{shown(schema)}'); this one reads '{SCHEMA}'. Upgrade cspr-rules"
        else:
            message = f"expected `schema: {SCHEMA}`, which says that this is a case file over time"
        raise CaseError([Fault(place, message)])  # nothing else about the file can be judged
    for key, each in value.items():
        if key not in HEADER:
            faults.append(document.fault((key,), f"'{shown(key)}' does not belong in the first line{did_you_mean(key, HEADER)}"))
            enough(faults)
        elif key == "reference" and type(each) is int:
            continue  # a number by which people call a case is what they call it
        elif not isinstance(each, str | None):
            hint = f"; put it in quotes: {key}: '{each}'" if type(each) is int else ""
            faults.append(document.fault((key,), f"expected text for '{key}'{hint}"))
    return {key: str(value[key]) if type(value.get(key)) is int else value.get(key) for key in HEADER}


def _entry(value: Any, at: int, document: Document, path: Path_, faults: list[Fault]) -> Entry | None:
    before = len(faults)

    def refuse(key: str, message: str) -> None:
        faults.append(document.fault((*path, key) if key else path, message))
        enough(faults)

    if not isinstance(value, dict):
        refuse("", "expected an entry: `on`, `fact` and `value`, such as {on: 2024-03-27, fact: child.died, value: true}")
        return None
    for key in value:
        if key not in ENTRY:
            refuse(key, f"'{shown(key)}' is not part of an entry{did_you_mean(str(key), ENTRY)}")
    for key in ("id", "fact", *_TEXTS):
        if not isinstance(value.get(key), str | None) or value.get(key) == "":
            refuse(key, f"expected text for '{key}'")
    if value.get("fact") is None:
        refuse("", "'fact' is missing")
    child = value.get("child")
    if child is not None and type(child) is not int:
        refuse("child", "expected a child's number, from 1")
    on, judged_on = (_day(value.get(key), key, refuse) for key in ("on", "judged_on"))
    if value.get("on") is None:
        refuse("", "'on' is missing: the day it became known here, YYYY-MM-DD")
    kind: EntryKind = "corrected" if "corrects" in value else "withdrawn" if "withdraws" in value else "recorded"
    named = value.get("corrects", value.get("withdraws", []))
    names = [named] if isinstance(named, str) else named
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names) or ("corrects" in value and "withdraws" in value):
        refuse("", "expected the id of an entry, or a list of ids, under either `corrects` or `withdraws`")
        names = []
    said = None
    if kind == "withdrawn":
        if value.get("value") is not None:
            refuse("value", "a withdrawal makes a fact unknown again: it has no value")
    else:
        try:
            said = plain_value(value.get("value"))
        except ValueError as error:
            refuse("value" if "value" in value else "", str(error))
    if len(faults) > before or on is None:
        return None
    texts = {key: value.get(key) for key in _TEXTS}
    return Entry(value.get("id") or f"e{at}", on, at, kind, value["fact"], child, said, tuple(names), judged_on=judged_on, **texts)


def _day(raw: Any, key: str, refuse: Any) -> date | None:
    if raw is None:
        return None
    try:
        return parse_date(str(raw))
    except ValueError as error:
        refuse(key, f"{key}: {str(error).removesuffix(', or not_yet')}")
        return None


# -- writing -------------------------------------------------------------------------------------------------------------------------


@contextmanager
def writing(path: str | Path, ruleset: Ruleset | None = None) -> Iterator[CaseHistory]:
    """Open a case file to add entries to it; they are written together when the block ends, and not at all if it fails.

    >>> with writing("case.jsonl") as history:  # doctest: +SKIP
    ...     history.record(date(2024, 4, 2), {"notification.sent_on": "2024-04-02"})

    Args:
        path: The file.
        ruleset: The rules that are to decide the case. Where they are given, entries that these would refuse are not written.

    Raises:
        CaseError: It cannot be read or written, somebody else is writing it at this moment, or it was changed, without the lock, since it was read.
    """
    file = real_path(doors.path(path, "path"))
    doors.or_none(Ruleset, ruleset, "ruleset")
    with locked(file, str(path)):
        raw = _bytes(file)
        history = history_from(raw, _named(path, file))
        before = len(history.entries)
        yield history
        if len(history.entries) > before:
            if ruleset is not None and history.last_day:
                history.evaluate(ruleset, history.last_day)
            if _bytes(file) != raw:
                message = "the file was changed since it was read, by a program that did not wait its turn; nothing was written. Try again"
                raise CaseError([Fault(str(path), message)])
            _replace(file, str(path), _extended(raw, history, before, _named(path, file)), history)


def save_history(history: CaseHistory, path: str | Path) -> None:
    """Write a history to a file: a new one, or one that holds the beginning of it.

    Raises:
        CaseError: The file holds something else, which is not overwritten; or it cannot be written, or somebody else is writing it.
    """
    doors.of(CaseHistory, history, "history")
    file = real_path(doors.path(path, "path"))
    with locked(file, str(path)):
        if file.exists():
            raw = _bytes(file)
            known = history_from(raw, _named(path, file)).entries
            if history.entries[: len(known)] != known:
                message = "the file holds entries that this history does not begin with; it was changed since it was read. Nothing was written"
                raise CaseError([Fault(str(path), message)])
        else:
            raw, known = _begun(history, file.suffix == ".jsonl"), ()
        _replace(file, str(path), _extended(raw, history, len(known), _named(path, file)), history)


def _named(path: str | Path, file: Path) -> str:
    # The format follows the file that is written, whatever a link to it is called.
    return str(path) if (str(path).endswith(".jsonl") == (file.suffix == ".jsonl")) else str(file)


def _begun(history: CaseHistory, lines: bool) -> bytes:
    header = {"schema": history.schema, "reference": history.reference, "title": history.title, "profile": history.profile}
    given = {key: value for key, value in header.items() if value is not None}
    if lines:
        return (one_line(given) + "\n").encode()
    return ("".join(f"{key}: {one_line(value, yaml=True) if key != 'schema' else value}\n" for key, value in given.items()) + "entries:\n").encode()


def _extended(raw: bytes, history: CaseHistory, known: int, name: str) -> bytes:
    """Return a file's text with the entries after the first so many added; what stands in it is left byte for byte as it is."""
    new = [one_line(as_plain(entry), yaml=not name.endswith(".jsonl")) for entry in history.entries[known:]]
    if name.endswith(".jsonl"):
        kept = raw
        if history.notices:
            kept = raw[: raw.rfind(b"\n") + 1]
        elif raw and not raw.endswith(b"\n"):
            kept = raw + b"\n"
        return kept + "".join(f"{line}\n" for line in new).encode()
    if name.endswith(".json"):
        raise CaseError([Fault(name, "entries cannot be added to a .json file; use .jsonl, one entry a line, or .yaml")])
    first = read_bytes(raw, name).places.get(("entries", 0))
    if first and raw.decode("utf-8-sig").splitlines()[first[0] - 1][: first[1] - 1].strip(" ") != "-":
        raise CaseError([Fault(name, "entries can be added only where each stands on a line of its own that begins with '- '")])
    indent = " " * (raw.decode("utf-8-sig").splitlines()[first[0] - 1].index("-") if first else 2)
    return (raw if raw.endswith(b"\n") else raw + b"\n") + "".join(f"{indent}- {line}\n" for line in new).encode()


def as_plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as a file holds it."""
    names: Any = entry.replaces[0] if len(entry.replaces) == 1 else list(entry.replaces)
    made = {
        "id": entry.id,
        "on": entry.on.isoformat(),
        "fact": entry.fact,
        "child": entry.child,
        "value": entry.value,
        "corrects": names if entry.kind == "corrected" else None,
        "withdraws": names if entry.kind == "withdrawn" else None,
        "role": entry.role,
        "judged_on": entry.judged_on.isoformat() if entry.judged_on else None,
        "reasons": entry.reasons,
        "dissent": entry.dissent,
        "because": entry.because,
    }
    return {key: value for key, value in made.items() if value is not None}


def one_line(value: Any, *, yaml: bool = False) -> str:
    """Return JSON on one line. For YAML, which knows no pairs of surrogates, a character that is not printable stands by its number."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    if not yaml:
        return json.dumps(value)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)


def _replace(file: Path, name: str, text: bytes, history: CaseHistory) -> None:
    """Put a text in the place of a file, in one step, once it is known to say what it should."""
    if len(text) > MOST_BYTES:
        raise CaseError([Fault(name, f"the file would pass {MOST_BYTES // 1_000_000} MB, the most that is read; nothing was written")])
    try:
        said = history_from(text, str(file)).entries
    except CaseError:
        said = ()
    if said != history.entries:
        raise CaseError([Fault(name, "the file is laid out in a way to which entries cannot be added safely; nothing was written")])
    put(file, name, text)
