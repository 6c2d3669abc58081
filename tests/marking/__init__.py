"""Tests of ``marking``."""
