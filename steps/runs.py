"""Runs: who goes through which flow, how that ends, and what it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then, when

from rapidpro_simulator.rapidpro.host import PARTY
from rapidpro_simulator.rapidpro.model.flows import RunStatus
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .phones import PHONE_NUMBER
from .subjects import flow_called, group_called, the_workspace
from .wire import AMOUNT, meets
from .words import http_status, json_of, one_of, urn_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.model.flows import Run
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.network import HttpResponse

BEGINNING = 5  # seconds in which those begin whom a start is for
STATUSES = "|".join(RunStatus)
WHOSE = rf'the run(?: of (?P<phone>{PHONE_NUMBER}))?(?: in "(?P<flow>[^"]+)")?'


@when(
    parsers.re(
        r'the flow "(?P<flow>[^"]+)" is started through the API for '
        rf'(?:(?P<phones>{PHONE_NUMBER}(?:, {PHONE_NUMBER})*)|the group "(?P<group>[^"]+)")'
    )
)
def flow_started(
    simulation: Simulation, flow: str, phones: str | None, group: str | None, docstring: str | None = None
) -> None:
    """Another system has contacts run a flow: `POST flow_starts`, with what else of its body is given as JSON.

    Example: When the flow "Registration" is started through the API for +265991234567
    """
    workspace = the_workspace(simulation)
    body: dict[str, Any] = {
        "flow": flow_called(workspace, flow).uuid,
        **json_of(docstring or "{}", "the parts of the body"),
    }
    if phones:
        body["urns"] = [urn_of(phone) for phone in phones.split(", ")]
    else:
        body["groups"] = [group_called(workspace, group or "").uuid]
    answer = _ask(simulation, workspace, "POST", json=body)
    assert answer.status == 201, f"the start was answered with {answer.status}: {answer.text}"
    simulation.advance(seconds=BEGINNING)


@then(parsers.parse('the last flow start is "{status}"'))
def start_is(simulation: Simulation, status: str) -> None:
    """The API tells this status of the last flow start, in the words of the generation.

    Example: Then the last flow start is "completed"
    """
    workspace = the_workspace(simulation)
    one_of("no status of a flow start", status, workspace.runtime.generation.words.start.values())
    last = _ask(simulation, workspace, "GET").json()["results"][0]
    expect(last["status"] == status, f"the status {status!r}", f"it is {last['status']!r}")


def _ask(simulation: Simulation, workspace: Workspace, method: str, **body: Any) -> HttpResponse:
    url = f"https://{workspace.runtime.platform.name}/api/v2/flow_starts.json"
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
    expect(
        meets(len(found), bound, amount),
        f"{bound}{counted(amount, f'{status} run' if status else 'run')} of {flow!r}",
        f"they are {statuses}",
    )


@then(parsers.re(rf"RapidPro has made {AMOUNT} webhook calls?(?: that (?:was|were) answered with (?P<status>\d+))?"))
def webhook_calls(simulation: Simulation, bound: str, amount: str, status: str | None) -> None:
    """Flows have called web servers so often, and were answered with this status.

    Example: Then RapidPro has made 2 webhook calls that were answered with 200
    """
    statuses = [exchange.status for exchange in simulation.journal.exchanges(by=f"{PARTY} *")]
    wanted = None if status is None else http_status(status)
    found = [each for each in statuses if wanted in {None, each}]
    expect(
        meets(len(found), bound, amount),
        f"{bound}{counted(amount, 'webhook call')}",
        f"they were answered with {statuses}",
    )


@then(parsers.re(r"RapidPro has (?P<whether>an|no) incident about webhooks"))
def has_incident(simulation: Simulation, whether: str) -> None:
    """RapidPro has told the workspace's administrators that web servers are slow, and not yet that it is over.

    Example: Then RapidPro has an incident about webhooks
    """
    told = [each.kind for each in simulation.journal.where("incident.*", type="webhooks:unhealthy")]
    is_open = told[-1:] == ["incident.started"]
    expect(is_open == (whether == "an"), f"{whether} incident about webhooks", f"there were {told or 'none'}")


def _last_run(simulation: Simulation, phone: str | None, flow: str | None) -> Run:
    runs = list(_runs(simulation, phone, flow))
    what = " ".join(filter(None, ("a run", phone and f"of {phone}", flow and f"in {flow!r}")))
    flows = [each.flow.name for each in _runs(simulation, None, None)]
    expect(bool(runs), what, f"the runs are of {flows}")
    return runs[-1]


def _runs(simulation: Simulation, phone: str | None, flow: str | None) -> Iterator[Run]:
    workspace = the_workspace(simulation)
    wanted = flow_called(workspace, flow) if flow else None
    urn = None if phone is None else urn_of(phone)
    for run in workspace.flows.runs:
        is_theirs = urn is None or urn in run.contact.urns
        if is_theirs and wanted in {None, run.flow}:
            yield run
