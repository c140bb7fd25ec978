"""Flows explored: inputs for every exit, what a reviewer would say, and which behaviours of two exports differ."""
