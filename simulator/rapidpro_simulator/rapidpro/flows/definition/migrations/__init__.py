"""Brings older definitions to the current version, one version after the other (flows 1.3)."""

from __future__ import annotations

from .steps import MIGRATIONS, migrate

__all__ = ["MIGRATIONS", "migrate"]
