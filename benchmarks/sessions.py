"""Sessions a second of the flow engine: two questions and a thank you, kept in memory and saved as text in between."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, run_to_end
from rapidpro_simulator.rapidpro.flows.engine.session import COMPLETED
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .report import Figure, at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .scale import Scale

SESSIONS = 2_000
_NOW = DateTime(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield complete sessions a second, on one core."""
    sessions = TwoQuestions()
    kept = [_rate(sessions.play, scale) for _ in range(scale.rounds)]
    yield Figure("sessions", "two questions", "sessions/s", kept, at_least(SESSIONS))
    saved = [_rate(sessions.play_saved, scale) for _ in range(scale.rounds)]
    yield Figure("sessions", "two questions, saved and read", "sessions/s", saved)


class TwoQuestions:
    """A contact who is asked for a village and for water, and who answers at once."""

    def __init__(self) -> None:
        self._uuids = 0
        self.engine = Engine(now=lambda: _NOW, new_uuid=self._uuid, random=lambda: 0.5)
        self.assets = Assets.from_json(_assets())
        settings = {"allowed_languages": ["eng"], "default_country": "RW", "timezone": "Africa/Kigali"}
        self.environment = self.engine.environment(Environment.from_json(settings), self.assets)
        self.flow = {"uuid": _id(1), "name": "Water"}

    def play(self) -> None:
        """Play one session, from the trigger to the thanks."""
        session, _ = run_to_end(
            self.engine.start(self.assets, self.environment, self._contact(), read_trigger(self._trigger()))
        )
        for answer in ("Upper Kabale", "yes there is"):
            run_to_end(self.engine.resume(session, read_resume(_resume(answer))))
        assert session.status == COMPLETED

    def play_saved(self) -> None:
        """Play one session that is text while nobody answers, as in a database."""
        contact = self._contact()
        session, _ = run_to_end(
            self.engine.start(self.assets, self.environment, contact, read_trigger(self._trigger()))
        )
        for answer in ("Upper Kabale", "yes there is"):
            saved = json.dumps(session.to_json())
            session = self.engine.read_session(self.assets, json.loads(saved), self.environment, contact)
            run_to_end(self.engine.resume(session, read_resume(_resume(answer))))
        assert session.status == COMPLETED

    def _contact(self) -> Contact:
        document = {
            "uuid": _id(2),
            "name": "Ann",
            "language": "eng",
            "created_on": "2026-01-01T00:00:00Z",
            "urns": ["tel:+250788123123"],
        }
        return Contact.from_json(document, self.assets, self.environment)

    def _trigger(self) -> dict[str, Any]:
        return {"type": "manual", "flow": self.flow, "triggered_on": "2026-01-02T03:04:05Z"}

    def _uuid(self) -> str:
        self._uuids += 1
        return f"01890000-0000-7000-8000-{self._uuids:012x}"


def _rate(play: Callable[[], None], scale: Scale) -> float:
    # Processor time, as of polls: the figure of an idle machine.
    count = max(scale.polls // 10, 1)
    start = time.process_time()
    for _ in range(count):
        play()
    return count / (time.process_time() - start)


def _resume(text: str) -> dict[str, Any]:
    message = {"urn": "tel:+250788123123", "text": text}
    event = {"type": "msg_received", "uuid": _id(3), "created_on": "2026-01-02T03:05:05Z", "msg": message}
    return {"type": "msg", "resumed_on": "2026-01-02T03:05:05Z", "event": event}


def _assets() -> dict[str, Any]:
    channel = {
        "uuid": _id(4),
        "name": "Main",
        "address": "+250788000000",
        "schemes": ["tel"],
        "roles": ["send", "receive"],
        "country": "RW",
    }
    nodes = [
        _question(10, "Hi @contact.name! Which village are you from?", "Village", ("has_text", []), 20),
        _question(20, "Is there water in @results.village?", "Water", ("has_any_word", ["yes"]), 30),
        {
            "uuid": _id(30),
            "actions": [_message(31, "Thank you! @results.village: @results.water.category")],
            "exits": [{"uuid": _id(32)}],
        },
    ]
    flow = {
        "uuid": _id(1),
        "name": "Water",
        "spec_version": "14.4.2",
        "language": "eng",
        "type": "messaging",
        "nodes": nodes,
    }
    return {"flows": [flow], "channels": [channel]}


def _question(number: int, text: str, result: str, test: tuple[str, list[str]], after: int) -> dict[str, Any]:
    router = {
        "type": "switch",
        "operand": "@input.text",
        "result_name": result,
        "wait": {"type": "msg"},
        "cases": [{"uuid": _id(number + 2), "type": test[0], "arguments": test[1], "category_uuid": _id(number + 3)}],
        "categories": [
            {"uuid": _id(number + 3), "name": "Fine", "exit_uuid": _id(number + 5)},
            {"uuid": _id(number + 4), "name": "Other", "exit_uuid": _id(number + 6)},
        ],
        "default_category_uuid": _id(number + 4),
    }
    return {
        "uuid": _id(number),
        "actions": [_message(number + 1, text)],
        "router": router,
        "exits": [{"uuid": _id(number + 5), "destination_uuid": _id(after)}, {"uuid": _id(number + 6)}],
    }


def _message(number: int, text: str) -> dict[str, Any]:
    return {"type": "send_msg", "uuid": _id(number), "text": text}


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
