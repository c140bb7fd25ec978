"""Where each release finds its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import KEY

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

    from .conftest import World


def read(world: World, name: str, key: str = KEY) -> str | None:
    return world.loop.run(Credentials(world.context.couch, release(name)).get(key))


@pytest.mark.parametrize("name", ["3.11", "3.17", "4.0", "5.2"])
def test_set(world: World, name: str) -> None:
    """A key that is set is found, byte for byte."""
    world.set_key("a-token\n", name)
    assert read(world, name) == "a-token\n"


@pytest.mark.parametrize("name", ["3.11", "5.2"])
def test_not_set(world: World, name: str) -> None:
    """A key that nobody has set is no error."""
    assert read(world, name, "rapidpro:incoming") is None


@pytest.mark.parametrize(("name", "other"), [("3.11", "5.2"), ("5.2", "3.11")])
def test_other_store(world: World, name: str, other: str) -> None:
    """With 4.0 the keys moved, and had to be set again."""
    world.couch.database("medic-vault").put(
        {**world.couch.database("medic-vault").get(f"credential:{KEY}"), "_deleted": True}
    )
    world.set_key("a-token", other)
    assert read(world, name) is None


def test_nothing_is_kept(world: World, journal: Journal) -> None:
    """Each reading asks for the document and for the secret."""
    read(world, "5.2")
    read(world, "5.2")
    paths = [exchange.data["path"].rpartition("/")[2] for exchange in journal.exchanges(to="couchdb")]
    assert paths == [f"credential:{KEY}", "secret"] * 2


def test_changed_secret(world: World) -> None:
    """A key that was locked with another secret is an error that says what to do."""
    world.couch.configure("couch_httpd_auth", "secret", "another-secret-of-couchdb-than-before")
    with pytest.raises(CouchClientError, match="Try setting the credential again"):
        read(world, "5.2")


@pytest.mark.parametrize("name", ["3.11", "5.2"])
def test_unavailable(world: World, faults: Faults, name: str) -> None:
    """A database that fails is not taken for a missing key."""
    faults.add(Fault(FaultKind.STATUS, to="couchdb", status=503))
    with pytest.raises(CouchClientError) as caught:
        read(world, name)
    assert caught.value.status == 503
