"""What CouchDB's views cost: the processor time of a poll of CHT's gateway among few documents and among many."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch import CouchDB
from rapidpro_simulator.cht.couch.parameters import read_query
from rapidpro_simulator.cht.couch.queries import ordered_rows
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed

from .report import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.cht.couch import Database

    from .scale import Scale

FLAT = 1.5  # what a poll among many may cost, as a multiple of one among few: rows are kept in lists, which are moved
FEW, MANY = 1_000, 100_000
STEP = 7919  # a prime: the edits visit documents all over the database
KEEP = 1000  # entries of the journal: it is not what is measured

STATES = ("received-by-gateway", "sent", "delivered", "pending", "failed")
POLL = {"keys": json.dumps(["received-by-gateway", "forwarded-by-gateway", "sent"]), "limit": "25"}


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the ratio of a poll among many documents to one among few, and both, and the first map, in microseconds."""
    polls = min(scale.polls, 1000)
    many_documents = min(MANY, scale.many)
    few, many = (Polled(count) for count in (FEW, many_documents))
    rounds = [(few.polls(polls), many.polls(polls)) for _ in range(scale.rounds)]
    ratios = [slow / fast for fast, slow in rounds]
    yield Figure(
        "views", f"a poll among {many_documents:,} documents, to one among {FEW:,}", "ratio", ratios, at_most(FLAT)
    )
    yield Figure("views", f"a poll among {FEW:,} documents", "µs", [fast for fast, _ in rounds])
    yield Figure("views", f"a poll among {many_documents:,} documents", "µs", [slow for _, slow in rounds])
    yield Figure("views", "a document that is mapped first, three views", "µs", [many.first])


class Polled:
    """A database with so many documents, whose views were read once; `first` is what that cost for each document."""

    def __init__(self, count: int) -> None:
        clock = FrozenClock()
        couch = CouchDB(Context(clock, Seed(1), Journal(clock, keep=KEEP)))
        self._medic = couch.install_cht("5.2.0")
        self._count = count
        self._next = 0
        self._medic.bulk([_report(number) for number in range(count)])
        before = time.process_time()
        _poll(self._medic, "m0")
        self.first = 1e6 * (time.process_time() - before) / count

    def polls(self, count: int) -> float:
        """Return the microseconds of a poll, each after an edit of one document."""
        before = time.process_time()
        for _ in range(count):
            self._next = (self._next + STEP) % self._count
            document = self._medic.get(f"r{self._next}")
            document["tasks"][0]["state"] = STATES[self._next % len(STATES)]
            self._medic.put(document)
            _poll(self._medic, f"m{self._next}")
        return 1e6 * (time.process_time() - before) / count


def _poll(medic: Database, uuid: str) -> None:
    for view, parameters in (
        ("gateway_messages_by_state", POLL),
        ("messages_by_gateway_ref", {"key": json.dumps(uuid)}),
        ("messages_by_uuid", {"key": json.dumps(uuid)}),
    ):
        ordered_rows(medic.view("medic-sms", view).rows).select(read_query(parameters))


def _report(number: int) -> dict[str, Any]:
    message = {"uuid": f"m{number}", "to": "+254712345678", "message": "Please visit Ann."}
    state = STATES[number % len(STATES)]
    task = {"state": state, "gateway_ref": str(number), "messages": [message]}
    return {"_id": f"r{number}", "type": "data_record", "form": "V", "reported_date": number, "tasks": [task]}
