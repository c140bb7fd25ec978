"""Whatever a client sends, the answer is one of RapidPro's own; never a defect of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.rapidpro.api.conftest import Server


URN = "tel:+250788123123"
NAMES = (
    *("urns", "contacts", "groups", "text", "attachments", "quick_replies", "base_language"),
    *("contact", "name", "language", "fields", "value", "ticket"),
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(URN)
) | st.sampled_from(["eng", "kin", "tel:0788123123", "ext:1", "Nurses"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just("eng"), inner)
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5) | VALUES
PARAMETERS = ("id", "uuid", "urn", "broadcast", "contact", "folder", "label", "group", "before", "after", "cursor")
QUERIES = st.dictionaries(
    st.sampled_from(PARAMETERS),
    st.text(max_size=12) | st.sampled_from(["1", "sent", "2026-03-02", "2026", "cD0yMDI2LTAzLTAy", URN]),
    max_size=3,
)


@pytest.mark.parametrize("endpoint", ["broadcasts", "messages", "contacts", "groups", "globals"])
def test_bodies(server: Server, endpoint: str) -> None:
    """Any JSON is either taken or refused."""
    server.workspace.contacts.create([URN])
    server.workspace.add_group("Nurses")

    @settings(derandomize=True, deadline=None, max_examples=60)
    @given(body=BODIES)
    def check(body: Any) -> None:
        assert server.post(f"{endpoint}.json", body).status in {201, 400, 500}

    check()


@pytest.mark.parametrize("endpoint", ["broadcasts", "messages", "contacts", "groups", "labels", "channels", "globals"])
def test_queries(server: Server, endpoint: str) -> None:
    """Any query finds something or nothing, or is refused."""
    server.workspace.send_message(server.workspace.contacts.create([URN]), "Hi")

    @settings(derandomize=True, deadline=None, max_examples=60)
    @given(query=QUERIES)
    def check(query: dict[str, str]) -> None:
        assert server.get(f"{endpoint}.json?{urlencode(query)}").status in {200, 400, 404, 500}

    check()


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("messages", rb'{"contact":"\ud800"}'),
        ("contacts", rb'{"fields":{"\ud800":"x"}}'),
        ("messages", b"[" * 100_000),
    ],
)
def test_unspeakable(server: Server, endpoint: str, body: bytes) -> None:
    """Half a character, or a body without end, breaks RapidPro itself, and leaves nothing behind."""
    headers = server.authorization | {"Content-Type": "application/json"}
    reply = server.ask("POST", f"{endpoint}.json", headers=headers, data=body)
    assert (reply.status, server.workspace.broadcasts, len(server.workspace.contacts)) == (500, [], 0)
