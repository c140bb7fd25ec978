"""Languages of contacts are those of ISO 639-3."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.locales.languages import LANGUAGES, language_problem


@pytest.mark.parametrize("code", ["eng", "ENG", "nya", "swa", "und", "aaa", "zzj"])
def test_known(code: str) -> None:
    """Nothing is wrong with a known code, in whatever case."""
    assert language_problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("en", "iso-639-3 codes must be 3 characters, got: en"),
        ("english", "iso-639-3 codes must be 3 characters, got: english"),
        ("qqq", "unrecognized language code: qqq"),
        ("e-g", "unrecognized language code: e-g"),
    ],
)
def test_unknown(code: str, problem: str) -> None:
    """What is wrong with other codes is told in the engine's words."""
    assert language_problem(code) == problem


def test_all() -> None:
    """There are nearly eight thousand, each of three letters."""
    assert len(LANGUAGES) == 7_910
    assert {len(code) for code in LANGUAGES} == {3}
