"""Bugs to plant in the standalone gateway: what its maintainers are afraid of, each with what it takes to see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cht_rapidpro_gateway.inbox import Inbox
from cht_rapidpro_gateway.outbox import Outbox
from cht_rapidpro_gateway.rapidpro import NotNowError, RefusedError
from cht_rapidpro_gateway.statuses import State, state_of
from cht_rapidpro_gateway.tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Callable

    from cht_rapidpro_gateway.outbox import Outgoing

GATEWAY = "cht_rapidpro_gateway"


@dataclass(frozen=True)
class Mutant:
    """A bug: what is put in the place of `target`, and the `disturbances` that a world needs to show it.

    `unseen` says why no random world can show it, where that is so.
    """

    name: str
    target: str
    put: Any
    disturbances: tuple[str, ...] = ()
    unseen: str = ""

    def plant(self, replace: Callable[[str, Any], None]) -> None:
        """Put the bug in its place; `replace` is `monkeypatch.setattr`."""
        replace(f"{GATEWAY}.{self.target}", self.put)


LOST = "the answer to a message is lost"
CRASH = "the gateway crashes before it has an answer"
SWITCH = "the account is changed"
COPIES = "a flow hands over a text twice"
CLOCK = "the gateway's clock is wrong"
AWAY = "RapidPro is away"
BACK_LATER = "RapidPro tells who sends to come back later"
NOT_SAVED = "CHT cannot store what comes in"


def _no_messages(*_: object, **__: object) -> list[Any]:
    return []


def _nothing(*_: object, **__: object) -> None:
    return None


def _no(*_: object, **__: object) -> bool:
    return False


def _yes(*_: object, **__: object) -> bool:
    return True


def _no_time(*_: object, **__: object) -> float:
    return 0.0


async def _asks_every_second(tracker: Any, step: Any = Tracker._step) -> float:
    await step(tracker)
    tracker._outbox._write("UPDATE messages SET due_at = ? WHERE stage = 'open'", (tracker._now(),))
    return 1.0


def _as_unsent(outbox: Outbox, message: Outgoing, due_at: float) -> None:
    outbox.postponed(message, due_at)


def _always_new(inbox: Inbox, id: str, sender: str, content: str, store: Any = Inbox.store) -> bool:  # noqa: A002
    count = inbox._connection.execute("SELECT count(*) AS number FROM incoming").fetchone()["number"]
    return bool(store(inbox, f"{id}-{count}", sender, content))


def _by_id_only(inbox: Inbox, id: str, sender: str, content: str) -> bool:  # noqa: A002
    cursor = inbox._connection.execute(
        "INSERT INTO incoming (id, sender, content, received_at) VALUES (?,?,?,?) ON CONFLICT (id) DO NOTHING",
        (id, sender, content, inbox._clock.now()),
    )
    return cursor.rowcount > 0


def _brought_at_once(inbox: Inbox, limit: int, waiting: Any = Inbox.waiting) -> Any:
    messages = waiting(inbox, limit)
    inbox.forwarded(messages)
    return messages


def _told_at_once(outbox: Outbox, limit: int, unreported: Any = Outbox.unreported) -> Any:
    messages = unreported(outbox, limit)
    outbox.reported(messages)
    return messages


def _not_known(status: str) -> State | None:
    return None if status == "read" else state_of(status)


def _unknown_is_failed(status: str) -> State:
    return state_of(status) or State.FAILED


def _takes_them_over(service: Any, workspace: int) -> None:
    service.outbox._write("UPDATE messages SET workspace = ? WHERE stage IN ('sending', 'open')", (workspace,))


def _unless_sent(outbox: Outbox, workspace: int, due: Any = Outbox.due_questions) -> list[Outgoing]:
    return [message for message in due(outbox, workspace) if message.state is not State.SENT]


def _same_text_is_enough(sender: Any, broadcast: Any, message: Outgoing) -> bool:
    return bool(sender._says(broadcast, message))


def _forgets_what_it_sent(outbox: Outbox, *arguments: Any, opened: Any = Outbox.__init__) -> None:
    opened(outbox, *arguments)
    outbox._write("UPDATE messages SET stage = 'waiting' WHERE stage = 'sending'", ())


MUTANTS: tuple[Mutant, ...] = (
    # What CHT is told
    Mutant("takes nothing to CHT", "outbox.Outbox.unreported", _no_messages),
    Mutant("forgets what CHT has not taken", "outbox.Outbox.unreported", _told_at_once, ("CHT cannot save",)),
    Mutant("never asks what became of a message", "outbox.Outbox.due_questions", _no_messages),
    Mutant("knows nothing of messages that are read", "outbox.state_of", _not_known, ("a message is read",)),
    # Whether RapidPro has a message
    Mutant("never finds out about lost answers", "outbox.Outbox.uncertain", _no_messages, (LOST,)),
    Mutant("takes a lost answer for a refusal", "outbox.Outbox.uncertain_until", _as_unsent, (LOST,)),
    Mutant("takes a lost answer for no answer", "rapidpro.UncertainError", NotNowError, (LOST,)),
    Mutant("does not know its own broadcasts", "sender.Sender._is", _no, (LOST,)),
    Mutant("looks for lost answers from now on only", "sender.Sender._since", lambda it, _: it._now(), (LOST,)),
    Mutant(
        "looks for lost answers at once", "sender.Sender._settled_at", _no_time, ("RapidPro takes messages slowly",)
    ),
    Mutant("does not note what it is about to send", "outbox.Outbox.sending", _nothing, (CRASH,)),
    Mutant("sends after a crash what it was sending", "outbox.Outbox.__init__", _forgets_what_it_sent, (CRASH,)),
    Mutant(
        "sends what it has sent when CHT asks again",
        "outbox.Outbox._is_wanted_again",
        _yes,
        ("somebody sets a message to pending",),
    ),
    # What a refusal means
    Mutant("fails whatever is not taken at once", "sender.Sender._is_at_fault", _yes, (AWAY,)),
    Mutant("fails what has waited for a minute", "ages.AgeLimits.of", lambda *_: 60.0, (AWAY,)),
    Mutant(
        "takes a suspended workspace for a bad message", "rapidpro.NOT_ALLOWED", (), ("the workspace is suspended",)
    ),
    Mutant("takes a web page for a refusal", "rapidpro.UncertainError", RefusedError, ("an answer is none",)),
    Mutant(
        "posts texts as they are",
        "rapidpro.RapidProClient.text",
        lambda _, text: text,
        ("a text looks like an expression",),
    ),
    # How often RapidPro is asked
    Mutant("does not read Retry-After", "rapidpro._retry_after", lambda *_: 0.0, (BACK_LATER,)),
    Mutant("does not keep to Retry-After", "budget.Budget.refused", _nothing, (BACK_LATER,)),
    Mutant("never pauses", "backoff.Backoff.after", _no_time, (AWAY,)),
    Mutant("tries a refused token every second", "service.ACCESS_RETRY_SECONDS", 1.0, ("the key is revoked",)),
    Mutant(
        "asks every second", "tracker.Tracker._step", _asks_every_second, ("a carrier does not tell of the delivery",)
    ),
    # Two accounts
    Mutant("leaves messages of another account open", "outbox.Outbox.of_other_workspaces", _no_messages, (SWITCH,)),
    Mutant(
        "takes another account's messages for its own", "service.Service._leave_others", _takes_them_over, (SWITCH,)
    ),
    # Texts from phones
    Mutant("stores each copy of a text", "inbox.Inbox.store", _always_new, (COPIES,)),
    Mutant("keeps texts from phones to itself", "inbox.Inbox.waiting", _no_messages),
    Mutant("forgets a text that CHT has not taken", "inbox.Inbox.waiting", _brought_at_once, (NOT_SAVED,)),
    # What random worlds do not have
    Mutant(
        "does not ask about messages that are sent",
        "outbox.Outbox.due_questions",
        _unless_sent,
        unseen="carriers deliver seven seconds after they have sent, and the gateway hardly ever asks in between",
    ),
    Mutant(
        "takes an unknown status for a failure",
        "outbox.state_of",
        _unknown_is_failed,
        unseen="the message has been sent once and has come to an end: no rule asks whether it is the right one",
    ),
    Mutant(
        "knows broadcasts by their texts only",
        "sender.Sender._is",
        _same_text_is_enough,
        unseen="texts are drawn, and hardly ever the same for two numbers",
    ),
    Mutant(
        "reads the first page only",
        "rapidpro._next_query",
        _nothing,
        unseen="a page has 250 rows, and a random world at most some 70 messages",
    ),
    Mutant(
        "spends more than its quota",
        "budget.Budget.wait",
        _no_time,
        unseen="RapidPro refuses what is too much, and the gateway keeps to that; no rule wants it to stay below",
    ),
    Mutant(
        "leaves final states",
        "outbox.moves",
        _yes,
        unseen="nobody asks about a closed message: this is the second line of defence",
    ),
    Mutant(
        "drops a second text under the id of a first",
        "inbox.Inbox.store",
        _by_id_only,
        unseen="each text of a random world has an id of its own",
    ),
    Mutant(
        "compares numbers digit by digit",
        "sender.same_number",
        lambda urn, recipient: urn == f"tel:{recipient}",
        unseen="the numbers of random worlds have the code of their country, so that RapidPro changes none",
    ),
)
