"""What holds for every test."""

from __future__ import annotations

import gc

from hypothesis import settings

# What lands must not depend on luck: the same examples each time, whatever was found before. Deadlines and health checks stay as they were, which
# is why neither names a parent. `pytest --hypothesis-profile=random` draws anew, and with `--hypothesis-seed=N` what it drew the last time.
settings.register_profile("random", derandomize=False)
settings.register_profile("same", derandomize=True, database=None)
settings.load_profile("same")


def pytest_collection_finish() -> None:
    """Leave out of every later search for garbage what stays until the end: the tests collected, the rules they name, and the libraries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)  # a record is thousands of values; with Python's own 700, a tenth of the time goes into the searching
