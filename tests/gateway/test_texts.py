"""Two spellings of one number or text are told to be the same, and others are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cht_rapidpro_gateway.texts import same_number, same_text, storable


@pytest.mark.parametrize(
    ("urn", "recipient", "expected"),
    [
        ("tel:+254712345678", "+254712345678", True),
        ("tel:+254712345678", "0712345678", True),
        ("tel:+254712345678", "712345678", True),
        ("tel:+254712345678", "00254 712-345-678", True),
        ("tel:+254712345678", "tel:+254712345678", True),
        ("tel:+18003569377", "1800FLOWERS", True),
        ("tel:+254712345678", "+254712345679", False),
        ("tel:+254712345678", "345678", True),
        ("tel:+254712345678", "5678", False),
        ("tel:+254712345678", "", False),
        ("tel:+254712345678", "chw_phone", False),
        ("tel:5678", "5678", True),
    ],
)
def test_numbers_are_the_same(urn: str, recipient: str, *, expected: bool) -> None:
    """National and international spellings are of one phone; a few digits at the end are not enough."""
    assert same_number(urn, recipient) is expected


@pytest.mark.parametrize(
    ("listed", "content", "expected"),
    [("Hi", " Hi\n", True), ("Hi", "Hi", True), ("Hi", "hi", False), ("Hi there", "Hi", False)],
)
def test_texts_are_the_same(listed: str, content: str, *, expected: bool) -> None:
    """RapidPro cuts blanks off the ends, and nothing else."""
    assert same_text(listed, content) is expected


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_every_text_can_be_stored(text: str) -> None:
    """Whatever JSON can hold becomes something that UTF-8 can; what could be stored stays as it is."""
    stored = storable(text)
    assert stored.encode().decode() == stored
    assert storable(stored) == stored
