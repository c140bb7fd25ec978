"""What a run of a simulation depends on beside its code: the seed, and the releases of what it stands on.

It is the first line of a saved journal, so that two journals that differ say by what they could.
"""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PRODUCT = "rapidpro-simulator"
# Whose data or rules reach a journal: numbers of phones, time zones, regular expressions, words of texts.
LIBRARIES = ("faker", "google-re2", "phonenumberslite", "tzdata", "uniseg")


def provenance(seed: int | str) -> dict[str, Any]:
    """Return `seed`, the product's `version`, that of `python`, and those of the `libraries` that matter by name."""
    return {"seed": seed, **_releases()}


@cache
def _releases() -> dict[str, Any]:
    return {
        "version": _version(PRODUCT),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout that was never installed
        return None
