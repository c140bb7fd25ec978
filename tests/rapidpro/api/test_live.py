from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from tests.rapidpro.api.conftest import Server


def test_links_from_outside(server: Server, network: Any, loop: Any) -> None:
    """A client from outside gets links that lead back over its own way in."""
    contact = server.workspace.contacts.create(["tel:+250788123123"])
    for number in range(251):
        server.workspace.send_message(contact, f"text {number}")

    async def ask() -> tuple[str, str]:
        port = await network.listen(network.find("rapidpro.org", None))
        base = f"http://127.0.0.1:{port}"
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{base}/api/v2/messages.json", headers=server.authorization) as response,
        ):
            return base, (await response.json())["next"]

    base, link = loop.run(ask())
    assert link.startswith(f"{base}/api/v2/messages.json?cursor=")
