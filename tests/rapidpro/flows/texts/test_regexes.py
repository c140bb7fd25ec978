"""Regular expressions as RE2 has them."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.texts.regexes import PatternError, compile_pattern


@pytest.mark.parametrize("pattern", [r"(?=x)", r"(x)\1", "(", "x{1001}"])
def test_what_re2_does_not_have_is_refused(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Look-around, back-references and nonsense are errors, and nothing is printed."""
    with pytest.raises(PatternError):
        compile_pattern(pattern)
    assert capfd.readouterr() == ("", "")


def test_flags_are_those_of_flows() -> None:
    """Case does not matter and lines have starts, unless others are asked for."""
    assert compile_pattern("^B").search("a\nb").span() == (2, 3)
    assert compile_pattern("^B", "").search("a\nb") is None


def test_digits_are_ascii() -> None:
    """Arabic digits are no digits here; places are told in characters."""
    assert compile_pattern(r"\d+").search("é٣3").span() == (2, 3)
