from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits
from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError, run_to_end

from .building import enter, flow, node, question, send_msg, switch, uuid
from .playing import ANN, Play

RELAY = flow(question(10, "Is there water?", to=20), node(20, send_msg(25, "You said @input.text.")))
LOOP = flow(node(10, to=20), node(20, to=10))
TIMEOUT = {"type": "msg", "timeout": {"seconds": 60, "category_uuid": uuid(17)}}
CHILD = flow(question(110, "And you?"), uuid=uuid(2), name="Child")
PARENT = flow(
    node(10, enter(15, 2), to=20, router=switch(11, operand="@child.status", result_name="Child")),
    node(20, send_msg(25, "The child has @child.status.")),
)


def test_answer() -> None:
    """A question waits for the answer, and the session is over when its flow is."""
    play = Play(RELAY)

    play.start()
    assert play.types() == ["run_started", "msg_created", "msg_wait"]
    assert play.session.status == "waiting"

    play.say("yes")
    assert play.said() == ["You said yes."]
    assert play.types()[-1] == "run_ended"
    assert play.session.status == play.session.runs[0].status == "completed"


def test_wait_ends_with_the_flows_expiry() -> None:
    """A wait tells when its run expires: after the flow's minutes, or after the three days of messaging flows."""
    for minutes, expires_on in ((10, "2026-01-02T03:14:05Z"), (0, "2026-01-05T03:04:05Z")):
        play = Play({**RELAY, "expire_after_minutes": minutes})
        assert play.start().events[-1]["expires_on"] == expires_on


def test_message_that_starts_is_the_first_answer() -> None:
    """A session that a message started does not wait in its first node, but in any other."""
    play = Play(flow(question(10, "Yes?", to=20), question(20, "Really?")))

    play.start_by_message("yes")

    assert play.said() == ["Yes?", "Really?"]
    assert play.session.runs[0].had_input
    assert play.contact.last_seen_on == "2026-01-02T03:04:00Z"


def test_saved_session_goes_on() -> None:
    """A session goes on after it was saved and read, and keys that nobody knows do no harm."""
    play = Play(RELAY)
    play.start()
    runs = [{**run, "future": 1} for run in play.session.to_json()["runs"]]

    play.reread(runs=runs, future={"a": 1})
    play.say("yes")

    assert play.said() == ["You said yes."]
    assert play.session.sprints == 2


def test_saved_session_is_nobody_elses() -> None:
    """What was saved stays as it is when the session goes on."""
    play = Play(RELAY)
    play.start()
    saved = play.session.to_json()
    before = repr(saved)

    play.say("yes")

    assert repr(saved) == before


def test_compact() -> None:
    """Runs that have exited forget their path, locals and webhook; those that have not keep them."""
    play = Play(PARENT, CHILD)
    play.start()
    parent, child = play.session.runs
    child.locals["a"], child.webhook = "1", {"json": None}
    play.session.compact()
    assert child.path
    assert parent.path

    play.say("yes")
    play.session.compact()

    assert [(run.path, run.locals, run.webhook) for run in play.session.runs] == [([], {}, None)] * 2


@pytest.mark.parametrize(
    ("document", "is_kept"),
    [("x" * 9_998, True), ("x" * 9_999, False), (["ab"] * 1_999, True), (["ab"] * 2_001, False)],
)
def test_large_webhooks_are_not_saved(document: Any, is_kept: bool) -> None:
    """A session is saved with the last webhook unless its JSON has more than 10,000 bytes."""
    play = Play(RELAY)
    play.start()
    play.session.runs[0].webhook = {"method": "GET", "url": "/", "status": 200, "headers": {}, "json": document}

    assert ("webhook" in play.session.to_json()["runs"][0]) is is_kept


@pytest.mark.parametrize(
    ("limits", "started", "text"),
    [
        (EngineLimits(steps_per_sprint=3), LOOP, "Reached maximum number of steps per sprint (3)"),
        (
            EngineLimits(runs_per_session=3),
            flow(node(10, enter(15, 1))),
            "Reached maximum number of runs per session (3)",
        ),
    ],
    ids=["steps", "runs"],
)
def test_excess(limits: EngineLimits, started: dict[str, Any], text: str) -> None:
    """Too many steps or runs fail the run, its parents and the session."""
    play = Play(started, limits=limits)

    play.start()

    assert play.texts("failure") == [text]
    assert {run.status for run in play.session.runs} == {"failed"}
    assert play.session.status == "failed"
    assert play.sprint.events[-1]["run_uuid"] == play.session.runs[0].uuid


