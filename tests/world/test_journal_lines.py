"""The lines of a journal: parts of them are remembered, and nobody can tell."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.entries import SHORT, Exchange
from rapidpro_simulator.world.journal import Journal

SECRET = "pa55word"
TEXTS = st.sampled_from(["", "/api", f"broadcast=1&key={SECRET}", "token=abcdef", "é"])
BODIES = TEXTS.map(str.encode) | st.just(b"\xff") | st.just(b'{"a":1}' * SHORT)
EXCHANGES = st.fixed_dictionaries(
    {"query": TEXTS, "request": BODIES, "response": BODIES, "retry_after": st.none() | st.sampled_from(["", "7"])}
)


def recorded(journal: Journal, what: dict[str, Any]) -> Exchange:
    exchange = journal.begin(
        what["request"], by="gateway", to="textit.com", method="POST", path="/", query=what["query"]
    )
    exchange.response, exchange.retry_after = what["response"], what["retry_after"]
    return exchange


@given(st.lists(st.tuples(EXCHANGES, st.booleans(), st.booleans()), max_size=8))
def test_a_line_is_what_it_was_without_memory(exchanges: list[tuple[dict[str, Any], bool, bool]]) -> None:
    """Every exchange, ended or not, before a secret is known or after, has the line that it has on its own."""
    journal = Journal(FrozenClock())
    for what, ends, hides in exchanges:
        exchange = recorded(journal, what)
        if ends:
            journal.end(exchange, "answered", 200)
        if hides:
            journal.hide(SECRET)
        alone = json.dumps(exchange.as_dict(), ensure_ascii=False, separators=(",", ":"))
        assert journal.line(exchange) == journal.redact(alone)


def test_its_number_is_never_a_secret() -> None:
    """The number and the times are the journal's own: a secret that looks like one does not break the line."""
    journal = Journal(FrozenClock())
    journal.hide("123456")
    exchange = recorded(journal, {"query": "", "request": b"", "response": b"", "retry_after": None})
    exchange.number = 123456
    assert json.loads(journal.line(exchange))["number"] == 123456
