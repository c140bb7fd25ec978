"""App settings of a project: compiled, in parts, or inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conftest import SETTINGS

if TYPE_CHECKING:
    from .conftest import Folder

PARTS = {"locale": "en", "forms": {"OLD": {}}}


def test_compiled(folder: Folder) -> None:
    """Compiled settings are taken as they are, and nothing is said about them."""
    assert folder.read().settings == SETTINGS
    assert folder.complaints() == []


def test_parts(folder: Folder) -> None:
    """Without compiled settings the base is used, and each part takes the place of its section."""
    (folder.path / "app_settings.json").unlink()
    folder.write("app_settings/base_settings.json", PARTS)
    folder.write("app_settings/forms.json", SETTINGS["forms"])
    folder.write("app_settings/schedules.json", [{"name": "Visits"}])

    assert folder.read().settings == {"locale": "en", "forms": SETTINGS["forms"], "schedules": [{"name": "Visits"}]}


def test_stale(folder: Folder) -> None:
    """Compiled settings that differ from their parts are used, and told of."""
    folder.write("app_settings/forms.json", {"PREG": {"fields": {}}})

    assert folder.read().settings == SETTINGS
    (complaint,) = folder.complaints()
    assert complaint.startswith("warning: app_settings/forms.json: forms: differs from app_settings.json")


def test_modules_need_compiled_settings(folder: Folder) -> None:
    """JavaScript modules are complained about only where nobody has compiled them."""
    folder.write("tasks.js", "module.exports = [];")
    assert folder.complaints() == []

    (folder.path / "app_settings.json").unlink()
    folder.write("app_settings/base_settings.json", {"locale": "en"})
    assert folder.complaints()[0].startswith("not simulated: tasks.js: is not compiled here")


def test_no_settings(folder: Folder) -> None:
    """A folder without settings is no project."""
    (folder.path / "app_settings.json").unlink()

    assert folder.complaints() == [
        "error: app_settings.json: is missing, and so is app_settings/base_settings.json: there are no app settings"
    ]


def test_inherited(folder: Folder) -> None:
    """Settings of another project are filtered, and things are deleted, replaced and merged."""
    (folder.path / "app_settings.json").unlink()
    folder.write("base/app_settings.json", {**SETTINGS, "locale": "en", "roles": {"a": {}, "b": {}}, "languages": [1]})
    changes = {
        "inherit": "base",
        "filter": {"roles": ["b"]},
        "delete": ["default_responses"],
        "replace": {"forms.PREG.fields": {}},
        "merge": {"languages": [2], "transitions": {"muting": False}},
    }
    folder.write("settings.inherit.json", changes)

    assert folder.read().settings == {
        "transitions": {"default_responses": True, "muting": False},
        "forms": {"PREG": {"fields": {}}},
        "locale": "en",
        "roles": {"b": {}},
        "languages": [1, 2],
    }


def test_nothing_to_inherit(folder: Folder) -> None:
    """What leads nowhere, and a change that there is not, are told."""
    folder.write("settings.inherit.json", {"inherit": "nowhere", "remove": []})

    assert folder.complaints() == [
        "error: settings.inherit.json: remove: is no change; there are: filter, delete, replace, merge",
        "error: settings.inherit.json: inherit: leads to no settings: there is no nowhere/app_settings.json",
    ]
