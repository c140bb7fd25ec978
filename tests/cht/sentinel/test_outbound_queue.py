"""Pushes that failed are tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import SentinelWorld

REPORT = {"_id": "r1", "type": "data_record", "form": "FB", "content_type": "xml"}
TASK = "task:outbound:r1"


class Receiver:
    """Two systems that CHT pushes to; `broken` are the paths that answer with 500, `heard` all that were asked."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.heard: list[str] = []

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.heard.append(request.path)
        return web.json_response({}, status=500 if request.path in self.broken else 200)


def configured(world: SentinelWorld, *names: str, **entry: Any) -> Receiver:
    """Let the instance push every report to the paths `names` of a system that listens."""
    receiver = Receiver()
    world.simulation.network.attach("push.example.org", HandlerService(receiver.answer))
    receiver.broken = {f"/{name}" for name in names}
    outbound = {
        name: {
            "relevant_to": "doc.form === 'FB'",
            "destination": {"base_url": "https://push.example.org", "path": name},
            "mapping": {"id": "doc._id"},
            **entry,
        }
        for name in names
    }
    world.administrator.change_settings(outbound=outbound, transitions={"mark_for_outbound": True})
    return receiver


def test_a_failed_push_is_made_five_minutes_later(world: SentinelWorld) -> None:
    """What failed at once is tried at every run of the job until it succeeds; then it is out of the queue."""
    receiver = configured(world, "a")
    world.put(**REPORT)
    world.advance(minutes=11)
    assert receiver.heard == ["/a"] * 3
    assert world.infos.get(TASK)["queue"] == ["a"]

    receiver.broken.clear()
    world.advance(minutes=11)
    assert receiver.heard == ["/a"] * 4
    assert world.infos.find(TASK) is None


def test_the_first_of_the_queue_is_removed_whichever_succeeds(world: SentinelWorld) -> None:
    """When the second of two pushes succeeds, the first is forgotten: it is never made (H16)."""
    receiver = configured(world, "a", "b")
    world.put(**REPORT)
    receiver.broken = {"/a"}
    world.advance(minutes=30)

    assert receiver.heard == ["/a", "/b", "/a", "/b"]
    assert world.infos.find(TASK) is None


@pytest.mark.parametrize(("release", "left"), [("4.10", None), ("4.11", ["a"])])
def test_a_push_that_is_not_due(world_of: Callable[[str], SentinelWorld], release: str, left: list[str] | None) -> None:
    """Up to 4.10 a push with times of its own was forgotten where it was not due; since then it waits."""
    world = world_of(release)
    receiver = configured(world, "a", cron="0 9 * * *")
    world.put(**REPORT)
    world.advance(minutes=10)

    assert receiver.heard == []
    assert (world.infos.find(TASK) or {}).get("queue") == left


def test_a_push_at_its_time(world: SentinelWorld) -> None:
    """A push with times of its own is made when one of them is near."""
    receiver = configured(world, "a", cron="0 9 * * *")
    receiver.broken.clear()
    world.put(**REPORT)
    world.advance(minutes=54)
    assert receiver.heard == []

    world.advance(minutes=12)
    assert receiver.heard == ["/a"]


def test_what_was_removed_from_the_settings_stays_queued(world: SentinelWorld) -> None:
    """A queue whose push the settings no longer name stays for ever; one whose document is gone does not."""
    receiver = configured(world, "a")
    world.put(**REPORT)
    world.administrator.ask("PUT", "/api/v1/settings?replace=1", json={"outbound": {"other": {"mapping": {}}}})
    world.advance(minutes=10)
    assert (receiver.heard, world.infos.get(TASK)["queue"]) == (["/a"], ["a"])

    world.put(**REPORT, _deleted=True)
    world.advance(minutes=5)
    assert world.infos.find(TASK) is None
