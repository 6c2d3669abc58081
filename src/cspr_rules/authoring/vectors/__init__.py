"""Vectors made from the rules: cases at every boundary, with the answers that are right."""
