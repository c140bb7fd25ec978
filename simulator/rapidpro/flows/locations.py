"""The hierarchy of a workspace's locations, and how a place is found in a text (flows 2.6)."""

from __future__ import annotations


class Locations:
    """A country with its states, districts and wards."""
