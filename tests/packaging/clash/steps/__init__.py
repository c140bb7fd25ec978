"""The project's own sentences."""

from pathlib import Path

from pytest_bdd import given, then
from rapidpro_simulator.steps.cht import add_messages

import fixtures
import gateway
import simulator
from rapidpro_simulator import expect

PROJECT = Path(__file__).parents[1]


@given("a reminder of the project's own")
def reminder(simulation):
    add_messages(simulation, [{"text": "Please come tomorrow."}])


@then("its packages are its own")
def own_packages():
    found = [Path(each.__file__).parents[1] for each in (fixtures, gateway, simulator)]
    expect(set(found) == {PROJECT}, f"packages of {PROJECT}", f"they are of {found}")
