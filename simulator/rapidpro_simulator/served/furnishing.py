"""What a workspace of the plan has from the beginning: places, people, classifiers, and how long it keeps its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.export_files import import_templates
from rapidpro_simulator.rapidpro.model.location_files import LocationError
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.input_files import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .plan import WorkspacePlan


def furnish(workspace: Workspace, plan: WorkspacePlan) -> None:
    """Give a new workspace what the plan says. Raises `UsageError` for places and templates that make no sense."""
    workspace.delivery.set_retention(plan.retention_days)
    if plan.locations is not None:
        _load_locations(workspace, plan.locations)
    for user in plan.users:
        if user.email.lower() not in workspace.database.users:
            workspace.add_user(user.email, user.role, user.password)
    for each in plan.classifiers:
        workspace.database.classifiers.add(each.name, each.type, each.intents)
    for path in plan.templates:
        import_templates(workspace, path)
    workspace.language_models.answer_all(plan.llm)


def _load_locations(workspace: Workspace, path: Path) -> None:
    try:
        workspace.load_locations(read_json(path, "file of places"))
    except LocationError as error:
        raise UsageError(f"{path}: {error}") from None
