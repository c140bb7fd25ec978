"""What was seen in the end, in sentences: states, messages, quotas, and what was answered to phones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.urns import path_of
from rapidpro_simulator.world.plurals import counted

from .scenario import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.simulation import Simulation

TOO_MANY = 429
SUCCESS = 300
ENDPOINTS = (("broadcast", "POST", "/api/v2/broadcasts"), ("status", "GET", "/api/v2/messages"))
MOST_PHONES = 5


def outcomes_of(simulation: Simulation) -> list[Step]:
    """Return the sentences that are true of what has happened in `simulation`."""
    texts = [
        *_states(simulation),
        *(text for host in simulation.hosts.values() for text in _workspaces(simulation, host)),
        *_phones(simulation),
    ]
    return [Step("Then", text) for text in texts]


def _states(simulation: Simulation) -> Iterator[str]:
    states: Counter[str] = Counter()
    for site in simulation.sites.values():
        states.update(str(task.get("state")) for task, _ in site.tasks_and_messages())
    for state, count in sorted(states.items()):
        yield f'{count} message{" is" if count == 1 else "s are"} in the state "{state}"'


def _workspaces(simulation: Simulation, host: RapidProHost) -> Iterator[str]:
    for workspace in host.installation.workspaces.values():
        sent = sum(not message.incoming for message in workspace.messages)
        if sent:
            yield f'the workspace "{workspace.name}" has {counted(sent, "message")}'
    for endpoint, method, path in ENDPOINTS:
        asked = simulation.journal.exchanges(by="gateway*", to=host.name, method=method, path=f"{path}*")
        answered = Counter(str(each.get("workspace")) for each in asked if each.status and each.status < SUCCESS)
        for name, count in answered.items():
            yield f'the workspace "{name}" has answered {counted(count, f"{endpoint} request")}'
        refused = sum(each.status == TOO_MANY for each in asked)
        if refused:
            yield f"{refused} {endpoint} request{' was' if refused == 1 else 's were'} answered with {TOO_MANY}"


def _phones(simulation: Simulation) -> Iterator[str]:
    """Tell what phones that have texted were answered last."""
    workspaces = simulation.workspaces
    if len(workspaces) != 1:
        return  # the sentence is about the only workspace
    texters = [contact for contact in workspaces[0].contacts if any(each.incoming for each in contact.messages)]
    for contact in texters[:MOST_PHONES]:
        phone = path_of(contact.urns[0]) if contact.urns else ""
        answers = _answers(contact)
        if phone.startswith("+") and answers and "\n" not in answers[-1]:
            count = answers.count(answers[-1])
            yield f'{phone} has got "{answers[-1]}"{f" {count} times" if count > 1 else ""}'


def _answers(contact: Contact) -> list[str]:
    return [message.text for message in contact.messages if not message.incoming]
