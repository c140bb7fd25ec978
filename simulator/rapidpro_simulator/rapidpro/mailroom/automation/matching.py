"""Which trigger a message or an event fits best (flows 10, rapidpro 8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.flows.texts.collation import are_equal
from rapidpro_simulator.rapidpro.flows.texts.strings import tokens
from rapidpro_simulator.rapidpro.model.triggers import ONLY_WORD, TriggerKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.triggers import Trigger

CHANNEL, INCLUDED, NOT_EXCLUDED = 4, 2, 1


class TriggerMatch(NamedTuple):
    """A trigger that fits; `keyword` is the one it fits by, as configured, empty for all but keyword triggers."""

    trigger: Trigger
    score: int
    keyword: str = ""


def score(trigger: Trigger, contact: Contact, channel: Channel | None) -> int | None:
    """Return how closely a trigger is meant for a contact that came by a channel; None where it is not meant at all."""
    if trigger.channel is not None and trigger.channel is not channel:
        return None
    if trigger.groups and not any(contact in group for group in trigger.groups):
        return None
    if any(contact in group for group in trigger.exclude_groups):
        return None
    return (
        CHANNEL * (trigger.channel is not None)
        + INCLUDED * bool(trigger.groups)
        + NOT_EXCLUDED * bool(trigger.exclude_groups)
    )


def best(matches: Iterable[TriggerMatch]) -> TriggerMatch | None:
    """Return the match of the highest score, the first of several."""
    return max(matches, key=lambda match: match.score, default=None)


def find(
    triggers: Iterable[Trigger], kind: TriggerKind, contact: Contact, channel: Channel | None = None
) -> TriggerMatch | None:
    """Return the best of the triggers of a kind."""
    return best(
        TriggerMatch(trigger, points)
        for trigger in triggers
        if trigger.kind is kind and trigger.active
        if (points := score(trigger, contact, channel)) is not None
    )


def find_referral(
    triggers: Iterable[Trigger], contact: Contact, channel: Channel | None, referrer_id: str
) -> TriggerMatch | None:
    """Return the best referral trigger of this referrer, else of those for any referrer (rapidpro 8.3)."""
    referrals = [each for each in triggers if each.kind is TriggerKind.REFERRAL]
    for wanted in (referrer_id.lower(), ""):
        fitting = [each for each in referrals if each.referrer_id.lower() == wanted]
        if (match := find(fitting, TriggerKind.REFERRAL, contact, channel)) is not None:
            return match
    return None


def find_keyword(
    triggers: Iterable[Trigger], environment: Environment, text: str, contact: Contact, channel: Channel | None
) -> TriggerMatch | None:
    """Return the best keyword trigger of a text: its first word counts, for some it has to be the only one."""
    said = tokens(text)
    if not said:
        return None

    def keyword(trigger: Trigger) -> str | None:
        if trigger.match_type == ONLY_WORD and len(said) > 1:
            return None
        return next((each for each in trigger.keywords if are_equal(environment.collation, said[0], each)), None)

    return best(
        TriggerMatch(trigger, points, word)
        for trigger in triggers
        if trigger.kind is TriggerKind.KEYWORD and trigger.active
        if (points := score(trigger, contact, channel)) is not None
        if (word := keyword(trigger)) is not None
    )
