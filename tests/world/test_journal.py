from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal


@pytest.fixture
def busy(journal: Journal, clock: FrozenClock) -> Journal:
    for number, status in enumerate([201, 429, 500]):
        exchange = journal.begin(by="gateway", to="textit.com", method="POST", path="/api/v2/broadcasts.json", query="")
        clock.advance(timedelta(minutes=1))
        journal.end(exchange, "answered", status)
        journal.event("message.status", workspace="Old", message=number)
    return journal


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("", 6),
        ("exchange", 3),
        ("message.*", 3),
        ("exchange status=4*", 1),
        ("exchange status=201 to=textit.com", 1),
        ("exchange by=nobody", 0),
        ("workspace=Old", 3),
        ("exchange since=2026-03-02T08:01:00Z", 2),
        ("exchange until=2026-03-02T08:00:00Z", 1),
    ],
)
def test_find(busy: Journal, question: str, count: int) -> None:
    """A question in one line finds what it is about."""
    assert len(busy.find(question)) == count


def test_order(busy: Journal) -> None:
    """Entries are numbered in the order in which they began."""
    assert [entry.number for entry in busy] == [1, 2, 3, 4, 5, 6]


def test_json_lines(busy: Journal) -> None:
    """The export is one JSON object a line, with the time it happened."""
    file = io.StringIO()
    busy.write(file)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["time"][11:16] for line in lines] == ["08:00", "08:01", "08:01", "08:02", "08:02", "08:03"]


@pytest.mark.parametrize(
    "text",
    [
        'Authorization: "tok-123456"',
        '{"name":"medic","password":"pw"}',
        r"{\"password\":\"pw-in-json-in-json\"}",
        "https://medic:hunter22@couch.org/medic",
        "name=medic&password=hunter22",
        '{"a":"line\\nbreak"}',
    ],
)
def test_redact(journal: Journal, text: str) -> None:
    """What is a secret, or looks like one, is not shown."""
    journal.hide("tok-123456")
    journal.hide("line\nbreak")
    shown = journal.redact(text)
    assert "[hidden]" in shown
    assert not any(secret in shown for secret in ("tok-123456", "pw", "hunter22", "break"))


def test_keep(clock: FrozenClock) -> None:
    """A bounded journal keeps the latest entries."""
    from rapidpro_simulator.world.journal import Journal

    journal = Journal(clock, keep=2)
    for number in range(5):
        journal.event("tick", number=number)
    assert [entry.get("number") for entry in journal] == [3, 4]
