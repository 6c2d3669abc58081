"""The library's version: read by the build, told by the command line, and written into every decision record."""

from __future__ import annotations

__version__ = "0.1.0"
