"""What a document looks like on its way in and out: special members, identifiers, revisions asked for.

The database decides what becomes of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import revisions
from .errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .attachments import Contents
    from .revisions import Revision, RevisionTree

JSON = dict[str, Any]

LOCAL = "_local/"
DESIGN = "_design/"

# Members that CouchDB takes back from its own answers and ignores, beside those that mean something.
_MEANINGFUL = frozenset({"_id", "_rev", "_deleted", "_revisions", "_attachments"})
_IGNORED = frozenset({"_revs_info", "_conflicts", "_deleted_conflicts", "_local_seq"})

_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Edit:
    """One document as somebody wants it stored. `path` is its history, the newest first, for replicated edits."""

    id: str
    rev: str | None
    deleted: bool
    body: str
    path: tuple[str, ...] = ()
    attachments: Any = None


def read_edit(document: Mapping[str, Any]) -> Edit:
    """Return the edit that `document` asks for; raises `BadRequest` in CouchDB's words."""
    if not isinstance(document, dict):
        raise BadRequest("Document must be a JSON object")
    identifier = check_id(document.get("_id"))
    for name in document:
        if name.startswith("_") and name not in _MEANINGFUL and name not in _IGNORED:
            raise BadRequest(f"Bad special document member: {name}", "doc_validation")
    rev = document.get("_rev")
    body = {name: value for name, value in document.items() if not name.startswith("_")}
    return Edit(
        identifier,
        None if rev is None else revisions.check(rev, local=identifier.startswith(LOCAL)),
        document.get("_deleted") is True,
        _ENCODER.encode(body),
        _read_path(document.get("_revisions"), rev),
        document.get("_attachments") or None,
    )


def _read_path(history: Any, rev: str | None) -> tuple[str, ...]:
    if history is None:
        return (rev,) if rev else ()
    try:
        start, digests = history["start"], history["ids"]
        return tuple(revisions.check(f"{start - place}-{digest}") for place, digest in enumerate(digests))
    except (KeyError, TypeError):
        raise BadRequest("Bad special document member: _revisions", "doc_validation") from None


def check_id(identifier: Any) -> str:
    """Return `identifier` if a document may bear it; raises `BadRequest` where not."""
    if not isinstance(identifier, str):
        raise BadRequest("Document id must be a string", "illegal_docid")
    if not identifier:
        raise BadRequest("Document id must not be empty", "illegal_docid")
    if identifier.startswith("_") and not identifier.startswith((DESIGN, LOCAL)):
        raise BadRequest("Only reserved document ids may start with underscore.", "illegal_docid")
    return identifier


@dataclass(frozen=True, slots=True)
class Extras:
    """What a reader wants to know of a document beside its content."""

    revs: bool = False
    revs_info: bool = False
    conflicts: bool = False
    deleted_conflicts: bool = False
    contents: Contents | None = None  # attachments are wanted with their data


PLAIN = Extras()


def render(identifier: str, tree: RevisionTree, revision: Revision, extras: Extras = PLAIN) -> JSON:
    """Return `revision` as a document; the caller may change what it gets."""
    document: JSON = {"_id": identifier, "_rev": revision.id}
    document.update(json.loads(revision.body or "{}"))
    if revision.deleted:
        document["_deleted"] = True
    if extras.contents is not None and "_attachments" in document:
        document["_attachments"] = extras.contents.with_data(document["_attachments"])
    if extras.revs:
        document["_revisions"] = _history(list(tree.history(revision.id)))
    if extras.revs_info:
        document["_revs_info"] = [{"rev": each.id, "status": _status(each)} for each in tree.history(revision.id)]
    if extras.conflicts and (conflicts := tree.conflicts()):
        document["_conflicts"] = conflicts
    if extras.deleted_conflicts and (conflicts := tree.conflicts(deleted=True)):
        document["_deleted_conflicts"] = conflicts
    return document


def written(identifier: str, revision: Revision) -> str:
    """Return `revision` as the JSON text of a document, as functions of design documents get it."""
    head = f'{{"_id":{json.dumps(identifier)},"_rev":"{revision.id}"'
    if revision.deleted:
        head += ',"_deleted":true'
    body = revision.body or "{}"
    return head + (body[1:] if body == "{}" else "," + body[1:])


def proposed(edit: Edit, path: Sequence[str]) -> JSON:
    """Return the document that somebody wants to store, as validations get it; `path` is the history it has already."""
    document: JSON = {"_id": edit.id, **json.loads(edit.body)}
    if edit.deleted:
        document["_deleted"] = True
    if path:
        ids = [rev.partition("-")[2] for rev in path]
        document |= {"_rev": path[0], "_revisions": {"start": revisions.generation(path[0]), "ids": ids}}
    return document


def _history(line: Sequence[Revision]) -> JSON:
    return {"start": line[0].generation, "ids": [each.id.partition("-")[2] for each in line]}


def _status(revision: Revision) -> str:
    if revision.body is None:
        return "missing"
    return "deleted" if revision.deleted else "available"
