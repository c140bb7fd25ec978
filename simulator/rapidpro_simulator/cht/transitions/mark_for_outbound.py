"""`mark_for_outbound`: tells other systems about a document, or queues that (cht 10, cht-sentinel 5.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.outbound import pushes

from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext


def matches(context: TransitionContext, change: Change) -> bool:
    return context.outbound is not None and bool(pushes(context.settings))


async def run(context: TransitionContext, change: Change) -> bool:
    outbound = context.outbound
    assert outbound is not None
    relevant = outbound.relevant(change.document)
    if relevant:
        await outbound.mark(change.document, change.info, relevant)
    return False  # whatever comes of it, the document is the same


MARK_FOR_OUTBOUND = Transition("mark_for_outbound", matches, run, in_api=True, once=False)
