"""The way a message goes: which URN, which channel."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.assets import Assets, ChannelAsset
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.routes import (
    affinity,
    channel_for,
    country_of,
    preferred_route,
    with_affinity,
    without_query,
)

NUMBER = "tel:+250788123123"


def channel(uuid: str, scheme: str = "tel", **details: Any) -> ChannelAsset:
    return ChannelAsset(uuid=uuid, name=uuid, schemes=(scheme,), **{"roles": ("send", "receive"), **details})


def assets(*channels: ChannelAsset) -> Assets:
    return Assets(lambda _: None, {"channels": channels})


RWANDAN = channel("rw", country="RW", address="+250788000000")
KENYAN = channel("ke", country="KE", address="+254700000000")
ANYWHERE = channel("any", address="8080")


@pytest.mark.parametrize(
    ("urn", "channels", "chosen"),
    [
        (NUMBER, [KENYAN, RWANDAN], "rw"),
        (NUMBER, [RWANDAN, ANYWHERE], "rw"),
        (NUMBER, [ANYWHERE, channel("2", address="9090")], "2"),
        (NUMBER, [RWANDAN, channel("rw2", country="RW", address="+250788999999")], "rw2"),
        (NUMBER, [RWANDAN, channel("72", country="RW", address="+250720000000")], "rw"),
        (NUMBER, [channel("78", match_prefixes=("25078", "25079")), channel("72", match_prefixes=("25072",))], "78"),
        (NUMBER, [channel("abroad", country="KE", allow_international=True, address="+2507"), KENYAN], "abroad"),
        (NUMBER, [channel("abroad", country="KE", allow_international=True, address="+2507881"), RWANDAN], "abroad"),
        (NUMBER, [channel("abroad", country="KE", address="+2507881"), RWANDAN], "rw"),
        (NUMBER, [KENYAN], "ke"),
        (NUMBER, [channel("deaf", roles=("receive",)), KENYAN], "ke"),
        (NUMBER, [channel("tw", "twitter")], None),
        (f"{NUMBER}?channel=any", [ANYWHERE, RWANDAN], "any"),
        (f"{NUMBER}?channel=gone", [ANYWHERE, RWANDAN], "rw"),
        (f"{NUMBER}?channel=deaf", [channel("deaf", roles=("receive",)), RWANDAN], "rw"),
        ("telegram:12", [channel("a", "telegram"), channel("b", "telegram")], "a"),
        ("telegram:12?channel=b", [channel("a", "telegram"), channel("b", "telegram")], "b"),
        ("telegram:12?channel=rw", [RWANDAN, channel("a", "telegram")], "a"),
    ],
)
def test_channel(urn: str, channels: list[ChannelAsset], chosen: str | None) -> None:
    """A URN's own channel goes first, then for phone numbers the nearest, then the first of the scheme."""
    found = channel_for(urn, assets(*channels))
    assert (found and found.uuid) == chosen


def test_preferred_route() -> None:
    """The first URN that can be sent to is the way, not simply the first."""
    workspace = assets(RWANDAN)
    contact = Contact(assets=workspace, uuid="c", urns=["twitter:bob", NUMBER, "tel:+250788000001"])
    route = preferred_route(contact, workspace)
    assert route is not None
    assert (route.urn, route.channel.uuid) == (NUMBER, "rw")


def test_no_route() -> None:
    """Without a channel for any URN there is no way."""
    assert preferred_route(Contact(assets=assets(), uuid="c", urns=[NUMBER]), assets()) is None


@pytest.mark.parametrize(
    ("urn", "uuid", "changed"),
    [
        (NUMBER, "x", f"{NUMBER}?channel=x"),
        (f"{NUMBER}?channel=y#Bob", "x", f"{NUMBER}?channel=x#Bob"),
        (f"{NUMBER}?channel=y", "", NUMBER),
        (NUMBER, "", NUMBER),
    ],
)
def test_affinity(urn: str, uuid: str, changed: str) -> None:
    """A URN belongs to one channel at most, and keeps everything else."""
    assert with_affinity(urn, uuid) == changed
    assert affinity(changed) == uuid


def test_without_query() -> None:
    """Expressions see the display of a URN, not its query."""
    assert without_query("twitterid:12?channel=x#bob") == "twitterid:12#bob"


@pytest.mark.parametrize(("number", "country"), [("+250788123123", "RW"), ("+12065551212", "US"), ("8080", "")])
def test_country(number: str, country: str) -> None:
    """An international number tells its country, a short code none."""
    assert country_of(number) == country
