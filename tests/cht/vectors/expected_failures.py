"""Vectors of CHT's own code that the model does not give, each with its reason. All others must come out the same."""

EXPECTED_FAILURES: dict[str, str] = {}
