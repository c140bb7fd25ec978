"""The messages that CHT wants sent, from the moment they are taken until CHT knows how they ended.

Every change is on the disk before the step that it allows, and after the step that caused it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .clock import SystemClock
from .database import transaction
from .inbox import SETTLE_SECONDS
from .statuses import State, moves, state_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from .clock import Clock


RETAKE_SECONDS = 86_400.0  # releases of CHT before 5.1.1 offer some messages anew every five minutes (cht 6.5)


class Stage(StrEnum):
    """Where a message is on its way."""

    WAITING = "waiting"  # to be sent
    SENDING = "sending"  # RapidPro may have it: the answer is not there, or nobody could read it
    OPEN = "open"  # RapidPro has it, and has not said how it ended
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. Times are seconds of the gateway's clock.

    `id` is CHT's, `reference` the broadcast's id in `workspace`; `status` is RapidPro's last word, `state` what that
    means to CHT, `reported` the state that CHT is known to have; `due_at`: not to be tried, or asked about, before;
    `retaken_at`: when CHT last wanted it sent again although it had failed; `brought`: which state CHT was last brought
    without an answer, at `brought_at`. Only attempts that RapidPro had a say in are counted. `accepted_at` is by
    RapidPro's clock, `offered_at` by CHT's.
    """

    id: str
    recipient: str
    content: str
    stage: Stage
    state: State
    reason: str | None
    reported: State | None
    workspace: int | None
    reference: str | None
    status: str | None
    taken_at: float
    attempts: int
    attempted_at: float | None
    due_at: float
    accepted_at: float | None
    retaken_at: float | None
    offered_at: float | None
    brought: State | None = None
    brought_at: float | None = None


