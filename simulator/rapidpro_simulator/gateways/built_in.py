"""CHT's built-in gateway: it lives in the instance, and is steered by its administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator

    from .interface import World

TOKEN = "rapidpro:outgoing"  # noqa: S105 the name of the credential


class BuiltIn:
    """The gateway inside the administrator's CHT instance."""

    def __init__(self, _world: World, administrator: Administrator, party: str) -> None:
        self.party = party
        self._administrator = administrator

    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        if token is not None:
            self._administrator.set_credential(TOKEN, token)
        if url is not None:
            self._administrator.send_through(url)

    def forget_token(self) -> None:
        self._administrator.forget_credential(TOKEN)

    def start(self) -> None:
        self._administrator.instance.start_gateway()

    def crash(self, event: str = "gateway.stopped") -> None:
        self._administrator.instance.stop_gateway(event)

    def close(self) -> None:
        """Leave it to the instance."""
