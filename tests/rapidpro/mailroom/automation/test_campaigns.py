from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.mailroom.automation.timetable import due
from rapidpro_simulator.rapidpro.model.campaigns import SKIP, Campaign, CampaignEvent

from ..building import flow, node, send, survey  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any
Happened = Any

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def event(offset: int, unit: str, hour: int = -1) -> CampaignEvent:
    group: Any = None
    campaign = Campaign("c", "Campaign", group, LONG_AGO)
    return CampaignEvent(1, "e", campaign, "due", offset, unit, hour, LONG_AGO)


@pytest.mark.parametrize(
    ("moment", "offset", "unit", "hour", "expected"),
    [
        ("2026-03-10T08:00:00", 0, "minutes", -1, "2026-03-10T08:00:00"),
        ("2026-03-10T08:00:01", 0, "minutes", -1, "2026-03-10T08:01:00"),
        ("2026-03-10T08:00:00", -90, "minutes", -1, "2026-03-10T06:30:00"),
        ("2026-03-10T08:00:00", 5, "hours", -1, "2026-03-10T13:00:00"),
        ("2026-03-10T08:00:00", 3, "days", 10, "2026-03-13T10:00:00"),
        ("2026-03-10T08:00:00", -1, "weeks", 0, "2026-03-03T00:00:00"),
        # Clocks go forward on 29 March: a day is a day of the calendar, 24 hours are 24 hours.
        ("2026-03-28T08:00:00", 1, "days", -1, "2026-03-29T08:00:00"),
        ("2026-03-28T08:00:00", 24, "hours", -1, "2026-03-29T09:00:00"),
        ("2026-03-28T08:00:00", 1, "days", 8, "2026-03-29T08:00:00"),
    ],
)
def test_arithmetic(moment: str, offset: int, unit: str, hour: int, expected: str) -> None:
    """The next full minute, plus the offset in the workspace's zone, at the hour of delivery (rapidpro 8.4)."""
    start = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    result = due(event(offset, unit, hour), start, BERLIN, LONG_AGO)
    assert result == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(("offset", "scheduled"), [(0, False), (1, True), (-1, False)])
def test_past(offset: int, scheduled: bool) -> None:
    """What is past is not scheduled."""
    now = datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert (due(event(offset, "hours"), now, BERLIN, now) is not None) is scheduled


@pytest.fixture
def mothers(workspace: Workspace) -> Group:
    workspace.fields.add("due_date", "Due date", "datetime")
    return workspace.add_group("Mothers")


@pytest.fixture
def campaign(workspace: Workspace, mothers: Group) -> Campaign:
    return workspace.mailroom.campaigns.add("Pregnancy", mothers)


def join(workspace: Workspace, contact: Contact, group: Group, date: str) -> None:
    group.add(contact)
    workspace.set_field(contact, "due_date", date)


def test_message(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, said: Said, wait: Wait, rapidpro: RapidPro
) -> None:
    """A campaign's message is a template for the contact, and belongs to no broadcast (rapidpro 8.4)."""
    message = {"eng": "Dear @contact.name", "swa": "Mpendwa @contact.name"}
    workspace.settings.languages = ("eng", "swa")
    jane.language = "swa"
    workspace.mailroom.campaigns.add_event(campaign, offset=1, unit="days", relative_to="due_date", message=message)
    join(workspace, jane, mothers, "2026-03-03T08:00:00Z")
    wait(hours=47, minutes=59)
    assert said() == []
    wait(minutes=2)
    assert said() == ["Mpendwa Jane"]
    assert jane.messages[0].broadcast is None
    assert (jane.messages[0].flow is not None) is rapidpro.generation.mailroom.campaign_flows


@pytest.mark.parametrize(("start_mode", "statuses"), [("I", ["interrupted", "completed"]), ("S", ["waiting"])])
def test_start_mode(
    workspace: Workspace,
    jane: Contact,
    mothers: Group,
    campaign: Campaign,
    wait: Wait,
    start_mode: str,
    statuses: list[str],
) -> None:
    """A campaign's flow interrupts the one the contact is in, or leaves the contact alone (rapidpro 8.4)."""
    workspace.import_flows(survey())
    [reminder] = workspace.import_flows(flow("Reminder", node(send("Remember"))))
    settings: dict[str, Any] = {"offset": 1, "unit": "hours", "flow": reminder, "start_mode": start_mode}
    workspace.mailroom.campaigns.add_event(campaign, relative_to="due_date", **settings)
    join(workspace, jane, mothers, "2026-03-02T08:30:00Z")
    workspace.start_flow("Survey", contacts=[jane])
    wait(hours=2)
    assert [run.status.value for run in workspace.flows.runs] == statuses


