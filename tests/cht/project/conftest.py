"""A project of cht-conf in a folder of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.project import Project, read_project

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {
    "transitions": {"default_responses": True},
    "default_responses": {"start_date": "2020-01-01"},
    "forms": {"PREG": {"fields": {"weeks": {"type": "integer"}}}},
}


class Folder:
    """Writes files of a project, and reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: Any) -> Folder:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return self

    def read(self) -> Project:
        return read_project(self.path)

    def complaints(self) -> list[str]:
        return [f"{each.severity}: {each}" for each in self.read().complaints]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with app settings that nothing is wrong with."""
    return Folder(tmp_path).write("app_settings.json", SETTINGS)
