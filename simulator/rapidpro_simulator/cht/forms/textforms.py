"""Messages that people write: `FORM LABEL value#LABEL value`, and `FORM value "a longer value"` (cht 1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import WHITE_SPACE, as_number, compile_pattern

from .dates import parse_date
from .raw import Raw
from .values import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .definition import FormField

_PIECE = compile_pattern(r"\s*([A-Za-z]+)(?![A-Za-z])(?:\s|-)*([^\-\s].*)", "s")
_BEFORE_VALUE = compile_pattern(r"[\s\d]")
_DAY = compile_pattern(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_NUMBER = compile_pattern(r"[1-9]\d*(?:\.\d+)?")
_QUOTED = compile_pattern(r'"(?:(.+?)"(?=\s+"|$)|(.+)")', "s")
_WORD = compile_pattern(r"\S+")


def read_textforms(
    body: str, fields: Sequence[FormField], labels: Sequence[str], short_labels: Sequence[str] = ()
) -> Raw:
    """Return the raw values of what follows the form code; `labels` are those of the fields.

    A message that begins with one of `short_labels` is taken for one with labels, too, although they name no value.
    """
    if "#" in body or _begins_with_label(body, [*labels, *short_labels]):
        return _labelled(body, fields, labels)
    return _compact(body, fields)


def _begins_with_label(body: str, labels: Sequence[str]) -> bool:
    rest = body.lstrip(WHITE_SPACE).lower()
    return any(label and rest.startswith(label.lower()) and _BEFORE_VALUE.match(rest, len(label)) for label in labels)


def _labelled(body: str, fields: Sequence[FormField], labels: Sequence[str]) -> Raw:
    found = filter(None, map(_PIECE.fullmatch, body.split("#")))
    values = {piece[1].lower(): _value(piece[2].strip(WHITE_SPACE)) for piece in found}
    named = ((field.name, label.lower()) for field, label in zip(fields, labels, strict=True))
    return Raw({name: values[label] for name, label in named if label in values})


def _value(text: str) -> Any:
    """Days become milliseconds, and numbers that begin with no zero become numbers, whatever the field may be."""
    if _DAY.fullmatch(text):
        return parse_date(text)
    return tidy(as_number(text)) if _NUMBER.fullmatch(text) else text


def _compact(body: str, fields: Sequence[FormField]) -> Raw:
    values: dict[str, Any] = {}
    for number, field in enumerate(fields, 1):
        body = body.strip(WHITE_SPACE)
        if not body:
            break
        takes_all = number == len(fields) and field.type == "string"
        values[field.name], body = _next(body, takes_all=takes_all)
    return Raw(values)


def _next(text: str, *, takes_all: bool) -> tuple[str, str]:
    """Return the first value of `text`, and what follows it.

    A quotation ends where another follows at once, or at the end of the text, else at the last quote that there is.
    """
    if quoted := _QUOTED.match(text):
        return quoted[1] or quoted[2], text[quoted.end() :]
    if takes_all:
        return text.removeprefix('"').strip(WHITE_SPACE), ""
    word = _WORD.match(text)
    end = word.end() if word else len(text)
    return text[:end], text[end:]
