"""Tests of ``bulk``."""
