"""Which schemas the exchanges of an endpoint have, and which endpoints a kind of host has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY: Final = "query"
REQUEST: Final = "request"  # in JSON, where `FORM` or `TEXT` don't say otherwise
FORM: Final = "form"  # what is not JSON is a form
TEXT: Final = "text"  # a text as it is
MULTIPART: Final = "multipart"  # a form with files: it is described, not inspected


@dataclass(frozen=True)
class EndpointSchemas:
    """What has a schema, of the exchanges with one `method` (`*`: any) and `path`.

    In a path `*` stands for (part of) one segment, `**` for the rest. `parts` are schemas by what they are about:
    `QUERY`, `REQUEST`, `FORM`, `TEXT`, `MULTIPART`, or a glob of the status of an answer; the first glob that fits
    holds. `successes` are the statuses of what goes well, and `summary` says what it is for: both are for readers.
    """

    method: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    successes: tuple[int, ...] = (200,)
    summary: str = ""

    def fits(self, method: str, path: str) -> bool:
        return self.method in {"*", method} and _pattern(self.path).fullmatch(path) is not None

    def answer(self, status: int) -> str | None:
        """Return the schema of an answer with `status`; None where there is none."""
        return next((schema for part, schema in self.parts.items() if fnmatchcase(str(status), part)), None)


@dataclass(frozen=True, eq=False)
class WireSchemas:
    """The schemas of one kind of host: the first endpoint that fits a request holds.

    `endings` are the variants of a schema that hold for this kind, the nearest first: see `Schemas.name`.
    """

    endpoints: tuple[EndpointSchemas, ...]
    endings: tuple[str, ...] = ()

    def find(self, method: str, path: str) -> EndpointSchemas | None:
        """Return what has a schema of a request; a slash at the end makes no difference. None: there is none."""
        path = path.rstrip("/") or "/"
        return next((each for each in self.endpoints if each.fits(method, path)), None)


def answer_schemas(service: str, parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of an endpoint, of which `answer` is that of a success, with the full names of the schemas."""
    return {"2*" if part == "answer" else part: f"{service}/{schema}" for part, schema in parts.items()}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pieces = {"**": ".*", "*": "[^/]*", "[!_]": "[^_/]"}
    return re.compile("".join(pieces.get(piece, re.escape(piece)) for piece in re.split(r"(\*+|\[!_\])", path)))
