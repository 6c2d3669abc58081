"""Tests of ``law``."""
