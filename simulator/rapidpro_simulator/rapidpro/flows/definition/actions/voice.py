"""Actions of voice flows: what the contact hears (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class SayMsg(Action):
    """Speaks a text, or plays its recording where there is one."""

    type: ClassVar[str] = "say_msg"
    allowed_in = limits.VOICE_ONLY

    text: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True, localized=True)
    audio_url: str = fields.text(maximum=limits.URL, localized=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayAudio(Action):
    """Plays a recording."""

    type: ClassVar[str] = "play_audio"
    allowed_in = limits.VOICE_ONLY

    audio_url: str = fields.text(required=True, maximum=limits.URL, evaluated=True, localized=True)
