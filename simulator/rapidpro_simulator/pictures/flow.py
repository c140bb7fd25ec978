"""A flow as a picture: nodes by how far they are from the beginning, exits as lines, and the path that was taken."""

from __future__ import annotations

import textwrap
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .svg import element, picture, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

NODE_WIDTH, NODE_HEIGHT = 210, 58
GAP_X, GAP_Y = 34, 58
MARGIN = 16
LETTERS = 29
LINES = 3
LABEL_ROWS = 3  # below each other, so that labels of exits beside each other may be longer
LETTER = 5.2  # the width of one in a label


@dataclass(frozen=True)
class Exit:
    """An exit of a node: where it leads (None: the flow ends), and the categories that lead to it."""

    uuid: str
    target: str | None
    label: str


@dataclass(frozen=True)
class Node:
    """A node of a flow as a picture has it: its number, counted from 1, its lines of text, and its exits."""

    number: int
    uuid: str
    lines: tuple[str, ...]
    exits: tuple[Exit, ...]


def draw_flow(
    definition: Mapping[str, Any],
    nodes_walked: Iterable[str] = (),
    exits_walked: Iterable[str] = (),
    *,
    standalone: bool = True,
    marks_missed: bool = False,
) -> str:
    """Return the picture of a flow as SVG; `definition` is that of an export.

    What was walked is drawn strong, the rest is dashed, unless nothing was; with `marks_missed` the rest stands out
    instead, and says that it was never reached. A node has the class `node` and `data-node`, its UUID.
    """
    nodes = [_node(number, each) for number, each in enumerate(definition.get("nodes") or (), 1)]
    walked, left = frozenset(nodes_walked), frozenset(exits_walked)
    places = _places(nodes)
    width = max((x for x, _ in places.values()), default=0) + NODE_WIDTH + MARGIN
    height = max((y for _, y in places.values()), default=0) + NODE_HEIGHT + GAP_Y
    parts = [
        *(line for node in nodes for line in _exits(node, places, left, "bad" if marks_missed else "line")),
        *(_box(node, places[node.uuid], walked, marks_missed=marks_missed) for node in nodes),
    ]
    reached = f", {len(walked & places.keys())} of them walked" if walked else ""
    title = f"Flow {definition.get('name')}: {len(nodes)} nodes{reached}"
    return picture(width, height, title, *parts, standalone=standalone)


def _node(number: int, node: Mapping[str, Any]) -> Node:
    router = node.get("router") or {}
    lines = [_action(each) for each in node.get("actions") or ()]
    if router:
        name = router.get("result_name")
        lines.append(f"{_router(router)}{f' → {name}' if name else ''}")
    labels: dict[str, list[str]] = {}
    for category in router.get("categories") or ():
        labels.setdefault(category.get("exit_uuid", ""), []).append(str(category.get("name")))
    exits = tuple(
        Exit(each["uuid"], each.get("destination_uuid"), ", ".join(labels.get(each["uuid"], [])))
        for each in node.get("exits") or ()
    )
    return Node(number, node["uuid"], tuple(lines) or ("(nothing)",), exits)


def _action(action: Mapping[str, Any]) -> str:
    kind = str(action.get("type"))
    field = action.get("field")
    if isinstance(field, dict):
        return f"{field.get('name')} := {action.get('value') or 'nothing'}"
    for name in ("text", "url", "value", "name"):
        if isinstance(action.get(name), str):
            return f"{'“' + action[name] + '”' if name == 'text' else kind.replace('_', ' ') + ': ' + action[name]}"
    flow = action.get("flow")
    return f"{kind.replace('_', ' ')}{': ' + str(flow.get('name')) if isinstance(flow, dict) else ''}"


def _router(router: Mapping[str, Any]) -> str:
    if (router.get("wait") or {}).get("type"):
        return "waits for an answer"
    return "splits at random" if router.get("type") == "random" else f"splits by {router.get('operand', '')}"


def _places(nodes: list[Node]) -> dict[str, tuple[float, float]]:
    """Return where each node stands: those that are as many steps from the first in one row."""
    rows: dict[int, int] = {}
    places = {}
    for uuid, depth in _depths(nodes).items():
        column = rows.get(depth, 0)
        rows[depth] = column + 1
        places[uuid] = (
            float(MARGIN + column * (NODE_WIDTH + GAP_X)),
            float(MARGIN + depth * (NODE_HEIGHT + GAP_Y)),
        )
    return places


