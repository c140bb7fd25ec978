"""The tests: the same tree as the source, each package beside the one that it is about."""
