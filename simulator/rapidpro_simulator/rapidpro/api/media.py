"""Media: files that clients upload before they attach them to messages, and the endpoint for it (rapidpro 4.15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .bodies import MULTIPART, File
from .calls import Answer, Call
from .errors import ApiError, Invalid
from .fields import Field, read_fields

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace

LARGEST_FILE = 25 * 1024 * 1024  # bytes
ALLOWED_TYPES = ("image/", "audio/", "video/", "application/pdf")
NO_FILE = "No file was submitted."
UNSUPPORTED = "Unsupported file type."
TOO_LARGE = "Limit for file uploads is 25.0 MB."


@dataclass(frozen=True)
class Media:
    """An uploaded file; its `size` in bytes. What is in it nobody needs."""

    uuid: str
    content_type: str
    url: str
    filename: str
    size: int

    @property
    def attachment(self) -> str:
        """Return how messages keep it."""
        return f"{self.content_type}:{self.url}"


class MediaLibrary:
    """The media of an installation, by workspace."""

    def __init__(self, rapidpro: RapidPro) -> None:
        self._rapidpro = rapidpro
        self._stream = rapidpro.platform.context.seed.stream(f"rapidpro/{rapidpro.name}/media")
        self._media: dict[int, dict[str, Media]] = {}

    def add(self, workspace: Workspace, file: File) -> Media:
        uuid = self._stream.uuid4()
        url = f"https://{self._rapidpro.name}/media/attachments/{workspace.id}/{uuid}/{file.name}"
        media = Media(uuid, file.content_type, url, file.name, len(file.content))
        self._media.setdefault(workspace.id, {})[uuid] = media
        return media

    def find(self, workspace: Workspace, text: str) -> Media | None:
        """Return the media whose UUID `text` is, or contains."""
        known = self._media.get(workspace.id, {})
        return known.get(text) or next((media for uuid, media in known.items() if ":" in text and uuid in text), None)


def _file(value: Any, call: Call) -> File:
    if not isinstance(value, File):
        raise Invalid(NO_FILE)
    if not value.content_type.startswith(ALLOWED_TYPES):
        raise Invalid(UNSUPPORTED)
    if len(value.content) > LARGEST_FILE:
        raise Invalid(TOO_LARGE)
    return value


FIELDS = {"file": Field(_file)}


async def upload(call: Call) -> Answer:
    """Answer `POST media`, which takes nothing but a multipart form."""
    content_type = call.request.headers.get("Content-Type", "")
    if call.raw and not content_type.lower().startswith(MULTIPART):
        raise ApiError.detail(415, f'Unsupported media type "{content_type}" in request.')
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    if "file" not in values:
        raise ApiError(400, {"file": [NO_FILE]})
    media = call.media.add(call.workspace, values["file"])
    return Answer(
        201,
        {
            "uuid": media.uuid,
            "content_type": media.content_type,
            "url": media.url,
            "filename": media.filename,
            "size": media.size,
        },
    )
