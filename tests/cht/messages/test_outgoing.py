from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.messages.outgoing import Outgoing, duplicate_limit, is_denied

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock

PHONE = "+254712345678"


@pytest.mark.parametrize(
    ("sender", "settings", "denied"),
    [
        (PHONE, {}, False),
        (None, {"outgoing_deny_shorter_than": 6}, False),
        ("22141", {"outgoing_deny_shorter_than": 6}, True),
        ("221412", {"outgoing_deny_shorter_than": 6}, False),
        ("22141", {"outgoing_deny_shorter_than": "six"}, False),
        ("SAFARICOM", {"outgoing_deny_with_alphas": True}, True),
        ("\u017f\u212a", {"outgoing_deny_with_alphas": True}, False),  # no letters of ASCII, in no case
        ("SAFARICOM", {"outgoing_deny_with_alphas": "true"}, False),
        ("safaricom2", {"outgoing_deny_list": "800, SAFARICOM"}, True),
        ("80012", {"outgoing_deny_list": "800, SAFARICOM"}, True),
        ("18001", {"outgoing_deny_list": "800, SAFARICOM"}, False),
        (PHONE, {"outgoing_deny_list": " ,"}, False),
        ("0712345678", {"gateway_number": PHONE, "default_country_code": 254}, True),
        ("0712345679", {"gateway_number": PHONE, "default_country_code": 254}, False),
        (PHONE, {"gateway_number": "0712345678"}, True),
        ("0712345678", {"gateway_number": 254712345678}, False),
        (254712345678, {"outgoing_deny_shorter_than": 30, "outgoing_deny_with_alphas": True}, False),
    ],
)
def test_denied(sender: Any, settings: dict[str, Any], denied: bool) -> None:
    """The sender of a record decides whether anybody gets a message because of it (cht 6.4)."""
    assert is_denied(sender, settings) is denied


def test_a_deny_list_needs_a_text() -> None:
    """A deny list and a sender that is a number make CHT throw."""
    with pytest.raises(TypeError, match="outgoing_deny_list"):
        is_denied(254712345678, {"outgoing_deny_list": ",,"})


@pytest.mark.parametrize(
    ("sms", "limit"),
    [
        (None, 5),
        ({}, 5),
        ({"duplicate_limit": 2}, 2),
        ({"duplicate_limit": 99}, 20),
        ({"duplicate_limit": 0}, 5),
        ({"duplicate_limit": "x"}, 5),
        ({"duplicate_limit": "3 or so"}, 3),
        ({"duplicate_limit": 2.9}, 2),
        ({"duplicate_limit": True}, 5),
        ({"duplicate_limit": -1}, 5),
    ],
)
def test_limit(sms: Any, limit: int) -> None:
    """Five copies are allowed, or what the settings say, but never more than twenty."""
    assert duplicate_limit({"sms": sms}) == limit


def test_sixth_copy(clock: FrozenClock) -> None:
    """The sixth copy of a text to one number is a duplicate; another text and another number are not."""
    outgoing = Outgoing(clock)
    states = [outgoing.state(PHONE, PHONE, "hello", {}) for _ in range(6)]
    assert states == ["pending"] * 5 + ["duplicate"]
    assert {outgoing.state(PHONE, PHONE, "bye", {}), outgoing.state(PHONE, "1", "hello", {})} == {"pending"}


@pytest.mark.parametrize(("minutes", "last"), [(29, "duplicate"), (30, "pending")])
def test_forgotten(clock: FrozenClock, minutes: int, last: str) -> None:
    """Half an hour after a copy the count begins anew."""
    outgoing = Outgoing(clock)
    for _ in range(5):
        outgoing.state(PHONE, PHONE, "hello", {})
    clock.advance(timedelta(minutes=minutes))
    assert outgoing.state(PHONE, PHONE, "hello", {}) == last


def test_new_process(clock: FrozenClock) -> None:
    """Another process knows nothing of the copies."""
    settings = {"sms": {"duplicate_limit": 1}}
    assert [Outgoing(clock).state(PHONE, PHONE, "hello", settings) for _ in range(3)] == ["pending"] * 3


def test_whom_it_is_denied_for(clock: FrozenClock) -> None:
    """The sender of the record decides, not whoever the message goes to."""
    outgoing = Outgoing(clock)

    assert outgoing.state("SAFARICOM", "+254712345678", "hi", {"outgoing_deny_with_alphas": True}) == "denied"
    assert outgoing.state("+254712345678", "SAFARICOM", "hi", {"outgoing_deny_with_alphas": True}) == "pending"


def test_a_copy_after_the_pause_is_the_first(clock: FrozenClock) -> None:
    """As many copies as at first may follow it."""
    outgoing = Outgoing(clock)

    def send() -> list[str]:
        return [outgoing.state("+254712345678", "+254712345679", "hi", {}) for _ in range(6)]

    assert send() == ["pending"] * 5 + ["duplicate"]
    clock.advance(timedelta(minutes=30))
    assert send() == ["pending"] * 5 + ["duplicate"]


def test_a_limit_of_one_is_a_limit() -> None:
    """Only what is no number above nothing falls back."""
    assert duplicate_limit({"sms": {"duplicate_limit": 1}}) == 1
    assert duplicate_limit({"sms": {"duplicate_limit": 0}}) == 5
