"""What the rules come to on a case and a day: outcomes, duties, clocks, order and stages."""
