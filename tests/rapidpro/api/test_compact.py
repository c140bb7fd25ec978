from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("name", ["workspace", "org"])
def test_workspace(server: Any, name: str) -> None:
    """The workspace is a single object, under two names."""
    workspace = server.workspace
    assert server.get(f"{name}.json").json() == {
        "uuid": workspace.uuid,
        "name": "Kigali",
        "country": "RW",
        "languages": ["eng", "kin"],
        "timezone": workspace.timezone,
        "date_style": "day_first",
        "anon": False,
        "credits": {"used": -1, "remaining": -1},
        "primary_language": "eng",
    }


def test_channels(server: Any) -> None:
    """Channels are listed, the newest first; a phone says how it is."""
    server.workspace.add_channel("android", "Phone", address="+250788000009")
    phone, aggregator = server.get("channels.json").results
    assert (phone["device"]["name"], aggregator["device"]) == ("Phone", None)
    assert ("type" in phone) == (server.rapidpro.generation.name == "textit-2026")


@pytest.mark.parametrize(("query", "count"), [("address=%2B250788000009", 1), ("address=1", 0)])
def test_channel_by_address(server: Any, query: str, count: int) -> None:
    """A channel is found by its exact address."""
    server.workspace.add_channel("android", "Phone", address="+250788000009")
    assert len(server.get(f"channels.json?{query}").results) == count


def test_groups(server: Any) -> None:
    """Groups say how many they are; they are found by name in any case."""
    group = server.workspace.add_group("Nurses", [server.workspace.contacts.create()])
    server.workspace.add_group("Old", query="age > 60")
    assert server.get("groups.json?name=nurses").results == [
        {"uuid": group.uuid, "name": "Nurses", "query": None, "status": "ready", "system": False, "count": 1}
    ]
    assert [row["name"] for row in server.get("groups.json").results] == ["Old", "Nurses"]


def test_exclusive(server: Any) -> None:
    """A group is named in one way."""
    assert server.get("groups.json?uuid=x&name=y").said == (
        400,
        {"detail": "You may only specify one of the uuid, name parameters"},
    )
