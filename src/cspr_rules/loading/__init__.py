"""Files to values, with anything odd refused: rule folders, profiles and case files."""
