"""What a reviewer would say of a flow as it is written, without walking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.results import results
from rapidpro_simulator.rapidpro.flows.definition.inspection.templates import templates
from rapidpro_simulator.rapidpro.flows.definition.variables import TOP_LEVELS
from rapidpro_simulator.rapidpro.flows.excellent.scanner import BODY, scan
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify
from rapidpro_simulator.world.plurals import counted

from .choices import FlowMap
from .finding import Finding, numbered, shortened, where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node

CALLS: Final = frozenset({"call_webhook", "call_resthook", "transfer_airtime", "call_llm"})
TRANSLATED: Final = ("text", "quick_replies")


def written_in(
    definition: FlowDefinition, others: Iterable[FlowDefinition], missing: Collection[str]
) -> Iterator[Finding]:
    """Yield what is to be said of a flow; see `findings.findings`."""
    flow = FlowMap(definition)
    lonely = [number for number in range(len(definition.nodes)) if number not in flow.reachable]
    if lonely:
        yield Finding("unreachable node", f"no way leads to {', '.join(where(definition, each) for each in lonely)}")
    for number, node in enumerate(definition.nodes):
        yield from _of_node(definition, number, node, missing)
    yield from _waits(definition)
    yield from (Finding("loop without a wait", text) for text in _restless(definition, flow))
    yield from _unused(definition, others)


def _of_node(definition: FlowDefinition, number: int, node: Node, missing: Collection[str]) -> Iterator[Finding]:
    yield from _untranslated(definition, number, node)
    calls = [action.type for action in node.actions if action.type in CALLS]
    if calls and len({each.destination_uuid for each in node.exits}) < 2:
        ways = "no router" if node.router is None else "all exits lead to one node"
        yield Finding("webhook without a failure path", f"{where(definition, number)}: {', '.join(calls)}, and {ways}")
    for action in node.actions:
        name = str(getattr(getattr(action, "flow", None), "name", ""))
        if action.type == "enter_flow" and name in missing:
            yield Finding(
                "missing flow",
                f"node {number + 1} enters {name}, which the export lacks: the run fails where the workspace does, too",
            )


def _untranslated(definition: FlowDefinition, number: int, node: Node) -> Iterator[Finding]:
    for action in node.actions:
        for name in TRANSLATED:
            written: str | list[str] = getattr(action, name, "")
            for language in definition.localization.languages if _has_words(written) else ():
                if definition.localization.get(language, action.uuid, name) is None:
                    text = shortened(written if isinstance(written, str) else ", ".join(written))
                    kind = "" if name == "text" else f"{name.replace('_', ' ')} "
                    yield Finding("missing translation", f"node {number + 1}: {kind}“{text}”", (language,))


def _has_words(written: str | list[str]) -> bool:
    """Say whether there is anything to translate: more than expressions, numbers and signs."""
    texts = [written] if isinstance(written, str) else written
    tokens = (token for text in texts for token in scan(text, TOP_LEVELS) if token.kind is BODY)
    return any(letter.isalpha() for token in tokens for letter in token.text)


def _waits(definition: FlowDefinition) -> Iterator[Finding]:
    waiting = []
    for number, node in enumerate(definition.nodes):
        wait = node.router.wait if node.router is not None else None
        if wait is not None and wait.type == "msg" and wait.timeout is None and definition.expiry_minutes:
            waiting.append(number)
    if waiting:
        after = _minutes(definition.expiry_minutes)
        yield Finding("wait without a timeout", f"{numbered(waiting)}: silence ends the run after {after}")


def _restless(definition: FlowDefinition, flow: FlowMap) -> Iterator[str]:
    """Yield the loops of nodes none of which waits: only conditions end them."""
    waits = [node.router is not None and node.router.wait is not None for node in definition.nodes]
    ways = [
        [flow.numbers[each.destination_uuid] for each in node.exits if each.destination_uuid]
        for node in definition.nodes
    ]
    told_of: set[frozenset[int]] = set()
    for first in sorted(flow.reachable):
        if waits[first]:
            continue
        loop = _way_back(first, ways, waits)
        if loop and frozenset(loop) not in told_of:
            told_of.add(frozenset(loop))
            yield f"nodes {' → '.join(str(number + 1) for number in [*loop, first])}"


def _way_back(first: int, ways: list[list[int]], waits: list[bool]) -> list[int]:
    """Return the shortest way from a node to itself that passes no wait, empty if there is none."""
    paths = [[first]]
    seen = {first}
    for path in paths:
        for each in ways[path[-1]]:
            if each == first:
                return path
            if each not in seen and not waits[each]:
                seen.add(each)
                paths.append([*path, each])
    return []


def _unused(definition: FlowDefinition, others: Iterable[FlowDefinition]) -> Iterator[Finding]:
    read = {path for flow in (definition, *others) for written in templates(flow) for path in read_paths(written.text)}
    keys = {path[index + 1] for path in read for index, name in enumerate(path[:-1]) if name == "results"}
    everything = any(_is_whole(path, read) for path in read if path[-1] == "results")
    unused = [each.name for each in results(definition) if snakify(each.name) not in keys]
    if unused and not everything:
        yield Finding("result never used", f"{', '.join(unused)}: no flow of the export reads it")


def _is_whole(path: tuple[str, ...], read: Iterable[tuple[str, ...]]) -> bool:
    """Say whether a variable is read as it is, and not only for what is in it."""
    return not any(other[: len(path)] == path and other != path for other in read)


def _minutes(minutes: int) -> str:
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            return counted(minutes // size, unit)
    return counted(minutes, "minute")
