from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rapidpro_simulator.pictures.mermaid import mermaid_of
from rapidpro_simulator.pictures.sequence import PHONES, Arrow, sequence_of
from rapidpro_simulator.pictures.sequence_svg import draw_sequence
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.journal import Exchange, Journal
from tests.pictures.reading import read


class Diary:
    """A journal that is written by hand."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.journal = Journal(self.clock)

    def exchange(self, status: int | None = 200, outcome: str = "answered", **data: Any) -> Exchange:
        self.clock.advance(timedelta(seconds=1))
        usual = {"by": "gateway", "to": "textit.com", "method": "GET", "path": "/api/v2/messages.json", "query": ""}
        exchange = self.journal.begin(**{**usual, **data})
        self.journal.end(exchange, outcome, status)
        return exchange

    def event(self, kind: str, **data: Any) -> None:
        self.clock.advance(timedelta(seconds=1))
        self.journal.event(kind, **data)

    def arrows(self) -> list[Arrow]:
        return sequence_of(self.journal).arrows


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_an_exchange(diary: Diary) -> None:
    """An exchange is an arrow from who asks to who is asked, with the answer."""
    diary.exchange(201, method="POST", path="/api/v2/broadcasts.json")
    (arrow,) = diary.arrows()
    assert (arrow.source, arrow.target, arrow.label) == ("gateway", "textit.com", "POST /api/v2/broadcasts → 201")
    assert (arrow.mood, arrow.entry) == ("good", 1)


def test_repeated(diary: Diary) -> None:
    """What repeats itself is one arrow, whatever it asks for in its query; another answer is another arrow."""
    for number in (1, 2, 3):
        diary.exchange(query=f"broadcast={number}")
    diary.exchange(429, query="broadcast=4")
    first, second = diary.arrows()
    assert (first.label, first.count) == ("GET /api/v2/messages → 200", 3)
    assert first.last is not None
    assert (first.last - first.time).total_seconds() == 2
    assert (second.label, second.count, second.mood) == ("GET /api/v2/messages?broadcast=4 → 429", 1, "bad")


@pytest.mark.parametrize(
    ("data", "mood"),
    [
        ({"status": 404}, "warn"),
        ({"status": 503}, "bad"),
        ({"status": None, "outcome": "reset"}, "bad"),
        ({"status": 200, "fault": "latency"}, "bad"),
        ({"status": 409, "to": "couchdb.cht.example.org"}, "warn"),
    ],
)
def test_what_stands_out(diary: Diary, data: dict[str, Any], mood: str) -> None:
    """A refusal is a warning; what is broken, disturbed or throttled is bad."""
    diary.exchange(**data)
    (arrow,) = diary.arrows()
    assert arrow.mood == mood


@pytest.mark.parametrize("status", [200, 404])
def test_routine_of_couchdb(diary: Diary, status: int) -> None:
    """What CHT's parts read and write all day is left out, and what they miss."""
    diary.exchange(status, to="couchdb.cht.example.org", path="/medic/_changes")
    assert diary.arrows() == []


def test_phones(diary: Diary) -> None:
    """Texts come from the phones; messages go there as their statuses change."""
    usual = {"host": "textit.com", "workspace": "Main", "broadcast": None}
    phone = "tel:+254712345678"
    diary.event("message.created", **usual, message=1, direction="in", urn=phone, text="JOIN", status="queued")
    diary.event("message.created", **usual, message=2, direction="out", urn=phone, text="Hi", status="queued")
    for status in ("queued", "wired", "failed"):
        diary.event("message.status", **usual, message=2, **{"from": "x", "to": status})
    assert [(each.source, each.label, each.mood) for each in diary.arrows()] == [
        (PHONES, "“JOIN”", "good"),
        ("textit.com", "message 2 wired", "good"),
        ("textit.com", "message 2 failed", "bad"),
    ]


def test_notes(diary: Diary) -> None:
    """What happens to a party by itself is a note beside its lane."""
    diary.event("gateway.crashed", gateway="gateway")
    (arrow,) = diary.arrows()
    assert (arrow.is_note, arrow.label, arrow.mood) == (True, "gateway crashes", "bad")


def test_lanes(diary: Diary) -> None:
    """Lanes stand in the order in which messages travel."""
    diary.exchange(201, by="tester", to="cht.example.org", method="PUT", path="/api/v1/settings")
    diary.exchange()
    diary.exchange(500, to="couchdb.cht.example.org", path="/medic/_bulk_docs")
    diary.event(
        "message.created", host="textit.com", workspace="Main", message=1, broadcast=None, direction="in",
        urn="tel:+254712345678", text="JOIN", status="queued",
    )  # fmt: skip
    lanes = sequence_of(diary.journal).lanes
    assert lanes == ["phones", "textit.com", "gateway", "cht.example.org", "couchdb.cht.example.org", "tester"]


def test_the_latest(diary: Diary) -> None:
    """Of a long sequence the latest steps are drawn, and it says how many are left out."""
    for number in range(10):
        diary.exchange(200 + number)
    sequence = sequence_of(diary.journal, most=3)
    assert (len(sequence.arrows), sequence.left_out) == (3, 7)
    assert sequence.arrows[-1].label.endswith("209")


def test_secrets(diary: Diary) -> None:
    """What the journal hides is not drawn."""
    diary.journal.hide("secret-token")
    diary.exchange(query="key=secret-token")
    (arrow,) = sequence_of(diary.journal, redact=diary.journal.redact).arrows
    assert "secret-token" not in arrow.label


def test_drawn(diary: Diary) -> None:
    """Each step is a group that knows its entry; what people write is text, never markup."""
    diary.exchange()
    diary.event(
        "message.created", host="textit.com", workspace="Main", message=1, broadcast=None, direction="in",
        urn="tel:+254712345678", text="<script>alert(1)</script>", status="queued",
    )  # fmt: skip
    picture = read(draw_sequence(sequence_of(diary.journal)))
    assert [each.get("data-entry") for each in picture.all("g")] == ["1", "2"]
    assert picture.all("script") == []
    assert "“<script>alert(1)</script>”" in picture.texts()
    assert picture.title().startswith("Sequence diagram: 2 steps between phones, textit.com")


def test_nobody() -> None:
    """Where nothing has happened, the picture says so."""
    assert read(draw_sequence(sequence_of([]))).title() == "Sequence diagram: 0 steps between nobody"


def test_mermaid(diary: Diary) -> None:
    """Mermaid has the same lanes and steps; what went wrong has a cross."""
    diary.exchange(429, query="broadcast=4;x")
    assert mermaid_of(sequence_of(diary.journal)).splitlines() == [
        "sequenceDiagram",
        "    participant lane1 as gateway",
        "    participant lane2 as textit.com",
        "    lane1-xlane2: 08:00:01 GET /api/v2/messages?broadcast=4#59;x → 429",
    ]
