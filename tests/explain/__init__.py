"""Tests of ``explain``."""
