"""A server of worlds in a thread, and a visitor of a world's console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.console.worlds import Worlds
from rapidpro_simulator.served.configuration import plan_of
from tests.console.api import Api, served
from tests.support.browser import browser
from tests.support.patience import PATIENCE

from .visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    MakeVisitor = Callable[..., Visitor]

__all__ = ["browser"]
SENDING = """
Given RapidPro workspaces "Old" and "New" on "textit.com"
And a CHT instance that sends through the workspace "Old"
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    worlds = Worlds(tmp_path_factory.mktemp("worlds"))
    with served(worlds) as address:
        yield address
    worlds.close()


@pytest.fixture
def visit(browser: Browser, address: Api) -> Iterator[MakeVisitor]:
    """Return what lets somebody open the console of a new world, in which sentences have been said."""
    visitors: list[Visitor] = []

    def visit(sentences: str = SENDING, **how: object) -> Visitor:
        plan = plan_of({"speed": 0, "rapidpro": [], "cht": []}, address.worlds.folder)
        world = address.worlds.add(None, plan)
        if sentences:
            world.say(sentences).result(PATIENCE)
        visitors.append(Visitor(browser, address, world, **how))
        visitors[-1].open()
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.leave()
    address.worlds.close()
    for visitor in visitors:
        assert visitor.complaints == []


@pytest.fixture
def visitor(visit: MakeVisitor) -> Visitor:
    """Return somebody at the console of a world in which CHT sends through "Old", and there is "New"."""
    return visit()
