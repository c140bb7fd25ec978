"""A run at work: what expressions see of it, how it evaluates them, what it remembers and reports (flows 3, 5)."""
