"""Definitions are brought to each version as the real engine brings them."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.migrations import migrate
from rapidpro_simulator.rapidpro.flows.definition.versions import Version

from .data import load, names

CASES = [
    pytest.param(Version.parse(name[len("migrations/") : -len(".json")]), case, id=f"{name}-{case['description']}")
    for name in names("migrations")
    for case in load(name)
]

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def anonymous(original: Any, migrated: Any) -> Any:
    """Replace the UUIDs that a migration has made by placeholders in order of appearance."""
    known = set(_UUID.findall(json.dumps(original)))
    numbers = count(1)
    made: dict[str, str] = {}

    def place(match: re.Match[str]) -> str:
        uuid = match[0]
        return uuid if uuid in known else made.setdefault(uuid, f"new {next(numbers)}")

    return json.loads(_UUID.sub(place, json.dumps(migrated, sort_keys=True)))


@pytest.mark.parametrize(("version", "case"), CASES)
def test_migration(version: Version, case: dict[str, Any]) -> None:
    """A definition becomes what the real engine makes of it."""
    migrated = migrate(case["original"], to=version)

    assert anonymous(case["original"], migrated) == anonymous(case["original"], case["migrated"])


@pytest.mark.parametrize(("version", "case"), CASES)
def test_what_comes_of_it_can_be_read(version: Version, case: dict[str, Any]) -> None:
    """A definition can be read from each version on."""
    assert read_flow(case["migrated"]).to_json()["spec_version"] == "14.4.2"
