"""Local documents: never replicated, in no feed and no view, and without conflicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .documents import JSON, Edit


class LocalDocuments:
    """The documents of a database whose identifiers begin with `_local/`."""

    def __init__(self) -> None:
        self._documents: dict[str, str] = {}
        self.writes = 0

    @property
    def ids(self) -> Sequence[str]:
        return sorted(self._documents)

    def get(self, identifier: str) -> JSON:
        """Return a document; raises `NotFound`."""
        if identifier not in self._documents:
            raise NotFound
        document: JSON = json.loads(self._documents[identifier])
        return document

    def put(self, edit: Edit) -> str:
        """Store or delete a document, whatever it was, and return its revision, which counts and nothing else."""
        self.writes += 1
        if edit.deleted:
            self._documents.pop(edit.id, None)
            return "0-0"
        rev = f"0-{int(edit.rev.partition('-')[2]) + 1 if edit.rev else 1}"
        self._documents[edit.id] = json.dumps({"_id": edit.id, "_rev": rev, **json.loads(edit.body)})
        return rev

    def delete(self, identifier: str) -> str:
        """Delete a document; raises `NotFound`."""
        self.get(identifier)
        self.writes += 1
        del self._documents[identifier]
        return "0-0"
