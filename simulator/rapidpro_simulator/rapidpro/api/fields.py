"""The fields of a request's body and how each is read: small parsers that are put together (rapidpro 1.9).

A parser takes a value and the call it came with, and returns what the model takes or raises `Invalid`. Rules across
fields belong to the endpoints.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns

from .bodies import Body, FormBody
from .errors import Errors, Invalid, RapidProApiError, ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .calls import RapidProCall

Parser = Callable[[Any, "RapidProCall"], Any]

REQUIRED = "This field is required."
NULL = "This field may not be null."
BLANK = "This field may not be blank."
NO_STRING = "Not a valid string."
NULL_CHARACTERS = "Null characters are not allowed."
TOO_LONG = "Ensure this field has no more than {} characters."
TOO_SHORT = "Ensure this field has at least {} characters."
TOO_MANY = "Ensure this field has no more than {} elements."
NO_LIST = 'Expected a list of items but got type "{}".'
NO_DICTIONARY = 'Expected a dictionary of items but got type "{}".'
EMPTY_DICTIONARY = "This dictionary may not be empty."
NO_CHOICE = '"{}" is not a valid choice.'
NO_INTEGER = "A valid integer is required."
NO_OBJECT = "No such object: {}"
NO_REFERENCE = "Must be a string or integer"
NO_LANGUAGE = "Not an allowed ISO 639-3 language code."
NO_URN = "Invalid URN: {}. Ensure phone numbers contain country codes."

MOST_ITEMS = 100
MOST_LANGUAGES = 50
_LANGUAGE = re.compile(r"[a-z]{3}")
_MISSING = object()


@dataclass(frozen=True)
class BodyField:
    """One field of a body. `shape` says how a form gives it: one value, a "list" or a "dictionary" of them."""

    parse: Parser
    required: bool = False
    null: bool = False
    shape: str = "value"

    def read(self, body: Body, name: str) -> Any:
        if isinstance(body, FormBody):
            return _FORM_SHAPES[self.shape](body, name)
        return body.get(name, _MISSING)


_FORM_SHAPES: dict[str, Callable[[FormBody, str], Any]] = {
    "value": lambda form, name: form[name][-1] if name in form else _MISSING,
    "list": lambda form, name: form.get(name, _MISSING),
    "dictionary": lambda form, name: {
        key.removeprefix(f"{name}."): values[-1] for key, values in form.items() if key.startswith(f"{name}.")
    },
}


def read_fields(fields: Mapping[str, BodyField], body: Body, call: RapidProCall) -> dict[str, Any]:
    """Return the values of the `fields` that `body` gives. Raises the 400 that names every field at fault."""
    values: dict[str, Any] = {}
    errors: dict[str, Errors] = {}
    for name, field in fields.items():
        value = field.read(body, name)
        try:
            if value is _MISSING:
                if field.required:
                    raise Invalid(REQUIRED)
            elif value is not None:
                values[name] = field.parse(value, call)
            elif field.null:
                values[name] = None
            else:
                raise Invalid(NULL)
        except Invalid as invalid:
            errors[name] = invalid.errors
    if errors:
        raise RapidProApiError(400, errors)
    return values


@cache
def text(most: int | None = None, least: int = 0, *, blank: bool = False) -> Parser:
    """Return a parser of trimmed text; numbers become text."""

    def parse(value: Any, call: RapidProCall) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Invalid(NO_STRING)
        result = str(value).strip()
        if not result and not blank:
            raise Invalid(BLANK)
        if "\x00" in result:
            raise Invalid(NULL_CHARACTERS)
        if not result.isascii():
            check_unicode(result)
        if most is not None and len(result) > most:
            raise Invalid(TOO_LONG.format(most))
        if len(result) < least:
            raise Invalid(TOO_SHORT.format(least))
        return result

    return parse


def check_unicode(value: str) -> None:
    """Raise `ServerError` for half a surrogate pair: JSON can say it, RapidPro's database cannot keep it."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ServerError from error


def message_text(value: Any, call: RapidProCall) -> str:
    """Read the text of a message, whose length is the generation's."""
    return str(text(call.generation.api.text_limit)(value, call))


