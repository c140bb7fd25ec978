"""The triggers in an export file: what starts a flow, in the web application's terms (flows 1.1).

The triggers that start sessions in the engine are in `flows.core.triggers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.texts.web_words import is_emoji, is_word

from .kinds import ReferringKind
from .reading import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .references import Reference

KEYWORD, CATCH_ALL, INCOMING_CALL, MISSED_CALL, NEW_CONVERSATION, REFERRAL, TICKET_CLOSED = "KCVMNRT"
TRIGGER_TYPES: Final = (
    KEYWORD, CATCH_ALL, INCOMING_CALL, MISSED_CALL, NEW_CONVERSATION, REFERRAL, TICKET_CLOSED,
)  # fmt: skip
IGNORED_TRIGGERS: Final = ("S", "I", "O")
"""Types in export files that no import brings back: schedules, opt-ins, opt-outs."""

FIRST_WORD, ONLY_WORD = MATCH_TYPES = ("F", "O")
LONGEST_KEYWORD: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTrigger:
    """What starts ``flow`` for contacts in all of ``groups`` (if any) and none of ``exclude_groups``."""

    type: str
    flow: Reference
    keywords: tuple[str, ...] = ()
    match_type: str = FIRST_WORD
    channel: Reference | None = None
    groups: list[Reference] = field(default_factory=list)
    exclude_groups: list[Reference] = field(default_factory=list)


def read_trigger(document: dict[str, Any]) -> ExportedTrigger:
    """Return a trigger from an export file of any age; raises `DefinitionError` in the web application's words."""
    type_ = document.get("trigger_type")
    keywords = _keywords(document) if type_ == KEYWORD else ()
    _require(document, ("trigger_type", "flow", "groups"))
    if type_ not in TRIGGER_TYPES:
        raise DefinitionError(f"{type_} is not a valid trigger type")
    match_type = document.get("match_type") or FIRST_WORD
    if match_type not in MATCH_TYPES:
        raise DefinitionError(f"{match_type} is not a valid match type")
    return ExportedTrigger(
        type=type_,
        flow=_reference("flow", document["flow"]),
        keywords=keywords,
        match_type=match_type,
        channel=_channel(document.get("channel")),
        groups=_references(document["groups"]),
        exclude_groups=_references(document.get("exclude_groups") or []),
    )


def is_keyword(text: str) -> bool:
    """Return whether a text can be a keyword: one word or one emoji, of at most 16 characters."""
    return len(text) <= LONGEST_KEYWORD and (is_word(text) or is_emoji(text))


def _keywords(document: dict[str, Any]) -> tuple[str, ...]:
    keywords = document.get("keywords") or [document.get("keyword")]
    for keyword in keywords if isinstance(keywords, list) else [keywords]:
        if not keyword:
            raise DefinitionError("Field 'keywords' is required.")
        if not isinstance(keyword, str) or not is_keyword(keyword):
            raise DefinitionError(f"{keyword} is not a valid keyword")
    return tuple(keywords)


def _require(document: dict[str, Any], keys: Iterable[str]) -> None:
    for key in keys:
        if document.get(key) is None:
            raise DefinitionError(f"Field '{key}' is required.")


def _channel(value: Any) -> Reference | None:
    if not value:
        return None
    # Older files have the UUID alone.
    return _reference("channel", {"uuid": value} if isinstance(value, str) else value)


def _references(values: Any) -> list[Reference]:
    if not isinstance(values, list):
        raise DefinitionError("Field 'groups' is no list.")
    return [_reference("group", value) for value in values]


def _reference(type_: str, value: Any) -> Reference:
    complaints: list[str] = []
    reference = ReferringKind(type=type_).read(value, type_, complaints)
    if complaints:
        raise DefinitionError(", ".join(complaints))
    return reference
