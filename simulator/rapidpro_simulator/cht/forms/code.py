"""The code of the form that a text message claims to be."""

from __future__ import annotations

import re

from rapidpro_simulator.cht.javascript import WHITE_SPACE

_BLANK = re.escape(WHITE_SPACE)
_LEADING_WORD = re.compile(rf"[{_BLANK}]*([^{_BLANK}!\-,:#]+)")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff]")
_AFTER_CODE = re.compile(rf"[{_BLANK}!\-,:#]*")


def form_code(text: str) -> str | None:
    """Return the form code in `text`, in upper case; None where it has none.

    It is the second part of `1!TEST!…`, else what stands before the first blank or separator (cht 1.8).
    """
    parts = text.split("!")
    if len(parts) > 2:
        return parts[1].upper()
    found = _LEADING_WORD.match(text)
    return found[1].upper() if found else None


def without_invisible(text: str) -> str:
    """Return `text` without the zero-width characters that phones and copying leave in it."""
    return _ZERO_WIDTH.sub("", text)


def after_code(text: str, code: str) -> str:
    """Return what follows the form code and its separators; all of it where it does not begin with the code."""
    text = text.strip(WHITE_SPACE)
    if text[: len(code)].upper() != code:
        return text
    separators = _AFTER_CODE.match(text, len(code))
    return text[separators.end() :] if separators else text
