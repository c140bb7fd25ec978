"""Time passes: so long, or until something is as it should be."""

from __future__ import annotations

from datetime import timedelta
from inspect import signature
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when
from pytest_bdd.exceptions import StepDefinitionNotFoundError
from pytest_bdd.parser import Step
from pytest_bdd.scenario import get_step_function, parse_step_arguments

from rapidpro_simulator.cht.administrator import UnavailableError

from .durations import DURATION, seconds_of
from .words import UnreadableError, one_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapidpro_simulator.simulation import Simulation

    FindCondition = Callable[[str, str | None, list[list[str]] | None], Callable[[], object]]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@when(parsers.re(rf"{DURATION} pass(es)?"))
def time_passes(simulation: Simulation, duration: str) -> None:
    """Everything that is due happens, in order, and what is under way comes to rest.

    Example: When 1 hour passes
    """
    simulation.advance(seconds=seconds_of(duration))


@given(parsers.re(rf'the clock of "(?P<host>[^"]+)" is {DURATION} (?P<way>ahead|behind)'))
def clock_is_wrong(simulation: Simulation, host: str, duration: str, way: str) -> None:
    """The clock of a host, RapidPro's or CHT's (cht.example.org), is wrong by so much; said before the host is there.

    What it writes into its data and headers is wrong then; how fast its time passes is not.

    Example: Given the clock of "textit.com" is 10 minutes ahead
    """
    seconds = seconds_of(duration)
    simulation.set_clock(host, timedelta(seconds=seconds if way == "ahead" else -seconds))


MOMENT = parsers.re(r"it is (?P<weekday>[A-Z]\w+)(?: at (?P<hour>\d{1,2}):(?P<minute>\d\d))?")


@given(MOMENT)
@when(MOMENT)
def it_is(simulation: Simulation, weekday: str, hour: str | None, minute: str | None) -> None:
    """Time passes until the next such day begins, or that time of it, in UTC, which is the time of the servers.

    Example: Given it is Friday at 17:00
    """
    day = WEEKDAYS.index(one_of("no day of the week", weekday, WEEKDAYS))
    wanted = _next(simulation.clock.now(), day, _time_of_day(hour, minute))
    simulation.advance(seconds=(wanted - simulation.clock.now()).total_seconds())


def _next(now: datetime, weekday: int, time: timedelta) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = midnight + timedelta(days=(weekday - now.weekday()) % 7) + time
    return found if found > now else found + timedelta(weeks=1)


def _time_of_day(hour: str | None, minute: str | None) -> timedelta:
    hours, minutes = int(hour or 0), int(minute or 0)
    if hours > 23 or minutes > 59:
        raise UnreadableError(f"{hour}:{minute} is no time of a day; write hours and minutes: 17:00")
    return timedelta(hours=hours, minutes=minutes)


@pytest.fixture
def find_condition(request: pytest.FixtureRequest) -> FindCondition:
    """Give a sentence the `Then` that its rest is."""

    def find(sentence: str, docstring: str | None, datatable: list[list[str]] | None) -> Callable[[], object]:
        return _step(request, sentence, docstring, datatable)

    return find


@then(parsers.re(rf"within {DURATION} (?P<condition>.+)"))
def comes_true(
    simulation: Simulation,
    find_condition: FindCondition,
    duration: str,
    condition: str,
    docstring: str | None = None,
    datatable: list[list[str]] | None = None,
) -> None:
    """Time passes until the rest of the sentence is true, and at most so long. Any other `Then` can be the rest.

    A gateway in another process is given some real seconds in any case: what the machine needs is not its fault. It
    is not true yet while CHT cannot answer.

    Example: Then within 5 minutes the message is in the state "delivered"
    """
    ask = find_condition(condition, docstring, datatable)
    unmet: list[AssertionError | UnavailableError] = []

    def holds() -> bool:
        try:
            ask()
        except (AssertionError, UnavailableError) as error:
            unmet[:] = [error]
            return False
        return True

    if not simulation.wait_until(holds, seconds=seconds_of(duration)):
        unmet[0].add_note(f"so it was for {duration}")
        raise unmet[0]


def _step(
    request: pytest.FixtureRequest, sentence: str, docstring: str | None, datatable: list[list[str]] | None
) -> Callable[[], object]:
    """Return what the `Then` of this sentence does. Raises `StepDefinitionNotFoundError`."""
    step = Step(name=sentence, type="then", indent=0, line_number=0, keyword="Then")
    context = get_step_function(request, step)
    if context is None:
        unknown = StepDefinitionNotFoundError(f"Step definition is not found: Then {sentence}")
        request.config.hook.pytest_bdd_step_func_lookup_error(
            request=request, feature=None, scenario=None, step=step, exception=unknown
        )
        raise unknown
    attached = {"docstring": docstring, "datatable": datatable}
    given = {
        **parse_step_arguments(step, context),
        **{name: value for name, value in attached.items() if value is not None},
    }
    function = context.step_func
    arguments = {
        name: given[name] if name in given else request.getfixturevalue(name)
        for name, parameter in signature(function).parameters.items()
        if name in given or parameter.default is parameter.empty
    }
    return lambda: function(**arguments)
