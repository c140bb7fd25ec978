"""Tasks of health workers, as CHT's own rules engine writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rapidpro_simulator.cht.tasks import RulesEngine, TaskDocuments
from rapidpro_simulator.cht.tasks.rules import contact_ids, subject_ids
from tests.cht.vectors.data import task_vectors


class Phone:
    """A phone that has the contacts and reports of a vector, and recalculates when the vector says so."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.now = datetime.fromisoformat(vector["now"]).astimezone(UTC)
        self.contacts = vector["contacts"]
        self.reports: dict[str, Any] = {each["_id"]: each for each in vector.get("reports", [])}
        self.rules = RulesEngine(vector["rules"], lambda: self.now, user=vector["user_contact"])
        before = {each["_id"]: each for each in vector.get("task_docs", [])}
        self.tasks = TaskDocuments(vector["user_settings_id"], before)

    def step(self, step: dict[str, Any]) -> dict[str, Any] | None:
        self.now = datetime.fromisoformat(step.get("time", self.now.isoformat())).astimezone(UTC)
        if report := step.get("report"):
            self.reports[report["_id"]] = report
        self.reports.pop(step.get("remove_report", ""), None)
        return self.refresh() if step.get("refresh") else None

    def refresh(self) -> dict[str, Any]:
        emissions = [each for contact in self.contacts for each in self.rules.emissions(contact, self.about(contact))]
        written = self.tasks.refresh(emissions, [each["_id"] for each in self.contacts], self.now)
        self.tasks.let_time_pass(self.now)
        at = self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"at": at, "ready": [each["_id"] for each in self.tasks.ready()], "written": len(written)}

    def about(self, contact: dict[str, Any]) -> list[Any]:
        return [each for each in self.reports.values() if subject_ids(each) & contact_ids(contact)]


@pytest.mark.parametrize("vector", task_vectors())
def test_tasks(vector: dict[str, Any]) -> None:
    """The same reports at the same times give the same documents, and the same tasks to see."""
    phone = Phone(vector)
    shown = [answer for answer in map(phone.step, vector["steps"]) if answer]
    assert shown == vector["expect"]["shown"]
    assert phone.tasks.documents == vector["expect"]["task_docs"]
