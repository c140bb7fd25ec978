"""Functions of dates and times (flows 7)."""

from __future__ import annotations
