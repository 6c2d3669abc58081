"""Texts read as files are read."""

from __future__ import annotations

from cspr_rules.loading.reading import Document, read_bytes


def yaml_text(text: str) -> Document:
    return read_bytes(text.encode(), "file.yaml")


def json_text(text: str) -> Document:
    return read_bytes(text.encode(), "file.json")
