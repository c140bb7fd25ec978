"""The rules of a project: what they are handed, and what they emit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rapidpro_simulator.cht.javascript import JavaScriptError
from rapidpro_simulator.cht.tasks import DeclaredTask, RulesEngine

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = 86_400_000
MORNING = int(NOW.timestamp() * 1000)
PATIENT = {"_id": "pat1", "type": "person", "name": "Baraka"}


def engine(rules: str, **settings: Any) -> RulesEngine:
    return RulesEngine(rules, lambda: NOW, **settings)


def told(expression: str, **settings: Any) -> Any:
    """Return what `expression` gives inside of rules, on the way of a task's title."""
    rules = f"emit('task', new Task({{_id: 'x', date: new Date(), title: {expression}}}));"
    reports = [
        {"_id": "r1", "form": "a", "reported_date": MORNING - 2 * DAY, "fields": {"g": {"n": 1}}},
        {"_id": "r2", "form": "a", "reported_date": MORNING - DAY, "fields": {"g": {"n": 2}}},
    ]
    (emission,) = engine(rules, **settings).emissions(PATIENT, reports)
    return emission.shown["title"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("Utils.now().toISOString()", "2026-03-02T09:00:00.000Z"),
        ("Utils.addDate(new Date('2026-01-31T15:00:00Z'), 1).toISOString()", "2026-02-01T00:00:00.000Z"),
        ("Utils.addDate(null, -1).toISOString()", "2026-03-01T00:00:00.000Z"),
        ("Utils.getMostRecentReport(c.reports, 'a')._id", "r2"),
        ("Utils.getMostRecentReport(c.reports, ['a', 'b'], {'g.n': 1})._id", "r1"),
        ("Utils.getMostRecentTimestamp(c.reports, 'a')", MORNING - DAY),
        ("Utils.getField(c.reports[0], 'g.n')", 1),
        ("Utils.isFormSubmittedInWindow(c.reports, 'a', 0, Date.now())", True),
        ("Utils.isFormSubmittedInWindow(c.reports, 'a', 0, Date.now(), 3)", False),
        ("Utils.isTimely(Utils.addDate(null, 2), {start: 2, end: 0})", True),
        ("Utils.isTimely(Utils.addDate(null, 9), {start: 2, end: 0})", False),
        ("Utils.isDateValid(new Date('x'))", False),
        ("Utils.isFirstReportNewer(c.reports[1], c.reports[0])", True),
        ("Utils.getSchedule('visits').name", "visits"),
        ("Utils.MS_IN_DAY", DAY),
        ("cht.v1.hasPermissions(['can_edit', '!can_delete'])", True),
        ("cht.v1.hasAnyPermission([['can_delete'], ['can_edit']])", True),
        ("user.name", "Joyce"),
    ],
)
def test_what_rules_are_handed(expression: str, value: Any) -> None:
    """The helpers of CHT's rules answer as their documentation says."""
    settings = {"schedules": [{"name": "visits"}], "permissions": {"can_edit": ["chw"], "can_delete": ["boss"]}}
    assert told(expression, user={"name": "Joyce"}, roles=["chw"], **settings) == value


def test_rules_that_are_no_javascript() -> None:
    """A mistake in the rules is told when they are read."""
    with pytest.raises(JavaScriptError, match="SyntaxError"):
        engine("this is no program")


def test_rules_that_throw() -> None:
    """A mistake that shows only when they run is told then."""
    with pytest.raises(JavaScriptError, match="undefined"):
        engine("c.nothing.at.all();").emissions(PATIENT, [])


DECLARED = DeclaredTask("Visit", "triage", "follow_up", due=2, start=1, end=1, fields={"outcome": "refer"})


def report(identifier: str, form: str, days: float, **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "form": form, "reported_date": MORNING + int(days * DAY), "fields": fields}


@pytest.mark.parametrize(
    ("days", "is_resolved"), [(0, False), (0.5, False), (0.9, True), (2, True), (3.6, True), (3.7, False)]
)
def test_declared_tasks_are_resolved_in_their_window(days: float, is_resolved: bool) -> None:
    """The completing form counts from the first day of the window until a day after its last one."""
    cause = report("r1", "triage", 0, outcome="refer")
    (emission,) = DECLARED.emissions(PATIENT, [cause, report("r2", "follow_up", days)])
    assert emission.resolved is is_resolved


def test_declared_tasks_have_a_condition() -> None:
    """A report with another value asks for nothing."""
    assert DECLARED.emissions(PATIENT, [report("r1", "triage", 0, outcome="home")]) == []
