"""Texts by language and key, from CHT's documents `messages-<code>` (cht-sentinel 4.2). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import compile_pattern, trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT_LOCALE = "en"
PREFIX = "messages-"
"""With what the names of the documents begin; the code of the language follows."""

_REFERENCE = compile_pattern(r"\$\{(.*?)\}")


class Translations:
    """The texts of an instance; `defaults` are the release's own in English, which a document may replace."""

    def __init__(self, documents: Iterable[Mapping[str, Any]] = (), defaults: Mapping[str, str] | None = None) -> None:
        self._texts: dict[str, dict[str, Any]] = {DEFAULT_LOCALE: dict(defaults or {})}
        for document in documents:
            code = document.get("code")
            if isinstance(code, str):
                self._texts[code] = {**self._texts.get(code, {}), **_texts_of(document)}

    def find(self, key: str, locale: str) -> Any:
        """Return the text of `key` in the language `locale`, else in English; None where neither has one."""
        for code in (locale, DEFAULT_LOCALE):
            value = self._texts.get(code, {}).get(key)
            if value:
                return value
        return None

    def translate(self, key: str, locale: str) -> str:
        """Return the text of `key`, trimmed; the key itself where there is none."""
        text = self.find(key, locale)
        return trim(text if isinstance(text, str) else key)


def locale_of(document: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return the language of messages about `document`: that of its sender, never that of whom they go to."""
    message = document.get("sms_message")
    sent = message.get("locale") if isinstance(message, dict) else None
    found = (document.get("locale"), sent, settings.get("locale_outgoing"), settings.get("locale"))
    return next((str(value) for value in found if value), DEFAULT_LOCALE)


def _texts_of(document: Mapping[str, Any]) -> dict[str, Any]:
    generic, custom = document.get("generic"), document.get("custom")
    if not isinstance(generic, dict) and not isinstance(custom, dict):
        values = document.get("values")
        generic = values if isinstance(values, dict) else {}
    texts = {**(generic or {}), **(custom or {})}
    for key in sorted(texts):
        value = texts[key]
        if isinstance(value, str) and "${" in value:
            texts[key] = _REFERENCE.sub(lambda found: str(texts.get(found[1], found[0])), value)
    return texts
