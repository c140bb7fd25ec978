"""The administrator knows a CHT by its address and an account alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.cht.releases import Release, release
from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rapidpro_simulator.cht.site import Document


@dataclass
class Address:
    """All that somebody outside of a CHT has."""

    administrator: tuple[str, str]
    simulation: Simulation
    name: str = "cht.example.org"
    url: str = "https://cht.example.org"
    database: str = "medic"
    release: Release = field(default_factory=lambda: release("5.2"))
    pickup_seconds: float = 1.0
    couchdb_url: str | None = None
    older_documents: frozenset[str] = frozenset()

    def now(self) -> datetime:
        return self.simulation.clock.now()

    def outward(self, settings: Any) -> Any:
        return settings

    def tasks_and_messages(self) -> Iterator[tuple[Document, Document]]:
        raise AssertionError("the administrator asks over HTTP")


@pytest.fixture
def address() -> Iterator[Address]:
    with Simulation() as simulation:
        instance = simulation.cht("cht.example.org")
        yield Address(instance.administrator, simulation)


@pytest.fixture
def administrator(address: Address) -> Administrator:
    return Administrator(address.simulation, address)


def document(address: Address, number: int, **task: Any) -> Document:
    return message_document(address.simulation, number, "+254712345678", f"Visit {number}", **task)


def test_an_address_and_an_account_are_enough(administrator: Administrator, address: Address) -> None:
    """Documents, settings and keys are changed over HTTP, with nothing but what a stranger may know."""
    administrator.save([document(address, 1), document(address, 2, state="sent")])
    administrator.send_through("https://textit.com")
    administrator.set_credential("rapidpro:outgoing", "a-token-of-rapidpro")
    administrator.forget_credential("rapidpro:outgoing")

    assert [message.state for message in administrator.messages()] == ["pending", "sent"]
    assert administrator.ask("GET", "/api/v1/settings")["sms"]["rapidpro"] == {"url": "https://textit.com"}


def test_what_was_there_before_is_no_part_of_the_scenario(administrator: Administrator, address: Address) -> None:
    """Documents that a CHT had already are neither counted nor touched."""
    older, newer = document(address, 1), document(address, 2)
    administrator.save([older, newer])

    address.older_documents = frozenset({older["_id"]})

    assert [each["_id"] for each in administrator.documents() if "tasks" in each] == [newer["_id"]]
