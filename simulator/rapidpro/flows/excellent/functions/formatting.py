"""Functions that format values for people (flows 7)."""

from __future__ import annotations
