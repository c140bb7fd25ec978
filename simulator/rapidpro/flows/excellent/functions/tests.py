"""Router tests: the functions named has_* (flows 2.6)."""

from __future__ import annotations
