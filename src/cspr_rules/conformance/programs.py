"""A program that is asked by lines of JSON over standard input and output, bounded in time and memory whatever it does.

``{"cmd": "start", "version": 1, "profile": …}`` opens, ``{"cmd": "run", "seq": …, …}`` asks about a case, ``{"cmd": "stop"}`` ends. The program
answers ``start`` and each ``run`` with one line; ``docs/how-to/check-your-system.md`` has all of it. Whatever goes wrong is a :class:`Breakdown`,
with a kind.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

from cspr_rules.conformance.messages import Read
from cspr_rules.errors import Fault, QuestionError, shown
from cspr_rules.safe_text import visible

MOST_LINE: Final = 1_000_000
"""How many bytes a line of answers may have."""
MOST_WAITING: Final = 8
"""How many lines of a program are read before they are looked at."""
MOST_TOLD: Final = 2_000
"""How many of the last bytes of standard error are kept."""
BreakdownKind: TypeAlias = Literal["timed out", "ended", "too long", "not JSON", "wrong shape", "wrong seq", "answered twice"]


class Breakdown(Exception):  # noqa: N818 -- it says what happened
    """A program did not keep to the protocol.

    Attributes:
        kind: How.
        seq: The message that it concerns, where that is not the one just asked.
    """

    def __init__(self, kind: BreakdownKind, message: str, seq: str | None = None) -> None:
        super().__init__(message)
        self.kind: BreakdownKind = kind
        self.seq = seq


class Program:
    """One process of a program. What it writes to standard error is read and kept in part, so that it never waits for a reader.

    Args:
        words: The program and its arguments.
        timeout: How many seconds it may take for one answer.

    Raises:
        QuestionError: It cannot be started.
    """

    def __init__(self, words: Sequence[str], timeout: float) -> None:
        self.timeout = timeout
        try:
            self.process = subprocess.Popen(  # noqa: S603 -- the program is what the person who runs the command named
                list(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no reason given"
            raise QuestionError([Fault("PROGRAM", f"'{shown(words[0])}' cannot be started: {why}")]) from None
        self.lines: queue.Queue[bytes | Breakdown] = queue.Queue(MOST_WAITING)
        self.sent: queue.Queue[bytes | None] = queue.Queue()
        self.told = b""
        self.done: set[str] = set()
        self.closing = threading.Event()
        self.threads = [threading.Thread(target=each, daemon=True) for each in (self._read, self._drain, self._write)]
        for each in self.threads:
            each.start()

    # -- what happens in threads --------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        assert self.process.stdout  # noqa: S101 -- a pipe was asked for
        rest = b""
        with contextlib.suppress(OSError, ValueError):
            while chunk := self.process.stdout.read(65_536):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    self._put(line)
                if len(rest) > MOST_LINE or self.closing.is_set():
                    break
        if len(rest) > MOST_LINE:
            self._put(Breakdown("too long", f"it wrote a line of more than {MOST_LINE:,} bytes"))
        elif rest.strip():
            self._put(rest)  # a last line without its break
        self._put(Breakdown("ended", "it ended"))

    def _put(self, item: bytes | Breakdown) -> None:
        """Hand a line over; where nobody takes any, the program waits, and nothing is held in memory for it."""
        if isinstance(item, bytes) and not item.strip():
            return
        while not self.closing.is_set():
            with contextlib.suppress(queue.Full):
                self.lines.put(item, timeout=0.1)
                return

    def _drain(self) -> None:
        assert self.process.stderr  # noqa: S101 -- a pipe was asked for
        with contextlib.suppress(OSError, ValueError):
            while chunk := self.process.stderr.read(65_536):
                self.told = (self.told + chunk)[-MOST_TOLD:]

    def _write(self) -> None:
        assert self.process.stdin  # noqa: S101 -- a pipe was asked for
        with contextlib.suppress(OSError, ValueError):
            while (line := self.sent.get()) is not None:
                while line:  # an unbuffered pipe may take a part
                    line = line[self.process.stdin.write(line) :]
            self.process.stdin.close()

    # -- asking -------------------------------------------------------------------------------------------------------------------------

    def send(self, message: Read) -> None:
        """Send a message; it may wait in the pipe until those before it are answered."""
        self.sent.put(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def answer(self, seq: str | None) -> dict[str, Any]:
        """Return the answer to a message that was sent, the earliest that is not answered yet.

        Args:
            seq: What the message is called; ``None`` for one without.

        Raises:
            Breakdown: No answer came that keeps to the protocol.
        """
        answer = self._next()
        if seq is not None and answer.get("seq") != seq:
            given = answer.get("seq")
            if isinstance(given, str) and given in self.done:
                raise Breakdown("answered twice", f"it answered '{shown(given)}' again", given)
            raise Breakdown("wrong seq", f"it answered '{shown(given)}' where '{shown(seq)}' was asked")
        if seq is not None:
            self.done.add(seq)
        return answer

    def _next(self) -> dict[str, Any]:
        try:
            line = self.lines.get(timeout=self.timeout)
        except queue.Empty:
            raise Breakdown("timed out", f"it did not answer within {self.timeout:g} seconds") from None
        if isinstance(line, Breakdown):
            if line.kind == "ended":
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(1)
                raise Breakdown("ended", f"it ended{self._how()} before it answered")
            raise line
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            raise Breakdown("not JSON", "it wrote a line that is not JSON") from None
        if not isinstance(answer, dict):
            raise Breakdown("wrong shape", "it wrote JSON that is no object")
        return answer

    def _how(self) -> str:
        code = self.process.returncode
        said = visible(self.told.decode("utf-8", "replace").strip().rpartition("\n")[2])[:200]
        return (f" with exit code {code}" if code else "") + (f" and wrote '{said}' to standard error" if said else "")

    # -- ending -------------------------------------------------------------------------------------------------------------------------

    def stop(self) -> str | None:
        """Ask it to end, and end it where it does not.

        Returns:
            What was wrong with its end, if anything.
        """
        self.send({"cmd": "stop"})
        self.sent.put(None)
        told = None
        try:
            code = self.process.wait(self.timeout)
            told = f"after stop it ended with exit code {code}" if code else None
        except subprocess.TimeoutExpired:
            told = f"it did not end within {self.timeout:g} seconds of stop, and was ended"
        self.kill()
        return told

    def kill(self) -> None:
        """End it and whatever it started, and give back what it held."""
        self.closing.set()
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.sent.put(None)
        self.process.wait()
        for each in self.threads:
            each.join(2)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
