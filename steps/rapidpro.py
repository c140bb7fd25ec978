"""RapidPro: its workspaces, what their carriers do with messages, and what they know in the end."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.rapidpro.delivery.outcomes import OUTCOMES, REPORTABLE, Outcome, outcome
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES
from rapidpro_simulator.rapidpro.urns import SCHEMES
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.testing.polling import Poller
from rapidpro_simulator.world.plurals import counted

from .durations import DURATION, PERIOD, seconds_of
from .subjects import workspace_called
from .wire import AMOUNT, SINCE, exchanges_of, meets
from .words import http_status, one_of

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.simulation import Simulation

HOSTNAME = "textit.com"


@given(parsers.re(r'(?:a )?RapidPro workspaces? (?P<names>"[^"]+"(?: and "[^"]+")*)(?: on "(?P<host>[^"]+)")?'))
def workspaces(simulation: Simulation, names: str, host: str | None) -> None:
    """Workspaces exist on a RapidPro host (default: textit.com), each with a token and a channel.

    Example: Given RapidPro workspaces "Old" and "New" on "textit.com"
    """
    for name in re.findall(r'"([^"]+)"', names):
        simulation.rapidpro(host or HOSTNAME).workspace(name)


@given(
    parsers.re(
        r'a RapidPro host "(?P<host>[^"]+)"(?: of the generation "(?P<generation>[^"]+)")?'
        r'(?: with the rate profile "(?P<profile>[^"]+)")?(?: whose ids begin at (?P<first>\d+))?'
    )
)
def host_is(simulation: Simulation, host: str, generation: str | None, profile: str | None, first: str | None) -> None:
    """A RapidPro host of a generation (default: what --generation names), with a rate profile of its own if need be.

    Example: Given a RapidPro host "textit.com" of the generation "textit-2026" with the rate profile "shared-2500"
    """
    if profile:
        one_of("no rate profile", profile, RATE_PROFILES)
    if generation:
        one_of("no generation", generation, GENERATIONS)
    settings: dict[str, Any] = {"rate_profile": profile, "first_id": int(first or 1)}
    if generation:
        settings["generation"] = generation
    simulation.rapidpro(host, **settings)


@given(
    parsers.re(r'the workspace "(?P<name>.+)" may make (?P<amount>\d+) requests? an hour in the scope "(?P<scope>.+)"')
)
def rate_is(simulation: Simulation, name: str, amount: str, scope: str) -> None:
    """A workspace has a rate of its own in a throttle scope.

    Example: Given the workspace "Main" may make 10 requests an hour in the scope "v2.messages"
    """
    host, workspace = workspace_called(simulation, name)
    profile = host.installation.rate_profile
    one_of(f"no throttle scope of {host.name}", scope, [*profile.rates, *profile.scopes.values()])
    workspace.access.rates = {**workspace.access.rates, scope: f"{amount}/hour"}


@given(parsers.re(r'the workspace "(?P<name>.+)" is (?P<what>suspended|flagged|restored)'))
@when(parsers.re(r'the workspace "(?P<name>.+)" is (?P<what>suspended|flagged|restored)'))
def workspace_suspended(simulation: Simulation, name: str, what: str) -> None:
    """RapidPro's operator suspends, flags or restores a workspace.

    Example: When the workspace "Main" is suspended
    """
    _, workspace = workspace_called(simulation, name)
    workspace.settings.suspended = what == "suspended"
    workspace.settings.flagged = what == "flagged"


@given(parsers.re(r'the token of the workspace "(?P<name>.+)" is (?P<what>deactivated|reactivated)'))
@when(parsers.re(r'the token of the workspace "(?P<name>.+)" is (?P<what>deactivated|reactivated)'))
def token_deactivated(simulation: Simulation, name: str, what: str) -> None:
    """Somebody deactivates the token that CHT was given, or activates it again.

    Example: When the token of the workspace "Main" is deactivated
    """
    _, workspace = workspace_called(simulation, name)
    workspace.token.active = what == "reactivated"


@given(parsers.parse('the workspace "{name}" sends through {kind}'))
def channel_is(simulation: Simulation, name: str, kind: str) -> None:
    """A workspace has one channel only, of this kind: an aggregator, an aggregator without reports, Android, WhatsApp.

    With an external channel, phones and RapidPro talk over HTTP: RapidPro posts its messages to an aggregator on the
    network, which brings texts and reports.

    Example: Given the workspace "Main" sends through an Android phone
    """
    _, workspace = workspace_called(simulation, name)
    one_of("no kind of channel", kind, (*CHANNELS, EXTERNAL_CHANNEL))
    if kind == EXTERNAL_CHANNEL:
        simulation.phones.connect(workspace)
        return
    for channel in list(workspace.channels):
        workspace.remove_channel(channel)
    # Contacts of CHT have telephone numbers only; whatever the channel, it reaches them there.
    workspace.add_channel(CHANNELS[kind], schemes=("tel", "whatsapp"))


@given(parsers.re(r'the workspace "(?P<name>[^"]+)" has a channel for (?P<schemes>[a-z]+(?:, [a-z]+)*)'))
def has_channel_for(simulation: Simulation, name: str, schemes: str) -> None:
    """A workspace has one more channel, which reaches contacts at addresses of these kinds.

    Example: Given the workspace "Main" has a channel for telegram, facebook
    """
    _, workspace = workspace_called(simulation, name)
    kinds = [one_of("no kind of address", each, sorted(SCHEMES)) for each in schemes.split(", ")]
    workspace.add_channel(CHANNELS["an aggregator"], schemes=tuple(kinds))


EXTERNAL_CHANNEL = "an external channel"
CHANNELS = {
    "an aggregator": "aggregator",
    "an aggregator without delivery reports": "aggregator without reports",
    "an Android phone": "android",
    "WhatsApp": "whatsapp",
}


@given(parsers.re(r'messages of the workspace "(?P<name>.+)" become (?P<statuses>[\w, ]+)'))
@when(parsers.re(r'messages of the workspace "(?P<name>.+)" become (?P<statuses>[\w, ]+)'))
def carrier_reports(simulation: Simulation, name: str, statuses: str) -> None:
    """The carrier reports every outgoing message of a workspace through these statuses, five seconds apart.

    Besides there are: nothing, rejected, errored (for ever), errored once, errored twice, sent late, failed late.

    Example: Given messages of the workspace "Main" become wired, sent, delivered
    """
    _, workspace = workspace_called(simulation, name)
    workspace.deliver(outcome_of(statuses))


@when(parsers.re(r'message (?P<number>\d+) of the workspace "(?P<name>.+)" becomes (?P<statuses>[\w, ]+)'))
@given(parsers.re(r'message (?P<number>\d+) of the workspace "(?P<name>.+)" becomes (?P<statuses>[\w, ]+)'))
def carrier_reports_one(simulation: Simulation, number: str, name: str, statuses: str) -> None:
    """The carrier reports one outgoing message of a workspace, by its number, through these statuses.

    Example: Given message 3 of the workspace "Main" becomes wired, failed
    """
    _, workspace = workspace_called(simulation, name)
    workspace.deliver(outcome_of(statuses), number=int(number))


@when(parsers.re(r'the carrier reports message (?P<number>\d+) of the workspace "(?P<name>.+)" as (?P<status>\w+)'))
def carrier_reports_now(simulation: Simulation, number: str, name: str, status: str) -> None:
    """The carrier sends a delivery report now, whatever it reported before.

    Example: When the carrier reports message 1 of the workspace "Main" as sent
    """
    _, workspace = workspace_called(simulation, name)
    one_of("no delivery report", status, REPORTABLE)
    workspace.report(_outgoing(workspace.messages, int(number)), status)
    simulation.advance(seconds=1)


@given(parsers.re(r'the workspace "(?P<name>.+)" keeps messages for (?P<days>\d+) days?'))
def retention(simulation: Simulation, name: str, days: str) -> None:
    """A workspace's messages are archived after so many days, in the night; usual are 90.

    Example: Given the workspace "Main" keeps messages for 1 day
    """
    _, workspace = workspace_called(simulation, name)
    workspace.delivery.set_retention(int(days))


@given(parsers.re(rf'making messages takes the workspace "(?P<name>.+)" {DURATION}'))
def slow_dispatch(simulation: Simulation, name: str, duration: str) -> None:
    """RapidPro is busy: so long after a broadcast was taken its messages are made.

    Example: Given making messages takes the workspace "Main" 90 seconds
    """
    host, _ = workspace_called(simulation, name)
    host.installation.platform.dispatch_delay = (seconds_of(duration), seconds_of(duration))


@given(parsers.parse('the workspace "{name}" has sent {count:d} broadcasts of its own'))
def own_broadcasts(simulation: Simulation, name: str, count: int) -> None:
    """Somebody sends broadcasts in RapidPro itself; they are all delivered.

    Example: Given the workspace "New" has sent 50 broadcasts of its own
    """
    host, workspace = workspace_called(simulation, name)
    for _ in range(count):
        person = simulation.sample_data.health_worker()
        body = {"urns": [f"tel:{person.phone}"], "text": simulation.sample_data.reminder()}
        answer = simulation.request("POST", f"{host.url}/api/v2/broadcasts.json", token=workspace.token.key, json=body)
        assert answer.status == 201, f"a broadcast was answered with {answer.status}: {answer.text}"
    simulation.advance(minutes=1)


@when(
    parsers.re(
        r'somebody asks the workspace "(?P<name>[^"]+)" for "(?P<path>[^"]+)"'
        r"(?: with (?P<which>a wrong|another) token)?"
    )
)
def somebody_asks(simulation: Simulation, name: str, path: str, which: str | None) -> None:
    """Somebody makes a GET request with the workspace's token, with a second one that it has, or with a wrong one.

    Example: When somebody asks the workspace "Main" for "/api/v2/messages.json?broadcast="
    """
    host, workspace = workspace_called(simulation, name)
    keys = {None: workspace.token.key, "a wrong": "no-token-at-all"}
    key = workspace.new_token("Editor").key if which == "another" else keys[which]
    simulation.request("GET", f"{host.url}{path}", token=key)


POLLED = "/api/v2/messages.json"
POLLER = "another system"
POLLS = parsers.re(
    rf'another system polls the workspace "(?P<name>[^"]+)" every (?P<period>{PERIOD})(?: for "(?P<path>[^"]+)")?'
)


@given(POLLS)
@when(POLLS)
def another_system_polls(simulation: Simulation, name: str, period: str, path: str | None) -> None:
    """From now on somebody else, with the same token, asks a workspace for its messages, or for another path.

    The first question comes after the first such time. It counts against the quota of the workspace.

    Example: Given another system polls the workspace "Main" every 5 minutes
    """
    host, workspace = workspace_called(simulation, name)
    Poller(simulation, POLLER, workspace, [f"{host.url}{path or POLLED}"], seconds_of(period))


@then(parsers.re(rf"{AMOUNT} requests? of another system (?:was|were) answered with (?P<status>\d+)"))
def another_system_is_answered(simulation: Simulation, bound: str, amount: str, status: str) -> None:
    """So many requests of the system that polls a workspace got this status.

    Example: Then 12 requests of another system were answered with 429
    """
    statuses = Counter(each.status for each in simulation.journal.exchanges(by=POLLER))
    count = statuses[http_status(status)]
    expect(meets(count, bound, amount), f"{bound}{amount} requests with {status}", f"they got {dict(statuses)}")


@then(parsers.parse("RapidPro answers with {count:d} results"))
def answered_with(simulation: Simulation, count: int) -> None:
    """The last answer to the tester was a page of so many results.

    Example: Then RapidPro answers with 3 results
    """
    answer = simulation.journal.exchanges(by="tester")[-1]
    results = (answer.answer() or {}).get("results", [])
    expect(len(results) == count, counted(count, "result"), f"there are {len(results)}")


@then(parsers.parse("RapidPro answers with the status {status:d}"))
def answered_with_status(simulation: Simulation, status: int) -> None:
    """The last answer to the tester had this status.

    Example: Then RapidPro answers with the status 500
    """
    http_status(str(status))
    answer = simulation.journal.exchanges(by="tester")[-1]
    expect(answer.status == status, f"the status {status}", f"it is {answer.status}")


@then(parsers.re(rf'the workspace "(?P<name>.+)" has {AMOUNT} messages?'))
def has_messages(simulation: Simulation, name: str, bound: str, amount: str) -> None:
    """A workspace has so many outgoing messages.

    Example: Then the workspace "Main" has at least 3 messages
    """
    _, workspace = workspace_called(simulation, name)
    found = [message for message in workspace.messages if not message.incoming]
    expect(meets(len(found), bound, amount), f"{bound}{counted(amount, 'message')} of {name}", f"it has {len(found)}")


@then(parsers.re(rf'the workspace "(?P<name>.+)" has {AMOUNT} messages? that (?:is|are) (?P<status>[\w-]+)'))
def has_messages_with_status(simulation: Simulation, name: str, bound: str, amount: str, status: str) -> None:
    """A workspace has so many outgoing messages with this status.

    Example: Then the workspace "Main" has 42 messages that are wired
    """
    host, workspace = workspace_called(simulation, name)
    words = host.installation.generation.words.message
    _check_status(host, status)
    statuses = [words[message.status] for message in workspace.messages if not message.incoming]
    expect(
        meets(statuses.count(status), bound, amount),
        f"{bound}{counted(amount, f'{status} message')}",
        f"they are {statuses}",
    )


@then(parsers.re(r'message (?P<number>\d+) of the workspace "(?P<name>.+)" is (?P<status>\w+)'))
def message_has_status(simulation: Simulation, number: str, name: str, status: str) -> None:
    """An outgoing message of a workspace, by its number, has this status.

    Example: Then message 1 of the workspace "Main" is delivered
    """
    host, workspace = workspace_called(simulation, name)
    _check_status(host, status)
    message = _outgoing(workspace.messages, int(number))
    found = host.installation.generation.words.message[message.status]
    expect(found == status, f"the status {status}", f"it is {found}")


@then(parsers.re(r'message (?P<number>\d+) of the workspace "(?P<name>.+)" reads "(?P<text>.*)"'))
def message_reads(simulation: Simulation, number: str, name: str, text: str) -> None:
    """An outgoing message of a workspace, by its number, has this text.

    Example: Then message 1 of the workspace "Main" reads "Visit tomorrow"
    """
    _, workspace = workspace_called(simulation, name)
    found = _outgoing(workspace.messages, int(number)).text
    expect(found == text, f"the text {text!r}", f"it is {found!r}")


@then(
    parsers.re(rf'the workspace "(?P<name>.+)" has answered {AMOUNT} (?P<endpoint>status|broadcast) requests?{SINCE}')
)
def has_answered(simulation: Simulation, name: str, bound: str, amount: str, endpoint: str, period: str | None) -> None:
    """A workspace has answered so many of the gateway's requests of a kind with success.

    Example: Then the workspace "New" has answered 2500 status requests
    """
    answered = _answers(simulation, name, endpoint, period)
    expect(
        meets(answered, bound, amount),
        f"{bound}{counted(amount, f'{endpoint} request')} answered",
        f"there were {answered}",
    )


@then("it has refused the rest with 429")
def has_refused_the_rest(simulation: Simulation) -> None:
    """Whatever RapidPro did not answer with success it refused for the quota, and there was something to refuse.

    Example: Then it has refused the rest with 429
    """
    statuses = [exchange.status for exchange in exchanges_of(simulation, "status")]
    others = sorted({str(status) for status in statuses if status not in {200, 429}})
    expect(429 in statuses and not others, "only 200 and 429, and some 429", f"429: {statuses.count(429)}, {others}")


@then(parsers.parse("the last refusal says to come back in {seconds:d} seconds"))
def refusal_says(simulation: Simulation, seconds: int) -> None:
    """The last 429 that the gateway got carries this Retry-After, give or take a second for the time of an exchange.

    Example: Then the last refusal says to come back in 3000 seconds
    """
    refusals = simulation.journal.exchanges(by="gateway*", status=429)
    said = [int(exchange.retry_after or -1) for exchange in refusals]
    expect(bool(said) and abs(said[-1] - seconds) <= 1, f"Retry-After {seconds}", f"they said {said[-3:]}")


@then(parsers.re(r'the workspace "(?P<name>.+)" has (?P<left>no|\d+) requests left in the scope "(?P<scope>.+)"'))
def quota_left(simulation: Simulation, name: str, left: str, scope: str) -> None:
    """A workspace has so many requests left of this hour's quota in a scope.

    Example: Then the workspace "New" has no requests left in the scope "v2.messages"
    """
    host, workspace = workspace_called(simulation, name)
    quota = host.api.quota(workspace)
    used, limit = quota[one_of(f"no throttle scope of {host.name}", scope, quota)]
    remaining = None if limit is None else limit - used
    expect(
        remaining == (0 if left == "no" else int(left)), f"{counted(left, 'request')} left", f"there are {remaining}"
    )


def _check_status(host: RapidProHost, status: str) -> None:
    words = [word for word in host.installation.generation.words.message.values() if word is not None]
    one_of(f"no status of {host.name}'s messages", status, words)


def outcome_of(statuses: str) -> Outcome | str:
    """Read `wired, sent, delivered`, or the name of an outcome that is more than a list of statuses."""
    if statuses in OUTCOMES and "," not in statuses and statuses not in REPORTABLE:
        return statuses
    if statuses == "errored":
        return statuses  # with the retries, to the end
    for word in statuses.split(", "):
        one_of("nothing that a carrier reports", word, [*REPORTABLE, *OUTCOMES])
    return outcome(statuses, **{word: 0.5 + 5 * number for number, word in enumerate(statuses.split(", "))})


def _answers(simulation: Simulation, name: str, endpoint: str, period: str | None) -> int:
    host, _ = workspace_called(simulation, name)
    return len(exchanges_of(simulation, endpoint, period, to=host.name, workspace=name, status="2*"))


def _outgoing(messages: list[Message], number: int) -> Message:
    outgoing = [message for message in messages if not message.incoming]
    assert 1 <= number <= len(outgoing), f"the workspace has {len(outgoing)} outgoing messages, there is no {number}"
    return outgoing[number - 1]
