"""One case as it grows: its dated entries, their files, its history followed day by day, and what is owed on it."""
