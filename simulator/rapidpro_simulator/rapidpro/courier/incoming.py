"""What an aggregator tells courier: a text of somebody's, and that somebody wants no more of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rapidpro_simulator.rapidpro import urns as addresses
from rapidpro_simulator.rapidpro.model.external import ExternalSettings

from .answers import CourierError
from .parameters import first_of, read_parameters

if TYPE_CHECKING:
    from aiohttp import web

    from rapidpro_simulator.rapidpro.generations import CourierProfile
    from rapidpro_simulator.rapidpro.model.channels import Channel

FROM, TEXT, DATE = ("from", "sender"), ("text", "message"), ("date", "time")
NO_SENDER = "must have one of 'sender' or 'from' set"
NO_DATE = "invalid date format, must be RFC 3339"
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_PUNCTUATION = re.compile(r"[\s()./-]")


@dataclass(frozen=True)
class IncomingText:
    """A text as it was brought: who sent it, as a URN, and when, where that was said."""

    urn: str
    text: str
    sent_on: datetime | None


async def read_text(request: web.BaseRequest, channel: Channel, habits: CourierProfile) -> IncomingText:
    """Return the text that a request brings. Raises `CourierError` where it lacks something."""
    settings = channel.external or ExternalSettings()
    if settings.from_xpath and settings.text_xpath:
        sender, text, date = _by_paths(await request.read(), settings)
    else:
        parameters = await read_parameters(request)
        sender = first_of(parameters, _names(settings.mo_from_field, FROM))
        text = first_of(parameters, _names(settings.mo_text_field, TEXT))
        date = first_of(parameters, _names(settings.mo_date_field, DATE))
    if not sender:
        raise CourierError(NO_SENDER)
    return IncomingText(urn_of(sender, channel, habits), text, _instant(date) if date else None)


async def read_stop(request: web.BaseRequest, channel: Channel, habits: CourierProfile) -> str:
    """Return whom a request says that wants no more messages, as a URN. Raises `CourierError`."""
    sender = (await read_parameters(request)).get("from", "")
    if not sender:
        raise CourierError("field 'from' required")
    return urn_of(sender, channel, habits)


def urn_of(sender: str, channel: Channel, habits: CourierProfile) -> str:
    """Return the URN of a sender: a number, a short code or a name (rapidpro 5.4). Raises `CourierError`."""
    scheme = channel.schemes[0]
    if scheme != "tel":
        urn = f"{scheme}:{sender.strip()}"
        if not addresses.is_valid(urn):
            raise CourierError(f"invalid path component for {scheme} URN")
        return urn
    cleaned = _PUNCTUATION.sub("", sender)
    if not re.fullmatch(habits.senders, cleaned):
        raise CourierError(habits.no_sender)
    return f"tel:{cleaned}"


def _names(own: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return (own,) if own else usual


def _instant(text: str) -> datetime:
    try:
        if not _RFC_3339.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CourierError(NO_DATE) from None


def _by_paths(raw: bytes, settings: ExternalSettings) -> tuple[str, str, str]:
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314 - whoever asks is a test's own aggregator
    except ElementTree.ParseError as error:
        raise CourierError(f"unable to parse request XML: {error}") from None
    return (_at(root, settings.from_xpath, "from"), _at(root, settings.text_xpath, "text"), "")


def _at(root: ElementTree.Element, path: str, what: str) -> str:
    # ElementTree's paths begin at the root's children; `//x` and `/root/x` are what people write.
    relative = f".{path}" if path.startswith("//") else path.removeprefix(f"/{root.tag}/")
    found = root.find(relative)
    if found is None:
        raise CourierError(f"missing {what} at xpath: {path}")
    return found.text or ""
