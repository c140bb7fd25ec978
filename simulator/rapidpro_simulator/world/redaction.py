"""Texts without the secrets in them: those that were named, and what looks like one. What is secret: see `secrets`."""

from __future__ import annotations

import re

from .secrets import SHORTEST, spellings

HIDDEN = "[hidden]"

_MEMBERS = re.compile(r'((?:\\*")(?:password|token|secret|value_key_secret)(?:\\*")\s*:\s*\\*")[^"\\]+')
_FIELDS = re.compile(r"\b(password|token)=[^&\s\"]+")
_URLS = re.compile(r"(://[^/@\s\":]*:)[^/@\s\"]+@")


class Redaction:
    """Knows the secrets of a simulation, and takes them out of texts."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def hide(self, secret: str) -> bool:
        """Take `secret` out of every text from now on; say whether that is new.

        Too short to be told from other text, it is left alone.
        """
        if len(secret) < SHORTEST or secret in self._secrets:
            return False
        self._secrets |= spellings(secret)
        self._pattern = None
        return True

    def redact(self, text: str) -> str:
        """Return `text` without the secrets that were hidden, and without what looks like one."""
        # What each pattern needs is looked for first: that takes a fraction of what the pattern does.
        if any(map(text.__contains__, self._secrets)):
            if self._pattern is None:
                longest_first = sorted(self._secrets, key=lambda secret: (-len(secret), secret))
                self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            text = self._pattern.sub(HIDDEN, text)
        if "password" in text or "token" in text or "secret" in text:
            text = _MEMBERS.sub(rf"\g<1>{HIDDEN}", text)
            text = _FIELDS.sub(rf"\1={HIDDEN}", text)
        return _URLS.sub(rf"\1{HIDDEN}@", text) if "://" in text else text
