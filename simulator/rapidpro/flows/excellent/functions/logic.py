"""Functions of truth: and, or, if (flows 7)."""

from __future__ import annotations
