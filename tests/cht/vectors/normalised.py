"""Documents as vectors write them: generated values by placeholders, revisions by their generation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cht.vectors.sentinel_world import SentinelWorld

Document = dict[str, Any]

NAMED = ("_design/", "reminder:")  # with what the names of documents begin that are not drawn
SHORTCODES = ("patient_id", "place_id", "case_id")


class Names:
    """What vectors call generated documents (`new-1`) and numbers (`<shortcode-1>`), in the order of their making."""

    def __init__(self, world: SentinelWorld, given: Iterable[str]) -> None:
        given = set(given) | world.written
        created = [each for each in world.created if each not in given and not each.startswith(NAMED)]
        self.names = {identifier: f"new-{number}" for number, identifier in enumerate(created, 1)}
        for number, code in enumerate(_shortcodes(world), 1):
            self.names[code] = f"<shortcode-{number}>"

    def rename(self, text: str) -> str:
        for made, name in self.names.items():
            text = text.replace(made, name)
        return text


def _shortcodes(world: SentinelWorld) -> list[str]:
    found: list[str] = []
    for identifier in world.created:
        document = world.database.find(identifier) or {}
        for name in SHORTCODES:
            code = document.get(name)
            if isinstance(code, str) and code in world.shortcodes and code not in found:
                found.append(code)
    return sorted(found, key=world.shortcodes.index)


def normalised(world: SentinelWorld, names: Names, database: str, wanted: Document) -> Document:
    """Return the documents that have changed, as vectors write them."""
    found = {}
    for identifier, document in world.changed(database).items():
        if database.endswith("-sentinel") and names.rename(identifier) not in wanted and not _is_asked(wanted):
            continue
        found[names.rename(identifier)] = _document(document, names, info=database.endswith("-sentinel"))
    return found


def _is_asked(wanted: Document) -> bool:
    return bool(wanted)


def _document(document: Document, names: Names, *, info: bool) -> Any:
    written = json.loads(names.rename(json.dumps(document)))
    revision = written.pop("_rev")
    written.pop("duration", None)
    if not info:
        written["_rev"] = _generation(revision)
    else:
        for entry in written.get("transitions", {}).values():
            entry.pop("seq", None)
            entry.pop("run_date", None)
            if "last_rev" in entry:
                entry["last_rev"] = _generation(entry["last_rev"])
    return _without_uuids(written)


def _generation(revision: str) -> int:
    return int(re.match(r"\d+", revision)[0])  # type: ignore[index]


def _without_uuids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: "<uuid>" if (name == "uuid" and "to" in value) or name == "uuid" else _without_uuids(each)
            for name, each in value.items()
        }
    return [_without_uuids(each) for each in value] if isinstance(value, list) else value
