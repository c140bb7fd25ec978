"""Patterns of ours mean what they mean in JavaScript, which the engine itself is asked."""

from __future__ import annotations

import pytest

from rapidpro_simulator.cht.javascript import (
    EPOCH,
    JavaScriptError,
    Sandbox,
    compile_pattern,
    is_index,
    is_match,
    length_of,
    replace_first,
)

PATTERNS = [
    (r"^\s*$", ""),
    (r"^\S+$", ""),
    (r"^[\s\d]$", ""),
    (r"^[^\s@]$", ""),
    (r"^\d+$", ""),
    (r"^\D+$", ""),
    (r"^\w+$", ""),
    (r"^\W+$", ""),
    (r"^.$", ""),
    (r"^.$", "s"),
    (r"a$", ""),
    (r"\ba\b", ""),
    (r"^[a-z]+$", "i"),
    (r"^[$.]$", ""),
    (r"^\.$", ""),
    (r"^\$$", ""),
]
TEXTS = [
    *("", "a", "a\n", "a\r", "1", "A", "_", ".", "$", "@", " ", "\t", "\v", "\f", "\n", "\r"),
    *("\x1c", "\x1f", "\x85", "\xa0", "\u180e", "\u2003", "\u2028", "\u2029", "\u200b", "\u3000", "\ufeff"),
    *("٣", "३", "é", "ñ", "दर्ता", "éa", "ſ", "\u212a", "\u0130", "ß"),
]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(lambda: EPOCH)


@pytest.mark.parametrize(("source", "flags"), PATTERNS)
def test_what_matches(sandbox: Sandbox, source: str, flags: str) -> None:
    """White space, digits, words, ends and dots are JavaScript's, whatever the text."""
    test = sandbox.function("(source, flags, texts) => texts.map(text => new RegExp(source, flags).test(text))")
    ours = compile_pattern(source, flags)
    assert [ours.search(text) is not None for text in TEXTS] == test(source, flags, TEXTS)


@pytest.mark.parametrize("name", ["0", "7", "10", "01", "-1", "+1", "1.0", "", "a", "٣", "²", " 1"])
def test_places_in_arrays(sandbox: Sandbox, name: str) -> None:
    """A name leads into an array if JavaScript finds something there."""
    assert is_index(name) is bool(sandbox.function("name => name in Array(20).fill(0)")(name))


@pytest.mark.parametrize("text", ["", "abc", "é", "👍", "👍🏽", "दर्ता"])
def test_length(sandbox: Sandbox, text: str) -> None:
    """A text is as long as JavaScript says: an emoji is two."""
    assert length_of(text) == sandbox.function("text => text.length")(text)


def test_patterns_of_users() -> None:
    """They are run by JavaScript itself, look-behind and named groups included."""
    assert is_match(r"(?<year>\d{4})", "in 2026")
    assert not is_match(r"^\d$", "٣")
    assert replace_first("0712 0712", r"^0(7)(\d)", "+254$1<$2>$$") == "+2547<1>$2 0712"


@pytest.mark.parametrize("pattern", ["(", "[", "*"])
def test_patterns_that_are_none(pattern: str) -> None:
    """What JavaScript cannot read is an error of its own."""
    with pytest.raises(JavaScriptError):
        is_match(pattern, "x")
    with pytest.raises(JavaScriptError):
        replace_first("x", pattern, "")
