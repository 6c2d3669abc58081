"""Tests of ``loading``."""
