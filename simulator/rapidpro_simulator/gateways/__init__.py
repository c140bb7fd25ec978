"""How a gateway under test is named and run: CHT's built-in one of any release, our own, or the user's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.releases import Release, release

from .template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.world.protocols import World

    from .interface import Gateway

__all__ = ["GatewayUnderTest", "build_gateway", "parse_gateway"]

NEWEST = "5.2"
BUILT_IN = "cht"
IN_PROCESS = (BUILT_IN, "standalone")


@dataclass(frozen=True)
class GatewayUnderTest:
    """What `--gateway` names: its `kind`, what is said after the colon, and the CHT release it is tried with.

    `template` says how it is started where it runs in another process.
    """

    name: str
    kind: str
    value: str
    release: Release
    template: Template = field(default_factory=Template)

    @property
    def live(self) -> bool:
        """Whether it lives in a time of its own, so that the simulation must be live too."""
        return self.kind not in IN_PROCESS


def parse_gateway(text: str, template: Template | None = None) -> GatewayUnderTest:
    """Read `cht:5.2`, `standalone`, `command:PROGRAM`, `docker:IMAGE` or `running`.

    Raises `ValueError` with what is possible.
    """
    kind, colon, value = text.partition(":")
    wants_value = kind in WITH_VALUE
    if kind not in {BUILT_IN, *_KINDS} or bool(value.strip()) is not wants_value or (colon and not wants_value):
        raise ValueError(f"{text!r} names no gateway; possible are {POSSIBLE}")
    of_release = release(value if kind == BUILT_IN else NEWEST)
    return GatewayUnderTest(text, kind, value, of_release, template or Template())


def build_gateway(
    under_test: GatewayUnderTest, world: World, administrator: Administrator, party: str, instance: Instance | None
) -> Gateway:
    """Put the gateway between a CHT and RapidPro; it does nothing before `use` or `start`.

    `instance` is the CHT from inside, where CHT's own gateway lives; None: it runs elsewhere.
    """
    if under_test.kind == BUILT_IN:
        from .built_in import BuiltIn  # all of CHT, which who only names gateways does without

        return BuiltIn(world, administrator, party, instance)
    return _KINDS[under_test.kind](under_test, world, administrator, party)


def _standalone(_: GatewayUnderTest, world: World, administrator: Administrator, party: str) -> Gateway:
    from .standalone import Standalone  # the package `cht_rapidpro_gateway` may not be there

    return Standalone(world, administrator, party)


def _command(under_test: GatewayUnderTest, world: World, administrator: Administrator, party: str) -> Gateway:
    from .command import Command

    return Command(world, administrator, party, under_test.template, under_test.value)


def _docker(under_test: GatewayUnderTest, world: World, administrator: Administrator, party: str) -> Gateway:
    from .docker import Container

    return Container(world, administrator, party, under_test.template, under_test.value)


def _running(under_test: GatewayUnderTest, world: Any, administrator: Administrator, party: str) -> Gateway:
    from .running import Running

    return Running(world, administrator, party, under_test.template)


WITH_VALUE = (BUILT_IN, "command", "docker")
POSSIBLE = (
    "cht:RELEASE, as in cht:5.2 or cht:4.13, standalone, "
    "command:PROGRAM, as in command:'python -m cht_rapidpro_gateway', docker:IMAGE, and running"
)
_KINDS: Mapping[str, Callable[[GatewayUnderTest, World, Administrator, str], Gateway]] = {
    "standalone": _standalone,
    "command": _command,
    "docker": _docker,
    "running": _running,
}
