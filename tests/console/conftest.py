from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.console.worlds import Worlds
from rapidpro_simulator.served.configuration import plan_of
from tests.support.patience import PATIENCE

from .api import Api, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rapidpro_simulator.served.plan import Plan

EMPTY = {"speed": 0, "rapidpro": [], "cht": []}
SENDING = """
Given a RapidPro workspace "Main"
And a CHT instance that sends through the workspace "Main"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return plan_of(EMPTY, tmp_path)


@pytest.fixture
def worlds(tmp_path: Path, plan: Plan) -> Iterator[Worlds]:
    """Return the worlds of a server that may have four; the first, `main`, is empty, and its time is paused."""
    worlds = Worlds(tmp_path, most=4, most_seconds=PATIENCE)
    worlds.add("main", plan, may_end=False)
    yield worlds
    worlds.close()


@pytest.fixture
def api(worlds: Worlds) -> Iterator[Api]:
    with served(worlds) as api:
        yield api


@pytest.fixture
def sending(api: Api) -> Api:
    """Return an API in whose world CHT sends through the workspace "Main"."""
    api.ask("POST", "/worlds/{world}/sentences", {"text": SENDING})
    return api
