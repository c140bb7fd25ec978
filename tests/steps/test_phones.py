"""Sentences about phones and aggregators: what is not so fails, and what cannot be is an error that helps."""

from __future__ import annotations

import pytest
from rapidpro_simulator.steps.words import UnknownWordError, UnreadableError

from rapidpro_simulator.phones import PhoneError
from rapidpro_simulator.testing.expectations import ExpectationError

from .saying import say

WORKSPACE = 'Given a RapidPro workspace "Main"'
SETTINGS = 'Given the external channel of the workspace "Main" has'
EXTERNAL = 'Given the workspace "Main" sends through an external channel'


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        (
            "send_ulr",
            "https://x.org",
            "no setting of an external channel is called 'send_ulr'; did you mean 'send_url'?",
        ),
        ("max_length", "long", "'long' is no whole number, such as 160"),
        ("max_length", "0", "at least one character"),
        ("use_national", "maybe", "there are: yes, no"),
        ("send_method", "PATCH", "sends by POST, GET, PUT"),
    ],
)
def test_wrong_settings(request: pytest.FixtureRequest, setting: str, value: str, complaint: str) -> None:
    """A setting that there is not, or that cannot be so."""
    say(request, WORKSPACE)

    with pytest.raises((UnknownWordError, UnreadableError, ValueError)) as raised:
        say(request, SETTINGS, block=f"| setting | value |\n| {setting} | {value} |")

    assert complaint in str(raised.value)


@pytest.mark.parametrize("sender", ["60396", "999", "SAFARICOM", "Mpesa24", "+254711000001"])
def test_senders(request: pytest.FixtureRequest, sender: str) -> None:
    """Short codes, names and numbers text, whatever the channel, and are answered by it."""
    for channel in (WORKSPACE, EXTERNAL):
        say(request, channel, f'When {sender} texts "Hello"', f'When {sender} texts "{len(channel)}"')
    say(request, f'Given {sender} has texted "OK"', f"Then {sender} has got no messages")

    simulation = request.getfixturevalue("simulation")
    [workspace] = simulation.hosts["textit.com"].installation.workspaces.values()
    assert [message.urn for message in workspace.messages] == [f"tel:{sender.lower()}"] * 5


def test_a_robot_with_a_name(request: pytest.FixtureRequest) -> None:
    """An operator that answers by itself is known by its name, in whatever letters RapidPro keeps it."""
    say(request, WORKSPACE, 'Given SAFARICOM answers every message by itself with "Thank you"')
    simulation = request.getfixturevalue("simulation")
    [workspace] = simulation.hosts["textit.com"].installation.workspaces.values()
    say(request, 'When SAFARICOM texts "Hello"')
    workspace.send_message(next(iter(workspace.contacts)), "Who are you?")
    simulation.advance(seconds=30)

    assert [message.text for message in workspace.messages] == ["Hello", "Who are you?", "Thank you"]


@pytest.mark.parametrize("sender", ["0396", "12", "1234567"])
def test_no_senders(request: pytest.FixtureRequest, sender: str) -> None:
    """What is neither a number nor a short code is refused."""
    say(request, WORKSPACE)

    with pytest.raises(UnreadableError, match="is no phone number"):
        say(request, f'When {sender} texts "Hello"')


def test_what_the_aggregator_has_not_got(request: pytest.FixtureRequest) -> None:
    """Requests that were not made are told with those that were."""
    say(request, WORKSPACE, EXTERNAL, 'When the workspace "Main" broadcasts "Hello" to +254711000001')

    with pytest.raises(ExpectationError, match=r"expected the requests .*'method': 'GET'.*they are .*'method': 'POST'"):
        say(request, "Then the aggregator has got", block="| method |\n| GET |")


def test_a_phone_that_is_off(request: pytest.FixtureRequest) -> None:
    """Nobody texts from a phone that is off."""
    say(request, WORKSPACE, "When +254711000001 is off for 1 hour")

    with pytest.raises(PhoneError, match="is off"):
        say(request, 'When +254711000001 texts "Hello"')
