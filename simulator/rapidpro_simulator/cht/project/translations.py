"""Translations: `translations/messages-<code>.properties`, Java properties, one document for each language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import javaproperties

if TYPE_CHECKING:
    from .complaints import Complaints
    from .files import Files

FILES = "translations/messages-*.properties"
PLACEHOLDERS = "ex"
"""The code of a file that has only examples (cht-sentinel 13)."""
LANGUAGES = {
    "ar": "عربي (Arabic)",
    "bm": "Bamanankan (Bambara)",
    "en": "English",
    "es": "Español (Spanish)",
    "fr": "Français (French)",
    "hi": "हिन्दी (Hindi)",
    "id": "Bahasa Indonesia (Indonesian)",
    "ne": "नेपाली (Nepali)",
    "sw": "Kiswahili (Swahili)",
}
"""The names of the languages that CHT itself speaks; another language is called by its code."""
_CODE = re.compile(r"messages-(.+)\.properties$")


def read_translations(files: Files, complaints: Complaints) -> list[dict[str, Any]]:
    """Return a document `messages-<code>` for each file, its texts under `custom`."""
    return [
        {
            "_id": f"messages-{code}",
            "type": "translations",
            "code": code,
            "name": LANGUAGES.get(code, code),
            "enabled": True,
            "generic": {},
            "custom": texts,
        }
        for name in files.names(FILES)
        if (code := _code(name)) != PLACEHOLDERS and (texts := _texts(files, name, complaints)) is not None
    ]


def _code(name: str) -> str:
    match = _CODE.search(name)
    return match[1] if match else ""


def _texts(files: Files, name: str, complaints: Complaints) -> dict[str, str] | None:
    text = files.text(name)
    if text is None:
        return None
    found: dict[str, str] = {}
    try:
        for pair in javaproperties.parse(text):
            if isinstance(pair, javaproperties.KeyValue):
                if found.get(pair.key, pair.value) != pair.value:
                    complaints.warning(name, pair.key, "is there twice; the last one counts")
                found[pair.key] = pair.value
    except javaproperties.InvalidUEscapeError as error:
        complaints.error(name, error.escape, "is no character: \\u is followed by four hexadecimal digits")
        return None
    return found
