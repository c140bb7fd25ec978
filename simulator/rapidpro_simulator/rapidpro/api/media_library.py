"""Media: the files that clients have uploaded, which messages are sent with (rapidpro 4.15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .bodies import File


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
