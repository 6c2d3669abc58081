"""Why, why not, what if, and what to ask next; and the words for all of it."""
