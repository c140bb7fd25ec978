"""Functions of texts."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.excellent.functions.text import _UNICODE_15

from .evaluating import json_of, value_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("text(array(1, null))", '"[1, ]"'),
        ("char(65)", '"A"'),
        ("char(-1)", '"\ufffd"'),
        ("char(55296)", '"\ufffd"'),
        ("char(1114112)", '"\ufffd"'),
        ('code("é")', "233"),
        ('code("")', "error calling code(...): requires a string of at least one character"),
        ('split("can\'t-stop $5")', '["can\'t","stop","$","5"]'),
        ('split("a,b c", null)', '["a","b","c"]'),
        ('split("a,,b;c d", ",;")', '["a","b","c d"]'),
        ('split("a[b]c^d-e", "]-[^")', '["a","b","c","d","e"]'),
        ('split(repeat("x ", 5000))[4999]', '"x"'),
        ('trim("  a b\\u00a0\\n")', '"a b"'),
        ('trim("  a ", null)', '"a"'),
        ('trim("  a ", "")', '"  a "'),
        ('trim_left("xxaxx", "x")', '"axx"'),
        ('trim_right("xxaxx", "x")', '"xxa"'),
        ('trim("a", 1 / 0)', "error calling trim(...): division by zero"),
        ('title("o\'neil mc_donald 2nd-floor")', '"O\'Neil Mc_donald 2nd-Floor"'),
        ('title("ÉCOLE élève ßa")', '"École Élève ßa"'),
        ('upper("straße ŉ é")', '"STRAßE ŉ É"'),
        ('lower("ΟΔΟΣ İ")', '"οδοσ i"'),
        ('word("one two three", -3)', '"one"'),
        ('word("one two", 2)', "error calling word(...): index 2 is out of range for the number of words 2"),
        ('word("one two", -3)', "error calling word(...): index -3 is out of range for the number of words 2"),
        ('word("a-b c", 1, null)', '"b"'),
        ('word("a-b c", 1, " ")', '"c"'),
        ('remove_first_word("hello, (big) world!")', '"big) world!"'),
        ('remove_first_word("a a")', '"a"'),
        ('remove_first_word("hello!")', '""'),
        ('word_count("a-b c", " ")', "2"),
        ('word_slice("a b c d", 1, 3)', '"b c"'),
        ('word_slice("a b c d", 1, 0)', '"b c d"'),
        ('word_slice("a b c d", 1, -2)', '"b c d"'),
        ('word_slice("a b", 9)', '""'),
        ('word_slice("a b", -1)', "error calling word_slice(...): must start with a positive index"),
        (
            'word_slice("a b", 1, 1)',
            "error calling word_slice(...): must have a end which is greater than the start",
        ),
        ('field("7#anna#f", 1, "#")', '"anna"'),
        ('field("a,, b ,c", 2, ",")', '"b"'),
        ('field("a   b", 1, " ")', '"b"'),
        ('field("a--b--c", 1, "--")', '"b"'),
        ('field("abc", 1, "")', '"b"'),
        ('field("", 0, "")', '""'),
        ('field("a,b", 2, ",")', '""'),
        ('field("a,b", -1, ",")', "error calling field(...): cannot use a negative index"),
        ('clean("a\\tb\\nc\\u200b\\u0378d\\ue000")', '"abcd"'),
        ('clean("é 👍🏿 🩷")', '"é 👍🏿 🩷"'),
        ('text_slice("hello", -3, -1)', '"ll"'),
        ('text_slice("hello", 3, 1)', '""'),
        ('text_slice("hello", -99, 99)', '"hello"'),
        ("text_length(array())", "2"),
        ("text_length(null)", "0"),
        ('text_length("👍🏿")', "2"),
        ('text_compare("B", "a")', "-1"),
        ('text_compare("a", "a")', "0"),
        ('text_compare("\\U0001F600", "\\uffee")', "1"),
        ('repeat("ab", 0)', '""'),
        ('text_length(repeat("é", 10000))', "10000"),
        ('repeat("ab", -1)', "error calling repeat(...): must be called with a positive integer, got -1"),
        ('repeat("ab", 5001)', "error calling repeat(...): cannot build a string longer than 10000 characters"),
        ('replace("aaa", "a", "b", 2)', '"bba"'),
        ('replace("aaa", "a", "b", 0)', '"aaa"'),
        ('replace("aaa", "a", "b", -5)', '"bbb"'),
        ('replace("ab", "", "-")', '"-a-b-"'),
        ("percent(0.125)", '"13%"'),
        ("percent(-0.125)", '"-13%"'),
        ("percent(0)", '"0%"'),
        ("percent(92233720368547758.07)", '"9223372036854775807%"'),
        ("percent(92233720368547758.08)", "error calling percent(...): percentage value is out of range"),
        ('url_encode("é/a-b_c.d~e f+")', '"%C3%A9%2Fa-b_c.d~e%20f%2B"'),
        ('html_decode("&lt;b&gt;&nbsp;&eacute;&#39;")', '"<b> é\'"'),
    ],
)
def test_text_functions(expression: str, expected: str) -> None:
    """Texts are cut, searched and written as in flows 7."""
    assert json_of(expression) == expected


@pytest.mark.parametrize(
    ("pattern", "group", "expected"),
    [
        (r"^foo (\d+)$", "1", "12"),
        (r"foo", "0", "FOO"),
        (r"(nothing)?foo", "1", ""),
        (r"foo", "1", "error calling regex_match(...): invalid regular expression group"),
        (r"foo", "-1", "error calling regex_match(...): invalid regular expression group"),
        (r"bar", "0", "error calling regex_match(...): invalid regular expression group"),
        (r"(?=foo)", "0", "error calling regex_match(...): invalid regular expression"),
    ],
)
def test_regex_match(pattern: str, group: str, expected: str) -> None:
    """Regular expressions are RE2's, ignore case, and see lines."""
    found = value_of(f"regex_match(text, pattern, {group})", text="x\nFOO 12\ny", pattern=pattern)
    assert getattr(found, "message", found) == expected


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(), st.text(max_size=3))
def test_words_hold_no_delimiter(text: str, delimiters: str) -> None:
    """No word that `split` gives is empty or holds a delimiter, and `word_count` counts as many."""
    words = value_of("split(text, delimiters)", text=text, delimiters=delimiters)
    assert isinstance(words, list)
    assert all(isinstance(word, str) and word and not set(word) & set(delimiters) for word in words)
    assert value_of("word_count(text, delimiters)", text=text, delimiters=delimiters) == len(words)


def test_characters_of_unicode_15() -> None:
    """Unicode 15 has 4,489 characters more than Unicode 14, all of them unassigned before."""
    new = [character for character in map(chr, range(sys.maxunicode + 1)) if _UNICODE_15.match(character)]
    assert len(new) == 4_489
    if unicodedata.unidata_version == "14.0.0":
        assert {unicodedata.category(character) for character in new} == {"Cn"}
