"""CHT: its settings and keys, its messages and their states."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.cht.administrator import message_document
from rapidpro_simulator.cht.messages.states import FINAL_STATES
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .settings import check_settings
from .subjects import the_gateway, the_inside, the_instance, workspace_called
from .tables import Table, rows_of
from .wire import AMOUNT, meets
from .words import json_of, phone_number
from .words import state as state_called

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.cht.site import Document
    from rapidpro_simulator.simulation import Simulation

HOSTNAME = "cht.example.org"
INCOMING = "rapidpro:incoming"
PEOPLE = ("name", "phone", "place")
ADDED = ("to", "text", "state", "gateway_ref", "due")
SHOWN = ("to", "text", "state", "details", "gateway_ref")
BATCH = 500  # documents in one request


@given(parsers.re(r'a CHT (?P<release>[\d.]+ |)instance that sends through the workspace "(?P<name>.+)"'))
def instance_sends(simulation: Simulation, release: str, name: str) -> None:
    """A CHT instance runs, and sends through a workspace of RapidPro.

    Without a release it is the one that --gateway names.

    Example: Given a CHT 4.10 instance that sends through the workspace "Old"
    """
    simulation.site(HOSTNAME, release.strip() or None)
    switch(simulation, name)


@given(parsers.re(r"a CHT (?P<release>[\d.]+ |)instance without keys"))
def instance_without_keys(simulation: Simulation, release: str) -> None:
    """A CHT instance runs, and knows no RapidPro yet.

    Example: Given a CHT instance without keys
    """
    simulation.site(HOSTNAME, release.strip() or None)


@when(parsers.parse('the instance is switched to the workspace "{name}"'))
def switch(simulation: Simulation, name: str) -> None:
    """The administrator sets the URL and the key of another workspace.

    Example: When the instance is switched to the workspace "New"
    """
    host, workspace = workspace_called(simulation, name)
    the_gateway(simulation).use(url=host.url, token=workspace.token.key)


@given(parsers.parse('the outgoing URL of CHT is "{url}"'))
@when(parsers.parse('the outgoing URL of CHT is "{url}"'))
def outgoing_url(simulation: Simulation, url: str) -> None:
    """The administrator sets the URL of RapidPro.

    Example: Given the outgoing URL of CHT is "https://textit.com"
    """
    the_gateway(simulation).use(url=url)


@given(parsers.parse("the CHT instance is upgraded to {release}"))
@when(parsers.parse("the CHT instance is upgraded to {release}"))
def instance_upgraded(simulation: Simulation, release: str) -> None:
    """Another release takes the place of the one there is, and its processes begin anew; CouchDB keeps all it has.

    Keys from before 4.0 are lost: they were in CouchDB's configuration, and are in a vault since.

    Example: When the CHT instance is upgraded to 4.2
    """
    simulation.run(the_inside(simulation).upgrade(release))
    simulation.advance(seconds=1)


@given("the settings of CHT include")
@when("the settings of CHT are changed to include")
def settings_include(simulation: Simulation, docstring: str) -> None:
    """The administrator changes app settings, written as JSON; all others stay as they are.

    Example: Given the settings of CHT include
    """
    the_instance(simulation).change_settings(**check_settings(json_of(docstring, "the settings")))


@given(parsers.re(r'the (?P<direction>incoming|outgoing) key of CHT is "(?P<value>.*)"'))
@when(parsers.re(r'the (?P<direction>incoming|outgoing) key of CHT is "(?P<value>.*)"'))
def key_is(simulation: Simulation, direction: str, value: str) -> None:
    r"""The administrator sets a key; `\n` in it is a newline.

    Example: When the outgoing key of CHT is "not-a-token"
    """
    value = value.replace("\\n", "\n")
    if direction == "outgoing":
        the_gateway(simulation).use(token=value)
    else:
        the_instance(simulation).set_credential(INCOMING, value)


@given(parsers.re(r'the outgoing key of CHT is the token of the workspace "(?P<name>[^"]+)"(?P<end> and a newline|)'))
@when(parsers.re(r'the outgoing key of CHT is the token of the workspace "(?P<name>[^"]+)"(?P<end> and a newline|)'))
def key_is_token(simulation: Simulation, name: str, end: str) -> None:
    """The administrator sets the key that a workspace has given out, or that key as an editor saves it in a file.

    Example: When the outgoing key of CHT is the token of the workspace "Main"
    """
    _, workspace = workspace_called(simulation, name)
    the_gateway(simulation).use(token=workspace.token.key + ("\n" if end else ""))


@when("the secret of CouchDB is changed")
def secret_changed(simulation: Simulation) -> None:
    """Somebody changes the secret with which CHT locks its keys.

    Example: When the secret of CouchDB is changed
    """
    the_inside(simulation)  # all that CHT ever encrypted would be lost
    the_instance(simulation).change_secret("another-secret-of-couchdb-than-before")


@when(parsers.re("the (?P<direction>incoming|outgoing) key of CHT is deleted"))
def key_deleted(simulation: Simulation, direction: str) -> None:
    """The administrator deletes a key.

    Example: When the outgoing key of CHT is deleted
    """
    if direction == "outgoing":
        the_gateway(simulation).forget_token()
    else:
        the_instance(simulation).forget_credential(INCOMING)


@given(parsers.re(r"(?P<count>\d+|a) pending messages?"))
@when(parsers.re(r"(?P<count>\d+|a) pending messages?(?: (?:is|are) added)?"))
def pending_messages(simulation: Simulation, count: str) -> None:
    """Messages to health workers wait to be sent; numbers and texts are drawn from the seed.

    Example: Given 5 pending messages
    """
    add_messages(simulation, [{} for _ in range(1 if count == "a" else int(count))])


@given(parsers.re(r'(?P<count>\d+|a) pending messages? to "(?P<to>[^"]*)"(?: with the text "(?P<text>.*)")?'))
@when(
    parsers.re(
        r'(?P<count>\d+|a) pending messages? to "(?P<to>[^"]*)"(?: with the text "(?P<text>.*)")? (?:is|are) added'
    )
)
def pending_message_to(simulation: Simulation, count: str, to: str, text: str | None) -> None:
    """One or more messages to a number wait to be sent.

    Example: Given a pending message to "+254712345678" with the text "Visit tomorrow"
    """
    row = {"to": to, **({"text": text} if text is not None else {})}
    add_messages(simulation, [dict(row) for _ in range(1 if count == "a" else int(count))])


@when(parsers.parse("a pending message with a text of {count:d} letters is added"))
def long_message(simulation: Simulation, count: int) -> None:
    """A message of so many letters waits to be sent.

    Example: When a pending message with a text of 641 letters is added
    """
    add_messages(simulation, [{"text": "a" * count}])


@given("these messages")
@when("these messages are added")
def these_messages(simulation: Simulation, datatable: Table) -> None:
    """Messages as a table says: to, text, state, gateway_ref, due; what is left out or empty is drawn or absent.

    A gateway_ref is read as JSON: 7 is a number, "7" a text.

    Example: Given these messages
    """
    rows = rows_of(datatable, ADDED)
    add_messages(simulation, [{name: value for name, value in row.items() if value.strip()} for row in rows])


@given(parsers.parse("a pending task of {count:d} messages"))
def task_of_messages(simulation: Simulation, count: int) -> None:
    """One task with several messages, each to somebody else, waits to be sent.

    Example: Given a pending task of 3 messages
    """
    cht = the_instance(simulation)
    number, sample = len(cht.messages()) + 1, simulation.sample_data
    document, *others = [
        message_document(simulation, number, sample.health_worker().phone, sample.reminder(), now=cht.site.now())
        for _ in range(count)
    ]
    for other in others:
        document["tasks"][0]["messages"] += other["tasks"][0]["messages"]
    cht.save([document])


@given(parsers.parse('{count:d} messages in the state "{state}" with gateway references from {first:d}'))
def messages_with_references(simulation: Simulation, count: int, state: str, first: int) -> None:
    """Messages that have a state and a reference of the gateway already, each a reference of its own.

    Example: Given 90 messages in the state "sent" with gateway references from 1
    """
    add_messages(simulation, [{"state": state, "gateway_ref": str(first + number)} for number in range(count)])


@given("these people in CHT")
def people_in_cht(simulation: Simulation, datatable: Table) -> None:
    """CHT has contacts as a table says: name, phone, place; a place is a contact too, above the others.

    Example: Given these people in CHT
    """
    documents: dict[str, dict[str, Any]] = {}
    for row in rows_of(datatable, PEOPLE, needed=PEOPLE):
        name, phone, place = row["name"], phone_number(row["phone"]), row["place"]
        documents[place] = {"_id": f"place-{place}", "type": "clinic", "name": place}
        documents[phone] = {
            "_id": f"person-{name}",
            "type": "person",
            "name": name,
            "phone": phone,
            "parent": {"_id": f"place-{place}"},
        }
    the_instance(simulation).save(documents.values())


def add_messages(simulation: Simulation, wanted: list[dict[str, str]]) -> None:
    cht = the_instance(simulation)
    number = len(cht.messages())
    documents = []
    for row in wanted:
        number += 1
        to = row.pop("to", None) or simulation.sample_data.health_worker().phone
        text = row.pop("text", None) or simulation.sample_data.reminder()
        task: dict[str, Any] = {**row}
        if "gateway_ref" in task:
            task["gateway_ref"] = json_of(task["gateway_ref"], "the gateway references")
        if "state" in task:
            state_called(task["state"])
        documents.append(message_document(simulation, number, to, text, now=cht.site.now(), **task))
    for first in range(0, len(documents), BATCH):
        cht.save(documents[first : first + BATCH])


@given(parsers.parse('{count:d} messages that the workspace "{name}" has sent but never seen delivered'))
def stuck_messages(simulation: Simulation, count: int, name: str) -> None:
    """Messages that CHT gave to a workspace whose carrier never reports a delivery; they are sent here and now.

    Example: Given 42 messages that the workspace "Old" has sent but never seen delivered
    """
    _, workspace = workspace_called(simulation, name)
    workspace.deliver("sent")
    add_messages(simulation, [{} for _ in range(count)])
    simulation.advance(minutes=2 + count // 25)
    messages_are(simulation, "", str(count), "sent")


@when(parsers.parse('every message without a final state is set to "{state}"'))
def settle_messages(simulation: Simulation, state: str) -> None:
    """The administrator gives a state to every message that has no final one, in the documents.

    Example: When every message without a final state is set to "failed"
    """
    cht, state = the_instance(simulation), state_called(state)

    def settled() -> Iterable[Document]:
        documents = {}
        for sent in cht.messages():
            if sent.state not in FINAL_STATES:
                sent.task["state"] = state
                documents[sent.document["_id"]] = sent.document
        return documents.values()

    cht.edit(settled)


@when(parsers.parse('message {number:d} is set to "{state}"'))
def settle_message(simulation: Simulation, number: int, state: str) -> None:
    """Somebody gives one message a state, in its document.

    Example: When message 1 is set to "muted"
    """
    cht, state = the_instance(simulation), state_called(state)

    def settled() -> Iterable[Document]:
        sent = cht.message(number)
        sent.task["state"] = state
        return [sent.document]

    cht.edit(settled)


@when(parsers.parse("the document of message {number:d} is deleted"))
def delete_message(simulation: Simulation, number: int) -> None:
    """Somebody deletes the document with a message.

    Example: When the document of message 1 is deleted
    """
    cht = the_instance(simulation)

    def deleted() -> Iterable[Document]:
        document = cht.message(number).document
        return [{"_id": document["_id"], "_rev": document["_rev"], "_deleted": True}]

    cht.edit(deleted)


@then(parsers.re(rf'{AMOUNT} messages? (?:are|is) in the state "(?P<state>[^"]+)"'))
def messages_are(simulation: Simulation, bound: str, amount: str, state: str) -> None:
    """So many messages of CHT are in a state.

    Example: Then 25 messages are in the state "sent"
    """
    state_called(state)
    states = [sent.state for sent in the_instance(simulation).messages()]
    met = meets(states.count(state), bound, amount)
    expect(met, f'{bound}{counted(amount, "message")} in the state "{state}"', f"they are {_count(states)}")


@then(parsers.re(r'(?:message (?P<number>\d+)|the message) is in the state "(?P<state>[^"]+)"'))
def message_is(simulation: Simulation, number: str | None, state: str) -> None:
    """One message of CHT is in a state.

    Example: Then message 2 is in the state "delivered"
    """
    state_called(state)
    sent = the_instance(simulation).message(int(number or 1))
    expect(sent.state == state, f'the state "{state}"', f'it is "{sent.state}", after {sent.history}')


@then(parsers.re(r"(?:message (?P<number>\d+)|the message) has been through the states (?P<states>.+)"))
def message_history(simulation: Simulation, number: str | None, states: str) -> None:
    """One message of CHT has been through these states, in this order, and no others.

    Example: Then the message has been through the states pending, received-by-gateway, delivered
    """
    history = the_instance(simulation).message(int(number or 1)).history
    wanted = [state_called(state) for state in states.split(", ")]
    expect(history == wanted, f"the history {states}", f"it is {', '.join(history)}")


@then(
    parsers.re(
        r"(?:message (?P<number>\d+)|the message) has (?P<reference>no gateway reference|the gateway reference .+)"
    )
)
def message_reference(simulation: Simulation, number: str | None, reference: str) -> None:
    """One message of CHT has a reference of the gateway, written as JSON, or has none.

    Example: Then message 1 has the gateway reference 7
    """
    found = the_instance(simulation).message(int(number or 1)).task.get("gateway_ref")
    wanted = (
        None
        if reference == "no gateway reference"
        else json_of(reference.removeprefix("the gateway reference "), "the gateway references")
    )
    expect(found == wanted and type(found) is type(wanted), f"the reference {wanted!r}", f"it is {found!r}")


@then("the messages are")
def messages_table(simulation: Simulation, datatable: Table) -> None:
    """The messages of CHT, in order, have these properties: to, text, state, details, gateway_ref (JSON).

    Example: Then the messages are
    """
    wanted = rows_of(datatable, SHOWN)
    for row in wanted:
        if "state" in row:
            state_called(row["state"])
    found = [
        {
            "to": str(sent.message["to"]),
            "text": str(sent.message["message"]),
            "state": sent.state,
            "details": str(sent.task.get("state_details", "")),
            "gateway_ref": json.dumps(sent.task["gateway_ref"]) if "gateway_ref" in sent.task else "",
        }
        for sent in the_instance(simulation).messages()
    ]
    shown = [{name: each[name] for name in wanted[0]} for each in found]
    expect(shown == wanted, f"the messages {wanted}", f"they are {shown}")


def _count(states: list[str]) -> str:
    return ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states)) or "none"
