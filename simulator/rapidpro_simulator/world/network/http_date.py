"""The time as a `Date` header tells it: written once a second, however many answers there are."""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def http_date(moment: datetime) -> str:
    """Return `moment` as HTTP writes it: `Mon, 02 Mar 2026 08:00:00 GMT`."""
    return _written(int(moment.timestamp()))


@lru_cache(maxsize=64)
def _written(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)
