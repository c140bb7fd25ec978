"""Messages of programs on phones: Muvuku's `1!FORM!value#value`, Javarosa's `J1!FORM!LABEL#value` (cht 1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.javascript import compile_pattern

from .raw import Raw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .definition import FormField

_FORMAT = compile_pattern(r"\s*([A-Za-z]?\d)!.+?!(.+)", "s")
_UNESCAPED = compile_pattern(r"(?<!\\)#")


def read_muvuku(text: str, fields: Sequence[FormField], labels: Sequence[str]) -> Raw | None:
    """Return the raw values of a message of that kind, none of them where its parser is unknown; None for others."""
    found = _FORMAT.match(text)
    if found is None:
        return None
    parser = _PARSERS.get(found[1].upper())
    return parser(found[2], fields, labels) if parser else Raw()


def _positional(body: str, fields: Sequence[FormField], _: Sequence[str]) -> Raw:
    values = body.split("#")
    named = {field.name: value for field, value in zip(fields, values, strict=False)}
    return Raw(named, has_surplus=len(values) > len(fields), names_all=True)


def _labelled(body: str, fields: Sequence[FormField], labels: Sequence[str]) -> Raw:
    parts = [part.replace("\\#", "#") for part in _UNESCAPED.split(body)]
    by_label = {label: field.name for field, label in zip(fields, labels, strict=True) if label}
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return Raw({by_label[label]: value for label, value in pairs if label in by_label}, names_all=True)


_PARSERS: dict[str, Callable[[str, Sequence[FormField], Sequence[str]], Raw]] = {"1": _positional, "J1": _labelled}
