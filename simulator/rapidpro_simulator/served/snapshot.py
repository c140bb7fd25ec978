"""A world as data: its plan and its story, from which it can be told again.

A world cannot be copied while it lives, tasks and timers and all; but the same plan and the same story make the same
world. The story is told in time that is held, each part at its instant.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.testing.sentences import Sentence
from rapidpro_simulator.world.schemas.complaint import complaint

from .configuration import plan_of
from .story import Told, Visit

if TYPE_CHECKING:
    from .live import LiveSimulation
    from .plan import Plan

FORMAT = 1
ASKING = {"GET", "HEAD", "OPTIONS"}

_TEXT, _SECONDS = {"type": "string"}, {"type": "number", "minimum": 0}
_SENTENCE = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("keyword", "kind", "text"), _TEXT),
        "line": {"type": "integer"},
        "table": {"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "array", "items": _TEXT}}]},
        "docstring": {"type": ["string", "null"]},
    },
    "required": ["keyword", "kind", "text", "line"],
    "additionalProperties": False,
}
_REQUEST = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("host", "method", "target", "body"), _TEXT),
        "headers": {"type": "object", "additionalProperties": _TEXT},
    },
    "required": ["host", "method", "target", "headers", "body"],
}
_PART = {
    "type": "object",
    "properties": {"at": _SECONDS, "sentence": _SENTENCE, "request": _REQUEST},
    "oneOf": [{"required": ["at", "sentence"]}, {"required": ["at", "request"]}],
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "start": _TEXT,
        "seconds": _SECONDS,
        "plan": {"type": "object"},
        "files": {"type": "object"},
        "story": {"type": "array", "items": _PART},
    },
    "required": ["start", "seconds", "plan", "files", "story"],
}


class SnapshotError(ValueError):
    """What is no snapshot, or one that this version cannot read."""


def snapshot_of(live: LiveSimulation) -> dict[str, Any]:
    """Return the snapshot of a world. Raises `SnapshotError` where more was done to it than it could remember."""
    if live.story.torn:
        raise SnapshotError("more was asked of this world than it can remember; a younger one can be saved")
    return {
        "snapshot": FORMAT,
        "made_by": version("rapidpro-simulator"),
        "start": live.clock.start.isoformat(),
        "seconds": live.clock.seconds(),
        "speed": live.clock.speed,
        "plan": _values(asdict(live.plan)),
        "files": dict(live.files.documents),
        "story": [_part(live, each) for each in live.story.parts if _counts(live, each)],
    }


def plan_of_snapshot(snapshot: dict[str, Any], folder: Path) -> Plan:
    """Return the plan of a snapshot, at whatever ports are free, and with its time paused. Raises `SnapshotError`."""
    found = snapshot.get("snapshot")
    if not isinstance(found, int) or isinstance(found, bool) or "plan" not in snapshot:
        raise SnapshotError("this is no snapshot of a world")
    if found > FORMAT:
        raise SnapshotError(
            f"the snapshot is of format {found}, made by rapidpro-simulator {snapshot.get('made_by')}; this is "
            f"{version('rapidpro-simulator')}, which reads formats up to {FORMAT}: upgrade it"
        )
    _check(snapshot)
    plan = plan_of({**snapshot["plan"], "speed": 0, "start": snapshot["start"]}, folder)
    hosts = tuple(replace(each, port=0) for each in plan.rapidpro)
    instances = tuple(replace(each, port=0, couchdb_port=0) for each in plan.cht)
    return replace(plan, rapidpro=hosts, cht=instances, journal=None)


def _check(snapshot: dict[str, Any]) -> None:
    wrong = complaint(SCHEMA, snapshot)
    if wrong is not None:
        place = f"{wrong.place}: " if wrong.place else ""
        raise SnapshotError(f"the snapshot is damaged: {place}{wrong.message}")


def tell_again(live: LiveSimulation, snapshot: dict[str, Any], *folders: Path) -> None:
    """Do all that the story of `snapshot` says, each part at its instant; time is held meanwhile."""
    for name, document in snapshot["files"].items():
        live.files.restore(name, document)
    narrator = live.narrator(*folders)
    for part in snapshot["story"]:
        _move_to(live, part["at"])
        if "request" in part:
            _ask(live, part["request"])
        else:
            sentence = Sentence(**part["sentence"])
            begun = live.clock.seconds()
            narrator.say(sentence)
            live.story.tell(begun, sentence)
    _move_to(live, snapshot["seconds"])


def _move_to(live: LiveSimulation, seconds: float) -> None:
    left = seconds - live.clock.seconds()
    if left > 0:
        live.simulation.loop.advance(left)


def _ask(live: LiveSimulation, request: dict[str, Any]) -> None:
    body = base64.b64decode(request["body"])
    with live.at_once():
        live.simulation.request(
            request["method"],
            f"https://{request['host']}{request['target']}",
            body=body or None,
            headers=request["headers"],
        )


def _counts(live: LiveSimulation, part: Told | Visit) -> bool:
    """Say whether a part changed anything: questions to RapidPro count against its quota, others leave no trace."""
    return isinstance(part, Told) or part.method not in ASKING or part.host in live.simulation.hosts


def _part(live: LiveSimulation, part: Told | Visit) -> dict[str, Any]:
    if isinstance(part, Told):
        return {"at": part.begun, "sentence": asdict(part.sentence)}
    return {
        "at": part.begun,
        "request": {
            "host": part.host,
            "method": part.method,
            "target": part.target,
            "headers": {name: value for name, value in part.headers.items() if name != "Host"},
            "body": base64.b64encode(part.body).decode(),
        },
    }


def _values(value: Any) -> Any:
    """Return a plan's values as a configuration file has them: paths as texts, nothing that is not given."""
    if isinstance(value, dict):
        return {name: _values(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_values(each) for each in value]
    if isinstance(value, Path):
        return str(value.resolve())
    return value.isoformat() if hasattr(value, "isoformat") else value
