"""What differs between the generations of RapidPro: every record is complete."""

from __future__ import annotations

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
