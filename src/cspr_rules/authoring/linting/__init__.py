"""What is sound and still likely to be a mistake in rules and profiles: each kind with a stable code, and a page that says why."""