def test_too_many_sprints() -> None:
    """A session that was resumed too often fails with all its open runs."""
    play = Play(flow(question(10, "Again?", to=10)), limits=EngineLimits(sprints_per_session=2))
    play.start()
    play.say("yes")

    play.say("yes")

    assert play.types() == ["failure", "run_ended"]
    assert play.texts("failure") == ["Reached maximum number of sprints per session (2)"]
    assert play.session.status == "failed"


@pytest.mark.parametrize(
    ("flows", "text"),
    [
        ((), "Can't resume run with missing flow asset"),
        (
            (flow(node(20)),),
            "Unable to find resume location: run is located at a flow node that no longer exists",
        ),
        ((flow(node(10)),), "Can't resume from node without a router or wait"),
        ((flow(node(10, router=switch(11))),), "Can't resume from node without a router or wait"),
    ],
    ids=["no flow", "no node", "no router", "no wait"],
)
def test_flow_has_changed(flows: tuple[dict[str, Any], ...], text: str) -> None:
    """A session fails that cannot go on where it waits, because the flow is another now."""
    play = Play(RELAY)
    play.start()
    play.replace(*flows)

    play.say("yes")

    assert play.texts("failure") == [text]
    assert play.session.status == play.session.runs[0].status == "failed"


def test_changed_flow_is_used() -> None:
    """A session goes on in the definition of today."""
    play = Play(RELAY)
    play.start()
    play.replace(flow(question(10, "Is there water?", to=20), node(20, send_msg(25, "Thank you."))))

    play.say("yes")

    assert play.said() == ["Thank you."]


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"status": "completed"}, 101, "only waiting sessions can be resumed"),
        ({"runs": []}, 102, "session doesn't contain any runs which are waiting"),
        ({}, 103, "resume of type wait_timeout not accepted by wait of type msg"),
    ],
)
def test_refused_resume(changes: dict[str, Any], code: int, text: str) -> None:
    """A session that cannot be resumed so says why, with a code, and stays as it is."""
    play = Play(RELAY)
    play.start()
    play.reread(**changes)
    before = play.session.to_json()

    with pytest.raises(EngineError, match=text) as refused:
        play.time_out()

    assert refused.value.code == code
    assert play.session.to_json() == before


@pytest.mark.parametrize(
    ("started", "text"),
    [
        (3, r"unable to load flow\[uuid=.*,name=Relay\]: no such flow"),
        (2, r"unable to load flow\[uuid=.*,name=Relay\]: field 'language' is required"),
        (1, "unable to trigger voice flow without call"),
    ],
)
def test_start_is_impossible(started: int, text: str) -> None:
    """A session does not start without its flow, and a voice flow not without a call."""
    play = Play({**flow(), "type": "voice"}, {**flow(uuid=uuid(2)), "language": ""})

    with pytest.raises(EngineError, match=text):
        play.start(started)


def test_empty_flow() -> None:
    """A flow without nodes is over at once."""
    play = Play(flow())

    assert [event["type"] for event in play.start().events] == ["run_started", "run_ended"]
    assert play.session.status == "completed"


def test_timeout() -> None:
    """Silence takes the category of the timeout, with an empty result, and clears the input."""
    play = Play(
        flow(
            question(10, "Yes?", to=20, wait=TIMEOUT, result_name="Answer"),
            node(20, send_msg(25, "[@results.answer] [@results.answer.category] [@input]")),
        )
    )
    assert play.start().events[-1]["timeout_seconds"] == 60

    play.time_out()

    assert play.said() == ["[] [Other] []"]


def test_expiration_of_a_child() -> None:
    """A child that expires lets its parent go on, at the router of the node that entered it."""
    play = Play(PARENT, CHILD)
    play.start()
    assert [run.status for run in play.session.runs] == ["active", "waiting"]

    play.expire()

    assert play.said() == ["The child has expired."]
    assert play.session.runs[0].results["child"].value == "expired"
    assert [run.status for run in play.session.runs] == ["completed", "expired"]
    assert play.session.status == "completed"


def test_expiration() -> None:
    """A session whose only run expires is over."""
    play = Play(RELAY)
    play.start()

    play.expire()

    assert [event["status"] for event in play.sprint.events] == ["expired"]
    assert play.session.status == "completed"


def test_failure_of_a_child() -> None:
    """A child that fails takes its parent and the session with it, with one explanation."""
    play = Play(PARENT, flow(node(110, enter(115, 99)), uuid=uuid(2), name="Child"))

    play.start()

    assert play.types() == ["run_started", "run_started", "failure", "run_ended", "run_ended"]
    assert play.session.status == "failed"


