from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.mailroom.automation.matching import find_keyword
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import RunStatus
from rapidpro_simulator.rapidpro.model.triggers import ONLY_WORD, Repeat, Schedule, TriggerKind

from ..building import MSG_WAIT, QUESTION, flow, node, send, survey  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any
Happened = Any


def answer(text: str) -> dict[str, Any]:
    """Return a flow that is called like what it says."""
    return flow(text, node(send(text)))


@pytest.mark.parametrize(
    ("text", "match_type", "fits"),
    [
        ("join", "F", True),
        ("JOIN us!", "F", True),
        ("#join", "F", True),
        ("  join", "F", True),
        ("please join", "F", False),
        ("joining", "F", False),
        ("", "F", False),
        ("join", ONLY_WORD, True),
        ("join!", ONLY_WORD, True),
        ("join us", ONLY_WORD, False),
    ],
)
def test_keyword(workspace: Workspace, jane: Contact, text: str, match_type: str, fits: bool) -> None:
    """The first word counts, whatever its case and the signs around it; for some it has to be the only one."""
    workspace.import_flows(answer("Welcome"))
    workspace.add_trigger(TriggerKind.KEYWORD, "Welcome", keywords=["start", "join"], match_type=match_type)
    match = find_keyword(workspace.database.triggers, workspace.mailroom.environment.current, text, jane, None)
    assert (match.keyword if match else None) == ("join" if fits else None)


def test_message_triggers(workspace: Workspace, jane: Contact, said: Said, happened: Happened) -> None:
    """A keyword starts its flow, any other message that of the catch-all, and the journal says which (flows 10)."""
    workspace.import_flows(answer("Keyword @trigger.keyword"))
    workspace.import_flows(answer("Anything"))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Anything")
    workspace.add_trigger(TriggerKind.KEYWORD, "Keyword @trigger.keyword", keywords=["join"])
    for text in ("join", "hello", ""):
        workspace.receive(JANE, text)
    assert said() == ["Keyword join", "Anything", "Anything"]
    assert [each["type"] for each in happened("trigger.matched")] == ["keyword", "catch_all", "catch_all"]


def test_message_within_a_flow(workspace: Workspace, jane: Contact, wait: Wait, said: Said) -> None:
    """A keyword beats the flow that waits, a catch-all does not (rapidpro 8.3)."""
    workspace.import_flows(survey())
    workspace.import_flows(answer("Welcome"))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Welcome")
    workspace.add_trigger(TriggerKind.KEYWORD, "Welcome", keywords=["join"])
    for text in ("Jane", "join"):
        workspace.start_flow("Survey", contacts=[jane])
        wait(seconds=1)
        workspace.receive(JANE, text)
    assert said() == [QUESTION, "Hello Jane!", QUESTION, "Welcome"]
    assert RunStatus.INTERRUPTED in {run.status for run in workspace.flows.runs}


def test_ignored_triggers(workspace: Workspace, jane: Contact, wait: Wait, said: Said) -> None:
    """In a flow that ignores triggers, a keyword is an answer like any other (flows 10)."""
    [asking] = workspace.import_flows(survey())
    asking.ignores_triggers = True
    workspace.import_flows(answer("Welcome"))
    workspace.add_trigger(TriggerKind.KEYWORD, "Welcome", keywords=["join"])
    workspace.start_flow("Survey", contacts=[jane])
    wait(seconds=1)
    workspace.receive(JANE, "join")
    assert said() == [QUESTION, "Hello join!"]


def test_first_wait_is_skipped(workspace: Workspace, said: Said) -> None:
    """A flow that begins with a wait takes the message that started it for the answer (flows 10)."""
    workspace.import_flows(flow("Echo", node(wait=MSG_WAIT), node(send("You said @results.answer"))))
    workspace.add_trigger(TriggerKind.KEYWORD, "Echo", keywords=["echo"])
    workspace.receive(JANE, "echo this")
    assert said() == ["You said echo this"]


def test_scores(workspace: Workspace, jane: Contact, said: Said) -> None:
    """Of several triggers the one that is meant most closely wins: channel, then group, then exclusion (flows 10)."""
    friends, strangers = workspace.add_group("Friends", [jane]), workspace.add_group("Strangers")
    other = workspace.add_channel("aggregator", "Other")
    settings: dict[str, dict[str, Any]] = {
        "Everybody": {},
        "Not strangers": {"exclude_groups": [strangers]},
        "Friends": {"groups": [friends]},
        "Channel": {"channel": workspace.channels[0]},
        "Strangers": {"groups": [strangers]},
        "Other": {"channel": other, "groups": [friends]},
    }
    winners = []
    for name, each in settings.items():
        workspace.import_flows(answer(name))
        workspace.add_trigger(TriggerKind.KEYWORD, name, keywords=["join"], **each)
        workspace.receive(JANE, "join", workspace.channels[0], external_id=name)
        winners.append(said()[-1])
    assert winners == ["Everybody", "Not strangers", "Friends", "Channel", "Channel", "Channel"]


