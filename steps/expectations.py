"""How a step says that something is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.testing.report import Unmet

if TYPE_CHECKING:
    from collections.abc import Mapping


def expect(met: bool, expected: str, found: str, *, wanted: Mapping[str, object] | None = None) -> None:
    """Raise `Unmet` where an expectation is not met; `wanted` describes the exchange that was looked for."""
    if not met:
        raise Unmet(f"expected {expected}; {found}", wanted or {})
