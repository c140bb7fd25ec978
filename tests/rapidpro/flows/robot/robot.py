"""A contact that answers whatever a flow asks, sensibly for the most part, and a world in which webhooks often fail."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookResponse
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.rapidpro.mailroom.worker import PendingResult
from rapidpro_simulator.rapidpro.model.flows import UNFINISHED
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.flows.definition.nodes import Node
    from rapidpro_simulator.rapidpro.flows.definition.routers import Case
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.messages import Message

ROBOT = "tel:+254712345678"
MOST_TURNS = 40
LONGEST_LIFE = timedelta(days=100)  # after which no session of any generation waits

ANYTHING = (
    *("yes", "No", "Red", "blue", "5", "17", "0", "-3", "1,234", "3.5", "Grace Banda", "2026-03-10", "10:30"),
    *("tomorrow", "+254700000001", "me@example.org", "♥", "@contact", "@(1 / 0)", "x" * 700, "a\nb", "stop"),
)
BODIES: tuple[Any, ...] = (
    *({}, [], None, 7, {"ok": True, "status": "found"}, {"results": [{"name": "Grace", "code": "12"}]}),
    {"error": "not_found", "docs": []},
)
STATUSES = (200, 200, 200, 201, 400, 404, 410, 500, 503)


class World:
    """A workspace with the flows of one file, and the robot in it; equal seeds make equal worlds."""

    def __init__(self, document: Any, seed: int, generation: str) -> None:
        self.clock = FrozenClock()
        self.journal = Journal(self.clock)
        self.random = Random(seed)
        host = RapidPro("textit.com", Context(self.clock, Seed(seed), self.journal), generation)
        host.platform.webhook = self._answer
        self.limits = host.generation.flows.limits
        self.workspace = host.workspace("Robots", country="KE")
        self.workspace.mailroom.external_services.airtime = lambda _number, amounts: (
            "KES",
            next(iter(amounts.values())),
        )
        self.workspace.mailroom.external_services.llm = lambda _instructions, text: text.upper()
        self.flows = self.workspace.import_flows(document, lenient=True)
        self.contact = self.workspace.contacts.create([ROBOT], "Robot", "eng")

    async def _answer(self, _request: WebhookRequest) -> WebhookResponse | None:
        """PendingResult a webhook after a while: with success, with an error, or not at all."""
        if self.random.random() < 0.15:
            return None
        body = json.dumps(self.random.choice(BODIES)).encode()
        headers = (("Content-Type", "application/json"),)
        response = WebhookResponse(self.random.choice(STATUSES), headers, body)
        seconds = self.random.choice((0, 0, 1, 14))
        if not seconds:
            return response
        return await PendingResult[WebhookResponse](lambda take: self.clock.call_later(seconds, lambda: take(response)))

    def walk(self, flow: Flow) -> Iterator[None]:
        """Go through a flow until nothing waits any more, turn by turn; what is left after many turns expires."""
        self.workspace.start_flow(flow, contacts=[self.contact])
        self._pass(seconds=30)
        yield
        for _ in range(MOST_TURNS):
            if self.contact.session is None:
                return
            self._turn()
            yield
        self.rest()
        yield

    def rest(self) -> None:
        """Let so much time pass that whatever waits has ended, campaigns too."""
        self._pass(days=LONGEST_LIFE.days)

    def _turn(self) -> None:
        mood = self.random.random()
        if mood < 0.8:
            self.workspace.receive(ROBOT, self._reply())
            self._pass(seconds=self.random.choice((1, 5, 60)))
        elif mood < 0.92:
            self._pass(hours=self.random.choice((1, 5, 30)))
        elif mood < 0.96:
            self.workspace.receive(ROBOT, "", attachments=["image:https://example.org/a.jpg"])
            self._pass(minutes=2)
        else:
            self._pass(days=16)

    def _pass(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    def _reply(self) -> str:
        last = next((each for each in reversed(self.contact.messages) if not each.incoming), None)
        replies = [*self.random.sample(ANYTHING, 2), *_offered(last)]
        node = self._waiting_node()
        if node is not None and isinstance(node.router, SwitchRouter):
            replies += [text for case in node.router.cases if (text := _fitting(case, self.random))] * 2
        return self.random.choice(replies)

    def _waiting_node(self) -> Node | None:
        session = self.contact.session
        if session is None:
            return None
        waiting = [run for run in session.runs.values() if run.status in UNFINISHED and run.path]
        definition = self.workspace.mailroom.inspections.definition(waiting[-1].flow.uuid) if waiting else None
        if definition is None:
            return None
        return next((node for node in definition.nodes if node.uuid == waiting[-1].path[-1]["node_uuid"]), None)

    def transcript(self) -> list[tuple[str, bool, str]]:
        """Return what was said, when and by whom."""
        return [(each.created_on.isoformat(), each.incoming, each.text) for each in self.contact.messages]


def _offered(message: Message | None) -> list[str]:
    return [reply["text"] or "" for reply in (message.quick_replies or ())] if message is not None else []


def _fitting(case: Case, random: Random) -> str:
    """Return a text that should meet a case, as far as its arguments tell."""
    make = FITTING.get(case.type)
    if make is not None:
        return make(random)
    words = " ".join(case.arguments).split()
    if not words or "@" in " ".join(words):
        return ""
    if case.type.startswith("has_number"):
        return str(random.choice([-1, 0, 1]) + int(float(words[-1]))) if words[-1].isdecimal() else words[-1]
    return random.choice(words) if case.type == "has_any_word" else " ".join(words)


FITTING: dict[str, Callable[[Random], str]] = {
    "has_number": lambda random: str(random.randrange(100)),
    "has_date": lambda random: f"{random.randrange(1, 28)}-03-2026",
    "has_time": lambda random: f"{random.randrange(24)}:30",
    "has_phone": lambda random: f"+2547{random.randrange(10**8):08}",
    "has_email": lambda random: f"robot{random.randrange(9)}@example.org",
    "has_text": lambda random: random.choice(["Nkhoma", "Area 25", "nothing"]),
}
