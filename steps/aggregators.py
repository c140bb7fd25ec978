"""External channels: how RapidPro is told to call an aggregator, and what it asked the one of the scenario."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then

from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.testing.expectations import expect

from .subjects import workspace_called
from .tables import Table, rows_of
from .words import UnreadableError, one_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.simulation import Simulation


def _whole_number(text: str) -> int:
    if not text.isdecimal():
        raise UnreadableError(f"{text!r} is no whole number, such as 160")
    return int(text)


def _yes_or_no(text: str) -> bool:
    return one_of("no answer to yes or no", text, ("yes", "no")) == "yes"


EXTERNAL_SETTINGS: dict[str, Callable[[str], Any]] = {
    **{each.name: str for each in fields(ExternalSettings) if each.name != "send_headers"},
    "max_length": _whole_number,
    "use_national": _yes_or_no,
}


@given(parsers.re(r'the external channel of the workspace "(?P<name>[^"]+)" has'))
def external_channel_has(simulation: Simulation, name: str, datatable: Table) -> None:
    """A workspace sends through an external channel with these settings, as a table says: setting, value.

    The settings are those of RapidPro: send_url (default: the aggregator of the scenario), send_method, send_body,
    content_type, send_authorization, max_length, encoding, use_national, mt_response_check, mo_response,
    mo_from_field, and their like.

    Example: Given the external channel of the workspace "Main" has
    """
    _, workspace = workspace_called(simulation, name)
    columns = ("setting", "value")
    rows = rows_of(datatable, columns, needed=columns)
    for row in rows:
        one_of("no setting of an external channel", row["setting"], EXTERNAL_SETTINGS)
    simulation.phones.connect(
        workspace, **{row["setting"]: EXTERNAL_SETTINGS[row["setting"]](row["value"]) for row in rows}
    )


@then("the aggregator has got")
def aggregator_has_got(simulation: Simulation, datatable: Table) -> None:
    """All requests of RapidPro to the aggregator of the scenario, as a table says: method, path, content_type, body.

    Example: Then the aggregator has got
    """
    rows = rows_of(datatable, ("method", "path", "content_type", "body"))
    requests = [asdict(each) for each in simulation.phones.aggregator.requests]
    found = [{name: each[name] for name in rows[0]} for each in requests]
    expect(found == rows, f"the requests {rows}", f"they are {found}")
