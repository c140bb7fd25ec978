"""CHT's webhook for incoming messages, as a RapidPro flow calls it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .subjects import the_instance
from .tables import Row, Table, rows_of_documents
from .wire import AMOUNT, meets
from .words import http_status, json_of, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import aiohttp

    from rapidpro_simulator.simulation import Simulation

    Document = dict[str, Any]

CREDENTIAL = "rapidpro:incoming"
KEY = "the-incoming-key-of-cht"
# What a message from a phone can have, and need not (cht 1.5).
PROPERTIES = (
    *("from", "form", "errors", "fields", "contact", "patient", "place", "reported_date", "content_type", "tasks"),
    *(f"sms_message.{name}" for name in ("message", "from", "form", "gateway_ref", "locale", "type", "sent_timestamp")),
)
FORMS_ARE = "forms stand in the settings: `Given the settings of CHT include`"
CURRENT = "/api/v2/sms/rapidpro/incoming-messages"


@given("the webhook of CHT has a key")
def webhook_has_key(simulation: Simulation) -> None:
    """The administrator sets the key with which RapidPro's flow calls the webhook.

    Example: Given the webhook of CHT has a key
    """
    the_instance(simulation).set_credential(CREDENTIAL, KEY)


@when("the webhook gets")
def webhook_gets(simulation: Simulation, docstring: str) -> None:
    """RapidPro's flow posts a body to the webhook, with the right key.

    Example: When the webhook gets
    """
    post(simulation, docstring)


@when(parsers.parse('the webhook at "{path}" gets'))
def webhook_at_gets(simulation: Simulation, path: str, docstring: str) -> None:
    """RapidPro's flow posts a body to the webhook at another path, with the right key.

    Example: When the webhook at "/api/v1/sms/radpidpro/incoming-messages" gets
    """
    post(simulation, docstring, path=path)


@when("the webhook gets, without authorization,")
def webhook_gets_anonymous(simulation: Simulation, docstring: str) -> None:
    """Somebody posts a body to the webhook without a key.

    Example: When the webhook gets, without authorization,
    """
    post(simulation, docstring, authorization=None)


@when(parsers.parse('the webhook gets, with the authorization "{authorization}",'))
def webhook_gets_with(simulation: Simulation, authorization: str, docstring: str) -> None:
    """Somebody posts a body to the webhook with this Authorization header.

    Example: When the webhook gets, with the authorization "Token wrong",
    """
    post(simulation, docstring, authorization=authorization)


@when(parsers.parse('the webhook gets, as "{content_type}",'))
def webhook_gets_as(simulation: Simulation, content_type: str, docstring: str) -> None:
    """RapidPro's flow posts a body that it calls something else than JSON.

    Example: When the webhook gets, as "text/plain",
    """
    post(simulation, docstring, content_type=content_type)


@when(parsers.parse("the webhook gets {copies:d} copies at the same time of"))
def webhook_gets_copies(simulation: Simulation, copies: int, docstring: str) -> None:
    """RapidPro's flow posts one body several times at once.

    Example: When the webhook gets 4 copies at the same time of
    """
    url = f"{the_instance(simulation).site.url}{CURRENT}"

    async def once(session: aiohttp.ClientSession) -> None:
        async with session.post(url, data=docstring.encode(), headers=_headers(f"Token {KEY}")) as response:
            await response.read()

    async def all_at_once() -> None:
        session = simulation.network.client("flow")
        await asyncio.gather(*(once(session) for _ in range(copies)))

    simulation.run(all_at_once())


@then(parsers.re(r"CHT answers (?P<status>\d+)(?: with (?P<body>.+))?"))
def cht_answers(simulation: Simulation, status: str, body: str | None) -> None:
    """CHT answered its last caller with a status, and with an error text in quotes or a JSON body.

    Example: Then CHT answers 403 with "Incorrect token"
    """
    answer = simulation.journal.exchanges(to=the_instance(simulation).site.name, path="*/incoming-messages*")[-1]
    found = answer.answer()
    expect(answer.status == int(status), f"the status {status}", f"it is {answer.status}: {found}")
    if body is not None:
        wanted = json_of(body, "the words of the answer")
        said = found.get("error") if isinstance(found, dict) and isinstance(wanted, str) else found
        expect(said == wanted, f"the answer {body}", f"it is {found}")


@then(parsers.re(r"CHT answers (?P<amount>\d+) times (?P<status>\d+)"))
def cht_answers_times(simulation: Simulation, amount: str, status: str) -> None:
    """CHT answered the webhook's callers so often with a status.

    Example: Then CHT answers 4 times 200
    """
    answers = [exchange.status for exchange in simulation.journal.exchanges(path="*/incoming-messages*")]
    expect(
        answers.count(http_status(status)) == int(amount), f"{counted(amount, 'time')} {status}", f"they are {answers}"
    )


@then(parsers.re(rf"CHT has {AMOUNT} incoming messages?"))
def has_incoming(simulation: Simulation, bound: str, amount: str) -> None:
    """CHT has stored so many messages from phones.

    Example: Then CHT has 1 incoming message
    """
    count = len(incoming(simulation))
    expect(meets(count, bound, amount), f"{bound}{counted(amount, 'incoming message')}", f"there are {count}")


@then("the incoming messages are")
def incoming_are(simulation: Simulation, datatable: Table) -> None:
    """The messages from phones that CHT has stored, in order; the header names properties such as from, form,
    sms_message.message, sms_message.gateway_ref (as JSON where it is no text), fields.name, errors.

    Example: Then the incoming messages are
    """
    _documents_are(simulation, "incoming messages", incoming(simulation), rows_of_documents(datatable))


@then("the reports of CHT are")
def reports_are(simulation: Simulation, datatable: Table) -> None:
    """The reports that CHT has stored, in order; the header names properties such as form, from, fields.weeks, errors.

    Example: Then the reports of CHT are
    """
    _documents_are(simulation, "reports", _reports(simulation), rows_of_documents(datatable))


@then(parsers.re(rf'CHT has {AMOUNT} reports?(?: with the form "(?P<form>[^"]+)")?'))
def has_reports(simulation: Simulation, bound: str, amount: str, form: str | None) -> None:
    """CHT has stored so many reports, by text or by its API: all of them, or those with a form.

    Example: Then CHT has 1 report with the form "PREG"
    """
    forms = [str(document["form"]) for document in _reports(simulation)]
    if form is not None:
        one_of("no form of CHT", form, [*_forms(simulation), *forms], FORMS_ARE)
    count = len(forms) if form is None else forms.count(form)
    expect(meets(count, bound, amount), f"{bound}{counted(amount, 'report')}", f"the forms are {forms}")


def _documents_are(simulation: Simulation, what: str, documents: list[Document], wanted: list[Row]) -> None:
    shown = [{name: _property(document, name) for name in wanted[0]} for document in documents]
    expect(shown == wanted, f"the {what} {wanted}", f"they are {shown}")
    # An empty cell is true of a property that is misspelt, so each has to be one that there can be.
    there = (path for document in documents for path in _paths(document))
    of_forms = (f"fields.{name}" for form in _forms(simulation).values() for name in form.get("fields") or {})
    known = dict.fromkeys([*PROPERTIES, *there, *of_forms])
    for name in wanted[0]:
        one_of(f"no property of the {what}", name, known)


def _forms(simulation: Simulation) -> dict[str, Document]:
    forms: dict[str, Document] = the_instance(simulation).ask("GET", "/api/v1/settings").get("forms") or {}
    return forms


def _paths(document: object, prefix: str = "") -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield f"{prefix}{name}"
            yield from _paths(value, f"{prefix}{name}.")


def _reports(simulation: Simulation) -> list[Document]:
    return [document for document in the_instance(simulation).documents() if document.get("form")]


def incoming(simulation: Simulation) -> list[Document]:
    documents = the_instance(simulation).documents()
    return [document for document in documents if "sms_message" in document]


def post(
    simulation: Simulation,
    body: str,
    *,
    authorization: str | None = f"Token {KEY}",
    path: str = CURRENT,
    content_type: str = "application/json",
) -> None:
    headers = _headers(authorization, content_type)
    simulation.request("POST", f"{the_instance(simulation).site.url}{path}", body=body, headers=headers)


def _headers(authorization: str | None, content_type: str = "application/json") -> Mapping[str, str]:
    headers = {"Content-Type": content_type, "Accept": "application/json"}
    return headers if authorization is None else {**headers, "Authorization": authorization}


def _property(document: object, path: str) -> str:
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
