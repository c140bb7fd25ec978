"""How CHT shows another system who it is (cht 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.web_client import WebError, address
from rapidpro_simulator.world.authorization import basic_auth

from .configuration import OutboundError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from yarl import URL

    Document = dict[str, Any]

TIMEOUT = 10.0  # seconds for each request


class Keys(Protocol):
    """Where credentials are kept."""

    async def get(self, key: str) -> str | None:
        """Return the credential called `key`; None where there is none."""


class Client(Protocol):
    """What makes requests: CHT's HTTP client. Raises `WebError`."""

    async def request(
        self,
        method: str,
        url: URL,
        *,
        authorization: str | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Make one request and return the answer's body; `timeout` is in seconds."""


@dataclass(frozen=True)
class Pass:
    """What a request bears: the header `Authorization`, or a token in its query."""

    authorization: str | None = None
    token: str | None = None


async def authenticate(destination: Document, keys: Keys, client: Client) -> Pass:
    """Return what a request to `destination` bears.

    Raises `OutboundError` where the credential is missing or the other system refuses it, and `CouchClientError`.
    """
    auth = destination.get("auth")
    if not auth:
        if isinstance(auth, dict):
            raise OutboundError("No auth.type, either declare the type or omit the auth property")
        return Pass()
    kind = str(as_object(auth).get("type") or "").lower()
    if kind not in AUTHENTICATIONS:
        raise OutboundError(f"Invalid auth type '{kind}'. Supported: {', '.join(AUTHENTICATIONS)}")
    return await AUTHENTICATIONS[kind](destination, as_object(auth), keys, client)


async def _basic(_: Document, auth: Document, keys: Keys, __: Client) -> Pass:
    password = await _credential(keys, auth.get("password_key"))
    return Pass(authorization=basic_auth(str(auth.get("username")), password))


async def _header(_: Document, auth: Document, keys: Keys, __: Client) -> Pass:
    if str(auth.get("name") or "").lower() != "authorization":
        raise OutboundError(f"Unsupported header name '{auth.get('name')}'. Supported: Authorization")
    return Pass(authorization=await _credential(keys, auth.get("value_key")))


async def _muso_sih(destination: Document, auth: Document, keys: Keys, client: Client) -> Pass:
    """Log in with a form; what comes back goes into the query of the push."""
    form = {"login": str(auth.get("username")), "password": await _credential(keys, auth.get("password_key"))}
    url = address(destination.get("base_url"), "/" + str(auth.get("path") or "").lstrip("/"))
    try:
        answer = as_object(await client.request("POST", url, form=form, timeout=TIMEOUT))
    except WebError as error:
        raise OutboundError(f"Failed to authenticate: {error}") from error
    if answer.get("statut") != 200:
        raise OutboundError(f"Got {answer.get('statut')} when requesting auth")
    return Pass(token=str(as_object(answer.get("data")).get("username_token")))


AUTHENTICATIONS: dict[str, Callable[[Document, Document, Keys, Client], Awaitable[Pass]]] = {
    "basic": _basic,
    "header": _header,
    "muso-sih": _muso_sih,
}


async def _credential(keys: Keys, key: Any) -> str:
    value = await keys.get(str(key))
    if not value:
        raise OutboundError(f"CouchDB config key '{key}' has not been populated. See the Outbound documentation.")
    return value