def test_rescheduled(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, said: Said, wait: Wait
) -> None:
    """Another date, or another group, is another time, or none (rapidpro 8.4)."""
    fired = workspace.mailroom.campaigns.add_event(
        campaign, offset=0, unit="days", relative_to="due_date", message={"eng": "Today"}
    )
    join(workspace, jane, mothers, "2026-03-05T08:00:00Z")
    assert fired.fires == {jane: datetime(2026, 3, 5, 8, tzinfo=UTC)}
    workspace.set_field(jane, "due_date", "2026-03-09T08:00:00Z")
    wait(days=4)
    assert said() == []
    mothers.remove(jane)
    workspace.mailroom.changed(jane)
    assert fired.fires == {}
    wait(days=30)
    assert said() == []


def test_last_seen(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, said: Said, wait: Wait
) -> None:
    """Events can be relative to when somebody was last heard of."""
    mothers.add(jane)
    settings: dict[str, Any] = {"offset": 2, "unit": "days", "message": {"eng": "We miss you"}}
    workspace.mailroom.campaigns.add_event(campaign, relative_to="last_seen_on", **settings)
    for _ in range(3):
        workspace.receive(JANE, "Hello")
        wait(days=1)
    assert said() == []
    wait(days=1, minutes=2)
    assert said() == ["We miss you"]


def test_journal(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, wait: Wait, happened: Happened
) -> None:
    """The journal says which event fired for whom."""
    workspace.mailroom.campaigns.add_event(
        campaign, offset=0, unit="days", relative_to="due_date", message={"eng": "Now"}
    )
    join(workspace, jane, mothers, "2026-03-03")
    wait(days=2)
    [fired] = happened("campaign.fired")
    assert (fired["campaign"], fired["contacts"]) == ("Pregnancy", [jane.uuid])


@pytest.mark.parametrize(("generation", "seconds"), [("community", 60), ("textit-2026", 30)])
def test_rhythm(
    workspace: Workspace,
    jane: Contact,
    mothers: Group,
    campaign: Campaign,
    clock: FrozenClock,
    happened: Happened,
    seconds: int,
) -> None:
    """Events fire at the rhythm of the generation (rapidpro 8.4)."""
    workspace.mailroom.campaigns.add_event(
        campaign, offset=0, unit="minutes", relative_to="due_date", message={"eng": "Now"}
    )
    join(workspace, jane, mothers, "2026-03-02T08:10:00Z")
    clock.advance(timedelta(minutes=9, seconds=59))
    assert happened("campaign.fired") == []
    clock.advance(timedelta(seconds=1))
    assert len(happened("campaign.fired")) == 1


def test_skipping_message(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, said: Said, wait: Wait
) -> None:
    """A message that skips people in a flow reaches everybody else."""
    settings: dict[str, Any] = {"message": {"eng": "Now"}, "start_mode": SKIP}
    workspace.mailroom.campaigns.add_event(campaign, offset=0, unit="days", relative_to="due_date", **settings)
    join(workspace, jane, mothers, "2026-03-03T08:00:00Z")
    wait(days=2)
    assert said() == ["Now"]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.integers(-1000, 1000),
    st.sampled_from(["minutes", "hours", "days", "weeks"]),
    st.integers(-1, 23),
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_full_minutes(moment: datetime, offset: int, unit: str, hour: int) -> None:
    """Whatever the date, an event is at a full minute to come, at its hour where it has one."""
    result = due(event(offset, unit, hour), moment.replace(tzinfo=UTC), BERLIN, LONG_AGO)
    assert result is not None
    local = result.astimezone(BERLIN)
    assert (local.second, local.microsecond) == (0, 0)
    # In the night when the clocks go forward there is no two o'clock.
    assert hour == -1 or (local.hour, local.minute) in {(hour, 0), (hour + 1, 0)}


def test_deleted(workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, wait: Wait) -> None:
    """Nothing happens any more to somebody who was deleted."""
    settings: dict[str, Any] = {"offset": 0, "unit": "days", "message": {"eng": "Now"}}
    fired = workspace.mailroom.campaigns.add_event(campaign, relative_to="due_date", **settings)
    join(workspace, jane, mothers, "2026-03-03T08:00:00Z")
    workspace.delete_contact(jane)
    assert fired.fires == {}
    wait(days=2)
    assert workspace.messages == []


def test_deleted_flow(
    workspace: Workspace, jane: Contact, mothers: Group, campaign: Campaign, wait: Wait, happened: Happened
) -> None:
    """A flow that is no more is no event of a campaign either."""
    [reminder] = workspace.import_flows(flow("Reminder", node(send("Remember"))))
    workspace.mailroom.campaigns.add_event(campaign, offset=0, unit="days", relative_to="due_date", flow=reminder)
    join(workspace, jane, mothers, "2026-03-03T08:00:00Z")
    workspace.mailroom.deletions.flow(reminder)
    wait(days=2)
    assert (campaign.events, happened("campaign.fired")) == ([], [])
