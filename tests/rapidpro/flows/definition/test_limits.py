"""How long a text and how many items each part of a definition may have (flows 1.2, 2.2): one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.actions import read_action
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.routers import read_router

from .building import switch, uuid

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = {"uuid": uuid(7), "name": "Mothers"}
REQUIRED: dict[str, dict[str, Any]] = {
    "add_contact_groups": {"groups": [GROUP]},
    "add_contact_urn": {"scheme": "tel", "path": "1"},
    "add_input_labels": {"labels": [GROUP]},
    "call_llm": {"llm": GROUP, "instructions": "x", "input": "x", "output_local": "x"},
    "call_webhook": {"method": "GET", "url": "http://x"},
    "open_ticket": {},
    "play_audio": {"audio_url": "x"},
    "say_msg": {"text": "x"},
    "send_broadcast": {"text": "x"},
    "send_email": {"addresses": ["x"], "subject": "x", "body": "x"},
    "send_msg": {"text": "x"},
    "set_contact_field": {"field": {"key": "age", "name": "Age"}},
    "set_contact_language": {},
    "set_contact_name": {},
    "set_contact_timezone": {},
    "set_run_local": {"local": "x", "operation": "set"},
    "set_run_result": {"name": "x"},
    "start_session": {"flow": GROUP},
}
TEXTS = [
    ("add_contact_urn", "path", 1_000),
    ("call_llm", "instructions", 10_000),
    ("call_llm", "input", 10_000),
    ("call_webhook", "url", 8_192),
    ("call_webhook", "body", 20_000),
    ("open_ticket", "note", 10_000),
    ("play_audio", "audio_url", 8_192),
    ("say_msg", "text", 10_000),
    ("say_msg", "audio_url", 8_192),
    ("send_broadcast", "text", 10_000),
    ("send_broadcast", "contact_query", 10_000),
    ("send_email", "subject", 1_000),
    ("send_email", "body", 10_000),
    ("send_msg", "text", 10_000),
    ("set_contact_field", "value", 10_000),
    ("set_contact_language", "language", 1_000),
    ("set_contact_name", "name", 1_000),
    ("set_contact_timezone", "timezone", 1_000),
    ("set_run_local", "value", 1_000),
    ("set_run_result", "value", 10_000),
    ("start_session", "contact_query", 10_000),
]
LISTS = [
    ("add_contact_groups", "groups", GROUP, 100),
    ("add_input_labels", "labels", GROUP, 100),
    ("send_broadcast", "groups", GROUP, 100),
    ("send_broadcast", "contacts", GROUP, 100),
    ("send_broadcast", "urns", "tel:1", 100),
    ("send_broadcast", "legacy_vars", "x", 100),
    ("send_broadcast", "attachments", "x", 10),
    ("send_broadcast", "quick_replies", "x", 10),
    ("send_msg", "attachments", "x", 10),
    ("send_msg", "quick_replies", "x", 10),
    ("send_msg", "template_variables", "x", 100),
    ("start_session", "groups", GROUP, 100),
    ("start_session", "legacy_vars", "x", 100),
]
NAMES = [
    ("set_run_result", "name", 64, "result name"),
    ("set_run_result", "category", 64, "result category"),
    ("call_webhook", "result_name", 64, "result name"),
    ("set_run_local", "local", 64, "local variable name"),
    ("call_llm", "output_local", 64, "local variable name"),
]
ITEMS = [
    ("call_webhook", "headers", {"A": "x" * 5_000}, {"A": "x" * 5_001}, "[A]' must be less than or equal to 5000"),
    ("call_webhook", "headers", {"A" * 100: "x"}, {"A" * 101: "x"}, "' must be less than or equal to 100"),
    (
        "call_webhook",
        "headers",
        {f"A{number}": "x" for number in range(10)},
        {f"A{number}": "x" for number in range(11)},
        "' must be less than or equal to 10",
    ),
    ("send_msg", "quick_replies", ["x" * 1_000], ["x" * 1_001], "[0]' must be less than or equal to 1000"),
]


def refusal(type_: str, **changes: Any) -> str:
    """Return why an action is refused, empty where it is not."""
    try:
        read_action({"type": type_, "uuid": uuid(1), **REQUIRED[type_], **changes})
    except DefinitionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("type_", "name", "most"), TEXTS)
def test_texts(type_: str, name: str, most: int) -> None:
    """Characters are counted, not bytes."""
    assert refusal(type_, **{name: "é" * most}) == ""
    assert refusal(type_, **{name: "é" * (most + 1)}) == f"field '{name}' must be less than or equal to {most}"


@pytest.mark.parametrize(("type_", "name", "item", "most"), LISTS)
def test_lists(type_: str, name: str, item: Any, most: int) -> None:
    """One item too many is one too many."""
    assert refusal(type_, **{name: [item] * most}) == ""
    assert refusal(type_, **{name: [item] * (most + 1)}) == f"field '{name}' must have a maximum of {most} items"


@pytest.mark.parametrize(("type_", "name", "most", "what"), NAMES)
def test_names(type_: str, name: str, most: int, what: str) -> None:
    """A name that is too long is no valid one."""
    assert refusal(type_, **{name: "x" * most}) == ""
    assert refusal(type_, **{name: "x" * (most + 1)}) == f"field '{name}' is not a valid {what}"


@pytest.mark.parametrize(("type_", "name", "fits", "exceeds", "words"), ITEMS)
def test_items(type_: str, name: str, fits: Any, exceeds: Any, words: str) -> None:
    """Items of lists and objects have limits of their own."""
    assert refusal(type_, **{name: fits}) == ""
    assert words in refusal(type_, **{name: exceeds})


def _categories(count: int) -> list[dict[str, Any]]:
    return [{"uuid": uuid(500 + number), "name": "x", "exit_uuid": uuid(2)} for number in range(count)]


@pytest.mark.parametrize(
    ("make", "most", "words"),
    [
        (lambda count: {"operand": "x" * count}, 10_000, "field 'operand' must be less than or equal to 10000"),
        (lambda count: {"result_name": "x" * count}, 64, "field 'result_name' is not a valid result name"),
        (lambda count: {"categories": _categories(count)}, 100, "can't have more than 100 categories (has 101)"),
        (lambda count: {"cases": switch(2)["cases"] * count}, 100, "can't have more than 100 cases (has 101)"),
        (
            lambda count: {"cases": [{**switch(2)["cases"][0], "arguments": ["x"] * count}]},
            10,
            f"invalid case[uuid={uuid(502)}]: can't have more than 10 arguments (has 11)",
        ),
    ],
)
def test_routers(make: Callable[[int], dict[str, Any]], most: int, words: str) -> None:
    """As many as there may be, and no more."""

    def read(count: int) -> None:
        read_router({**switch(2, **make(count))}).validate({uuid(2)})

    read(most)
    with pytest.raises(DefinitionError) as refused:
        read(most + 1)
    assert str(refused.value) == words
