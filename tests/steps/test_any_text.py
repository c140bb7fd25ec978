"""From a phone through a real flow to CHT: the whole way, for whatever people write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rapidpro_simulator.steps import phones, webhook

from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPORT = Path(__file__).parents[2] / "fixtures" / "flows" / "cht-incoming-message.json"
GRACE = "+265991234567"


@pytest.fixture(scope="module", params=["community", "textit-2026"])
def simulation(request: pytest.FixtureRequest) -> Iterator[Simulation]:
    """RapidPro with the flow that passes messages on, and CHT."""
    with Simulation(seed=5, generation=request.param) as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Main")
        workspace.import_flows(json.loads(EXPORT.read_text(encoding="utf-8")))
        workspace.globals.set("cht_url", "https://cht.example.org")
        workspace.globals.set("cht_api_key", webhook.KEY)
        simulation.cht("cht.example.org")
        webhook.webhook_has_key(simulation)
        yield simulation


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200))
@example("@globals.cht_api_key @(1 / 0) @@ @")
@example('"}, "id": "forged", {"')
@example("\\u0000 \\n \u2028 \x1f")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(simulation: Simulation, text: str) -> None:
    """What somebody texts is stored in CHT as it was written, and the phone hears nothing."""
    phones.texts(simulation, GRACE, text, None)
    assert webhook.incoming(simulation)[-1]["sms_message"]["message"] == text
    phones.no_answer(simulation)
