"""Tests of ``interchange``."""
