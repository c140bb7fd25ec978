"""Ways through the JSON of a definition that has not been read yet; what is malformed is passed over, not refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Document = dict[str, Any]

# Where each action has had templates since 13.0; a step through a list means every item of it.
_TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "add_contact_groups": ("groups.name_match",),
    "add_contact_urn": ("path",),
    "add_input_labels": ("labels.name_match",),
    "call_classifier": ("input",),
    "call_llm": ("instructions", "input"),
    "call_webhook": ("url", "headers.*", "body"),
    "open_ticket": ("assignee.email_match", "assignee.email", "subject", "body", "note"),
    "play_audio": ("audio_url",),
    "remove_contact_groups": ("groups.name_match",),
    "say_msg": ("text",),
    "send_broadcast": (
        "groups.name_match", "contact_query", "legacy_vars", "text", "attachments", "quick_replies",
        "template_variables",
    ),
    "send_email": ("addresses", "subject", "body"),
    "send_msg": (
        "text", "attachments", "quick_replies", "templating.variables", "templating.components.params",
        "template_variables",
    ),
    "set_contact_field": ("value",),
    "set_contact_language": ("language",),
    "set_contact_name": ("name",),
    "set_contact_timezone": ("timezone",),
    "set_run_local": ("value",),
    "set_run_result": ("value",),
    "start_session": ("groups.name_match", "contact_query", "legacy_vars"),
}  # fmt: skip

_TRANSLATED_TEMPLATES: Final = (
    "text", "attachments", "quick_replies", "audio_url", "subject", "body", "arguments", "variables", "params",
    "template_variables",
)  # fmt: skip


class Split(NamedTuple):
    """A node with one action and a switch router that looks at what came of it."""

    action: Document
    router: Document


def objects(value: object) -> list[Document]:
    """Return the objects in a JSON list, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts in a JSON list, nothing for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def actions(flow: Document, *types: str) -> Iterator[Document]:
    """Yield the actions of these types."""
    for node in objects(flow.get("nodes")):
        for action in objects(node.get("actions")):
            if action.get("type") in types:
                yield action


def routers(flow: Document) -> Iterator[Document]:
    """Yield the routers."""
    for node in objects(flow.get("nodes")):
        if isinstance(node.get("router"), dict):
            yield node["router"]


def cases(flow: Document) -> Iterator[Document]:
    """Yield the cases of all routers."""
    for router in routers(flow):
        yield from objects(router.get("cases"))


def splits(flow: Document, *types: str) -> Iterator[Split]:
    """Yield the nodes that have a switch router and exactly one action, which is of one of these types."""
    for node in objects(flow.get("nodes")):
        node_actions, router = objects(node.get("actions")), node.get("router")
        if not isinstance(router, dict) or router.get("type") != "switch" or len(node_actions) != 1:
            continue
        if node_actions[0].get("type") in types:
            yield Split(node_actions[0], router)


def languages(flow: Document) -> Iterator[Document]:
    """Yield the translations into each language, by the UUID of what is translated."""
    localization = flow.get("localization")
    if isinstance(localization, dict):
        yield from (items for items in localization.values() if isinstance(items, dict))


def translations(flow: Document, uuid: Any) -> Iterator[tuple[Document, Document]]:
    """Yield a language's translations, and among them those of the item with this UUID, for every language."""
    for items in languages(flow) if isinstance(uuid, str) else ():
        if isinstance(items.get(uuid), dict):
            yield items, items[uuid]


def rewrite_templates(flow: Document, rewrite: Callable[[str], str]) -> None:
    """Replace every template of a definition, translations included."""
    for action in actions(flow, *_TEMPLATES):
        for path in _TEMPLATES[action["type"]]:
            _rewrite_at(action, path.split("."), rewrite)
    for router in routers(flow):
        _rewrite_at(router, ["operand"], rewrite)
        _rewrite_at(router, ["cases", "arguments"], rewrite)
    for items in languages(flow):
        for item in items.values():
            for property_ in _TRANSLATED_TEMPLATES:
                _rewrite_at(item, [property_], rewrite)


def _rewrite_at(container: Any, path: list[str], rewrite: Callable[[str], str]) -> None:
    if isinstance(container, list):
        for item in container:
            _rewrite_at(item, path, rewrite)
        return
    if not isinstance(container, dict):
        return
    for key in list(container) if path[0] == "*" else path[:1]:
        if len(path) > 1:
            _rewrite_at(container.get(key), path[1:], rewrite)
        elif key in container:
            container[key] = _rewritten(container[key], rewrite)


def _rewritten(value: Any, rewrite: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, rewrite) for item in value]
    return rewrite(value) if isinstance(value, str) else value


def copy(value: Any) -> Any:
    """Return a copy of a JSON value that shares nothing that can change."""
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    return [copy(item) for item in value] if isinstance(value, list) else value
