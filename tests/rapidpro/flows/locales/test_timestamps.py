"""Moments as the wire has them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.timestamps import moment_of, normalized, timestamp


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000-01-01T00:00:00.000000000-00:00", "2000-01-01T00:00:00Z"),
        ("2018-10-18T11:30:24.574076-05:00", "2018-10-18T11:30:24.574076-05:00"),
        ("2025-05-04T12:30:45.123456789Z", "2025-05-04T12:30:45.123456789Z"),
        ("2025-05-04T12:30:45.100Z", "2025-05-04T12:30:45.1Z"),
    ],
)
def test_timestamps(text: str, expected: str) -> None:
    """Timestamps keep their offset and their nanoseconds, and lose trailing zeros."""
    assert normalized(text) == expected


@given(st.datetimes(), st.integers(0, 999), st.integers(-14 * 60, 14 * 60))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_timestamps_round_trip(clock: dt.datetime, nanosecond: int, offset: int) -> None:
    """A moment is the same, in the same zone, after it was written and read."""
    zone = dt.timezone(dt.timedelta(minutes=offset))
    moment = DateTime(clock.replace(tzinfo=zone), nanosecond)

    read = moment_of(timestamp(moment))

    assert (read.local, read.nanosecond) == (moment.local, nanosecond)
    assert read.local.utcoffset() == moment.local.utcoffset()


@pytest.mark.parametrize("text", ["", "2025-05-04", "2025-05-04T12:30:45", "yesterday"])
def test_no_timestamps(text: str) -> None:
    """What is no timestamp is refused."""
    with pytest.raises(ValueError, match="no timestamp"):
        moment_of(text)
