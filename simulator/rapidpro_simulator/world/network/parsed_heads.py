"""Heads of answers that were parsed before: within a second a server says the same one, byte for byte, many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import hdrs

from .latest import Latest

if TYPE_CHECKING:
    from aiohttp.http import RawResponseMessage

END_OF_HEAD = b"\r\n\r\n"
MOST = 512  # heads

Answer = tuple["RawResponseMessage", bytes]
"""What aiohttp's parser makes of a whole answer: its head, and its body."""


class ParsedHeads:
    """What aiohttp's parser has made of heads, for answers that are a head and as many bytes as that announces.

    The same bytes are the same head: only the body and its length are looked at again. The oldest make room.
    """

    def __init__(self) -> None:
        self._messages: Latest[bytes, tuple[RawResponseMessage, int]] = Latest(MOST)

    def find(self, data: bytes) -> Answer | None:
        """Return the answer that `data` is; None where its head is not known, or its body is not as long as it says."""
        head, body = _split(data)
        message, length = self._messages.get(head, (None, -1))
        return None if message is None or len(body) != length else (message, body)

    def remember(self, data: bytes, answer: Answer) -> None:
        """Keep the head of a whole answer that came as `data`, unless its body was sent in another way."""
        message, body = answer
        head, sent = _split(data)
        if sent == body and message.headers.get(hdrs.CONTENT_LENGTH) == str(len(body)):
            self._messages.keep(head, (message, len(body)))


def _split(data: bytes) -> tuple[bytes, bytes]:
    head, _, body = data.partition(END_OF_HEAD)
    return head, body
