"""Which actions there are, where they may be, what of them is evaluated and translated, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition import limits
from rapidpro_simulator.rapidpro.flows.definition.actions import ACTION_TYPES, read_action
from rapidpro_simulator.rapidpro.flows.definition.parts import declared
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from tests.rapidpro.flows.actions.playing import reference, uuid

EVERYWHERE, ONLINE, INTERACTIVE, VOICE = limits.EVERYWHERE, limits.ONLINE, limits.INTERACTIVE, limits.VOICE_ONLY

# (where, evaluated, translated), as in the table of flows 2.2; references by name are evaluated, too.
TABLE: dict[str, tuple[frozenset[str], list[str], list[str]]] = {
    "add_contact_groups": (EVERYWHERE, [], []),
    "add_contact_urn": (EVERYWHERE, ["path"], []),
    "add_input_labels": (INTERACTIVE, [], []),
    "call_classifier": (ONLINE, ["input"], []),
    "call_llm": (ONLINE, ["instructions", "input"], []),
    "call_resthook": (ONLINE, [], []),
    "call_webhook": (ONLINE, ["url", "headers", "body"], []),
    "enter_flow": (EVERYWHERE, [], []),
    "open_ticket": (ONLINE, ["note"], []),
    "play_audio": (VOICE, ["audio_url"], ["audio_url"]),
    "remove_contact_groups": (EVERYWHERE, [], []),
    "request_optin": (ONLINE, [], []),
    "say_msg": (VOICE, ["text"], ["text", "audio_url"]),
    "send_broadcast": (
        ONLINE,
        ["contact_query", "legacy_vars", "text", "attachments", "quick_replies", "template_variables"],
        ["text", "attachments", "quick_replies"],
    ),
    "send_email": (ONLINE, ["addresses", "subject", "body"], ["subject", "body"]),
    "send_msg": (
        EVERYWHERE,
        ["text", "attachments", "quick_replies", "template_variables"],
        ["text", "attachments", "quick_replies"],
    ),
    "set_contact_channel": (ONLINE, [], []),
    "set_contact_field": (EVERYWHERE, ["value"], []),
    "set_contact_language": (EVERYWHERE, ["language"], []),
    "set_contact_name": (EVERYWHERE, ["name"], []),
    "set_contact_status": (EVERYWHERE, [], []),
    "set_contact_timezone": (EVERYWHERE, ["timezone"], []),
    "set_run_local": (EVERYWHERE, ["value"], []),
    "set_run_result": (EVERYWHERE, ["value"], ["category"]),
    "start_session": (ONLINE, ["contact_query", "legacy_vars"], []),
    "transfer_airtime": (ONLINE, [], []),
}


def test_all_types() -> None:
    """There are the types of the specification and no others."""
    assert sorted(ACTION_TYPES) == sorted(TABLE)


@pytest.mark.parametrize("type_", TABLE)
def test_table(type_: str) -> None:
    """An action is allowed, evaluated and translated where the specification says so."""
    action = ACTION_TYPES[type_]
    evaluated = [
        name
        for name, kind, _ in declared(action)
        if kind.evaluated or getattr(getattr(kind, "item", None), "evaluated", False)
    ]
    localized = [name for name, kind, _ in declared(action) if kind.localized]
    assert (action.allowed_in, evaluated, localized) == TABLE[type_]


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ({"type": "send_msg"}, "field 'text' is required"),
        ({"type": "send_msg", "text": "x" * 10_001}, "field 'text' must be less than or equal to 10000"),
        (
            {"type": "send_msg", "text": "x", "quick_replies": ["x" * 1_001]},
            "field 'quick_replies[0]' must be less than or equal to 1000",
        ),
        ({"type": "call_webhook", "method": "TRACE", "url": "x"}, "field 'method' is not a valid HTTP method"),
        (
            {"type": "call_webhook", "method": "GET", "url": "x", "headers": {"a b": ""}},
            "header 'a b' is not a valid HTTP header",
        ),
        ({"type": "add_contact_urn", "scheme": "xx", "path": "1"}, "field 'scheme' is not a valid URN scheme"),
        (
            {"type": "remove_contact_groups", "groups": [reference("Testers")], "all_groups": True},
            "can't specify specific groups when all_groups=true",
        ),
        (
            {"type": "set_run_local", "local": "X", "operation": "set"},
            "field 'local' is not a valid local variable name",
        ),
        (
            {"type": "set_run_local", "local": "x", "operation": "double"},
            "field 'operation' is not a valid local operation",
        ),
        ({"type": "transfer_airtime", "amounts": {"USD": -1}}, "amount for 'USD' is out of range"),
        ({"type": "send_email", "subject": "x", "body": "x"}, "field 'addresses' is required"),
        ({"type": "teleport"}, "unknown type: 'teleport'"),
    ],
)
def test_refused(action: dict[str, Any], problem: str) -> None:
    """An action that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_action({"uuid": uuid(1), **action})
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("action", "results", "local_names"),
    [
        ({"type": "set_run_result", "name": "A", "category": "B"}, [("A", ("B",))], []),
        ({"type": "set_run_result", "name": "A"}, [("A", ())], []),
        ({"type": "set_run_local", "local": "n", "operation": "clear"}, [], ["n"]),
        ({"type": "call_webhook", "method": "get", "url": "x"}, [], []),
        ({"type": "call_resthook", "resthook": "x", "result_name": "R"}, [("R", ("Success", "Failure"))], []),
        ({"type": "open_ticket"}, [], ["_new_ticket"]),
    ],
)
def test_memory(action: dict[str, Any], results: list[Any], local_names: list[str]) -> None:
    """Actions say which results and locals they leave."""
    read = read_action({"uuid": uuid(1), **action})
    assert ([tuple(result) for result in read.results()], list(read.locals())) == (results, local_names)
