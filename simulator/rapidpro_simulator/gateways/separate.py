"""What gateways outside CHT have in common: a user of CHT's `/api/sms`, and an account at RapidPro to be told.

Where they run, in this process or another, makes no difference here.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from .interface import PARTY, Gateway

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.protocols import World
    from rapidpro_simulator.world.seed import Seed

HOSTNAME = "gateway.example.org"
"""Where flows find the gateway, on the network of the simulation."""

USER = "gateway"
NO_TOKEN = "none"  # noqa: S105 a gateway does not start without one


class SeparateGateway(Gateway):
    """A gateway that is begun anew with each change of its account. `incoming_token` lets flows in."""

    def __init__(self, world: World, administrator: Administrator, party: str) -> None:
        super().__init__(world, administrator, party)
        self.incoming_token = world.seed.part(party).stream("incoming").alphanumeric(32)
        self._password = password_of(world.seed, party)
        self._url = ""
        self._token = ""

    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        self._url = url or self._url
        self._token = self._token if token is None else token
        self._world.journal.hide(self._token)
        if self._has_account:
            self._administrator.send_by_gateway(USER, self._password)
            self.stop()
            self.start()

    def forget_token(self) -> None:
        self.use(token=NO_TOKEN)

    @property
    def _has_account(self) -> bool:
        return bool(self._url and self._token)

    @abstractmethod
    def start(self) -> None:
        """Begin with the account as it is now; do nothing without one, or while it runs."""


def password_of(seed: Seed, party: str = PARTY) -> str:
    """Return the password of the user of CHT that the gateway `party` is."""
    return seed.part(party).stream("password").alphanumeric(16)
