"""The documents that a phone writes about its tasks: made, changed, and never again once they are final."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import milliseconds

from .states import DUPLICATE, TaskState, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from .emissions import Emission

Document = dict[str, Any]


@dataclass
class TaskDocuments:
    """The task documents of one user, by id; `user` is the id of the user's settings: `org.couchdb.user:<name>`."""

    user: str
    documents: dict[str, Document]

    def refresh(self, emissions: Iterable[Emission], requesters: Iterable[str], now: datetime) -> list[Document]:
        """Take over what the rules say about `requesters` now, and return the documents that are new or changed."""
        best = _best_by_id((each for each in emissions if each.is_timely(now)), now)
        concerned = [each for each in self._open(now) if each["requester"] in set(requesters)]
        changed = [self._take_over(each, now) for each in best.values()]
        changed += [self._cancel(each, now) for each in concerned if each["emission"]["_id"] not in best]
        changed += [self._cancel(each, now, DUPLICATE) for each in self._duplicates(best, now)]
        return [each for each in changed if each is not None]

    def let_time_pass(self, now: datetime) -> list[Document]:
        """Give every open document the state of today, and return those that changed."""
        changed = []
        for document in [each for each in self.documents.values() if not TaskState(each["state"]).is_final]:
            ahead = document["authoredOn"] > milliseconds(now)  # written by a clock that was wrong
            state, reason = (TaskState.CANCELLED, None) if ahead else state_of(document["emission"], now.date())
            if state != document["state"]:
                changed.append(self._write(document, state, reason, now))
        return changed

    def ready(self) -> list[Document]:
        """Return the documents that the user sees, the most urgent first: by priority, then by the day they are due."""
        found = [each for each in self.documents.values() if each["state"] == TaskState.READY]
        return sorted(found, key=lambda each: (-(each["emission"].get("priority") or 0), each["emission"]["dueDate"]))

    def _take_over(self, emission: Emission, now: datetime) -> Document | None:
        described = emission.described()
        state, reason = state_of(described, now.date())
        document = self._of(emission.identifier, now)
        if document is None or (TaskState(document["state"]).is_final and document["state"] != state):
            return None if state is TaskState.CANCELLED else self._new(emission, described, state, now)
        if TaskState(document["state"]).is_final or (document["state"] == state and document["emission"] == described):
            return None
        return self._write({**document, "emission": described}, state, reason, now)

    def _new(self, emission: Emission, described: Document, state: TaskState, now: datetime) -> Document:
        authored = milliseconds(now)
        document = {
            "_id": f"task~{self.user}~{emission.identifier}~{authored}",
            "type": "task",
            "authoredOn": authored,
            "stateHistory": [],
            "user": self.user,
            "requester": emission.requester,
            "owner": emission.owner,
            "emission": described,
        }
        present = {name: value for name, value in document.items() if value is not None}
        return self._write(present, state, None, now)

    def _cancel(self, document: Document, now: datetime, reason: str | None = None) -> Document:
        return self._write(document, TaskState.CANCELLED, reason, now)

    def _write(self, document: Document, state: TaskState, reason: str | None, now: datetime) -> Document:
        written = {**document, "state": state.value}
        if document.get("state") != state:
            written["stateHistory"] = [
                *document["stateHistory"],
                {"state": state.value, "timestamp": milliseconds(now)},
            ]
        if reason is not None:
            written["stateReason"] = reason
        self.documents[written["_id"]] = written
        return written

    def _open(self, now: datetime) -> list[Document]:
        return [
            each
            for each in self.documents.values()
            if not TaskState(each["state"]).is_final and each["authoredOn"] <= milliseconds(now)
        ]

    def _of(self, identifier: str, now: datetime) -> Document | None:
        """Return the document that counts for an emission: the most ready one, of equal ones the newest."""
        found = self._all_of(identifier, now)
        return found[0] if found else None

    def _all_of(self, identifier: str, now: datetime) -> Sequence[Document]:
        found = [
            each
            for each in self.documents.values()
            if each["emission"]["_id"] == identifier and each["authoredOn"] <= milliseconds(now)
        ]
        return sorted(found, key=lambda each: (TaskState(each["state"]).rank, -each["authoredOn"]))

    def _duplicates(self, identifiers: Iterable[str], now: datetime) -> list[Document]:
        others = [document for each in identifiers for document in self._all_of(each, now)[1:]]
        return [each for each in others if not TaskState(each["state"]).is_final]


def _best_by_id(emissions: Iterable[Emission], now: datetime) -> dict[str, Emission]:
    """Return one emission for each id: the most ready one."""
    best: dict[str, Emission] = {}
    for emission in emissions:
        known = best.get(emission.identifier)
        if known is None or _rank(emission, now) < _rank(known, now):
            best[emission.identifier] = emission
    return best


def _rank(emission: Emission, now: datetime) -> int:
    return state_of(emission.described(), now.date())[0].rank
