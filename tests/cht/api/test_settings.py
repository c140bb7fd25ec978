from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import SETTINGS, Instance

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults

PATH = "/api/v1/settings"


def stored(cht: Instance) -> dict[str, Any]:
    settings: dict[str, Any] = cht.database.get("settings")["settings"]
    return settings


@pytest.mark.parametrize("user", ["admin", "gw", "chw"])
def test_get(cht: Instance, user: str) -> None:
    """Every user may read the settings."""
    answer = cht.ask("GET", PATH, user=user)
    assert (answer.status, answer.json()) == (200, SETTINGS)


@pytest.mark.parametrize("accept", ["application/json", None])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_anonymous(cht: Instance, method: str, accept: str | None) -> None:
    """Nobody else may, and is always told in text, with a challenge (cht 1.6)."""
    answer = cht.ask(method, PATH, accept=accept, agent="curl/8")
    assert (answer.status, answer.text) == (401, "not logged in")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Medic Web Services"'


@pytest.mark.parametrize(("user", "status"), [("admin", 200), ("boss", 200), ("gw", 403), ("nurse", 403)])
def test_permissions(cht: Instance, user: str, status: int) -> None:
    """Changing them takes both `can_edit` and `can_configure`."""
    assert cht.ask("PUT", PATH, json={"a": 1}, user=user).status == status


SMS = SETTINGS["sms"]


@pytest.mark.parametrize(
    ("query", "body", "part", "expected"),
    [
        ("", {"sms": {"duplicate_limit": 3}}, "sms", {**SMS, "duplicate_limit": 3}),
        ("", {"sms": {"rapidpro": {}}}, "sms", SMS),
        ("", {"sms": {"rapidpro": None}}, "sms", {**SMS, "rapidpro": None}),
        ("", {"sms": 5}, "sms", 5),
        ("", [7], "0", 7),
        ("?replace=true", {"sms": {"duplicate_limit": 3}}, "sms", {"duplicate_limit": 3}),
        ("?replace=false", {"sms": {}}, "sms", {}),
        ("?replace=", {"sms": {"x": 1}}, "sms", {**SMS, "x": 1}),
        ("?replace=1", {"sms": {}}, "forms", SETTINGS["forms"]),
        ("?overwrite=1", {"sms": {}}, "forms", None),
        ("?overwrite=1&replace=1", {"a": 1}, "a", 1),
    ],
)
def test_put(cht: Instance, query: str, body: Any, part: str, expected: Any) -> None:
    """Settings are merged deeply, replaced key by key, or overwritten; flags count by their text (cht 4)."""
    answer = cht.ask("PUT", PATH + query, json=body, user="admin")
    changed = stored(cht) != SETTINGS
    assert (answer.status, answer.json()) == (200, {"success": True, "updated": changed})
    assert stored(cht).get(part) == expected


def test_overwrite_keeps_permissions(cht: Instance) -> None:
    """Permissions that are missing are filled in from the default."""
    cht.ask("PUT", f"{PATH}?overwrite=1", json={"a": 1}, user="admin")
    assert stored(cht)["permissions"]["can_access_gateway_api"] == ["gateway"]


def test_identical(cht: Instance) -> None:
    """Settings that stay the same are not written."""
    revision = cht.database.get("settings")["_rev"]
    answer = cht.ask("PUT", PATH, json=SETTINGS, user="admin")
    assert (answer.json()["updated"], cht.database.get("settings")["_rev"]) == (False, revision)


def test_conflict(cht: Instance, faults: Faults) -> None:
    """A conflict is the caller's affair."""
    faults.add(Fault(FaultKind.STATUS, method="PUT", path="/medic/settings", status=409))
    assert cht.ask("PUT", PATH, json={"a": 1}, user="admin").status == 409


@pytest.mark.parametrize(
    ("rest", "part"), [("", SETTINGS), ("/", SETTINGS), ("/sms/outgoing_service", "rapidpro"), ("/no/such", None)]
)
def test_legacy_get(cht: Instance, rest: str, part: Any) -> None:
    """The path of long ago wraps the settings, or a part of them."""
    answer = cht.ask("GET", f"/medic/_design/medic/_rewrite/app_settings/medic{rest}", user="gw")
    assert answer.json() == {"settings": part, "meta": {}, "schema": {}}


def test_legacy_put(cht: Instance) -> None:
    """Settings can be changed by the path of long ago."""
    cht.ask("PUT", "/medic/_design/medic/_rewrite/update_settings/medic", json={"a": 1}, user="admin")
    assert stored(cht)["a"] == 1


def test_deprecated_transitions(cht: Instance) -> None:
    """Whoever asks is told which transitions are to be done without."""
    answer = cht.ask("GET", f"{PATH}/deprecated-transitions", user="gw").json()
    found = {"generate_patient_id_on_people": "3.8.x", "update_notifications": "3.2.x"}
    assert {each["name"]: each["deprecatedIn"] for each in answer} == found


def test_before_settings_document(cht: Instance) -> None:
    """Without a document of settings, those of the design document count."""
    database = cht.database
    database.put({**database.get("settings"), "_deleted": True})
    database.put({**database.get("_design/medic"), "app_settings": {"old": True}})
    assert cht.ask("GET", PATH, user="admin").json()["old"] is True
