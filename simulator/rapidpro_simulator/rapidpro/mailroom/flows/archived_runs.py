"""Runs as the archiver writes them: their rows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.flows import Run

RESULT = {"name": "name", "value": "value", "input": "input", "time": "created_on", "category": "category"}
"""By the key in the archive, that of the engine."""


def archived(run: Run) -> dict[str, Any]:
    """Return what is archived of a run that has ended."""
    return {
        "id": run.id,
        "uuid": run.uuid,
        "flow": {"uuid": run.flow.uuid, "name": run.flow.name},
        "contact": {"uuid": run.contact.uuid, "name": run.contact.name},
        "responded": run.responded,
        "path": [{"node": step["node_uuid"], "time": step["arrived_on"]} for step in run.path],
        "values": [{key: _result(result)} for key, result in run.results.items()],
        "created_on": run.created_on.isoformat(),
        "modified_on": run.modified_on.isoformat(),
        "exited_on": run.exited_on and run.exited_on.isoformat(),
        "exit_type": run.status.value,
        "submitted_by": None,
    }


def _result(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result.get(key) for name, key in RESULT.items()} | {"node": result.get("node_uuid")}
