"""`update_sent_by`: the name of who sent a record (cht-sentinel 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.javascript import is_truthy

from .lookups import contact_by_phone
from .reports import DATA_RECORD
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        document.get("type") == DATA_RECORD
        and is_truthy(document.get("from"))
        and not is_truthy(document.get("sent_by"))
    )


async def run(context: TransitionContext, change: Change) -> bool:
    sender = await contact_by_phone(context, change.document["from"])
    if sender is None or not is_truthy(sender.get("name")):
        return False
    change.document["sent_by"] = sender["name"]
    return True


UPDATE_SENT_BY = Transition("update_sent_by", matches, run, in_api=True)
