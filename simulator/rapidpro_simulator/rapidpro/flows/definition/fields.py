"""Declares the fields of a definition's parts: actions, routers, triggers and the like.

A part is a keyword-only dataclass whose fields are declared with these functions; `reading` reads and writes it::

    @dataclass(frozen=True, slots=True, kw_only=True)
    class SetRunResult:
        type: ClassVar[str] = "set_run_result"
        uuid: str = fields.uuid()
        name: str = fields.text(required=True, check=fields.RESULT_NAME)
        value: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)
        category: str = fields.text(check=fields.CATEGORY_NAME, localized=True)
"""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.locales.languages import language_problem

from . import limits
from .kinds import (
    UUID_PATTERN,
    Check,
    FieldKind,
    JsonKind,
    ListKind,
    MapKind,
    ReferringKind,
    ScalarKind,
    TextKind,
    is_uuid,
)
from .parts import KIND, NestedKind

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "CATEGORY_NAME",
    "CONTACT_STATUS",
    "LANGUAGE",
    "LOCAL_NAME",
    "RESULT_NAME",
    "UUID",
    "Check",
    "declare",
    "flag",
    "integer",
    "json",
    "nested",
    "number_map",
    "one_of",
    "part",
    "parts",
    "reference",
    "references",
    "text",
    "text_map",
    "texts",
    "uuid",
]

_LOCAL_NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")


def one_of(values: Collection[str], description: str) -> Check:
    """Return the rule that a text is one of ``values``: ``field 'x' is not a valid <description>``."""
    return Check(values.__contains__, f"is not a valid {description}", {"enum": sorted(values)})


UUID: Final = Check(is_uuid, "must be a valid UUID", {"pattern": f"^{UUID_PATTERN}$"})
RESULT_NAME: Final = Check(
    lambda name: len(name) <= limits.RESULT_NAME, "is not a valid result name", {"maxLength": limits.RESULT_NAME}
)
CATEGORY_NAME: Final = Check(
    lambda name: len(name) <= limits.CATEGORY_NAME,
    "is not a valid result category",
    {"maxLength": limits.CATEGORY_NAME},
)
LANGUAGE: Final = Check(
    lambda code: language_problem(code) is None, "is not a valid language code", {"pattern": "^[a-zA-Z]{3}$"}
)
CONTACT_STATUS: Final = one_of(limits.CONTACT_STATUSES, "contact status")
LOCAL_NAME: Final = Check(
    lambda name: _LOCAL_NAME.fullmatch(name) is not None,
    "is not a valid local variable name",
    {"pattern": f"^{_LOCAL_NAME.pattern}$"},
)


def declare(kind: FieldKind, default: Any = None) -> Any:
    """Return a dataclass field of a kind of your own; an optional field that is left out has ``default``."""
    metadata = {KIND: kind}
    if kind.required:
        return dataclasses.field(metadata=metadata)
    if isinstance(default, list | dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def text(
    *,
    required: bool = False,
    maximum: int | None = None,
    check: Check | None = None,
    evaluated: bool = False,
    localized: bool = False,
) -> Any:
    """Declare a text (empty when left out) of at most ``maximum`` characters.

    ``evaluated`` fields are templates, ``localized`` ones have translations.
    """
    return declare(
        TextKind(required=required, maximum=maximum, check=check, evaluated=evaluated, localized=localized), default=""
    )


def uuid(*, required: bool = True) -> Any:
    """Declare the UUID of the part itself, or of another part of the flow."""
    return text(required=required, check=UUID)


def flag() -> Any:
    """Declare a boolean, false when left out."""
    return declare(ScalarKind(types=(bool,), expected="bool", convert=bool), default=False)


def integer(*, required: bool = False) -> Any:
    """Declare a whole number, 0 when left out."""
    return declare(ScalarKind(required=required, types=(int,), expected="int", convert=int), default=0)


def texts(
    *,
    required: bool = False,
    minimum: int = 0,
    maximum: int | None = None,
    maximum_item: int | None = None,
    evaluated: bool = False,
    localized: bool = False,
) -> Any:
    """Declare a list of between ``minimum`` and ``maximum`` texts, each of at most ``maximum_item`` characters."""
    item = TextKind(maximum=maximum_item, evaluated=evaluated)
    return declare(
        ListKind(
            required=required, item=item, minimum=minimum, maximum=maximum, evaluated=evaluated, localized=localized
        ),
        default=[],
    )


def text_map(
    *,
    maximum: int | None = None,
    maximum_key: int | None = None,
    maximum_item: int | None = None,
    evaluated: bool = False,
) -> Any:
    """Declare an object of texts, such as HTTP headers."""
    item = TextKind(maximum=maximum_item, evaluated=evaluated)
    return declare(MapKind(item=item, maximum=maximum, maximum_key=maximum_key), default={})


def number_map(*, required: bool = False) -> Any:
    """Declare an object of numbers, read as `Decimal`, such as amounts by currency."""
    item = ScalarKind(
        types=(int, float, Decimal), expected="decimal.Decimal", convert=lambda value: Decimal(str(value))
    )
    return declare(MapKind(required=required, item=item), default={})


def json(*, required: bool = False) -> Any:
    """Declare any JSON value, kept as it is; None when left out."""
    return declare(JsonKind(required=required))


def reference(type_: str, *, required: bool = False) -> Any:
    """Declare a `Reference` to an asset of this type, None when left out."""
    return declare(ReferringKind(required=required, type=type_))


def references(type_: str, *, required: bool = False, maximum: int | None = limits.REFERENCES) -> Any:
    """Declare a list of `Reference` to assets of this type."""
    return declare(ListKind(required=required, item=ReferringKind(type=type_), maximum=maximum), default=[])


def nested(class_: type, *, required: bool = False) -> FieldKind:
    """Return the kind of a field that holds another part."""
    return NestedKind(required=required, class_=class_)


def part(class_: type, *, required: bool = False) -> Any:
    """Declare another part, inside this one; None when left out."""
    return declare(nested(class_, required=required))


def parts(class_: type, *, required: bool = False, minimum: int = 0, maximum: int | None = None) -> Any:
    """Declare a list of other parts."""
    return declare(ListKind(required=required, item=nested(class_), minimum=minimum, maximum=maximum), default=[])
