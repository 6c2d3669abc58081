"""The law and a case as immutable values: what a rule, a source, a fact, an authority and a case are."""
