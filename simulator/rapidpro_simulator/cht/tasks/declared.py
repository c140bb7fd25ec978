"""Tasks that a scenario declares, where no compiled `tasks.js` is at hand: a report asks for another one, later.

Their conditions are the scenario's, not a project's: the journal calls them declared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import milliseconds

from .emissions import Emission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Document = dict[str, Any]


@dataclass(frozen=True)
class DeclaredTask:
    """After a report of the form `form`, the form `completed_by` is to be submitted about the same contact.

    It is due `due` days after the report, and shown from `start` days before until `end` days after. `fields` are
    those that the report must have, with their values as texts.
    """

    name: str
    form: str
    completed_by: str
    due: int = 0
    start: int = 0
    end: int = 7
    fields: Mapping[str, str] = field(default_factory=dict)

    def emissions(self, contact: Document, reports: Iterable[Document]) -> list[Emission]:
        """Return the work that `reports` about `contact` ask for."""
        listed = list(reports)
        return [self._emission(contact, each, listed) for each in listed if self._is_asked_for_by(each)]

    def _is_asked_for_by(self, report: Document) -> bool:
        fields = report.get("fields") or {}
        return report.get("form") == self.form and all(
            str(fields.get(name)) == value for name, value in self.fields.items()
        )

    def _emission(self, contact: Document, cause: Document, reports: Iterable[Document]) -> Emission:
        day = _midnight(cause["reported_date"])
        due = day + timedelta(days=self.due)
        content = {"source": "task", "source_id": cause["_id"], "contact": contact}
        return Emission(
            identifier=f"{cause['_id']}~{self.name}~{self.name}",
            due=due.date(),
            start=self.start,
            end=self.end,
            requester=contact.get("_id"),
            owner=contact.get("_id"),
            owner_name=contact.get("name"),
            resolved=any(self._resolves(each, cause, due) for each in reports),
            shown={"title": self.name},
            actions=({"type": "report", "form": self.completed_by, "label": self.name, "content": content},),
        )

    def _resolves(self, report: Document, cause: Document, due: datetime) -> bool:
        # As cht-conf does where a task has no `resolvedIf` of its own: cht-sentinel 11.4.
        earliest = max(milliseconds(due - timedelta(days=self.start)), cause["reported_date"] + 1)
        latest = milliseconds(due + timedelta(days=self.end + 1))
        return report.get("form") == self.completed_by and earliest <= report["reported_date"] <= latest


def _midnight(milliseconds: int) -> datetime:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
