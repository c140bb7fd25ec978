"""How a gateway under test is named and run: CHT's built-in one of any release, our own, or the user's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.cht.releases import Release, release

from .built_in import BuiltIn
from .standalone import Standalone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.administrator import Administrator

    from .interface import Gateway, World

__all__ = ["GatewayUnderTest", "build_gateway", "parse_gateway"]

NEWEST = "5.2"


@dataclass(frozen=True)
class GatewayUnderTest:
    """What `--gateway` names: its `kind`, what is said after the colon, and the CHT release it is tried with."""

    name: str
    kind: str
    value: str
    release: Release


def parse_gateway(text: str) -> GatewayUnderTest:
    """Read `cht:5.2` or `standalone`. Raises `ValueError` with what is possible."""
    kind, _, value = text.partition(":")
    if kind == "cht" and value:
        return GatewayUnderTest(text, kind, value, release(value))
    if text == "standalone":
        return GatewayUnderTest(text, kind, value, release(NEWEST))
    raise ValueError(f"{text!r} names no gateway; possible are cht:RELEASE, as in cht:5.2 or cht:4.13, and standalone")


def build_gateway(under_test: GatewayUnderTest, world: World, administrator: Administrator, party: str) -> Gateway:
    """Put the gateway between an instance and RapidPro; it does nothing before `send_through` or `start`."""
    return _KINDS[under_test.kind](world, administrator, party)


_KINDS: Mapping[str, Callable[[World, Administrator, str], Gateway]] = {"cht": BuiltIn, "standalone": Standalone}
