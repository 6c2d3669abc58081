"""For those who keep the rules: examples, coverage, drift from the guidance, discrepancies, new rules."""
