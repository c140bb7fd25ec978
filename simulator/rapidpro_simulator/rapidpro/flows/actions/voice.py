"""Actions of voice flows: what the contact hears (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.locales.environment import locale_of
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SayMsg(Action):
    """Speaks a text, or plays its recording where there is one."""

    type: ClassVar[str] = "say_msg"
    allowed_in = limits.VOICE_ONLY

    text: str = fields.text(required=True, maximum=10_000, evaluated=True, localized=True)
    audio_url: str = fields.text(maximum=8_192, localized=True)

    async def execute(self, run: Run, step: Step) -> None:
        (native,), language = run.localized(self.uuid, "text", [self.text])
        text, _ = run.evaluate_text(native)
        (audio_url,), audio_language = run.localized(self.uuid, "audio_url", [self.audio_url])
        text, audio_url = trim(text), trim(audio_url)
        if not text and not audio_url:
            run.log(events.error("Can't say message without audio URL or backdown text"))
        else:
            _create(run, text, audio_url, language or audio_language)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayAudio(Action):
    """Plays a recording."""

    type: ClassVar[str] = "play_audio"
    allowed_in = limits.VOICE_ONLY

    audio_url: str = fields.text(required=True, maximum=8_192, evaluated=True, localized=True)

    async def execute(self, run: Run, step: Step) -> None:
        (native,), language = run.localized(self.uuid, "audio_url", [self.audio_url])
        audio_url, ok = run.evaluate_text(native)
        audio_url = trim(audio_url)
        if not ok:
            return
        if not audio_url:
            run.log(events.error("Audio URL evaluated to empty, skipping"))
        else:
            _create(run, "", audio_url, language)


def _create(run: Run, text: str, audio_url: str, language: str) -> None:
    call = run.session.call
    assert call is not None  # no voice session starts without
    message: dict[str, Any] = {"urn": call.urn}
    if call.channel is not None:
        message["channel"] = call.channel.reference.to_json()
    message["text"] = text
    if audio_url:
        message["attachments"] = [f"audio:{audio_url}"]
    if locale := locale_of(language, run.environment.country):
        message["locale"] = locale
    run.log(events.ivr_created(message))
