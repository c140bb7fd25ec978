"""On whose behalf the api process is working: CHT marks what it asks and writes meanwhile with that (cht 0.2, 8.2).

Tasks that are started inside a request belong to it as well; timers belong to nobody.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multidict import CIMultiDict

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "X-Request-Id"
DIGITS = 12  # hexadecimal


@dataclass
class Origin:
    """A request to the api: its id, and the user who made it as soon as CouchDB has recognised one."""

    request_id: str
    user: str | None = None


ORIGIN: ContextVar[Origin | None] = ContextVar("ORIGIN", default=None)


def marked(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Return a copy of `headers` with the id of the request that is being answered, in place of any other."""
    sent = CIMultiDict(headers)
    origin = ORIGIN.get()
    if origin is not None:
        sent[HEADER] = origin.request_id
    return sent
