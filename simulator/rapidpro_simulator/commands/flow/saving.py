"""A chat is written as a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.recording.conversations import scenario_of
from rapidpro_simulator.rapidpro.export_files import read_file
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .conversation import Conversation


def save(conversation: Conversation, export: Path, globals_: Mapping[str, str], path: Path) -> None:
    """Write a feature to `path`, and the export beside it where it is not there yet. Raises `UsageError`."""
    contact, document = conversation.contact, read_file(export)
    if not contact.urns or not contact.urns[0].startswith("tel:"):
        raise UsageError("--save: sentences speak of phones, and the contact has no number")
    scenario = scenario_of(conversation.workspace, contact, conversation.flow, document, export.name, globals_)
    try:
        path.write_text(scenario.feature(), encoding="utf-8")
        beside = path.parent / export.name
        if not beside.exists():
            write_json(beside, document)
    except OSError as error:
        raise UsageError(f"--save: {path} cannot be written: {error.strerror}") from None
