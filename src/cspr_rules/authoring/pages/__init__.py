"""The pages in ``docs/rules``, made from the rules."""
