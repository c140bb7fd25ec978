"""Texts and numbers as different programs write them: making them storable, and telling whether two are the same."""

from __future__ import annotations

import unicodedata

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")  # as on the keys of a phone
SHORTEST = 6  # digits of a national number that may stand for one with the code of the country


def storable(text: str) -> str:
    """Return a text without the halves of characters that JSON can hold, and neither UTF-8 nor a database."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def same_number(urn: str, recipient: str) -> bool:
    """Say whether a URN of RapidPro's is that of a recipient.

    RapidPro writes national numbers with the code of the country, and letters as digits (rapidpro 5.2).
    """
    listed, given = _digits(urn.partition(":")[2]), _digits(recipient.removeprefix("tel:"))
    national = given.lstrip("0")
    return bool(given) and (listed == given or (len(national) >= SHORTEST and listed.endswith(national)))


def same_text(listed: str, content: str) -> bool:
    """Say whether a text of RapidPro's, which trims them, is the one that was posted."""
    return listed.strip() == content.strip()


def _digits(text: str) -> str:
    lower = text.lower().translate(LETTERS)
    return "".join(str(unicodedata.digit(each)) for each in lower if unicodedata.digit(each, None) is not None)
