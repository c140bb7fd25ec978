from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.wordbreak import words

from rapidpro_simulator.rapidpro.flows.contactql.names import name_tokens


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Bob  Smithwick", ["bob", "smithwick"]),
        ("O'Shea", ["o'shea"]),
        ("José-María", ["josé", "maría"]),
        ("J. R. é", ["é"]),
        ("", []),
        ("محمد علي", ["محمد", "علي"]),
    ],
)
def test_names_have_words_of_two_bytes_or_more(name: str, tokens: list[str]) -> None:
    """Words are Unicode's, in lower case."""
    assert list(name_tokens(name)) == tokens


@given(name=st.text(alphabet=string.ascii_letters[:4] + string.digits[:3] + " .,:;'_-\"", max_size=12))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_short_way_for_ascii_finds_the_same_words(name: str) -> None:
    """Unicode's own word boundaries agree, for all that holds a letter, a digit or a line below."""
    expected = [word.lower() for word in words(name) if len(word) > 1 and any(c.isalnum() or c == "_" for c in word)]
    assert list(name_tokens(name)) == expected
