"""Why parts of a flow are not reached: what is written rules them out, what lies before them, or nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.results import results
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.definition.variables import TOP_LEVELS
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify
from rapidpro_simulator.testing.flow_coverage.parts import kind_of, parts_of

from .choices import EXPIRY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.definition.actions import Action
    from rapidpro_simulator.rapidpro.flows.definition.routers import Router

    from .choices import Choice, FlowMap

NO_WAY = "no way leads there"
UNKNOWN = "no input was found"
BEHIND = "it lies behind"
TOO_LATE = "the run expires before"
FAILURE = "Failure"
STATUS = {("child", "status"), ("child", "run", "status")}
LETTERS = 60


def reasons(
    flow: FlowMap,
    maps: Mapping[str, FlowMap],
    reached: Collection[str],
    known: Mapping[Choice, str],
    urls: Collection[str],
    tried: str,
) -> Iterator[tuple[str, str]]:
    """Yield the parts of a flow that were not `reached`, each with why.

    `maps` are all flows by UUID, `known` are the reasons of choices that were ruled out, `urls` are those that were
    asked, `tried` is how many walks were made, in words.
    """
    for part in parts_of(flow.definition.to_json()):
        if part in reached or kind_of(part) == "languages":
            continue
        number = int(part.partition(":")[2].partition(".")[0])
        if number not in flow.reachable:
            yield part, NO_WAY
        elif f"node:{number}" not in reached:
            yield part, _before(flow, reached, number)
        else:
            choices = [each for each in flow.choices[number] if part in each.parts]
            told = [
                _here(flow, part, choices, known),
                _unsaved(flow, choices),
                _uncategorised(flow, choices),
                _lasting(flow, maps, choices),
                _hostless(flow, number, urls),
            ]
            yield part, next((each for each in told if each), f"{UNKNOWN}, in {tried}")


def _here(flow: FlowMap, part: str, choices: list[Choice], known: Mapping[Choice, str]) -> str:
    if not choices and (part.startswith("timeout") or _is_of_timeout(flow, part)):
        return TOO_LATE
    if not choices:
        category = "its category" if part.startswith("category") else "the exit"
        return "" if part.startswith("expiration") else f"no case, default or timeout leads to {category}"
    told = list(dict.fromkeys(known.get(each, "") for each in choices))
    return "" if "" in told else "; ".join(told)


def _is_of_timeout(flow: FlowMap, part: str) -> bool:
    """Say whether a category, or an exit, is that of a wait's timeout."""
    kind, _, place = part.partition(":")
    number, _, index = place.partition(".")
    node = flow.definition.nodes[int(number)]
    wait = node.router.wait if node.router is not None else None
    if node.router is None or wait is None or wait.timeout is None or kind not in {"category", "exit"}:
        return False
    category = node.router.category(wait.timeout.category_uuid)
    if kind == "category":
        return category is node.router.categories[int(index)]
    return category is not None and category.exit_uuid == node.exits[int(index)].uuid


def _before(flow: FlowMap, reached: Collection[str], number: int) -> str:
    """Return what would have to be reached first: the exits of nodes that were reached, on the way to this one."""
    seen, waiting = {number}, [number]
    ways: dict[str, None] = {}
    for each in waiting:
        for before, node in enumerate(flow.definition.nodes):
            exits = [at for at, way in enumerate(node.exits) if flow.numbers.get(way.destination_uuid) == each]
            if not exits:
                continue
            if f"node:{before}" in reached:
                ways.update(dict.fromkeys(_name(flow, before, at) for at in exits))
            elif before not in seen:
                seen.add(before)
                waiting.append(before)
    return f"{BEHIND} {' and '.join(ways)}" if ways else "the node was not reached"


def _name(flow: FlowMap, number: int, exit_: int) -> str:
    node = flow.definition.nodes[number]
    categories = node.router.categories if node.router is not None else ()
    names = [each.name for each in categories if each.exit_uuid == node.exits[exit_].uuid]
    return f"{', '.join(names) or 'the exit'} of node {number + 1}"


def _hostless(flow: FlowMap, number: int, urls: Collection[str]) -> str:
    """Return the addresses that no server can have, where a router looks at what web requests came to."""
    router = flow.definition.nodes[number].router
    if not isinstance(router, SwitchRouter):
        return ""
    reads = any(path[0] in {"webhook", "legacy_extra", "results"} for path in read_paths(router.operand))
    wrong = [url for url in urls if not is_address(url)]
    if not reads or not wrong or len(wrong) < len(urls):
        return ""
    return f"the web request to “{wrong[0][:LETTERS]}” names no server"


