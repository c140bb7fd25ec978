"""Programs in place of pytest: what a trial starts, made to end as a test wants it, in milliseconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.testing.conformance import trial
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rapidpro_simulator.testing.conformance.rules import GatewayRule

PROLOGUE = """
import json, os, signal, subprocess, sys, time

def write(**row):
    with open(os.path.join(sys.argv[1], "results.jsonl"), "a") as file:
        file.write(json.dumps(row) + "\\n")

def ends(outcome="passed", **more):
    write(scenario="it works", tags=["rule", sys.argv[2]], reason="", outcome=outcome, **{"error": "", **more})
"""


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Mapping[str, str]], None]:
    """Let trials run these programs, by the id of the rule; `write` and `ends` write rows as the recorder does."""

    def use(scripts: Mapping[str, str]) -> None:
        def command(_gateway: str, rule: GatewayRule, _plan: Any, folder: Path, _lifeline: int) -> list[str]:
            script = scripts.get(rule.id, scripts.get("", "ends()"))
            return [sys.executable, "-I", "-S", "-c", PROLOGUE + script, str(folder), rule.id]

        monkeypatch.setattr(trial, "command", command)

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return use


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
