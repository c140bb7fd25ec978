"""What a configuration file gives to the flows of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.served.configuration import read_plan
from rapidpro_simulator.served.furnishing import furnish
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.simulation import Simulation

PLAN = """
[[rapidpro]]
host = "textit.com"
[[rapidpro.workspaces]]
name = "Main"
channel = "whatsapp"
templates = ["templates.json"]
llm = {"*" = "Other", "fever" = "Clinic"}
"""
TEMPLATES = '{"data": [{"name": "visit", "language": "sw", "components": [{"type": "BODY", "text": "Habari"}]}]}'


def supplied(simulation: Simulation, folder: Path, templates: str = TEMPLATES) -> None:
    (folder / "plan.toml").write_text(PLAN)
    (folder / "templates.json").write_text(templates)
    (plan,) = read_plan(folder / "plan.toml").rapidpro[0].workspaces
    workspace = simulation.rapidpro("textit.com").workspace("Main")
    workspace.use_channel(plan.channel)
    furnish(workspace, plan)


def test_answers_and_templates(simulation: Simulation, tmp_path: Path) -> None:
    """Language models answer as the file says, and WhatsApp has its templates."""
    supplied(simulation, tmp_path)

    workspace = simulation.hosts["textit.com"].workspace("Main")
    answers = [workspace.language_models.scripted("any", text) for text in ("a Fever", "a cough")]
    assert [answer.output for answer in answers if answer] == ["Clinic", "Other"]
    assert [each.name for each in workspace.database.templates.values()] == ["visit"]


def test_what_is_no_template(simulation: Simulation, tmp_path: Path) -> None:
    """One sentence names the file, and what is wrong with it."""
    with pytest.raises(UsageError, match=r"templates.json cannot be imported: .*no 'language'"):
        supplied(simulation, tmp_path, '{"data": [{"name": "visit"}]}')
