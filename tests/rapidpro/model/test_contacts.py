from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.model.contacts import Contact, ContactBook
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.seed import Seed

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Send  # noqa: TID252 - the tests have no name from outside


def test_found(workspace: Workspace) -> None:
    """A contact is found by its UUID and by its URNs, whatever their query and display."""
    contact = workspace.contacts.create([JANE, "twitterid:123#jane"], name="Jane")
    assert workspace.contacts.by_uuid(contact.uuid) is contact
    assert workspace.contacts.by_urn("twitterid:123?x=1#somebody") is contact
    assert workspace.contacts.by_urn(JOHN) is None


def test_taken_urn(workspace: Workspace) -> None:
    """A new contact cannot have the URN of somebody else."""
    workspace.contacts.create([JANE])
    with pytest.raises(ValueError, match="belongs to"):
        workspace.contacts.create([JANE])


def test_unknown_urn(workspace: Workspace, send: Send) -> None:
    """A broadcast to an unknown URN makes a contact without name, language or groups (rapidpro 5.3)."""
    contact = send(JANE)[0].contact
    assert (contact.name, contact.language, workspace.groups.of(contact)) == (None, None, [])
    assert workspace.contacts.by_urn(JANE) is contact


def test_moved_urn(workspace: Workspace) -> None:
    """A URN that is set on somebody is taken from whoever had it."""
    jane = workspace.contacts.create([JANE, JOHN])
    john = workspace.contacts.create()
    workspace.contacts.set_urns(john, [JOHN])
    assert (jane.urns, john.urns) == ([JANE], [JOHN])
    assert workspace.contacts.by_urn(JOHN) is john


def test_deleted(workspace: Workspace, send: Send, clock: FrozenClock) -> None:
    """A deleted contact's number is free at once; its messages go in the background."""
    message = send(JANE)[0]
    kept = send(JOHN)[0]
    group = workspace.add_group("Mothers", [message.contact])
    workspace.delete_contact(message.contact)
    assert workspace.contacts.get_or_create(JANE) is not message.contact
    assert message.contact not in group
    clock.advance(timedelta(minutes=1))
    assert workspace.messages == [kept]


def test_groups(workspace: Workspace) -> None:
    """A group is found by its UUID and by its name in whatever case."""
    group = workspace.add_group("Mothers")
    assert workspace.groups.find("mothers") is group
    assert workspace.groups.find(group.uuid) is group
    assert workspace.groups.find("Fathers") is None


URNS = st.lists(st.sampled_from([f"tel:+25471100000{number}" for number in range(5)]), max_size=4)


@given(st.lists(st.tuples(st.integers(0, 3), URNS), max_size=12))
@settings(derandomize=True, deadline=None)
def test_one_owner(changes: list[tuple[int, list[str]]]) -> None:
    """However URNs are moved about, each belongs to one contact, and is found there."""
    stream = Seed(1).stream("contacts")
    numbers = iter(range(1000))
    book = ContactBook(FrozenClock(), lambda: next(numbers), stream.uuid4)
    people: list[Contact] = [book.create() for _ in range(4)]
    for index, urns in changes:
        book.set_urns(people[index], urns)
    owned = [(urn, person) for person in people for urn in person.urns]
    assert len(owned) == len({urn for urn, _ in owned})
    assert all(book.by_urn(urn) is person for urn, person in owned)
