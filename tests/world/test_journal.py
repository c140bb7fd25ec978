from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.entries import BODY_LIMIT, Exchange

if TYPE_CHECKING:
    from pathlib import Path

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


POST: dict[str, Any] = {
    "by": "gateway",
    "to": "textit.com",
    "method": "POST",
    "path": "/api/v2/broadcasts.json",
    "query": "a=1",
}


def test_an_exchange_under_way(journal: Journal) -> None:
    """It has no answer, and all else is there to be asked for."""
    exchange = journal.begin(b'{"text":"hi"}', **POST)

    assert (exchange.get("outcome"), exchange.status, exchange.get("fault")) == ("pending", None, None)
    assert (exchange.ended, exchange.retry_after, exchange.response, exchange.content_type) == (None, None, b"", "")
    assert (exchange.json(), exchange.answer(), exchange.seconds) == ({"text": "hi"}, None, float("inf"))


def test_an_exchange_that_has_ended(journal: Journal, clock: FrozenClock) -> None:
    """It knows how, and when; whoever listens hears of it only then."""
    heard: list[object] = []
    journal.listeners.append(heard.append)
    exchange = journal.begin(**POST)
    assert heard == []
    clock.advance(timedelta(seconds=90))
    journal.end(exchange, "answered", 201)

    assert (exchange.get("outcome"), exchange.status, exchange.seconds) == ("answered", 201, 90)
    assert heard == [exchange]


def test_a_line_has_all_that_is_known(journal: Journal, clock: FrozenClock) -> None:
    """What is empty or unknown is left out; bytes that are no text are replaced."""
    exchange = journal.begin('{"text":"Ωδή"}'.encode(), **POST)
    bare = json.loads(journal.line(journal.begin(**POST)))
    clock.advance(timedelta(seconds=1))
    exchange.response, exchange.retry_after = b"\xff{}", "60"
    journal.end(exchange, "answered", 429)

    assert json.loads(journal.line(exchange)) == {
        "number": 1,
        "time": "2026-03-02T08:00:00+00:00",
        "kind": "exchange",
        "status": 429,
        "outcome": "answered",
        "fault": None,
        **POST,
        "ended": "2026-03-02T08:00:01+00:00",
        "retry_after": "60",
        "request": '{"text":"Ωδή"}',
        "response": "\ufffd{}",
    }
    assert not {"ended", "retry_after", "request", "response"} & set(bare)


def test_a_line_is_compact_and_readable(journal: Journal) -> None:
    """No spaces between members, no escapes; what JSON does not know is written as text."""
    line = journal.line(journal.event("message.text", text="Ωδή", due=timedelta(minutes=1)))

    assert line.endswith('"kind":"message.text","text":"Ωδή","due":"0:01:00"}')


def test_a_written_journal_begins_with_its_header(busy: Journal, tmp_path: Path) -> None:
    """Unless some entries were asked for; the header is no entry, and does not count."""
    busy.header = {"seed": 7}
    file = io.StringIO()

    assert busy.save(tmp_path / "journal.jsonl") == 6
    assert busy.write(file, list(busy)[:2]) == 2
    first, *others = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(first) == {"number": 0, "time": "2026-03-02T08:00:00+00:00", "kind": "journal", "seed": 7}
    assert file.getvalue().splitlines() == others[:2]
    assert len(others) == 6


def test_latest(busy: Journal) -> None:
    """The last ones of a kind, in order."""
    assert [entry.number for entry in busy.latest(2)] == [5, 6]
    assert [entry.number for entry in busy.latest(2, "exchange")] == [3, 5]


def test_functions_are_asked(busy: Journal) -> None:
    """They get what is recorded, and where nothing is, None."""
    assert [entry.number for entry in busy.where(status=lambda status: status == 429)] == [3]
    assert [entry.number for entry in busy.exchanges(fault=lambda fault: fault is None)] == [1, 3, 5]


def test_events_are_no_exchanges(busy: Journal) -> None:
    """Only exchanges have a method and a target."""
    found = busy.exchanges(status="4*")

    assert [type(exchange) for exchange in found] == [Exchange]
    assert [exchange.target for exchange in found] == ["/api/v2/broadcasts.json"]


def test_a_question_may_have_an_equals_sign_in_its_value(journal: Journal) -> None:
    """The first one ends the name."""
    exchange = journal.begin(**POST)

    assert journal.find("query=a=1") == [exchange]


def test_the_longer_secret_goes_first(journal: Journal) -> None:
    """A secret that another begins with leaves no rest of the other."""
    journal.hide("hunter-22")
    journal.hide("hunter-22-and-more")

    assert journal.redact("it is hunter-22-and-more") == "it is [hidden]"


def test_entries_show_themselves(journal: Journal) -> None:
    """As pytest prints them where an assertion fails."""
    exchange = journal.begin(**{**POST, "status": 201})

    assert repr(exchange) == "<1 gateway POST textit.com/api/v2/broadcasts.json?a=1 201>"
    assert repr(journal.begin(**{**POST, "query": ""})) == "<2 gateway POST textit.com/api/v2/broadcasts.json None>"
    assert repr(journal.event("tick", beat=1)) == "<3 tick {'beat': 1}>"


def test_keep_bytes(clock: FrozenClock) -> None:
    """A journal that is bounded by bytes counts both bodies of an exchange, and keeps the latest."""
    from rapidpro_simulator.world.journal import Journal

    journal = Journal(clock, keep_bytes=100_000)
    for _ in range(20):
        exchange = journal.begin(b"x" * 10_000, by="a", to="b", method="POST", path="/", query="")
        exchange.response = b"y" * 10_000
        journal.end(exchange, "answered", 200)
    assert [entry.number for entry in journal] == [17, 18, 19, 20]


def test_one_entry_too_large(clock: FrozenClock) -> None:
    """What is larger than the bound is not kept, and what comes after it is."""
    from rapidpro_simulator.world.journal import Journal

    journal = Journal(clock, keep=5, keep_bytes=100_000)
    late = journal.begin(b"x" * 200_000, by="a", to="b", method="POST", path="/", query="")
    journal.event("tick")
    journal.end(late, "answered", 200)
    for _ in range(9):
        journal.event("tick")
    assert [entry.number for entry in journal] == [7, 8, 9, 10, 11]


def test_other_values_are_compared(busy: Journal) -> None:
    """What is no text and no function has to be equal."""
    assert [entry.number for entry in busy.where(message=1)] == [4]


def test_a_long_body_is_cut(journal: Journal) -> None:
    """After its secrets are hidden, and whatever bytes it has."""
    journal.hide("tok-123456")
    beginning = b"\xff" + b"a" * (BODY_LIMIT - 8)
    exchange = journal.begin(beginning + b"tok-123456" + b"b" * BODY_LIMIT, **POST)

    shown = json.loads(journal.line(exchange))["request"]

    assert shown == "\ufffd" + "a" * (BODY_LIMIT - 8) + "[hidden"
    assert len(shown) == BODY_LIMIT
