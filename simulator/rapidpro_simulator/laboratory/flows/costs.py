"""What a run of a flow costs: messages, SMS, web requests, and requests of RapidPro's quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.delivery.segments import segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .walk import Walk

API = "/api/v2/"
HOSTS = ("textit.com", "textit.in", "rapidpro.io")  # and what is below them
START = 1  # the request that starts a run through the API


class Cost(NamedTuple):
    """Numbers of one run. `quota` are requests that RapidPro counts: the start, and those a flow makes of its API."""

    messages: int
    sms: int
    web_requests: int
    quota: int


def cost_of(walk: Walk) -> Cost:
    """Return what a run costs (rapidpro 2.3); what a text, a campaign or another flow starts needs no request."""
    own = sum(_is_own(request.url) for request in walk.requests)
    sms = 0 if walk.is_call else sum(segments(text) for _, text in walk.said)
    start = START if walk.plan.requested else 0
    return Cost(len(walk.said), sms, len(walk.requests), start + own)


def span(walks: Sequence[Walk]) -> tuple[Cost, Cost]:
    """Return the least and the most of each number."""
    costs = [cost_of(walk) for walk in walks] or [Cost(0, 0, 0, 0)]
    columns = list(zip(*costs, strict=True))
    return Cost(*map(min, columns)), Cost(*map(max, columns))


def _is_own(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.path.startswith(API) and any(host == each or host.endswith(f".{each}") for each in HOSTS)
