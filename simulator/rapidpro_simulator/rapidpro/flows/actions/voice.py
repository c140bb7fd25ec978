"""Actions of voice flows: what the contact hears (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.locales.environment import locale_of
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.voice import PlayAudio, SayMsg
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


async def say_msg(action: SayMsg, run: Run) -> None:
    (native,), language = run.localized(action.uuid, "text", [action.text])
    text, _ = run.evaluate_text(native)
    (audio_url,), audio_language = run.localized(action.uuid, "audio_url", [action.audio_url])
    text, audio_url = trim(text), trim(audio_url)
    if not text and not audio_url:
        run.log(events.error("Can't say message without audio URL or backdown text"))
    else:
        _create(run, text, audio_url, language or audio_language)


async def play_audio(action: PlayAudio, run: Run) -> None:
    (native,), language = run.localized(action.uuid, "audio_url", [action.audio_url])
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
