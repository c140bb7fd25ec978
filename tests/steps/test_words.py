"""A word that means nothing is an error that names the right ones, in whatever sentence it stands."""

from __future__ import annotations

import pytest
from rapidpro_simulator.steps.words import UnknownWordError, UnreadableError

from .saying import BACKGROUND, say

WRONG_WORDS = [
    ('Then no messages are in the state "deliverd"', "did you mean 'delivered' or"),
    ('Then no messages are in the state "Delivered"', "did you mean 'delivered'?"),
    ('Then the message is in the state "Delivered"', "did you mean 'delivered'?"),
    ('Then within 1 day no messages are in the state "fialed"', "did you mean 'failed'?"),
    ("Then the message has been through the states pending, snet", "did you mean 'sent'"),
    ('When every message without a final state is set to "sheduled"', "did you mean 'scheduled'?"),
    ('When message 1 is set to "mutted"', "did you mean 'muted'?"),
    ('Given 2 messages in the state "penidng" with gateway references from 1', "did you mean 'pending'?"),
    ('Then the workspace "Main" has no messages that are deliverd', "did you mean 'delivered'?"),
    ('Then message 1 of the workspace "Main" is wierd', "did you mean 'wired'?"),
    ('Then the workspace "Mian" has no messages', "did you mean 'Main'?"),
    ('When the instance is switched to the workspace "main"', "did you mean 'Main'?"),
    ('Then in the next 1 hour the gateway makes no status requests of the workspace "Mian"', "did you mean 'Main'?"),
    ('Given the workspace "Main" may make 10 requests an hour in the scope "v2.mesages"', "did you mean 'v2.messages'"),
    ('Then the workspace "Main" has no requests left in the scope "v2.mesages"', "did you mean 'v2.messages'"),
    ('Given the workspace "Main" sends through an Andriod phone', "did you mean 'an Android phone'?"),
    ('Given messages of the workspace "Main" become wired, devlivered', "did you mean 'delivered'"),
    ('Given messages of the workspace "Main" become errored thrice', "did you mean"),
    ('When the carrier reports message 1 of the workspace "Main" as recieved', "there are: wired, sent, delivered"),
    ('Given a RapidPro host "x.org" of the generation "textit-2062"', "did you mean 'textit-2026'"),
    ('Given a RapidPro host "x.org" with the rate profile "comunity"', "did you mean 'community'?"),
    ('Given the flows of "cht-incoming-mesage.json"', "did you mean 'cht-incoming-message.json'?"),
    ('Given the keyword "JOIN" starts the flow "Registration"', "no flow is called 'Registration'; there are: none"),
    ('Given the keyword "JOIN US" starts the flow "Registration"', "'JOIN US' is no keyword: that is one word"),
    ('Then the flow "Registration" has no runs', "no flow is called"),
    ('When the workspace "Main" broadcasts "Hello" to the group "Mothers"', "no group is called 'Mothers'"),
    ('Given the global "login" is the login of a CHT user with the role "dataentry"', "did you mean 'data_entry'?"),
    ('Then the last flow start is "compleet"', "did you mean 'complete"),
    ('Then CHT has no reports with the form "PERG"', "no form of CHT is called 'PERG'"),
    ('When telegrm:123456789 texts "Hello"', "did you mean 'telegram'?"),
    ('Given the workspace "Main" has a channel for telegrm', "did you mean 'telegram'?"),
    ('Then +254712345678 is not in the group "Mothers"', "no group is called 'Mothers'"),
    ("Then +254712345678 has got no messages", "nobody in the scenario has the number +254712345678"),
    ("Given it is Fryday at 17:00", "did you mean 'Friday'"),
    ('Given the CHT project "my-confg"', "there is no my-confg"),
    ('Given another system polls the workspace "Mian" every 5 minutes', "did you mean 'Main'?"),
    ('Given the user "medc" with the password "secret-word" has the app on a phone', "no user of CHT is called 'medc'"),
    ('Then +254712345678 has got "Hello" 0 times', "nobody in the scenario has the number"),
    ('Then CHT has 1 report with the form "PREG"', "forms stand in the settings: `Given the settings of CHT include`"),
    ('Then CHT does not start the flow "Feedback" in RapidPro', "no flow is called 'Feedback'; there are: none"),
    ("Then a task is created for the health worker", "say first who there is: `Given these health workers`"),
    ('When the health worker submits the form "follow_up"', "say first who there is: `Given these health workers`"),
]


