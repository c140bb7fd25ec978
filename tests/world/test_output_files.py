"""Files are written as a whole or not at all, and whoever cannot write them is told before the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import require_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_written_as_a_whole_or_left(tmp_path: Path) -> None:
    """What cannot be encoded leaves what was there."""
    file = tmp_path / "file.txt"
    write_whole(file, "one\n")

    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "two \ud800\n")

    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("file.txt", "one\n")]


def test_a_link_stays_one(tmp_path: Path) -> None:
    """`/dev/stdout` is one, and not to be replaced by a file."""
    link, file = tmp_path / "link", tmp_path / "file.txt"
    file.touch()
    link.symlink_to(file)

    write_whole(link, "one\n")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "one\n"


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    """Whole paths of folders are; a file is none."""
    require_folder(tmp_path / "one" / "two")
    (tmp_path / "one" / "two" / "file").touch()

    with pytest.raises(UsageError, match="file cannot be written to: it is a file"):
        require_folder(tmp_path / "one" / "two" / "file")
