"""A deterministic simulator of RapidPro and CHT, for tests of what stands between them.

    from rapidpro_simulator import Simulation

    with Simulation(seed=7) as simulation:
        workspace = simulation.rapidpro("textit.com").workspace("Clinic")
        answer = simulation.request(
            "POST",
            "https://textit.com/api/v2/broadcasts.json",
            token=workspace.token.key,
            json={"urns": ["tel:+254712345678"], "text": "Visit tomorrow"},
        )
        simulation.advance(minutes=3)

The names below are the public ones. Steps of your own and conftest files need no others; all else may change without
a word in the changelog. With pytest, the fixture `simulation` is a `Simulation` already.
"""

# The names are found when they are first used: this file is imported by every command and by every start of pytest,
# and a whole simulation takes a second to import.
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.cht.remote import RemoteCht
    from rapidpro_simulator.client import Client, ClientError, World
    from rapidpro_simulator.gateways import GatewayUnderTest, parse_gateway
    from rapidpro_simulator.gateways.interface import InapplicableError, PatienceError
    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.testing.expectations import ExpectationError, expect
    from rapidpro_simulator.world.clock import FrozenClock, LiveClock
    from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment
    from rapidpro_simulator.world.journal import Entry, Exchange, Journal
    from rapidpro_simulator.world.loop import AdvanceLimitError, DeadlockError, Limits
    from rapidpro_simulator.world.network import HandlerService, HttpResponse, Latency

__all__ = [
    "Administrator",
    "AdvanceLimitError",
    "Client",
    "ClientError",
    "DeadlockError",
    "Entry",
    "Exchange",
    "ExpectationError",
    "Fault",
    "FaultKind",
    "FaultMoment",
    "FrozenClock",
    "GatewayUnderTest",
    "HandlerService",
    "HttpResponse",
    "InapplicableError",
    "Instance",
    "Journal",
    "Latency",
    "Limits",
    "LiveClock",
    "PatienceError",
    "Phone",
    "PhoneError",
    "RapidProHost",
    "RemoteCht",
    "Simulation",
    "Workspace",
    "World",
    "expect",
    "parse_gateway",
]

_MODULES = {
    "cht.administrator": ("Administrator",),
    "cht.instance": ("Instance",),
    "cht.remote": ("RemoteCht",),
    "client": ("Client", "ClientError", "World"),
    "gateways": ("GatewayUnderTest", "parse_gateway"),
    "gateways.interface": ("InapplicableError", "PatienceError"),
    "phones": ("Phone", "PhoneError"),
    "rapidpro.host": ("RapidProHost",),
    "rapidpro.workspace": ("Workspace",),
    "simulation": ("Simulation",),
    "testing.expectations": ("ExpectationError", "expect"),
    "world.clock": ("FrozenClock", "LiveClock"),
    "world.faults": ("Fault", "FaultKind", "FaultMoment"),
    "world.journal": ("Entry", "Exchange", "Journal"),
    "world.loop": ("AdvanceLimitError", "DeadlockError", "Limits"),
    "world.network": ("HandlerService", "HttpResponse", "Latency"),
}
_MODULE_OF = {name: f"{__name__}.{module}" for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
