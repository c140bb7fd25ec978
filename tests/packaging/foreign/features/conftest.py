"""The clinic's own sentences, beside those of rapidpro-simulator."""

from pytest_bdd import given, parsers
from rapidpro_simulator.steps.cht import add_messages


@given(parsers.parse('a reminder for "{name}"'))
def reminder(simulation, name):
    add_messages(simulation, [{"text": f"Dear {name}, please come tomorrow."}])
