"""What the endpoints of named objects share: names, limits, and listings of what has no date in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from .errors import ApiError, Invalid
from .fields import text
from .pagination import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from .calls import Answer, Call

Row = TypeVar("Row")

MOST_OBJECTS = 250
MOST_CHARACTERS = 64
FORBIDDEN = '"\\'
TOO_LONG = "Cannot be longer than 64 characters."
BAD_CHARACTER = "Cannot contain the character: {}"
NOT_UNIQUE = "This field must be unique."

_text = text()


class Dated(NamedTuple, Generic[Row]):
    """An object as old as its workspace: the model does not say when it was made, only which came first."""

    row: Row
    created_on: datetime


def page(
    rows: Iterable[Row], keep: Callable[[Row], bool], render: Callable[[Row, Call], dict[str, Any]], call: Call
) -> Answer:
    """Answer a page of objects, those that were made last first."""
    created_on = call.workspace.created_on
    dated = [Dated(row, created_on) for row in rows if keep(row)]
    return call.page(Listing(dated), lambda each, _: render(each.row, call))


def object_name(value: Any, call: Call) -> str:
    """Read the name of an object (rapidpro 1.9)."""
    name = str(_text(value, call))
    if len(name) > MOST_CHARACTERS:
        raise Invalid(TOO_LONG)
    for character in FORBIDDEN:
        if character in name:
            raise Invalid(BAD_CHARACTER.format(character))
    return name


def check_limit(known: Collection[object], call: Call) -> None:
    """Raise the 409 of a workspace that has as many objects as it may have (rapidpro 1.10)."""
    if len(known) >= MOST_OBJECTS:
        raise ApiError.detail(409, call.dialect.limit_reached.format(MOST_OBJECTS))


def check_unique(name: str, others: Iterable[str]) -> None:
    """Raise the 400 of a name that another object bears, in whatever case."""
    if name.lower() in {other.lower() for other in others}:
        raise ApiError(400, {"name": [NOT_UNIQUE]})
