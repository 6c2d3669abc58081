"""Another system held against the rules: vectors, and runs of a program over them."""
