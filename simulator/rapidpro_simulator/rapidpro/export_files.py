"""Export files on disk: read, and brought into a workspace, or refused with sentences."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError
from rapidpro_simulator.rapidpro.mailroom.definitions.message_templates import TemplateError
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.input_files import read_object

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.workspace import Workspace


def read_file(path: Path) -> dict[str, Any]:
    """Return the export in a file; the definition of one flow is taken as an export of it. Raises `UsageError`.

    Where there is no such file, it is one of those that rapidpro-simulator brings.
    """
    ours = _examples() / path
    document = read_object(ours if not path.exists() and ours.exists() else path, "export")
    if "nodes" in document and "version" not in document:
        return {"version": "13", "flows": [document]}
    return document


def _examples() -> Path:
    package = find_spec("rapidpro_simulator.fixtures")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "flows"


def import_file(workspace: Workspace, path: Path, *, lenient: bool = False) -> list[Flow]:
    """Import an export file and return its flows; a `lenient` import leaves out what cannot be read.

    Raises `UsageError` with all that cannot be read.
    """
    return import_document(workspace, read_file(path), path, lenient=lenient)


def import_document(workspace: Workspace, document: dict[str, Any], path: Path, *, lenient: bool = False) -> list[Flow]:
    """Import what has been read from a file; see `import_file`."""
    try:
        return workspace.import_flows(document, lenient=lenient)
    except ExportError as error:
        hint = "\n--lenient leaves out what cannot be read" if error.problems and not lenient else ""
        raise UsageError(f"{path} cannot be imported: {error}{hint}") from None


def import_templates(workspace: Workspace, path: Path) -> None:
    """Bring the message templates of a JSON file into a workspace. Raises `UsageError` for what is none."""
    try:
        workspace.import_templates(read_object(path, "file of message templates"))
    except TemplateError as error:
        raise UsageError(f"{path} cannot be imported: {error}") from None


def skipped(workspace: Workspace) -> list[str]:
    """Return what lenient imports have left out, a line each."""
    entries = workspace.runtime.platform.context.journal.where("import.skipped", workspace=workspace.name)
    return [f"{entry.data['where']}: {entry.data['text']}" for entry in entries]
