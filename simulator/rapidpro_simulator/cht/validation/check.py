"""What the rules can look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from rapidpro_simulator.cht.javascript import Sandbox
    from rapidpro_simulator.cht.releases import Release

    Json = dict[str, Any]
    Rows = Awaitable[list[Json]]


@dataclass
class ReportCheck:
    """What rules can look at: the report, its `values` by name, one of them (`value`), the database through `view`.

    `now` is in the server's time zone; `log` hears of a lookup that failed.
    """

    document: Json
    settings: Json
    release: Release
    now: datetime
    sandbox: Sandbox
    view: Callable[..., Rows]
    log: Callable[[str], object]
    value: Any = ""

    def __post_init__(self) -> None:
        fields = self.document.get("fields")
        both = {**self.document, **(fields if isinstance(fields, dict) else {})}
        self.values = {name: "" if value is None else value for name, value in both.items()}
