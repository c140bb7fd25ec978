"""The code of the form that a text message claims to be."""

from __future__ import annotations

from rapidpro_simulator.cht.javascript import compile_pattern, trim

_LEADING_WORD = compile_pattern(r"\s*([^\s!\-,:#]+)")
_ZERO_WIDTH = compile_pattern(r"[\u200b\u200c\u200d\ufeff]")
_AFTER_CODE = compile_pattern(r"[\s!\-,:#]*")


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
    text = trim(text)
    if text[: len(code)].upper() != code:
        return text
    separators = _AFTER_CODE.match(text, len(code))
    return text[separators.end() :] if separators else text
