"""JSON Schemas of every file that a person writes, for editors and other programs."""
