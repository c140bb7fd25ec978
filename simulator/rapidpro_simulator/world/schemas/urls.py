"""The URLs by which schemas refer to each other; nobody asks the network for them."""

from __future__ import annotations

BASE = "https://rapidpro-simulator.invalid/schemas/"


def url_of(name: str) -> str:
    """Return the URL of the schema called `name`."""
    return f"{BASE}{name}.json"


def name_of(url: str) -> str:
    """Return the name of the schema at a URL, wherever in it the URL leads."""
    return url.removeprefix(BASE).partition("#")[0].removesuffix(".json")
