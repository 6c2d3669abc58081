"""Answers in the formats of other systems."""