@pytest.mark.parametrize(("sentence", "complaint"), WRONG_WORDS)
def test_a_wrong_word_names_the_right_ones(request: pytest.FixtureRequest, sentence: str, complaint: str) -> None:
    """States, statuses, scopes, names, outcomes, kinds and roles are held against those there are, at once."""
    say(request, *BACKGROUND, "Given a pending message")

    with pytest.raises(UnknownWordError) as raised:
        say(request, sentence)

    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ('When 265991234567 texts "hello"', "write a plus"),
        ('When +265 991 234 567 texts "hello"', "without spaces"),
        ("Then 265991234567 has got no messages", "write a plus"),
        ('When a flow hands over "Fever" from 0712345678 as "in-1"', "write a plus"),
        ('When the workspace "Main" broadcasts "Hello" to 0712345678', "write a plus"),
        ("Then no status requests were answered with 4290", "4290 is no HTTP status"),
        ("Then RapidPro has made no webhook calls that were answered with 20", "20 is no HTTP status"),
        ("When 1.2.3 hours pass", "'1.2.3' is no number of"),
        ("Given it is Friday at 25:00", "25:00 is no time of a day"),
        ('When a flow hands over "Fever" from +254712345678 as in-1', "are no JSON"),
    ],
)
def test_a_number_that_cannot_be_is_refused(request: pytest.FixtureRequest, sentence: str, complaint: str) -> None:
    """Phone numbers, HTTP statuses and durations say how they are written."""
    say(request, *BACKGROUND)

    with pytest.raises(UnreadableError) as raised:
        say(request, sentence)

    assert complaint in str(raised.value)


SETTINGS = "Given the settings of CHT include"


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('{"transitions": {"regsitration": true}}', "did you mean 'registration'?"),
        ('{"transitions": {"my_own": {}}}', "CHT has no transition 'my_own' and would load none at all; there are: "),
        ('{"fomrs": {}}', "CHT knows no section 'fomrs'; did you mean 'forms'?"),
        ('{"sms": {"outgoing_servce": "rapidpro"}}', "did you mean 'outgoing_service'?"),
        ('{"forms": {},\n "sms": }', 'in line 2, column 9:\n   "sms": }\n          ^'),
        ("[]", "a JSON object"),
    ],
)
def test_wrong_settings_are_refused(request: pytest.FixtureRequest, settings: str, complaint: str) -> None:
    """A misspelt transition or section, and JSON with a mistake, which is shown."""
    say(request, *BACKGROUND)

    with pytest.raises((UnknownWordError, UnreadableError)) as raised:
        say(request, SETTINGS, block=settings)

    assert complaint in str(raised.value)


def test_settings_of_a_project_are_its_own(request: pytest.FixtureRequest) -> None:
    """A section that looks like none of CHT's is taken as it is, and so are all transitions of CHT's."""
    settings = '{"ministry": {"district": 7}, "transitions": {"muting": false, "default_responses": true}}'

    say(request, *BACKGROUND, SETTINGS, block=settings)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1 hours", 3600),
        ("1 hour", 3600),
        ("an hour", 3600),
        ("2 weeks", 1209600),
        ("a day", 86400),
        ("0.5 hours", 1800),
    ],
)
def test_durations(request: pytest.FixtureRequest, duration: str, seconds: int) -> None:
    """Both numbers of the noun, `a` and `an`, fractions, and weeks."""
    simulation = request.getfixturevalue("simulation")

    say(request, f"When {duration} pass")

    assert simulation.clock.seconds() == seconds


@pytest.mark.parametrize(
    ("sentences", "moment"),
    [
        (["Given it is Friday at 17:00"], "2026-03-06 17:00"),
        (["Given it is Monday at 9:30"], "2026-03-02 09:30"),
        (["Given it is Monday at 8:00"], "2026-03-09 08:00"),
        (["Given it is Monday"], "2026-03-09 00:00"),
        (["Given it is Friday at 17:00", "When it is Friday at 17:00"], "2026-03-13 17:00"),
    ],
)
def test_the_next_such_moment(request: pytest.FixtureRequest, sentences: list[str], moment: str) -> None:
    """It is always later than now, which is Monday, 2 March 2026, at 8:00 in the beginning."""
    simulation = request.getfixturevalue("simulation")

    say(request, *sentences)

    assert f"{simulation.clock.now():%Y-%m-%d %H:%M}" == moment
