"""Runs the command inside this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

from cspr_rules.cli.main import main


def in_process(arguments: Sequence[str], stdin: bytes | None = None, *, errors: str = "strict") -> tuple[int, str, str]:
    """Return the exit code, what was printed and what was said on standard error, with streams as strict about text as real ones are.

    Args:
        arguments: The words after the program's name.
        stdin: What is piped in; standard input is left as it is if not given.
        errors: How standard input takes bytes that are no text.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = sys.stdin
    if stdin is not None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8", errors=errors)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(arguments)
            except SystemExit as error:  # argparse has printed how the command is used
                code = int(error.code or 0)
    finally:
        sys.stdin = before
    texts = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        texts.append(stream.buffer.getvalue().decode())
    return code, texts[0], texts[1]
