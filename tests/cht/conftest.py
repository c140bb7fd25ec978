"""CouchDB with CHT's views, asked without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.couch import CouchDB
from rapidpro_simulator.world.context import Context
from tests.support.document_store import InProcessStore

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Seed


@pytest.fixture
def store(clock: FrozenClock, seed: Seed, journal: Journal) -> InProcessStore:
    couch = CouchDB(Context(clock, seed, journal))
    couch.install_cht("5.2.0")
    return InProcessStore(couch)
