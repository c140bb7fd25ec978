"""How lists and objects of a body are read, references, and translations (rapidpro 1.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import Errors, Invalid, ServerError
from .fields import NULL
from .scalars import language, surrogate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .calls import RapidProCall
    from .fields import Parser

TOO_MANY = "Ensure this field has no more than {} elements."
NO_LIST = 'Expected a list of items but got type "{}".'
NO_DICTIONARY = 'Expected a dictionary of items but got type "{}".'
EMPTY_DICTIONARY = "This dictionary may not be empty."
NO_OBJECT = "No such object: {}"
NO_REFERENCE = "Must be a string or integer"

MOST_ITEMS = 100
MOST_LANGUAGES = 50


def list_of(item: Parser, most: int = MOST_ITEMS) -> Parser:
    """Return a parser of lists whose errors stand under the numbers of the items at fault."""

    def parse(value: Any, call: RapidProCall) -> list[Any]:
        _check_size(value, most)
        if not isinstance(value, list):
            raise Invalid(NO_LIST.format(type(value).__name__))
        numbered = ((str(index), entry) for index, entry in enumerate(value))
        return list(_read_each(numbered, lambda _, entry: item(entry, call)).values())

    return parse


def references(item: Parser, most: int = MOST_ITEMS) -> Parser:
    """Return a parser of lists of references; it stops at the first that leads nowhere, and says no number."""

    def parse(value: Any, call: RapidProCall) -> list[Any]:
        _check_size(value, most)
        if not isinstance(value, list | dict):  # of an object the framework takes the keys
            raise Invalid(NO_LIST.format(type(value).__name__))
        return [item(entry, call) for entry in value]

    return parse


def many(find: Callable[[str, RapidProCall], Any], most: int = MOST_ITEMS) -> Parser:
    """Return a parser of lists of what `find` looks up."""
    return references(lambda entry, call: _look_up(entry, find, call), most)


def reference(find: Callable[[str, RapidProCall], Any], *, null: bool = False) -> Parser:
    """Return a parser of what `find` looks up by a UUID or name, and finds or returns None.

    An empty text is null, which may be allowed.
    """

    def parse(value: Any, call: RapidProCall) -> Any:
        if value == "":
            if null:
                return None
            raise Invalid(NULL)
        return _look_up(value, find, call)

    return parse


def _look_up(value: Any, find: Callable[[str, RapidProCall], Any], call: RapidProCall) -> Any:
    if not isinstance(value, str | int):
        raise Invalid(NO_REFERENCE)
    key = str(value)
    if "\x00" in key or surrogate(key) is not None:
        raise ServerError  # the database cannot look for it
    found = find(key, call)
    if found is None:
        raise Invalid(NO_OBJECT.format(value))
    return found


def translations(item: Parser, plain: type) -> Parser:
    """Return a parser of an object from languages to what `item` reads.

    A `plain` value stands for the workspace's first flow language alone (rapidpro 4.1).
    """

    def entry_of(key: str, entry: Any, call: RapidProCall) -> Any:
        language(key, call)
        return item(entry, call)

    def parse(value: Any, call: RapidProCall) -> dict[str, Any]:
        if isinstance(value, plain):
            default = call.workspace.settings.default_language
            return _read_each([(default, value)], lambda _, entry: item(entry, call))
        return read_dictionary(value, entry_of, call, MOST_LANGUAGES, empty=False)

    return parse


def dictionary(item: Callable[[str, Any, RapidProCall], Any], *, null: bool = False) -> Parser:
    """Return a parser of objects; `item` reads each entry, given its key. `null` entries may be allowed."""
    return lambda value, call: read_dictionary(value, item, call, MOST_ITEMS, null=null)


def read_dictionary(
    value: Any,
    item: Callable[[str, Any, RapidProCall], Any],
    call: RapidProCall,
    most: int,
    *,
    empty: bool = True,
    null: bool = False,
) -> dict[str, Any]:
    """Return the entries of an object. Raises `Invalid` with the errors under the keys of the entries at fault."""
    _check_size(value, most)
    if not isinstance(value, dict):
        raise Invalid(NO_DICTIONARY.format(type(value).__name__))
    if not value and not empty:
        raise Invalid(EMPTY_DICTIONARY)
    return _read_each(value.items(), lambda key, entry: item(key, entry, call), null=null)


def _check_size(value: Any, most: int) -> None:
    if isinstance(value, list | dict) and len(value) > most:
        raise Invalid(TOO_MANY.format(most))


def _read_each(
    entries: Iterable[tuple[str, Any]], read: Callable[[str, Any], Any], *, null: bool = False
) -> dict[str, Any]:
    results: dict[str, Any] = {}
    errors: dict[str, Errors] = {}
    for key, entry in entries:
        try:
            if entry is None and not null:
                raise Invalid(NULL)
            results[key] = None if entry is None else read(key, entry)
        except Invalid as invalid:
            errors[key] = invalid.errors
    if errors:
        raise Invalid(errors)
    return results
