"""Files that are named on the command line: read as JSON, or refused with a sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def read_json(path: Path, what: str) -> Any:
    """Return the JSON of a file; `what` says what is looked for in it. Raises `UsageError`."""
    return parse_json(read_text(path, what), path, what)


def read_text(path: Path, what: str) -> str:
    """Return the text of a file. Raises `UsageError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"the {what} {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the {what} {path} is no text in UTF-8") from None


def parse_json(text: str, path: Path, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the {what} {path} is no JSON: {error}") from None


def read_object(path: Path, what: str) -> dict[str, Any]:
    """Return the JSON object of a file. Raises `UsageError`."""
    document = read_json(path, what)
    if not isinstance(document, dict):
        raise UsageError(f"the {what} {path} holds no JSON object")
    return document
