"""Files that a sentence names: beside the feature, in the folder that pytest was started in, or brought by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import UnknownWordError, hint

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def path_of(request: pytest.FixtureRequest, name: str, pattern: str, *more: Path) -> Path:
    """Return the path of the file or folder called `name`; `more` are folders that are searched last.

    Raises `UnknownWordError` with the names of those there are, of the shape `pattern` (a glob).
    """
    folders = list(dict.fromkeys((request.path.parent, request.config.invocation_params.dir, *more)))
    paths = [folder / name for folder in folders]
    path = next((path for path in paths if path.exists()), None)
    if path is None:
        files = sorted({each.name for folder in folders for each in folder.glob(pattern)})
        raise UnknownWordError(f"there is no {name} in {' or '.join(map(str, folders))}; {hint(name, files)}")
    return path
