"""The recorded answers from aiohttp alone: the ceiling of what a server in this stack can do."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.processes import ADDRESS


async def serve(port: int, answers: list[dict[str, Any]]) -> None:
    known = {(each["method"], each["path"]): each for each in answers}

    async def handle(request: web.BaseRequest) -> web.Response:
        await request.read()
        answer = known[request.method, request.path]
        return web.Response(status=answer["status"], headers=answer["headers"], body=answer["body"].encode())

    server = web.Server(handle, access_log=None)
    listening = await asyncio.get_running_loop().create_server(server, ADDRESS, port)
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())))
