"""What went over the wire: which requests, how many, and how they were answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .durations import PERIOD, seconds_of
from .faults import ENDPOINTS, requests_of
from .subjects import the_instance, the_workspace
from .words import http_status

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

AMOUNT = r"(?P<bound>at least |at most |)(?P<amount>no|\d+)"
KINDS = "|".join(ENDPOINTS)
SINCE = rf"(?: in the last (?P<period>{PERIOD}))?"


def exchanges_of(
    simulation: Simulation, endpoint: str, period: str | None = None, **criteria: object
) -> list[Exchange]:
    """Return the gateway's exchanges with an endpoint, in the last `period` where one is given."""
    since = simulation.clock.now() - timedelta(seconds=seconds_of(period)) if period else None
    return simulation.journal.exchanges(
        since=since, **{"by": "gateway*", **requests_of(simulation, endpoint), **criteria}
    )


def meets(count: int, bound: str, amount: str) -> bool:
    """Say whether `count` is what `at least 3`, `at most 3`, `3` or `no` ask for."""
    wanted = 0 if amount == "no" else int(amount)
    return count >= wanted if bound == "at least " else count <= wanted if bound == "at most " else count == wanted


@when(
    parsers.re(
        r'(?:somebody|the (?P<who>administrator)|the workspace "(?P<name>[^"]+)") '
        r'sends (?P<method>[A-Z]+) "(?P<path>/[^"]*)" to "(?P<host>[^"]+)"(?: with)?'
    )
)
def sends(
    simulation: Simulation,
    who: str | None,
    name: str | None,
    method: str,
    path: str,
    host: str,
    docstring: str | None = None,
) -> None:
    """Somebody makes a request of a host: without authorization, as CHT's administrator, or with a workspace's token.

    Example: When the administrator sends PUT "/api/v1/settings" to "cht.example.org" with
    """
    auth = the_instance(simulation).site.administrator if who else None
    token = the_workspace(simulation, name).token.key if name else None
    headers = {} if docstring is None else {"Content-Type": "application/json"}
    simulation.request(method, f"https://{host}{path}", body=docstring, headers=headers, auth=auth, token=token)


@then(parsers.re(rf"the gateway has made {AMOUNT} (?P<endpoint>{KINDS}) requests?{SINCE}"))
def requests_made(simulation: Simulation, bound: str, amount: str, endpoint: str, period: str | None) -> None:
    """The gateway has made so many requests of a kind.

    Example: Then the gateway has made at most 3 status requests in the last minute
    """
    made = exchanges_of(simulation, endpoint, period)
    wanted = ENDPOINTS[endpoint]
    expect(
        meets(len(made), bound, amount),
        f"{bound}{counted(amount, f'{endpoint} request')}",
        f"it made {len(made)}",
        wanted=wanted,
    )


@then(parsers.re(rf"{AMOUNT} (?P<endpoint>{KINDS}) requests? (?:was|were) answered with (?P<status>\d+)"))
def requests_answered(simulation: Simulation, bound: str, amount: str, endpoint: str, status: str) -> None:
    """So many of the gateway's requests of a kind got this status.

    Example: Then at least 10 status requests were answered with 429
    """
    answered = exchanges_of(simulation, endpoint, status=http_status(status))
    expect(
        meets(len(answered), bound, amount),
        f"{bound}{counted(amount, f'{endpoint} request')} answered with {status}",
        f"there were {len(answered)}",
        wanted={**ENDPOINTS[endpoint], "status": status},
    )


@then("every request of the gateway keeps to its schema")
def schemas_kept(simulation: Simulation) -> None:
    """No request of the gateway broke the JSON Schema of the endpoint it went to.

    Example: Then every request of the gateway keeps to its schema
    """
    violations = simulation.journal.where("schema.violation")
    expect(not violations, "no violation of a schema", f"there were {violations[:3]}")


@then(parsers.parse('a request of the gateway breaks its schema with "{text}"'))
def schema_broken(simulation: Simulation, text: str) -> None:
    """A request of the gateway broke its schema, and the complaint says so.

    Example: Then a request of the gateway breaks its schema with "'abc-7' is not an integer above zero"
    """
    complaints = [entry.get("message") for entry in simulation.journal.where("schema.violation")]
    expect(
        any(text in complaint for complaint in complaints),
        f"a violation that says {text!r}",
        f"there were {complaints}",
    )
