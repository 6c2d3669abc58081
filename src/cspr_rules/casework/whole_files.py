"""Files written whole: what a crash leaves is the old file or the new one, and a second writer waits for the first.

A write goes to a second file, which is forced to disk and then takes the place of the first in one step. A lock that the operating system gives back
when its holder ends tells a second writer to wait.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cspr_rules.errors import CaseError, Fault
from cspr_rules.loading.reading import NO_PATH


def real_path(path: str | Path) -> Path:
    """Return the file that a path leads to.

    Raises:
        CaseError: It leads round in a circle, or it is no path of a file.
    """
    try:
        file = Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise CaseError([Fault(str(path), NO_PATH)]) from error
    if not file.name:
        raise CaseError([Fault(str(path), "expected a case file, but this is a folder")])
    return file


def write_whole(path: str | Path, text: bytes, *, was: bytes | None) -> None:
    """Write a whole file in one step, under its lock.

    Args:
        path: The file.
        text: What it is to hold.
        was: What it has to hold now; ``None`` if there must be no such file.

    Raises:
        CaseError: It holds something else, cannot be written, or somebody else is writing it; nothing is written.
    """
    file = real_path(path)
    with locked(file, str(path)):
        try:
            now = file.read_bytes() if file.exists() else None
        except OSError as error:
            raise CaseError([Fault(str(path), f"the file cannot be read: {error.strerror or 'no reason given'}")]) from None
        if now != was:
            said = "there is such a file already, and it is not overwritten" if was is None else "the file was changed since it was read"
            raise CaseError([Fault(str(path), f"{said}; nothing was written")])
        put(file, str(path), text)


def put(file: Path, name: str, text: bytes) -> None:
    """Put a text in the place of a file: the old file or the new one is there at any moment, and after any crash."""
    beside = file.with_name(f".{file.name}.writing")
    try:
        beside.unlink(missing_ok=True)  # what a crash left behind, or somebody put there: a pipe, or another name of another file
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o600  # a case is nobody else's business unless somebody made it so
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), mode)
        try:
            if hasattr(os, "fchmod"):  # neither the umask nor what a crash left behind decides who may read it
                os.fchmod(handle, mode)
            left = memoryview(text)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(beside, file)
        _sync_folder(file.parent)
    except OSError as error:
        raise CaseError([Fault(name, f"the file cannot be written: {error.strerror or 'no reason given'}")]) from None


def _sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, so that the new file is there after a loss of power; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(file: Path, name: str) -> Iterator[None]:
    """Hold a file's lock, or say at once that somebody else does.

    The lock is the operating system's, on a small file beside the case file. It ends with the process that holds it, however that ends, so
    there are no stale locks and nothing to guess. Whoever holds it takes the small file away at the end; a lock on one that was taken away in the
    meantime is none, and is taken again.
    """
    lock = file.with_name(f".{file.name}.lock")
    handle = _lock_on(lock, name)
    while not _is_there(lock, handle):
        os.close(handle)
        handle = _lock_on(lock, name)
    try:
        yield
    finally:
        if sys.platform == "win32":  # where a file that somebody has open cannot be taken away, and need not be
            os.close(handle)
            with suppress(OSError):
                lock.unlink()
        else:
            with suppress(OSError):
                lock.unlink()
            os.close(handle)


def _lock_on(lock: Path, name: str) -> int:
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)
    except OSError as error:
        raise CaseError([Fault(name, f"the file cannot be written: {error.strerror or 'no reason given'}")]) from None
    try:
        _take_lock(handle)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            message = "somebody else is writing this case file at this moment; nothing was written. Try again when they have finished"
        else:
            message = f"the file cannot be locked, so it is not written ({error.strerror or 'no reason given'}); keep it on a drive that has locks"
        raise CaseError([Fault(name, message)]) from None
    return handle


def _is_there(lock: Path, handle: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _take_lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
