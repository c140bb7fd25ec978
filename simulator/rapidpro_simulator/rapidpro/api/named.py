"""Endpoints of named objects: what they share of names and limits, and the whole of those that are nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from .calls import RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .pagination import Listing
from .scalars import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from rapidpro_simulator.rapidpro.generations.api import ApiProfile
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .calls import RapidProCall
    from .fields import Parser, Validator


class NamedObject(Protocol):
    """What can be found by its UUID, and renamed."""

    uuid: str
    name: str


Row = TypeVar("Row")
Thing = TypeVar("Thing", bound=NamedObject)

MOST_OBJECTS = 250
MOST_CHARACTERS = 64
FORBIDDEN = '"\\'
TOO_LONG = "Cannot be longer than 64 characters."
BAD_CHARACTER = "Cannot contain the character: {}"
NULL_CHARACTERS = "Cannot contain null characters."
NOT_UNIQUE = "This field must be unique."
SYSTEM_OBJECT = "Cannot modify system object."
SYSTEM_OBJECT_STAYS = "Cannot delete system object."


class Dated(NamedTuple, Generic[Row]):
    """An object as old as its workspace: the model does not say when it was made, only which came first."""

    row: Row
    created_on: datetime


def page(
    rows: Iterable[Row],
    keep: Callable[[Row], bool],
    render: Callable[[Row, RapidProCall], dict[str, Any]],
    call: RapidProCall,
) -> RapidProResponse:
    """Answer a page of objects, those that were made last first."""
    created_on = call.workspace.created_on
    dated = [Dated(row, created_on) for row in rows if keep(row)]
    return call.page(Listing(dated, dated=False), lambda each, _: render(each.row, call))


def well_named(name: str, _call: RapidProCall) -> None:
    """Raise `Invalid` for what is no name of an object (rapidpro 1.9)."""
    if len(name) > MOST_CHARACTERS:
        raise Invalid(TOO_LONG)
    for character in FORBIDDEN:
        if character in name:
            raise Invalid(BAD_CHARACTER.format(character))
    if "\x00" in name:
        raise Invalid(NULL_CHARACTERS)


def unique(others: Callable[[RapidProCall], Iterable[Any]], fold: Callable[[str], str] = str.lower) -> Validator:
    """Return a validator that refuses the name of another object; names are compared as `fold` makes them."""

    def validate(name: str, call: RapidProCall) -> None:
        if fold(name) in {fold(other.name) for other in others(call) if other is not call.instance}:
            raise Invalid(NOT_UNIQUE)

    return validate


def object_name(*also: Validator) -> Parser:
    """Return a parser of the names of objects, of which `also` may say something."""
    return text(MOST_CHARACTERS, also=(well_named, *also))


def check_limit(known: Collection[object], call: RapidProCall, most: int = MOST_OBJECTS) -> None:
    """Raise the 409 of a workspace that has as many objects as it may have (rapidpro 1.10)."""
    if len(known) >= most:
        raise RapidProApiError.detail(409, call.generation.api.limit_reached.format(most))


@dataclass(frozen=True)
class NamedEndpoint(Generic[Thing]):
    """An endpoint that lists, creates, renames and deletes objects that have a UUID and a name.

    `model` is what a 404 calls them; `rows` are those of a workspace, by UUID; `delete` takes one out of it. Where a
    UUID is `strict`, the database of the older generations fails over what is none (rapidpro 1.8). What `is_system`
    keeps its name; `limit` is how many there may be, by generation.
    """

    model: str
    rows: Callable[[Workspace], dict[str, Thing]]
    create: Callable[[Workspace, str], Thing]
    render: Callable[[Thing, RapidProCall], dict[str, Any]]
    delete: Callable[[Workspace, Thing], object] = lambda _workspace, _thing: None
    strict: bool = False
    is_system: Callable[[Thing], bool] = lambda _: False
    limit: Callable[[ApiProfile], int] = lambda _: MOST_OBJECTS

    @cached_property
    def fields(self) -> dict[str, BodyField]:
        """The fields of a body."""
        return {"name": BodyField(object_name(unique(lambda call: self.rows(call.workspace).values())), required=True)}

    def list(self, call: RapidProCall, keep: Callable[[Thing], bool] = lambda _: True) -> RapidProResponse:
        """Answer GET with the objects that the query's `uuid` or `name` leaves, and that `keep` takes."""
        call.exclusive("uuid", "name")
        uuid, name = call.uuid("uuid", strict=self.strict), (call.text("name") or "").lower()

        def fits(each: Thing) -> bool:
            return (not uuid or each.uuid == uuid) and (not name or each.name.lower() == name) and keep(each)

        return page(self.rows(call.workspace).values(), fits, self.render, call)

    def write(self, call: RapidProCall) -> RapidProResponse:
        """Answer POST: a new object, or a new name for the one that the query names."""
        body = call.read_body()
        known = self.rows(call.workspace)
        found = self._look_up(call) if call.lookup("uuid") else None
        if found is None:
            own = [each for each in known.values() if not self.is_system(each)]
            check_limit(own, call, self.limit(call.generation.api))
        elif self.is_system(found):
            raise RapidProApiError.detail(403, SYSTEM_OBJECT)
        call.instance = found
        name = read_fields(self.fields, call.writable(body), call)["name"]
        if found is None:
            return RapidProResponse(201, self.render(self.create(call.workspace, name), call))
        found.name = name
        return RapidProResponse(200, self.render(found, call))

    def remove(self, call: RapidProCall) -> RapidProResponse:
        """Answer DELETE."""
        call.lookup("uuid", required=True)
        found = self._look_up(call)
        if self.is_system(found):
            raise RapidProApiError.detail(403, SYSTEM_OBJECT_STAYS)
        self.delete(call.workspace, found)
        return RapidProResponse(204)

    def _look_up(self, call: RapidProCall) -> Thing:
        found = self.rows(call.workspace).get(call.uuid("uuid", strict=self.strict) or "")
        if found is None:
            raise call.missing(self.model)
        return found
