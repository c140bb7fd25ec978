"""What in a message is secret, and how a secret may be written elsewhere.

A secret is known by the name it bears where it enters (`password`, `cht_api_key`, an `Authorization` header in a flow);
from then on the journal hides its value, whatever the name.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, quote_plus

from .authorization import secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHORTEST = 6  # characters; what is shorter cannot be told from other text
SHORT = 4096  # bytes of a text that is kept, as it may come again
LONGEST_WORD = 15  # letters; a value that is one such word is left alone where nobody vouches for it
KEY_HINTS = (b"api_key", b"apikey", b"api-key", b"api key", b"access_key")
"""How the keys that are secrets are called, in lower case."""

_NAME = re.compile(r"(?:passw(?:or)?d|secret|token|(?:api|access)[ _-]?key)(?:[ _-]?\d+)?\s*$", re.IGNORECASE)
_HEADER = re.compile(r"(?:proxy-)?authorization\s*$", re.IGNORECASE)
_TEMPLATE = re.compile(r"@(?:\(|[a-z_]+\.)")
_WORD = re.compile(rf"[^\W\d_]{{1,{LONGEST_WORD}}}")
_NAMES = ("name", "username", "user")


def is_secret_name(name: str) -> bool:
    """Return whether what is called `name` is a secret: a password, a token, a secret, an API or access key."""
    return _NAME.search(name) is not None


def is_telling(value: str) -> bool:
    """Return whether `value` can be hidden wherever it stands: it is no ordinary word, no template, and not short."""
    return len(value) >= SHORTEST and not _WORD.fullmatch(value) and not _TEMPLATE.search(value)


def secrets_in(text: bytes, content_type: str) -> Sequence[str]:
    """Return the secrets in a body, or in the query of a URL; in the order in which they stand there."""
    if not text:
        return ()  # as most queries and bodies of requests are
    return _secrets_in_short(text, content_type) if len(text) <= SHORT else _secrets_in(text, content_type)


def _secrets_in(text: bytes, content_type: str) -> Sequence[str]:
    if not _may_have_secrets(text.lower()):
        return ()
    return tuple(secret for secret in _found(text.decode("utf-8", "replace"), content_type) if is_telling(secret))


_secrets_in_short = lru_cache(maxsize=1024)(_secrets_in)  # the same is asked, and answered, again and again


def _may_have_secrets(lowered: bytes) -> bool:
    # Every body passes here, and hardly one has any: nine words are looked for where the half of them will do.
    if b"key" in lowered and any(hint in lowered for hint in KEY_HINTS):
        return True
    return b"passw" in lowered or b"secret" in lowered or b"token" in lowered or b"authorization" in lowered


def _found(text: str, content_type: str) -> Iterator[str]:
    if content_type.startswith("text/csv"):
        for row in _rows(text):
            yield from _in_object(row)
        return
    try:
        yield from _in_value(json.loads(text))
    except (ValueError, RecursionError):
        yield from _in_object(dict(parse_qsl(text)))


def _rows(text: str) -> Iterable[dict[str, Any]]:
    try:
        return list(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        return []


def _in_value(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _in_object(value)
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in values:
        yield from _in_value(each)


def _in_object(members: Mapping[str, Any]) -> Iterator[str]:
    user = next((members[name] for name in _NAMES if isinstance(members.get(name), str)), None)
    for name, value in members.items():
        if not isinstance(name, str) or not isinstance(value, str):
            continue
        if _HEADER.search(name):
            yield from secrets_of(value)
        elif is_secret_name(name):
            yield value
            if user is not None:
                yield base64.b64encode(f"{user}:{value}".encode()).decode()
    yield from _named(members)


def _named(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield the value of an object that gives its name and its value as members, as a global of RapidPro does."""
    value = members.get("value")
    names = [members.get("key"), members.get("name")]
    if isinstance(value, str) and any(isinstance(name, str) and is_secret_name(name) for name in names):
        yield value


def spellings(secret: str) -> set[str]:
    """Return the ways in which `secret` may be written: as it is, in JSON, in JSON in JSON, and in a URL."""
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    in_json |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in in_json}
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)} | in_json
