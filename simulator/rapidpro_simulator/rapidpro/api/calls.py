"""One authenticated request as the endpoints see it: who asks, the query, the body, and links back to it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlencode

from yarl import URL

from . import bodies
from .errors import SUSPENDED, RapidProApiError, ServerError
from .pagination import Cursor, Listing, decode, instant, paginate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from aiohttp import web

    from rapidpro_simulator.rapidpro.access import Token
    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .bodies import Body
    from .media_library import MediaLibrary

Row = TypeVar("Row")

TRUE_WORDS = ("true", "y", "yes", "1")
MOST_UUIDS = 100
LARGEST_ID = 2**63 - 1
NOT_FOUND_STYLES = {"model": "No {} matches the given query.", "plain": "Not found."}
FIRST_OF = {len("2026"): "-01-01", len("2026-03"): "-01"}  # what a date may leave out
_UUID = re.compile(r"\{?(?:urn:uuid:)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)


class RapidProResponse(NamedTuple):
    """What an endpoint answers: a status and the data of the body, bytes where it is JSON already, None where empty."""

    status: int
    data: Any = None


def is_uuid(text: str) -> bool:
    """Say whether `text` is a UUID in any of its usual notations."""
    return _UUID.fullmatch(text) is not None


class RapidProCall:
    """A request to `rapidpro` with a `token` of `workspace`; its body has been read already, as `raw`.

    `instance` is what a write is about to change, None where it makes something new.
    """

    __slots__ = ("_last_values", "generation", "instance", "media", "rapidpro", "raw", "request", "token", "workspace")

    def __init__(
        self,
        request: web.BaseRequest,
        raw: bytes,
        rapidpro: RapidPro,
        media: MediaLibrary,
        token: Token,
    ) -> None:
        self.request = request
        self.raw = raw
        self.rapidpro = rapidpro
        self.generation: Generation = rapidpro.generation
        self.media = media
        self.token = token
        self.workspace: Workspace = token.workspace
        self.instance: Any = None
        self._last_values = _last_values(request.rel_url.raw_query_string)

    def parameter(self, name: str) -> str | None:
        """Return the last value of a query parameter; None where it is not given."""
        return self._last_values.get(name)

    def text(self, name: str) -> str | None:
        """Return a parameter that the database looks for; it fails over a NUL character."""
        value = self.parameter(name)
        if value is not None and "\x00" in value:
            raise ServerError
        return value

    def integer(self, name: str, largest: int = LARGEST_ID) -> int | None:
        """Return a parameter as a number. Raises 400 where it is none, an empty one included (rapidpro 1.8)."""
        value = self.parameter(name)
        if value is None:
            return None
        try:
            return self.within(int(value), largest)
        except ValueError as error:
            raise RapidProApiError.detail(400, f"Value for {name} must be an integer") from error

    def within(self, number: int, largest: int = LARGEST_ID) -> int:
        """Return a number that a column up to `largest` is compared with.

        A number beyond it finds nothing; in the older generations the database fails over it (rapidpro 4.2).
        """
        if not -largest - 1 <= number <= largest and self.generation.api.large_numbers_fail:
            raise ServerError
        return number

    def uuid(self, name: str, *, strict: bool = False) -> str | None:
        """Return a parameter that is to be a UUID; None where it is empty.

        Raises 400 for what is none, in the generations that look at it; in the others the database fails over it where
        it is `strict` about the type (rapidpro 1.8).
        """
        values = self.uuids(name)
        if strict and values and values[-1] and not is_uuid(values[-1]):
            raise ServerError
        return values[-1] or None if values else None

    def uuids(self, name: str) -> list[str]:
        """Return all values of a parameter that are to be UUIDs. Raises 400 as `uuid` does."""
        values: list[str] = self.request.query.getall(name, [])
        if not self.generation.api.checks_uuids:
            if any("\x00" in value for value in values):
                raise ServerError
            return values
        if len(values) > MOST_UUIDS:
            raise RapidProApiError.detail(400, f"Param '{name}' can have a maximum of {MOST_UUIDS} values.")
        for value in values:
            if value and not is_uuid(value):
                raise RapidProApiError.detail(400, f"Param '{name}': {value} is not a valid UUID.")
        return values

    def valid_uuid(self, name: str) -> str | None:
        """Return a parameter that must be a UUID in every generation (rapidpro 1.8). Raises 400 for what is none."""
        value = self.uuid(name)
        if value is not None and not is_uuid(value):
            raise RapidProApiError.detail(400, f"Value for {name} must be a valid UUID")
        return value

    def flag(self, name: str) -> bool:
        """Return a parameter as a boolean; everything unknown is false (rapidpro 0.3)."""
        return (self.parameter(name) or "").lower() in TRUE_WORDS

    def exclusive(self, *names: str) -> None:
        """Raise 400 where more than one of the parameters has a value."""
        if sum(bool(self.parameter(name)) for name in names) > 1:
            raise RapidProApiError.detail(400, f"You may only specify one of the {', '.join(names)} parameters")

    def lookup(self, *names: str, required: bool = False) -> tuple[str, str] | None:
        """Return the one parameter, name and value, that says which object a POST or DELETE is about.

        Raises 400 where there are several, or none although one is `required`.
        """
        given = [(name, value) for name in names if (value := self.parameter(name)) is not None]
        if len(given) > 1:
            raise RapidProApiError.detail(
                400, f"URL can only contain one of the following parameters: {', '.join(names)}"
            )
        if not given and required:
            raise RapidProApiError.detail(400, f"URL must contain one of the following parameters: {', '.join(names)}")
        return given[0] if given else None

    def read_body(self) -> Any:
        """Return the request's body, whatever it is. Raises the 400 or 415 of what cannot be read (rapidpro 1.7)."""
        content_type = self.request.headers.get("Content-Type", "")
        return bodies.read(self.raw, content_type, strict=self.generation.api.strict_json)

    def writable(self, body: Any) -> Body:
        """Return `body` for writing.

        Raises 400 where it is no JSON object and no form, and where the workspace may not write (rapidpro 1.11).
        """
        fields = bodies.require_object(body)
        workspace = self.workspace
        if workspace.settings.flagged or workspace.settings.suspended:
            raise RapidProApiError.overall(SUSPENDED.format("flagged" if workspace.settings.flagged else "suspended"))
        return fields

    async def reach_mailroom(self) -> None:
        """Wait for mailroom's answer, as long as it takes. Raises `MailroomDownError`, which is a 500 (rapidpro 9)."""
        self.rapidpro.platform.tasks.require()
        if self.rapidpro.mailroom_delay:
            await asyncio.sleep(self.rapidpro.mailroom_delay)
            self.rapidpro.platform.tasks.require()

    def missing(self, model: str) -> RapidProApiError:
        """Return the 404 of an object of `model` that is not there (rapidpro 1.5)."""
        return RapidProApiError.detail(404, NOT_FOUND_STYLES[self.generation.api.not_found].format(model))

    def page_by_modification(
        self, rows: Iterable[Row], render: Callable[[Row, RapidProCall], dict[str, Any]], *, dated: bool = True
    ) -> RapidProResponse:
        """Answer a page of `rows`, the last modified first, unless the query asks for the `reverse` (rapidpro 3.3).

        What is not `dated` takes neither `after` nor `before`.
        """
        ascending = sorted(rows, key=attrgetter("modified_on"))
        listing = Listing(ascending, "modified_on", descending=not self.flag("reverse"), dated=dated)
        return self.page(listing, render)

    def page(self, listing: Listing[Row], render: Callable[[Row, RapidProCall], dict[str, Any]]) -> RapidProResponse:
        """Answer the page of `listing` that the query asks for, between its `after` and `before`."""
        page = paginate(self._between(listing), decode(self.parameter("cursor") or "", listing.position))
        results = [render(row, self) for row in page.rows]
        return RapidProResponse(
            200, {"next": self._link(page.next), "previous": self._link(page.previous), "results": results}
        )

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """Return the instants of `after` and `before`. Raises `ValueError` for what is none (rapidpro 1.8)."""
        return _moment(self.parameter("after")), _moment(self.parameter("before"))

    def _between(self, listing: Listing[Row]) -> Listing[Row]:
        lag = self.rapidpro.replica_lag if listing.position is instant else 0
        try:
            bounds = self.bounds() if listing.dated else (None, None)
        except ValueError:  # no error for the client: RapidPro answers that there is nothing
            return replace(listing, rows=())
        if bounds == (None, None) and not lag:
            return listing
        if lag:
            visible = self.rapidpro.visible_until
            bounds = bounds[0], min(bounds[1] or visible, visible)
        return listing.between(*bounds)

    def _link(self, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        request = self.request
        query = parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)
        query["cursor"] = [cursor.encode()]
        return f"{request.scheme}://{request.host}{request.rel_url.raw_path}?{urlencode(sorted(query.items()), True)}"


@lru_cache(maxsize=1024)  # an endpoint asks for a dozen parameters, and clients ask the same again and again
def _last_values(query: str) -> Mapping[str, str]:
    return dict(URL.build(query_string=query, encoded=True).query.items())


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text + FIRST_OF.get(len(text), ""))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
