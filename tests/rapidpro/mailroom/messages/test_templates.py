from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.mailroom.messages.templates import TemplateRenderer

from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace


pytestmark = pytest.mark.parametrize("generation", ["community", "textit-2026"])


@pytest.fixture
def contact(workspace: Workspace) -> Contact:
    workspace.fields.add("village")
    workspace.globals.set("hotline", "0800 100")
    contact = workspace.contacts.create([JANE, "mailto:jane@example.org"])
    contact.fields["village"] = "Moshi"
    return contact


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("Jane Doe", "@contact", "Jane Doe"),
        ("Jane Doe", "Dear @contact.first_name,", "Dear Jane,"),
        (None, "@contact", "0711 000001"),
        (None, "@contact.urn", JANE),
        (None, "@urns.mailto", "mailto:jane@example.org"),
        (None, "@contact.fields.village", "Moshi"),
        (None, "@fields", "Village: Moshi"),
        (None, "@contact.created_on", "2026-03-02T08:00:00.000000Z"),
        (None, "@contact.channel", "Aggregator"),
        (None, "Call @globals.hotline", "Call 0800 100"),
        (None, "@(upper(fields.village))", "MOSHI"),
        (None, "@(nonsense(1))|", "|"),
        (None, "bob@example.com", "bob@example.com"),
        (None, "@@contact", "@contact"),
    ],
)
def test_context(workspace: Workspace, contact: Contact, name: str | None, text: str, result: str) -> None:
    """A template can name what is known of the contact; what goes wrong contributes nothing (rapidpro 4.1, flows 5)."""
    contact.name = name
    assert TemplateRenderer(workspace.mailroom, contact).evaluate(text) == result


@pytest.mark.parametrize("text", ["@contact.urn", "@urns.tel"])
def test_anonymous(rapidpro: RapidPro, text: str) -> None:
    """In an anonymous workspace nobody reads a number, templates neither (flows 5.1)."""
    workspace = rapidpro.workspace("Secret", anonymous=True)
    contact = workspace.contacts.create([JANE])
    assert TemplateRenderer(workspace.mailroom, contact).evaluate(text) == "tel:********"
