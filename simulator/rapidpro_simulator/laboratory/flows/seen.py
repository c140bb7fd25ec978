"""What a reviewer would say of a flow that was walked: what goes wrong, is not reached, is long, or ends in silence."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.delivery.segments import fits_seven_bits, segments, width
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.testing.flow_coverage.parts import parts_of
from rapidpro_simulator.world.plurals import counted

from .choices import CASE, FlowMap
from .finding import numbered, shortened, where
from .reasons import BEHIND, NO_WAY, TOO_LATE, UNKNOWN, is_address
from .walker import object_of
from .words import said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition

    from .exploring import Exploration
    from .walk import Walk

UNSUPPORTED: Final = re.compile(r"no longer supported")
TEST: Final = re.compile(r"^Error calling test (\w+)\(\.\.\.\): (error calling \1\(\.\.\.\): )?")
VALUE: Final = re.compile(r'"[^"]*"')
# An operand's error comes without a code: it is known by its words.
OPERAND: Final = re.compile(r"has no property|doesn't support lookups|^error calling |^unable to convert ")
TOO_MANY: Final = "Reached maximum number of steps"

KindAndText = tuple[str, str]


def seen_in(
    definition: FlowDefinition, others: Sequence[FlowDefinition], exploration: Exploration
) -> Iterator[KindAndText]:
    """Yield the kinds and texts of what is to be said of the walks through a flow; see `findings.findings`."""
    yield from _unreached(definition, exploration)
    nodes = {node.uuid: (flow, number) for flow in (*others, definition) for number, node in enumerate(flow.nodes)}
    told: set[tuple[str, str]] = set()
    for walk in exploration.walks:
        for event in (event for _, event in walk.events):
            if event["type"] in {"error", "warning"}:
                place = _place(definition, *nodes.get(walk.places.get(event["uuid"], ""), (None, 0)))
                cause = place, _cause_of(event["text"])
                if cause not in told:
                    told.add(cause)
                    yield _complaint(place, walk, event)
            elif event["type"] == "failure" and not (TOO_MANY in event["text"] and walk.requests):
                yield "run fails", str(event["text"])  # a real server would not answer the same for ever
        if not walk.is_call:
            yield from _long_texts(walk)
    if not _is_entered(definition, others):
        yield from _silences(definition, exploration)


def _place(definition: FlowDefinition, flow: FlowDefinition | None, number: int) -> str:
    """Return the beginning of a sentence about a node, which may be of another flow; empty where nobody knows it."""
    if flow is None:
        return ""
    return f"{'' if flow.uuid == definition.uuid else f'{flow.name}, '}{where(flow, number)}: "


# What nothing reaches


def _unreached(definition: FlowDefinition, exploration: Exploration) -> Iterator[KindAndText]:
    flow, words = FlowMap(definition), parts_of(definition.to_json())
    behind: dict[str, list[int]] = defaultdict(list)
    untried: set[int] = set()
    for part, reason in exploration.unreached.items():
        kind, _, place = part.partition(":")
        if exploration.is_cut_short and (UNKNOWN in reason or reason.startswith(BEHIND)):
            untried.add(int(place.partition(".")[0]))
            continue
        if reason == NO_WAY or (reason == TOO_LATE and kind != "timeout"):
            continue
        if reason.startswith(BEHIND):
            if kind == "node":
                behind[reason].append(int(place))
        elif kind in {"case", "timeout", "expiration"} or (kind == "category" and not _has_case(flow, part)):
            yield "exit without input", f"{words.get(part, part)}: {reason}"
    for reason, numbers in behind.items():
        shown = reason.replace("it lies", "they lie", 1) if len(numbers) > 1 else reason
        yield "unreachable node", f"{numbered(numbers)}: {shown}"
    if untried:
        walks = counted(exploration.tried, "walk")
        yield "not walked to its end", f"{numbered(sorted(untried))}: after {walks} no more were to be made"


def _has_case(flow: FlowMap, category: str) -> bool:
    number = int(category.partition(":")[2].partition(".")[0])
    return any(choice.kind == CASE and category in choice.parts for choice in flow.choices[number])


# What the engine complains of


def _cause_of(text: str) -> str:
    """Return what is wrong, whichever test came upon it, and with whichever value."""
    return VALUE.sub("", TEST.sub("", text))


def _complaint(place: str, walk: Walk, event: dict[str, Any]) -> KindAndText:
    text, code = str(event["text"]), str(event.get("code", ""))
    asked = f", where{_circumstances(walk)}" if walk.requests else ""
    if code == events.DEPRECATED_CONTEXT:
        return "deprecated", text
    if UNSUPPORTED.search(text):
        return "no longer supported", text
    if code == "dependency:missing":
        return "missing from the export", text.partition(": ")[2]
    expression = str((event.get("extra") or {}).get("expression", ""))
    if code.startswith(events.EXPRESSION) or TEST.match(text) or OPERAND.search(text):
        shown = f", in {expression}" if expression else ""
        return "expression error", f"{place}{text}{shown}{asked}"
    return "action does nothing", f"{place}{text}{asked}"


def _circumstances(walk: Walk) -> str:
    answers: dict[str, None] = {}
    for number, request in enumerate(walk.requests):
        status = walk.plan.status(number) if is_address(request.url) else 0
        body = shortened(json.dumps(object_of(walk.plan.body(number)), ensure_ascii=False))
        answers[f"{status} with {body}" if status else "nothing"] = None
    return f" web servers answer {' and '.join(answers)}"


# What is heard


def _long_texts(walk: Walk) -> Iterator[KindAndText]:
    for _, text in walk.said:
        count = segments(text)
        if count > 1:
            yield "more than one SMS", f"{count} SMS, {_length_of(text)}: “{shortened(text)}”"


def _length_of(text: str) -> str:
    """Return how long a text is for who counts SMS, with what makes it longer than it looks."""
    strange = next((letter for letter in text if not fits_seven_bits(letter)), "")
    widths = {letter: width(letter, seven_bits=not strange) for letter in text}
    wide = next((letter for letter, room in widths.items() if room > 1), "")
    size = counted(sum(widths[letter] for letter in text), "character")
    alphabet = f"UCS-2 for its “{strange}”" if strange else "GSM-7"
    return f"{size} in {alphabet}{f', where “{wide}” counts as 2' if wide else ''}"


def _silences(definition: FlowDefinition, exploration: Exploration) -> Iterator[KindAndText]:
    """Yield the nodes after whose answers nothing is said any more, though the run is over."""
    answers: dict[int, dict[str, None]] = defaultdict(dict)
    numbers = {node.uuid: number for number, node in enumerate(definition.nodes)}
    for walk in exploration.walks:
        waited = walk.waited[walk.moved - 1] if walk.moved else ""
        if waited in numbers and _is_silent(walk):
            answers[numbers[waited]][f"“{shortened(said_in(walk.plan.moves[walk.moved - 1]))}”"] = None
    for number, texts in sorted(answers.items()):
        yield "ends in silence", f"{where(definition, number)}: nothing is said after {', '.join(texts)}"


def _is_silent(walk: Walk) -> bool:
    answered = walk.moved and walk.plan.moves[walk.moved - 1].kind == "text"
    return bool(answered and walk.session.status == "completed" and all(move < walk.moved for move, _ in walk.said))


def _is_entered(definition: FlowDefinition, others: Iterable[FlowDefinition]) -> bool:
    """Say whether another flow goes on where this one ends."""
    actions = (action for flow in others for node in flow.nodes for action in node.actions)
    return any(
        action.type == "enter_flow" and str(getattr(action, "flow").identity) == definition.uuid  # noqa: B009
        for action in actions
    )
