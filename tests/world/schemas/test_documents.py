"""Schemas are read from files, and found by name."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.world.schemas import Schemas, bundled, documents


def test_no_folder_in_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package carries no fixtures, the checkout's are read."""

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(documents, "files", missing)
    assert Schemas().documents == bundled().documents


def test_unknown_schema() -> None:
    """Asking for a schema that does not exist is the caller's mistake."""
    with pytest.raises(KeyError):
        bundled().check("rapidpro/flows.request", {})


NAMES = [
    ("rapidpro/messages.response", "community", "rapidpro/messages.response.community"),
    ("rapidpro/messages.response", "v7", "rapidpro/messages.response.v7"),
    ("rapidpro/broadcasts.response", "v7", "rapidpro/broadcasts.response.v8"),
    ("rapidpro/contacts.response", "textit-2025", "rapidpro/contacts.response.textit"),
    ("rapidpro/workspace.response", "community", "rapidpro/workspace.response"),
]


@pytest.mark.parametrize(("schema", "generation", "name"), NAMES)
def test_name(schema: str, generation: str, name: str) -> None:
    """A generation has the nearest schema that there is."""
    assert bundled().name(schema, GENERATIONS[generation].schemas) == name


def test_plain_name() -> None:
    """Where no endings are known, the schema that holds for all counts."""
    assert bundled().name("rapidpro/messages.response") == "rapidpro/messages.response"
