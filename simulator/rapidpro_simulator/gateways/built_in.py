"""CHT's built-in gateway: it lives in the instance, and is told its account by the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .interface import Gateway

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.world.protocols import World

TOKEN = "rapidpro:outgoing"  # noqa: S105 the name of the credential


class BuiltIn(Gateway):
    """The gateway inside `instance`, which begins and ends as a part of its process."""

    def __init__(self, world: World, administrator: Administrator, party: str, instance: Instance) -> None:
        super().__init__(world, administrator, party)
        self._instance = instance

    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        if token is not None:
            self._administrator.set_credential(TOKEN, token)
        if url is not None:
            self._administrator.send_through(url)

    def forget_token(self) -> None:
        self._administrator.forget_credential(TOKEN)

    def start(self) -> None:
        self._instance.start_gateway()

    def crash(self, event: str = "gateway.stopped") -> None:
        self._instance.stop_gateway(event)

    def close(self) -> None:
        """Leave it to the instance."""
