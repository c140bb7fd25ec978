"""The hours in which scheduled messages may go out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rapidpro_simulator.cht.sentinel.window import is_sendable, synthetic_date


@pytest.mark.parametrize(
    ("morning", "evening", "times"),
    [
        (None, None, {"00:00": True, "22:59": True, "23:00": True, "23:01": False, "23:59": False}),
        ((9, 0), (17, 0), {"08:59": False, "09:00": True, "17:00": True, "17:01": False}),
        ((9, 35), (17, 1), {"09:34": False, "09:35": True, "17:01": True, "17:02": False}),
        ((20, 0), (6, 0), {"20:00": False, "05:00": False, "23:00": False}),
        ((0, 0), (0, 0), {"12:00": True, "23:01": False}),
    ],
)
def test_the_window(morning: tuple[int, int] | None, evening: tuple[int, int] | None, times: dict[str, bool]) -> None:
    """Both ends belong to it, seconds do not count, and a window over midnight never comes."""
    settings: dict[str, int] = {}
    for name, value in (("morning", morning), ("evening", evening)):
        if value is not None:
            settings |= {f"schedule_{name}_hours": value[0], f"schedule_{name}_minutes": value[1]}

    for text, expected in times.items():
        hour, minute = map(int, text.split(":"))
        assert is_sendable(settings, datetime(2026, 3, 2, hour, minute, 59, tzinfo=UTC)) is expected, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20260302", datetime(2026, 3, 2, 12, 0, tzinfo=UTC)),
        ("2026030209", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        ("202603020930", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("20261302", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_synthetic_date(value: str | None, expected: datetime | None) -> None:
    """A date in the settings stands for now, at noon where it has no hour; what is no date does nothing."""
    assert synthetic_date({"synthetic_date": value}, UTC) == expected
