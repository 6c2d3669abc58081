"""Answers for people: as text, Markdown, HTML and notebook cells."""
