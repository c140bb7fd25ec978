"""Vectors of messages that arrive, and what CHT's transitions and jobs make of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from yarl import URL

from rapidpro_simulator.cht.forms import Surroundings, report_of_message
from tests.cht.vectors.data import FOLDER, vectors
from tests.cht.vectors.sentinel_world import SentinelWorld
from tests.support.document_store import run

if TYPE_CHECKING:
    from collections.abc import Iterable

UNCOMPARABLE = ("_rev", "duration")  # one generation more since the release after 5.2.0; how long reminders took
JOBS = {"due_tasks", "reminders", "outbound"}  # steps that the processes of sentinel serve

Document = dict[str, Any]


@pytest.mark.parametrize("vector", vectors("transitions.jsonl"))
def test_transitions(vector: Document) -> None:
    """After the steps of a vector the documents are as CHT's own code leaves them."""
    world = begin(vector)
    run(play(world, vector["input"]["steps"]))
    assert numbered(found_in(vector, world), drawn(world)) == numbered(expected_of(vector))
    assert numbered(infos_found(world)) == numbered(infos_expected(vector))
    assert numbered(pushes_found(world)) == numbered(pushes_expected(vector))


def begin(vector: Document) -> SentinelWorld:
    """Return the world of a vector before its steps."""
    given = vector["input"]
    texts = (
        json.loads((FOLDER / "translations.json").read_text())
        if given["translations"] == "shared"
        else given["translations"]
    )
    world = SentinelWorld("5.2.0", given["now"], vector["settings"], texts, "UTC")
    for document in given["documents"]:
        world.put(document)
        run(world.infos.save_transitions(document["_id"], {}))
    world.receiver.answers = [each["status"] for each in given.get("answers", [])]
    world.keys.values = given.get("credentials") or {}
    _drop_full_text_index(world)
    world.begin()
    return world


def _drop_full_text_index(world: SentinelWorld) -> None:
    """Take away the index by which `exists` and `unique` look for reports: these vectors were recorded without it."""
    design = world.database.get("_design/medic-client")
    del design["views"]["reports_by_freetext"]
    world.database.put(design)


async def play(world: SentinelWorld, steps: Iterable[Document]) -> None:
    for step in steps:
        await _step(world, step)


async def _step(world: SentinelWorld, step: Document) -> None:
    if step["op"] == "sms" and not world.api.errors:  # with wrong settings, nothing was recorded
        await world.receive([_record(world, each) for each in step["messages"] if each["content"]])
    elif step["op"] == "sentinel" and not world.sentinel.errors:
        await world.drain()
    elif step["op"] in JOBS:
        await world.run_job(step["op"])
    elif step["op"] == "now":
        world.move_to(step["now"])
    elif step["op"] == "put":
        for document in step["docs"]:
            world.put(document)
    elif step["op"] == "edit_first_report":
        reports = (world.database.find(each) or {} for each in world.created)
        first = next(each for each in reports if each.get("type") == "data_record" and each["_id"] not in world.written)
        world.database.put({**first, **step["set"]})


def _record(world: SentinelWorld, message: Document) -> Document:
    """Return the record that the api makes of a message."""
    translate = world.api.context.composer.translations.translate
    surroundings = Surroundings(world.settings, translate, world.api.context.now_milliseconds())
    sms = {"from": message["from"], "message": message["content"], "gateway_ref": message["id"]}
    return report_of_message(sms, surroundings)


def found_in(vector: Document, world: SentinelWorld) -> list[Document]:
    given = {each["_id"]: each for each in vector["input"]["documents"]}
    documents = world.changed("medic").values()
    return [each for each in documents if _without_revision(each) != given.get(each["_id"]) and not _is_design(each)]


def _is_design(document: Document) -> bool:
    return str(document["_id"]).startswith("_design/")


def drawn(world: SentinelWorld) -> list[str]:
    """Return the shortcodes that were given to somebody."""
    text = json.dumps(list(world.store.couch.database("medic").documents()))
    return [code for code in world.shortcodes if code in text]


def expected_of(vector: Document) -> list[Document]:
    given = {each["_id"]: each for each in vector["input"]["documents"]}
    documents: list[Document] = vector["output"]["medic"]
    return [each for each in documents if _without_revision(each) != given.get(each["_id"])]


def _without_revision(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "_rev"}


_FAILURE = re.compile(r"Transition error on .*")
_REVISION = re.compile(r"(\d+)-(?:<rev>|[0-9a-f]{32})")
_GENERATED = re.compile(
    r"<(?:uuid|number) \d+>|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![-0-9a-f])[0-9a-f]{32}"
)
WORDS = "<words of CHT about the failure>"


def infos_found(world: SentinelWorld) -> list[Document]:
    """Return the documents beside the documents, as far as they can be compared."""
    found = world.changed("medic-sentinel").values()
    return [_comparable_info(each) for each in found if not each.get("_deleted") and _says_anything(each)]


def _says_anything(info: Document) -> bool:
    # Documents that only say that sentinel has seen something were not recorded.
    return info["type"] != "info" or any(
        info.get(name) for name in ("transitions", "muting_history", "completed_tasks")
    )


def infos_expected(vector: Document) -> list[Document]:
    return [_comparable_info(each) for each in vector["output"]["sentinel"]]


def _comparable_info(info: Document) -> Document:
    kept = {name: value for name, value in info.items() if name not in UNCOMPARABLE}
    if isinstance(kept.get("transitions"), dict):
        entries = kept["transitions"].items()
        kept["transitions"] = {name: {**each, "seq": None} for name, each in entries}
    if isinstance(kept.get("completed_tasks"), list):
        kept["completed_tasks"] = [{**each, "hash": None} for each in kept["completed_tasks"]]
    return kept


def pushes_found(world: SentinelWorld) -> list[Document]:
    """Return what outbound push has sent, in an order that does not depend on names."""
    return [{**each, "answer": None, "url": URL(each["url"]).raw_path_qs} for each in world.receiver.heard]


def pushes_expected(vector: Document) -> list[Document]:
    kept = ("authorization", "body")
    pushed = vector["output"]["pushed"]
    return [
        {"url": each["path"], "answer": None, **{name: each[name] for name in kept if name in each}} for each in pushed
    ]


def numbered(documents: list[Document], shortcodes: Iterable[str] = ()) -> list[Document]:
    """Return documents with generated values by their places, in an order that does not depend on them."""
    names = [re.escape(code) for code in dict.fromkeys(shortcodes)]
    generated = re.compile("|".join([_GENERATED.pattern, *(rf"(?<!\d){name}(?!\d)" for name in names)]))
    texts = [json.dumps(_comparable(each), sort_keys=True) for each in documents]
    texts.sort(key=lambda text: generated.sub("<>", text))
    numbers: dict[str, str] = {}
    return [
        json.loads(generated.sub(lambda found: numbers.setdefault(found[0], f"<{len(numbers)}>"), text))
        for text in texts
    ]


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    return _REVISION.sub(r"\1", _FAILURE.sub(WORDS, value)) if isinstance(value, str) else value
