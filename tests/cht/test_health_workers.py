"""The app on a health worker's phone, against a CHT over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.cht.health_worker import Account, HealthWorker, SyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.simulation import Simulation

CLINIC = {"_id": "clinic", "type": "clinic", "name": "Area 25"}
JOYCE = {"_id": "joyce", "type": "person", "name": "Joyce", "phone": "+265991111111", "parent": {"_id": "clinic"}}
GRACE = {"_id": "grace", "type": "person", "name": "Grace", "patient_id": "51114", "parent": {"_id": "clinic"}}
ELSEWHERE = {"_id": "zuri", "type": "person", "name": "Zuri", "parent": {"_id": "another"}}
RULES = """
if (c.contact.name === 'Grace' && cht.v1.hasPermissions('can_visit') && user.name === 'Joyce') {
  emit('task', new Task({
    _id: c.contact._id + '~visit', doc: c, contact: c.contact, date: new Date(), title: 'Visit',
    resolved: c.reports.some(function (each) { return each.form === 'visit'; }),
    actions: [{type: 'report', form: 'visit', content: {source: 'task', contact: c.contact}}]
  }));
}
"""


@pytest.fixture
def cht(simulation: Simulation) -> Administrator:
    administrator = Administrator(simulation, simulation.cht("cht.example.org"))
    administrator.save([CLINIC, JOYCE, GRACE, ELSEWHERE])
    administrator.add_health_worker("joyce", "Kisumu-Road-7", "chw", contact="joyce", place="clinic")
    return administrator


@pytest.fixture
def worker(simulation: Simulation, cht: Administrator) -> Iterator[HealthWorker]:
    worker = HealthWorker(
        simulation, cht.site, Account("joyce", "Kisumu-Road-7", contact="joyce", place="clinic", roles=("chw",))
    )
    worker.synchronise()
    yield worker
    worker.close()


def reports(cht: Administrator) -> list[dict[str, Any]]:
    return [each for each in cht.documents() if each.get("form")]


def test_a_report_arrives_as_the_app_writes_it(cht: Administrator, worker: HealthWorker) -> None:
    """A form about somebody names them, its author by id and lineage, and the author's phone."""
    worker.submit("visit", {"fever": "yes"}, "grace")
    (report,) = reports(cht)
    assert (report["content_type"], report["from"]) == ("xml", "+265991111111")
    assert report["contact"] == {"_id": "joyce", "parent": {"_id": "clinic"}}
    contact = {"_id": "grace", "name": "Grace", "patient_id": "51114"}
    assert report["fields"] == {
        "patient_uuid": "grace",
        "patient_name": "Grace",
        "patient_id": "51114",
        "fever": "yes",
        "inputs": {"contact": contact},
    }


def test_only_what_is_under_the_place_is_on_the_phone(worker: HealthWorker) -> None:
    """Nobody fills in a form about a contact of another place."""
    with pytest.raises(LookupError, match="no contact with the id zuri"):
        worker.submit("visit", {}, "zuri")


def test_offline_everything_waits(cht: Administrator, worker: HealthWorker) -> None:
    """Without a network nothing arrives, and to ask for it is an error; with one it arrives at once."""
    worker.go_offline()
    worker.submit("visit", {}, "grace")
    assert reports(cht) == []
    with pytest.raises(SyncError, match="is offline"):
        worker.synchronise()
    worker.go_online()
    assert [each["form"] for each in reports(cht)] == ["visit"]


def test_the_rules_of_the_settings_make_tasks(cht: Administrator, worker: HealthWorker) -> None:
    """The project's own rules run on the phone, with the permissions and the contact of its user."""
    cht.change_settings(tasks={"rules": RULES}, permissions={"can_visit": ["chw"]})
    (task,) = worker.open_tasks()
    worker.complete(task, {})
    assert worker.open_tasks() == []
    assert [each["state"] for each in cht.documents() if each.get("type") == "task"] == ["Completed"]


def test_without_the_permission_there_is_no_task(cht: Administrator, worker: HealthWorker) -> None:
    """What the rules ask of the user's roles is answered from the settings."""
    cht.change_settings(tasks={"rules": RULES}, permissions={"can_visit": ["supervisor"]})
    assert worker.open_tasks() == []


def test_rules_that_cannot_run_are_told_once(simulation: Simulation, cht: Administrator, worker: HealthWorker) -> None:
    """The app goes on without tasks, and the journal says why."""
    cht.change_settings(tasks={"rules": "define Task { }"})
    assert worker.open_tasks() == []
    worker.synchronise()
    assert len(list(simulation.journal.where("phone.rules_failed"))) == 1


def test_a_wrong_password_is_told(simulation: Simulation, cht: Administrator) -> None:
    """Who may not log in does not synchronise."""
    stranger = HealthWorker(simulation, cht.site, Account("joyce", "wrong-password", contact="joyce", place="clinic"))
    with pytest.raises(SyncError, match="401"):
        stranger.synchronise()
    stranger.close()
