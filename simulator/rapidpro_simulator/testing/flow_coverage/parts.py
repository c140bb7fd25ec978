"""The parts of a flow that can be walked, by kind: `node:2` is the third node, `exit:2.0` the first of its exits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from rapidpro_simulator.pictures.svg import shortened
from rapidpro_simulator.rapidpro.flows.definition.limits import DEFAULT_EXPIRY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS: Final = ("nodes", "exits", "categories", "cases", "languages", "timeouts", "expirations")
NAMES: Final = dict(zip(("node", "exit", "category", "case", "language", "timeout", "expiration"), KINDS, strict=True))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# What an import or the editor changes in a flow that stays the same.
NOT_COMPARED = frozenset({"_ui", "revision", "uuid"})
MESSAGES: Final = frozenset({"send_msg", "say_msg"})
SPOKEN: Final = ("text", "attachments", "quick_replies", "audio_url")
LETTERS = 60


def kind_of(part: str) -> str:
    """Return which of `KINDS` a part is of."""
    return NAMES[part.partition(":")[0]]


def node_of(part: str) -> str:
    """Return the node that a part belongs to, as a part: `case:2.0` is of `node:2`."""
    return f"node:{part.partition(':')[2].partition('.')[0]}"


def parts_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return all parts of a flow in order, each with words for it."""
    parts: dict[str, str] = {}
    expiry = expiry_of(definition)
    for number, node in enumerate(definition.get("nodes") or ()):
        parts.update(_parts_of_node(number, node, expiry))
    for language in spoken_languages(definition):
        parts[f"language:{language}"] = f"language {language}"
    return parts


def spoken_languages(definition: Mapping[str, Any]) -> list[str]:
    """Return the languages in which a flow can say something to its contact: a message is in that of its text."""
    messages = [
        (action.get("uuid"), next((name for name in SPOKEN if action.get(name)), ""))
        for node in definition.get("nodes") or ()
        for action in node.get("actions") or ()
        if action.get("type") in MESSAGES
    ]
    translations = definition.get("localization") or {}
    own = [definition.get("language", "")] if messages else []
    others = [
        language
        for language, items in translations.items()
        if any(_is_said((items.get(uuid) or {}).get(name)) for uuid, name in messages)
    ]
    return list(dict.fromkeys(language for language in (*own, *others) if language))


def _is_said(translation: Any) -> bool:
    return isinstance(translation, list) and any(translation)


def languages_of(definition: Mapping[str, Any]) -> list[str]:
    """Return the languages of a flow, its own first."""
    languages = [definition.get("language", ""), *(definition.get("localization") or {})]
    return list(dict.fromkeys(language for language in languages if language))


def expiry_of(definition: Mapping[str, Any]) -> int:
    """Return after how many seconds without an answer a run expires; 0 where it never does."""
    kind = definition.get("type")
    minutes = definition.get("expire_after_minutes") or DEFAULT_EXPIRY_MINUTES.get(str(kind), 0)
    return 60 * int(minutes)


def waits_for_message(node: Mapping[str, Any]) -> bool:
    """Say whether a node waits for a text."""
    return ((node.get("router") or {}).get("wait") or {}).get("type") == "msg"


def fingerprint(definition: Mapping[str, Any]) -> str:
    """Return a word that two imports of one flow have in common, whatever UUIDs they were given."""
    seen: dict[str, str] = {}
    document = {key: value for key, value in definition.items() if key not in NOT_COMPARED}
    text = UUID.sub(lambda match: seen.setdefault(match[0].lower(), str(len(seen))), json.dumps(document))
    return f"{crc32(text.encode()):08x}"


def told(node: Mapping[str, Any]) -> str:
    """Return what a node does, in a few words."""
    for action in node.get("actions") or ():
        if action.get("text"):
            return f"“{shortened(action['text'], LETTERS)}”"
    router = node.get("router") or {}
    if router.get("wait"):
        return f"waits{' for ' + router['result_name'] if router.get('result_name') else ''}"
    if router:
        return shortened(f"splits by {router.get('operand') or 'chance'}", LETTERS)
    kinds = [str(action.get("type")).replace("_", " ") for action in node.get("actions") or ()]
    return ", ".join(kinds) or "does nothing"


def _parts_of_node(number: int, node: Mapping[str, Any], expiry: int) -> Iterator[tuple[str, str]]:
    where = f"node {number + 1}"
    router = node.get("router") or {}
    categories = {each.get("uuid"): str(each.get("name")) for each in router.get("categories") or ()}
    yield f"node:{number}", f"{where}, {told(node)}"
    for index, each in enumerate(node.get("exits") or ()):
        names = [str(other.get("name")) for other in router.get("categories") or () if _leads(other, each)]
        yield f"exit:{number}.{index}", f"{where}, the exit {index + 1}{' of ' + ', '.join(names) if names else ''}"
    for index, each in enumerate(router.get("categories") or ()):
        yield f"category:{number}.{index}", f"{where}, the category {each.get('name')}"
    for index, each in enumerate(router.get("cases") or ()):
        arguments = ", ".join(repr(argument) for argument in each.get("arguments") or ())
        category = categories.get(each.get("category_uuid"), "")
        yield (
            f"case:{number}.{index}",
            f"{where}, the case {each.get('type')}({shortened(arguments, LETTERS)}) of {category}",
        )
    if waits_for_message(node):
        timeout = router["wait"].get("timeout")
        if timeout:
            yield f"timeout:{number}", f"{where}, no answer within {timeout.get('seconds')} seconds"
        if expiry and (not timeout or timeout.get("seconds", 0) > expiry):  # else the wait is over before the run is
            yield f"expiration:{number}", f"{where}, no answer until the run expires"


def _leads(category: Mapping[str, Any], exit_: Mapping[str, Any]) -> bool:
    return bool(category.get("exit_uuid") == exit_.get("uuid"))
