"""The endpoint `media`: clients upload a file before they attach it to messages (rapidpro 4.15)."""

from __future__ import annotations

from typing import Any

from .bodies import MULTIPART, File
from .calls import RapidProCall, RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields

LARGEST_FILE = 25 * 1024 * 1024  # bytes
ALLOWED_TYPES = ("image/", "audio/", "video/", "application/pdf")
MISSING = "No file was submitted."
NO_FILE = "The submitted data was not a file. Check the encoding type on the form."
EMPTY = "The submitted file is empty."
UNSUPPORTED = "Unsupported file type."
TOO_LARGE = "Limit for file uploads is 25.0 MB."


def _file(value: Any, call: RapidProCall) -> File:
    if not isinstance(value, File):
        raise Invalid(NO_FILE)
    if not value.content:
        raise Invalid(EMPTY)
    if not value.content_type.startswith(ALLOWED_TYPES):
        raise Invalid(UNSUPPORTED)
    if len(value.content) > LARGEST_FILE:
        raise Invalid(TOO_LARGE)
    return value


FIELDS = {"file": BodyField(_file)}


async def upload(call: RapidProCall) -> RapidProResponse:
    """Answer `POST media`, which takes nothing but a multipart form."""
    content_type = call.request.headers.get("Content-Type", "")
    if call.raw and not content_type.lower().startswith(MULTIPART):
        raise RapidProApiError.detail(415, f'Unsupported media type "{content_type}" in request.')
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    if "file" not in values:
        raise RapidProApiError(400, {"file": [MISSING]})
    media = call.media.add(call.workspace, values["file"])
    return RapidProResponse(
        201,
        {
            "uuid": media.uuid,
            "content_type": media.content_type,
            "url": media.url,
            "filename": media.filename,
            "size": media.size,
        },
    )
