"""Flows: what a workspace does by itself, whom it asks what, and what became of that."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from simulator.rapidpro.flows.definition.reading import DefinitionError
from simulator.rapidpro.model.campaigns import ANY_HOUR
from simulator.rapidpro.model.flows import RunStatus
from simulator.rapidpro.model.triggers import TriggerKind

from .expectations import expect
from .subjects import the_instance, the_workspace
from .wire import AMOUNT, meets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from simulator.network.callers import Answer
    from simulator.rapidpro.model.flows import Run
    from simulator.rapidpro.model.workspace import Workspace
    from simulator.simulation import Simulation

FIXTURES = Path(__file__).parent.parent / "fixtures" / "flows"
CALLERS = "mailroom of *"
STATUSES = "|".join(RunStatus)
WHOSE = r'the run(?: of (?P<phone>\+\d+))?(?: in "(?P<flow>[^"]+)")?'
PASSWORD = "a-password-for-flows"  # noqa: S105


IMPORTED = r'the flows of "(?P<file>[^"]+)"(?: in the workspace "(?P<name>[^"]+)")?'


@given(parsers.re(IMPORTED + "(?P<lenient>, as far as RapidPro knows them)?"))
@when(parsers.re(IMPORTED + " are imported(?P<lenient> as far as RapidPro knows them)?"))
def flows_of(
    request: pytest.FixtureRequest, simulation: Simulation, file: str, name: str | None, lenient: str | None
) -> None:
    """A workspace imports an export, with its triggers, campaigns, groups and fields; all of it or nothing.

    The file is beside the feature, or in the folder that pytest was started in; else it is one that rapidsim brings.
    "as far as RapidPro knows them" leaves out what other systems have added, such as actions of Glific's.

    Example: Given the flows of "cht-incoming-message.json"
    """
    the_workspace(simulation, name).import_flows(_export(request, file), lenient=bool(lenient))


@then(parsers.parse('the flows of "{file}" are refused with "{text}"'))
def flows_refused(request: pytest.FixtureRequest, simulation: Simulation, file: str, text: str) -> None:
    """A workspace cannot import an export, and the complaint says so. The workspace stays as it was.

    Example: Then the flows of "glific-menu.json" are refused with "unknown type: 'send_interactive_msg'"
    """
    workspace = the_workspace(simulation)
    before = [flow.definition for flow in workspace.flows]
    try:
        workspace.import_flows(_export(request, file))
    except DefinitionError as error:
        expect(text in str(error), f"a refusal with {text!r}", f"it is {error}")
    else:
        expect(False, f"a refusal with {text!r}", "they were imported")
    after = [flow.definition for flow in workspace.flows]
    expect(after == before, "a workspace as it was", f"it has the flows {[flow['name'] for flow in after]}")


def _export(request: pytest.FixtureRequest, file: str) -> Any:
    folders = (request.path.parent, request.config.invocation_params.dir, FIXTURES)
    paths = [folder / file for folder in folders]
    path = next((path for path in paths if path.exists()), None)
    assert path is not None, f"there is no {file}: neither {', nor '.join(map(str, paths))}"
    return json.loads(path.read_text(encoding="utf-8"))


@given(parsers.re(r'the global "(?P<key>\w+)" is "(?P<value>[^"]*)"'))
@when(parsers.re(r'the global "(?P<key>\w+)" is changed to "(?P<value>[^"]*)"'))
def global_is(simulation: Simulation, key: str, value: str) -> None:
    """Somebody sets a global of the workspace.

    Example: Given the global "cht_url" is "https://cht.example.org"
    """
    the_workspace(simulation).set_global(key, value)
    simulation.advance(seconds=SETTLING)


SETTLING = 6  # seconds until flows know what was changed


@given(parsers.parse('the global "{key}" is the login of a CHT user with the role "{role}"'))
def global_is_login(simulation: Simulation, key: str, role: str) -> None:
    """CHT has a user for RapidPro, whose name and password, as Basic authentication wants them, are in a global.

    Example: Given the global "cht_login" is the login of a CHT user with the role "data_entry"
    """
    name = f"rapidpro-{role}"
    user = {"name": name, "password": PASSWORD, "roles": [role, "mm-online"], "type": "user"}
    the_instance(simulation).ask("PUT", f"/_users/org.couchdb.user:{name}", json=user)
    login = base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
    simulation.journal.hide(login)
    global_is(simulation, key, login)


@given(parsers.re(r'the keyword "(?P<keyword>\w+)" starts the flow "(?P<flow>[^"]+)"'))
@when(parsers.re(r'the keyword "(?P<keyword>\w+)" is made to start the flow "(?P<flow>[^"]+)"'))
def keyword_starts(simulation: Simulation, keyword: str, flow: str) -> None:
    """A text that begins with this word starts a flow.

    Example: Given the keyword "HELP" starts the flow "Registration"
    """
    the_workspace(simulation).add_trigger(TriggerKind.KEYWORD, flow, keywords=[keyword.lower()])


@given(parsers.parse('any other message starts the flow "{flow}"'))
def anything_starts(simulation: Simulation, flow: str) -> None:
    """A text starts a flow unless it is a keyword or somebody is in a flow that waits for it.

    Example: Given any other message starts the flow "CHT incoming message"
    """
    the_workspace(simulation).add_trigger(TriggerKind.CATCH_ALL, flow)


@given(
    parsers.re(
        r'(?P<offset>\d+) (?P<unit>minute|hour|day|week)s? (?P<side>before|after) the "(?P<key>\w+)"'
        r'(?: at (?P<hour>\d\d?):00)? the group "(?P<group>[^"]+)" '
        r'(?:begins the flow "(?P<flow>[^"]+)"|gets the message "(?P<text>.+)")'
    )
)
def campaign_event(
    simulation: Simulation,
    offset: str,
    unit: str,
    side: str,
    key: str,
    hour: str | None,
    group: str,
    flow: str | None,
    text: str | None,
) -> None:
    """A campaign for a group: so long before or after a date of each contact's, a flow begins or a message is sent.

    The hour is of the workspace's day. What would be past already when somebody gets the date does not happen.

    Example: Given 3 days before the "due_date" at 8:00 the group "Mothers" gets the message "Dear @contact.name"
    """
    workspace = the_workspace(simulation)
    members = workspace.group(group)
    assert members is not None, f"no group is called {group!r}; say first who is in it: `Given these contacts`"
    campaign = workspace.add_campaign(f"{group}, {key}", members)
    workspace.add_campaign_event(
        campaign,
        offset=int(offset) * (-1 if side == "before" else 1),
        unit=f"{unit}s",
        relative_to=key,
        delivery_hour=ANY_HOUR if hour is None else int(hour),
        flow=workspace.flows.find(flow) if flow else None,
        message={workspace.default_language: text} if text else None,
    )


@when(
    parsers.re(
        r'the flow "(?P<flow>[^"]+)" is started through the API for '
        r'(?:(?P<phones>\+\d+(?:, \+\d+)*)|the group "(?P<group>[^"]+)")'
    )
)
def flow_started(
    simulation: Simulation, flow: str, phones: str | None, group: str | None, docstring: str | None = None
) -> None:
    """Another system has contacts run a flow: `POST flow_starts`, with what else of its body is given as JSON.

    Example: When the flow "Registration" is started through the API for +265991234567
    """
    workspace = the_workspace(simulation)
    body: dict[str, Any] = {"flow": workspace.flows.find(flow).uuid, **json.loads(docstring or "{}")}
    if phones:
        body["urns"] = [f"tel:{phone}" for phone in phones.split(", ")]
    else:
        body["groups"] = [group]
    answer = _ask(simulation, workspace, "POST", json=body)
    assert answer.status == 201, f"the start was answered with {answer.status}: {answer.text}"
    simulation.advance(seconds=SETTLING)


@then(parsers.parse('the last flow start is "{status}"'))
def start_is(simulation: Simulation, status: str) -> None:
    """The API tells this status of the last flow start, in the words of the generation.

    Example: Then the last flow start is "completed"
    """
    last = _ask(simulation, the_workspace(simulation), "GET").json()["results"][0]
    expect(last["status"] == status, f"the status {status!r}", f"it is {last['status']!r}")


def _ask(simulation: Simulation, workspace: Workspace, method: str, **body: Any) -> Answer:
    url = f"https://{workspace.host.name}/api/v2/flow_starts.json"
    return simulation.request(method, url, token=workspace.token.key, **body)


@then(parsers.re(WHOSE + rf" is (?P<status>{STATUSES})"))
def run_is(simulation: Simulation, phone: str | None, flow: str | None, status: str) -> None:
    """The last run, of all or of a phone's or a flow's, is active, waiting, completed, expired, failed, interrupted.

    Example: Then the run in "Registration" is completed
    """
    run = _last_run(simulation, phone, flow)
    expect(run.status == status, f"a run that is {status}", f"it is {run.status}")


@then(
    parsers.re(WHOSE + r' has the result "(?P<key>[^"]+)" "(?P<value>[^"]*)"(?: in the category "(?P<category>.+)")?')
)
def run_has_result(
    simulation: Simulation, phone: str | None, flow: str | None, key: str, value: str, category: str | None
) -> None:
    """The last run, of all or of a phone's or a flow's, has saved a result.

    Example: Then the run of +265991234567 in "Registration" has the result "Children" "2" in the category "Number"
    """
    results = {each["name"]: each for each in _last_run(simulation, phone, flow).results.values()}
    found = results.get(key)
    shown = {name: (each["value"], each.get("category")) for name, each in results.items()}
    met = found is not None and found["value"] == value and category in {None, found.get("category")}
    expect(met, f"the result {key!r}: {value!r}{(category and f' in {category!r}') or ''}", f"there are {shown}")


@then(parsers.re(rf'the flow "(?P<flow>[^"]+)" has {AMOUNT} runs?(?: that (?:is|are) (?P<status>{STATUSES}))?'))
def flow_has_runs(simulation: Simulation, flow: str, bound: str, amount: str, status: str | None) -> None:
    """Contacts have run a flow so often; these runs are active, waiting, completed, expired, failed or interrupted.

    Example: Then the flow "Registration" has 2 runs that are completed
    """
    statuses = [run.status.value for run in _runs(simulation, None, flow)]
    found = [each for each in statuses if status in {None, each}]
    expect(meets(len(found), bound, amount), f"{bound}{amount} {status or ''} runs of {flow!r}", f"they are {statuses}")


@then(parsers.re(rf"RapidPro has made {AMOUNT} webhook calls?(?: that (?:was|were) answered with (?P<status>\d+))?"))
def webhook_calls(simulation: Simulation, bound: str, amount: str, status: str | None) -> None:
    """Flows have called web servers so often, and were answered with this status.

    Example: Then RapidPro has made 2 webhook calls that were answered with 200
    """
    statuses = [exchange.status for exchange in simulation.journal.exchanges(by=CALLERS)]
    found = [each for each in statuses if status in {None, str(each)}]
    expect(meets(len(found), bound, amount), f"{bound}{amount} webhook calls", f"they were answered with {statuses}")


@then(parsers.re(r"RapidPro has (?P<whether>an|no) incident about webhooks"))
def has_incident(simulation: Simulation, whether: str) -> None:
    """RapidPro has told the workspace's administrators that web servers are slow, and not yet that it is over.

    Example: Then RapidPro has an incident about webhooks
    """
    told = [each.kind for each in simulation.journal.where("incident *", type="webhooks:unhealthy")]
    is_open = told[-1:] == ["incident started"]
    expect(is_open == (whether == "an"), f"{whether} incident about webhooks", f"there were {told or 'none'}")


def _last_run(simulation: Simulation, phone: str | None, flow: str | None) -> Run:
    *_, run = [None, *_runs(simulation, phone, flow)]
    what = " ".join(filter(None, ("a run", phone and f"of {phone}", flow and f"in {flow!r}")))
    flows = [each.flow.name for each in _runs(simulation, None, None)]
    expect(run is not None, what, f"the runs are of {flows}")
    assert run is not None
    return run


def _runs(simulation: Simulation, phone: str | None, flow: str | None) -> Iterator[Run]:
    workspace = the_workspace(simulation)
    wanted = workspace.flows.find(flow) if flow else None
    for run in workspace.flows.runs:
        if phone in {None, *(re.sub("^tel:", "", urn) for urn in run.contact.urns)} and wanted in {None, run.flow}:
            yield run
