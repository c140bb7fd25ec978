"""Vectors of CHT's own code that the model does not give, each with its reason. All others must come out the same."""

_DATES = "the views read only dates in ISO's long form; JavaScript reads `Nov 21 2026` and `2026-11` as well"

EXPECTED_FAILURES: dict[str, str] = {"gw-0175": _DATES}
