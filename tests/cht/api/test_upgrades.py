"""The upgrade API hands on which build somebody wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Instance

BUILD = {"namespace": "medic", "application": "medic", "version": "5.2.0"}


@pytest.fixture
def wanted(cht: Instance) -> list[str]:
    """The versions that the latest release was asked for."""
    versions: list[str] = []
    cht.api.context.on_upgrade = versions.append
    return versions


@pytest.mark.parametrize("path", ["v1/upgrade", "v2/upgrade", "v1/upgrade/complete"])
def test_upgrade(cht: Instance, wanted: list[str], path: str) -> None:
    """The answer does not wait for the upgrade."""
    answer = cht.ask("POST", f"/api/{path}", json={"build": BUILD}, user="admin")

    assert (answer.status, answer.json(), wanted) == (200, {"ok": True}, ["5.2.0"])


def test_stage(cht: Instance, wanted: list[str]) -> None:
    """A build that is only staged changes nothing."""
    assert cht.ask("POST", "/api/v1/upgrade/stage", json={"build": BUILD}, user="admin").json() == {"ok": True}
    assert wanted == []


def test_progress(cht: Instance) -> None:
    """No upgrade is under way."""
    assert cht.ask("GET", "/api/v2/upgrade", user="admin").json() == {"upgradeDoc": None, "indexers": []}


@pytest.mark.parametrize(
    ("body", "user", "status"),
    [
        ({"build": BUILD}, "nurse", 403),
        ({}, "admin", 400),
        ({"build": {**BUILD, "version": None}}, "admin", 400),
        ({"build": {**BUILD, "version": "9.9.9"}}, "admin", 404),
        ({"build": {**BUILD, "version": "4.2.0"}}, "admin", 400),
    ],
)
def test_refused(cht: Instance, wanted: list[str], body: Any, user: str, status: int) -> None:
    """It needs a permission, a build, and one that there is."""
    assert cht.ask("POST", "/api/v1/upgrade", json=body, user=user).status == status
    assert wanted == []


def test_since(build: Callable[..., Instance]) -> None:
    """The second version came with CHT 4."""
    assert build("3.17").ask("POST", "/api/v2/upgrade", json={"build": BUILD}, user="admin").status == 405
