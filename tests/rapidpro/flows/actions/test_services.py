"""E-mail, airtime and language models: asked by contract, and failing in the engine's words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.services import LlmAnswer, ServiceError, Services

from .playing import CONTACT, play, reference, uuid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EMAIL = {"type": "send_email", "addresses": ["mailto:ann@example.org"], "subject": "Hi\n @contact", "body": "Bye"}
AIRTIME = {"type": "transfer_airtime", "amounts": {"USD": 0.5}}
LLM = {
    "type": "call_llm",
    "llm": reference("Model"),
    "instructions": "Be @contact",
    "input": "x",
    "output_local": "said",
}


class Outside:
    """Services that remember what they were asked, and fail with the text they are given."""

    def __init__(self, problem: str = "") -> None:
        self._problem = problem
        self.asked: list[Any] = []
        self.services = Services(email=self.email, airtime=self.airtime, llm=self.llm)

    async def email(self, addresses: Sequence[str], subject: str, body: str) -> None:
        self._ask(addresses, subject, body)

    async def airtime(self, sender: str, recipient: str, amounts: Mapping[str, Any]) -> Mapping[str, Any]:
        self._ask(sender, recipient, amounts)
        return {"external_id": "1"}

    async def llm(self, model: Any, instructions: str, text: str, most_tokens: int) -> LlmAnswer:
        self._ask(model.name, instructions, text, most_tokens)
        return LlmAnswer("yes", 5, 2)

    def _ask(self, *question: Any) -> None:
        self.asked.append(question)
        if self._problem:
            raise ServiceError(self._problem)


def test_email() -> None:
    """Subjects are on one line, addresses are bare."""
    outside = Outside()
    (event,) = play(EMAIL, services=outside.services).events
    assert event == {"type": "email_sent", "to": ["ann@example.org"], "subject": "Hi Ben", "body": "Bye"}
    assert outside.asked == [(["ann@example.org"], "Hi Ben", "Bye")]


def test_subject_of_email() -> None:
    """Runs of RE2's white space become one space; what only Unicode calls white space stays inside."""
    outside = Outside()
    play({**EMAIL, "subject": "\xa0Hi\t\r\n there,\u2003\u2003Ben "}, services=outside.services)
    assert outside.asked == [(["ann@example.org"], "Hi there,\u2003\u2003Ben", "Bye")]


@pytest.mark.parametrize(
    ("change", "problem", "errors"),
    [
        ({"subject": '@("")'}, "", ["Email subject evaluated to empty string, skipping"]),
        ({"body": '@("")'}, "", ["Email body evaluated to empty string, skipping"]),
        ({"addresses": ['@("")']}, "", ["Email address evaluated to empty string, skipping"]),
        ({}, "no such host", ["Unable to send email: no such host"]),
    ],
)
def test_email_fails(change: dict[str, Any], problem: str, errors: list[str]) -> None:
    """An e-mail that says nothing, or to nobody, is not sent."""
    played = play({**EMAIL, **change}, services=Outside(problem).services)
    assert (played.types, played.errors) == (["error"], errors)


@pytest.mark.parametrize(
    ("urns", "sender"),
    [
        (["tel:+12065551212?id=5", "telegram:1"], "tel:+12065550000"),
        (["telegram:1", "tel:+12065551212"], ""),
    ],
)
def test_airtime(urns: list[str], sender: str) -> None:
    """Airtime goes to the contact's first number, and comes from the preferred channel if that has a number."""
    outside = Outside()
    played = play(AIRTIME, services=outside.services, contact={**CONTACT, "urns": urns})
    assert outside.asked == [(sender, "tel:+12065551212", {"USD": Decimal("0.5")})]
    assert played.events == [{"type": "airtime_created", "external_id": "1"}]
    assert played.run.locals["_new_transfer"] != ""


@pytest.mark.parametrize(
    ("urns", "error"),
    [
        (["telegram:1"], "can't transfer airtime to contact without a phone number"),
        (["tel:+12065551212"], "out of credit"),
    ],
)
def test_airtime_fails(urns: list[str], error: str) -> None:
    """A transfer that fails leaves an empty local."""
    played = play(AIRTIME, services=Outside("out of credit").services, contact={**CONTACT, "urns": urns})
    assert (played.errors, played.run.locals) == ([error], {"_new_transfer": ""})


def test_llm() -> None:
    """A model gets instructions and input, and its output is a local."""
    outside = Outside()
    played = play(LLM, services=outside.services)
    assert outside.asked == [("Model", "Be Ben", "x", 2_500)]
    assert played.run.locals == {"said": "yes"}
    assert played.events == [
        {
            "type": "llm_called",
            "llm": reference("Model"),
            "instructions": "Be Ben",
            "input": "x",
            "output": "yes",
            "tokens": {"input": 5, "output": 2},
            "elapsed_ms": 0,
        }
    ]


@pytest.mark.parametrize(
    ("model", "problem", "error"),
    [
        (reference("Model"), "quota exceeded", "quota exceeded"),
        (reference("Editor"), "", f"LLM {reference('Editor')['uuid']} does not have the engine role"),
        ({"uuid": uuid(7), "name": "Gone"}, "", f"Missing dependency: llm[uuid={uuid(7)},name=Gone]"),
    ],
)
def test_llm_fails(model: dict[str, str], problem: str, error: str) -> None:
    """Whatever goes wrong, the local says that something did."""
    played = play({**LLM, "llm": model}, services=Outside(problem).services)
    assert (played.errors, played.run.locals) == ([error], {"said": "<ERROR>"})


@pytest.mark.parametrize(
    ("action", "types"),
    [
        ({"type": "call_classifier", "input": "x", "result_name": "Intent"}, ["warning", "run_result_changed"]),
        ({"type": "request_optin", "optin": {"uuid": uuid(7), "name": "Jokes"}}, ["error"]),
    ],
)
def test_features_that_are_gone(action: dict[str, Any], types: list[str]) -> None:
    """Actions of removed features say so, and the flow goes on."""
    assert play(action, {"type": "send_msg", "text": "on"}).types == [*types, "msg_created"]
