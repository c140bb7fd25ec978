"""Reads message templates from JSON: as RapidPro's engine is given them, or as Meta's Graph API lists them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.locales.languages import BY_TWO_LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.message_templates import MessageTemplate

Document = dict[str, Any]

WHATSAPP: Final = "whatsapp"
APPROVED: Final = "APPROVED"
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Z]{2})?")
_MEDIA = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})
_BUTTONS: Final = {"QUICK_REPLY": "quick_reply", "URL": "url", "PHONE_NUMBER": "phone_number"}


class _Translation(NamedTuple):
    name: str
    locale: str
    content: Mapping[str, Any]
    channel: str = ""
    uuid: str | None = None


class TemplateError(ValueError):
    """A file holds no message templates; the text says what is wrong."""


def import_templates(database: Database, document: Any) -> list[MessageTemplate]:
    """Bring the templates of a JSON document into a workspace, and return them.

    The document is `{"templates": [{name, translations: [{locale, components, variables}]}]}` as the engine has them,
    or `{"data": [{name, language, components}]}` as Meta's Graph API has them; rejected ones are left out. They are for
    the channel that a translation names, and else for each that sends to WhatsApp. Raises `TemplateError`.
    """
    if not isinstance(document, dict) or not {"templates", "data"} & document.keys():
        raise TemplateError('a file of message templates has "templates", or "data" as Meta\'s Graph API gives it')
    read = list(_of_meta(document["data"]) if "data" in document else _of_engine(document["templates"]))
    return list(dict.fromkeys(_add(database, each) for each in read))


def add_translation(database: Database, name: str, locale: str, content: Mapping[str, Any]) -> MessageTemplate:
    """Set what a template says in a locale, such as `eng-US`. Raises `TemplateError`."""
    return _add(database, _Translation(name, _three_letters(locale), content))


def body_of(text: str) -> Document:
    """Return the content of a translation that is a body alone: its `{{1}}` and the like are variables."""
    return _content([("body", "body/text", text)])


def _add(database: Database, read: _Translation) -> MessageTemplate:
    channels = _channels(database, read.channel)
    template = database.templates.get_or_add(read.name, read.uuid)
    for channel in channels:
        template.translate(channel, read.locale, read.content)
    return template


def _channels(database: Database, named: str) -> list[Channel]:
    able = [each for each in database.channels if WHATSAPP in each.schemes]
    found = [each for each in database.channels if named and named in {each.uuid, each.name}] or able
    if not found:
        raise TemplateError("no channel of the workspace sends to WhatsApp: message templates need one")
    return found


def _three_letters(locale: str) -> str:
    if not _LOCALE.fullmatch(locale):
        raise TemplateError(f"{locale!r} is no locale; write it like eng-US or spa")
    language, _, country = locale.replace("_", "-").partition("-")
    language = BY_TWO_LETTERS.get(language, language)  # which Meta has
    return f"{language}-{country}" if country else language


def _of_engine(templates: Iterable[Mapping[str, Any]]) -> Iterator[_Translation]:
    for template in templates:
        for translation in _required(template, "translations", "a message template"):
            content = {
                "components": [_with_variables(each) for each in translation.get("components") or ()],
                "variables": translation.get("variables") or [],
            }
            name = _required(template, "name", "a message template")
            locale = _three_letters(_required(translation, "locale", "a translation"))
            channel = (translation.get("channel") or {}).get("uuid") or ""
            yield _Translation(name, locale, content, channel, template.get("uuid"))


def _with_variables(component: Mapping[str, Any]) -> Document:
    kind = _required(component, "type", "a component")
    return {"name": kind.partition("/")[0], "content": "", **component, "variables": component.get("variables") or {}}


def _of_meta(templates: Iterable[Mapping[str, Any]]) -> Iterator[_Translation]:
    for template in templates:
        if template.get("status", APPROVED) == APPROVED:
            parts = [part for each in template.get("components") or () for part in _parts(each)]
            name = _required(template, "name", "a message template")
            locale = _three_letters(_required(template, "language", "a message template"))
            yield _Translation(name, locale, _content(parts))


def _parts(component: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kind, text = str(component.get("type", "")).upper(), component.get("text") or ""
    if kind == "HEADER" and component.get("format", "TEXT") in _MEDIA:
        yield "header", f"header/media/{component['format'].lower()}", "{{1}}"
    elif kind in {"HEADER", "BODY", "FOOTER"}:
        yield kind.lower(), f"{kind.lower()}/text", text
    elif kind == "BUTTONS":
        for index, button in enumerate(component.get("buttons") or ()):
            if (type_ := _BUTTONS.get(button.get("type"))) is not None:
                yield f"button.{index}", f"button/{type_}", button.get("url") or button.get("text") or ""


def _content(parts: Sequence[tuple[str, str, str]]) -> Document:
    """Return components whose placeholders are numbered through: each is a variable of its own."""
    components: list[Document] = []
    variables: list[Document] = []
    for name, type_, text in parts:
        family, _, media = type_.partition("/media/")
        named = dict.fromkeys(_PLACEHOLDER.findall(text))
        indices = {key: len(variables) + offset for offset, key in enumerate(named)}
        variables += [{"type": media or "text"}] * len(named)
        content = "" if media else _PLACEHOLDER.sub(r"{{\1}}", text)
        kind = f"{family}/media" if media else type_
        components.append({"name": name, "type": kind, "content": content, "variables": indices})
    return {"components": components, "variables": variables}


def _required(document: Mapping[str, Any], key: str, what: str) -> Any:
    if not document.get(key):
        raise TemplateError(f"{what} has no {key!r}: {dict(document)}")
    return document[key]