@pytest.mark.parametrize(
    ("flows", "text"),
    [
        ((CHILD,), "Can't resume run with missing flow asset"),
        ((CHILD, flow()), "Unable to find resume location: run is located at a flow node that no longer exists"),
    ],
    ids=["no flow", "no node"],
)
def test_parent_has_changed(flows: tuple[dict[str, Any], ...], text: str) -> None:
    """A parent that cannot go on, because its flow is another now, fails the session."""
    play = Play(PARENT, CHILD)
    play.start()
    play.replace(*flows)

    play.say("yes")

    assert play.texts("failure") == [text]
    assert [run.status for run in play.session.runs] == ["failed", "completed"]


def test_actions_after_enter_flow() -> None:
    """All actions of the node run before the child does."""
    play = Play(flow(node(10, enter(15, 2), send_msg(16, "first"))), flow(node(10, send_msg(15, "then")), uuid=uuid(2)))

    play.start()

    assert play.said() == ["first", "then"]


def test_terminal_child() -> None:
    """A terminal flow ends all other runs first, and nobody goes on after it."""
    parent = flow(node(10, enter(15, 2, terminal=True), to=20), node(20, send_msg(25, "never")))
    play = Play(parent, CHILD)
    play.start()
    assert play.types() == ["run_started", "run_ended", "run_started", "msg_created", "msg_wait"]

    play.say("yes")

    assert play.said() == []
    assert play.session.status == "completed"


def test_dial() -> None:
    """A voice flow dials and waits for the end of the call: nothing else ends it."""
    wait = {"type": "dial", "phone": "0788 123 124"}
    router = switch(11, operand="@resume.dial.status", result_name="Call", wait=wait)
    play = Play(flow(node(10, router=router), type="voice"))
    event = play.start(call=True).events[-1]
    assert (event["urn"], event["dial_limit_seconds"], event["call_limit_seconds"]) == ("tel:+250788123124", 60, 7200)
    assert event["expires_on"] == "2026-01-02T05:05:35Z"
    with pytest.raises(EngineError, match="not accepted"):
        play.expire()

    play.resume("dial", {"type": "dial_ended", "dial": {"status": "answered", "duration": 5}})

    assert play.session.runs[0].results["call"].value == "answered"


def test_dialling_nonsense() -> None:
    """A phone number that cannot be is an error, and nobody waits."""
    wait = {"type": "dial", "phone": "nobody"}
    play = Play(flow(node(10, router=switch(11, wait=wait)), type="voice"))

    play.start(call=True)

    assert "error" in play.types()
    assert play.session.status == "completed"


def test_services_that_are_waited_for() -> None:
    """Without a loop, a coroutine that waits is refused."""

    class Never:
        def __await__(self) -> Any:
            yield

    async def wait() -> None:
        await Never()

    with pytest.raises(RuntimeError, match="waits for a service"):
        run_to_end(wait())


def test_history() -> None:
    """Sessions know how many led to those they start, and how many since somebody said something."""
    play = Play(RELAY)
    play.start(history={"parent_uuid": uuid(8), "ancestors": 4, "ancestors_since_input": 2})
    counted = {"parent_uuid": play.session.uuid, "ancestors": 5, "ancestors_since_input": 3}
    assert play.session.history == counted

    play.say("yes")

    assert play.session.history == {**counted, "ancestors_since_input": 0}


def test_parent_of_another_session() -> None:
    """What a session was started by is its parent, as it was."""
    summary = {
        "uuid": uuid(70),
        "flow": {"uuid": uuid(71), "name": "Far"},
        "contact": {**ANN, "name": "Bob"},
        "status": "active",
        "results": {"age": {"name": "Age", "value": "3", "created_on": "2026-01-01T00:00:00Z"}},
    }
    play = Play(flow(node(10, send_msg(15, "@parent: @parent.results.age, @parent.contact.first_name"))))

    play.start(type="flow_action", run_summary=summary)

    assert play.said() == ["Bob@Far: 3, Bob"]
    assert play.sprint.events[0]["parent_uuid"] == uuid(70)


def test_halves_of_characters() -> None:
    """What comes from outside may hold halves of characters: expressions and events have U+FFFD in their place."""
    half = "\ud83d x"
    told = send_msg(25, "@contact.first_name @globals.word @trigger.params.word @(word(input.text, 0))")
    asked = question(10, "Yes?", to=20)
    play = Play(flow(asked, node(20, told)), globals=[{"key": "word", "name": "Word", "value": half}])
    play.contact = Contact.from_json({**ANN, "name": half}, play.assets, play.environment)

    play.start(params={"word": half})
    play.say(half)

    assert play.said() == ["\ufffd \ufffd x \ufffd x \ufffd"]
