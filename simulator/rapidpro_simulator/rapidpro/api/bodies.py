"""The body of a request: JSON, a form, or nothing (rapidpro 1.7). What it must hold is said by `fields`."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .errors import RapidProApiError, ServerError

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
NOT_AN_OBJECT = "Request body should be a single JSON object"


class File(NamedTuple):
    """A file of a multipart form."""

    name: str
    content_type: str
    content: bytes


class FormBody(dict[str, list[Any]]):
    """The fields of a form; each may come several times."""


Body = dict[str, Any] | FormBody


def read(raw: bytes, content_type: str, *, strict: bool = True) -> Any:
    """Return what a body says: any JSON value, or a `FormBody`. Raises the 400 or 415 of what cannot be read.

    `strict` JSON knows neither `NaN` nor `Infinity`.
    """
    if not raw:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        return _json(raw, _STRICT if strict else _LENIENT)
    if kind == FORM:
        return _form(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    if kind == MULTIPART:
        return _form(_parts(raw, content_type))
    raise RapidProApiError.detail(415, f'Unsupported media type "{content_type}" in request.')


def require_object(body: Any) -> Body:
    """Return `body` if it is a JSON object or a form. Raises the 400 of anything else."""
    if not isinstance(body, dict):
        raise RapidProApiError.overall(NOT_AN_OBJECT)
    return body


def _json(raw: bytes, decoder: json.JSONDecoder) -> Any:
    try:
        text = raw.decode()
        if text.startswith("\ufeff"):
            raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
        return decoder.decode(text)
    except RecursionError as error:
        raise ServerError from error
    except ValueError as error:
        raise RapidProApiError.detail(400, f"JSON parse error - {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"Out of range float values are not JSON compliant: {name!r}")


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant)
_LENIENT = json.JSONDecoder()


def _form(pairs: Any) -> FormBody:
    form = FormBody()
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def _parts(raw: bytes, content_type: str) -> list[tuple[str, Any]]:
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw, policy=policy.HTTP)
    pairs: list[tuple[str, Any]] = []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        file_name = part.get_filename()
        value = File(file_name, part.get_content_type(), content) if file_name else content.decode("utf-8", "replace")
        if name is not None:
            pairs.append((str(name), value))
    return pairs
