"""The files of a project, read; what cannot be read is complained about."""

from __future__ import annotations

import base64
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .complaints import Complaints


UNKNOWN_TYPE = "application/octet-stream"
CONTENT_TYPES = {
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
}
"""By the ends of names; not what the machine's own table says, which differs."""


class Files:
    """The folder of a project. Names are relative to it."""

    def __init__(self, folder: Path, complaints: Complaints) -> None:
        self.folder = folder
        self._complaints = complaints

    def has(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def names(self, pattern: str) -> Iterator[str]:
        """Yield the names of the files that a glob finds, in order."""
        for path in sorted(self.folder.glob(pattern)):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix()

    def text(self, name: str) -> str | None:
        """Return what a file has, without a byte order mark; None, with a complaint, where it is no UTF-8."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except OSError as error:
            self._complaints.error(name, "", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._complaints.error(name, f"line {line}", f"is no UTF-8: byte {error.object[error.start]:#04x}")
        return None

    def attachment(self, name: str) -> dict[str, str]:
        """Return a file as an attachment that CouchDB takes inside a document."""
        content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), UNKNOWN_TYPE)
        return {"content_type": content_type, "data": base64.b64encode((self.folder / name).read_bytes()).decode()}

    def json(self, name: str) -> Any:
        """Return the value in a file; None, with a complaint, where it is no JSON."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self._complaints.error(name, f"line {error.lineno}, column {error.colno}", f"is no JSON: {error.msg}")
            return None

    def object(self, name: str) -> dict[str, Any] | None:
        """Return the object in a file; None, with a complaint, where it has none."""
        value = self.json(name)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._complaints.error(name, "", "is no object: {…}")
        return None
