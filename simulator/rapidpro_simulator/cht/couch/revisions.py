"""The revisions of one document: a tree whose leaves are alive, deleted or in conflict, and its winner.

A tree is the union of the paths that were added to it: the winner does not depend on the order in which they came.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REVISION = re.compile(r"[0-9]+-[0-9A-Za-z_.-]+")
_LOCAL_REVISION = re.compile(r"0-[0-9]+")


@dataclass(slots=True, eq=False)
class Revision:
    """One edit. `body` is its JSON text; None where it is only known as somebody's ancestor."""

    id: str
    parent: str | None = None
    deleted: bool = False
    body: str | None = None

    @property
    def generation(self) -> int:
        return generation(self.id)

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Return what decides between leaves: alive before deleted, then the longer history, then the digest."""
        return (not self.deleted, self.generation, self.id.partition("-")[2])


def generation(rev: str) -> int:
    """Return how many edits led to the revision `rev`."""
    return int(rev.partition("-")[0])


def check(rev: object, *, local: bool = False) -> str:
    """Return `rev` if it looks like a revision, or like one of a `local` document, which only counts.

    Raises `BadRequest` in CouchDB's words where not.
    """
    if not (isinstance(rev, str) and (_LOCAL_REVISION if local else _REVISION).fullmatch(rev)):
        raise BadRequest("Invalid rev format")
    return rev


def derive(parent: str | None, body: str, *, deleted: bool) -> str:
    """Return the revision that an edit of `parent` gets: the same edit gets the same one everywhere."""
    digest = hashlib.md5(json.dumps([deleted, parent, body]).encode(), usedforsecurity=False).hexdigest()
    return f"{generation(parent) + 1 if parent else 1}-{digest}"


class RevisionTree:
    """The revisions of one document."""

    def __init__(self) -> None:
        self._revisions: dict[str, Revision] = {}
        self._leaves: list[Revision] = []

    def __contains__(self, rev: str) -> bool:
        return rev in self._revisions

    @property
    def winner(self) -> Revision:
        return self._leaves[0]

    @property
    def leaves(self) -> Sequence[Revision]:
        """Return the leaves, the winner first."""
        return self._leaves

    def find(self, rev: str) -> Revision | None:
        return self._revisions.get(rev)

    def leaf(self, rev: str) -> Revision | None:
        return next((leaf for leaf in self._leaves if leaf.id == rev), None)

    def conflicts(self, *, deleted: bool = False) -> list[str]:
        """Return the losing leaves that are alive, or those that are `deleted`, the nearest to winning first."""
        return [leaf.id for leaf in self._leaves[1:] if leaf.deleted == deleted]

    def history(self, rev: str) -> Iterator[Revision]:
        """Yield the revision `rev` and its known ancestors, the newest first."""
        current: str | None = rev
        while current is not None and (revision := self._revisions.get(current)) is not None:
            yield revision
            current = revision.parent

    def descendants(self, rev: str) -> list[Revision]:
        """Return the leaves that grew from `rev`, the winner first."""
        return [leaf for leaf in self._leaves if any(revision.id == rev for revision in self.history(leaf.id))]

    def add(self, path: Sequence[str], body: str, *, deleted: bool) -> bool:
        """Add the edit `path[0]` with its ancestors, the newest first; return whether it was news."""
        is_new = path[0] not in self._revisions
        news = self._link(path)
        edit = self._revisions[path[0]]
        if edit.body is None:
            edit.body, edit.deleted = body, deleted
            news = True
        if news:
            ancestors = set(path[1:])
            leaves = [leaf for leaf in self._leaves if leaf.id not in ancestors]
            self._leaves = sorted([*leaves, edit] if is_new else leaves, key=lambda leaf: leaf.rank, reverse=True)
        return news

    def _link(self, path: Sequence[str]) -> bool:
        news = False
        for rev, parent in zip(path, [*path[1:], None], strict=True):
            revision = self._revisions.setdefault(rev, Revision(rev))
            if revision.parent is None and parent is not None:
                revision.parent, news = parent, True
        return news

    def compact(self) -> None:
        """Forget the bodies of all revisions but the leaves."""
        leaves = {leaf.id for leaf in self._leaves}
        for revision in self._revisions.values():
            if revision.id not in leaves:
                revision.body = None
