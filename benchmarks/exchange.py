"""One exchange in frozen time beside one of bare aiohttp: a client and a server of aiohttp on one event loop."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import MICROSECOND

from . import polling, servers
from .processes import ADDRESS, fresh
from .report import Figure, at_most
from .workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from .scale import Scale

WARM = 300  # exchanges
PIECE = 200  # exchanges that are measured together
MICROSECONDS = 1e6
LIMIT = 0.6  # of what bare aiohttp takes
CHANGED = "CHT's gateway, of a message that has changed"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield what a status poll costs, of the processor's time, in microseconds and as ratios of one process."""
    runs = [json.loads(fresh("benchmarks.exchange", str(scale.polls))) for _ in range(scale.rounds)]
    for who, aim in (("CHT's gateway", at_most(LIMIT)), (CHANGED, None), ("aiohttp's client", None)):
        ratios = [run[who] / run["bare"] for run in runs]
        yield Figure("exchange", f"status poll in frozen time by {who}, to bare aiohttp", "ratio", ratios, aim)
    for who in ("bare", "CHT's gateway", CHANGED, "aiohttp's client"):
        yield Figure("exchange", f"status poll: {who}, processor time", "µs", [run[who] for run in runs])


async def cost(ask: Callable[[], Awaitable[str]], count: int) -> float:
    """Return what one exchange costs, in microseconds of processor time: of the pieces, the middle of the best half."""
    for _ in range(WARM):
        await ask()
    costs = []
    for _ in range(max(count // PIECE, 1)):
        began = time.process_time()
        for _ in range(PIECE):
            await ask()
        costs.append((time.process_time() - began) / PIECE * MICROSECONDS)
    return sorted(costs)[len(costs) // 4]


async def bare(answer: str, count: int) -> float:
    """Return what an exchange costs with aiohttp alone, when a server says `answer` to its own client."""
    body = answer.encode()

    async def handle(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    server = web.Server(handle, access_log=None)
    listening = await asyncio.get_running_loop().create_server(server, ADDRESS, 0)
    url = f"http://{ADDRESS}:{listening.sockets[0].getsockname()[1]}{servers.STATUS_TARGET}"
    async with aiohttp.ClientSession() as session:

        async def ask() -> str:
            async with session.get(url, headers=servers.HEADERS) as response:
                return await response.text()

        spent = await cost(ask, count)
    listening.close()
    await server.shutdown(1)
    return spent


def main(count: int) -> None:
    with Simulation() as simulation:
        workspace = open_workspace(simulation)
        simulation.advance(minutes=1)
        message = workspace.messages[0]
        session = simulation.run(_client(simulation))

        async def ask_anew(session: aiohttp.ClientSession, broadcast: int) -> str:
            message.modified_on += MICROSECOND
            return await polling.ask_leanly(session, broadcast)

        ways = {"CHT's gateway": polling.ask_leanly, CHANGED: ask_anew, "aiohttp's client": polling.ask}
        answer = simulation.run(polling.ask(session, 1))
        spent = {who: simulation.run(cost(partial(way, session, 1), count)) for who, way in ways.items()}
    print(json.dumps(spent | {"bare": asyncio.run(bare(answer, count))}))


async def _client(simulation: Simulation) -> aiohttp.ClientSession:
    return simulation.network.client("gateway")


if __name__ == "__main__":
    main(int(sys.argv[1]))
