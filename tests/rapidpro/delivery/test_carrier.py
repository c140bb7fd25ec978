"""Which wish counts for which message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.delivery.carrier import Carrier
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.seed import Seed

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside


@pytest.fixture
def carrier(seed: Seed) -> Carrier:
    return Carrier(seed.stream("carrier"))


@pytest.fixture
def jane(send: Send) -> Message:
    return send(JANE, text="Visit tomorrow")[0]


@pytest.fixture
def john(send: Send) -> Message:
    return send(JOHN, text="Come now")[0]


def _names(carrier: Carrier, *messages: Message) -> list[str]:
    return [carrier.outcome(message).name for message in messages]


def test_nobody_has_said_anything(carrier: Carrier, jane: Message) -> None:
    """Everything is delivered."""
    assert _names(carrier, jane, jane) == ["delivered"] * 2


def test_general_wishes(carrier: Carrier, jane: Message) -> None:
    """The last one counts, and leaves particular ones alone."""
    carrier.deliver("failed", text="Visit*")
    carrier.deliver("sent")
    carrier.deliver("wired")
    assert _names(carrier, jane) == ["failed"]
    assert len(carrier._rules) == 1


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"text": "Visit*"}, ["failed", "delivered", "failed"]),
        ({"text": "visit*"}, ["delivered"] * 3),
        ({"urn": "*02"}, ["delivered", "failed", "delivered"]),
        ({"text": "Visit*", "urn": "*02"}, ["delivered"] * 3),
        ({"number": 2}, ["delivered", "failed", "delivered"]),
        ({"number": 2, "text": "Visit*"}, ["delivered"] * 3),
        ({"times": 2}, ["failed", "failed", "delivered"]),
        ({"times": 1, "urn": "*01"}, ["failed", "delivered", "delivered"]),
        ({"times": 0}, ["delivered"] * 3),
    ],
)
def test_particular_wishes(
    carrier: Carrier, jane: Message, john: Message, criteria: dict[str, str | int], expected: list[str]
) -> None:
    """A wish is for the messages that meet all of its criteria."""
    carrier.deliver("failed", **criteria)  # type: ignore[arg-type]
    assert _names(carrier, jane, john, jane) == expected


def test_the_newest_wish(carrier: Carrier, jane: Message) -> None:
    """Of several that fit the newest counts; when its times are over, the one before it."""
    carrier.deliver("sent", text="*")
    carrier.deliver("wired", text="Visit*", times=1)
    assert _names(carrier, jane, jane) == ["wired", "sent"]


def test_again(carrier: Carrier, jane: Message) -> None:
    """A message that is sent again has no number, but uses up the times of a wish."""
    carrier.deliver("failed", number=2)
    carrier.deliver("sent", times=1, text="*")
    assert carrier.outcome(jane).name == "sent"
    assert carrier.outcome(jane, again=True).name == "delivered"
    assert _names(carrier, jane, jane) == ["failed", "delivered"]


def test_used_up(carrier: Carrier, jane: Message) -> None:
    """Wishes that are over are not kept."""
    carrier.deliver("failed", number=1)
    carrier.deliver("sent", times=1)
    assert _names(carrier, jane, jane) == ["sent", "delivered"]
    assert [rule.number for rule in carrier._rules] == [1]


def test_a_message_without_a_urn(carrier: Carrier, jane: Message) -> None:
    """It meets a wish for any URN, and none for a particular one."""
    jane.urn = None
    carrier.deliver("failed", urn="tel:*")
    assert _names(carrier, jane) == ["delivered"]
    carrier.deliver("sent", urn="*")
    assert _names(carrier, jane) == ["sent"]


@pytest.mark.parametrize(("without", "name"), [("sent", "sent"), (["sent", "wired"], "sent, wired")])
def test_without(carrier: Carrier, jane: Message, without: str | list[str], name: str) -> None:
    """Reports can be left out of a wish, one or several."""
    carrier.deliver("delivered", without=without)
    assert _names(carrier, jane) == [f"delivered without {name}"]


def test_shares(carrier: Carrier, jane: Message) -> None:
    """Chance chooses by weight; what weighs nothing is never chosen, and a wish may be an outcome of one's own."""
    carrier.deliver({"sent": 3, "failed": 1, "wired": 0})
    names = _names(carrier, *[jane] * 400)
    assert set(names) == {"sent", "failed"}
    assert 60 < names.count("failed") < 140
    carrier.deliver(outcome("my own", sent=1))
    assert _names(carrier, jane) == ["my own"]
