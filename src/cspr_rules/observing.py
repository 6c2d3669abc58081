"""Counting and timing evaluations: whoever observes is told of each, and nobody else pays for it.

Nothing here knows a fact, reads a clock of its own, or keeps what it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeVar

from cspr_rules.errors import ArgumentError, CsprRulesError, Fault


class Observed(NamedTuple):
    """One evaluation, as it is told to who observes.

    Attributes:
        profile: Whose rules.
        ruleset_digest: Which rules.
        children: How many children the case lists or is about; 0 if it was refused.
        error: The class of the error by which it was refused; ``None`` if it was answered.
        took: How much later the clock stood at the end, in its own unit; ``None`` without one.
    """

    profile: str
    ruleset_digest: str
    children: int
    error: str | None
    took: float | None


Answer = TypeVar("Answer")


class Observer(NamedTuple):
    """Who is told of evaluations.

    Attributes:
        told: Called with each.
        clock: What time is read from, before and after each.
    """

    told: Callable[[Observed], object]
    clock: Callable[[], float] | None


observers: Final[list[Observer]] = []
"""Everybody who is told, in this process."""


@contextmanager
def observe(told: Callable[[Observed], object], *, clock: Callable[[], float] | None = None) -> Iterator[None]:
    """Be told of every evaluation while a ``with`` block lasts, whichever thread makes it.

    >>> from datetime import date
    >>> from cspr_rules import evaluate, load_ruleset, observe
    >>> with observe(lambda each: print(each.profile, each.children, each.error, each.took)):
    ...     record = evaluate(load_ruleset("england"), {"child.died": True}, as_of=date(2024, 4, 2))
    england 1 None None

    Args:
        told: Called after each evaluation, refused ones included. What it raises reaches whoever evaluates.
        clock: What time is read from, such as ``time.perf_counter``; nothing reads the clock without it.

    Raises:
        ArgumentError: One of them is no function.
    """
    given: dict[str, object] = {"told": told} if clock is None else {"told": told, "clock": clock}
    for name, value in given.items():
        if not callable(value):
            raise ArgumentError([Fault(name, "expected a function")])
    observer = Observer(told, clock)
    observers.append(observer)
    try:
        yield
    finally:
        observers.remove(observer)


def observed(decide: Callable[[], Answer], profile: str, digest: str, counted: Callable[[Answer], int]) -> Answer:
    """Return what an evaluation returns, and tell everybody who observes.

    Args:
        decide: Evaluates.
        profile: Whose rules.
        digest: Which rules.
        counted: Says how many children the answer is about.
    """
    begun = [(each, each.clock() if each.clock else None) for each in observers]
    children, refused = 0, None
    try:
        answer = decide()
        children = counted(answer)
    except CsprRulesError as error:
        refused = type(error).__name__
        raise
    finally:
        for each, start in begun:
            took = None if each.clock is None or start is None else each.clock() - start
            each.told(Observed(profile, digest, children, refused, took))
    return answer


def logged(each: Observed) -> None:
    """Write an evaluation to the logger ``cspr_rules``, at level INFO: whose rules, which, how many children, how long. No fact, no free text.

    >>> with observe(logged):
    ...     pass

    Args:
        each: What :func:`observe` tells.

    Raises:
        ArgumentError: It is something else.
    """
    if not isinstance(each, Observed):
        raise ArgumentError([Fault("each", "expected what observe() tells")])
    import logging  # a program that logs nothing does not wait for it

    said = f"refused with {each.error}" if each.error else "decided"
    took = "" if each.took is None else f" in {each.took:.6f}"
    logging.getLogger("cspr_rules").info("%s: profile %s, rules %s, children %d%s", said, each.profile, each.ruleset_digest[:16], each.children, took)
