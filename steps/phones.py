"""Phones: whose they are, what they text, and what RapidPro sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.rapidpro.urns import path_of
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .durations import DURATION, seconds_of
from .subjects import group_called, the_instance, the_workspace
from .tables import FIELD, Row, Table, lines_of, rows_of, rows_with_fields
from .wire import AMOUNT, meets
from .words import SENDER_NAME, UnknownWordError, hint, json_of, urn_of
from .words import sender as sender_of

if TYPE_CHECKING:
    from rapidpro_simulator.phones import Phone
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation

# Read more widely than it is allowed, so that a number without a plus is told what it lacks.
PHONE_NUMBER = r"(?:\+?\d[\d() -]*\d|[a-z]+:[^\s\",]+)"
PHONE = rf"(?P<phone>{PHONE_NUMBER})"
SENDER = rf"(?P<sender>{PHONE_NUMBER}|{SENDER_NAME.pattern})"
OWN_COLUMNS = ("phone", "name", "language", "groups")
READING = 5  # seconds until somebody goes on, at least: RapidPro takes the same text within three for a copy
ANSWER_MINUTES = 2  # that flows are given to answer, web servers and all


@given("these contacts")
@when("these contacts are changed")
def these_contacts(simulation: Simulation, datatable: Table) -> None:
    """Contacts as a table says: phone, name, language, groups (separated by commas), and fields by their keys.

    Who has no phone is known by another address, such as `telegram:123456789`; of several, separated by commas, the
    first is the preferred one. What is left out or empty stays as it is. A field that is not there yet is created: for
    dates, if its key ends in `_on` or `_date`, else for text.

    Example: Given these contacts
    """
    workspace = the_workspace(simulation)
    for row in rows_with_fields(datatable, OWN_COLUMNS, workspace.fields, needed=["phone"]):
        _change(workspace, {name.removeprefix(FIELD): value for name, value in row.items() if value})


def _change(workspace: Workspace, values: dict[str, str]) -> None:
    urns = [urn_of(each) for each in values["phone"].split(", ")]
    contact = workspace.contacts.get_or_create(urns[0])
    if urns[1:]:
        workspace.contacts.set_urns(contact, urns)
    contact.name = values.get("name", contact.name)
    contact.language = values.get("language", contact.language)
    for name in values.get("groups", "").split(", "):
        if name:
            (workspace.groups.find(name) or workspace.add_group(name)).add(contact)
    workspace.mailroom.changed(contact)
    for key, value in values.items():
        if key not in OWN_COLUMNS:
            if key not in workspace.fields:
                workspace.fields.add(key, kind="datetime" if key.endswith(("_on", "_date")) else "text")
            workspace.set_field(contact, key, value)


@given(parsers.re(r'the workspace "(?P<name>[^"]+)" speaks (?P<languages>[a-z]{3}(?:, [a-z]{3})*)'))
def workspace_speaks(simulation: Simulation, name: str, languages: str) -> None:
    """A workspace has these languages (ISO 639-3), its default language first.

    Example: Given the workspace "Main" speaks eng, nya
    """
    the_workspace(simulation, name).settings.languages = tuple(languages.split(", "))


@when(parsers.re(rf'{SENDER} texts "(?P<text>.*?)"(?: to the workspace "(?P<name>[^"]+)")?'))
def texts(simulation: Simulation, sender: str, text: str, name: str | None) -> None:
    """A phone, a short code or a name of an operator sends a text to RapidPro, which does all that follows from it.

    Who writes by another way is known by an address such as `telegram:123456789`.

    Example: When +265991234567 texts "JOIN"
    """
    workspace = the_workspace(simulation, name)
    if ":" in sender:
        workspace.receive(urn_of(sender), text)
    else:
        simulation.phones.text(sender_of(sender), text, workspace)
    settle(simulation, workspace)


@when(parsers.re(rf"{SENDER} texts"))
def texts_lines(simulation: Simulation, sender: str, docstring: str) -> None:
    """A phone sends a text of several lines, which stands below.

    Example: When +265991234567 texts
    """
    texts(simulation, sender, docstring, None)


@when(parsers.re(rf'{PHONE} texts "(?P<text>.*?)" with the payload'))
def texts_with_payload(simulation: Simulation, phone: str, text: str, docstring: str) -> None:
    """A phone sends a text with data that its channel understands, such as a form that was filled in: a JSON object.

    Flows see it as `@input.payload`.

    Example: When +265991234567 texts "Done" with the payload
    """
    workspace = the_workspace(simulation)
    payload = json_of(docstring, "the data of the payload")
    workspace.receive(urn_of(phone), text, payload=payload)
    settle(simulation, workspace)


@given(parsers.re(rf'{SENDER} answers every message by itself with "(?P<text>.*)"'))
def answers_by_itself(simulation: Simulation, sender: str, text: str) -> None:
    """A robot has this number, as operators and people who drive have them: to each message it sends a text back.

    The text comes 5 seconds after the message was delivered.

    Example: Given +265991234567 answers every message by itself with "I am driving"
    """
    _scripted(simulation, sender).answers["*"] = text


@given(parsers.re(rf"{SENDER} answers by itself"))
def answers_by_table(simulation: Simulation, sender: str, datatable: Table) -> None:
    """A phone answers what it gets as a table says: message, answer. The first line that fits counts; `*` is any text.

    The answer comes 5 seconds after the message was delivered. What no line is about is not answered.

    Example: Given +265991234567 answers by itself
    """
    columns = ("message", "answer")
    for row in rows_of(datatable, columns, needed=columns):
        _scripted(simulation, sender).answers[row["message"]] = row["answer"]


@given(parsers.re(rf"{PHONE} is off for {DURATION}"))
@when(parsers.re(rf"{PHONE} is off for {DURATION}"))
def phone_is_off(simulation: Simulation, phone: str, duration: str) -> None:
    """A phone sleeps from now on, and so long: what comes meanwhile is delivered when it is on again.

    Example: When +265991234567 is off for 1 hour
    """
    _scripted(simulation, phone).sleep(seconds_of(duration))


@given(parsers.re(rf"{PHONE} loses its SIM"))
@when(parsers.re(rf"{PHONE} loses its SIM"))
def phone_loses_sim(simulation: Simulation, phone: str) -> None:
    """From now on nobody has this number: messages to it are sent, and then reported as failed.

    Example: When +265991234567 loses its SIM
    """
    _scripted(simulation, phone).lose_sim()


def _scripted(simulation: Simulation, sender: str) -> Phone:
    return simulation.phones[sender_of(sender)]


@given(parsers.re(rf'{SENDER} has texted (?P<said>"[^"]*"(?:, "[^"]*")*)'))
def has_texted(simulation: Simulation, sender: str, said: str) -> None:
    """A phone has sent these texts to RapidPro, one after the other.

    Example: Given +265991234567 has texted "JOIN", "English"
    """
    for text in _quoted(said):
        texts(simulation, sender, text, None)


@when("these texts arrive at once")
def texts_at_once(simulation: Simulation, datatable: Table) -> None:
    """Texts arrive in the same moment, in this order, as a table says: from, text. RapidPro has begun with them.

    Example: When these texts arrive at once
    """
    workspace = the_workspace(simulation)
    columns = ("from", "text")
    for row in rows_of(datatable, columns, needed=columns):
        simulation.phones.text(sender_of(row["from"]), row["text"], workspace)
    simulation.advance(seconds=READING)


@when(parsers.re(rf"(?P<count>\d+) texts of {SENDER} arrive in a row"))
def texts_in_a_row(simulation: Simulation, count: str, sender: str) -> None:
    """A phone sends so many texts, each when RapidPro is done with the one before it.

    Example: When 12 texts of +265991234567 arrive in a row
    """
    for number in range(int(count)):
        texts(simulation, sender, f"Message {number + 1}", None)


@when(parsers.re(rf"{PHONE} calls and hangs up"))
def misses_call(simulation: Simulation, phone: str) -> None:
    """RapidPro misses a call.

    Example: When +265991234567 calls and hangs up
    """
    workspace = the_workspace(simulation)
    contact = workspace.contacts.get_or_create(urn_of(phone))
    workspace.mailroom.triggers.happened("call_missed", contact, workspace.channels[0])
    settle(simulation, workspace)


def settle(simulation: Simulation, workspace: Workspace) -> None:
    """Let pass what it takes until flows have answered."""
    simulation.advance(seconds=READING)
    worker = workspace.mailroom.worker
    simulation.wait_until(lambda: not any(map(worker.busy, workspace.contacts)), minutes=ANSWER_MINUTES)


@when(
    parsers.re(
        r'the workspace "(?P<name>[^"]+)" broadcasts "(?P<text>.*?)" to '
        rf'(?:{PHONE}|the group "(?P<group>[^"]+)")'
    )
)
def broadcasts(simulation: Simulation, name: str, text: str, phone: str | None, group: str | None) -> None:
    """Somebody has a workspace send a text, which is a template, through the API.

    Example: When the workspace "Main" broadcasts "Dear @contact.name" to the group "Mothers"
    """
    workspace = the_workspace(simulation, name)
    recipients = {"urns": [urn_of(phone)]} if phone else {"groups": [group_called(workspace, group or "").uuid]}
    body = {**recipients, "text": {workspace.settings.default_language: text}}
    url = f"https://{workspace.runtime.platform.name}/api/v2/broadcasts.json"
    answer = simulation.request("POST", url, token=workspace.token.key, json=body)
    assert answer.status == 201, f"the broadcast was answered with {answer.status}: {answer.text}"
    simulation.advance(seconds=READING)


@then(parsers.re(r'RapidPro answers "(?P<text>.*)"'))
def answers(simulation: Simulation, text: str) -> None:
    """The last thing that RapidPro has sent to whoever texted last, after that text, is this.

    Example: Then RapidPro answers "What is your name?"
    """
    found = _texts(_answers(simulation))
    expect(found[-1:] == [text], f"the answer {text!r}", f"there are {found}")


@then("RapidPro answers")
def answers_all(simulation: Simulation, datatable: Table) -> None:
    """All that RapidPro has sent to whoever texted last, after that text, is in the table, one text a line.

    Spaces around a text do not count: cells of tables have none.

    Example: Then RapidPro answers
    """
    found = _texts(_answers(simulation))
    wanted = [text.strip() for text in lines_of(datatable)]
    expect([text.strip() for text in found] == wanted, f"the answers {wanted}", f"there are {found}")


@then("RapidPro does not answer")
def no_answer(simulation: Simulation) -> None:
    """RapidPro has sent nothing to whoever texted last, after that text.

    Example: Then RapidPro does not answer
    """
    found = _texts(_answers(simulation))
    expect(not found, "no answer", f"there are {found}")


@then(parsers.re(r'RapidPro offers (?P<replies>"[^"]*"(?:, "[^"]*")*)'))
def offers(simulation: Simulation, replies: str) -> None:
    """The last answer comes with these quick replies.

    Example: Then RapidPro offers "English", "Chichewa"
    """
    wanted = _quoted(replies)
    last = _answers(simulation)[-1:]
    found: list[Any] = [reply["text"] for message in last for reply in message.quick_replies or ()]
    expect(found == wanted, f"the quick replies {wanted}", f"there are {found}")


@then(parsers.re(rf'{SENDER} (?:has got|receives) "(?P<text>.*?)"(?: (?P<times>\d+) times)?'))
def has_got(simulation: Simulation, sender: str, text: str, times: str | None) -> None:
    """RapidPro has sent this text to a phone, once or so many times.

    Example: Then +265991234567 has got "Are you well today?" 14 times
    """
    found = _texts(_outgoing(_contact(the_workspace(simulation), sender)))
    met = found.count(text) == int(times or 1)
    _expect_of(simulation, sender, met, f"{counted(times or 1, 'time')} {text!r}", found)


@then(parsers.re(rf"{SENDER} has got"))
def has_got_lines(simulation: Simulation, sender: str, docstring: str) -> None:
    """RapidPro has sent a text of several lines, which stands below, to a phone once.

    Example: Then +265991234567 has got
    """
    has_got(simulation, sender, docstring, None)


@then(parsers.re(rf"{SENDER} has got {AMOUNT} messages?"))
def has_got_messages(simulation: Simulation, sender: str, bound: str, amount: str) -> None:
    """RapidPro has sent so many messages to a phone.

    Example: Then +265991234567 has got no messages
    """
    found = _texts(_outgoing(_contact(the_workspace(simulation), sender)))
    _expect_of(simulation, sender, meets(len(found), bound, amount), f"{bound}{counted(amount, 'message')}", found)


def _expect_of(simulation: Simulation, phone: str, met: bool, expected: str, found: list[str]) -> None:
    """Expect something of what a phone has got; of a number that nobody has, nothing is true."""
    stranger = "" if found else _stranger(simulation, phone)
    expect(met, expected, f"there are {found}{stranger and f'; {stranger}'}")
    if stranger:
        raise UnknownWordError(stranger)


def _stranger(simulation: Simulation, phone: str) -> str:
    """Return a complaint about a number that nobody in the scenario has, else nothing."""
    known = dict.fromkeys(_address(urn) for contact in the_workspace(simulation).contacts for urn in contact.urns)
    if simulation.sites:
        known |= dict.fromkeys(str(sent.message["to"]) for sent in the_instance(simulation).messages())
    known_already = phone.lower() in map(str.lower, known)
    return "" if known_already else f"nobody in the scenario has the number {phone}; {hint(phone, known)}"


@then(parsers.re(rf'(?:the contact )?{PHONE} is (?P<negation>not |)in the group "(?P<group>[^"]+)"'))
def is_in_group(simulation: Simulation, phone: str, negation: str, group: str) -> None:
    """A contact of RapidPro is in a group, or is not.

    Example: Then +265991234567 is in the group "Mothers"
    """
    workspace = the_workspace(simulation)
    members, contact = group_called(workspace, group), _contact(workspace, phone)
    if contact is None:
        raise UnknownWordError(_stranger(simulation, phone) or f"RapidPro has no contact with the number {phone}")
    groups = [each.name for each in workspace.groups.of(contact)]
    met = (members.name in groups) is not bool(negation)
    expect(met, f"{phone} {'outside' if negation else 'in'} the group {members.name!r}", f"the groups are {groups}")


@then("the contacts are")
def contacts_are(simulation: Simulation, datatable: Table) -> None:
    """What RapidPro knows of these contacts: phone, name, language, groups (separated by commas), fields by their keys.

    Example: Then the contacts are
    """
    workspace = the_workspace(simulation)
    columns = [*OWN_COLUMNS, *workspace.fields, *(FIELD + key for key in workspace.fields)]
    wanted = rows_of(datatable, columns, needed=["phone"])
    shown = [_shown(workspace, row) for row in wanted]
    expect(shown == wanted, f"the contacts {wanted}", f"they are {shown}")


def _shown(workspace: Workspace, wanted: Row) -> Row:
    phone = wanted["phone"]
    contact = _contact(workspace, phone)
    if contact is None:
        return dict.fromkeys(wanted, "")
    groups = ", ".join(group.name for group in workspace.groups.of(contact))
    own = {"phone": phone, "name": contact.name, "language": contact.language, "groups": groups}
    return {name: str(own.get(name, contact.fields.get(name.removeprefix(FIELD))) or "") for name in wanted}


def _contact(workspace: Workspace, phone: str) -> Contact | None:
    return workspace.contacts.by_urn(urn_of(phone))


def _address(urn: str) -> str:
    return path_of(urn) if urn.startswith("tel:") else urn


def _outgoing(contact: Contact | None) -> list[Message]:
    return [message for message in contact.messages if not message.incoming] if contact else []


def _answers(simulation: Simulation) -> list[Message]:
    """Return what was sent to whoever texted last, after that text."""
    workspaces = simulation.workspaces
    texts = [message for workspace in workspaces for message in workspace.messages if message.incoming]
    assert texts, "nobody has texted yet: say `When +265991234567 texts …`"
    last = max(texts, key=lambda message: message.created_on)
    messages = last.contact.messages
    return [message for message in messages[messages.index(last) :] if not message.incoming]


def _quoted(text: str) -> list[str]:
    return text.removeprefix('"').removesuffix('"').split('", "')


def _texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]
