"""Bugs that are planted in the standalone gateway, each with the world of a search that notices it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cht_rapidpro_gateway.inbox import Inbox
from cht_rapidpro_gateway.rapidpro import NotNowError, RefusedError
from cht_rapidpro_gateway.statuses import State, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cht_rapidpro_gateway.outbox import Outbox

SEED = 1
GATEWAY = "cht_rapidpro_gateway"


@dataclass(frozen=True)
class Mutant:
    """A bug: what is put in the place of `target`, and a world (of `SEED`) in which it breaks a rule."""

    name: str
    target: str
    put: Any
    world: int

    def plant(self, replace: Callable[[str, Any], None]) -> None:
        """Put the bug in its place; `replace` is `monkeypatch.setattr`."""
        replace(f"{GATEWAY}.{self.target}", self.put)


def _no_messages(*_: object, **__: object) -> list[Any]:
    return []


def _nothing(*_: object, **__: object) -> None:
    return None


def _as_unsent(outbox: Outbox, message: Any, due_at: float) -> None:
    outbox.postponed(message, due_at)


def _always_new(inbox: Inbox, id: str, sender: str, content: str, store: Any = Inbox.store) -> bool:  # noqa: A002
    count = inbox._connection.execute("SELECT count(*) AS number FROM incoming").fetchone()["number"]
    return bool(store(inbox, f"{id}-{count}", sender, content))


def _not_known(status: str) -> State | None:
    return None if status == "read" else state_of(status)


MUTANTS: tuple[Mutant, ...] = (
    Mutant("takes nothing to CHT", "outbox.Outbox.unreported", _no_messages, 0),
    Mutant("never asks what became of a message", "outbox.Outbox.due_questions", _no_messages, 0),
    Mutant("never finds out about lost answers", "outbox.Outbox.uncertain", _no_messages, 311),
    Mutant("takes a lost answer for a refusal", "outbox.Outbox.uncertain_until", _as_unsent, 311),
    Mutant("does not read Retry-After", "rapidpro._retry_after", lambda *_: 0.0, 217),
    Mutant("knows nothing of messages that are read", "outbox.state_of", _not_known, 38),
    Mutant("stores each copy of a text", "inbox.Inbox.store", _always_new, 50),
    Mutant("keeps texts from phones to itself", "inbox.Inbox.waiting", _no_messages, 50),
    Mutant("fails whatever is not taken at once", "sender.Sender._is_at_fault", lambda *_: True, 340),
    Mutant("takes a suspended workspace for a bad message", "rapidpro.NOT_ALLOWED", (), 124),
    Mutant("takes a web page for a refusal", "rapidpro.UncertainError", RefusedError, 141),
    Mutant("takes a lost answer for no answer", "rapidpro.UncertainError", NotNowError, 311),
    Mutant("does not note what it is about to send", "outbox.Outbox.sending", _nothing, 331),
    Mutant("does not know its own broadcasts", "sender.Sender._is", lambda *_: False, 311),
    Mutant("looks for lost answers from now on only", "sender.Sender._since", lambda sender, _: sender._now(), 311),
    Mutant("sends what it has sent when CHT asks again", "outbox.Outbox._is_wanted_again", lambda *_: True, 221),
)
