"""Of exports that nobody here has written, each part is reached, or it is known why nothing reaches it."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from rapidpro_simulator.laboratory.flows.exploring import explore
from rapidpro_simulator.laboratory.flows.walking import FlowWorld
from rapidpro_simulator.rapidpro.flows.definition.limits import VOICE
from rapidpro_simulator.world.errors import UsageError

FOLDER = Path(os.environ.get("FLOWS_DATA") or Path(__file__).parents[4] / "shared" / "flows")
EXPORTS = sorted(FOLDER.rglob("*.json"))
UNKNOWN = "no input was found"

pytestmark = pytest.mark.skipif(not EXPORTS, reason=f"no exports in {FOLDER}")


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem[-50:])
def test_every_part_is_reached_or_ruled_out(path: Path) -> None:
    """No part is left of which nothing is known."""
    try:
        world = FlowWorld(path, lenient=True)
    except UsageError:
        return  # what is no export is refused with sentences
    with closing(world):
        for flow in world.flows:
            if flow.kind != VOICE:
                for language in world.languages(flow):
                    unreached = explore(world, flow, language).unreached
                    assert {part: why for part, why in unreached.items() if UNKNOWN in why} == {}
