"""Vectors of sentinel over nine releases: settings and documents in, documents out."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.cht.vectors.data import FOLDER
from tests.cht.vectors.normalised import Names, normalised
from tests.cht.vectors.sentinel_world import SentinelWorld
from tests.support.document_store import run

BASE_SETTINGS: dict[str, Any] = {
    "contact_types": [
        {"id": "district_hospital"},
        {"id": "health_center", "parents": ["district_hospital"]},
        {"id": "clinic", "parents": ["health_center"]},
        {"id": "person", "parents": ["district_hospital", "health_center", "clinic"], "person": True},
    ],
    "date_format": "DD-MMM-YYYY",
    "reported_date_format": "DD-MMM-YYYY HH:mm:ss",
}
LONG_AGO = "2025-06-01T08:00:00.000Z"
RELEASES = ("3.11.0", "3.17.0", "4.0.0", "4.7.0", "4.14.0", "4.22.0", "5.1.0", "5.2.0")


def cases() -> list[Any]:
    """Return every vector of sentinel, once for each release it was checked on."""
    paths = sorted(path for path in (FOLDER / "sentinel").glob("*.json") if not path.name.startswith("_"))
    if not paths:
        absent = pytest.mark.skip(reason=f"the vectors of CHT's own code are not here: {FOLDER} (CONFORMANCE_DATA)")
        return [pytest.param(None, None, marks=absent, id="absent")]
    return [
        pytest.param(vector, release, id=f"{vector['id']}-{release}")
        for vector in (json.loads(path.read_text(encoding="utf-8")) for path in paths)
        if vector.get("kind") != "tasks"
        for release in RELEASES
        if release in vector["checked_on"]
    ]


@pytest.mark.parametrize(("vector", "release"), cases())
def test_sentinel(vector: dict[str, Any], release: str) -> None:
    """After the steps of a vector the documents are as CHT's own code of the release leaves them."""
    expected = _expected(vector, release)
    world = _world(vector, release)
    run(_play(world, vector["steps"]))
    names = Names(world, {each["_id"] for each in _documents(vector)})
    assert normalised(world, names, "medic", expected.get("medic", {})) == expected.get("medic", {})
    assert world.errors == expected.get("change_errors", [])
    if expected.get("load_errors"):
        assert world.sentinel.errors == expected["load_errors"]
    heard = [{name: each[name] for name in each if name != "at"} for each in expected.get("pushed", [])]
    assert world.receiver.heard == heard
    if not _differs(vector, release):  # what differs names the documents, not what was processed
        infos = expected.get("sentinel", {})
        assert normalised(world, names, "medic-sentinel", infos) == infos
        assert [names.rename(each) for each in world.order] == expected.get("order", [])


def _expected(vector: dict[str, Any], release: str) -> dict[str, Any]:
    expected: dict[str, Any] = copy.deepcopy(vector["expect"])
    for difference in vector.get("differs", []):
        if release in difference["releases"]:
            for name, value in difference["then"].items():
                if name in {"medic", "sentinel"} and isinstance(value, dict):
                    expected.setdefault(name, {}).update(value)
                    expected[name] = {key: each for key, each in expected[name].items() if each is not None}
                else:
                    expected[name] = value
    return expected


def _differs(vector: dict[str, Any], release: str) -> bool:
    return any(release in each["releases"] for each in vector.get("differs", []))


def _documents(vector: dict[str, Any]) -> list[dict[str, Any]]:
    base = json.loads((FOLDER / "sentinel" / "_base.json").read_text()) if vector["before"].get("base") else []
    documents = {each["_id"]: each for each in [*base, *vector["before"].get("medic", [])]}
    return list(documents.values())


def _world(vector: dict[str, Any], release: str) -> SentinelWorld:
    settings = {**BASE_SETTINGS, **vector["settings"]}
    world = SentinelWorld(release, vector["now"], settings, vector.get("translations", {}), vector["tz"])
    enabled = {name: {"ok": True} for name in settings.get("transitions", {})}
    for document in _documents(vector):
        world.put(document)
        world.store.couch.database("medic-sentinel").put(
            {
                "_id": f"{document['_id']}-info",
                "type": "info",
                "doc_id": document["_id"],
                "initial_replication_date": LONG_AGO,
                "latest_replication_date": LONG_AGO,
                "transitions": enabled if document.get("type") == "data_record" else {},
            }
        )
    world.receiver.answers = list(vector.get("outbound_answers", []))
    world.keys.values = dict(vector.get("credentials", {}))
    world.begin()
    return world


async def _play(world: SentinelWorld, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        await _step(world, step)
        if {"save", "edit", "api", "drain", "run"} & set(step) and step.get("sentinel") is not False:
            await world.drain()


async def _step(world: SentinelWorld, step: dict[str, Any]) -> None:
    if "save" in step:
        await world.save(step["save"])
    elif "edit" in step:
        made = {name: identifier for identifier, name in Names(world, ()).names.items()}
        identifier = made.get(step["edit"]["_id"], step["edit"]["_id"])
        world.edit({**(world.database.find(identifier) or {}), **step["edit"], "_id": identifier})
    elif "api" in step:
        await world.receive(step["api"])
    elif "time" in step:
        world.move_to(step["time"])
    elif "settings" in step:
        world.settings.update(step["settings"])
        world.reload()
    elif "run" in step:
        await world.run_job(step["run"])
    elif "conflict" in step:
        world.store.conflicts.append(step["conflict"])