def test_conflicts(workspace: Workspace) -> None:
    """A new trigger archives those that it conflicts with; schedules never conflict (rapidpro 8.3)."""
    workspace.import_flows(answer("Welcome"))
    start = datetime(2027, 1, 1, tzinfo=UTC)
    for _ in range(2):
        workspace.add_trigger(TriggerKind.KEYWORD, "Welcome", keywords=["join", "start"])
        workspace.add_trigger(TriggerKind.CATCH_ALL, "Welcome")
        workspace.add_trigger(TriggerKind.SCHEDULE, "Welcome", schedule=Schedule(start))
    workspace.add_trigger(TriggerKind.KEYWORD, "Welcome", keywords=["stop"])
    assert [each.archived for each in workspace.database.triggers] == [True, True, False, False, False, False, False]


def test_conflicting_exclusions(workspace: Workspace) -> None:
    """Whom a trigger excludes makes no difference to what it conflicts with (rapidpro 8.3)."""
    workspace.import_flows(answer("Welcome"))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Welcome", exclude_groups=[workspace.add_group("Friends")])
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Welcome")
    assert [each.archived for each in workspace.database.triggers] == [True, False]


def test_scheduled_origin(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """What a schedule starts comes neither from a user nor from the API (flows 3.6)."""
    workspace.import_flows(answer("From @trigger.origin|"))
    schedule = Schedule(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    workspace.add_trigger(TriggerKind.SCHEDULE, "From @trigger.origin|", contacts=[jane], schedule=schedule)
    wait(hours=2)
    assert said() == ["From |"]


def test_blocked(workspace: Workspace, jane: Contact, said: Said) -> None:
    """Whoever is blocked starts nothing, whoever had stopped does (rapidpro 8.3)."""
    workspace.import_flows(answer("Welcome"))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "Welcome")
    jane.status = ContactStatus.BLOCKED
    workspace.receive(JANE, "one")
    assert said() == []
    jane.status = ContactStatus.STOPPED
    workspace.receive(JANE, "two")
    assert (said(), jane.status) == (["Welcome"], ContactStatus.ACTIVE)


def test_events(workspace: Workspace, jane: Contact, said: Said) -> None:
    """Missed calls, new conversations and referrals start flows; the referrer's own trigger comes first (flows 10)."""
    for name in ("Missed", "New", "Referral", "Poster"):
        workspace.import_flows(answer(name))
    workspace.add_trigger(TriggerKind.MISSED_CALL, "Missed")
    workspace.add_trigger(TriggerKind.NEW_CONVERSATION, "New")
    workspace.add_trigger(TriggerKind.REFERRAL, "Referral")
    workspace.add_trigger(TriggerKind.REFERRAL, "Poster", referrer_id="Poster-7")
    triggers, channel = workspace.mailroom.triggers, workspace.channels[0]
    triggers.happened("call_missed", jane, channel)
    triggers.conversation(jane, channel)
    triggers.conversation(jane, channel, "unheard of")
    triggers.conversation(jane, channel, "POSTER-7")
    assert said() == ["Missed", "New", "Referral", "Poster"]


def test_order_after_a_pause(workspace: Workspace, rapidpro: RapidPro, said: Said, wait: Wait) -> None:
    """What came while mailroom was down is handled before what comes after (flows 10)."""
    workspace.import_flows(answer("@input.text"))
    workspace.add_trigger(TriggerKind.CATCH_ALL, "@input.text")
    rapidpro.mailroom_status = "down"
    workspace.receive(JANE, "one")
    rapidpro.mailroom_status = "up"
    workspace.receive(JANE, "two")
    wait(seconds=1)
    assert said() == ["one", "two"]


@pytest.mark.parametrize(
    ("repeat", "weekdays", "days", "times"),
    [
        (Repeat.NEVER, (), 400, 1),
        (Repeat.DAILY, (), 10, 10),
        (Repeat.WEEKLY, (), 22, 4),
        (Repeat.WEEKLY, (0, 2), 14, 4),
        (Repeat.MONTHLY, (), 93, 4),
        (Repeat.YEARLY, (), 366, 2),
    ],
)
@pytest.mark.parametrize("generation", ["community"])
def test_schedule(
    workspace: Workspace,
    jane: Contact,
    wait: Wait,
    happened: Happened,
    repeat: Repeat,
    weekdays: tuple[int, ...],
    days: int,
    times: int,
) -> None:
    """A schedule fires at its time, and again as often as it repeats (rapidpro 8.3)."""
    workspace.import_flows(answer("Reminder"))
    start = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday, an hour and a half from now
    schedule = Schedule(start, repeat, weekdays)
    workspace.add_trigger(TriggerKind.SCHEDULE, "Reminder", contacts=[jane], schedule=schedule)
    wait(hours=1)
    assert happened("trigger.matched") == []
    wait(days=days)
    assert len(happened("trigger.matched")) == times
