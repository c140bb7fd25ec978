"""The world in which the real engine's test sessions ran: a clock that advances with every reading, mocked HTTP."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.inputs import VoiceCall
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits, Services
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookResponse
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, run_to_end
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.timestamps import normalized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.flows.engine.session import Session

_START = dt.datetime(2025, 5, 4, 12, 30, 45, 123456, tzinfo=dt.UTC)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MADE = {
    "uuid": re.compile(r"01969b[0-9a-f]{2}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "time": re.compile(r"2025-05-\d\dT[\d:.]+Z"),
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Clock:
    """Starts at the moment of the real engine's tests and advances a second with every reading."""

    def __init__(self) -> None:
        self._readings = 0

    def __call__(self) -> DateTime:
        moment = _START + dt.timedelta(seconds=self._readings)
        self._readings += 1
        return DateTime(moment, 789)

    def new_uuid(self) -> str:
        milliseconds = (self().instant - _EPOCH) // dt.timedelta(milliseconds=1)
        stamp = f"{milliseconds:012x}"
        return f"{stamp[:8]}-{stamp[8:]}-7000-8000-{self._readings:012x}"


@dataclass
class Web:
    """Answers requests with the mocks of a test, by URL, each used once."""

    mocks: Mapping[str, Sequence[Mapping[str, Any]]]
    used: dict[str, int] = field(default_factory=dict)

    async def __call__(self, request: WebhookRequest) -> WebhookResponse | None:
        """Answer a request; `None` stands for nobody."""
        pattern = next(
            pattern for pattern in self.mocks if fnmatch.fnmatchcase(request.url, pattern) or pattern == request.url
        )
        mock = self.mocks[pattern][self.used.get(pattern, 0)]
        self.used[pattern] = self.used.get(pattern, 0) + 1
        if not mock["status"]:
            return None
        body = mock.get("body") or ""
        encoded = (body * mock.get("body_repeat", 1)).encode()
        # The real engine's mock states the length as a server would: flows see it in `@webhook.headers`.
        headers = {"Content-Length": str(len(encoded)), **(mock.get("headers") or {})}
        return WebhookResponse(mock["status"], tuple(headers.items()), encoded, protocol="HTTP/1.0")

    @property
    def is_used_up(self) -> bool:
        return {pattern: len(mocks) for pattern, mocks in self.mocks.items()} == self.used


async def _send_email(addresses: Sequence[str], subject: str, body: str) -> None:
    """Every e-mail is sent."""


async def _transfer(sender: str, recipient: str, amounts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Transfer what is asked for in rwandan francs, as the real engine's tests do."""
    return {
        "external_id": "4ZJR8BT9MF",
        "sender": sender,
        "recipient": recipient,
        "currency": "RWF",
        "amount": int(amounts["RWF"]),
        "http_logs": [
            {
                "url": "http://send.airtime.com",
                "status": "success",
                "status_code": 200,
                "request": "GET / HTTP/1.1\r\nHost: send.airtime.com\r\nUser-Agent: Go-http-client/1.1\r\n"
                "Accept-Encoding: gzip\r\n\r\n",
                "response": 'HTTP/1.0 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}',
                "sizes": {"request": 0, "response": 0},
                "elapsed_ms": 0,
                "retries": 0,
                "created_on": "2019-10-16T13:59:30.123456789Z",
            }
        ],
    }


class World:
    """An engine as in the real engine's tests, with the assets of a test."""

    def __init__(
        self,
        assets: Mapping[str, Any],
        environment: Mapping[str, Any] | None = None,
        mocks: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        *,
        now: Callable[[], DateTime] | None = None,
        random: Callable[[], float] = lambda: 0.5,
        limits: EngineLimits | None = None,
    ) -> None:
        self.clock = Clock()
        self.web = Web(mocks or {})
        services = Services(
            webhook=self.web,
            email=_send_email,
            airtime=_transfer,
            webhook_headers={"User-Agent": "goflow-testing"},
            blocked_hosts=("graph.facebook.com",),
        )
        self.engine = Engine(
            now=now or self.clock,
            new_uuid=self.clock.new_uuid,
            random=random,
            services=services,
            limits=limits or EngineLimits(webhook_response=100_000),
        )
        self.assets = Assets.from_json(assets)
        self.environment = self.engine.environment(Environment.from_json(environment or {}), self.assets)

    def contact(self, document: Mapping[str, Any]) -> Contact:
        return Contact.from_json(document, self.assets, self.environment)

    def start(
        self, contact: Mapping[str, Any], trigger: dict[str, Any], call: Mapping[str, Any] | None = None
    ) -> tuple[Session, Sprint]:
        return run_to_end(
            self.engine.start(
                self.assets,
                self.environment,
                self.contact(contact),
                read_trigger(trigger),
                VoiceCall.from_json(call, self.assets) if call else None,
            )
        )

    def resume(self, session: Session, resume: dict[str, Any]) -> Sprint:
        return run_to_end(self.engine.resume(session, read_resume(resume)))

    def reread(self, session: Session) -> Session:
        """Save a session and read it again."""
        return self.engine.read_session(self.assets, session.to_json(), self.environment, session.contact, session.call)


def normal(document: Any) -> Any:
    """Put placeholders for UUIDs and moments that were made during a test, in the order in which they appear."""
    return _normal(document, {})


def _normal(value: Any, seen: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: "<duration>" if key == "elapsed_ms" else _normal(value[key], seen) for key in sorted(value)}
    if isinstance(value, list):
        return [_normal(item, seen) for item in value]
    if not isinstance(value, str):
        return value
    for kind, pattern in _MADE.items():
        for made in pattern.findall(value):
            value = value.replace(made, seen.setdefault(made, f"<{kind} {len(seen)}>"))
    return normalized(value) if _TIME.fullmatch(value) else value
