"""No rule is kept by absence: a gateway that does nothing any more keeps none of them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways.standalone import Standalone
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.conformance.rules import features_folder, rules
from rapidpro_simulator.world.journal import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.journal import Entry


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


def never_starts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Standalone, "start", lambda _: None)


def stops_after_its_first_request(patch: pytest.MonkeyPatch) -> None:
    """Let it end for good with the first answer that it gets; nothing starts it again."""
    _stop_after(patch, lambda _: True)


def stops_after_its_first_message(patch: pytest.MonkeyPatch) -> None:
    """Let it send one message or bring one to CHT, and no more."""
    _stop_after(patch, lambda exchange: exchange.data["path"].startswith("/api/v2/broadcasts") or brings_text(exchange))


def brings_text(exchange: Exchange) -> bool:
    is_told = exchange.data["path"] == "/api/sms" and exchange.status == 200
    return is_told and bool(json.loads(exchange.request or b"{}").get("messages"))


def _stop_after(patch: pytest.MonkeyPatch, is_last: Callable[[Exchange], bool]) -> None:
    start = Standalone.start
    begun: set[Standalone] = set()

    def start_once(self: Standalone) -> None:
        if self in begun or not self._has_account:
            return
        begun.add(self)

        def listen(entry: Entry) -> None:
            if isinstance(entry, Exchange) and entry.data["by"] == self.party and is_last(entry):
                self.crash()

        self._world.journal.listeners.append(listen)
        start(self)

    patch.setattr(Standalone, "start", start_once)


@pytest.mark.long
@pytest.mark.parametrize("die", [never_starts, stops_after_its_first_request, stops_after_its_first_message])
def test_a_dead_gateway_keeps_no_rule(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, die: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Not one scenario of the rules is true of a gateway that is dead."""
    die(monkeypatch)
    shutil.copytree(features_folder() / "rules", pytester.path / "rules")

    run = pytester.inline_run("rules", "--gateway", "standalone", "-p", "no:randomly", "-q")

    passed, skipped, failed = run.listoutcomes()
    assert len(failed) > len(rules())
    assert skipped == []
    assert [report.nodeid for report in passed] == []
    # A scenario that breaks has shown nothing.
    assert [report.nodeid for report in failed if "E   expected " not in report.longreprtext] == []
