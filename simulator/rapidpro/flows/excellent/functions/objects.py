"""Functions of objects, URNs and encodings (flows 7)."""

from __future__ import annotations
