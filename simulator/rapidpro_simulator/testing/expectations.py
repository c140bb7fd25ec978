"""How a step says that something is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExpectationError(AssertionError):
    """An expectation was not met; `wanted` are the criteria of the exchange that was looked for, as of `expect`."""

    def __init__(self, message: str, wanted: Mapping[str, object]) -> None:
        super().__init__(message)
        self.wanted = wanted


def expect(met: bool, expected: str, found: str, *, wanted: Mapping[str, object] | None = None) -> None:
    """Raise `ExpectationError` with `expected {expected}; {found}` unless `met`.

    `wanted` describes the exchange that was looked for, by the fields of `Exchange` (`by`, `to`, `method`, `path`,
    `status`; values are globs): the report of the failure lists the exchanges that came closest to it.
    """
    if not met:
        raise ExpectationError(f"expected {expected}; {found}", wanted or {})
