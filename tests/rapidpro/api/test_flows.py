"""The endpoints about flows: flow_starts, runs, flows and definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..mailroom.building import MSG_WAIT, flow, node, send  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Server

ANN = "tel:+250788000001"
BOB = "tel:+250788000002"
NOBODY = "11111111-1111-4111-8111-111111111111"
STARTS = "flow_starts.json"


@pytest.fixture
def ann(server: Server) -> Contact:
    return server.workspace.contacts.create([ANN], "Ann")


@pytest.fixture
def survey(server: Server) -> Flow:
    definition = flow("Survey", node(send("Name?")), node(wait=MSG_WAIT), node(send("Thanks")))
    [imported] = server.workspace.import_flows(definition)
    return imported


# flow_starts


def test_start(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """A start is pending at first and complete later; URNs are not echoed (rapidpro 4.5)."""
    created = server.post(STARTS, {"flow": survey.uuid, "contacts": [ann.uuid], "urns": [BOB], "params": {"a b": [1]}})
    assert created.status == 201
    start = created.json()
    old = server.rapidpro.generation.name == "community"
    assert start["flow"] == {"uuid": survey.uuid, "name": "Survey"}
    assert (start["status"], start["contacts"], start["groups"]) == ("pending", [{"uuid": ann.uuid, "name": "Ann"}], [])
    assert start["params"] == start["extra"] == ({"a_b": {"0": 1}} if old else {"a b": [1]})
    assert "urns" not in start
    loop.advance(5)
    [listed] = server.get(STARTS).results
    assert listed["status"] == ("complete" if old else "completed")
    assert listed.get("progress") == (None if old else {"total": 2, "started": 2})
    assert (ann.flow, len(server.workspace.flows.runs)) == (survey, 2)


def test_start_order(textit: Server) -> None:
    """The newer generation puts what it deprecates at the end."""
    [imported] = textit.workspace.import_flows(flow("Survey", node(send("Name?"))))
    start = textit.post(STARTS, {"flow": imported.uuid, "urns": [ANN]}).json()
    assert list(start)[:6] == ["uuid", "flow", "groups", "contacts", "status", "progress"]
    assert list(start)[-4:] == ["id", "extra", "restart_participants", "exclude_active"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"flow": NOBODY}, {"flow": [f"No such object: {NOBODY}"]}),
        ({"flow": "Survey"}, {"flow": ["No such object: Survey"]}),
        ({"flow": None}, {"flow": ["This field may not be null."]}),
        ({"urns": []}, {"non_field_errors": ["Must specify at least one group, contact or URN"]}),
        ({"contacts": [NOBODY]}, {"contacts": [f"No such object: {NOBODY}"]}),
        ({"params": [1]}, {"params": ["Must be a valid JSON object"]}),
        ({"extra": "x"}, {"extra": ["Must be a valid JSON object"]}),
        ({"exclude_active": "perhaps"}, {"exclude_active": ["Must be a valid boolean."]}),
    ],
)
def test_start_refused(server: Server, survey: Flow, change: dict[str, Any], problem: Any) -> None:
    """What is wrong with a start is said under the name of its field (rapidpro 4.5)."""
    assert server.post(STARTS, {"flow": survey.uuid, "urns": [ANN], **change}).said == (400, problem)


@pytest.mark.parametrize(("generation", "status"), [("community", 201), ("textit-2026", 400)])
def test_long_params(start: Callable[..., Server], generation: str, status: int) -> None:
    """The older generation cuts params, the newer refuses those that are too long (rapidpro 4.5)."""
    server = start(generation)
    [imported] = server.workspace.import_flows(flow("Survey", node(send("Name?"))))
    reply = server.post(STARTS, {"flow": imported.uuid, "urns": [ANN], "params": {"text": "x" * 20_000}})
    assert reply.status == status
    if status == 201:
        assert reply.json()["params"] == {"text": "x" * 640}
    else:
        assert reply.json() == {"params": ["Cannot exceed 10,000 characters encoded."]}


def test_starts_found(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """Starts are found by id and by UUID; those of triggers and flows are not listed (rapidpro 4.5)."""
    created = [server.post(STARTS, {"flow": survey.uuid, "urns": [urn]}).json() for urn in (ANN, BOB)]
    server.workspace.start_flow(survey, contacts=[ann], origin="flow")
    assert len(server.get(STARTS).results) == 2
    for start in created:
        assert [each["uuid"] for each in server.get(f"{STARTS}?uuid={start['uuid']}").results] == [start["uuid"]]
        assert [each["uuid"] for each in server.get(f"{STARTS}?id={start['id']}").results] == [start["uuid"]]
    assert server.get(f"{STARTS}?uuid=x").status == 400
    stray = server.post(f"{STARTS}?uuid={NOBODY}", {"flow": survey.uuid, "urns": [ANN]})
    assert stray.status == 404


@pytest.mark.parametrize(("generation", "status"), [("community", 201), ("textit-2026", 500)])
def test_start_without_mailroom(start: Callable[..., Server], generation: str, status: int) -> None:
    """Where mailroom makes the start, none can be made while it is down (rapidpro 4.5)."""
    server = start(generation)
    [imported] = server.workspace.import_flows(flow("Survey", node(send("Name?"))))
    server.rapidpro.mailroom_status = "down"
    assert server.post(STARTS, {"flow": imported.uuid, "urns": [ANN]}).status == status


# runs


def run_it(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> dict[str, Any]:
    server.post(STARTS, {"flow": survey.uuid, "contacts": [ann.uuid]})
    loop.advance(5)
    server.workspace.receive(ANN, "Ann")
    [run] = server.get("runs.json").results
    return run


def test_run(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """A run tells whose it is, the way it took, and what was answered (rapidpro 4.6)."""
    run = run_it(server, ann, survey, loop)
    assert run["contact"] == {"uuid": ann.uuid, "name": "Ann", "urn": ANN, "urn_display": "0788 000 001"}
    assert run["start"] == {"uuid": server.workspace.flows.starts[0].uuid}
    assert (run["responded"], run["exit_type"], len(run["path"])) == (True, "completed", 3)
    assert set(run["path"][0]) == {"node", "time"}
    answer = run["values"]["answer"]
    expected = {"value": "Ann", "category": "All Responses", "name": "Answer"}
    assert expected.items() <= answer.items()
    assert ("input" in answer) is (server.rapidpro.generation.name == "community")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("flow={flow}", True),
        ("contact={contact}", True),
        (f"flow={NOBODY}", False),
        (f"contact={NOBODY}", False),
        ("responded=true", True),
        ("id={id}", True),
        ("uuid={uuid}", True),
        ("after=2030-01-01", False),
        ("before=2030-01-01&reverse=true", True),
    ],
)
def test_runs_found(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop, query: str, found: bool) -> None:
    """Runs are found by what the query says (rapidpro 4.6)."""
    run = run_it(server, ann, survey, loop)
    filled = query.format(flow=survey.uuid, contact=ann.uuid, id=run["id"], uuid=run["uuid"])
    assert bool(server.get(f"runs.json?{filled}").results) is found


def test_runs_without_paths(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """The way a run took can be left out."""
    run_it(server, ann, survey, loop)
    assert server.get("runs.json?paths=false").results[0]["path"] is None


def test_runs_exclusive(server: Server) -> None:
    """One asks for the runs of a flow or of a contact."""
    reply = server.get(f"runs.json?flow={NOBODY}&contact={NOBODY}")
    assert reply.said == (400, {"detail": "You may only specify one of the contact, flow parameters"})


@pytest.mark.parametrize(
    ("generation", "detail"),
    [
        ("community", "Value for uuid must be a valid UUID"),
        ("textit-2026", "Param 'uuid': xyz is not a valid UUID."),
    ],
)
def test_runs_uuid(start: Callable[..., Server], generation: str, detail: str) -> None:
    """A UUID that is none is refused by both generations, in words of their own (rapidpro 1.8)."""
    assert start(generation).get("runs.json?uuid=xyz").said == (400, {"detail": detail})


def test_contact_in_flow(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """A contact tells which flow waits for it; an interruption ends that (rapidpro 4.3, 4.4)."""
    server.post(STARTS, {"flow": survey.uuid, "contacts": [ann.uuid]})
    loop.advance(5)
    assert server.get("contacts.json").results[0]["flow"] == {"uuid": survey.uuid, "name": "Survey"}
    server.post("contact_actions.json", {"contacts": [ann.uuid], "action": "interrupt"})
    loop.advance(5)
    assert server.get("contacts.json").results[0]["flow"] is None
    assert server.get("runs.json").results[0]["exit_type"] == "interrupted"


# flows and definitions


def test_flows(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """A flow tells its type, what it saves, and how its runs ended (rapidpro 4.7)."""
    run_it(server, ann, survey, loop)
    [shown] = server.get("flows.json").results
    expires = {"community": 10080, "textit-2026": 4320}[server.rapidpro.generation.name]
    assert (shown["type"], shown["archived"], shown["expires"]) == ("message", False, expires)
    assert shown["runs"] == dict.fromkeys(("active", "waiting", "interrupted", "expired", "failed"), 0) | {
        "completed": 1
    }
    [result] = shown["results"]
    assert (result["key"], result["categories"]) == ("answer", ["All Responses", "No Response"])


@pytest.mark.parametrize(
    ("query", "found"),
    [("type=message", True), ("type=voice", False), ("type=x", False), ("archived=1", False), ("archived=no", True)],
)
def test_flows_found(server: Server, survey: Flow, query: str, found: bool) -> None:
    """Flows are found by type and by whether they are archived."""
    assert bool(server.get(f"flows.json?{query}").results) is found


def test_definitions(server: Server, survey: Flow) -> None:
    """Definitions are one export; unknown UUIDs are skipped (rapidpro 4.8)."""
    shown = server.get(f"definitions.json?flow={survey.uuid}&flow={NOBODY}&campaign={NOBODY}").json()
    assert list(shown) == ["version", "site", "flows", "campaigns", "triggers", "fields", "groups"]
    assert [each["name"] for each in shown["flows"]] == ["Survey"]
    empty = server.get("definitions.json").json()
    assert all(empty[part] == [] for part in ("flows", "campaigns", "triggers", "fields", "groups"))


def test_bad_dependencies(server: Server) -> None:
    """There are three kinds of dependencies to ask for (rapidpro 1.8)."""
    reply = server.get("definitions.json?dependencies=some")
    assert reply.said == (400, {"detail": "dependencies must be one of none, flows, all"})


@pytest.mark.parametrize(("generation", "status"), [("community", 200), ("textit-2026", 400)])
@pytest.mark.parametrize("name", ["flow", "campaign"])
def test_definitions_of_nothing(start: Callable[..., Server], generation: str, status: int, name: str) -> None:
    """What is no UUID names nothing, or is refused by the generation that looks at it (rapidpro 1.8)."""
    assert start(generation).get(f"definitions.json?{name}=x").status == status


def test_anonymous_run(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """In an anonymous workspace a run tells a number, but not that of the phone (rapidpro 4.6, 5.5)."""
    server.workspace.settings.anonymous = True
    told = run_it(server, ann, survey, loop)["contact"]
    number = f"{ann.id:010}"
    names = ("anon_display",) if server.rapidpro.generation.name == "community" else ("anon_display", "ref")
    expected = {"uuid": ann.uuid, "name": "Ann", "urn": "tel:********", "urn_display": None}
    assert told == expected | dict.fromkeys(names, number)


def test_runs_of_a_deleted_flow(server: Server, ann: Contact, survey: Flow, loop: SimulationLoop) -> None:
    """Whoever asks for the runs of a flow that is no more gets none (rapidpro 4.6)."""
    run_it(server, ann, survey, loop)
    server.workspace.mailroom.deletions.flow(survey)
    assert server.get(f"runs.json?flow={survey.uuid}").results == []


@pytest.mark.parametrize(("agent", "origin"), [("Zapier", "zapier"), ("rapidpro-python/2.16", "api")])
def test_origin(server: Server, survey: Flow, loop: SimulationLoop, agent: str, origin: str) -> None:
    """A flow sees where its start comes from, and from whom; Zapier is told apart by its name (flows 3.6)."""
    [telling] = server.workspace.import_flows(flow("Telling", node(send("@trigger.origin @trigger.user.name"))))
    headers = {**server.authorization, "User-Agent": agent}
    assert server.post(STARTS, {"flow": telling.uuid, "urns": [ANN]}, headers=headers).status == 201
    loop.advance(5)
    assert server.workspace.messages[-1].text == f"{origin} administrator"
    assert len(server.get(STARTS).results) == 1
