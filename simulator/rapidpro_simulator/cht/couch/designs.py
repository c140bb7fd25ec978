"""The design documents of one database: their views, filters and validations, run by the query server.

A function is compiled when it is first needed. Views of one design document that were asked for are brought up to date
together, each document mapped once for all of them. A view keeps its rows while its functions stay the same, whatever
else changes in the design document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .documents import DESIGN, JSON
from .errors import BadRequest, CouchError, NotFound
from .views import ViewIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .query_server import Log, QueryServer

    Changed = Iterable[tuple[str, str | None]]
    """Documents that changed: their identifiers and their JSON; None where they are deleted."""

LANGUAGE = "javascript"
LIBRARY = "lib"
BUILT_IN = "_"  # how the names of built-in reduce functions begin


class Design:
    """One design document at one revision, and what of it was asked for."""

    def __init__(self, document: JSON, server: QueryServer, former: Mapping[str, ViewIndex]) -> None:
        self.document = document
        self.rev: str = document["_rev"]
        self.indexes: dict[str, ViewIndex] = {}
        """The views that were asked for, by all that their rows depend on."""
        self.server = server
        self._former = former
        self._functions: dict[str, int] = {}
        self._named: dict[str, ViewIndex] = {}

    @property
    def views(self) -> Mapping[str, JSON]:
        views = self.document.get("views")
        named = views if isinstance(views, dict) else {}
        return {name: view for name, view in named.items() if name != LIBRARY and isinstance(view, dict)}

    def index(self, name: str) -> ViewIndex:
        """Return the rows of a view as they were when it was last read; raises `NotFound`, or `CouchError`."""
        if name not in self._named:
            self._named[name] = self._find(name)
        return self._named[name]

    def _find(self, name: str) -> ViewIndex:
        view = self.views.get(name)
        if view is None or "map" not in view:
            raise NotFound("missing_named_view")
        if self.document.get("language", LANGUAGE) != LANGUAGE:
            raise CouchError("unknown_query_language", str(self.document["language"]))
        signature = json.dumps([view, self.document["views"].get(LIBRARY), self.document.get("options")])
        if signature not in self.indexes:
            former = self._former.get(signature)
            number = self._load(view["map"], {"views": {LIBRARY: self.document["views"].get(LIBRARY)}})
            self.indexes[signature] = former or ViewIndex(number, view.get("reduce"))
            self.indexes[signature].function = number
        return self.indexes[signature]

    def function(self, kind: str, name: str) -> int:
        """Return the number of a function of the member `kind`; raises `NotFound` where there is none."""
        found = self.document.get(kind)
        source = found.get(name) if isinstance(found, dict) else None
        if not isinstance(source, str):
            raise NotFound(f"missing json key: {name}" if isinstance(found, dict) else f"missing json key: {kind}")
        return self._load(source, self.document)

    def validation(self) -> int | None:
        """Return the number of the function that validates edits; None where there is none."""
        source = self.document.get("validate_doc_update")
        return self._load(source, self.document) if isinstance(source, str) else None

    def reducer(self, source: str) -> int:
        """Return the number of a reduce function."""
        return self._load(source, {"views": {LIBRARY: self.document["views"].get(LIBRARY)}})

    @property
    def maps_designs(self) -> bool:
        options = self.document.get("options")
        return isinstance(options, dict) and options.get("include_design") is True

    def _load(self, source: str, around: JSON) -> int:
        if source not in self._functions:
            self._functions[source] = self.server.load(source, around)
        return self._functions[source]


class Designs:
    """The design documents of a database.

    `get` returns a design document, or raises `NotFound`; `log` hears what its functions log, and their errors.
    """

    def __init__(self, get: Callable[[str], JSON], server: QueryServer, log: Callable[[str, str], object]) -> None:
        self._get = get
        self._log = log
        self._designs: dict[str, Design] = {}
        self.server = server

    def open(self, name: str, rev: str | None) -> Design:
        """Return the design document `name`, whose current revision is `rev`; raises `NotFound`."""
        current = self._designs.get(name)
        if current is None or current.rev != rev:
            document = self._get(DESIGN + name)
            current = Design(document, self.server, current.indexes if current else {})
            self._designs[name] = current
        return current

    def update(self, name: str, design: Design, index: ViewIndex, changed: Changed, seq: int) -> None:
        """Bring `index` up to date with what changed since, and all other views of `design` that are as old."""
        indexes = [each for each in design.indexes.values() if each.seq == index.seq]
        pairs = [pair for pair in changed if design.maps_designs or not pair[0].startswith(DESIGN)]
        rows, log = self._map(indexes, [text for _, text in pairs if text is not None])
        self.log_all(name, log)
        for place, each in enumerate(indexes):
            emitted = iter(rows)
            each.update(((id_, None if text is None else next(emitted)[place]) for id_, text in pairs), seq)

    def _map(self, indexes: Sequence[ViewIndex], documents: Sequence[str]) -> tuple[list[Any], Log]:
        return self.server.map([each.function for each in indexes], documents) if documents else ([], [])

    def validate(self, name: str, number: int, values: Sequence[Any]) -> None:
        """Ask a validation of the design document `name`; raises what it throws."""
        self.log_all(name, self.server.validate(number, values))

    def log_all(self, name: str, lines: Iterable[str]) -> None:
        """Log what the functions of the design document `name` said."""
        for line in lines:
            self._log(name, line)

    def check(self, document: JSON) -> None:
        """Raise `BadRequest` in CouchDB's words where `document` is no design document."""
        for member in ("filters", "lists", "shows", "updates", "views", "options"):
            if not isinstance(document.get(member, {}), dict):
                raise BadRequest(f"`{member}` must be an object", "invalid_design_doc")
        views = document.get("views", {})
        for name, view in views.items():
            if name == LIBRARY:
                continue
            if not isinstance(view, dict):
                raise BadRequest(f"view `{name}` must be an object", "invalid_design_doc")
            if document.get("language", LANGUAGE) == LANGUAGE:
                self._check_view(name, view)

    def _check_view(self, name: str, view: JSON) -> None:
        for kind in ("map", "reduce"):
            source = view.get(kind)
            if source is None or (kind == "reduce" and str(source).startswith(BUILT_IN)):
                continue
            if not isinstance(source, str):
                raise BadRequest(f"`{kind}` in {name} must be a string", "invalid_design_doc")
            if complaint := self.server.complaint(source):
                words = f"Compilation of the {kind} function in the '{name}' view failed: {complaint}"
                raise BadRequest(words, "compilation_error")
