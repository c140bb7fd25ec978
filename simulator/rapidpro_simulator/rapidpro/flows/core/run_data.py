"""What a run is, as data: where it stands, what it found out, and how it is saved (flows 3.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIVE, WAITING, COMPLETED, EXPIRED, FAILED = ("active", "waiting", "completed", "expired", "failed")
LONGEST_SAVED_WEBHOOK: Final = 10_000  # bytes of JSON (flows 3.1)


class Step(NamedTuple):
    """A visit of a node; `arrived_on` is a timestamp."""

    node_uuid: str
    arrived_on: str


class RunData:
    """One flow with one contact, started by a trigger or by another run of the session.

    `results` are by key, `locals` are texts, `webhook` is the last call as JSON (`method`, `url`, `status`, `headers`,
    `json`) or None.
    """

    def __init__(self, uuid: str, flow_reference: dict[str, Any], created_on: str) -> None:
        self.uuid = uuid
        self.flow_reference = flow_reference
        self.status = ACTIVE
        self.path: list[Step] = []
        self.results: dict[str, Result] = {}
        self.locals: dict[str, str] = {}
        self.webhook: dict[str, Any] | None = None
        self.had_input = False
        self.parent_uuid = ""
        self.created_on = created_on
        self.modified_on = created_on
        self.exited_on: str | None = None

    def restore(self, document: Mapping[str, Any]) -> None:
        """Become what was saved; keys that are not known are ignored."""
        self.status = document["status"]
        self.path = [Step(step["node_uuid"], step["arrived_on"]) for step in document.get("path") or ()]
        self.results = {key: Result.from_json(result) for key, result in (document.get("results") or {}).items()}
        self.locals = dict(document.get("locals") or {})
        self.webhook = document.get("webhook")
        self.had_input = bool(document.get("had_input"))
        self.parent_uuid = document.get("parent_uuid") or ""
        self.modified_on = document.get("modified_on") or self.created_on
        self.exited_on = document.get("exited_on")

    def to_json(self) -> dict[str, Any]:
        """Return the run as sessions are saved (flows 3.1)."""
        document: dict[str, Any] = {"uuid": self.uuid, "flow": self.flow_reference, "status": self.status}
        if self.path:
            document["path"] = [step._asdict() for step in self.path]
        if self.locals:
            document["locals"] = dict(self.locals)
        if self.results:
            document["results"] = {key: result.to_json() for key, result in self.results.items()}
        if self.had_input:
            document["had_input"] = True
        if self.parent_uuid:
            document["parent_uuid"] = self.parent_uuid
        if self.webhook is not None and _json_size(self.webhook.get("json")) <= LONGEST_SAVED_WEBHOOK:
            document["webhook"] = self.webhook
        document["created_on"] = self.created_on
        document["modified_on"] = self.modified_on
        document["exited_on"] = self.exited_on
        return document

    def compact(self) -> None:
        """Drop what is not needed of a run that has exited: path, locals, webhook."""
        if self.exited_on is not None:
            self.path, self.locals, self.webhook = [], {}, None

    @property
    def step(self) -> Step:
        """The visit that goes on."""
        return self.path[-1]


def _json_size(document: Any) -> int:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
