from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ..conftest import JANE, JOHN  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock

BOTH = [JANE, JOHN]


@pytest.mark.parametrize(
    ("translations", "base_language"),
    [
        ({}, None),
        ({"eng": "Hi"}, None),
        ({"eng": "Hi"}, "eng"),
        ({"eng": "Hi"}, "swa"),
        ({"eng": "Hi", "swa": "Habari"}, None),
    ],
)
def test_translations(workspace: Workspace, translations: dict[str, str], base_language: str | None) -> None:
    """A broadcast says what it was given in each language, and nothing in others."""
    broadcast = workspace.create_broadcast(text=translations, base_language=base_language)
    assert dict(broadcast.text) == translations
    assert [broadcast.text.get(language) for language in ("eng", "fra")] == [translations.get("eng"), None]


@pytest.mark.parametrize("urns", [[], [JANE], BOTH, [*BOTH, "tel:+254711000003"]])
def test_messages_of_a_broadcast(workspace: Workspace, clock: FrozenClock, urns: list[str]) -> None:
    """A broadcast has its messages in the order of their creation, however many they are."""
    broadcast = workspace.create_broadcast(urns=urns, text={"eng": "Hi"})
    clock.advance(timedelta(seconds=5))
    assert [message.id for message in broadcast.messages] == [message.id for message in workspace.messages]
    assert {message.urn for message in broadcast.messages} == set(urns)


@pytest.mark.parametrize("urns", [[JANE], BOTH])
def test_forgotten_messages(workspace: Workspace, clock: FrozenClock, urns: list[str]) -> None:
    """Messages of somebody who was deleted are gone from their broadcasts, the others stay."""
    broadcast = workspace.create_broadcast(urns=urns, text={"eng": "Hi"})
    clock.advance(timedelta(seconds=5))
    jane = workspace.contacts.by_urn(JANE)
    assert jane is not None
    workspace.database.store.forget(jane)
    assert [message.urn for message in broadcast.messages] == urns[1:]


def test_shared_urns(workspace: Workspace, clock: FrozenClock) -> None:
    """Messages to one number share one text of it, also where each broadcast brought a text of its own."""
    for _ in range(2):
        workspace.create_broadcast(urns=[f"tel:+{254712345678}"], text={"eng": "Hi"})
        clock.advance(timedelta(seconds=5))
    first, second = workspace.messages
    assert first.urn is second.urn
    assert first.urn is not None
