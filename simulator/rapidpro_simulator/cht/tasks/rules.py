"""The rules of a project, `settings.tasks.rules`, run by the JavaScript engine (cht-sentinel 11.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.javascript.engine import program

from .emissions import Emission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

Document = dict[str, Any]
SUBJECTS = ("patient_id", "place_id", "case_id", "patient_uuid", "place_uuid")


class RulesEngine:
    """Runs the function body `rules`, as cht-conf compiles it from `tasks.js`.

    `now` tells the time. `user` is what the rules see as such: the contact of the health worker; `roles`,
    `permissions` and `schedules` are what `cht.v1` and `Utils.getSchedule` answer from. Raises `JavaScriptError` for
    rules that are no JavaScript.
    """

    def __init__(
        self,
        rules: str,
        now: Callable[[], datetime],
        *,
        user: Mapping[str, Any] | None = None,
        roles: Iterable[str] = (),
        permissions: Mapping[str, Any] | None = None,
        schedules: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._user = dict(user or {})
        self._settings = {"roles": list(roles), "permissions": dict(permissions or {}), "schedules": list(schedules)}
        self._engine = Sandbox(now).engine
        self._engine.add(program("cht.tasks", "rules.js"))
        self._engine.call("readRules", rules)

    def emissions(self, contact: Document, reports: Iterable[Document]) -> list[Emission]:
        """Return the tasks that the rules see for `contact` and the reports about it. Raises `JavaScriptError`."""
        facts = {"contact": contact, "reports": sorted(reports, key=_reported), "tasks": []}
        emitted: list[dict[str, Any]] = self._engine.call("emissions", [facts, self._user, self._settings])
        return [Emission.of(each) for each in emitted]


def subject_ids(report: Document) -> set[str]:
    """Return the ids by which a report names whom it is about."""
    fields = report.get("fields") or {}
    named = [place.get(name) for place in (report, fields) for name in SUBJECTS]
    named.append(((fields.get("inputs") or {}).get("contact") or {}).get("_id"))
    return {str(value) for value in named if value}


def contact_ids(contact: Document) -> set[str]:
    """Return the ids by which reports may name `contact`."""
    return {str(contact[name]) for name in ("_id", "patient_id", "place_id") if contact.get(name)}


def _reported(report: Document) -> Any:
    return report.get("reported_date") or 0
