"""CHT's sentinel: whether it runs, what it makes of schedules, and what it pushes to RapidPro."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.cht.javascript import milliseconds
from rapidpro_simulator.cht.lineage import is_contact
from rapidpro_simulator.cht.messages.states import STATES
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .durations import DURATION, seconds_of
from .phones import PHONE_NUMBER
from .subjects import flow_called, flows_called, the_inside, the_instance, workspace_called
from .tables import Row, Table, rows_of
from .webhook import CREDENTIAL as INCOMING
from .webhook import KEY
from .wire import AMOUNT, meets
from .words import one_of, phone_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

    Document = dict[str, Any]

SCHEDULED = ("due", "schedule", "group", "state", "to", "text")
OUTBOUND = "rapidpro:outbound"
FLOW_STARTS = "/api/v2/flow_starts.json"
FOR = rf"(?: for (?P<phone>{PHONE_NUMBER}))?"


@given("sentinel is stopped")
@when("sentinel is stopped")
def sentinel_stopped(simulation: Simulation) -> None:
    """The process that runs transitions and makes scheduled messages due is stopped, whatever it is doing.

    Example: When sentinel is stopped
    """
    the_inside(simulation).stop_sentinel()


@when("sentinel is started")
def sentinel_started(simulation: Simulation) -> None:
    """The process is started; it goes on where it stopped.

    Example: When sentinel is started
    """
    the_inside(simulation).start_sentinel()


@when(parsers.re(rf"sentinel is down for {DURATION}"))
def sentinel_down(simulation: Simulation, duration: str) -> None:
    """Sentinel is stopped, so much time passes, and it is started again.

    Example: When sentinel is down for 2 hours
    """
    sentinel_stopped(simulation)
    simulation.advance(seconds=seconds_of(duration))
    sentinel_started(simulation)


@then(parsers.re(rf"the backlog of sentinel is {AMOUNT}(?: changes?)?"))
def sentinel_backlog(simulation: Simulation, bound: str, amount: str) -> None:
    """CHT's monitoring tells so many changes that sentinel has not come to.

    Example: Then the backlog of sentinel is at least 3
    """
    found = _monitored(simulation, "sentinel")
    expect(meets(found, bound, amount), f"{bound}{counted(amount, 'change')}", f"there are {found}")


@then(parsers.re(rf"{AMOUNT} push(?:es)? of CHT (?:is|are) queued"))
def pushes_queued(simulation: Simulation, bound: str, amount: str) -> None:
    """CHT's monitoring tells so many documents about which another system is still to be told.

    Example: Then 1 push of CHT is queued
    """
    found = _monitored(simulation, "outbound_push")
    expect(meets(found, bound, amount), f"{bound}{amount} queued", f"there are {found}")


@given(parsers.parse('CHT starts the flow "{flow}" of the workspace "{name}" after the form "{form}"'))
def flow_after_form(simulation: Simulation, flow: str, name: str, form: str) -> None:
    """Outbound push: a report of this form starts a flow for the patient that it is about, else for its sender.

    The workspace's token becomes the credential `rapidpro:outbound`.

    Example: Given CHT starts the flow "Feedback" of the workspace "Main" after the form "FOLLOW_UP"
    """
    host, workspace = workspace_called(simulation, name)
    cht = the_instance(simulation)
    cht.set_credential(OUTBOUND, f"Token {workspace.token.key}")
    auth = {"type": "header", "name": "Authorization", "value_key": OUTBOUND}
    push = {
        "relevant_to": f"doc.type === 'data_record' && doc.form === {form!r}",
        "destination": {"base_url": host.url, "path": FLOW_STARTS, "auth": auth},
        "mapping": {
            "flow": {"expr": repr(flow_called(workspace, flow).uuid)},
            "urns": {"expr": "['tel:' + (doc.patient && doc.patient.phone || doc.from)]"},
        },
    }
    cht.change_settings(outbound={f"start {flow}": push}, transitions={"mark_for_outbound": True})


@when(parsers.parse('CHT gets the report "{text}" from {phone}'))
@given(parsers.parse('CHT has got the report "{text}" from {phone}'))
def report_arrives(simulation: Simulation, text: str, phone: str) -> None:
    """A text message arrives at the webhook of CHT, with an identifier of its own; the webhook gets a key if need be.

    Example: When CHT gets the report "V 51114" from +254711000003
    """
    cht = the_instance(simulation)
    cht.set_credential(INCOMING, KEY)
    number = len(simulation.journal.exchanges(to=cht.site.name, path="*/incoming-messages")) + 1
    message = {"id": f"report-{number}", "from": phone_number(phone), "content": text}
    headers = {"Authorization": f"Token {KEY}"}
    url = f"{cht.site.url}/api/v2/sms/rapidpro/incoming-messages"
    answer = simulation.request("POST", url, json=message, headers=headers)
    assert answer.status == 200, f"CHT answered {answer.status}: {answer.text}"
    simulation.advance(seconds=1)


@given(parsers.parse('the primary contact of "{place}" is "{contact}"'))
def primary_contact(simulation: Simulation, place: str, contact: str) -> None:
    """A person becomes the primary contact of a place; both are known by their names.

    Example: Given the primary contact of "Area 25" is "Grace Banda"
    """
    cht = the_instance(simulation)
    contacts = {each["name"]: each for each in cht.documents() if is_contact(each)}
    names = [one_of("no contact of CHT", name, contacts) for name in (place, contact)]
    found, person = (contacts[name] for name in names)
    cht.save([{**found, "contact": {"_id": person["_id"], "parent": person.get("parent")}}])


@given("a report with these scheduled messages")
def report_with_scheduled(simulation: Simulation, datatable: Table) -> None:
    """A report that holds scheduled messages as a table says: due (UTC), to, text, schedule, group, state.

    A time is written `2026-03-03 08:30`; without a state a message is scheduled, without a text it never gets one.

    Example: Given a report with these scheduled messages
    """
    tasks = [_task(number, row) for number, row in enumerate(rows_of(datatable, SCHEDULED, needed=("due", "to")))]
    now = simulation.clock.now()
    stream = simulation.seed.stream(f"report {now} {len(tasks)}")
    document = {
        "_id": stream.uuid4(),
        "type": "data_record",
        "form": "SCHEDULED",
        "reported_date": milliseconds(now),
        "scheduled_tasks": tasks,
    }
    the_instance(simulation).save([document])


@then(parsers.re(rf'CHT starts the flow "(?P<flow>[^"]+)" in RapidPro{FOR}(?: (?P<times>\d+) times)?'))
def cht_starts_flow(simulation: Simulation, flow: str, phone: str | None, times: str | None) -> None:
    """RapidPro has accepted so many starts of a flow from CHT (once where it is not said), for a number where one is.

    Example: Then CHT starts the flow "Feedback" in RapidPro for +265991234567
    """
    found = [each for each in _starts(simulation, flow) if phone is None or f"tel:{phone}" in each.json()["urns"]]
    wanted = int(times or 1)
    asked = ", ".join(f"{each.status} for {each.json()['urns']}" for each in _starts(simulation, flow)) or "none"
    accepted = [each for each in found if str(each.status).startswith("2")]
    expect(len(accepted) == wanted, f"{counted(wanted, 'start')} of the flow", f"there were {asked}")


@then(parsers.parse('CHT does not start the flow "{flow}" in RapidPro'))
def cht_does_not_start_flow(simulation: Simulation, flow: str) -> None:
    """CHT has not asked for a start of the flow.

    Example: Then CHT does not start the flow "Feedback" in RapidPro
    """
    found = _starts(simulation, flow)
    expect(not found, "no start of the flow", f"there were {len(found)}")


@then("the scheduled messages are")
def scheduled_messages(simulation: Simulation, datatable: Table) -> None:
    """What is scheduled in CHT, in order of the times: due (UTC), schedule, group, state, to, text.

    A time is written `2026-03-03 08:30`. A message has no text before it is due.

    Example: Then the scheduled messages are
    """
    wanted = rows_of(datatable, SCHEDULED)
    for row in wanted:
        if "state" in row:
            one_of("no state of CHT's messages", row["state"], STATES)
    found = sorted(_scheduled(simulation), key=lambda each: each["due"])
    shown = [{name: each[name] for name in wanted[0]} for each in found]
    expect(shown == wanted, f"the scheduled messages {wanted}", f"they are {shown}")


@then("nothing is scheduled")
def nothing_scheduled(simulation: Simulation) -> None:
    """No document of CHT has scheduled messages.

    Example: Then nothing is scheduled
    """
    found = list(_scheduled(simulation))
    expect(not found, "nothing", f"there are {found}")


def _monitored(simulation: Simulation, part: str) -> int:
    answer = the_instance(simulation).ask("GET", "/api/v2/monitoring")
    backlog: int = answer[part]["backlog"]
    return backlog


def _starts(simulation: Simulation, flow: str) -> list[Exchange]:
    """Return the requests for a flow that CHT's processes have made."""
    asked = simulation.journal.exchanges(path=f"*{FLOW_STARTS}", method="POST")
    uuids = {each.uuid for each in flows_called(simulation, flow)}
    name = the_instance(simulation).site.name
    parties = {name, f"sentinel of {name}"}
    return [each for each in asked if each.get("by") in parties and (each.json() or {}).get("flow") in uuids]


def _task(number: int, row: Row) -> Document:
    state = one_of("no state of CHT's messages", row.get("state") or "scheduled", STATES)
    message = {"uuid": f"scheduled-{number}", "to": phone_number(row["to"]), "message": row.get("text")}
    return {
        "due": f"{row['due'].replace(' ', 'T')}:00.000Z",
        "type": row.get("schedule", ""),
        "group": row.get("group", ""),
        "state": state,
        "state_history": [],
        **({"messages": [message]} if row.get("text") else {"message_key": "a.text.that.is.missing"}),
    }


def _scheduled(simulation: Simulation) -> Iterator[dict[str, str]]:
    for document in the_instance(simulation).documents():
        for task in document.get("scheduled_tasks") or []:
            [message] = task.get("messages") or [{}]
            yield {
                "due": str(task.get("due"))[:16].replace("T", " "),
                "schedule": str(task.get("type", "")),
                "group": str(task.get("group", "")),
                "state": str(task.get("state")),
                "to": str(message.get("to", "")),
                "text": str(message.get("message", "")),
            }
