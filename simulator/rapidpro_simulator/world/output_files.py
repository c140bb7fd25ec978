"""Files that commands write: JSON documents, names made of what people call things, and where there is room for them.

What takes long to find out is no good where it cannot be written, so that is asked first.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, document: Any) -> None:
    """Write a document as people read it: indented, its letters as they are. Raises `OSError`."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole, or leave what is there. Raises `UsageError`."""
    is_file = not path.is_symlink() and (path.is_file() or not path.exists())
    unfinished = path.with_name(f".{path.name}.unfinished") if is_file else path  # /dev/stdout is not to be replaced
    try:
        unfinished.write_text(text, encoding="utf-8", newline="")
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if is_file:
            with suppress(OSError):
                unfinished.unlink()


def require_file(path: Path) -> None:
    """Raise `UsageError` for a file that cannot be written."""
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {path.parent}")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{path} cannot be written: {'it is a folder' if path.is_dir() else 'permission denied'}")


def require_folder(path: Path) -> None:
    """Make a folder to write into, if there is none. Raises `UsageError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if path.is_file() else error.strerror
        raise UsageError(f"{path} cannot be written to: {reason}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise UsageError(f"{path} cannot be written to: permission denied")


def slug(text: str) -> str:
    """Return a text as a part of a file's name: words in small letters, hyphens between; empty where it has none."""
    return re.sub(r"[^\w.]+", "-", text.lower()).strip("-.")
