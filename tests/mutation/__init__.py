"""Tests of ``mutation``."""
