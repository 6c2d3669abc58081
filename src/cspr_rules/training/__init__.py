"""Exercises for people: read, held to their own words, keyed by the rules, marked, printed."""
