"""One walk: the engine runs a plan in a time of its own."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.flows.core.contact import Contact, Ticket
from rapidpro_simulator.rapidpro.flows.core.field_values import parse
from rapidpro_simulator.rapidpro.flows.core.inputs import VoiceCall
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.services import MAILROOM_LIMITS, LlmAnswer, ServiceError, Services
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookResponse
from rapidpro_simulator.rapidpro.flows.definition.limits import VOICE
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, EngineError, run_to_end
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.world.clock import DEFAULT_START

from .plan import DIAL, TEXT, TIMEOUT
from .walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets, LlmAsset
    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .plan import Move, Plan

BEGIN = DEFAULT_START
READING = timedelta(seconds=20)
CALLING = timedelta(seconds=60)
CONTACT = "c0000000-0000-4000-8000-000000000001"
CALL = "e0000000-0000-4000-8000-000000000001"
TICKET = "d0000000-0000-4000-8000-000000000001"


class Walker:
    """One walk of a flow among the assets of a workspace, in its environment."""

    def __init__(self, assets: Assets, environment: Environment, flow: Flow, plan: Plan, keyword: str) -> None:
        self._assets, self._flow, self._plan, self._keyword = assets, flow, plan, keyword
        self._urns = [*plan.urns, f"tel:{plan.phone}"]
        self._begin = datetime.fromisoformat(plan.begins) if plan.begins else BEGIN
        self._now = self._begin
        self._numbers = count(1)
        self._draws = 0
        self._requests: list[WebhookRequest] = []
        services = Services(webhook=self._answer, email=_nothing, llm=self._ask_model, airtime=self._transfer)
        self._engine = Engine(
            now=lambda: DateTime.of(self._now),
            new_uuid=self._uuid,
            random=self._draw,
            services=services,
            limits=MAILROOM_LIMITS,
        )
        self._environment = self._engine.environment(environment, assets)

    def walk(self) -> Walk:
        """Return what comes of the plan. Raises `EngineError` for a flow that cannot be started."""
        trigger = read_trigger(self._trigger())
        call = VoiceCall(CALL, None, self._urns[-1]) if self._flow.kind == VOICE else None
        session, sprint = run_to_end(
            self._engine.start(self._assets, self._environment, self._contact(), trigger, call)
        )
        walk = Walk(self._plan, session, requests=self._requests)
        walk.note(sprint)
        for move in self._plan.moves:
            if not walk.waits:
                break
            before = self._now
            try:
                sprint = run_to_end(self._engine.resume(session, self._resume(walk, move)))
            except EngineError:
                break  # silence ends no wait that has no timeout
            walk.moved += 1
            walk.pauses.append(int((self._now - before).total_seconds()))
            walk.note(sprint)
        walk.draws = self._draws
        return walk

    def _contact(self) -> Contact:
        plan, assets = self._plan, self._assets
        contact = Contact(
            assets=assets,
            uuid=CONTACT,
            id=1,
            name=plan.name,
            language=plan.language,
            timezone=plan.timezone,
            created_on=_stamp(self._begin),
            urns=self._urns,
            groups=[group for group in assets.groups if {group.uuid, group.name} & set(plan.groups)],
            tickets=[Ticket(TICKET)] if plan.has_ticket else [],
        )
        for key, text in plan.fields:
            known = next((each for each in assets.fields if each.key == key), None)
            if known is not None:
                contact.fields[key] = parse(self._environment, assets.fields, known, text, contact.fields)
        return contact

    def _trigger(self) -> dict[str, Any]:
        stamp = _stamp(self._begin)
        trigger: dict[str, Any] = {
            "flow": {"uuid": self._flow.uuid, "name": self._flow.name},
            "triggered_on": stamp,
        }
        if self._plan.start:
            event = {
                "type": "msg_received",
                "uuid": self._uuid(),
                "created_on": stamp,
                "msg": self._message(self._plan.start),
            }
            keyword = {"keyword_match": {"type": "first_word", "keyword": self._keyword}} if self._keyword else {}
            return {"type": "msg", **trigger, "event": event, **keyword}
        params = {"params": object_of(self._plan.params)} if self._plan.params else {}
        return {"type": "manual", **trigger, "origin": "api", **params}

    def _message(self, text: str, attachment: str = "") -> dict[str, Any]:
        attachments = {"attachments": [attachment]} if attachment else {}
        return {"text": text, "urn": self._urns[0], **attachments}

    def _resume(self, walk: Walk, move: Move) -> Any:
        run = walk.session.waiting_run
        assert run is not None
        node = run.flow.node(run.step.node_uuid)
        wait = node.router.wait if node is not None and node.router is not None else None
        if move.kind == TEXT:
            self._now += READING
            return self._document("msg", "msg_received", {"msg": self._message(move.text, move.attachment)})
        if move.kind == DIAL:
            self._now += CALLING
            return self._document("dial", "dial_ended", {"dial": {"status": move.text, "duration": CALLING.seconds}})
        expiry = timedelta(minutes=run.flow.expiry_minutes)
        timeout = None if wait is None or wait.timeout is None else timedelta(seconds=wait.timeout.seconds)
        if move.kind == TIMEOUT or (timeout is not None and timeout <= expiry):  # what comes first ends the wait
            self._now += timeout or timedelta()
            return self._document("wait_timeout", "wait_timed_out", {})
        self._now += expiry
        return self._document("wait_expiration", "wait_expired", {})

    def _document(self, kind: str, event: str, details: dict[str, Any]) -> Any:
        stamp = _stamp(self._now)
        told = {"type": event, "uuid": self._uuid(), "created_on": stamp, **details}
        return read_resume({"type": kind, "resumed_on": stamp, "event": told})

    def _uuid(self) -> str:
        number = next(self._numbers)
        return f"0195{number:04x}-0000-7000-8000-{number:012x}"

    # The world

    def _draw(self) -> float:
        self._draws += 1
        chances = self._plan.chances
        return chances[self._draws - 1] if self._draws <= len(chances) else 0.0

    async def _answer(self, request: WebhookRequest) -> WebhookResponse | None:
        number = len(self._requests)
        status = self._plan.status(number)
        self._requests.append(request)
        if not status or not urlsplit(request.url).hostname:
            return None
        body = json.dumps(object_of(self._plan.body(number))).encode()
        return WebhookResponse(status, (("Content-Type", "application/json"),), body)

    async def _ask_model(self, _model: LlmAsset, _instructions: str, _text: str, _most: int) -> LlmAnswer:
        return LlmAnswer(self._plan.answer)

    async def _transfer(self, sender: str, recipient: str, amounts: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._plan.has_credit or not amounts:
            raise ServiceError("no airtime transfer service configured")
        currency, amount = next(iter(amounts.items()))
        return {"sender": sender, "recipient": recipient, "currency": currency, "amount": amount, "http_logs": []}


async def _nothing(_addresses: Sequence[str], _subject: str, _body: str) -> None:
    return None


def object_of(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the object whose members have these dotted paths; members that are numbered from 0 are a list."""
    made: dict[str, Any] = {}
    for path, value in pairs:
        *names, last = path.split(".")
        inner = made
        for name in names:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                break
        else:
            inner[last] = value
    return {key: _listed(value) for key, value in made.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    items = {key: _listed(each) for key, each in value.items()}
    is_list = bool(items) and set(items) == {str(number) for number in range(len(items))}
    return [items[str(number)] for number in range(len(items))] if is_list else items


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