def is_address(url: str) -> bool:
    """Say whether a web request can be made of a URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _unsaved(flow: FlowMap, choices: list[Choice]) -> str:
    """Return the result that no node of the flow saves, where all choices want it to be something."""
    keys: dict[str, None] = {}
    for choice in choices:
        router = flow.definition.nodes[choice.node].router
        if not isinstance(router, SwitchRouter) or choice.index is None:
            return ""
        paths = [path for path in read_paths(router.operand) if path[0] in TOP_LEVELS]  # no names of functions
        read = {path[1] for path in paths if path[0] == "results" and len(path) > 1}
        if not read or any(path[0] != "results" for path in paths) or read & saved_results(flow):
            return ""
        keys.update(dict.fromkeys(sorted(read)))
    return f"no node saves the result {' or '.join(keys)}" if keys else ""


def saved_results(flow: FlowMap) -> set[str]:
    """Return the keys of the results that a flow may save."""
    return {snakify(each.name) for each in results(flow.definition)}


def _uncategorised(flow: FlowMap, choices: list[Choice]) -> str:
    """Return which categories a result never has, where all choices want one of them."""
    told = []
    for choice in choices:
        router = flow.definition.nodes[choice.node].router
        if not isinstance(router, SwitchRouter) or choice.index is None:
            return ""
        paths = [path for path in read_paths(router.operand) if path[0] == "results"]
        case = router.cases[choice.index]
        longest = max(paths, key=len, default=())
        key = longest[1] if len(longest) > 1 else ""
        asked = case.type == "has_category" or (longest[2:] == ("category",) and case.type == "has_only_text")
        possible = categories_of(flow, key)
        if not asked or not possible or possible & set(case.arguments) or any("@" in each for each in case.arguments):
            return ""
        told.append(f"the result {key} is {' or '.join(sorted(possible))}, never {' or '.join(case.arguments)}")
    return "; ".join(dict.fromkeys(told))


def categories_of(flow: FlowMap, key: str) -> set[str]:
    """Return the categories in which a flow may save the result of a key."""
    found: set[str] = set()
    for node in flow.definition.nodes:
        if node.router is not None and snakify(node.router.result_name or "") == key:
            found |= {each.name for each in node.router.categories}
        for action in node.actions:
            if snakify(getattr(action, "result_name", "") or "") == key:
                found |= {FAILURE} if action.type == "call_classifier" else {FAILURE, "Success"}
            if action.type == "set_run_result" and snakify(getattr(action, "name", "")) == key:
                found.add(getattr(action, "category", ""))
    return found


def _lasting(flow: FlowMap, maps: Mapping[str, FlowMap], choices: list[Choice]) -> str:
    """Return the flow that is entered and never expires, where all choices want it to have expired."""
    names: dict[str, None] = {}
    for choice in choices:
        node = flow.definition.nodes[choice.node]
        entered = [maps[each] for action in node.actions if (each := _entered(action)) in maps]
        if (
            _wanted(node.router, choice) != ["expired"]
            or not entered
            or any(_may_expire(each, maps) for each in entered)
        ):
            return ""
        names.update(dict.fromkeys(each.definition.name for each in entered))
    return f"{' and '.join(names)} never expires: no wait of it lasts so long" if names else ""


def _entered(action: Action) -> str:
    return str(getattr(action, "flow").identity) if action.type == "enter_flow" else ""  # noqa: B009


def _wanted(router: Router | None, choice: Choice) -> list[str]:
    if not isinstance(router, SwitchRouter):
        return []
    if choice.index is not None:
        return router.cases[choice.index].arguments
    by_status = any(path in STATUS for path in read_paths(router.operand))
    return ["expired"] if by_status and any(case.arguments == ["completed"] for case in router.cases) else []


def _may_expire(flow: FlowMap, maps: Mapping[str, FlowMap]) -> bool:
    """Say whether a flow, or one that it enters, waits until it expires."""
    waiting, seen = [flow], {flow.definition.uuid}
    for each in waiting:
        if any(choice.kind == EXPIRY for number in each.reachable for choice in each.choices[number]):
            return True
        entered = {_entered(action) for node in each.definition.nodes for action in node.actions} - {""}
        waiting += [maps[uuid] for uuid in sorted(entered - seen) if uuid in maps]
        seen |= entered
    return False
