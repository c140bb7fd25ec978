"""Files that commands write: JSON documents, and names made of what people call things."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, document: Any) -> None:
    """Write a document as people read it: indented, its letters as they are. Raises `OSError`."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def slug(text: str) -> str:
    """Return a text as a part of a file's name: words in small letters, hyphens between; empty where it has none."""
    return re.sub(r"[^\w.]+", "-", text.lower()).strip("-.")
