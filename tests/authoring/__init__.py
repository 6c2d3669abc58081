"""Tests of ``authoring``."""