def language(value: Any, call: RapidProCall) -> str:
    """Read an ISO 639-3 code. Modelled: any three letters are taken for one (rapidpro 0.3)."""
    code = str(text()(value, call))
    if not _LANGUAGE.fullmatch(code):
        raise Invalid(NO_LANGUAGE)
    return code


def urn(value: Any, call: RapidProCall) -> str:
    """Read a URN as the workspace stores it (rapidpro 5.2)."""
    given = str(text(urns.MOST_CHARACTERS)(value, call))
    read = urns.read(given, call.workspace.database.country, call.generation.api.schemes)
    if read is None:
        raise Invalid(NO_URN.format(given))
    return read


def list_of(item: Parser, most: int = MOST_ITEMS) -> Parser:
    """Return a parser of lists whose errors stand under the numbers of the items at fault."""

    def parse(value: Any, call: RapidProCall) -> list[Any]:
        require_list(value, most)
        results = []
        errors: dict[str, Errors] = {}
        for index, entry in enumerate(value):
            try:
                if entry is None:
                    raise Invalid(NULL)
                results.append(item(entry, call))
            except Invalid as invalid:
                errors[str(index)] = invalid.errors
        if errors:
            raise Invalid(errors)
        return results

    return parse


def references(item: Parser, most: int = MOST_ITEMS) -> Parser:
    """Return a parser of lists of references; it stops at the first that leads nowhere."""

    def parse(value: Any, call: RapidProCall) -> list[Any]:
        require_list(value, most)
        return [item(entry, call) for entry in value]

    return parse


def reference(find: Callable[[str, RapidProCall], Any]) -> Parser:
    """Return a parser of what `find` looks up by a UUID or name, and finds or returns None."""

    def parse(value: Any, call: RapidProCall) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Invalid(NO_REFERENCE)
        found = find(str(value), call)
        if found is None:
            raise Invalid(NO_OBJECT.format(value))
        return found

    return parse


def translations(item: Parser, plain: type) -> Parser:
    """Return a parser of an object from languages to what `item` reads.

    A `plain` value stands for the workspace's first flow language alone (rapidpro 4.1).
    """

    def parse(value: Any, call: RapidProCall) -> dict[str, Any]:
        if isinstance(value, plain):
            value = {call.workspace.settings.default_language: value}
        return read_dictionary(value, _translation(item), call, MOST_LANGUAGES, empty=False)

    return parse


def dictionary(item: Callable[[str, Any, RapidProCall], Any], most: int = MOST_ITEMS) -> Parser:
    """Return a parser of objects; `item` reads each entry, given its key."""
    return lambda value, call: read_dictionary(value, item, call, most)


def read_dictionary(
    value: Any, item: Callable[[str, Any, RapidProCall], Any], call: RapidProCall, most: int, *, empty: bool = True
) -> dict[str, Any]:
    """Return the entries of an object. Raises `Invalid` with the errors under the keys of the entries at fault."""
    if not isinstance(value, dict):
        raise Invalid(NO_DICTIONARY.format(type(value).__name__))
    if not value and not empty:
        raise Invalid(EMPTY_DICTIONARY)
    if len(value) > most:
        raise Invalid(TOO_MANY.format(most))
    results = {}
    errors: dict[str, Errors] = {}
    for key, entry in value.items():
        try:
            results[key] = item(key, entry, call)
        except Invalid as invalid:
            errors[key] = invalid.errors
    if errors:
        raise Invalid(errors)
    return results


def require_list(value: Any, most: int) -> None:
    """Raise `Invalid` where `value` is no list of at most `most` items."""
    if not isinstance(value, list):
        raise Invalid(NO_LIST.format(type(value).__name__))
    if len(value) > most:
        raise Invalid(TOO_MANY.format(most))


def _translation(item: Parser) -> Callable[[str, Any, RapidProCall], Any]:
    def parse(key: str, entry: Any, call: RapidProCall) -> Any:
        language(key, call)
        if entry is None:
            raise Invalid(NULL)
        return item(entry, call)

    return parse
