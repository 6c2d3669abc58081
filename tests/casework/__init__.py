"""Tests of ``casework``."""
