"""Tests of ``engine``."""
