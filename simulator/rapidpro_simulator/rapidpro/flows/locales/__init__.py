"""How dates and numbers are written, languages and places named; an `Environment` says which way a flow goes."""
