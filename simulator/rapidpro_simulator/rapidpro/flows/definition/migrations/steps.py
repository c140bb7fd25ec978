"""The changes between two versions each, in order (flows 1.3). They work on JSON documents, in place."""

from __future__ import annotations

import uuid
from itertools import count
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT, Version
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

from . import templates
from .documents import (
    Document,
    Split,
    actions,
    cases,
    copy,
    languages,
    objects,
    rewrite_templates,
    routers,
    splits,
    texts,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    NewUUID = Callable[[], str]

RESULT_NAME: Final = 64
CATEGORY_NAME: Final = 36
QUICK_REPLIES: Final = 10
LONGEST_EXPIRY: Final = {"messaging": 20160, "voice": 15}
"""Minutes that a flow of each type may wait; flows of other types do not wait."""

WEBHOOKS: Final = ("call_webhook", "call_resthook")
WEBHOOK_STATUS: Final = "@webhook.status"
LOCALS: Final = {"open_ticket": "_new_ticket", "transfer_airtime": "_new_transfer"}
"""The local that says what came of an action, which a result said before 14.3."""

JOINED_ARGUMENTS: Final = (
    "has_only_text", "has_phrase", "has_only_phrase", "has_any_word", "has_all_words", "has_beginning", "has_pattern",
)  # fmt: skip


def migrate(document: Document, *, to: Version = CURRENT, new_uuid: NewUUID | None = None) -> Document:
    """Return a copy of a definition, brought to the version ``to``.

    ``new_uuid`` makes the UUIDs of parts that a migration adds; by default they follow from the flow's own UUID, so
    that a definition always becomes the same one.
    """
    flow: Document = copy(document)
    before = Version.parse(flow["spec_version"])
    make_uuid = new_uuid or _derived_uuids(flow)
    for version, change in MIGRATIONS.items():
        if before < version <= to:
            change(flow, make_uuid)
            flow["spec_version"] = str(version)
    return flow


def _derived_uuids(flow: Document) -> NewUUID:
    numbers = count(1)
    name = f"{flow.get('uuid')} {flow['spec_version']}"
    return lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {next(numbers)}"))


def _number_templatings(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "send_msg"):
        if isinstance(action.get("templating"), dict):
            action["templating"]["uuid"] = new_uuid()


def _declare_undetermined_language(flow: Document, new_uuid: NewUUID) -> None:
    if len(str(flow.get("language") or "")) != 3:
        flow["language"] = "und"
    if isinstance(flow.get("localization"), dict):
        flow["localization"].pop("und", None)


def _look_into_webhook_json(flow: Document, new_uuid: NewUUID) -> None:
    rewrite_templates(flow, templates.look_into_webhook_json)


def _split_templatings(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "send_msg"):
        templating = action.get("templating")
        if isinstance(templating, dict):
            uuid, variables = new_uuid(), templating.pop("variables", None) or []
            for items, translated in translations(flow, templating.pop("uuid", None)):
                _move_variables(items, translated, uuid)
            templating["components"] = [{"uuid": uuid, "name": "body", "params": variables}]


def _move_variables(items: Document, translated: Document, component_uuid: str) -> None:
    if "variables" in translated:
        items[component_uuid] = {"params": translated.pop("variables")}
    _drop_empty(items, translated)


def _drop_empty(items: Document, translated: Document) -> None:
    if not translated:
        for key in [key for key, item in items.items() if item is translated]:
            del items[key]


def _merge_templatings(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "send_msg"):
        templating = action.pop("templating", None)
        if isinstance(templating, dict):
            components = objects(templating.get("components"))
            action["template"] = templating.get("template")
            action["template_variables"] = [param for each in components for param in texts(each.get("params"))]
            _merge_translated_params(flow, action, components)


def _merge_translated_params(flow: Document, action: Document, components: list[Document]) -> None:
    for items in languages(flow):
        translated = [items.pop(str(component.get("uuid")), None) for component in components]
        if any(translated):
            parts = [each or component for each, component in zip(translated, components, strict=True)]
            variables = [param for part in parts for param in texts(part.get("params"))]
            items.setdefault(str(action.get("uuid")), {})["template_variables"] = variables


def _shorten_names(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "set_run_result"):
        _shorten(action, "name", RESULT_NAME)
        _shorten(action, "category", CATEGORY_NAME)
    for router in routers(flow):
        _shorten(router, "result_name", RESULT_NAME)
        for category in objects(router.get("categories")):
            _shorten(category, "name", CATEGORY_NAME)


def _shorten(part: Document, key: str, length: int) -> None:
    name = part.get(key)
    # The limit is one of bytes, what is left is counted in characters: flows 1.3.
    if isinstance(name, str) and len(name.encode(errors="surrogatepass")) > length:
        part[key] = trim(name[:length])


def _shorten_lookups(flow: Document, new_uuid: NewUUID) -> None:
    rewrite_templates(flow, templates.shorten_result_lookups)


def _cap_expiry(flow: Document, new_uuid: NewUUID) -> None:
    expiry = flow.get("expire_after_minutes")
    if isinstance(expiry, int | float):
        flow["expire_after_minutes"] = min(expiry, LONGEST_EXPIRY.get(str(flow.get("type")), 0))
    for router in routers(flow):
        for category in objects(router.get("categories")):
            category["name"] = category.get("name") or "Match"


def _split_webhooks_on_status(flow: Document, new_uuid: NewUUID) -> None:
    for split in splits(flow, *WEBHOOKS):
        if str(split.router.get("operand")).startswith("@results."):
            _test(split, WEBHOOK_STATUS, "has_number_between", ["200", "299"])
    for action in actions(flow, "send_msg", "send_broadcast"):
        if isinstance(action.get("quick_replies"), list):
            del action["quick_replies"][QUICK_REPLIES:]


def _test(split: Split, operand: str, test: str, arguments: list[str]) -> None:
    split.router["operand"] = operand
    split.router["cases"] = objects(split.router.get("cases"))[:1]
    for case in split.router["cases"]:
        case.update(type=test, arguments=arguments)


def _note_tickets(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "open_ticket"):
        if "body" in action:
            action["note"] = action.pop("body")
    if isinstance(flow.get("localization"), dict):
        flow["localization"] = {key: items for key, items in flow["localization"].items() if len(key) == 3}


def _split_on_locals(flow: Document, new_uuid: NewUUID) -> None:
    for split in splits(flow, *LOCALS):
        if str(split.router.get("operand")).startswith("@results."):
            _test(split, f"@locals.{LOCALS[split.action['type']]}", "has_text", [])
            result_name = split.action.pop("result_name", None)
            if result_name:
                split.router["result_name"] = result_name


def _join_arguments(flow: Document, new_uuid: NewUUID) -> None:
    for case in cases(flow):
        if case.get("type") in JOINED_ARGUMENTS:
            _join(case)
            for _, translated in translations(flow, case.get("uuid")):
                _join(translated)


def _join(part: Document) -> None:
    arguments = texts(part.get("arguments"))
    if len(arguments) > 1:
        part["arguments"] = [" ".join(arguments)]


def _forget_all_urns(flow: Document, new_uuid: NewUUID) -> None:
    for action in actions(flow, "send_msg"):
        action.pop("all_urns", None)


def _split_all_webhooks_on_status(flow: Document, new_uuid: NewUUID) -> None:
    for split in splits(flow, *WEBHOOKS):
        for case in objects(split.router.get("cases")):
            for items, translated in translations(flow, case.get("uuid")):
                translated.pop("arguments", None)
                _drop_empty(items, translated)
        _test(split, WEBHOOK_STATUS, "has_number_between", ["200", "299"])


def _default_webhook_status(flow: Document, new_uuid: NewUUID) -> None:
    for split in splits(flow, *WEBHOOKS):
        if split.router.get("operand") == WEBHOOK_STATUS:
            split.router["operand"] = "@(default(webhook.status, 0))"


MIGRATIONS: Final = {
    Version(13, 1): _number_templatings,
    Version(13, 2): _declare_undetermined_language,
    Version(13, 3): _look_into_webhook_json,
    Version(13, 4): _split_templatings,
    Version(13, 5): _merge_templatings,
    Version(13, 6): _shorten_names,
    Version(13, 6, 1): _shorten_lookups,
    Version(14, 0): _cap_expiry,
    Version(14, 1): _split_webhooks_on_status,
    Version(14, 2): _note_tickets,
    Version(14, 3): _split_on_locals,
    Version(14, 3, 1): _join_arguments,
    Version(14, 4): _forget_all_urns,
    Version(14, 4, 1): _split_all_webhooks_on_status,
    Version(14, 4, 2): _default_webhook_status,
}
"""What changes on the way to each version, in order."""
