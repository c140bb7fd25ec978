"""Where a flow of RapidPro hands the texts of phones to the gateway under test, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.world.network import HandlerService

from .live import LiveGateway
from .standalone import Standalone

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.network import Network

    from .interface import Gateway

HOSTNAME = "gateway.example.org"
CREDENTIAL = "rapidpro:incoming"
KEY = "the-incoming-key-of-cht"


@dataclass(frozen=True)
class Place:
    """A URL, and the token with which a flow is let in."""

    url: str
    token: str


def incoming_place(gateway: Gateway, administrator: Administrator, network: Network) -> Place:
    """Return where texts are handed to `gateway`; it is made ready for them.

    CHT's own gateway has no such place: flows call CHT itself (cht 1.1), and so they do where it is not known.
    """
    if isinstance(gateway, Standalone):
        if network.find(HOSTNAME, None) is None:
            network.attach(HOSTNAME, HandlerService(gateway.handle))
        return Place(f"https://{HOSTNAME}/incoming", gateway.incoming_token)
    if isinstance(gateway, LiveGateway):
        return Place(f"{gateway.gateway_url()}{gateway.template.incoming_path}", gateway.incoming_token)
    return _webhook(administrator)


def _webhook(administrator: Administrator) -> Place:
    administrator.set_credential(CREDENTIAL, KEY)
    instance = administrator.instance
    return Place(f"https://{instance.name}{instance.release.incoming_paths[0]}", KEY)
