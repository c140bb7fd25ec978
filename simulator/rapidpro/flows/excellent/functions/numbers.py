"""Functions of numbers (flows 7)."""

from __future__ import annotations
