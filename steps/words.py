"""The words a sentence takes are held against those there are: one that there is not is an error that names others.

None of these errors is an `AssertionError`: `within 5 minutes …` does not wait for a misspelt word to come true.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import phonenumbers

from rapidpro_simulator.cht.messages.states import STATES
from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.world import near_words

if TYPE_CHECKING:
    from collections.abc import Iterable


# As an operator gives them: `60396`, `SAFARICOM`.
SHORT_CODE = re.compile(r"[1-9]\d{2,5}", re.ASCII)
SENDER_NAME = re.compile(r"[A-Z][A-Za-z0-9]{2,10}")


class UnknownWordError(LookupError):
    """A word of a sentence or a table means nothing; the text says which words there are."""


class UnreadableError(ValueError):
    """A number, a text or a JSON document of a sentence cannot be read; the text says where, and what is possible."""


def near(word: str, known: Iterable[str], cutoff: float = 0.7) -> list[str]:
    """Return the words of `known` that `word` may be a misspelling of, the best first; capitals do not matter."""
    return near_words.near(word, known, cutoff)


def one_of(what: str, word: str, known: Iterable[str], advice: str = "") -> str:
    """Return `word` if it is among `known`; raise `UnknownWordError` that names the others if not.

    `what` is the beginning of the complaint: `no channel` gives "no channel is called 'X'; did you mean 'Y'? …";
    `advice` is its end: which sentence brings such things.
    """
    there_are = list(dict.fromkeys(known))
    if word in there_are:
        return word
    raise UnknownWordError(f"{what} is called {word!r}; {hint(word, there_are)}{f'; {advice}' if advice else ''}")


def hint(word: str, known: Iterable[str]) -> str:
    """Return which words there are, and which of them were probably meant."""
    there_are = list(known)
    meant = " or ".join(map(repr, near(word, there_are)))
    return f"{f'did you mean {meant}? ' if meant else ''}there are: {', '.join(there_are) or 'none'}"


def state(word: str) -> str:
    """Return a state of a message in CHT (cht 6.1). Raises `UnknownWordError`."""
    return one_of("no state of CHT's messages", word, STATES)


def phone_number(text: str) -> str:
    """Return a number as `+265991234567`. Raises `UnreadableError` for one that nobody can have."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        possible = False
    else:
        possible = phonenumbers.is_possible_number(number)
    if not possible or not text[1:].isdecimal():
        raise UnreadableError(
            f"{text!r} is no phone number; write a plus, the code of the country and the number, without spaces: "
            "+265991234567"
        )
    return text


def sender(text: str) -> str:
    """Return who texts: a number as `+265991234567`, a short code or a name. Raises `UnreadableError` for others."""
    return text if SHORT_CODE.fullmatch(text) or SENDER_NAME.fullmatch(text) else phone_number(text)


def urn_of(text: str) -> str:
    """Return the URN of somebody: of a phone by its number, else as it is. Raises `UnreadableError`."""
    if ":" not in text:
        return f"tel:{sender(text).lower()}"  # names are kept in small letters
    scheme = one_of("no kind of address", text.partition(":")[0], sorted(urns.SCHEMES))
    if not urns.is_valid(text) or scheme == "tel":
        raise UnreadableError(
            f"{text!r} is no address; they are such as telegram:123456789, and a phone is its number alone: "
            "+265991234567"
        )
    return text


def http_status(text: str) -> int:
    """Return a status that an HTTP server can answer with. Raises `UnreadableError`."""
    status = int(text)
    if status not in list(HTTPStatus):
        raise UnreadableError(f"{text} is no HTTP status; there are, for example, 200, 404, 429 and 503")
    return status


def json_of(text: str, what: str) -> Any:
    """Read JSON. Raises `UnreadableError` with the line and the column of the mistake; `what` names the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        shown = text.splitlines()[error.lineno - 1] if text.strip() else ""
        raise UnreadableError(
            f"{what} are no JSON: {error.msg}, in line {error.lineno}, column {error.colno}:\n"
            f"  {shown}\n  {' ' * (error.colno - 1)}^"
        ) from None
