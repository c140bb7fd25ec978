from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from rapidpro_simulator.rapidpro.model.identifiers import RowUuids

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("time_ordered", "version"), [(False, 4), (True, 7)])
def test_version(time_ordered: bool, version: int) -> None:
    """A row's UUID is of the generation's version, and always the same (rapidpro 0.3)."""
    uuids = RowUuids("secret", time_ordered=time_ordered)
    uuid = uuids.of("message", 1, NOON)
    assert (UUID(uuid).version, UUID(uuid).variant) == (version, UUID(int=0, version=4).variant)
    assert uuid == str(UUID(uuid)) == uuids.of("message", 1, NOON)


def test_time() -> None:
    """The newer UUIDs begin with the milliseconds of the row's creation."""
    uuid = UUID(RowUuids("secret", time_ordered=True).of("message", 1, NOON))
    assert uuid.int >> 80 == int(NOON.timestamp() * 1000)


def test_different() -> None:
    """Kinds, ids and workspaces all tell UUIDs apart."""
    one, other = (RowUuids(secret, time_ordered=False) for secret in ("one", "other"))
    rows = [one.of("message", 1, NOON), one.of("message", 2, NOON), one.of("broadcast", 1, NOON)]
    assert len({*rows, other.of("message", 1, NOON)}) == 4
