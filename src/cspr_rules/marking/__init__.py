"""Somebody's answers held against what the rules say."""
