"""CHT's built-in gateway: it lives in CHT's process, and is told its account by the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.instance import LeftOutError

from .interface import Gateway, InapplicableError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.world.protocols import World

TOKEN = "rapidpro:outgoing"  # noqa: S105 the name of the credential
ELSEWHERE = "the process of a CHT that runs elsewhere is neither started nor ended"


class BuiltIn(Gateway):
    """The gateway inside `instance`, which begins and ends as a part of its process; None: that runs elsewhere."""

    def __init__(self, world: World, administrator: Administrator, party: str, instance: Instance | None) -> None:
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
        if self._instance is None:
            raise InapplicableError(ELSEWHERE)
        try:
            self._instance.start_gateway()
        except LeftOutError as error:
            raise InapplicableError(str(error)) from None

    def crash(self, event: str = "gateway.stopped") -> None:
        if self._instance is None:
            self._refuse_to_crash(event, ELSEWHERE)
            return
        try:
            self._instance.stop_gateway(event)
        except LeftOutError as error:
            self._refuse_to_crash(event, str(error))

    def close(self) -> None:
        """Leave it to the instance."""
