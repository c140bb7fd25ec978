"""Files that a sentence names: beside the feature, in the folder that pytest was started in, or brought by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .words import UnknownWordError, hint

if TYPE_CHECKING:
    from pathlib import Path


class Folders:
    """The folders in which a sentence finds the files that it names, the first ones first."""

    def __init__(self, *paths: Path) -> None:
        self._paths = tuple(dict.fromkeys(paths))

    def find(self, name: str, pattern: str, *more: Path) -> Path:
        """Return the path of the file or folder called `name`; `more` are folders that are searched last.

        Raises `UnknownWordError` with the names of those there are, of the shape `pattern` (a glob).
        """
        folders = list(dict.fromkeys((*self._paths, *more)))
        paths = [folder / name for folder in folders]
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            files = sorted({each.name for folder in folders for each in folder.glob(pattern)})
            raise UnknownWordError(f"there is no {name} in {' or '.join(map(str, folders))}; {hint(name, files)}")
        return path


@pytest.fixture
def folders(request: pytest.FixtureRequest) -> Folders:
    """Give a sentence the folder of its feature, and the one that pytest was started in."""
    return Folders(request.path.parent, request.config.invocation_params.dir)
