from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

Wait = Any


@pytest.mark.parametrize(
    ("text", "number", "datetime"),
    [
        ("23", Decimal(23), None),
        (" 23.50 ", Decimal("23.50"), None),
        ("27 yrs", None, None),
        ("05-06-2026", None, "2026-06-05T11:00:00+03:00"),
        ("2026-06-05T08:00:00Z", None, "2026-06-05T08:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("generation", ["community"])
def test_readings(workspace: Workspace, jane: Contact, text: str, number: Decimal | None, datetime: str | None) -> None:
    """A text is read as a number and as a date, day first, the time of day filled in (flows 3.9)."""
    workspace.set_field(jane, "any", text)
    value = workspace.mailroom.values.of(jane, "any")
    assert value is not None
    assert (value.text, value.number) == (text.strip(), number)
    assert (value.datetime and value.datetime.local.isoformat()) == datetime


def test_read_when_set(workspace: Workspace, jane: Contact, wait: Wait) -> None:
    """A date has the time of day at which it was set, whenever somebody looks at it (rapidpro 8.5)."""
    workspace.set_field(jane, "due", "05-06-2026")
    wait(hours=5)
    value = workspace.mailroom.values.of(jane, "due")
    assert value is not None
    assert value.datetime is not None
    assert value.datetime.local.isoformat() == "2026-06-05T11:00:00+03:00"


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_cleared(workspace: Workspace, jane: Contact, nothing: str | None) -> None:
    """An empty text is no value."""
    workspace.set_field(jane, "due", "tomorrow")
    workspace.set_field(jane, "due", nothing)
    assert jane.fields == {}


def test_settings(workspace: Workspace) -> None:
    """The environment follows the settings of the workspace."""
    before = workspace.mailroom.environment.current
    assert workspace.mailroom.environment.current is before
    workspace.settings.timezone = "Europe/Berlin"
    assert str(workspace.mailroom.environment.current.timezone) == "Europe/Berlin"


RWANDA = {"name": "Rwanda", "children": [{"name": "Kigali City", "children": [{"name": "Gasabo"}]}]}


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"state": "kigali city", "district": "gasabo"}, "Rwanda > Kigali City > Gasabo"),
        ({"district": "Rwanda > Kigali City > Gasabo"}, "Rwanda > Kigali City > Gasabo"),
        ({"district": "Gasabo"}, ""),
        ({"state": "Nairobi", "district": "Gasabo"}, ""),
    ],
)
def test_places(workspace: Workspace, jane: Contact, values: dict[str, str], place: str) -> None:
    """A place is found by its path, or by its name within the place that the contact has (flows 3.9)."""
    workspace.database.locations = Locations(RWANDA)
    for level in ("state", "district"):
        workspace.fields.add(level, kind=level)
    for key, text in values.items():
        workspace.set_field(jane, key, text)
    value = workspace.mailroom.values.of(jane, "district")
    assert value is not None
    assert value.district == place


def test_long_value(workspace: Workspace, jane: Contact) -> None:
    """A value is as long as RapidPro keeps it (rapidpro 8.5)."""
    workspace.set_field(jane, "story", "x" * 700)
    assert jane.fields == {"story": "x" * 640}
