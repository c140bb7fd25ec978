"""What RapidPro's words mean to CHT, and which way messages go."""

from __future__ import annotations

import pytest

from cht_rapidpro_gateway.statuses import State, moves, state_of


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("initializing", State.UNSENT),
        ("pending", State.UNSENT),
        ("queued", State.UNSENT),
        ("errored", State.UNSENT),
        ("wired", State.PENDING),
        ("sent", State.SENT),
        ("resent", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.DELIVERED),
        ("failed", State.FAILED),
        ("handled", None),
        ("pondering", None),
        ("", None),
    ],
)
def test_every_status_means_a_state_or_nothing(status: str, state: State | None) -> None:
    """What nobody knows means nothing: it is never mapped to something earlier."""
    assert state_of(status) is state


@pytest.mark.parametrize(
    ("old", "new", "status", "expected"),
    [
        (State.UNSENT, State.PENDING, "wired", True),
        (State.UNSENT, State.DELIVERED, "delivered", True),
        (State.SENT, State.PENDING, "wired", False),
        (State.SENT, State.UNSENT, "queued", False),
        (State.SENT, State.UNSENT, "errored", True),
        (State.PENDING, State.PENDING, "wired", False),
        (State.DELIVERED, State.FAILED, "failed", False),
        (State.FAILED, State.DELIVERED, "delivered", False),
        (State.DELIVERED, State.UNSENT, "errored", False),
    ],
)
def test_a_state_moves_forward_only(old: State, new: State, status: str, *, expected: bool) -> None:
    """Back it goes only where RapidPro says that a sending has failed for now, and never from the end."""
    assert moves(old, new, status) is expected
