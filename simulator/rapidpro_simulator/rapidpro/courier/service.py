"""Courier's endpoints for external channels, `/c/ex/<uuid of the channel>/…` (rapidpro 5.4, 6.2, 6.7).

What becomes of a message is mailroom's part, what a report changes is delivery's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web

from rapidpro_simulator.rapidpro.api import errors
from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.world.network import ABOUT

from . import answers
from .answers import CourierError
from .incoming import read_stop, read_text
from .parameters import read_parameters

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.workspace import Workspace

PREFIX = "/c/"
METHODS = ("GET", "POST")
HTML = {"Content-Type": "text/html; charset=utf-8"}
REPORTS = {"sent": Status.SENT, "delivered": Status.DELIVERED, "failed": Status.FAILED}
_PATH = re.compile(r"/c/(?P<kind>[a-z0-9]+)/(?P<uuid>[0-9A-Za-z-]{36})/(?P<action>[a-z]+)/?")
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
MOST = 2**63 - 1  # a message's id


class Visit(NamedTuple):
    """A request to a channel of a workspace."""

    request: web.BaseRequest
    workspace: Workspace
    channel: Channel


class CourierService:
    """Courier of `rapidpro`, for the paths below `PREFIX`."""

    def __init__(self, rapidpro: RapidPro) -> None:
        self._rapidpro = rapidpro
        self._habits = rapidpro.generation.courier
        self._actions: dict[str, Callable[[Visit], Awaitable[web.Response]]] = {
            "receive": self._receive,
            "stopped": self._stop,
            **dict.fromkeys(REPORTS, self._report),
        }

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer `request` as courier would, or as the proxy before it does while it is down."""
        if self._rapidpro.courier_status == "down":
            return web.Response(status=502, body=errors.proxy_page(502).encode(), headers=HTML)
        path = _PATH.fullmatch(request.path)
        action = self._actions.get(path["action"]) if path else None
        if path is None or action is None:
            return answers.nowhere(request, 404)
        if request.method not in METHODS:
            return answers.nowhere(request, 405)
        try:
            workspace, channel = self._channel(path["kind"], path["uuid"].lower())
            request[ABOUT] = {"workspace": workspace.name}
            return await action(Visit(request, workspace, channel))
        except CourierError as refusal:
            return answers.error(refusal)

    def _channel(self, kind: str, uuid: str) -> tuple[Workspace, Channel]:
        for workspace in self._rapidpro.workspaces.values():
            for channel in workspace.channels:
                if channel.uuid == uuid and channel.kind.code == kind:
                    return workspace, channel
        raise CourierError("channel not found")

    async def _receive(self, visit: Visit) -> web.Response:
        _, workspace, channel = visit
        came = await read_text(visit.request, channel, self._habits)
        message = workspace.receive(came.urn, came.text, channel, sent_on=came.sent_on)
        settings = channel.external
        if settings is not None and settings.mo_response:
            kind = settings.mo_response_content_type or "text/plain; charset=utf-8"
            return web.Response(body=settings.mo_response.encode(), headers={"Content-Type": kind})
        return answers.message_accepted(message, channel, came.sent_on or message.created_on)

    async def _report(self, visit: Visit) -> web.Response:
        text = (await read_parameters(visit.request)).get("id", "")
        if not text:
            raise CourierError("field 'id' required")
        if not _WHOLE.fullmatch(text) or abs(int(text)) > MOST:
            raise CourierError('schema: error converting value for "id"')
        status = REPORTS[visit.request.path.strip("/").rpartition("/")[2]]
        visit.workspace.delivery.courier.take_report(visit.channel, int(text), status)
        return answers.status_accepted(visit.channel, status, int(text))

    async def _stop(self, visit: Visit) -> web.Response:
        _, workspace, channel = visit
        urn = await read_stop(visit.request, channel, self._habits)
        contact = workspace.mailroom.incoming.sender(urn, channel)
        now = workspace.runtime.now()
        workspace.runtime.tasks.later(0, lambda: workspace.mailroom.triggers.stopped(contact, channel))
        return answers.stop_accepted(channel, urn, now)
