"""Flows: which there are, what they can look up, and what starts them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.triggers import is_keyword
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR
from rapidpro_simulator.rapidpro.model.triggers import Repeat, Schedule, TriggerKind
from rapidpro_simulator.testing.expectations import expect

from .subjects import flow_called, group_called, the_instance, the_workspace
from .words import UnknownWordError, hint, json_of, near, one_of

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

    from .files import Folders

FIXTURES = Path(__file__).parent.parent / "fixtures" / "flows"
PASSWORD = "a-password-for-flows"  # noqa: S105
SETTLING = 6  # seconds until flows know what was changed
EVENTS = {"any other message": TriggerKind.CATCH_ALL, "a missed call": TriggerKind.MISSED_CALL}
# CHT's own; the settings of a project have others.
ROLES = ("national_admin", "district_admin", "data_entry", "analytics", "gateway", "chw", "chw_supervisor")
DATES = ("created_on", "last_seen_on")
IMPORTED = r'the flows of "(?P<file>[^"]+)"(?: in the workspace "(?P<name>[^"]+)")?'


@given(parsers.re(IMPORTED + "(?P<lenient>, as far as RapidPro knows them)?"))
@when(parsers.re(IMPORTED + " are imported(?P<lenient> as far as RapidPro knows them)?"))
def flows_of(folders: Folders, simulation: Simulation, file: str, name: str | None, lenient: str | None) -> None:
    """A workspace imports an export, with its triggers, campaigns, groups and fields; all of it or nothing.

    The file is beside the feature, or in the folder that pytest was started in; else it is one of ours.
    "as far as RapidPro knows them" leaves out what other systems have added, such as actions of Glific's.

    Example: Given the flows of "cht-incoming-message.json"
    """
    the_workspace(simulation, name).import_flows(_export(folders, file), lenient=bool(lenient))


@then(parsers.parse('the flows of "{file}" are refused with "{text}"'))
def flows_refused(folders: Folders, simulation: Simulation, file: str, text: str) -> None:
    """A workspace cannot import an export, and the complaint says so. The workspace stays as it was.

    Example: Then the flows of "glific-menu.json" are refused with "unknown type: 'send_interactive_msg'"
    """
    workspace = the_workspace(simulation)
    before = [flow.definition for flow in workspace.flows]
    try:
        workspace.import_flows(_export(folders, file))
    except DefinitionError as error:
        expect(text in str(error), f"a refusal with {text!r}", f"it is {error}")
    else:
        expect(False, f"a refusal with {text!r}", "they were imported")
    after = [flow.definition for flow in workspace.flows]
    expect(after == before, "a workspace as it was", f"it has the flows {[flow['name'] for flow in after]}")


def _export(folders: Folders, file: str) -> Any:
    path = folders.find(file, "*.json", FIXTURES)
    return json_of(path.read_text(encoding="utf-8"), f"the flows of {file}")


@given(parsers.re(r'the global "(?P<key>\w+)" is "(?P<value>[^"]*)"'))
@when(parsers.re(r'the global "(?P<key>\w+)" is changed to "(?P<value>[^"]*)"'))
def global_is(simulation: Simulation, key: str, value: str) -> None:
    """Somebody sets a global of the workspace.

    Example: Given the global "cht_url" is "https://cht.example.org"
    """
    the_workspace(simulation).globals.set(key, value)
    simulation.advance(seconds=SETTLING)


@given(parsers.parse('the global "{key}" is the login of a CHT user with the role "{role}"'))
def global_is_login(simulation: Simulation, key: str, role: str) -> None:
    """CHT has a user for RapidPro, whose name and password, as Basic authentication wants them, are in a global.

    Example: Given the global "cht_login" is the login of a CHT user with the role "data_entry"
    """
    roles = [*ROLES, *the_instance(simulation).ask("GET", "/api/v1/settings").get("roles", {})]
    if role not in roles and near(role, roles):
        raise UnknownWordError(f"no role of CHT is called {role!r}; {hint(role, roles)}")
    name = f"rapidpro-{role}"
    user = {"name": name, "password": PASSWORD, "roles": [role, "mm-online"], "type": "user"}
    the_instance(simulation).ask("PUT", f"/_users/org.couchdb.user:{name}", json=user)
    login = base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
    simulation.journal.hide(login)
    global_is(simulation, key, login)


@given(
    parsers.re(
        r'(?:the keyword "(?P<keyword>[^"]+)"|(?P<event>any other message|a missed call)) starts the flow '
        r'"(?P<flow>[^"]+)"(?: for the group "(?P<group>[^"]+)")?'
    )
)
def trigger_starts(
    simulation: Simulation, keyword: str | None, event: str | None, flow: str, group: str | None
) -> None:
    """A text that begins with a keyword, any other message, or a missed call starts a flow, for all or for a group.

    A keyword is one word of any script, or one emoji, of at most 16 characters. Other messages are those that are no
    keyword, of people who are in no flow that waits for them.

    Example: Given the keyword "HELP" starts the flow "Registration"
    """
    workspace = the_workspace(simulation)
    kind = EVENTS[event] if event else TriggerKind.KEYWORD
    if keyword and not is_keyword(keyword):
        raise UnknownWordError(f"{keyword!r} is no keyword: that is one word, or one emoji, of at most 16 characters")
    groups = [group_called(workspace, group)] if group else []
    workspace.add_trigger(
        kind, flow_called(workspace, flow).uuid, keywords=[keyword.lower()] if keyword else [], groups=groups
    )


@given(
    parsers.re(
        r'every day at (?P<hour>\d\d?):(?P<minute>\d\d) the group "(?P<group>[^"]+)" begins the flow "(?P<flow>.+)"'
    )
)
def schedule(simulation: Simulation, hour: str, minute: str, group: str, flow: str) -> None:
    """A flow starts for a group every day, at a time of the workspace's day.

    Example: Given every day at 7:30 the group "Health workers" begins the flow "Visit reminder"
    """
    workspace = the_workspace(simulation)
    today = simulation.clock.now().astimezone(timezone_of(workspace.settings.timezone))
    start = today.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    groups = [group_called(workspace, group)]
    workspace.add_trigger(
        TriggerKind.SCHEDULE, flow_called(workspace, flow).uuid, groups=groups, schedule=Schedule(start, Repeat.DAILY)
    )


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
    members = group_called(workspace, group)
    one_of("no field", key, [*workspace.fields, *DATES])
    campaign = workspace.mailroom.campaigns.add(f"{group}, {key}", members)
    workspace.mailroom.campaigns.add_event(
        campaign,
        offset=int(offset) * (-1 if side == "before" else 1),
        unit=f"{unit}s",
        relative_to=key,
        delivery_hour=ANY_HOUR if hour is None else int(hour),
        flow=flow_called(workspace, flow) if flow else None,
        message={workspace.settings.default_language: text} if text else None,
    )


@when(parsers.re(r'the campaigns? of the group "(?P<group>[^"]+)" (?:is|are) given to the group "(?P<other>[^"]+)"'))
def campaign_given(simulation: Simulation, group: str, other: str) -> None:
    """The campaigns of a group are for another group from now on; who is to hear of it depends on the generation.

    Example: When the campaign of the group "Mothers" is given to the group "Fathers"
    """
    workspace = the_workspace(simulation)
    campaigns = [each for each in workspace.database.campaigns.values() if each.group.name == group]
    one_of("no campaign for the group", group, [each.group.name for each in workspace.database.campaigns.values()])
    for each in campaigns:
        workspace.mailroom.campaigns.change(each, each.name, group_called(workspace, other))
