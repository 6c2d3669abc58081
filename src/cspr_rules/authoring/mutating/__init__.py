"""Every single change to the rules, and what notices it."""