def _depths(nodes: list[Node]) -> dict[str, int]:
    by_uuid = {node.uuid: node for node in nodes}
    depths: dict[str, int] = {}
    for first in by_uuid:  # those that nothing leads to begin rows of their own, below
        if first in depths:
            continue
        waiting = deque([(first, max(depths.values(), default=-1) + 1)])
        while waiting:
            uuid, depth = waiting.popleft()
            if uuid in depths or uuid not in by_uuid:
                continue
            depths[uuid] = depth
            waiting.extend((each.target, depth + 1) for each in by_uuid[uuid].exits if each.target)
    return depths


def _box(node: Node, place: tuple[float, float], walked: frozenset[str], *, marks_missed: bool) -> Element:
    x, y = place
    missed = node.uuid not in walked
    look: dict[str, object] = {"class_": "box"} if missed else {"class_": "box good", "stroke_width": 2}
    if missed and marks_missed:
        look = {"class_": "box bad", "stroke_width": 2.5}
    if missed and (walked or marks_missed):
        look["stroke_dasharray"] = "4 3"
    texts = [
        element("text", line, x=x + 10, y=y + 18 + 15 * number, class_="soft" if is_more else "")
        for number, (line, is_more) in enumerate(_lines(node))
    ]
    texts.append(element("text", str(node.number), x=x + NODE_WIDTH - 6, y=y + 12, class_="soft end", font_size=9))
    told = element("title", "\n".join([*(["never reached:"] if missed and marks_missed else []), *node.lines]))
    box = element("rect", x=x, y=y, width=NODE_WIDTH, height=NODE_HEIGHT, rx=6, **look)
    return element("g", told, box, *texts, class_="node", data_node=node.uuid)


def _lines(node: Node) -> list[tuple[str, bool]]:
    """Return what fits into a box, each line with whether it is of a later part: the first part takes what is left."""
    first, *others = node.lines
    wrapped = textwrap.wrap(
        " ".join(first.split()), LETTERS - 2, max_lines=max(1, LINES - len(others)), placeholder="…"
    )
    more = [shortened(line, LETTERS) for line in others[: LINES - 1]]
    if len(node.lines) > LINES:
        more[-1] = f"and {len(node.lines) - LINES + 1} more"
    return [*((line, False) for line in wrapped), *((line, True) for line in more)]


def _exits(
    node: Node, places: Mapping[str, tuple[float, float]], walked: frozenset[str], missed: str
) -> Iterator[Element]:
    x, y = places[node.uuid]
    step = NODE_WIDTH / (len(node.exits) + 1)
    for number, each in enumerate(node.exits, start=1):
        start, bottom = x + step * number, y + NODE_HEIGHT
        colour = "good" if each.uuid in walked else missed
        strength = 2.5 if each.uuid in walked else 1.2
        if each.target is not None and each.target in places:
            bend = _bend(start, bottom, *places[each.target])
            yield element("path", d=bend, fill="none", class_=colour, stroke_width=strength, data_exit=each.uuid)
        else:
            yield element(
                "line", x1=start, x2=start, y1=bottom, y2=bottom + 14, class_=colour, stroke_width=strength,
                data_exit=each.uuid,
            )  # fmt: skip
            yield element("circle", cx=start, cy=bottom + 17, r=3, class_=f"fill-{colour.replace('line', 'ink')}")
        if each.label:
            rows = min(LABEL_ROWS, len(node.exits))
            letters = int((NODE_WIDTH if rows < LABEL_ROWS else rows * step) / LETTER)
            yield element(
                "text", shortened(each.label, letters), x=start + 3, y=bottom + 12 + 11 * ((number - 1) % rows),
                class_="soft", font_size=10,
            )  # fmt: skip


def _bend(start: float, bottom: float, end_x: float, end_y: float) -> str:
    """Return the line from an exit to a node: down to its top, or, where it stands above, around to its right side."""
    middle = end_x + NODE_WIDTH / 2
    if end_y > bottom:
        return (
            f"M{start:.6g},{bottom:.6g} C{start:.6g},{bottom + GAP_Y / 2:.6g} "
            f"{middle:.6g},{end_y - GAP_Y / 2:.6g} {middle:.6g},{end_y:.6g}"
        )
    side, height = end_x + NODE_WIDTH, end_y + NODE_HEIGHT / 2
    return (
        f"M{start:.6g},{bottom:.6g} C{start:.6g},{bottom + GAP_Y:.6g} "
        f"{side + GAP_Y:.6g},{height + GAP_Y:.6g} {side:.6g},{height:.6g}"
    )
