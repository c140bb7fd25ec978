"""Functions that belong to no other family (flows 7)."""

from __future__ import annotations
