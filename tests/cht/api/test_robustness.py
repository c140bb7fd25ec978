"""Whatever is sent, CHT answers in its own words; and it always answers the same."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.api import ChtApi
from rapidpro_simulator.cht.couch import CouchDB, CouchService
from rapidpro_simulator.cht.couch.client import CouchClient
from rapidpro_simulator.cht.javascript import is_deeply_equal, is_identical, is_truthy, parse_json
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.faults import Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import Network
from rapidpro_simulator.world.seed import Seed

from .conftest import ADMIN, SETTINGS, TOKEN, WEBHOOK, Instance

FUZZ = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    # The instance is not built anew for each example: what it has seen before must not matter.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(width=32) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
META = st.fixed_dictionaries({"form": st.just("test")}, optional={"from": VALUES, "reported_date": VALUES})
MESSAGES = st.fixed_dictionaries({}, optional={"id": VALUES, "from": VALUES, "content": VALUES})


@FUZZ
@given(body=MESSAGES | VALUES)
def test_webhook_takes_anything(open_cht: Instance, body: Any) -> None:
    """No body makes the webhook fail in another way than CHT's."""
    headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
    assert open_cht.ask("POST", WEBHOOK, data=json.dumps(body), headers=headers).status in {200, 400, 500}
    assert open_cht.network.errors == []


@FUZZ
@given(messages=st.lists(MESSAGES | VALUES, max_size=3), updates=st.lists(VALUES, max_size=3))
def test_gateway_takes_anything(cht: Instance, messages: list[Any], updates: list[Any]) -> None:
    """No message or update makes the whole call fail."""
    body = json.dumps({"messages": messages, "updates": updates}).replace("NaN", "0").replace("Infinity", "1")
    headers = {"Content-Type": "application/json"}
    assert cht.ask("POST", "/api/sms", data=body, user="gw", headers=headers).status == 200
    assert cht.network.errors == []


@FUZZ
@given(
    meta=VALUES | st.fixed_dictionaries({"form": st.just("test")}, optional={"from": VALUES, "reported_date": VALUES})
)
def test_records_take_anything(cht: Instance, meta: Any) -> None:
    """No record makes the API fail in another way than CHT's."""
    assert cht.ask("POST", "/api/v2/records", json={"_meta": meta, "Name": meta}, user="gw").status in {200, 500}
    assert cht.network.errors == []


FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "labels", "list", "required"), VALUES))
FORM = st.fixed_dictionaries({"fields": VALUES | st.fixed_dictionaries({"a": FIELDS | VALUES})})
FORMS = st.fixed_dictionaries({"TEST": VALUES | FORM})
CHANGED = ["roles", "permissions", "sms", "transitions", "default_country_code", "phone_validation", "locale"]


@FUZZ
@given(changed=st.fixed_dictionaries({}, optional={**dict.fromkeys(CHANGED, VALUES), "forms": VALUES | FORMS}))
def test_settings_take_anything(open_cht: Instance, changed: dict[str, Any]) -> None:
    """No settings keep the process from answering."""
    headers = {"Content-Type": "application/json"}
    body = json.dumps({**SETTINGS, **changed}).replace("NaN", "0").replace("Infinity", "1")
    open_cht.ask("PUT", "/api/v1/settings?overwrite=1", data=body, user="admin", headers=headers)
    open_cht.rest(0.2)
    open_cht.receive({"id": json.dumps(changed), "from": "0712345678", "content": "TEST hello 5"})
    assert open_cht.ask("GET", "/api/sms", user="admin").status == 200
    assert open_cht.network.errors == []


@pytest.mark.parametrize(
    ("value", "expected"), [({}, True), ([], True), (0, False), ("", False), (None, False), ("0", True), (False, False)]
)
def test_truth(value: Any, expected: bool) -> None:
    """Empty objects and arrays are true."""
    assert is_truthy(value) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1, "1", False),
        (1, True, False),
        ([], [], False),
        ("a", "a", True),
        (None, None, True),
    ],
)
def test_identity(left: Any, right: Any, expected: bool) -> None:
    """Types count, and objects are never the same."""
    assert is_identical(left, right) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [({"a": 1, "b": 2}, {"b": 2, "a": 1}, True), ({"a": 1}, {"a": True}, False), ([1, 2], [2, 1], False)],
)
def test_deep_equality(left: Any, right: Any, expected: bool) -> None:
    """The order of members does not count, that of items does, and true is not 1."""
    assert is_deeply_equal(left, right) is expected


@pytest.mark.parametrize(
    ("text", "value"), [('"\\ud800"', "?"), ('"\\ud83d\\ude00"', "😀"), ("1e999", None), ("[1.5]", [1.5])]
)
def test_parse(text: str, value: Any) -> None:
    """Whatever was read can be written again."""
    assert parse_json(text) == value


@pytest.mark.parametrize("text", ["NaN", "Infinity", "{", "'a'", ""])
def test_no_json(text: str) -> None:
    """What only Python takes for JSON is none."""
    with pytest.raises(ValueError, match=r".*"):
        parse_json(text)


def test_journal_is_complete(open_cht: Instance, journal: Journal) -> None:
    """Every exchange of the instance is in the journal, in order, and none is left open but the feed."""
    before = open_cht.network.exchanges - len(journal.exchanges())
    open_cht.receive({"id": "a", "from": "0712345678", "content": "hello"})
    open_cht.loop.advance(1)  # the audit is written in the background
    exchanges = journal.exchanges()
    assert before == 0
    assert len(exchanges) == open_cht.network.exchanges
    assert [exchange.data["path"] for exchange in exchanges].count(WEBHOOK) == 1
    pending = {exchange.data["path"] for exchange in exchanges if exchange.data["outcome"] == "pending"}
    assert pending == {"/medic/_changes"}


def live_through(value: int) -> str:
    """Build a world from a seed, let something of everything happen, and return its journal."""
    clock, seed = FrozenClock(), Seed(value)
    journal, loop = Journal(clock), SimulationLoop(clock)
    network = Network(clock, journal, Faults(clock, seed.stream("faults")), seed.stream("network"))
    context = Context(clock, seed, journal)
    couch = CouchDB(context, admin=ADMIN)
    couch.install_cht("5.2.0")
    network.attach("couch.internal", CouchService(couch))

    async def live() -> None:
        couch_client = CouchClient(network.client("cht"), "https://couch.internal", *ADMIN)
        api = ChtApi("cht", context, couch_client, release("5.2"))
        network.attach("cht.org", api)
        await api.start()
        url, admin = "https://cht.org", {"Authorization": basic_auth(*ADMIN)}
        client = network.client("tester")
        text = {**admin, "Content-Type": "text/plain"}
        await (await client.put(f"{url}/api/v1/credentials/rapidpro:incoming", data=TOKEN, headers=text)).read()
        await (
            await client.put(f"{url}/api/v1/settings", json={**SETTINGS, "transitions": {"x": {}}}, headers=admin)
        ).read()
        await asyncio.sleep(60)
        message = {"id": "a", "from": "0712345678", "content": "TEST hello 5"}
        await (await client.post(f"{url}{WEBHOOK}", json=message, headers={"Authorization": f"Token {TOKEN}"})).read()
        await api.stop()
        await network.close()

    loop.run(live())
    loop.finish()
    return "\n".join(journal.line(entry) for entry in journal)


def test_same_seed() -> None:
    """One seed makes one journal, byte for byte; another makes another."""
    assert live_through(1) == live_through(1)
    assert live_through(1) != live_through(2)
