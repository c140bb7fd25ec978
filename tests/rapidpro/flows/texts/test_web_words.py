"""Words and emoji as the web application knows them."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.texts.web_words import is_emoji, is_word

WORDS = {
    "Latin": "join",
    "digits and underscores": "JOIN_2",
    "decomposed": "re\u0301ponse",
    "Thai": "ยกเลิก",
    "Bengali": "বাতিল",
    "Burmese": "ထွက်သွား",
    "Devanagari": "दर्ता",
    "Amharic": "ጀምር",
    "Arabic with marks": "قِفْ",
    "Persian with a joiner": "می\u200cخواهم",
    "Sinhala with a joiner": "ශ්\u200dරී",
    "Tamil": "நிறுத்து",
    "digits of Bengal": "১২৩",
    "Roman numeral": "Ⅳ",
    "circled letter": "Ⓐ",
}
NO_WORDS = {
    "nothing": "",
    "two words": "two words",
    "a question": "what?",
    "superscript": "x²",
    "fraction": "½",
    "emoji": "👍",
    "a newline behind": "join\n",
    "soft hyphen": "jo\u00adin",
    "dash": "a-b",
}


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_words(text: str) -> None:
    """A word has letters, marks, joiners, digits and underscores of any script."""
    assert is_word(text)


@pytest.mark.parametrize("text", NO_WORDS.values(), ids=NO_WORDS)
def test_no_words(text: str) -> None:
    """Numbers that are no digits, symbols, spaces and punctuation belong to no word."""
    assert not is_word(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👍", True),
        ("👍🏽", True),
        ("👩‍👩‍👧", True),
        ("🇲🇼", True),
        ("1️⃣", True),
        ("❤️", True),
        ("‼️", True),
        ("👍👍", False),
        ("👍 ", False),
        ("", False),
        ("a", False),
        ("+", False),
        ("€", False),
        ("֍", False),  # a symbol that is no emoji
    ],
)
def test_emoji(text: str, expected: bool) -> None:
    """An emoji is one picture with what belongs to it, a flag, or a keycap."""
    assert is_emoji(text) is expected
