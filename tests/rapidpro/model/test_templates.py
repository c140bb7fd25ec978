from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.rapidpro.model.templates import contact_context, evaluate

from .conftest import JANE, JOHN

if TYPE_CHECKING:
    from simulator.rapidpro.model.contacts import Contact
    from simulator.rapidpro.model.host import RapidPro
    from simulator.rapidpro.model.workspace import Workspace

CONTEXT: dict[str, Any] = {
    "contact": {"__default__": "Jane", "name": "Jane", "language": None, "urns": [JANE, JOHN]},
    "fields": {"village": "Moshi"},
    "urns": {"tel": JANE, "mailto": None},
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Hi @contact.name!", "Hi Jane!"),
        ("Hi @contact.name...?", "Hi Jane...?"),
        ("Hi @contact", "Hi Jane"),
        ("@CONTACT.Name", "Jane"),
        ("@fields.village", "Moshi"),
        ("@urns.tel", JANE),
        ("@contact.urns.1", JOHN),
        ("@contact.language|", "|"),
        ("@contact.shoe_size|", "|"),
        ("@@contact", "@contact"),
        ("bob@example.com", "bob@example.com"),
        ("@handle and @handle.name", "@handle and @handle.name"),
        ("@ 5 @", "@ 5 @"),
        ("@(contact.name", "@(contact.name"),
        ('@("a)b")', "a)b"),
        ('@("say \\"hi\\"")', 'say "hi"'),
        ('@("Dear " & contact.name & "!")', "Dear Jane!"),
        ("@(upper(contact.name))", "JANE"),
        ('@(lower("A" & upper("b")))', "ab"),
        ("@(json(urns))", '{"mailto":null,"tel":"tel:+254711000001"}'),
        ("@((fields.village))", "Moshi"),
        ("@(unknown.thing)|", "|"),
        ("@(contact.name contact.name)|", "|"),
        ("@(nonsense(1))|", "|"),
        ("@()|", "|"),
        ("@urns", "{mailto: , tel: tel:+254711000001}"),
        ("two\nlines @contact", "two\nlines Jane"),
    ],
)
def test_evaluate(text: str, result: str) -> None:
    """Expressions are replaced, errors contribute nothing, and all else stays as it is (rapidpro 4.1, flows 6.1)."""
    assert evaluate(text, CONTEXT) == result


@given(st.text(alphabet=st.characters(exclude_characters="@")))
@settings(derandomize=True, deadline=None)
def test_plain_text(text: str) -> None:
    """A text without an @ is what it is."""
    assert evaluate(text, CONTEXT) == text


@given(st.text(alphabet='@()"\\&. contacname1,'))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_never_fails(text: str) -> None:
    """Whatever somebody writes, a broadcast gets a text out of it."""
    assert isinstance(evaluate(text, CONTEXT), str)


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_escaped(text: str) -> None:
    """A text whose every @ is doubled says what it said."""
    assert evaluate(text.replace("@", "@@"), CONTEXT) == text


@pytest.fixture
def contact(workspace: Workspace) -> Contact:
    contact = workspace.contacts.create([JANE, "mailto:jane@example.org"])
    contact.fields["village"] = "Moshi"
    return contact


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("Jane Doe", "@contact", "Jane Doe"),
        ("Jane Doe", "@contact.first_name", "Jane"),
        (None, "@contact", "0711 000001"),
        (None, "@contact.urn", JANE),
        (None, "@urns.mailto", "mailto:jane@example.org"),
        (None, "@contact.fields.village", "Moshi"),
        (None, "@fields", "Village: Moshi"),
        (None, "@contact.created_on", "2026-03-02T08:00:00.000000Z"),
        (None, "@contact.channel", "Aggregator"),
    ],
)
def test_context(workspace: Workspace, contact: Contact, name: str | None, text: str, result: str) -> None:
    """A template can name what is known of the contact (flows 5)."""
    workspace.add_field("village")
    contact.name = name
    assert evaluate(text, contact_context(contact, workspace)) == result


@pytest.mark.parametrize("text", ["@contact.urn", "@urns.tel"])
def test_anonymous(rapidpro: RapidPro, text: str) -> None:
    """In an anonymous workspace nobody reads a number, templates neither (flows 5.1)."""
    workspace = rapidpro.workspace("Secret", anonymous=True)
    contact = workspace.contacts.create([JANE])
    assert evaluate(text, contact_context(contact, workspace)) == "tel:********"
