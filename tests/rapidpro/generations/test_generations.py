"""What differs between the generations of RapidPro: every record is complete."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter

import pytest

from rapidpro_simulator.rapidpro.generations import GENERATIONS, generation
from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES
from rapidpro_simulator.rapidpro.model.flows import StartStatus
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus, Status


def test_every_status_has_an_entry() -> None:
    """Each generation says how it prints each status that can be stored."""
    for each in GENERATIONS.values():
        assert set(each.words.message) == set(Status)
        assert set(each.words.broadcast) == set(BroadcastStatus)
        assert set(each.words.start) == set(StartStatus)


def test_rate_profiles_exist() -> None:
    """Each generation names a rate profile that there is."""
    assert {each.access.rate_profile for each in GENERATIONS.values()} <= set(RATE_PROFILES)


@pytest.mark.parametrize(
    ("name", "status", "word"),
    [
        ("community", Status.INITIALIZING, "queued"),
        ("community", Status.READ, None),
        ("textit-2025", Status.READ, "read"),
        ("textit-2026", Status.READ, "read"),
        ("v7", Status.INITIALIZING, "initializing"),
        ("v7", Status.RESENT, "resent"),
    ],
)
def test_message_words(name: str, status: Status, word: str | None) -> None:
    """The words of the API for a message's status depend on the generation."""
    assert generation(name).words.message[status] == word


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("community", {"queued", "sent"}),
        ("textit-2026", {"pending", "queued", "started", "completed", "failed", "interrupted"}),
    ],
)
def test_broadcast_words(name: str, words: set[str]) -> None:
    """The community's broadcasts practically never fail; TextIt tells six statuses apart."""
    assert set(generation(name).words.broadcast.values()) == words


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("community", "id", "media"), ("textit-2025", "id", "media"), ("textit-2026", "uuid", "broadcast")],
)
def test_message_fields(name: str, first: str, last: str) -> None:
    """TextIt of 2026 prints the ids last, for they are deprecated."""
    fields = generation(name).fields.messages
    assert (fields[0], fields[-1]) == (first, last)


def test_unknown_generation() -> None:
    """A generation that there is not is refused with the names of those that there are."""
    with pytest.raises(ValueError, match="community, textit-2025, textit-2026"):
        generation("textit")


@pytest.mark.parametrize(
    ("habit", "community", "textit"),
    [
        ("mailroom.looping_threshold", 20, 21),  # rapidpro 6.3
        ("mailroom.outbox_limit", None, 10_000),  # 6.1
        ("mailroom.patience", None, timedelta(minutes=1)),  # 6.1
        ("mailroom.start_batch", 100, 25),  # 8.1
        ("mailroom.campaign_rhythm", timedelta(minutes=1), timedelta(seconds=30)),  # 8.4
        ("flows.session_life", timedelta(days=90), timedelta(days=30)),  # 8.2
        ("flows.session_jitter", timedelta(0), timedelta(days=1)),  # 8.2
        ("flows.message_expiry", 10_080, 4_320),  # 4.7, flows 1.1
        ("flows.webhook_agent", "RapidProMailroom/9.0.1", "Mailroom/26.3"),  # 7.1
        ("flows.webhook_waits", (5, 10), ()),  # 7.2
        ("flows.limits.webhook_response", 1024 * 1024, 256 * 1024),  # 7.1
        ("courier.rejection", Status.ERRORED, Status.FAILED),  # 6.3
    ],
)
def test_facts(habit: str, community: object, textit: object) -> None:
    """What the specification says of the two reference generations is what their tables say."""
    found = attrgetter(habit)
    assert (found(generation("community")), found(generation("textit-2026"))) == (community, textit)
