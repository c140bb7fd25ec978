"""The ways a text message writes its fields: Muvuku, Javarosa, Textforms and compact (cht 1.8).

Each format turns text into raw values by field name, and says whether there were more than the form has fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .code import after_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .definition import Form, FormField


@dataclass
class Raw:
    """Values as they were written, before anybody looked at their types."""

    values: dict[str, str] = field(default_factory=dict)
    has_surplus: bool = False


_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def read_format(text: str, form: Form) -> Raw:
    """Return the raw values of `text`, read in the format that it is written in."""
    if text.count("!") >= 2:
        prefix, _, body = text.strip().split("!", 2)
        parser = _PARSERS_BY_PREFIX.get(prefix.strip().upper())
        return parser(body, form.fields) if parser else Raw()
    body = after_code(text)
    if "#" in body or _labelled(body, form.fields) is not None:
        return _textforms(body, form.fields)
    return _compact(body, form.fields)


def _muvuku(body: str, fields: Sequence[FormField]) -> Raw:
    return _positional(body.split("#") if body else [], fields)


def _javarosa(body: str, fields: Sequence[FormField]) -> Raw:
    """`LABEL#value#LABEL#value`."""
    parts = body.split("#")
    by_label = {name.lower(): each.name for each in fields for name in (each.name, each.label)}
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return Raw({by_label[label.strip().lower()]: value for label, value in pairs if label.strip().lower() in by_label})


def _textforms(body: str, fields: Sequence[FormField]) -> Raw:
    """`LABEL value#LABEL value`."""
    found = (_labelled(part, fields) for part in body.split("#"))
    return Raw({each.name: value for each, value in filter(None, found)})


def _compact(body: str, fields: Sequence[FormField]) -> Raw:
    """`value "a longer value" value`; a last field that is a string takes all the rest."""
    words = list(_WORDS.finditer(body))
    values = [_unquoted(word) for word in words]
    last = len(fields) - 1
    if len(words) > len(fields) > 0 and fields[last].type == "string":
        values[last:] = [body[words[last].start() :]]
    return _positional(values, fields)


def _unquoted(word: re.Match[str]) -> str:
    return word[2] if word[1] is None else word[1]


def _positional(values: Sequence[str], fields: Sequence[FormField]) -> Raw:
    named = {each.name: value for each, value in zip(fields, values, strict=False)}
    return Raw(named, has_surplus=len(values) > len(fields))


def _labelled(part: str, fields: Sequence[FormField]) -> tuple[FormField, str] | None:
    """Return the field whose label `part` begins with, and the value after it; of several the longest label."""
    part = part.strip()
    for each in sorted(fields, key=lambda each: -len(each.label)):
        label, rest = part[: len(each.label)], part[len(each.label) :]
        if label.lower() == each.label.lower() and (not rest or rest[0].isspace()):
            return each, rest.strip()
    return None


_PARSERS_BY_PREFIX: dict[str, Callable[[str, Sequence[FormField]], Raw]] = {"1": _muvuku, "J1": _javarosa}
