"""Walks in a line of words: what the contact does, and what is special in the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .plan import DIAL, EXPIRATION, PHONE, TIMEOUT
from .stand_ins import stand_in_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .plan import Move
    from .walk import Walk

SILENCE: Final = {TIMEOUT: "(silence)", EXPIRATION: "(silence until it expires)"}


def words_of(walk: Walk) -> str:
    """Return what a contact does in a walk, in a line."""
    moves = [*_opening(walk), *(said_in(move) for move in walk.plan.moves[: walk.moved])]
    words = " → ".join(" ".join(each.split()) for each in moves) or "(nothing is asked)"
    told = "; ".join(_circumstances(walk))
    return f"{words} [{told}]" if told else words


def _opening(walk: Walk) -> Iterator[str]:
    """Yield the text that starts the flow, where it is more than a keyword."""
    match = getattr(walk.session.trigger, "keyword_match", None)
    if walk.plan.start and (match is None or match.keyword.lower() != walk.plan.start.lower()):
        yield walk.plan.start


def said_in(move: Move) -> str:
    """Return a move in a few words."""
    if move.kind == DIAL:
        return f"(the other phone: {move.text.replace('_', ' ')})"
    return SILENCE.get(move.kind) or move.text or move.attachment.partition(":")[0] or "(nothing)"


def _circumstances(walk: Walk) -> Iterator[str]:
    plan = walk.plan
    names = {group.uuid: group.name for group in walk.session.assets.groups}
    if not plan.is_texted:
        yield "started without a text"
    yield from (f"{key} {value}" for key, value in plan.fields)
    yield from (f"in {names.get(group, group)}" for group in plan.groups)
    yield from (f"{key} {value}" for key, value in plan.params if value != stand_in_for(key))
    yield from (f"has {urn}" for urn in (plan.phone, *plan.urns) if urn != PHONE)
    if plan.begins:
        yield f"begins {plan.begins[:16]}"
    if plan.has_ticket:
        yield "has an open ticket"
    if not plan.has_credit:
        yield "no airtime"
    if plan.chances and walk.draws:
        yield f"chance {', '.join(drawn(walk))}"
    asked = range(len(walk.requests))
    statuses = dict.fromkeys(plan.status(number) for number in asked)
    if statuses:
        yield f"web {', '.join(str(status) if status else 'silent' for status in statuses)}"
    told = dict.fromkeys(pair for number in asked for pair in plan.body(number))
    yield from (f"{key} {value}" for key, value in told if value != stand_in_for(key))


def drawn(walk: Walk) -> list[str]:
    """Return the numbers that were drawn in a walk, as texts."""
    padded = [*walk.plan.chances, *([0.0] * walk.draws)][: walk.draws]
    return [f"{number:.3f}".rstrip("0").rstrip(".") for number in padded]