class Outbox:
    """The outgoing messages of a database.

    For `settle_seconds` after it was brought without an answer CHT may be noting a state, and would be left with it if
    a later one came meanwhile. The same one may come again.
    """

    def __init__(
        self, connection: sqlite3.Connection, clock: Clock | None = None, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._connection = connection
        self._settle_seconds = settle_seconds
        self.clock = clock or SystemClock()

    def batch(self) -> AbstractContextManager[None]:
        """Bring all that is done inside to the disk at once, in one transaction: a page is as quick as one answer."""
        return transaction(self._connection)

    # Taking and reporting: CHT's side

    def take(self, id: str, recipient: str, content: str, since: float | None = None) -> bool:  # noqa: A002 the protocol's word
        """Take a message that CHT offers, `since` when by its own clock; say whether it is to be sent.

        CHT offers a message again until it has been told of it: then it is told once more. A message that CHT knows to
        have failed, and offers again, is one that somebody wants sent again; once a day is often enough.
        """
        known = self.get(id)
        if known is None:
            moment = self.clock.now()
            self._write(
                "INSERT INTO messages (id, recipient, content, stage, state, taken_at, due_at, offered_at)"
                " VALUES (?,?,?,?,?,?,?,?)",
                (id, recipient, content, Stage.WAITING, State.UNSENT, moment, moment, self.clock.by_cht()),
            )
            self._has_waited(id, since)
            return True
        if self._is_wanted_again(known):
            self._update(id, recipient=recipient, content=content, **self._as_new())
            return True
        self._update(id, reported=None)
        return False

    def unreported(self, limit: int) -> list[Outgoing]:
        """Return messages whose state CHT does not know yet and may hear of, those taken first before others."""
        return self._select(
            "WHERE reported IS NOT state AND (brought IS NULL OR brought = state OR brought_at <= ?)"
            " ORDER BY taken_at, id LIMIT ?",
            self.clock.now() - self._settle_seconds,
            limit,
        )

    def bringing(self, messages: Iterable[Outgoing]) -> None:
        """Note that the states of these messages are about to be brought to CHT."""
        moment = self.clock.now()
        self._update_each("brought = ?, brought_at = ?", [(each.state, moment, each.id) for each in messages])

    def not_reported(self, messages: Iterable[Outgoing]) -> None:
        """Note that CHT is done with these messages, and does not know the states that they had."""
        self._update_each(
            "brought = ?, brought_at = ?", [(each.brought, each.brought_at, each.id) for each in messages]
        )

    def reported(self, messages: Iterable[Outgoing]) -> None:
        """Note that CHT is done with these messages, and knows the states that they had."""
        self._update_each(
            "reported = ?, brought = ?, brought_at = ?",
            [(each.state, each.brought, each.brought_at, each.id) for each in messages],
        )

    # Taking over what another gateway had

    def inherit_failed(self, id: str, recipient: str, content: str, state: State, reason: str) -> None:  # noqa: A002
        """Take over a message of another gateway's that has failed."""
        self._inherit(id, recipient, content, state, stage=Stage.CLOSED)
        self._update(id, state=State.FAILED, reason=reason)

    def inherit_waiting(self, id: str, recipient: str, content: str, state: State, since: float | None) -> None:  # noqa: A002
        """Take over a message of another gateway's that is to be sent, and has waited since a time by CHT's clock."""
        self._inherit(id, recipient, content, state, stage=Stage.WAITING)
        self._has_waited(id, since)

    def inherit_open(
        self,
        id: str,  # noqa: A002
        recipient: str,
        content: str,
        state: State,
        workspace: int,
        reference: str,
        accepted_at: float,
    ) -> None:
        """Take over a message of another gateway's that a workspace has as a broadcast of `reference`."""
        self._inherit(id, recipient, content, state, stage=Stage.OPEN)
        self._update(id, workspace=workspace, reference=reference, accepted_at=accepted_at)

    def _has_waited(self, id: str, since: float | None) -> None:  # noqa: A002
        told = self.clock.by_cht()
        if since is not None and told is not None and since < told:
            self._update(id, offered_at=since, taken_at=self.clock.now() - (told - since))

    def _inherit(self, id: str, recipient: str, content: str, state: State, stage: Stage) -> None:  # noqa: A002
        self.take(id, recipient, content)
        self._update(id, stage=stage, state=state, reported=state)

    # Sending

    def next_waiting(self) -> Outgoing | None:
        """Return the message to be sent next; None where none is due.

        Those that RapidPro has never refused come first: the others must not stand in their way.
        """
        found = self._select(
            "INDEXED BY messages_waiting WHERE stage = 'waiting' AND due_at <= ?"
            " ORDER BY attempts, due_at, taken_at, id LIMIT 1",
            self.clock.now(),
        )
        return found[0] if found else None

    def next_due(self) -> float | None:
        """Return when a message is to be sent that waits now; None where none waits."""
        row = self._connection.execute("SELECT min(due_at) AS due FROM messages WHERE stage = 'waiting'").fetchone()
        return None if row["due"] is None else float(row["due"])

    def sending(self, message: Outgoing, workspace: int) -> None:
        """Note that RapidPro is about to be asked to send a message."""
        self._update(
            message.id,
            stage=Stage.SENDING,
            workspace=workspace,
            attempted_at=self.clock.now(),
            reference=None,
            accepted_at=None,
        )

    def accepted(self, message: Outgoing, reference: str, accepted_at: float, next_question: float) -> None:
        """Note that RapidPro has a message, as a broadcast of `reference`."""
        self._update(
            message.id,
            stage=Stage.OPEN,
            reference=reference,
            accepted_at=accepted_at,
            due_at=next_question,
            status=None,
        )

    def postponed(self, message: Outgoing, due_at: float, *, tried: bool = True) -> None:
        """Note that RapidPro does not have a message, and that it is to be sent later; `tried`: it had its say."""
        self._update(message.id, stage=Stage.WAITING, due_at=due_at, attempts=message.attempts + tried)

    def uncertain_until(self, message: Outgoing, due_at: float) -> None:
        """Note that nobody knows whether RapidPro has a message, and that this cannot be found out before `due_at`."""
        self._update(message.id, due_at=due_at)

    def failed(self, message: Outgoing, reason: str) -> None:
        """Close a message that cannot be sent."""
        self._update(message.id, stage=Stage.CLOSED, state=State.FAILED, reason=reason)

    def uncertain(self) -> list[Outgoing]:
        """Return the messages of which nobody knows whether RapidPro has them, in the order of the attempts."""
        return self._select("WHERE stage = 'sending' ORDER BY attempted_at, id")

    def attempted_since(self, workspace: int, since: float) -> list[float]:
        """Return when messages were last posted to a workspace, from a time on."""
        query = "SELECT attempted_at FROM messages WHERE workspace = ? AND attempted_at >= ? ORDER BY attempted_at"
        return [float(row["attempted_at"]) for row in self._connection.execute(query, (workspace, since))]

    def age(self, message: Outgoing) -> float:
        """Return for how long a message has been here: by elapsed seconds or by CHT's clock, whichever is less."""
        told = self.clock.by_cht()
        elapsed = self.clock.now() - message.taken_at
        return elapsed if told is None or message.offered_at is None else min(elapsed, told - message.offered_at)

    def has_been_accepted_since(self, workspace: int, since: float) -> bool:
        """Say whether a workspace has taken any message that was posted to it from a time on."""
        query = "SELECT 1 FROM messages WHERE workspace = ? AND attempted_at >= ? AND accepted_at IS NOT NULL LIMIT 1"
        return self._connection.execute(query, (workspace, since)).fetchone() is not None

    def clock_ahead(self, workspace: int, at: float) -> float | None:
        """Return how many seconds RapidPro's clock was ahead of ours at a time; None where nothing is known of it."""
        row = self._connection.execute(
            "SELECT accepted_at - attempted_at AS ahead FROM messages WHERE workspace = ? AND accepted_at IS NOT NULL"
            " AND attempted_at <= ? ORDER BY attempted_at DESC LIMIT 1",
            (workspace, at),
        ).fetchone()
        return float(row["ahead"]) if row else None

    def knows_reference(self, workspace: int, reference: str) -> bool:
        """Say whether a broadcast is that of a message here."""
        query = "SELECT 1 FROM messages WHERE workspace = ? AND reference = ?"
        return self._connection.execute(query, (workspace, reference)).fetchone() is not None

    # Following

    def due_questions(self, workspace: int) -> list[Outgoing]:
        """Return the open messages of a workspace whose status is to be asked for, in the order of their acceptance."""
        return self._select(
            "WHERE stage = 'open' AND workspace = ? AND due_at <= ? ORDER BY accepted_at, id",
            workspace,
            self.clock.now(),
        )

    def accepted_between(self, workspace: int, first: float, last: float) -> list[Outgoing]:
        """Return the messages that a workspace accepted between two times, whatever became of them, in that order."""
        return self._select(
            "WHERE workspace = ? AND accepted_at BETWEEN ? AND ? ORDER BY accepted_at, id", workspace, first, last
        )

    def open_by_reference(self, workspace: int, references: Sequence[str]) -> dict[str, Outgoing]:
        """Return the open messages of some broadcasts of a workspace, by reference."""
        marks = ",".join("?" * len(references))
        found = self._select(
            f"WHERE stage = 'open' AND workspace = ? AND reference IN ({marks})",
            workspace,
            *references,
        )
        return {message.reference or "": message for message in found}

    def status_received(self, message: Outgoing, status: str, next_question: float) -> State | None:
        """Note what RapidPro says of an open message; return the state that it is in now, None for an unknown status.

        An unknown status is kept as it is, and changes nothing.
        """
        state = state_of(status)
        change: dict[str, Any] = {"status": status, "due_at": next_question}
        if state is not None and moves(message.state, state, status):
            change["state"] = state
            if state.is_final:
                change["stage"] = Stage.CLOSED
            if state is State.FAILED:
                change["reason"] = "RapidPro could not deliver it"
        self._update(message.id, **change)
        return state

    def question_postponed(self, message: Outgoing, next_question: float) -> None:
        """Note that RapidPro told no status of an open message, and when it is asked again."""
        self._update(message.id, due_at=next_question)

    def give_up(self, message: Outgoing, reason: str) -> None:
        """Stop asking about a message; its state stays what it is."""
        self._update(message.id, stage=Stage.CLOSED, reason=reason)

    def of_other_workspaces(self, workspace: int) -> list[Outgoing]:
        """Return the messages that were given to another workspace and have not ended."""
        return self._select("WHERE stage IN ('sending', 'open') AND workspace != ? ORDER BY taken_at, id", workspace)

    # Looking

    def get(self, id: str) -> Outgoing | None:  # noqa: A002 the protocol's word
        """Return the message of an id; None where there is none."""
        found = self._select("WHERE id = ?", id)
        return found[0] if found else None

    def counts(self) -> dict[Stage, int]:
        """Return how many messages are at which stage."""
        rows = self._connection.execute("SELECT stage, count(*) AS number FROM messages GROUP BY stage")
        found = {row["stage"]: int(row["number"]) for row in rows}
        return {stage: found.get(stage, 0) for stage in Stage}

    def forget(self, before: float) -> None:
        """Delete the messages that were taken before a time and are all over, for CHT as well."""
        self._write("DELETE FROM messages WHERE stage = 'closed' AND reported IS state AND taken_at < ?", (before,))

    def __iter__(self) -> Iterator[Outgoing]:
        return iter(self._select("ORDER BY taken_at, id"))

    def _is_wanted_again(self, message: Outgoing) -> bool:
        closed = message.stage is Stage.CLOSED and message.state is State.FAILED and message.reported is State.FAILED
        rested = message.retaken_at is None or self.clock.now() - message.retaken_at >= RETAKE_SECONDS
        return closed and rested

    def _as_new(self) -> dict[str, Any]:
        moment = self.clock.now()
        forgotten = ("reason", "reported", "workspace", "reference", "status", "attempted_at", "accepted_at")
        times = dict.fromkeys(("taken_at", "due_at", "retaken_at"), moment)
        new = {"stage": Stage.WAITING, "state": State.UNSENT, "attempts": 0, "offered_at": self.clock.by_cht()}
        return {**dict.fromkeys(forgotten), **times, **new}

    def _select(self, clauses: str, *parameters: object) -> list[Outgoing]:
        rows = self._connection.execute(f"SELECT * FROM messages {clauses}", parameters)  # noqa: S608 ours
        return [_outgoing(row) for row in rows]

    def _update(self, id: str, **values: object) -> None:  # noqa: A002 the protocol's word
        columns = ", ".join(f"{column} = ?" for column in values)
        self._write(f"UPDATE messages SET {columns} WHERE id = ?", (*values.values(), id))  # noqa: S608 ours

    def _update_each(self, change: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            with transaction(self._connection):
                self._connection.executemany(f"UPDATE messages SET {change} WHERE id = ?", rows)  # noqa: S608 ours

    def _write(self, statement: str, parameters: Sequence[object]) -> None:
        self._connection.execute(statement, parameters)  # every statement is a transaction of its own


def _outgoing(row: sqlite3.Row) -> Outgoing:
    values = dict(row)
    states = {name: State(values[name]) for name in ("state", "reported", "brought") if values[name] is not None}
    return Outgoing(**values | states | {"stage": Stage(values["stage"])})
