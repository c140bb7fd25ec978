"""Files that a served world was given, so that sentences can name them, and a story can be told again with them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from rapidpro_simulator.world.errors import UsageError

MOST_BYTES = 64 * 1024 * 1024  # of all documents of a world


class KeptFiles:
    """A folder of its own for the documents that a world was given; it goes with the world."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="rapidpro-simulator-world-", ignore_cleanup_errors=True)
        self.folder = Path(self._temporary.name)
        self.documents: dict[str, Any] = {}
        self._bytes = 0

    def keep(self, kind: str, document: Any) -> str:
        """Keep a JSON document and return the name of its file, such as `flows-1.json`.

        Raises `UsageError` where the world has been given too much already.
        """
        name = f"{kind}-{len(self.documents) + 1}.json"
        self.restore(name, document)
        return name

    def restore(self, name: str, document: Any) -> None:
        """Keep a JSON document under the name that it had. Raises `UsageError` where there are too many already."""
        text = json.dumps(document, ensure_ascii=False, indent=2)
        if self._bytes + len(text) > MOST_BYTES:
            raise UsageError(f"a world keeps documents of {MOST_BYTES // 1024 // 1024} MiB, and this would be more")
        self._bytes += len(text)
        self.documents[name] = document
        (self.folder / Path(name).name).write_text(text, encoding="utf-8")

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()
