"""The code of the form that a text message claims to be."""

from __future__ import annotations

import re

_LEADING_WORD = re.compile(r"[^\s!\-,:#]*")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")


def form_code(text: str) -> str | None:
    """Return the form code in `text`, in upper case; None where it has none.

    It is the second part of `1!TEST!…`, else what stands before the first blank or separator (cht 1.8).
    """
    parts = text.split("!", 2)
    code = parts[1] if len(parts) > 2 else _first_word(text)
    return code.strip().upper() or None


def without_invisible(text: str) -> str:
    """Return `text` without the zero-width characters that phones and copying leave in it."""
    return _ZERO_WIDTH.sub("", text)


def after_code(text: str) -> str:
    """Return what follows the leading word and its separators."""
    return text.strip()[len(_first_word(text)) :].lstrip(" \t\r\n!-,:#")


def _first_word(text: str) -> str:
    found = _LEADING_WORD.match(text.strip())
    return found.group() if found else ""
