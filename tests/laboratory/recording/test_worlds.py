from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rapidpro_simulator.steps.rapidpro import CHANNELS

from rapidpro_simulator.laboratory.recording.worlds import background_of, workspaces_exist
from rapidpro_simulator.served.configuration import plan_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("words", "kind"), CHANNELS.items())
def test_channels(words: str, kind: str, tmp_path: Path) -> None:
    """What a workspace sends through is told in the words of the sentence, unless it is the usual."""
    host = {"host": "textit.com", "workspaces": [{"name": "Main", "channel": kind}]}
    told = [step.text for step in background_of(plan_of({"rapidpro": [host], "cht": []}, tmp_path), {})]
    usual = kind == "aggregator"
    assert told[1:] == ([] if usual else [f'the workspace "Main" sends through {words}'])


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["A"], 'a RapidPro workspace "A" on "textit.com"'),
        (["A", "B"], 'RapidPro workspaces "A" and "B" on "textit.com"'),
        (["A", "B", "C"], 'RapidPro workspaces "A", "B" and "C" on "textit.com"'),
    ],
)
def test_workspaces(names: list[str], told: str) -> None:
    """One workspace, or several."""
    assert workspaces_exist(names, "textit.com") == told
