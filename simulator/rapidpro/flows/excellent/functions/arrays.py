"""Functions of arrays (flows 7)."""

from __future__ import annotations
