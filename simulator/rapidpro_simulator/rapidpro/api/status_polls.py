"""Status polls, `GET messages?broadcast=…`: the question that a gateway asks minute after minute about each message.

What was answered is remembered with all that was read for it, and said again while none of that has changed.
"""

from __future__ import annotations

import re
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.model.messages import Message
from rapidpro_simulator.world.network.latest import Latest

from . import messages
from .calls import RapidProResponse
from .rendering import encode

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .calls import RapidProCall

MOST = 16_384  # answers that are remembered: a backlog that is asked about again and again has some 15,000 messages
FEW = 10  # messages of a broadcast; what many share is rarely asked again and again

_QUERY = re.compile(r"broadcast=(\d{1,9})")
_ROW = attrgetter(*(field.name for field in fields(Message)))


class Remembered(NamedTuple):
    """An answer, and the `state` of what was read for it."""

    state: Hashable
    body: bytes


class StatusPolls:
    """What was answered to the status polls of an installation."""

    def __init__(self) -> None:
        self._answers: Latest[tuple[int, str], Remembered] = Latest(MOST)

    async def answer(self, call: RapidProCall) -> RapidProResponse:
        """Answer `GET messages`, and a status poll with what is remembered, if that is still so."""
        query = call.request.rel_url.raw_query_string
        asked = _QUERY.fullmatch(query)
        state = _state(call, int(asked[1])) if asked is not None else None
        if state is None:
            return await messages.listing(call)
        key = (call.workspace.id, query)
        known = self._answers.get(key)
        if known is None or known.state != state:
            page = await messages.listing(call)
            known = Remembered(state, encode(page.data))
            self._answers.keep(key, known)
        return RapidProResponse(200, known.body)


def _state(call: RapidProCall, broadcast: int) -> Hashable | None:
    """Return all that is read for an answer; None where that may change unseen, or is too much."""
    found = call.workspace.database.store.messages_of(broadcast)
    if len(found) > FEW or call.rapidpro.replica_lag or any(map(_has_lists, found)):
        return None
    return call.workspace.settings.anonymous, tuple([(_ROW(message), _names(message)) for message in found])


def _has_lists(message: Message) -> bool:
    return bool(message.labels or message.attachments or message.quick_replies)


def _names(message: Message) -> Hashable:
    contact, channel, flow = message.contact, message.channel, message.flow
    names = contact.uuid, contact.name, channel and channel.uuid, channel and channel.name
    return names if flow is None else (names, flow.uuid, flow.name)
