"""Actions that ask other services: e-mail, airtime, language models (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.excellent.numbers import is_in_range

from .base import Action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmail(Action):
    """Sends an e-mail to some addresses."""

    type: ClassVar[str] = "send_email"

    addresses: list[str] = fields.texts(required=True, minimum=1, evaluated=True)
    subject: str = fields.text(required=True, maximum=limits.SHORT_TEMPLATE, evaluated=True, localized=True)
    body: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True, localized=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAirtime(Action):
    """Gives the contact airtime, by currency; the local `_new_transfer` is the event's UUID, empty if it failed."""

    type: ClassVar[str] = "transfer_airtime"
    LOCALS: ClassVar[tuple[str, ...]] = ("_new_transfer",)

    amounts: dict[str, Decimal] = fields.number_map(required=True)

    def check(self) -> None:
        for currency, amount in self.amounts.items():
            if not amount.is_finite() or not is_in_range(amount):
                raise DefinitionError("number value is out of permitted range")
            if amount < 0:
                raise DefinitionError(f"amount for '{currency}' is out of range")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLlm(Action):
    """Asks a language model; a local is what it answers, or `<ERROR>`."""

    type: ClassVar[str] = "call_llm"

    llm: Reference = fields.reference("llm", required=True)
    instructions: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True)
    input: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)
    output_local: str = fields.text(required=True, check=fields.LOCAL_NAME)

    def locals(self) -> Iterator[str]:
        yield self.output_local
