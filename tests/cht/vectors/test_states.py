"""States of messages: one task at a time, and through the exchanges of cht-gateway, as CHT's own code set them."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import UTC, datetime
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from rapidpro_simulator.cht.api.errors import ChtApiError
from rapidpro_simulator.cht.api.sms_gateway import take
from rapidpro_simulator.cht.messages.states import ABSENT, set_task_state
from tests.cht.vectors.data import FOLDER, vectors
from tests.cht.vectors.sentinel_world import SentinelWorld
from tests.support.document_store import InProcessStore, run

if TYPE_CHECKING:
    from rapidpro_simulator.cht.api.context import ApiContext


@pytest.mark.parametrize("vector", vectors("states_tasks.jsonl"))
def test_task(vector: dict[str, Any]) -> None:
    """A task takes a state, its details and its reference as CHT writes them, or stays as it was."""
    assert _changed(vector["input"]) == vector["output"]


def _changed(given: dict[str, Any]) -> dict[str, Any]:
    task, now = deepcopy(given["task"]), datetime.fromisoformat(given["now"])
    details, reference = given.get("details", ABSENT), given.get("gateway_ref", ABSENT)
    try:
        changed = set_task_state(task, given["state"], now, details, reference)
    except TypeError:
        return {"refused": "crash"}
    return {"changed": changed, "task": task}


@pytest.mark.parametrize("vector", vectors("states_exchanges.jsonl"))
def test_exchanges(vector: dict[str, Any]) -> None:
    """Exchanges of cht-gateway are answered, and leave the documents, as by CHT."""
    world = ExchangeWorld(vector)
    steps = [world.do(step) for step in vector["input"]["steps"]]
    assert steps == vector["output"]["steps"]
    assert world.result() == _in_any_order(vector["output"]["medic"])


class OrderedStore(InProcessStore):
    """The recording's CouchDB: rows of one key and document come in the order of their values."""

    async def view(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        rows = await super().view(name, **parameters)
        ordered: list[dict[str, Any]] = []
        for _, group in groupby(rows, key=lambda row: (row["key"], row["id"])):
            ordered += sorted(group, key=lambda row: json.dumps(row["value"], ensure_ascii=False))
        return ordered


class ExchangeWorld:
    """A CHT without HTTP that takes exchanges."""

    def __init__(self, vector: dict[str, Any]) -> None:
        given = vector["input"]
        texts = _shared_translations() if given["translations"] == "shared" else given["translations"]
        self._world = SentinelWorld("latest", given["now"], vector["settings"], texts, "UTC")
        for document in given["documents"]:
            self._world.put(document)
        self._world.begin()
        self._now = self._world.clock.now()

    @property
    def _context(self) -> ApiContext:
        context = SimpleNamespace(
            couch=OrderedStore(self._world.store.couch),
            clock=SimpleNamespace(now=lambda: self._now),
            release=self._world.release,
            settings=self._world.settings,
            translations=self._world.api.context.composer.translations,
            transitions=self._world.api,
            milliseconds=lambda: int(self._now.timestamp() * 1000),
        )
        return cast("ApiContext", context)

    def do(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do one step, and return what it gave."""
        if step["op"] == "now":
            self._now = _moment(step["now"])
            return {"ok": True}
        try:
            return {"ok": True, "status": 200, "body": run(take(self._context, step["body"]))}
        except ChtApiError as error:
            return {"ok": True, "status": error.status, "body": "<error>"}

    def result(self) -> list[dict[str, Any]]:
        """Return the documents that changed, their generated values by placeholders."""
        changed = self._world.changed("medic").values()
        return _in_any_order([{**each, "_id": self._name(each["_id"]), "_rev": _revision(each)} for each in changed])

    def _name(self, identifier: str) -> str:
        return identifier if identifier in self._world.written else "<uuid>"


def _in_any_order(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = [{**each, "_id": re.sub(r"<uuid \d+>", "<uuid>", each["_id"])} for each in documents]
    return sorted(named, key=lambda each: json.dumps(each, sort_keys=True))


def _revision(document: dict[str, Any]) -> str:
    return f"{document['_rev'].partition('-')[0]}-<rev>"


def _moment(text: str) -> datetime:
    # The recording's clock took what is no date for the year 1970.
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)


def _shared_translations() -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((FOLDER / "translations.json").read_text(encoding="utf-8"))
    return texts
