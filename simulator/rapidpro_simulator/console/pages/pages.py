"""The routes of the console: pages, panels, entries of the journal, and a beat that tells when to look again."""

from __future__ import annotations

import asyncio
import hmac
import json
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.console.endpoints import done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.resources.journal import shown
from rapidpro_simulator.served.world import WorldEndedError

from .headers import headers_of
from .looks import Looks
from .panels import PANELS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from jinja2 import Environment

    from rapidpro_simulator.console.worlds import Worlds
    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.served.world import ServedWorld

STATIC = files("rapidpro_simulator.console.pages") / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".svg": "image/svg+xml"}
COOKIE = "rapidpro-simulator"
HEARTBEATS = 30  # beats without news, after which a connection shows that it is alive
EVENTS = ("happened", "minute")
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    """The console of `worlds`; `token` is what a visitor presents (None: nothing)."""

    def __init__(self, worlds: Worlds, token: str | None) -> None:
        self._worlds = worlds
        self._token = token
        self._looks: dict[ServedWorld, Looks] = {}

    @cached_property
    def _templates(self) -> Environment:
        from .rendering import environment  # with Jinja, which only a visitor needs

        return environment()

    def add_to(self, application: web.Application) -> None:
        """Add the routes."""
        get = application.router.add_get
        get("/", self._front)
        get("/worlds", self._overview)
        get("/static/{name}", self._static)
        get("/worlds/{world}", self._world)
        get("/worlds/{world}/panels/{panel}", self._panel)
        get("/worlds/{world}/entries/{number}", self._entry)
        get("/worlds/{world}/beat", self._beat)

    async def _front(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("token")
        if token is not None:
            return self._let_in(token)
        worlds = list(self._worlds)
        if len(worlds) == 1:
            raise web.HTTPFound(f"/worlds/{worlds[0].name}")
        raise web.HTTPFound("/worlds")

    async def _overview(self, _request: web.Request) -> web.StreamResponse:
        return self._page("worlds.html", worlds=[world.name for world in self._worlds])

    def _let_in(self, token: str) -> web.StreamResponse:
        if self._token is not None and not hmac.compare_digest(token.encode(), self._token.encode()):
            raise ProblemError(401, "this is not the token that `serve` has printed")
        response = web.Response(status=303, headers={**SECURITY, "Location": "/"})
        response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/")
        return response

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        path = STATIC / name
        if "/" in name or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(
            body=path.read_bytes(),
            content_type=TYPES["." + name.rpartition(".")[2]],
            charset="utf-8",
            headers={**SECURITY, "Cache-Control": "max-age=3600"},
        )

    async def _world(self, request: web.Request) -> web.Response:
        world = self._worlds.find(request.match_info["world"])
        about = await done(world.read(_about))
        return self._page("world.html", world=world.name, worlds=[each.name for each in self._worlds], **about)

    async def _panel(self, request: web.Request) -> web.Response:
        name = request.match_info["panel"]
        if name not in PANELS:
            raise web.HTTPNotFound
        world = self._worlds.find(request.match_info["world"])
        return _answer(await self.looks_at(world).panel(name, request.query))

    async def _entry(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"]) if request.match_info["number"].isdecimal() else 0
        world = self._worlds.find(request.match_info["world"])

        def find(live: LiveSimulation) -> dict[str, Any] | None:
            journal = live.simulation.journal
            entry = next((entry for entry in journal if entry.number == number), None)
            return None if entry is None else {"entry": shown(journal, entry), "headers": headers_of(journal, entry)}

        found = await done(world.read(find))
        if found is None:
            raise ProblemError(404, f"the journal does not keep entry {number} any more")
        return self._page("entry.html", pretty=_pretty, **found)

    async def _beat(self, request: web.Request) -> web.StreamResponse:
        """Tell whenever something has happened, and with every minute, as often as the world can bear to be seen."""
        world = self._worlds.find(request.match_info["world"])
        looks = self.looks_at(world)
        response = web.StreamResponse(headers={**SECURITY, "Content-Type": "text/event-stream"})
        last: tuple[Hashable, Hashable] = (None, None)
        quiet = 0
        try:
            await response.prepare(request)
            while not world.ended:
                now = await looks.pulse()
                news = [event for event, before, after in zip(EVENTS, last, now, strict=True) if before != after]
                quiet = 0 if news else quiet + 1
                if news:
                    await response.write("".join(f"event: {event}\ndata: now\n\n" for event in news).encode())
                elif quiet % HEARTBEATS == 0:
                    await response.write(b": still here\n\n")
                last = now
                await asyncio.sleep(looks.pause)
        except (ConnectionError, WorldEndedError):
            pass  # the visitor has gone, or the world
        return response

    def looks_at(self, world: ServedWorld) -> Looks:
        """Return what all who look at a world share."""
        if world not in self._looks:
            self._looks = {each: looks for each, looks in self._looks.items() if not each.ended}
            self._looks[world] = Looks(world, self._templates)
        return self._looks[world]

    def _page(self, template: str, **content: Any) -> web.Response:
        return _answer(self._templates.get_template(template).render(content))


def _answer(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=SECURITY)


def _about(live: LiveSimulation) -> dict[str, Any]:
    simulation = live.simulation
    return {
        "seed": simulation.seed.value,
        "workspaces": [workspace.name for workspace in simulation.workspaces],
        "has_cht": bool(simulation.sites),
        "gateway": simulation.gateway.name,
    }


def _pretty(body: str) -> str:
    """Return a body with its JSON indented, where it is JSON."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
