"""Functions of texts (flows 7)."""

from __future__ import annotations
