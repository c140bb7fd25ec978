"""How a gateway under test is named and run. Now: CHT's built-in one, of any release."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.cht.releases import Release, release

__all__ = ["GatewayUnderTest", "parse_gateway"]


@dataclass(frozen=True)
class GatewayUnderTest:
    """What `--gateway` names."""

    name: str
    release: Release


def parse_gateway(text: str) -> GatewayUnderTest:
    """Read `cht:5.2`. Raises `ValueError` with what is possible."""
    kind, _, value = text.partition(":")
    if kind != "cht" or not value:
        raise ValueError(f"{text!r} names no gateway; possible is cht:RELEASE, as in cht:5.2 or cht:4.13")
    return GatewayUnderTest(text, release(value))
