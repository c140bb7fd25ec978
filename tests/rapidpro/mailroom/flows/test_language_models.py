"""Flows ask language models: with RapidPro's prompts, and with the answers that whoever tests has said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..building import flow, node, uuid  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

CATEGORIZE = '@(prompt("categorize", array("Flights", "Hotels in town")))'


@pytest.fixture
def ask(workspace: Workspace, jane: Contact, wait: Callable[..., None], said: Said) -> Callable[..., str]:
    """Let a flow ask a model, and return what it got."""

    def ask(text: str, instructions: str = "Be kind") -> str:
        question = {
            "type": "call_llm",
            "uuid": uuid(),
            "llm": {"uuid": uuid(), "name": "GPT-4"},
            "instructions": instructions,
            "input": text,
            "output_local": "said",
        }
        send = {"type": "send_msg", "uuid": uuid(), "text": "@locals.said"}
        workspace.import_flows(flow("Ask", node(question, send)))
        workspace.start_flow("Ask", contacts=[jane])
        wait(seconds=2)
        return said()[-1]

    return ask


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("categorize", ["[Flights, Hotels]"], ["Flights", "Hotels", "<CANT>"]),
        ("translate", ["eng", "swa"], ["eng", "swa"]),
        ("translate_unknown_from", ["swa"], ["swa"]),
    ],
)
def test_prompts(workspace: Workspace, name: str, arguments: list[str], words: list[str]) -> None:
    """The expressions of a workspace know them by their names, and fill in the arguments."""
    prompt = workspace.mailroom.environment.current.prompts[name]
    for position, argument in enumerate(arguments, 1):
        assert f"{{{{ .arg{position} }}}}" in prompt
        prompt = prompt.replace(f"{{{{ .arg{position} }}}}", argument)
    assert "{{" not in prompt
    assert all(word in prompt for word in words)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("any FLIGHTS?", "Flights"),
        ("a room in town", "Hotels in town"),
        ("the weather", "<CANT>"),
        ("flight", "<CANT>"),
    ],
)
def test_categories_by_themselves(ask: Callable[..., str], text: str, answer: str) -> None:
    """A model that nobody has told what to say takes the first category that has a word of the text."""
    assert ask(text, CATEGORIZE) == answer


def test_an_answer_by_itself_says_so(ask: Callable[..., str], happened: Callable[[str], list[dict[str, Any]]]) -> None:
    """It is simulated, which the journal says, too."""
    assert ask("Hello") == "[simulated answer of GPT-4] Hello"
    assert [each["model"] for each in happened("llm.simulated")] == ["GPT-4"]


def test_the_last_answer_that_fits_counts(workspace: Workspace, ask: Callable[..., str]) -> None:
    """Answers are to all, to what contains a text, or by one model."""
    models = workspace.language_models
    models.answer("all")
    models.answer("hello", containing="HELLO")
    models.answer("another", by="Claude")
    assert [ask("Hello there"), ask("Bye")] == ["hello", "all"]


def test_a_model_that_fails(workspace: Workspace, ask: Callable[..., str]) -> None:
    """The flow goes on with an error."""
    workspace.language_models.answer(problem="quota exceeded")
    assert ask("Hello") == "<ERROR>"


def test_a_function_answers(workspace: Workspace, ask: Callable[..., str]) -> None:
    """Instructions and input are what it gets."""
    workspace.mailroom.external_services.llm = lambda instructions, text: f"{instructions}|{text}"
    assert ask("Hello") == "Be kind|Hello"


def test_a_model_is_found_by_its_name(workspace: Workspace, ask: Callable[..., str]) -> None:
    """One that flows name and nobody has added is there all the same."""
    known = workspace.language_models.add("gpt-4")
    ask("Hello")
    assert list(workspace.language_models.values()) == [known]
