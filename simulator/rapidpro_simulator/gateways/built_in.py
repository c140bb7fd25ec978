"""CHT's built-in gateway: it lives in the instance, and is steered by its administrator."""

from __future__ import annotations

from .interface import Gateway

TOKEN = "rapidpro:outgoing"  # noqa: S105 the name of the credential


class BuiltIn(Gateway):
    """The gateway inside the administrator's CHT instance."""

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
