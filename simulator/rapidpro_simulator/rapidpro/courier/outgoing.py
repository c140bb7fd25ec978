"""What RapidPro asks an external channel's send URL: method, URL and body from templates, one request a part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers

from rapidpro_simulator.rapidpro import urns as addresses
from rapidpro_simulator.rapidpro.model.external import SMART

from .go_text import query_escape, to_json, xml_escape
from .parts import smart, split, whole_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.external import ExternalSettings
    from rapidpro_simulator.rapidpro.model.messages import Message

URLENCODED, JSON, XML = "urlencoded", "json", "xml"
MEDIA_TYPES = {
    URLENCODED: "application/x-www-form-urlencoded",
    JSON: "application/json",
    XML: "text/xml; charset=utf-8",
}
ESCAPES: dict[str, Callable[[str], str]] = {URLENCODED: query_escape, JSON: to_json, XML: xml_escape}
QUICK_REPLIES: dict[str, Callable[[Sequence[str]], str]] = {
    URLENCODED: lambda replies: "".join(f"&quick_reply={query_escape(reply)}" for reply in replies),
    JSON: to_json,
    XML: lambda replies: "".join(f"<item>{xml_escape(reply)}</item>" for reply in replies),
}
WITHOUT_BODY = "GET"
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class ProviderRequest:
    """One request to an aggregator."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def requests(message: Message, channel: Channel, settings: ExternalSettings) -> Iterator[ProviderRequest]:
    """Yield the requests that send a message, one for each part; quick replies come with the last."""
    parts = split(whole_text(message), settings.max_length)
    replies = [str(reply.get("text") or "") for reply in message.quick_replies or ()]
    for number, part in enumerate(parts, start=1):
        text = smart(part) if settings.encoding == SMART else part
        yield _request(_variables(message, channel, settings, text), replies if number == len(parts) else [], settings)


def _variables(message: Message, channel: Channel, settings: ExternalSettings, text: str) -> dict[str, str]:
    to, sender = addresses.parse(message.urn or "tel:").path, channel.address or ""
    if settings.use_national:
        to = _national(to, channel.country)
    return {
        "id": str(message.id),
        "text": text,
        "to": to,
        "to_no_plus": to.removeprefix("+"),
        "from": sender,
        "from_no_plus": sender.removeprefix("+"),
        "channel": channel.uuid,
        "session_status": "",
    }


def _request(variables: Mapping[str, str], replies: Sequence[str], settings: ExternalSettings) -> ProviderRequest:
    kind = settings.content_type
    headers = {"Content-Type": MEDIA_TYPES.get(kind, kind)}
    if settings.send_authorization:
        headers["Authorization"] = settings.send_authorization
    headers.update(settings.send_headers)
    body = "" if settings.send_method == WITHOUT_BODY else fill(settings.send_body, variables, replies, kind)
    url = fill(settings.send_url, variables, replies, URLENCODED)
    return ProviderRequest(settings.send_method, url, headers, body.encode("utf-8", "replace"))


def fill(template: str, variables: Mapping[str, str], replies: Sequence[str], kind: str) -> str:
    """Return a template with its variables escaped for a `kind` of content; what is no variable stays as it is."""
    escape = ESCAPES.get(kind, str)
    values = {name: escape(value) for name, value in variables.items()}
    values["quick_replies"] = QUICK_REPLIES.get(kind, QUICK_REPLIES[URLENCODED])(replies)
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), template)


def _national(number: str, country: str | None) -> str:
    try:
        return str(phonenumbers.parse(number, country).national_number)
    except phonenumbers.NumberParseException:
        return number
