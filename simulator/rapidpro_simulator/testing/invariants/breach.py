"""A breach of an invariant, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """An invariant that did not hold.

    `invariant` is its sentence, `what` the evidence; `by_simulator` says whose fault it is: ours, or the gateway's.
    """

    invariant: str
    what: str
    by_simulator: bool = False
