"""Tests of ``pictures``."""
