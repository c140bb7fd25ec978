from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError, read_export
from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .building import flow, node, send_msg, switch, uuid

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)

WEBHOOK = {
    "type": "call_webhook",
    "uuid": uuid(13),
    "method": "POST",
    "url": "http://x/@webhook",
    "headers": {"A": "b"},
}
TEMPLATING = {"template": {"uuid": uuid(7), "name": "hi"}, "uuid": uuid(8), "variables": ["@contact"]}
WAIT = {"type": "msg", "timeout": {"seconds": 60, "category_uuid": uuid(501)}}


def export() -> dict[str, Any]:
    definition = flow(
        node(10, send_msg(12, "@webhook", templating=TEMPLATING, quick_replies=["a"]), to=20),
        node(20, WEBHOOK, router=switch(21, wait=WAIT, result_name="Answer")),
        spec_version="13.0.0",
        localization={"fra": {uuid(12): {"text": ["Salut"]}, uuid(8): {"variables": ["x"]}}},
        expire_after_minutes=60,
    )
    trigger = {"trigger_type": "K", "flow": {"uuid": uuid(1), "name": "Relay"}, "groups": [], "keywords": ["join"]}
    return {"version": "13", "flows": [definition], "triggers": [trigger], "groups": [{"uuid": uuid(2), "name": "A"}]}


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to everything in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return (
        [path, *(inner for key, item in items for inner in paths(item, (*path, key)))]
        if path
        else [inner for key, item in items for inner in paths(item, (key,))]
    )


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with another value at the end of a path."""
    result = deepcopy(document)
    container = result
    for key in path[:-1]:
        container = container[key]
    container[path[-1]] = value
    return result


@settings(derandomize=True, deadline=None, max_examples=100)
@given(path=st.sampled_from(paths(export())), junk=JUNK)
def test_anything_may_be_anywhere(path: tuple[Any, ...], junk: Any) -> None:
    """Whatever stands in an export, it is read or refused with a sentence, and leniently what is left is read."""
    document = replaced(export(), path, junk)

    with suppress(ExportError):
        for each in read_export(document).flows:
            inspect(each)
    with suppress(ExportError):
        read_export(document, lenient=True)


def test_half_a_character() -> None:
    """JSON can hold halves of surrogate pairs, which are no text; they are replaced."""
    half = "\ud83d" * 40
    action = {"type": "set_run_result", "uuid": uuid(12), "name": half, "value": half}

    read = read_flow(flow(node(10, action), spec_version="13.0.0", _ui={"nodes": half}))

    assert inspect(read).results[0].name == "\ufffd" * 40


@settings(derandomize=True, deadline=None, max_examples=100)
@given(junk=JUNK)
def test_anything_may_be_a_definition(junk: Any) -> None:
    """Nothing but a definition is read as one."""
    with suppress(DefinitionError):
        read_flow(junk)
