"""The design documents of a CHT instance: their views are JavaScript files (cht 7, cht-sentinel 10.6).

`main/` is of the main database, `<sibling>/` of the database `<main>-<sibling>`; in it a folder for each design
document, in that a file for each map function. A file `lib.js` is the design document's module `views/lib/lib`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent
MAIN = "main"
LIBRARY = "lib"

SIBLINGS = ("sentinel", "vault", "audit", "users-meta", "logs", "archive")
"""The databases beside the main one, `<main>-<sibling>` (cht 0.1)."""

REDUCES = {
    "medic-admin/message_queue": "_count",
    "medic/reports_by_form_and_parent": "_stats",
    "sentinel/outbound_push_tasks": "_count",
}


def design_documents(release: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the design documents of the CHT `release` ("5.2.0"), each with its sibling ("": the main database).

    `_design/medic` says which release it is (cht 8.2).
    """
    for sibling, name in _folders():
        document = {"_id": f"_design/{name}", "language": "javascript", "views": _views(sibling, name)}
        if name == "medic":
            document |= _build(release)
        yield ("" if sibling == MAIN else sibling), document


def _build(release: str) -> dict[str, Any]:
    version = {"version": release, "base_version": release, "build": release}
    return {
        "build_info": {**version, "namespace": "medic", "application": "medic"},
        "deploy_info": {"version": release, "user": "admin"},
    }


@cache
def _folders() -> tuple[tuple[str, str], ...]:
    return tuple((folder.parent.name, folder.name) for folder in sorted(FOLDER.glob("*/*")) if folder.is_dir())


@cache
def _views(sibling: str, design: str) -> dict[str, dict[str, str]]:
    views: dict[str, dict[str, str]] = {}
    for path in sorted((FOLDER / sibling / design).glob("*.js")):
        name, source = path.stem, path.read_text(encoding="utf-8")
        if name == LIBRARY:
            views[LIBRARY] = {LIBRARY: source}
            continue
        views[name] = {"map": source}
        if f"{design}/{name}" in REDUCES:
            views[name]["reduce"] = REDUCES[f"{design}/{name}"]
    return views
