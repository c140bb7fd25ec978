"""The HTTP API of a CHT instance: what its api process answers, and what it asks CouchDB."""

from __future__ import annotations

from .server import ChtApi

__all__ = ["ChtApi"]
