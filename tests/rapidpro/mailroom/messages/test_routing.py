from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.mailroom.messages.routing import NOWHERE, route

from ...conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace


@pytest.mark.parametrize(
    ("urn", "country"), [(JANE, "KE"), ("tel:+250788123123", "RW"), ("tel:+12065551212", "KE"), ("tel:20880", "KE")]
)
def test_country(workspace: Workspace, urn: str, country: str) -> None:
    """Among several channels, that of the number's country is preferred, else the oldest."""
    workspace.add_channel("aggregator", country="RW")
    channel = route(workspace.contacts.create([urn]), workspace.channels).channel
    assert channel is not None
    assert channel.country == country


def test_removed_affinity(workspace: Workspace) -> None:
    """A channel that is no more is not sent by, though the contact was last heard by it."""
    second = workspace.add_channel("twilio")
    contact = workspace.receive(JANE, "Hello", second).contact
    workspace.remove_channel(second)
    assert route(contact, workspace.channels).channel is workspace.channels[0]


def test_nowhere(workspace: Workspace) -> None:
    """A contact without a URN is reached by nothing."""
    assert route(workspace.contacts.create(), workspace.channels) == NOWHERE
