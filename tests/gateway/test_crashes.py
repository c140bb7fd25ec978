"""Wherever the gateway is killed, it goes on as if nothing had happened: found by tracing, not by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cht_rapidpro_gateway.outbox import Outbox
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .suspensions import trace
from .world import HOST, World

if TYPE_CHECKING:
    from collections.abc import Mapping

TRACED = 190.0  # virtual seconds in which it is killed: visits to CHT, two sendings, a question
LOST = 260.0  # the same, where an answer is lost and must be found out about
AFTERWARDS = 900.0
ABSENCE = 7.0
SAMPLED = 11  # every so many points are tried where there is no time for all

LOST_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "nothing is lost": {},
    "the answer to a broadcast is lost": {
        "kind": FaultKind.RESET,
        "to": HOST,
        "method": "POST",
        "moment": FaultMoment.AFTER,
        "count": 1,
    },
    "the answer of CHT is lost": {
        "kind": FaultKind.RESET,
        "path": "/api/sms",
        "moment": FaultMoment.AFTER,
        "first": 2,
        "count": 1,
    },
}


class Run:
    """Two messages on their way; the gateway is killed at the turn of a number, and started again."""

    def __init__(self, fault: Mapping[str, Any], seconds: float, kill_at: int | None = None) -> None:
        self.turns = 0
        self._kill_at = kill_at
        with World() as self._world:
            if fault:
                self._world.simulation.fault(by="gateway", **fault)
            self._world.add(2)
            trace(self._world.simulation.loop, self._turn)
            self._world.restart()
            self._world.passes(seconds=seconds)
            if self._killed():
                self._world.simulation.loop.set_task_factory(None)
                self._world.passes(seconds=ABSENCE)
                self._world.gateway.start()
            self._kill_at = -1
            self.traced = self.turns
            self._world.passes(seconds=AFTERWARDS)
            self.sent = self._world.received()
            self.wanted = self._world.wanted()
            self.end = self._result()

    def _turn(self) -> bool:
        self.turns += 1
        if self.turns != self._kill_at:
            return False
        self._world.gateway.crash()
        return True

    def _killed(self) -> bool:
        return self._kill_at is not None and self.turns >= self._kill_at

    def _result(self) -> list[tuple[Any, ...]]:
        messages = {message.id: message for message in Outbox(self._world.gateway.database)}
        return [
            (each.state, known.stage, known.state, known.reported, known.status)
            for each in self._world.cht.messages()
            for known in [messages[each.message["uuid"]]]
        ]


@pytest.mark.parametrize("step", [pytest.param(1, id="everywhere", marks=pytest.mark.long), SAMPLED])
@pytest.mark.parametrize("what", LOST_ANSWERS)
def test_killed_anywhere_it_loses_nothing_and_repeats_nothing(what: str, step: int) -> None:
    """Whenever it gives up control it can be killed: every message is sent once, and ends as if it had not been."""
    fault = LOST_ANSWERS[what]
    seconds = LOST if fault else TRACED
    undisturbed = Run(fault, seconds)
    assert undisturbed.sent == undisturbed.wanted
    assert undisturbed.traced > 30
    wrong = []
    for point in range(1, undisturbed.traced + 1, step):
        run = Run(fault, seconds, point)
        if run.sent != run.wanted or run.end != undisturbed.end:
            wrong.append((point, run.sent - run.wanted, run.wanted - run.sent, run.end))
    assert wrong == []
