"""The engine: what is loaded, in which order it runs, what becomes of errors (cht-sentinel 1.3, 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.transitions.all import ALL

from .conftest import WORKER, messages, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office

PERSON = {"contact_type": "person"}
NO_NAMES = "Configuration error. Expecting params to be a string, comma separated list, or an array"


def registration(**event: Any) -> dict[str, Any]:
    return {
        "transitions": {"registration": True},
        "registrations": [{"form": "F", "events": [{"name": "on_create", **event}]}],
    }


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"transitions": {"registration": True}}, "Cannot read properties of undefined (reading 'forEach')"),
        ({"transitions": {"multi_report_alerts": {}}}, "Cannot read properties of undefined (reading 'forEach')"),
        (
            {"transitions": {"death_reporting": True}},
            "Configuration error. Config must have a 'death_reporting.mark_deceased_forms' array defined.",
        ),
        (
            {"transitions": {"muting": True}, "muting": {"mute_forms": []}},
            "Configuration error. Config must define have a 'muting.mute_forms' array defined.",
        ),
        (
            {"transitions": {"multi_report_alerts": True}, "multi_report_alerts": [{"name": "x"}]},
            "Validation failed for multi_report_alerts transition",
        ),
        (
            registration(trigger="add_patient", params={"patient_id_field": "patient_id"}),
            "Configuration error in F.add_patient: patient_id_field cannot be set to patient_id",
        ),
        (
            registration(trigger="add_patient", params={"contact_type": "x"}),
            'Configuration error in F.add_patient: trigger would create a doc with an unknown contact type "x"',
        ),
        (
            registration(trigger="add_patient", params={"contact_type": "clinic"}),
            'Configuration error in F.add_patient: trigger would create a person with a place contact type "clinic"',
        ),
        (
            registration(trigger="add_place", params={}),
            "Configuration error in F.add_place: trigger would create a place with an undefined contact type",
        ),
        (
            registration(trigger="add_place", params=PERSON),
            'Configuration error in F.add_place: trigger would create a place with a person contact type "person"',
        ),
        (
            registration(trigger="assign_schedule", params=""),
            "Configuration error. Expecting params to be defined as the name of the schedule(s) for F.assign_schedule",
        ),
        (
            registration(trigger="clear_schedule", params={"a": 1}),
            f"{NO_NAMES} for F.clear_schedule: '[object Object]'",
        ),
    ],
)
def test_wrong_settings(office: Callable[..., Office], settings: dict[str, Any], reason: str) -> None:
    """A transition that cannot work keeps all from running, and says why in CHT's words."""
    cht = office(settings)
    name = next(iter(settings["transitions"]))
    assert cht.world.sentinel.errors[0].startswith(f'Failed loading transition "{name}". This is likely')
    assert (cht.world.sentinel.errors[1], cht.world.sentinel.names) == (reason, [])


def test_unknown_transition(office: Callable[..., Office]) -> None:
    """A name that there is not, even a disabled one, keeps all from running."""
    cht = office({"transitions": {"update_sent_by": True, "no_such": {"disable": True}}})
    assert (cht.world.sentinel.errors, cht.world.sentinel.names) == (['Unknown transition "no_such"'], [])


def test_loaded_in_order(office: Callable[..., Office]) -> None:
    """What is enabled runs in CHT's order; the api runs some of it."""
    cht = office(
        {
            "transitions": {"muting": {}, "resolve_pending": True, "update_clinics": True, "update_sent_by": False},
            "muting": {"mute_forms": ["M"]},
        }
    )
    assert cht.world.sentinel.names == ["update_clinics", "resolve_pending", "muting"]
    assert cht.world.api.names == ["update_clinics", "resolve_pending"]


@pytest.mark.parametrize(("release", "known"), [("3.17", True), ("4.0", False)])
def test_transitions_of_a_release(office: Callable[..., Office], release: str, known: bool) -> None:
    """update_sent_forms was there until 3.17; in later releases its name is unknown."""
    cht = office({"transitions": {"update_sent_forms": True}}, release)
    assert (cht.world.sentinel.names == ["update_sent_forms"]) is known


def test_each_runs_once(office: Callable[..., Office]) -> None:
    """What the transitions wrote is a change too, and is left as it is."""
    cht = office({"transitions": {"update_sent_by": True}})
    saved = cht.save(report())
    assert (saved["sent_by"], saved["_rev"][:2], cht.world.order) == ("Akinyi", "2-", ["r1@1", "r1@2"])
    assert cht.info("r1")["transitions"]["update_sent_by"]["last_rev"][:2] == "1-"


def test_unchanged_documents(office: Callable[..., Office]) -> None:
    """A document that nothing changes is not written; its info document says that it was seen."""
    cht = office({"transitions": {"update_sent_by": True}})
    assert cht.save({"_id": "x", "type": "form"})["_rev"][:2] == "1-"
    assert cht.info("x")["transitions"] == {}


def test_errors_stay_in_memory(office: Callable[..., Office]) -> None:
    """A transition that fails adds an error, which is saved only if another one changes the document."""
    alerts = [{"form": "F", "condition": "doc.nothing.here", "message": "x"}]
    alone = office({"transitions": {"conditional_alerts": True}, "alerts": alerts})
    assert alone.save(report())["_rev"][:2] == "1-"
    both = office({"transitions": {"conditional_alerts": True, "update_sent_by": True}, "alerts": alerts})
    [error] = both.save(report())["errors"]
    assert error["code"] == "conditional_alerts_error'"
    assert error["message"].endswith("\"Cannot read properties of undefined (reading 'here')\"")


def test_api_saves_once(office: Callable[..., Office]) -> None:
    """A record is written with all that the transitions added, as its first revision; then sentinel leaves it alone."""
    cht = office({"transitions": {"update_clinics": True, "update_sent_by": True}})
    saved = cht.receive({"_id": "r1", "type": "data_record", "from": WORKER, "reported_date": 1})
    assert (saved["_rev"][:2], saved["contact"]["_id"], saved["sent_by"]) == ("1-", "worker", "Akinyi")
    assert cht.info("r1")["transitions"]["update_clinics"].keys() == {"seq", "ok", "run_date"}


def test_every_transition_has_a_name_of_its_own() -> None:
    """No two transitions share a name."""
    names = [each.name for each in ALL]
    assert len(set(names)) == len(names)


def test_default_responses(office: Callable[..., Office]) -> None:
    """A message that is no report gets a reply, and is written even when it gets none."""
    cht = office({"transitions": {"default_responses": True}, "default_responses": {"start_date": "2026-01-01"}})
    message = {"_id": "m", "type": "data_record", "from": WORKER, "reported_date": 1772442000000}
    assert messages(cht.save(message)) == [(WORKER, "Received")]
    assert cht.save(report())["_rev"][:2] == "2-"
