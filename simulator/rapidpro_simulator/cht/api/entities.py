"""Single people, places, contacts and reports, and pages of them: the APIs of cht-datasource.

Modelled on the public reference of CHT's API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rapidpro_simulator.cht.contact_types import is_person, is_place, type_id, type_named, typed
from rapidpro_simulator.cht.javascript import as_object, compile_pattern, trim
from rapidpro_simulator.cht.lineage import Lineage, is_report

from .call import parse_value
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

    Handler = Callable[[ApiContext, ChtCall], Awaitable[web.Response]]

SHORTEST_SEARCH = 3  # letters
_DIGITS, _SPACES = compile_pattern(r"\d+"), compile_pattern(r"\s+")
CONTACTS, REPORTS = "can_view_contacts", "can_view_reports"


@dataclass(frozen=True)
class Kind:
    """What an API is about: its name in refusals, who may see it, and which documents are of it."""

    name: str
    permission: str
    has: Callable[[Mapping[str, Any], Document], bool]


def _is_contact(settings: Mapping[str, Any], document: Document) -> bool:
    return is_person(settings, document) or is_place(settings, document)


PERSON = Kind("Person", CONTACTS, is_person)
PLACE = Kind("Place", CONTACTS, is_place)
CONTACT = Kind("Contact", CONTACTS, _is_contact)
REPORT = Kind("Report", REPORTS, lambda _, document: is_report(document))


def read_one(kind: Kind) -> Handler:
    """Return a handler that gives the document of an id, its lineage inlined on request."""

    async def read(context: ApiContext, call: ChtCall) -> web.Response:
        await _require(context, call, kind)
        document = await context.couch.get(unquote(call.parameters["id"]))
        if document is None or not kind.has(context.settings, document):
            raise ChtApiError(404, f"{kind.name} not found")
        if parse_value(call.query.get("with_lineage", "false")) is True:
            [document] = await Lineage(context.couch).hydrate([document])
        return json_response(document)

    return read


def read_page(kind: Kind, limit: int = 100) -> Handler:
    """Return a handler that gives a page of the documents of a type, and the cursor of the next one."""

    async def read(context: ApiContext, call: ChtCall) -> web.Response:
        await _require(context, call, kind)
        wanted = _checked_type(context, call, kind)
        documents = await _documents(context)
        found = [each for each in documents if kind.has(context.settings, each) and type_id(each) == wanted]
        return json_response(_page(call, found, limit))

    return read


def read_ids(kind: Kind, limit: int = 10_000) -> Handler:
    """Return a handler that gives a page of the ids of documents that a search finds, or of those of a type."""

    async def read(context: ApiContext, call: ChtCall) -> web.Response:
        await _require(context, call, kind)
        text, wanted = call.query.get("freetext"), call.query.get("type")
        if kind is CONTACT and wanted is not None:
            _checked_type(context, call, kind)
        elif text is None:
            raise ChtApiError(
                400, "Either query param freetext or type is required" if kind is CONTACT else _no_text(text)
            )
        if text is not None and (len(text) < SHORTEST_SEARCH or " " in text):
            raise ChtApiError(400, _no_text(text))
        found = [
            each["_id"]
            for each in await _documents(context)
            if kind.has(context.settings, each)
            and wanted in {None, type_id(each)}
            and (text is None or _matches(each, text.lower()))
        ]
        return json_response(_page(call, found, limit))

    return read


async def _require(context: ApiContext, call: ChtCall, kind: Kind) -> None:
    await context.access.require_online(call)
    await context.access.require(call, context.settings, kind.permission)


def _checked_type(context: ApiContext, call: ChtCall, kind: Kind) -> str:
    wanted = call.query.get("type", "")
    if type_named(context.settings, wanted) is None or not kind.has(context.settings, typed(wanted)):
        raise ChtApiError(400, f"Invalid contact type [{wanted or 'undefined'}].")
    return wanted


async def _documents(context: ApiContext) -> list[Document]:
    """Return every document, by id. The real api asks views and full text indexes, which give the same."""
    answer = await context.couch.request("GET", f"{context.database}/_all_docs?include_docs=true")
    return [row["doc"] for row in answer["rows"]]


def _page(call: ChtCall, found: list[Any], limit: int) -> Document:
    size = _whole(call.query.get("limit", str(limit)), "The limit must be a positive number: [{}].", least=1)
    skipped = _whole(call.query.get("cursor") or "0", "The cursor must be a string or null for first page: [{}].")
    end = skipped + size
    return {"data": found[skipped:end], "cursor": str(end) if len(found) > end else None}


def _whole(text: str, complaint: str, least: int = 0) -> int:
    if not _DIGITS.fullmatch(text) or int(text) < least:
        raise ChtApiError(400, complaint.format(f'"{text}"' if not _DIGITS.fullmatch(text.lstrip("-")) else text))
    return int(text)


def _no_text(text: str | None) -> str:
    return f"Invalid freetext [{'undefined' if text is None else text}]."


def _matches(document: Document, text: str) -> bool:
    """Say whether a word of a document begins with `text`, or a member has the value of `member:value`."""
    name, colon, value = text.partition(":")
    members = {**document, **as_object(document.get("fields"))}
    if colon:
        return str(members.get(name, "")).lower() == value
    texts = [member for key, member in members.items() if isinstance(member, str) and not key.startswith("_")]
    return any(word.startswith(text) for each in texts for word in _SPACES.split(trim(each.lower())))
