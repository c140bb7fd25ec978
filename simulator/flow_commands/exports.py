"""Export files on the command line: read, told of, checked, and brought into a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.rapidpro.flows.definition.dialects import without_unknown_actions
from simulator.rapidpro.flows.definition.exports import ExportError, Problem, read_export
from simulator.rapidpro.flows.definition.reading import DefinitionError
from simulator.usage import UsageError

from .files import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.rapidpro.model.flows import Flow
    from simulator.rapidpro.model.workspace import Workspace

PARTS = ("flows", "campaigns", "triggers", "fields", "groups")


def read_file(path: Path) -> dict[str, Any]:
    """Return the export in a file; the definition of one flow is taken as an export of it. Raises `UsageError`."""
    document = read_object(path, "export")
    if "nodes" in document and "version" not in document:
        return {"version": "13", "flows": [document]}
    return document


def import_file(workspace: Workspace, path: Path, *, lenient: bool = False) -> tuple[list[Flow], list[Problem]]:
    """Import an export file; return its flows, and what was skipped of it where the import is `lenient`.

    Raises `UsageError` with all that cannot be read.
    """
    document = read_file(path)
    skipped: list[Problem] = []
    try:
        if lenient:
            document, skipped = _readable(document)
        flows = workspace.import_flows(document)
    except ExportError as error:
        raise UsageError(_refusal(path, error)) from None
    for problem in skipped:
        workspace.record("import skipped", where=problem.where, text=problem.text)
    return flows, skipped


def _refusal(path: Path, error: ExportError) -> str:
    sentence = f"{path} cannot be imported: {error}"
    return f"{sentence}\n--lenient leaves out what cannot be read" if error.problems else sentence


def _readable(document: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return an export without what cannot be read, and what that was."""
    skipped = read_export(document, lenient=True).skipped
    kept = dict(document)
    for part in PARTS:
        items = document.get(part) or []
        cleaned = [without_unknown_actions(item) for item in items] if part == "flows" else items
        kept[part] = [item for item in cleaned if _is_readable(part, item)]
    return kept, skipped


def _is_readable(part: str, item: dict[str, Any]) -> bool:
    try:
        read_export({"version": "13", part: [item]})
    except DefinitionError:
        return False
    return True
