"""Moments as the wire has them: RFC 3339 to the nanosecond, without trailing zeros."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from .dates import DateTime

_PARTS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_NANOSECOND_DIGITS = 9


def timestamp(moment: DateTime) -> str:
    """Return a moment as the wire has it, e.g. `2025-05-04T12:30:45.123456789Z`."""
    local = moment.local
    text = local.isoformat(timespec="seconds")
    seconds, offset = text[:19], text[19:25]
    nanoseconds = local.microsecond * 1_000 + moment.nanosecond
    fraction = f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
    return f"{seconds}{fraction}{'Z' if offset == '+00:00' else offset}"


@lru_cache(maxsize=4_096)
def moment_of(text: str) -> DateTime:
    """Return the moment of a timestamp. Raises `ValueError` for anything else."""
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no timestamp")
    seconds, fraction, offset = match.groups()
    microsecond, nanosecond = divmod(int((fraction or "").ljust(_NANOSECOND_DIGITS, "0")), 1_000)
    written = dt.datetime.fromisoformat(seconds + ("+00:00" if offset in "Zz" else offset))
    zone = dt.UTC if not written.utcoffset() else written.tzinfo
    return DateTime(written.replace(microsecond=microsecond, tzinfo=zone), nanosecond)


def normalized(text: str) -> str:
    """Return a timestamp as RapidPro writes it after reading it. Raises `ValueError` for anything else."""
    return timestamp(moment_of(text))


def after(moment: DateTime, seconds: float) -> DateTime:
    """Return the moment some seconds after another."""
    return DateTime(moment.local + dt.timedelta(seconds=seconds), moment.nanosecond)


def milliseconds(start: DateTime, end: DateTime) -> int:
    """Return the whole milliseconds from one moment to another."""
    return (end.epoch_nanoseconds - start.epoch_nanoseconds) // 1_000_000
