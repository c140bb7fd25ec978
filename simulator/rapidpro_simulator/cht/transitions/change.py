"""One document that has changed, with what CHT keeps beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass
class Change:
    """`document` is hydrated, and shared by all transitions: each sees what those before it did.

    `info` is its info document, `seq` the position of the change in the feed: None for one that is not saved yet.
    """

    id: str
    document: Document
    info: Document
    seq: Any = None

    def __post_init__(self) -> None:
        self.is_first = "transitions" not in self.info
        self.revision: str | None = self.document.get("_rev")

    @property
    def records(self) -> Document:
        """Return what is noted of the transitions that have run, by name."""
        found = self.info.get("transitions")
        return found if isinstance(found, dict) else {}

    def has_run(self, name: str) -> bool:
        """Say whether the transition `name` has changed this document before."""
        return bool(self.records.get(name))

    def record(self, name: str, run_date: str | None, *, ok: bool) -> None:
        """Note that the transition `name` has changed the document."""
        entry = {"last_rev": self.revision, "seq": self.seq, "ok": ok, "run_date": run_date}
        kept = {key: value for key, value in entry.items() if value is not None or key == "seq"}
        self.info["transitions"] = {**self.records, name: kept}

    def has_seen_revision(self, name: str) -> bool:
        """Say whether `name` has changed the document when it was this very generation."""
        entry = self.records.get(name)
        seen = entry.get("last_rev") if isinstance(entry, dict) else None
        return self.revision is not None and isinstance(seen, str) and _generation(seen) == _generation(self.revision)


def _generation(revision: str) -> str:
    return revision.partition("-")[0]
