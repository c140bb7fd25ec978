from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.inputs import Input
from tests.rapidpro.flows.engine.building import flow, question, uuid
from tests.rapidpro.flows.engine.playing import ANN, CHANNEL, Play

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

FIELDS = [
    {"uuid": uuid(700), "key": "age", "name": "Age", "type": "number"},
    {"uuid": uuid(701), "key": "joined", "name": "Joined", "type": "datetime"},
    {"uuid": uuid(702), "key": "note", "name": "Note", "type": "text"},
]
TOPIC = {"uuid": uuid(703), "name": "Water"}
USER = {"uuid": uuid(704), "name": "Eve Other", "email": "eve@example.com"}
GLOBALS = [{"key": "b_name", "name": "B", "value": "two"}, {"key": "a_name", "name": "A", "value": "one"}]
ANYBODY = {
    **ANN,
    "fields": {"age": {"text": "31 yrs"}, "note": {"text": "hello"}, "gone": {"text": "x"}},
    "tickets": [{"uuid": uuid(705), "status": "open", "topic": TOPIC, "assignee": USER}],
    "groups": [{"uuid": uuid(706), "name": "Mothers"}, {"uuid": uuid(799), "name": "Gone"}],
    "urns": ["mailto:ann@example.com", "tel:+250788123123?channel=" + uuid(900), "tel:+250788999999"],
}


def run(contact: dict[str, Any] = ANYBODY, **environment: Any) -> Run:
    """Return a run that waits, with a contact of whom much is known."""
    play = Play(
        flow(question(10, "Yes?", result_name="Answer", to=10), revision=3),
        environment=environment,
        fields=FIELDS,
        topics=[TOPIC],
        users=[USER],
        globals=GLOBALS,
        groups=[{"uuid": uuid(706), "name": "Mothers"}],
    )
    play.contact = play.contact.from_json(contact, play.assets, play.environment)
    play.start(params={"a": {"b": [1, 2.5]}}, user={"uuid": uuid(704), "name": "Eve"}, origin="api")
    return play.session.runs[0]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("@contact", "Ann Uwera"),
        ("@CONTACT.First_Name", "Ann"),
        ("@contact.urn", "tel:+250788123123"),
        ("@contact.urns", "[mailto:ann@example.com, tel:+250788123123, tel:+250788999999]"),
        ("@urns.tel", "tel:+250788123123"),
        ("@urns.viber", ""),
        ("@contact.channel", "Main"),
        ("@contact.groups", "[{name: Mothers, uuid: " + uuid(706) + "}]"),
        ("@contact.timezone", ""),
        ("@contact.last_seen_on", ""),
        ("@contact.created_on", "2026-01-01T00:00:00.000000Z"),
        ("@fields", "Note: hello"),
        ("@fields.age", ""),
        ("@contact.fields.note", "hello"),
        ("@ticket", "{assignee: Eve Other, topic: Water, uuid: " + uuid(705) + "}"),
        ("@ticket.assignee.first_name", "Eve"),
        ("@globals", "B: two\nA: one"),
        ("@globals.a_name", "one"),
        ("@trigger.params.a.b", "[1, 2.5]"),
        ("@trigger.user @trigger.origin @trigger.type", "Eve Other api manual"),
        ("@run", "Ann Uwera@Relay"),
        ("@run.flow @run.flow.revision @run.status", "Relay 3 waiting"),
        ("@node.visit_count @node.categories", "1 [Yes, Other]"),
        ("@(count(run.path))", "1"),
        ("@input@parent@child@webhook@resume", ""),
        ("@locals", "{}"),
        ("@results", ""),
    ],
)
def test_variables(template: str, text: str) -> None:
    """Expressions see the run, the contact and the workspace."""
    assert run().evaluate_text(template) == (text, True)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [({"name": ""}, "0788 123 124"), ({"name": "", "urns": []}, ""), ({"name": "", "urns": ["mailto:a@b.c"]}, "a@b.c")],
)
def test_nameless_contact(changes: dict[str, Any], shown: str) -> None:
    """A contact without a name is shown by the first URN."""
    contact = {**ANN, "urns": ["tel:+250788123124"], **changes}

    assert run(contact).evaluate_text("@contact")[0] == shown
    assert run(contact).evaluate_text("@contact.first_name")[0] == ""


