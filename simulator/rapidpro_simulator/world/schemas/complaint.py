"""The first thing that is wrong with a value, for who refuses it then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Complaint(NamedTuple):
    """What is wrong (`message`), and where: the steps to it, such as `rapidpro/0/host`."""

    place: str
    message: str


def complaint(schema: Mapping[str, Any], value: Any) -> Complaint | None:
    """Return what the first rule of `schema` that `value` breaks has to say; None where it keeps to all."""
    from jsonschema import Draft202012Validator  # a server begins without it: nobody has asked anything yet

    error = next(iter(Draft202012Validator(schema).iter_errors(value)), None)
    return None if error is None else Complaint("/".join(map(str, error.absolute_path)), error.message)
