"""What goes on with a waiting session (flows 3.5, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError, read_typed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Ends a wait; `event` is what ended it, as JSON."""

    type: ClassVar[str]
    EVENT: ClassVar[str]

    resumed_on: str = fields.text()
    event: dict[str, Any] = fields.json(required=True)

    def check(self) -> None:
        """Raise `DefinitionError` for an event that cannot end such a wait."""
        if self.event.get("type") != self.EVENT:
            raise DefinitionError(f"{self.type} resume event must be of type {self.EVENT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MsgResume(Resume):
    """The contact answered."""

    type = "msg"
    EVENT = "msg_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeoutResume(Resume):
    """The contact said nothing for as long as the wait allows; the flow goes on."""

    type = "wait_timeout"
    EVENT = "wait_timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirationResume(Resume):
    """The contact said nothing for as long as the flow allows; the run expires."""

    type = "wait_expiration"
    EVENT = "wait_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialResume(Resume):
    """The forwarded call ended."""

    type = "dial"
    EVENT = "dial_ended"


_RESUMES: Mapping[str, type[Resume]] = {
    resume.type: resume for resume in (MsgResume, TimeoutResume, ExpirationResume, DialResume)
}


def read_resume(document: dict[str, Any]) -> Resume:
    """Return the resume of a JSON document. Raises `DefinitionError` with RapidPro's text."""
    resume: Resume = read_typed(_RESUMES, document)
    resume.check()
    return resume
