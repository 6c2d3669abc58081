"""Exercises made from the rules: cases at their boundaries, told in the words of the vocabulary."""
