"""What is left out of a recording is not a matter of how fast this machine is."""

from __future__ import annotations

import pytest

from rapidpro_simulator.laboratory.recording import recorder
from tests.support.patience import PATIENCE


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give all trials together as long as they need."""
    monkeypatch.setattr(recorder, "TRIAL_SECONDS", PATIENCE)
