"""What a reviewer would say of a flow: of what is written in it, and of what was seen while it was walked."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.delivery.segments import segments
from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.results import results
from rapidpro_simulator.rapidpro.flows.definition.inspection.templates import templates, templates_of_node
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify
from rapidpro_simulator.testing.flow_coverage.parts import parts_of, told
from rapidpro_simulator.world.plurals import counted

from .choices import FlowMap
from .walker import object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node

    from .exploring import Exploration
    from .walk import Walk

# By the words for it, whether somebody has to do something about it. What remains is for people to judge.
KINDS: Final = {
    "expression error": True,
    "run fails": True,
    "missing translation": True,
    "unreachable node": True,
    "exit without input": True,
    "loop without a wait": True,
    "webhook without a failure path": True,
    "ends in silence": False,
    "more than one SMS": False,
    "wait without a timeout": False,
    "result never used": False,
}
CALLS: Final = frozenset({"call_webhook", "call_resthook", "transfer_airtime", "call_llm"})
TRANSLATED: Final = ("text", "quick_replies")
EXPRESSION = re.compile(r"no property '(\w+)'")
LETTERS = 50


@dataclass(frozen=True)
class Finding:
    """Something about a flow: its kind (of `KINDS`), where it is and what, and in which languages it was seen."""

    kind: str
    text: str
    languages: tuple[str, ...] = ()

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to do something about it."""
        return KINDS[self.kind]

    def __str__(self) -> str:
        return f"{self.text}{' (' + ', '.join(self.languages) + ')' if self.languages else ''}"


def findings(
    definition: FlowDefinition, others: Iterable[FlowDefinition], explorations: Sequence[Exploration]
) -> list[Finding]:
    """Return what is to be said of a flow; `others` are all flows of the export, `explorations` one a language."""
    found = [*_written(definition, others)]
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for exploration in explorations:
        for kind, text in dict.fromkeys(_walked(definition, exploration)):
            seen[kind, text].append(exploration.language)
    several = len(explorations) > 1
    found += [Finding(kind, text, tuple(languages) if several else ()) for (kind, text), languages in seen.items()]
    order = list(KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


# What is written


def _written(definition: FlowDefinition, others: Iterable[FlowDefinition]) -> Iterator[Finding]:
    flow = FlowMap(definition)
    for number, node in enumerate(definition.nodes):
        where = _where(definition, number)
        if number not in flow.reachable:
            yield Finding("unreachable node", where)
        for name, language in _untranslated(definition, node):
            yield Finding("missing translation", f"{where}: {name}", (language,))
        wait = node.router.wait if node.router is not None else None
        if wait is not None and wait.type == "msg" and wait.timeout is None and definition.expiry_minutes:
            yield Finding(
                "wait without a timeout", f"{where}: silence ends it after {_minutes(definition.expiry_minutes)}"
            )
        calls = [action.type for action in node.actions if action.type in CALLS]
        if calls and len({each.destination_uuid for each in node.exits}) < 2:
            ways = "no router" if node.router is None else "all exits lead to one node"
            yield Finding("webhook without a failure path", f"{where}: {', '.join(calls)}, and {ways}")
    yield from (Finding("loop without a wait", text) for text in _restless(definition, flow))
    yield from _unused(definition, others)


def _untranslated(definition: FlowDefinition, node: Node) -> Iterator[tuple[str, str]]:
    for action in node.actions:
        for name in TRANSLATED:
            if getattr(action, name, None):
                for language in definition.localization.languages:
                    if definition.localization.get(language, action.uuid, name) is None:
                        yield name.replace("_", " "), language


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
    for result in results(definition):
        if not everything and snakify(result.name) not in keys:
            yield Finding("result never used", f"{result.name}: no flow of the export reads it")


def _is_whole(path: tuple[str, ...], read: Iterable[tuple[str, ...]]) -> bool:
    """Say whether a variable is read as it is, and not only for what is in it."""
    return not any(other[: len(path)] == path and other != path for other in read)


# What was seen


def _walked(definition: FlowDefinition, exploration: Exploration) -> Iterator[tuple[str, str]]:
    document = definition.to_json()
    words = parts_of(document)
    for part, reason in exploration.unreached.items():
        if part.startswith(("category", "case", "timeout", "expiration")) and "no way leads" not in reason:
            yield "exit without input", f"{words.get(part, part)}: {reason}"
    seen: set[str] = set()
    for walk in exploration.walks:
        for event in (event for _, event in walk.events):
            if event["type"] in {"error", "warning"} and event["text"] not in seen:
                seen.add(event["text"])
                where = f", where{_circumstances(walk)}" if walk.requests else ""
                yield "expression error", f"{_place_of(definition, str(event['text']))}{event['text']}{where}"
            elif event["type"] == "failure":
                yield "run fails", str(event["text"])
        yield from _long_texts(walk)
        if _is_silent(walk):
            yield (
                "ends in silence",
                f"after “{_shortened(walk.plan.moves[walk.moved - 1].text)}” nothing is said any more",
            )


def _long_texts(walk: Walk) -> Iterator[tuple[str, str]]:
    for _, text in walk.said:
        count = segments(text)
        if count > 1:
            yield "more than one SMS", f"{count} SMS, {counted(len(text), 'character')}: “{_shortened(text)}”"


def _is_silent(walk: Walk) -> bool:
    """Say whether a contact's last answer is followed by nothing, though the run is over."""
    answered = walk.moved and walk.plan.moves[walk.moved - 1].kind == "text"
    return bool(answered and walk.session.status == "completed" and all(move < walk.moved for move, _ in walk.said))


def _circumstances(walk: Walk) -> str:
    answers: dict[str, None] = {}
    for number in range(len(walk.requests)):
        status, body = walk.plan.status(number), object_of(walk.plan.body(number))
        answers[f"{status} with {json.dumps(body, ensure_ascii=False)}" if status else "nothing"] = None
    return f" web servers answer {' and '.join(answers)}"


def _place_of(definition: FlowDefinition, text: str) -> str:
    """Return the node whose template an error is about, as far as the error tells."""
    match = EXPRESSION.search(text)
    wanted = f".{match[1]}" if match is not None else None
    for number, node in enumerate(definition.nodes):
        for written in templates_of_node(node, definition.localization):
            if wanted is not None and wanted in written.text:
                return f"{_where(definition, number)}: "
    return ""


def _where(definition: FlowDefinition, number: int) -> str:
    return f"node {number + 1}, {told(definition.to_json()['nodes'][number])}"


def _minutes(minutes: int) -> str:
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            return counted(minutes // size, unit)
    return counted(minutes, "minute")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"
