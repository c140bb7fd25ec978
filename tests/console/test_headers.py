from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from multidict import CIMultiDict

from rapidpro_simulator.console.pages.headers import headers_of
from rapidpro_simulator.world.journal import Exchange, Journal

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock


@pytest.fixture
def exchange(journal: Journal) -> Exchange:
    return journal.begin(by="gateway", to="textit.com", method="GET", path="/", query="")


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (("Authorization", "Token 0123456789"), "Authorization: Token [hidden]"),
        (("authorization", "0123456789"), "authorization: [hidden]"),
        (("Cookie", "AuthSession=0123456789"), "Cookie: [hidden]"),
        (("Accept", "application/json"), "Accept: application/json"),
        (("X-Forwarded-Key", "a secret that is known"), "X-Forwarded-Key: [hidden]"),
    ],
)
def test_what_lets_one_in_is_hidden(journal: Journal, exchange: Exchange, header: tuple[str, str], shown: str) -> None:
    """Nobody sees what somebody else could come in with: credentials, cookies, and secrets that are known."""
    journal.hide("a secret that is known")
    exchange.request_headers = exchange.response_headers = CIMultiDict([header])
    assert headers_of(journal, exchange) == {"request": shown, "response": shown}


def test_an_event_has_none(journal: Journal) -> None:
    """What is no exchange has no headers."""
    assert headers_of(journal, journal.event("gateway.started")) == {}


def test_they_do_not_leave_the_journal(journal: Journal, exchange: Exchange) -> None:
    """A saved journal has no headers, so that it is the same whether somebody could have looked or not."""
    before = journal.line(exchange)
    exchange.request_headers = CIMultiDict(Accept="application/json")
    assert journal.line(exchange) == before


def test_they_count(clock: FrozenClock) -> None:
    """What headers take of the memory is counted."""
    journal = Journal(clock, keep_bytes=10_000)
    exchange = journal.begin(by="gateway", to="textit.com", method="GET", path="/", query="")
    exchange.response_headers = CIMultiDict(X="x" * 20_000)
    journal.end(exchange, "answered", 200)
    assert len(journal) == 0
