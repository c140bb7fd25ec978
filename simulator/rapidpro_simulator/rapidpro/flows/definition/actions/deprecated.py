"""Actions of features that RapidPro no longer has: definitions may still hold them (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action, ResultInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClassifier(Action):
    """Once asked a classifier what a text means; now it always fails."""

    type: ClassVar[str] = "call_classifier"

    classifier: Any = fields.json()
    input: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True)
    result_name: str = fields.text(required=True, check=fields.RESULT_NAME)

    def results(self) -> Iterator[ResultInfo]:
        yield ResultInfo(self.result_name, ("Success", "Skipped", "Failure"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptin(Action):
    """Once asked a contact to opt in."""

    type: ClassVar[str] = "request_optin"

    optin: Reference = fields.reference("optin", required=True)