def test_redaction() -> None:
    """In an anonymous workspace nobody sees the path of a URN."""
    anonymous = run({**ANYBODY, "name": ""}, redaction_policy="urns")

    text, _ = anonymous.evaluate_text("@contact @contact.urn @urns.mailto @(count(contact.urns))")

    assert text == "7 tel:******** mailto:******** 3"


def test_reference_codes() -> None:
    """Contacts with ids have codes that differ, of six letters without those that look alike."""
    codes = set()
    for number in range(1, 200):
        play = run({**ANN, "id": number * 101}).contact.ref
        codes.add(play)
    assert len(codes) == 199
    assert {len(code) for code in codes} == {6}
    assert not set("".join(codes)) & set("IO01")
    assert run({**ANN, "id": 0}).contact.ref == ""


def test_input() -> None:
    """A message is its text and the URLs of its attachments, and has parts."""
    waiting = run()
    waiting.session.input = Input(
        uuid=uuid(1),
        created_on="2026-01-01T00:00:00Z",
        urn="tel:+250788123123?channel=x",
        text="Hi",
        attachments=("image/jpeg:http://x/a.jpg", "geo:1,2"),
        payload={"k": 1},
    )

    assert waiting.evaluate_text("@input")[0] == "Hi\nhttp://x/a.jpg\n1,2"
    assert waiting.evaluate_text("@input.urn @input.type @input.payload.k")[0] == "tel:+250788123123 msg 1"


def test_input_without_payload() -> None:
    """A message without data from its provider has a payload without keys."""
    waiting = run()
    waiting.session.input = Input(uuid=uuid(1), created_on="2026-01-01T00:00:00Z", text="Hi")

    assert waiting.evaluate_text("@(json(input.payload))|@input.payload")[0] == "{}|{}"


def test_webhook() -> None:
    """The last webhook has status, headers and JSON; as text it is method and URL."""
    waiting = run()
    waiting.webhook = {
        "method": "POST",
        "url": "http://x",
        "status": 201,
        "headers": {"Content-Type": "a/b"},
        "json": {"items": [{"name": "x"}]},
    }

    text, _ = waiting.evaluate_text(
        '@webhook @webhook.status @(webhook.headers["content-type"]) @webhook.json.items.0.name'
    )

    assert text == "POST http://x 201 a/b x"


def test_results() -> None:
    """Results are listed by name; one is its value, with a category in the flow's language where no other is."""
    waiting = run()
    waiting.save_result("B b", "2", "Two", category_localized="Deux", extra={"x": 1.5})
    waiting.save_result("A", "1", "One")

    assert waiting.evaluate_text("@results")[0] == "A: 1\nB b: 2"
    assert waiting.evaluate_text("@results.b_b.category_localized @results.a.category_localized")[0] == "Deux One"
    assert waiting.evaluate_text("@results.b_b.extra.x @run.results.a")[0] == "1.5 1"


def test_legacy_extra() -> None:
    """What was `@extra` mixes params and the extra of results, later ones over earlier ones, and is deprecated."""
    waiting = run()
    waiting.save_result("Some Call", "200", extra={"A": 1, "b-c": [2]})
    waiting.save_result("List", "200", extra=["x", "y"])
    waiting.session.sprint.events.clear()

    text, _ = waiting.evaluate_text('@legacy_extra.a @legacy_extra.b_c @legacy_extra.some_call @(legacy_extra["1"])')

    assert text == '1 [2] {"A":1,"b-c":[2]} y'
    assert {event["text"] for event in waiting.session.sprint.events} == {"@legacy_extra is deprecated"}


def test_environment() -> None:
    """The contact's timezone, language and country override those of the workspace."""
    waiting = run(
        {**ANN, "timezone": "Africa/Kigali"}, allowed_languages=["eng", "fra"], default_country="US", timezone="UTC"
    )

    environment = waiting.environment
    assert str(environment.timezone) == "Africa/Kigali"
    assert environment.locale == "fra-RW"
    assert waiting.session.environment.locale == "eng-US"


def test_country_of_the_number() -> None:
    """Without a channel that has a country, the first phone number tells it."""
    play = Play(flow(question(10, "Yes?")), channels=[{**CHANNEL, "country": ""}])
    play.contact.urns = ["mailto:a@b.c", "tel:+442079460958"]
    play.start()

    assert play.session.merged_environment.country == "GB"


def test_unknown_timezone() -> None:
    """A contact with a timezone that does not exist is refused."""
    with pytest.raises(ValueError, match="Mars"):
        run({**ANN, "timezone": "Mars/Base"})
