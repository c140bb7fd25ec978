"""White space, case, words, keys, cutting, attachments and quick replies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.texts import strings as text
from rapidpro_simulator.rapidpro.flows.texts.strings import Attachment, QuickReply


@pytest.mark.parametrize(
    ("given_text", "words"),
    [
        ("can't-stop $5", ["can't", "stop", "$", "5"]),
        ("a_b 1,2", ["a_b", "1", "2"]),
        ("नमस्ते, साथी", ["नमस्ते", "साथी"]),
        ("ok👍", ["ok", "👍"]),
        ("", []),
    ],
)
def test_words(given_text: str, words: list[str]) -> None:
    """Letters, marks, digits, `_` and `'` make words; a symbol is a word; the rest parts them."""
    assert text.tokens(given_text) == words
    assert text.words(given_text) == words
    assert [given_text[start:end] for start, end in text.token_spans(given_text)] == words


@given(st.text(alphabet="ab1_' .,$+<(é", max_size=30))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_plain_text_has_the_words_that_any_text_has(given_text: str) -> None:
    """The quick way of plain ASCII is the way of all texts: a word more in another script changes no other word."""
    assert text.tokens(f"{given_text} ไทย") == [*text.tokens(given_text), "ไทย"]


def test_delimiters_part_words_and_leave_nothing_empty() -> None:
    """Any of the delimiters parts; without any, words are words."""
    assert text.words(";a;;b c,", ";,") == ["a", "b c"]
    assert text.words("a;b", "") == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "key"),
    [("2Factor!", "2factor_"), (" Water Point ", "water_point"), ("__a--b", "__a_b"), ("Été 2", "été_2"), ("٣", "_")],
)
def test_keys(name: str, key: str) -> None:
    """All but letters, ASCII digits and `_` becomes `_`."""
    assert text.snakify(name) == key


@pytest.mark.parametrize(
    ("given_text", "lower", "upper"),
    [
        ("Abc1", "abc1", "ABC1"),
        ("straße", "straße", "STRAßE"),
        ("ΟΔΟΣ", "οδοσ", "ΟΔΟΣ"),
        ("İ", "i", "İ"),
        ("ᾳ", "ᾳ", "ᾼ"),
    ],
)
def test_case_is_changed_character_by_character(given_text: str, lower: str, upper: str) -> None:
    """No character becomes two, and none depends on its neighbours."""
    assert (text.lower(given_text), text.upper(given_text)) == (lower, upper)


def test_only_white_space_is_trimmed() -> None:
    """The no-break space goes, the unit separator stays, as in Go."""
    assert text.trim("\xa0\u2003 x\x1f\n") == "x\x1f"


@pytest.mark.parametrize(
    ("most", "plain", "with_ellipsis"), [(6, "abcdef", "abcdef"), (5, "abcde", "ab..."), (3, "abc", "...")]
)
def test_long_texts_are_cut(most: int, plain: str, with_ellipsis: str) -> None:
    """The ellipsis counts."""
    assert text.truncate("abcdef", most) == plain
    assert text.truncate_with_ellipsis("abcdef", most) == with_ellipsis


def test_empty_lines_are_not_indented() -> None:
    """Only what is there is moved."""
    assert text.indent("a\n\n b\n", "  ") == "  a\n\n   b\n"


@pytest.mark.parametrize(
    ("written", "attachment", "is_valid"),
    [
        ("image/jpeg:https://x/y.jpg", Attachment("image/jpeg", "https://x/y.jpg"), True),
        ("geo:-1.9,30.0", Attachment("geo", "-1.9,30.0"), True),
        ("application/vnd.ms-excel:u", Attachment("application/vnd.ms-excel", "u"), True),
        ("image:", Attachment("image", ""), False),
        ("http://x", Attachment("", "http://x"), False),
        ("", Attachment("", ""), False),
    ],
)
def test_attachments(written: str, attachment: Attachment, is_valid: bool) -> None:
    """An attachment has a type that is known or of two words, and something after it."""
    parsed = Attachment.parse(written)
    assert parsed == attachment
    assert parsed.is_valid is is_valid
    assert str(parsed) == written


@pytest.mark.parametrize(
    ("document", "reply"),
    [
        ("Yes", QuickReply("text", "Yes")),
        ("<location>Where?", QuickReply("location", "Where?")),
        ("<url>Open<extra>https://x", QuickReply("url", "Open", "https://x")),
        ("<b>Bold", QuickReply("text", "<b>Bold")),
        ({"type": "form", "text": "Fill", "extra": "1"}, QuickReply("form", "Fill", "1")),
    ],
)
def test_quick_replies(document: str | dict[str, Any], reply: QuickReply) -> None:
    """A quick reply is written as a text or as an object."""
    assert QuickReply.from_json(document) == reply


def test_quick_replies_are_shortened() -> None:
    """A channel takes 64 characters of text and 1000 of extra."""
    reply = QuickReply("url", "t" * 65, "e" * 1_001).shortened()
    assert (len(reply.text), len(reply.extra)) == (64, 1_000)
    assert reply.to_json() == {"type": "url", "text": "t" * 61 + "...", "extra": "e" * 997 + "..."}


@pytest.mark.parametrize(
    ("given_value", "whole"),
    [
        ("plain", "plain"),
        ("á👍", "á👍"),
        ("a\ud83d", "a\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ({"k\ud83d": ["\udc00", 1, None]}, {"k\ufffd": ["\ufffd", 1, None]}),
    ],
)
def test_halves_of_characters(given_value: object, whole: object) -> None:
    """Halves of surrogate pairs, which JSON can hold, are replaced wherever they are."""
    assert text.whole(given_value) == whole
