from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.api.configuration import merge, with_default_permissions
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.faults import Fault, FaultKind

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

    from .conftest import Instance


def test_boot(cht: Instance) -> None:
    """The settings are there when the process is up."""
    assert cht.api.configuration.settings["default_country_code"] == 254


def test_old_settings_for_a_moment(cht: Instance) -> None:
    """A change through the API is answered before it is in force (cht 4)."""
    cht.ask("PUT", "/api/v1/settings", json={"default_country_code": 265}, user="admin")
    at_once = cht.api.configuration.settings["default_country_code"]
    cht.rest()
    assert (at_once, cht.api.configuration.settings["default_country_code"]) == (254, 265)


def test_direct_write(cht: Instance) -> None:
    """A change of the document, by whomever, is picked up as well."""
    document = cht.ask("GET", "/medic/settings", user="admin").json()
    document["settings"]["gateway_number"] = "+254700000000"
    cht.ask("PUT", "/medic/settings", json=document, user="boss")
    cht.rest()
    assert cht.api.configuration.settings["gateway_number"] == "+254700000000"


def test_other_documents(cht: Instance, journal: Journal) -> None:
    """Other documents do not make the settings read again."""
    cht.database.put({"_id": "other"})
    before = len(journal)
    cht.rest()
    assert not [entry for entry in journal.exchanges(path="/medic/settings") if entry.number > before]


def test_permissions_are_filled_in(cht: Instance) -> None:
    """Permissions that a direct write has lost are written back."""
    cht.database.put({**cht.database.get("settings"), "settings": {"a": 1}})
    cht.rest()
    stored = cht.database.get("settings")["settings"]
    assert stored == cht.api.configuration.settings
    assert stored["permissions"]["can_access_gateway_api"] == ["gateway"]


def test_roles_may_read(cht: Instance) -> None:
    """Every configured role may read the main database."""
    cht.configure(roles={"gateway": {}, "newcomer": {}})
    assert {"gateway", "nurse", "newcomer"} <= set(cht.database.security["members"]["roles"])


def test_feed_error_ends_the_process(cht: Instance, faults: Faults) -> None:
    """Without its feed the process exits, and nginx answers for it until it is back (cht 4)."""
    reasons: list[Exception] = []
    cht.api.configuration.on_exit.append(reasons.append)
    faults.add(Fault(FaultKind.RESET, path="/medic/_changes", count=1))
    cht.database.put({"_id": "other"})
    cht.rest(0.1)
    gone = cht.ask("GET", "/api/info")
    cht.rest(2)
    assert (gone.status, gone.json()) == (502, {"type": "ERROR", "error": "502 Bad Gateway", "server": "nginx"})
    assert (len(reasons), cht.ask("GET", "/api/info").status) == (1, 200)


def test_process_forgets(cht: Instance, faults: Faults) -> None:
    """Whoever was locked out, and what was just sent to whom, is forgotten when the process exits (cht 6.4)."""
    for _ in range(11):
        refused = cht.ask("GET", "/api/sms", headers={"Authorization": basic_auth("gw", "wrong")})
    composer = cht.api.context.transitions.context.composer
    said = [composer.outgoing.state(None, "1", "hello", {}) for _ in range(6)]
    faults.add(Fault(FaultKind.RESET, path="/medic/_changes", count=1))
    cht.database.put({"_id": "other"})
    cht.rest(2)
    assert (refused.status, cht.ask("GET", "/api/sms", user="gw").status) == (429, 200)
    assert (said[-1], composer.outgoing.state(None, "1", "hello", {})) == ("duplicate", "pending")


def test_down_in_html(cht: Instance) -> None:
    """nginx speaks HTML to who does not ask for JSON."""
    cht.loop.run(cht.api.stop())
    answer = cht.ask("GET", "/api/info", accept=None)
    assert (answer.status, "<h1>502 Bad Gateway</h1>" in answer.text) == (502, True)


def test_restart_waits_for_couch(cht: Instance, faults: Faults) -> None:
    """The process does not come back before CouchDB does."""
    outage = faults.add(Fault(FaultKind.STATUS, to="couch.internal", status=503))
    cht.database.put({"_id": "other"})
    cht.rest(10)
    during = cht.api.configuration.is_up
    faults.remove(outage)
    cht.rest(10)
    assert (during, cht.api.configuration.is_up) == (False, True)


@pytest.mark.parametrize(
    ("settings", "changes", "merged"),
    [
        ({}, {}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": 1}, {"a": None}, {"a": None}),
        ({"a": 1}, ["x", "y"], {"a": 1, "0": "x", "1": "y"}),
    ],
)
def test_merge(settings: dict[str, Any], changes: Any, merged: dict[str, Any]) -> None:
    """Objects are merged, everything else is replaced, and an array has its indexes as names."""
    assert merge(settings, changes) == merged


def test_known_permissions_stay() -> None:
    """A permission that nobody has stays nobody's."""
    filled = with_default_permissions({"permissions": {"can_edit": []}})["permissions"]
    assert (filled["can_edit"], "can_configure" in filled) == ([], True)
