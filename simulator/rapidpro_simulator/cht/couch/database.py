"""One database: documents with revisions and conflicts, the order of their changes, and views of them.

Knows nothing of users or of HTTP. What it hands out is the caller's own copy.
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import revisions
from .attachments import Contents, stubs_in, with_stubs
from .changes import DocumentChange, UpdateLog
from .designs import Design, Designs
from .documents import DESIGN, JSON, LOCAL, PLAIN, Edit, Extras, check_id, proposed, read_edit, render, written
from .errors import Conflict, CouchError, Forbidden, NotFound, Unauthorized
from .interference import Interferences
from .local_documents import LocalDocuments
from .mango.finder import Finder
from .revisions import RevisionTree

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence

    from .query_server import QueryServer
    from .views import ViewIndex

SYSTEM: JSON = {"name": None, "roles": ["_admin"]}
"""Who writes where nobody asked over HTTP: an administrator."""
VALIDATION = '"validate_doc_update"'
BEHIND_DESIGNS = "_design0"  # what sorts behind all identifiers of design documents


class Database:
    """A named set of documents.

    `new_id` makes identifiers for documents that come without one; `query_server` runs the functions of design
    documents, and `log` hears of which design document they log what. `prepare` may change a document before it is
    stored, or refuse it. `listeners` hear of each document that was stored, its identifier and its revision; `watchers`
    only hear that something happened, the end of the database included. `size` counts the bytes that were written.
    """

    def __init__(
        self,
        name: str,
        new_id: Callable[[], str],
        query_server: QueryServer,
        log: Callable[[str, str], object] = lambda design, text: None,
    ) -> None:
        self.name = name
        self.new_id = new_id
        self._secured = self._compacted = 0  # how often
        self.security = {"members": {"roles": ["_admin"]}, "admins": {"roles": ["_admin"]}}
        self.prepare: Callable[[JSON], JSON] | None = None
        self.listeners: list[Callable[[str, str], object]] = []
        self.watchers: list[Callable[[], object]] = []
        self.closed = False
        self.size = 0
        self.local = LocalDocuments()
        self.contents = Contents()
        self.finder = Finder(self)
        self._designs = Designs(self.get, query_server, log)
        self._trees: dict[str, RevisionTree] = {}
        self._log = UpdateLog()
        self._living: list[str] = []
        self._interferences = Interferences()
        self._validations: list[tuple[str, int]] | None = None  # design documents and functions; None: not known

    # What is there

    @property
    def security(self) -> JSON:
        """Who may do what in it; it is replaced, not changed."""
        return self._security

    @security.setter
    def security(self, security: JSON) -> None:
        self._security = security
        self._secured += 1

    @property
    def update_seq(self) -> int:
        return self._log.last

    @property
    def state(self) -> Hashable:
        """Return a value that changes whenever what can be read here does."""
        return self._log.last, self.local.writes, self._secured, self._compacted

    @property
    def ids(self) -> Sequence[str]:
        """Return the identifiers of the documents that are not deleted, in the order of their bytes."""
        return self._living

    @property
    def deleted_count(self) -> int:
        return len(self._trees) - len(self._living)

    def tree(self, identifier: str) -> RevisionTree | None:
        """Return the revisions of a document; None where there never was one."""
        return self._trees.get(identifier)

    def get(self, identifier: str, rev: str | None = None, extras: Extras = PLAIN) -> JSON:
        """Return a document, its winning revision or `rev`; raises `NotFound` (`missing` or `deleted`)."""
        if identifier.startswith(LOCAL):
            return self.local.get(identifier)
        tree = self._trees.get(check_id(identifier))
        if tree is None:
            raise NotFound
        if rev is None and tree.winner.deleted:
            raise NotFound("deleted")
        revision = tree.winner if rev is None else tree.find(revisions.check(rev))
        if revision is None or revision.body is None:
            raise NotFound
        return render(identifier, tree, revision, extras)

    def find(self, identifier: str) -> JSON | None:
        """Return a document, or None where it is missing or deleted."""
        try:
            return self.get(identifier)
        except NotFound:
            return None

    def documents(self) -> Iterator[JSON]:
        """Yield every document that is not deleted, in the order of identifiers."""
        for identifier in list(self._living):
            yield self.get(identifier)

    # Writing

    def put(self, document: Mapping[str, Any], user: JSON = SYSTEM) -> str:
        """Store `document`, an edit of the revision in its `_rev` by `user`, and return the new revision.

        Raises `Conflict` where that revision is not current, `BadRequest` where the document cannot be one, and what
        the validations of design documents throw (`Forbidden`, `Unauthorized`).
        """
        edit = self._read(document)
        if edit.id.startswith(LOCAL):
            return self.local.put(edit)
        self._interfere(edit)
        return self._apply(edit, user)

    def delete(self, identifier: str, rev: str | None, user: JSON = SYSTEM) -> str:
        """Delete a document whose current revision is `rev`, and return the revision of its tombstone.

        Raises `NotFound` where there is nothing to delete and `Conflict` where `rev` is not current.
        """
        if identifier.startswith(LOCAL):
            return self.local.delete(identifier)
        tree = self._trees.get(identifier)
        if tree is None or rev is None:
            self.get(identifier)
            raise Conflict
        return self.put({"_id": identifier, "_rev": rev, "_deleted": True}, user)

    def bulk(self, documents: Iterable[Mapping[str, Any]], user: JSON = SYSTEM) -> list[JSON]:
        """Store `documents`, each for itself, and return one row for each: stored, or why not (cht 8.1).

        A document without `_id` gets one.
        Raises `BadRequest` before anything is stored where one of them cannot be a document.
        """
        return [self._attempt(edit, user) for edit in [self._read_or_refuse(document) for document in documents]]

    def replicate(self, document: Mapping[str, Any], user: JSON = SYSTEM) -> None:
        """Take over a revision that was made elsewhere, with its history (`new_edits=false`); it may be a conflict.

        Raises `BadRequest`, and what the validations of design documents throw.
        """
        edit = self._read(document)
        if edit.id.startswith(LOCAL):
            self.local.put(edit)
            return
        path = edit.path or (revisions.derive(None, edit.body, deleted=edit.deleted),)
        edit = self._settled(edit, path[1] if len(path) > 1 else None)
        self._validate(edit, path, user)
        self._add(edit.id, path, edit.body, deleted=edit.deleted)

    def conflict_next(self, count: int, pattern: str = "*") -> None:
        """Let somebody else edit the document just before each of the next `count` writes to documents like `pattern`.

        The writer's revision is then out of date, and it gets a real conflict. A write that creates a document does
        not count: there is nothing that could be edited before.
        """
        self._interferences.plan(count, pattern)

    def compact(self) -> None:
        """Forget the content of revisions that were overwritten."""
        self._compacted += 1
        for tree in self._trees.values():
            tree.compact()

    def close(self) -> None:
        """Tell everybody who follows the database that it is gone."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for watcher in list(self.watchers):
            watcher()

    def _read(self, document: Mapping[str, Any]) -> Edit:
        if self.prepare is not None and isinstance(document, dict):
            document = self.prepare(dict(document))
        return read_edit(document)

    def _read_or_refuse(self, document: Mapping[str, Any]) -> Edit | JSON:
        if "_id" not in document:
            document = {"_id": self.new_id(), **document}
        try:
            return self._read(document)
        except CouchError as error:
            if error.error != "forbidden":
                raise
            return {"id": document.get("_id"), **error.as_dict()}

    def _attempt(self, edit: Edit | JSON, user: JSON) -> JSON:
        if not isinstance(edit, Edit):
            return edit
        try:
            if edit.id.startswith(LOCAL):
                return {"ok": True, "id": edit.id, "rev": self.local.put(edit)}
            self._interfere(edit)
            return {"ok": True, "id": edit.id, "rev": self._apply(edit, user)}
        except (Conflict, Forbidden, Unauthorized) as refusal:
            return {"id": edit.id, **refusal.as_dict()}

    def _apply(self, edit: Edit, user: JSON) -> str:
        parent = self._parent(edit)
        edit = self._settled(edit, parent)
        rev = revisions.derive(parent, edit.body, deleted=edit.deleted)
        path = (rev,) if parent is None else (rev, parent)
        self._validate(edit, path, user)
        self._add(edit.id, path, edit.body, deleted=edit.deleted)
        return rev

    def _settled(self, edit: Edit, parent: str | None) -> Edit:
        """Return an edit with stubs of its attachments, whose contents are kept."""
        if edit.attachments is None:
            return edit
        tree = self._trees.get(edit.id)
        former = None if tree is None or parent is None else tree.find(parent)
        known = stubs_in(None if former is None else former.body)
        generation = revisions.generation(parent) + 1 if parent else 1
        stubs = self.contents.settle(edit.id, edit.attachments, known, generation)
        return replace(edit, body=with_stubs(edit.body, stubs), attachments=None)

    def _validate(self, edit: Edit, path: Sequence[str], user: JSON) -> None:
        """Ask the design documents whether `user` may store an edit; nobody may store what is no design document."""
        if edit.id.startswith(DESIGN):
            if not edit.deleted:
                self._designs.check(json.loads(edit.body))
            return
        if self._validations is None:
            self._validations = list(self._find_validations())
        if not self._validations:
            return
        tree = self._trees.get(edit.id)
        parent = tree.find(path[1]) if tree is not None and len(path) > 1 else None
        old = None if tree is None or parent is None or parent.body is None else render(edit.id, tree, parent)
        # An edit that is made here has no revision of its own yet.
        new = proposed(edit, path if edit.path else path[1:])
        for name, number in self._validations:
            self._designs.validate(name, number, [new, old, {"db": self.name, **user}, self.security])

    def _find_validations(self) -> Iterator[tuple[str, int]]:
        for identifier in self.design_ids:
            if VALIDATION in (self._trees[identifier].winner.body or ""):
                name = identifier.removeprefix(DESIGN)
                number = self.design(name).validation()
                if number is not None:
                    yield name, number

    def _parent(self, edit: Edit) -> str | None:
        tree = self._trees.get(edit.id)
        if tree is None:
            if edit.rev is not None:
                raise Conflict
            return None
        if edit.rev is None:
            # Who creates a document anew after it was deleted continues its history.
            if not tree.winner.deleted:
                raise Conflict
            return tree.winner.id
        if tree.leaf(edit.rev) is None:
            raise Conflict
        return edit.rev

    def _interfere(self, edit: Edit) -> None:
        tree = self._trees.get(edit.id)
        if tree is None or tree.winner.deleted:
            return
        if self._interferences.strikes(edit.id):
            winner = tree.winner
            self._apply(Edit(edit.id, winner.id, deleted=False, body=winner.body or "{}"), SYSTEM)

    def _add(self, identifier: str, path: Sequence[str], body: str, *, deleted: bool) -> None:
        tree = self._trees.setdefault(identifier, RevisionTree())
        if not tree.add(path, body, deleted=deleted):
            return
        if identifier.startswith(DESIGN):
            self._validations = None
        self._log.record(identifier)
        self.size += len(body)
        self._update_living(identifier, alive=not tree.winner.deleted)
        for listener in list(self.listeners):
            listener(identifier, path[0])
        self._wake()

    def _update_living(self, identifier: str, *, alive: bool) -> None:
        place = bisect_left(self._living, identifier)
        was_alive = place < len(self._living) and self._living[place] == identifier
        if alive and not was_alive:
            insort(self._living, identifier)
        elif was_alive and not alive:
            del self._living[place]

    # Changes and views

    def changes(
        self,
        since: int = 0,
        *,
        descending: bool = False,
        ids: Container[str] | None = None,
        all_leaves: bool = False,
    ) -> Iterator[DocumentChange]:
        """Yield what changed after the sequence `since`, each document once, where it changed last.

        `descending` starts at the newest change and ignores `since`, as CouchDB does. `all_leaves` names conflicts too.
        """
        for seq, identifier in self._log.backwards() if descending else self._log.since(since):
            if ids is None or identifier in ids:
                tree = self._trees[identifier]
                revs = [leaf.id for leaf in tree.leaves] if all_leaves else [tree.winner.id]
                yield DocumentChange(seq, identifier, revs, tree.winner.deleted)

    def count_since(self, seq: int) -> int:
        """Return how many documents changed after the sequence `seq`."""
        return self._log.count_since(seq)

    def log_all(self, design: str, lines: Iterable[str]) -> None:
        """Log what the functions of a design document said."""
        self._designs.log_all(design, lines)

    def view(self, design: str, name: str) -> ViewIndex:
        """Return the view `name` of the design document `design`, brought up to date.

        Raises `NotFound` in CouchDB's words, and `CouchError` where its function has no end.
        """
        opened = self.design(design)
        index = opened.index(name)
        if index.seq < self._log.last:
            self._designs.update(design, opened, index, self.changed_since(index.seq), self._log.last)
        return index

    def design(self, name: str) -> Design:
        """Return the functions of a design document; raises `NotFound`."""
        tree = self._trees.get(DESIGN + name)
        return self._designs.open(name, None if tree is None or tree.winner.deleted else tree.winner.id)

    @property
    def design_ids(self) -> Sequence[str]:
        """Return the identifiers of the design documents."""
        return self._living[bisect_left(self._living, DESIGN) : bisect_left(self._living, BEHIND_DESIGNS)]

    def changed_since(self, seq: int) -> Iterator[tuple[str, str | None]]:
        """Yield each document that changed after `seq`, as JSON; None where it is deleted."""
        for _, identifier in self._log.since(seq):
            winner = self._trees[identifier].winner
            yield identifier, None if winner.deleted else written(identifier, winner)
