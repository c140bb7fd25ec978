"""Actions that call servers: webhooks and the subscribers of resthooks (flows 4.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .base import Action, ResultInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

SUCCESS, FAILURE = CATEGORIES = ("Success", "Failure")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_METHOD = fields.Check(lambda method: method.upper() in METHODS, "is not a valid HTTP method")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWebhook(Action):
    """Calls a server; `@webhook` and perhaps a result tell what it answered."""

    type: ClassVar[str] = "call_webhook"

    method: str = fields.text(required=True, check=_METHOD)
    url: str = fields.text(required=True, maximum=limits.URL, evaluated=True)
    headers: dict[str, str] = fields.text_map(
        maximum=limits.HEADERS, maximum_key=limits.HEADER_NAME, maximum_item=limits.HEADER_VALUE, evaluated=True
    )
    body: str = fields.text(maximum=limits.WEBHOOK_BODY, evaluated=True)
    result_name: str = fields.text(check=fields.RESULT_NAME)

    def check(self) -> None:
        for name in self.headers:
            if not is_valid_header(name):
                raise DefinitionError(f"header '{name}' is not a valid HTTP header")

    def results(self) -> Iterator[ResultInfo]:
        if self.result_name:
            yield ResultInfo(self.result_name, CATEGORIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResthook(Action):
    """Tells the subscribers of a resthook about the run."""

    type: ClassVar[str] = "call_resthook"

    resthook: str = fields.text(required=True)
    result_name: str = fields.text(check=fields.RESULT_NAME)

    def results(self) -> Iterator[ResultInfo]:
        if self.result_name:
            yield ResultInfo(self.result_name, CATEGORIES)


def is_valid_header(name: str) -> bool:
    """Say whether a text can be the name of an HTTP header."""
    return re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name) is not None
