"""How long flows live, how much they may do, and how they call webhooks, by generation (rapidpro 4.7, 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from sys import maxsize
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core.services import MAILROOM_LIMITS, EngineLimits
from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT, Version
from rapidpro_simulator.rapidpro.model.flows import RunStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMUNITY_VERSION = Version(13, 2)
_OLDER_LIMITS = EngineLimits(
    steps_per_sprint=200,
    sprints_per_session=250,
    runs_per_session=maxsize,  # as long as steps and sprints suffice (rapidpro 8.1)
    webhook_url=maxsize,  # there was no limit, nor one of what is sent (rapidpro 7.1)
    webhook_request=maxsize,
    webhook_response=1024 * 1024,
)


@dataclass(frozen=True)
class FlowProfile:
    """Definitions, sessions and webhooks of flows: each field says its own."""

    limits: EngineLimits = _OLDER_LIMITS
    version: Version = (
        COMMUNITY_VERSION  # older definitions are migrated to it on import, newer ones stay (rapidpro 4.8)
    )
    message_expiry: int = 10_080  # minutes that an imported flow waits if it does not say so itself (rapidpro 4.7)
    session_life: timedelta = timedelta(days=90)  # a session that still waits then is ended (rapidpro 8.2)
    session_jitter: timedelta = timedelta(0)  # up to so much comes on top (rapidpro 8.2)
    session_end: RunStatus = RunStatus.INTERRUPTED  # what becomes of a session at the end of its life
    webhook_agent: str = "RapidProMailroom/9.0.1"  # the `User-Agent` of webhooks (rapidpro 7.1)
    webhook_waits: tuple[float, ...] = (5.0, 10.0)  # seconds before each automatic retry (rapidpro 7.2)
    webhook_keeps_status: bool = False  # an answer that is too large still has its status (rapidpro 7.3, flows 4.3)


_TEXTIT_2025 = FlowProfile(
    limits=MAILROOM_LIMITS,
    version=CURRENT,
    message_expiry=4320,  # flows 1.1
    session_life=timedelta(days=30),
    session_jitter=timedelta(days=1),
    session_end=RunStatus.EXPIRED,
    webhook_agent="Mailroom/10.3",
    webhook_waits=(),
    webhook_keeps_status=True,
)

FLOWS: Mapping[str, FlowProfile] = MappingProxyType(
    {
        "community": FlowProfile(),
        "textit-2025": _TEXTIT_2025,
        "textit-2026": replace(_TEXTIT_2025, webhook_agent="Mailroom/26.3"),
        "v7": FlowProfile(webhook_agent="RapidProMailroom/7.1.0"),
        "v8": FlowProfile(webhook_agent="RapidProMailroom/8.0.0"),
    }
)
"""By the name of the generation."""
