"""What a request asks for: parameters of the query string and members of a JSON body, read as CouchDB reads them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from .errors import INVALID_JSON, BadRequest
from .queries import PARSE_ERROR, ViewQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ALIASES = {
    "start_key": "startkey",
    "end_key": "endkey",
    "start_key_doc_id": "startkey_docid",
    "end_key_doc_id": "endkey_docid",
}


def read_json(text: str | bytes) -> Any:
    """Return the JSON value in `text`; raises `BadRequest` in CouchDB's words."""
    try:
        value = _DECODER.decode(_characters(text))
        if b"\\ud" in (text if isinstance(text, bytes) else text.encode()).lower():
            json.dumps(value, ensure_ascii=False).encode()  # fails on half a surrogate pair, as CouchDB does
    except (ValueError, RecursionError):
        raise BadRequest(INVALID_JSON) from None
    return value


def _characters(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode(json.detect_encoding(text), "surrogatepass")


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def read_bool(value: Any) -> bool:
    if value in ("true", True, "false", False):
        return value in ("true", True)
    raise BadRequest(f'Invalid value for boolean: "{value}"', PARSE_ERROR)


def read_count(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise BadRequest(f'Invalid value for integer: "{value}"', PARSE_ERROR) from None
    if number < 0:
        raise BadRequest(f'Invalid value for positive integer: "{value}"', PARSE_ERROR)
    return number


def _read_keys(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest("`keys` member must be an array.")
    return value


def _as_it_is(value: Any) -> Any:
    return value


# How each parameter of a view is read: the ones written as JSON in the query string, and the others.
_JSON_PARAMETERS: dict[str, Callable[[Any], Any]] = {
    "key": _as_it_is,
    "keys": _read_keys,
    "startkey": _as_it_is,
    "endkey": _as_it_is,
}
_PLAIN_PARAMETERS: dict[str, Callable[[Any], Any]] = {
    "startkey_docid": str,
    "endkey_docid": str,
    "inclusive_end": read_bool,
    "descending": read_bool,
    "limit": read_count,
    "skip": read_count,
    "include_docs": read_bool,
    "conflicts": read_bool,
    "attachments": read_bool,
    "update_seq": read_bool,
    "reduce": read_bool,
    "group": read_bool,
    "group_level": read_count,
}
_READERS = _JSON_PARAMETERS | _PLAIN_PARAMETERS


def read_query(parameters: Mapping[str, str], body: Mapping[str, Any] | None = None) -> ViewQuery:
    """Return the view query in the query string; members of a POST's body come before it (cht 8.1).

    Raises `BadRequest` in CouchDB's words. Parameters that change nothing here (`stable`, `update`, …) are ignored.
    """
    if not body:
        return _read_text(tuple(parameters.items()))
    return _read({**_values(parameters.items()), **{ALIASES.get(name, name): value for name, value in body.items()}})


@lru_cache(maxsize=512)  # a gateway asks the same every minute
def _read_text(parameters: tuple[tuple[str, str], ...]) -> ViewQuery:
    return _read(_values(parameters))


def _values(parameters: Iterable[tuple[str, str]]) -> dict[str, Any]:
    named = ((ALIASES.get(name, name), text) for name, text in parameters)
    return {name: read_json(text) if name in _JSON_PARAMETERS else text for name, text in named}


def _read(given: Mapping[str, Any]) -> ViewQuery:
    return ViewQuery(**{name: _READERS[name](value) for name, value in given.items() if name in _READERS})
