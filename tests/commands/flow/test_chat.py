"""`rapidpro-simulator flow`: an export's flows are talked to, listed and checked on the command line."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.commands.flow.durations import read_duration, tell_duration
from tests.commands.clinic import PATIENTS, CommandLine, clinic, node, send, split, uuid, with_second_flow
from tests.commands.serving import ANY_PORTS, COMMAND, wait_for
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.commands.serving import Served

REGISTERED = {"status": 201, "json": {"id": "A-17"}}
WELCOME = "< Welcome to Kisumu. What is your name?"
QUESTION = "< Are you pregnant, Asha?"
IN_KISUMU = ("--global", "clinic=Kisumu", "--webhooks", "answers.json")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    run = CommandLine(tmp_path, monkeypatch, capsys)
    run.write("answers.json", {PATIENTS: [REGISTERED]})
    return run


def read(lines: list[str]) -> list[str]:
    """Return what the contact has read."""
    return [line for line in lines if line.startswith("<")]


def after(lines: list[str], written: str) -> list[str]:
    """Return what came of a line, up to the next one."""
    rest = lines[lines.index(f"> {written}") + 1 :]
    return rest[: next((place for place, line in enumerate(rest) if line.startswith("> ")), None)]


# The conversation

TOLD = """\
Registration, with Asha Mwangi (tel:+254712345678), Mon 2 Mar 2026 11:00
  flow      Registration begins
< Welcome to Kisumu. What is your name?
> asha mwangi
  why       Name: “asha mwangi” is All Responses, by default
  saved     Name = asha mwangi (All Responses)
< Are you pregnant, Asha?
  /1 Yes   /2 No
> perhaps
  why       Pregnant: “perhaps” is Other, by default, having tried has_any_word('yes y'), has_any_word('no n')
  saved     Pregnant = perhaps (Other)
< Are you pregnant, Asha?
  /1 Yes   /2 No
> /1
  web       POST https://clinic.example.org/patients -> 201
            sent {"name": "Asha Mwangi"}
            got  {"id": "A-17"}
  why       Pregnant: “Yes” is Yes, because has_any_word('yes y') matched 'Yes'
  why       @(default(webhook.status, 0)): “201” is Success, because has_number_between('200', '299') matched '201'
  saved     Pregnant = Yes (Yes)
  saved     Saved = 201 (Success)
  contact   joined the group Mothers
< Your number is A-17.
  flow      Registration is over: completed
"""


def test_a_conversation_is_told(run: CommandLine) -> None:
    """Prompts, quick replies, web requests, results, and why each branch was taken, in the order it happens."""
    lines = run.chat("asha mwangi", "perhaps", "/1", options=IN_KISUMU)

    assert lines == TOLD.splitlines()


def test_one_seed_tells_one_story(run: CommandLine, tmp_path: Path) -> None:
    """The journal of two conversations is the same, byte for byte; with another seed it is another."""
    journals = []
    for seed in ("1", "1", "2"):
        run.chat("asha", "yes", options=(*IN_KISUMU, "--seed", seed, "--journal", "journal.jsonl"))
        journals.append((tmp_path / "journal.jsonl").read_bytes())

    assert journals[0] == journals[1] != journals[2]


def test_reasons_are_left_out_on_demand(run: CommandLine) -> None:
    """With --no-why there are none, and /why brings them back."""
    lines = run.chat("asha", "/why", "perhaps", "/why off", "no", options=(*IN_KISUMU, "--no-why"))

    assert [line.startswith("  why") for line in lines].count(True) == 1
    assert after(lines, "/why") == ["  (reasons are on)"]
    assert after(lines, "/why off") == ["  (reasons are off)"]


def test_a_number_is_an_answer_like_any_other(run: CommandLine) -> None:
    """Only with a slash it chooses a quick reply, and two slashes begin a message with one."""
    lines = run.chat("asha", "1", "//1", options=IN_KISUMU)

    assert "  saved     Pregnant = 1 (Other)" in after(lines, "1")
    assert "  saved     Pregnant = /1 (Other)" in after(lines, "//1")


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("/3", "there is no quick reply /3: there are /1 to /2"),
        ("/0", "there is no quick reply /0: there are /1 to /2"),
        ("/dance", "there is no command /dance; /help lists them, and // begins a message with a slash"),
        ("/wait for it", "'for it' is no length of time; write it like 5 minutes, 1 day or 2 h 30 min"),
        ("/field", "which field? Write it like /field age 32; without a value it is emptied"),
        ("/global", "which global? Write it like /global clinic Kisumu"),
        ("/attach x", "what is to be sent? Write it like /attach image/jpeg:https://example.org/photo.jpg"),
    ],
)
def test_a_command_that_makes_no_sense_is_explained(run: CommandLine, line: str, remark: str) -> None:
    """The sentence says what is possible, and the conversation goes on."""
    lines = run.chat("asha", line, "no", options=IN_KISUMU)

    assert after(lines, line) == [f"  ({remark})"]
    assert "< Write REGISTER whenever that changes." in lines


def test_help_lists_the_commands(run: CommandLine) -> None:
    """Every command has a line."""
    told = "\n".join(after(run.chat("/help", options=IN_KISUMU), "/help"))

    assert re.findall(r"^  /(\w+)", told, re.MULTILINE) == [
        *("wait", "results", "contact", "field", "global", "attach", "restart", "why", "help", "quit", "1"),
    ]


def test_quitting_ends_it(run: CommandLine) -> None:
    """Nobody hears what is written after it."""
    assert run.chat("/quit", "asha", options=IN_KISUMU)[-1] == "> /quit"


# Time


def test_a_timeout_is_waited_for(run: CommandLine) -> None:
    """Time passes at once, and what happens in it is told with its hour."""
    told = after(run.chat("asha", "/wait 1 day", options=IN_KISUMU), "/wait 1 day")

    assert told[:2] == ["-- 1 day later, Tue 3 Mar 2026 11:00 --", "  time      the wait for an answer is over"]
    assert "  why       Pregnant: no answer in time, so No Response" in told
    assert "  saved     Pregnant = nothing (No Response)" in told
    assert read(told) == ["< We have not heard from you.", QUESTION]


def test_the_next_thing_is_waited_for(run: CommandLine) -> None:
    """Without a length, a wait ends when something happens: here the expiration, after a week."""
    told = after(run.chat("/wait", options=IN_KISUMU), "/wait")

    assert told == [
        "-- 7 days later, Mon 9 Mar 2026 11:00 --",
        "  time      the wait for an answer expires",
        "  flow      Registration is over: expired",
    ]


def test_nothing_happens_after_the_end(run: CommandLine) -> None:
    """Nobody answers, there is nothing to wait for, and time passes all the same."""
    lines = run.chat("asha", "no", "hello?", "/wait", "/wait 3 hours", options=IN_KISUMU)

    assert after(lines, "hello?") == ["  (nothing answers: no flow waits, and no trigger fits)"]
    assert after(lines, "/wait") == ["  (there is nothing to wait for: no flow waits, and nothing is planned)"]
    assert after(lines, "/wait 3 hours") == ["-- 3 hours later, Mon 2 Mar 2026 14:00 --", "  (nothing happened)"]


@pytest.mark.parametrize(
    ("text", "seconds", "told"),
    [
        ("5 minutes", 300, "5 minutes"),
        ("1 day", 86_400, "1 day"),
        ("day", 86_400, "1 day"),
        ("2 weeks", 1_209_600, "14 days"),
        ("2 h 30 min", 9_000, "2 hours 30 minutes"),
        ("1d2h3m4s", 93_784, "1 day 2 hours"),
        ("1.5 Hours", 5_400, "1 hour 30 minutes"),
        ("90 sec", 90, "1 minute 30 seconds"),
        ("0 s", 0, "no time"),
    ],
)
def test_lengths_of_time(text: str, seconds: int, told: str) -> None:
    """They are read as people write them, and told in their two largest units."""
    assert read_duration(text) == timedelta(seconds=seconds)
    assert tell_duration(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize("text", ["soon", "5", "5 moons", "-1 day", "1 day,", "3661 days"])
def test_what_is_no_length_of_time(text: str) -> None:
    """It is refused with a sentence."""
    with pytest.raises(ValueError, match=r"write it like|3660 days are the most"):
        read_duration(text)


# What is known


def test_results_are_shown(run: CommandLine) -> None:
    """Each with its category, under the flow that saved it; before, there are none."""
    lines = run.chat("/results", "asha", "/results", options=IN_KISUMU)

    assert lines.count("  Registration: waiting") == 2
    assert after(lines, "/results") == ["  Registration: waiting", "    no results"]
    assert lines[-1] == "    Name = asha (All Responses)"


def test_a_contact_is_shown_and_changed(run: CommandLine) -> None:
    """A field that the workspace does not have is created; without a value it is emptied."""
    lines = run.chat("/field age 32", "/contact", "/field age", options=IN_KISUMU)

    assert after(lines, "/field age 32") == [
        "  (there was no field age; it was created)",
        "  contact   field age is now 32",
    ]
    assert after(lines, "/contact")[-2] == "  field age  32"
    assert after(lines, "/contact")[-1].startswith("  in         the flow Registration, since ")
    assert after(lines, "/field age") == ["  contact   field age is empty now"]


def test_a_flow_begins_again(run: CommandLine) -> None:
    """What the contact was in is interrupted; globals of now are used."""
    lines = run.chat("/global clinic Kisii", "/restart", options=IN_KISUMU)

    assert after(lines, "/restart") == [
        "  flow      Registration is over: interrupted",
        "  flow      Registration begins",
        "< Welcome to Kisii. What is your name?",
    ]


def test_an_attachment_is_an_answer(run: CommandLine) -> None:
    """The flow goes on with it, although it has no text."""
    lines = run.chat("/attach image/jpeg:https://example.org/a.jpg", options=IN_KISUMU)

    assert "  saved     Name = nothing (All Responses)" in lines


def test_the_contact_comes_from_a_file(run: CommandLine) -> None:
    """Name, address, language, fields and groups are taken from it."""
    ben = {"name": "Ben", "urns": ["telegram:77"], "language": "swa", "fields": {"age": "41"}, "groups": ["Fathers"]}
    run.write("ben.json", {**ben, "uuid": "of another RapidPro"})

    lines = run.chat("/contact", options=(*IN_KISUMU, "--contact", "ben.json"))

    assert lines[0].startswith("Registration, with Ben (telegram:77), ")
    assert read(lines) == ["< Karibu. Jina lako nani?"]
    shown = ["name           Ben", "language       swa", "status         active", "urns           telegram:77"]
    shown += ["field age      41", "group Fathers  member"]
    assert after(lines, "/contact")[:6] == [f"  {line}" for line in shown]


def test_changes_of_the_contact_are_told(run: CommandLine) -> None:
    """They stand where they happen, between the message before and the message after."""
    told = after(run.chat("ben", options=IN_KISUMU), "ben")

    assert told[-3:] == ["  contact   name is now Ben", "< Are you pregnant, Ben?", "  /1 Yes   /2 No"]


def test_a_flow_of_surveyor_is_run_like_others(run: CommandLine) -> None:
    """Its waits expire after a week, as those of other flows, and not at once."""
    export = clinic()
    question = split(2, {"All Responses": None}, {}, default="All Responses", wait={"type": "msg"})
    nodes = [node(1, send(3, "How are you?"), then=2), question]
    export["flows"][0] |= {"type": "messaging_offline", "expire_after_minutes": 0, "nodes": nodes}

    lines = run.chat("/wait", export=export)

    assert lines[1] == "  (it is a flow of Surveyor: here it is run like a flow of messages)"
    assert after(lines, "/wait")[0] == "-- 7 days later, Mon 9 Mar 2026 11:00 --"


def test_reasons_come_after_the_beginning(run: CommandLine) -> None:
    """A flow that decides something at once has begun before it does."""
    export = clinic()
    nodes = [
        split(1, {"Adult": 2, "Child": 2}, {}, default="Child", operand="@contact.first_name"),
        node(2, send(3, "Hi")),
    ]
    export["flows"][0]["nodes"] = nodes

    assert run.chat(export=export)[1:4] == [
        "  flow      Registration begins",
        "  why       @contact.first_name: “Asha” is Child, by default",
        "< Hi",
    ]


def test_a_language_chooses_the_translation(run: CommandLine) -> None:
    """What is not translated stays in the language of the flow."""
    lines = run.chat("asha", options=(*IN_KISUMU, "--language", "swa"))

    assert read(lines) == ["< Karibu. Jina lako nani?", QUESTION]


# Which flow


def test_a_flow_is_chosen_by_name(run: CommandLine) -> None:
    """In whatever case."""
    lines = run.chat(export=with_second_flow(clinic()), options=("goodbye",))

    assert read(lines) == ["< Goodbye."]


def test_a_keyword_begins_a_flow(run: CommandLine) -> None:
    """Where several flows are there and none is named, the contact has to write a keyword."""
    lines = run.chat("what?", "join us", export=with_second_flow(clinic()), options=IN_KISUMU)

    assert lines[:2] == [
        "one of 2 flows, with Asha Mwangi (tel:+254712345678), Mon 2 Mar 2026 11:00",
        "  (write a keyword: join (Registration))",
    ]
    assert after(lines, "join us")[0] == "  trigger   keyword “join” starts Registration"
    assert read(lines) == [WELCOME]


def test_a_lone_definition_is_an_export(run: CommandLine) -> None:
    """A file may hold nothing but one flow."""
    lines = run.chat(export=clinic()["flows"][0], options=IN_KISUMU)

    assert read(lines) == [WELCOME]


# Web servers


def test_answers_are_given_in_turn(run: CommandLine) -> None:
    """Each once, the last one for ever; null is nobody."""
    run.write("answers.json", {f"GET {PATIENTS}": REGISTERED, PATIENTS: [{"status": 503, "text": "busy  now"}, None]})

    lines = run.chat(*("asha", "yes", "/restart") * 3, options=IN_KISUMU)

    outcomes = [line.rpartition("-> ")[2] for line in lines if line.startswith("  web")]
    assert outcomes == ["503", "nobody answers", "nobody answers"]
    assert "            got  busy now" in lines
    assert lines.count("< Please try again tomorrow.") == 3


def test_nobody_answers_for_other_servers(run: CommandLine) -> None:
    """With a file of answers, the world is not asked."""
    run.write("answers.json", {"https://elsewhere.example.org/*": REGISTERED})

    assert "< Please try again tomorrow." in run.chat("asha", "yes", options=IN_KISUMU)


class Patients(BaseHTTPRequestHandler):
    """A real web server, which numbers patients."""

    asked: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        if self.path == "/patients":
            self.send_response(307)
            self.send_header("Location", "/moved")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"id": "B-1"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def patients() -> Iterator[str]:
    """The URL of a real web server that sends everybody elsewhere first."""
    Patients.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Patients)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/patients"
    server.shutdown()
    server.server_close()
    thread.join()


def test_real_servers_are_asked(run: CommandLine, patients: str) -> None:
    """Without a file of answers the request goes out into the world, and redirects are followed."""
    export = json.loads(json.dumps(clinic()).replace(PATIENTS, patients))

    lines = run.chat("asha", "yes", export=export)

    assert "< Your number is B-1." in lines
    assert Patients.asked == [("/moved", {"name": "Asha"})]


def test_a_real_server_may_be_away(run: CommandLine) -> None:
    """Nobody answers at a port where nobody listens."""
    export = json.loads(json.dumps(clinic()).replace(PATIENTS, "http://127.0.0.1:1/patients"))

    lines = run.chat("asha", "yes", export=export)

    assert "  web       POST http://127.0.0.1:1/patients -> nobody answers" in lines
    assert "< Please try again tomorrow." in lines


# What goes wrong in a flow


def test_errors_of_a_flow_are_told(run: CommandLine) -> None:
    """In the engine's words, beside the message that went out all the same."""
    export = clinic()
    export["flows"][0]["nodes"] = [node(1, send(2, "Hi @(1 / 0)!"))]

    told = run.chat(export=export)

    assert "  error     Error evaluating expression: division by zero" in told
    assert read(told) == ["< Hi !"]


def test_what_is_said_to_others_is_told(run: CommandLine) -> None:
    """A message of the flow to somebody else is marked as such."""
    export = clinic()
    broadcast = {"uuid": uuid(2), "type": "send_broadcast", "text": "@contact has come", "urns": ["tel:+254799000000"]}
    export["flows"][0]["nodes"] = [node(1, broadcast)]

    assert read(run.chat(export=export)) == ["< (to tel:+254799000000) Asha Mwangi has come"]


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (
            {"type": "send_email", "addresses": ["a@b.org"], "subject": "News", "body": "@contact is here"},
            ["  email     to a@b.org: News", "            Asha Mwangi is here"],
        ),
        (
            {"type": "open_ticket", "topic": None, "note": "Help"},
            ["  ticket    opened", "  contact   joined the group Open Tickets"],
        ),
        ({"type": "set_contact_status", "status": "blocked"}, ["  contact   status is now blocked"]),
        ({"type": "set_contact_language", "language": "swa"}, ["  contact   language is now swa"]),
        ({"type": "set_run_result", "name": "Age", "value": "29", "category": ""}, ["  saved     Age = 29"]),
        (
            {"type": "send_msg", "text": "Look", "attachments": ["image/jpeg:https://example.org/a.jpg"]},
            ["< Look", "  [image/jpeg:https://example.org/a.jpg]"],
        ),
        ({"type": "send_msg", "text": "One\n\nTwo"}, ["< One", "", "  Two"]),
    ],
    ids=lambda part: part["type"] if isinstance(part, dict) else "",
)
def test_what_actions_do_is_told(run: CommandLine, action: dict[str, Any], told: list[str]) -> None:
    """Every action that people would notice has its lines."""
    export = clinic()
    export["flows"][0]["nodes"] = [node(1, {"uuid": uuid(2), **action})]

    assert told == [line for line in run.chat(export=export)[2:] if not line.startswith("  flow ")]


def test_an_answer_to_a_blocked_contact_fails(run: CommandLine) -> None:
    """What cannot be sent is told with the reason."""
    export = clinic()
    block = {"uuid": uuid(2), "type": "set_contact_status", "status": "blocked"}
    export["flows"][0]["nodes"] = [node(1, block, send(3, "Goodbye"))]

    assert "  failed    it cannot be sent: the contact is not active" in run.chat(export=export)


def test_campaigns_reach_the_contact(run: CommandLine) -> None:
    """A date in a field decides when; the wait ends there."""
    event = {"uuid": uuid(601), "offset": 1, "unit": "D", "event_type": "M", "delivery_hour": 9}
    event |= {"relative_to": {"key": "due", "label": "Due"}, "message": {"eng": "See you, @contact"}}
    event["base_language"] = "eng"
    campaign = {"uuid": uuid(600), "name": "Visits", "group": {"uuid": uuid(9501), "name": "Mothers"}}
    field = {"key": "due", "name": "Due", "type": "datetime"}
    run.write("asha.json", {"name": "Asha", "groups": ["Mothers"]})

    export = {**clinic(), "campaigns": [{**campaign, "events": [event]}], "fields": [field]}
    lines = run.chat(
        *("/field due 10-03-2026", "/wait 1 day", "/wait 9 days"),
        export=with_second_flow(export),
        options=("Goodbye", "--contact", "asha.json"),
    )

    told = after(lines, "/wait 9 days")
    assert told[:2] == ["-- 7 days 22 hours later, Wed 11 Mar 2026 09:00 --", "  campaign  Visits"]
    assert read(told) == ["< See you, Asha"]


# Refusals


def dialect() -> dict[str, Any]:
    """Return an export with a flow that only another dialect understands."""
    export = with_second_flow(clinic())
    export["flows"][1]["nodes"][0]["actions"].append({"uuid": uuid(77), "type": "send_interactive_msg"})
    return export


REFUSED: list[tuple[tuple[str, ...], object, str]] = [
    ((), None, "the export clinic.json cannot be read: No such file or directory"),
    ((), "no JSON", "the export clinic.json is no JSON: "),
    ((), [], "the export clinic.json holds no JSON object"),
    ((), {"flows": []}, "clinic.json cannot be imported: Export missing version field"),
    ((), {"version": "99"}, "clinic.json cannot be imported: Unsupported export version 99"),
    ((), {"version": "13", "flows": []}, "which flow of clinic.json? There are: none"),
    (("Nothing",), clinic(), "clinic.json has no flow 'Nothing'; there are: 'Registration'"),
    ((), with_second_flow({**clinic(), "triggers": []}), "There are: 'Registration', 'Goodbye'"),
    (("--generation", "textit-1999"), clinic(), "--generation: no RapidPro generation is called 'textit-1999'"),
    (("--global", "clinic"), clinic(), "--global: 'clinic' is no global; write it like --global clinic=Kisumu"),
    (("--journal", "no/journal"), clinic(), "the journal no/journal cannot be written: No such file or directory"),
    (("--contact", "none"), clinic(), "the contact none cannot be read: No such file or directory"),
    (("--contact", "a.json"), clinic(), "the contact a.json: there is no 'nme' in a contact; possible are: name, "),
    (("--contact", "b.json"), clinic(), "the contact b.json: its urns are a list; write it like {"),
    (("--contact", "c.json"), clinic(), "the contact c.json: '0712' is no URN: it needs a known scheme"),
    (("--webhooks", "none"), clinic(), "the file of answers none cannot be read: No such file or directory"),
    (("--webhooks", "d.json"), clinic(), "d.json, x, answer 1: there is no 'code' in an answer; possible are: status"),
    (("--webhooks", "e.json"), clinic(), "e.json, x, answer 2: '200' is no HTTP status; write it like {"),
    (("--webhooks", "f.json"), clinic(), "f.json, x, answer 1: an answer is an object, or null where nobody answers"),
    (("--webhooks", "g.json"), clinic(), "g.json, ASK x: 'ASK' is no method; there are: GET, HEAD, POST"),
    (("--webhooks", "h.json"), clinic(), "h.json, x, answer 1: headers are an object of names and values"),
]
FILES: dict[str, Any] = {
    "a.json": {"nme": "Asha"},
    "b.json": {"urns": "tel:1"},
    "c.json": {"urns": ["0712"]},
    "d.json": {"x": {"code": 200}},
    "e.json": {"x": [{}, {"status": "200"}]},
    "f.json": {"x": "ok"},
    "g.json": {"ASK x": {}},
    "h.json": {"x": {"headers": []}},
}


@pytest.mark.parametrize(("options", "export", "sentence"), REFUSED)
def test_what_cannot_be_done_is_explained(
    run: CommandLine, options: tuple[str, ...], export: object, sentence: str
) -> None:
    """One sentence says what is wrong, nothing is told, and the exit code is 2."""
    for name, content in FILES.items():
        run.write(name, content)
    if export is not None:
        run.write("clinic.json", export)

    ended = run("flow", "chat", "clinic.json", *options)

    assert sentence in ended.errors
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)


def test_a_voice_flow_cannot_be_talked_to(run: CommandLine) -> None:
    """Nobody can speak here."""
    export = clinic()
    export["flows"][0] |= {"type": "voice", "nodes": [node(1)]}
    run.write("clinic.json", export)

    ended = run("flow", "chat", "clinic.json", "registration")

    assert (ended.code, "'Registration' is a voice flow; only flows of messages" in ended.errors) == (2, True)


def test_what_rapidpro_does_not_know_is_refused(run: CommandLine) -> None:
    """All of it is listed, and how to do without it is said."""
    run.write("clinic.json", dialect())

    ended = run("flow", "chat", "clinic.json", "Registration")

    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.splitlines() == [
        "rapidpro-simulator flow: clinic.json cannot be imported: the export cannot be read",
        f"- flow 'Goodbye': unknown action type 'send_interactive_msg' in node {uuid(9001)}",
        "--lenient leaves out what cannot be read",
    ]


def test_what_rapidpro_does_not_know_is_left_out_on_demand(run: CommandLine, tmp_path: Path) -> None:
    """Each omission is told and stands in the journal."""
    lines = run.chat(export=dialect(), options=("Goodbye", "--lenient", "--journal", "journal.jsonl"))

    assert lines[1].startswith("  skipped   flow 'Goodbye': unknown action type 'send_interactive_msg'")
    assert read(lines) == ["< Goodbye."]
    assert '"kind":"import.skipped"' in (tmp_path / "journal.jsonl").read_text(encoding="utf-8")


# Lists and checks


LISTED = """\
Registration  (messaging, version 13.6.0, 9 nodes)
  starts with the keyword join
  languages   eng, swa
  saves       Name (All Responses)
              Pregnant (Yes, No, Other, No Response)
              Saved (Success, Failure)
  needs       global clinic
              group Mothers
"""


def test_flows_are_listed(run: CommandLine) -> None:
    """Each with its type, version and nodes, what starts it, what it saves and what it needs."""
    run.write("clinic.json", clinic())

    ended = run("flow", "list", "clinic.json")

    assert ended == (0, LISTED, "")


def test_campaigns_are_listed(run: CommandLine) -> None:
    """What a campaign starts is told with its time."""
    event = {"uuid": uuid(601), "offset": -2, "unit": "D", "event_type": "F", "delivery_hour": 9}
    event |= {"relative_to": {"key": "due", "label": "Due"}, "flow": {"uuid": uuid(0), "name": "Registration"}}
    campaign = {
        "uuid": uuid(600),
        "name": "Visits",
        "group": {"uuid": uuid(9501), "name": "Mothers"},
        "events": [event],
    }
    run.write("clinic.json", {**clinic(), "campaigns": [campaign], "triggers": []})

    assert "  starts with the campaign Visits: 2 days before due\n" in run("flow", "list", "clinic.json").output


def test_flows_without_issues(run: CommandLine) -> None:
    """A count says that they were looked at."""
    run.write("clinic.json", clinic())

    assert run("flow", "check", "clinic.json") == (0, "1 flow, no issues\n", "")


AI = {
    "uuid": "5e1f0000-0000-4000-8000-000000000001",
    "name": "Triage",
    "spec_version": "14.4.2",
    "language": "eng",
    "type": "messaging",
    "nodes": [
        {
            "uuid": "5e1f0000-0000-4000-8000-000000000002",
            "actions": [
                {
                    "uuid": "5e1f0000-0000-4000-8000-000000000003",
                    "type": "call_llm",
                    "llm": {"uuid": "5e1f0000-0000-4000-8000-000000000004", "name": "GPT-4"},
                    "instructions": "Where to?",
                    "input": "I have a fever",
                    "output_local": "place",
                },
                {"uuid": "5e1f0000-0000-4000-8000-000000000005", "type": "send_msg", "text": "@locals.place"},
            ],
            "exits": [{"uuid": "5e1f0000-0000-4000-8000-000000000006"}],
        }
    ],
}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((), "[simulated answer of GPT-4] I have a fever"),
        (("fever=Clinic", "*=Home"), "Clinic"),
        (("cough=Clinic", "*=Home"), "Home"),
    ],
)
def test_language_models_answer_as_told(run: CommandLine, answers: tuple[str, ...], said: str) -> None:
    """To a text, or to all; nobody is asked in earnest."""
    run.write("ai.json", AI)

    ended = run("flow", "chat", "ai.json", *(part for answer in answers for part in ("--llm", answer)))

    assert read(ended.output.splitlines()) == [f"< {said}"]


def test_an_answer_belongs_to_a_text(run: CommandLine) -> None:
    """Without one it is refused."""
    run.write("ai.json", AI)

    assert "--llm: 'Clinic' is no answer; write it like" in run("flow", "chat", "ai.json", "--llm", "Clinic").errors


def test_what_an_import_creates_is_no_issue(run: CommandLine) -> None:
    """Fields, groups, labels, topics and globals that a flow needs come with it, as in RapidPro."""
    export = clinic()
    needs: list[dict[str, Any]] = [
        {"type": "set_contact_field", "field": {"key": "due", "name": "Due"}, "value": "@fields.age"},
        {"type": "add_contact_groups", "groups": [{"uuid": uuid(113), "name": "Elders"}]},
        {"type": "add_input_labels", "labels": [{"uuid": uuid(115), "name": "Urgent"}]},
        {"type": "open_ticket", "topic": {"uuid": uuid(117), "name": "Safeguarding"}, "note": "@globals.note"},
    ]
    actions = [{"uuid": uuid(120 + number), **each} for number, each in enumerate(needs)]
    export["flows"][0]["nodes"][8]["actions"] += actions
    run.write("clinic.json", export)

    assert run("flow", "check", "clinic.json") == (0, "1 flow, no issues\n", "")


def test_issues_are_reported(run: CommandLine) -> None:
    """Each with its node, and the exit code is 1."""
    export = clinic()
    nodes = export["flows"][0]["nodes"]
    nodes[3]["router"]["cases"][0] |= {"type": "has_pattern", "arguments": ["(yes"]}
    enters = {"uuid": uuid(110), "type": "enter_flow", "flow": {"uuid": uuid(111), "name": "Elsewhere"}}
    nodes[8]["actions"].append(enters)
    run.write("clinic.json", export)

    ended = run("flow", "check", "clinic.json")

    assert (ended.code, ended.output.splitlines()) == (
        1,
        [
            f"Registration: missing flow dependency '{uuid(111)}', in node 9 ({uuid(9)}), action {uuid(110)}",
            f"Registration: invalid regex: (yes, in node 4 ({uuid(4)})",
            "1 flow, 2 issues",
        ],
    )


@pytest.mark.parametrize("verb", ["list", "check"])
def test_what_cannot_be_read_is_not_looked_at(run: CommandLine, verb: str) -> None:
    """It is refused like at an import, or left out on demand, which is told."""
    run.write("clinic.json", dialect())

    refused, lenient = run("flow", verb, "clinic.json"), run("flow", verb, "clinic.json", "--lenient")

    assert (refused.code, "unknown action type 'send_interactive_msg'" in refused.errors) == (2, True)
    assert lenient.output.startswith("skipped: flow 'Goodbye': unknown action type")


# A terminal


def test_on_a_terminal_it_is_coloured(run: CommandLine, tmp_path: Path) -> None:
    """There is a prompt, what is typed is not repeated, and Ctrl-D ends it."""
    run.write("clinic.json", clinic())
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    command = [str(COMMAND), "flow", "chat", "clinic.json", *IN_KISUMU]
    with subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stdout=theirs, env=variables) as process:
        os.close(theirs)
        shown = _until(ours, b"your name?", b"> ")
        os.write(ours, b"asha\n")
        shown += _until(ours, b"pregnant", b"> ")
        os.write(ours, b"\x04")
        assert process.wait(PATIENCE) == 0
    os.close(ours)

    assert "\033[32m< Welcome to Kisumu. What is your name?\033[0m" in shown.decode()
    assert shown.decode().count("asha\r\n") == 1


def _until(terminal: int, *parts: bytes) -> bytes:
    """Return what a terminal shows until these parts have come, in order."""
    shown = b""
    place = 0
    for part in parts:
        while (found := shown.find(part, place)) < 0:
            shown += os.read(terminal, 65_536)
        place = found + len(part)
    return shown


# rapidpro-simulator serve --flows


def test_a_service_begins_with_flows(serve: Callable[..., Served], run: CommandLine, tmp_path: Path) -> None:
    """An export is in the first workspace; the welcome says so, and shows how to start a flow."""
    run.write("clinic.json", clinic())

    served = serve("--flows", "clinic.json", "--speed", "600", *ANY_PORTS)

    assert "  flows of Old: Registration (join)\n" in served.output
    flow = served.ask_rapidpro("GET", "/api/v2/flows.json").json()["results"][0]
    assert flow["uuid"] in served.output
    assert served.ask_rapidpro(
        "POST", "/api/v2/flow_starts.json", {"flow": flow["uuid"], "urns": ["tel:+254712345678"]}
    )
    path = "/api/v2/messages.json?folder=sent"
    sent = wait_for(lambda: served.ask_rapidpro("GET", path).json()["results"], "the first question")
    assert sent[0]["text"] == "Welcome to . What is your name?"


CONFIGURED = """\
flows = ["exports/clinic.json"]

[[rapidpro]]
host = "textit.com"
workspaces = [{name = "Old"}, {name = "New", flows = ["exports/dialect.json"]}]
"""


def test_a_configured_service_begins_with_flows(serve: Callable[..., Served], run: CommandLine, tmp_path: Path) -> None:
    """Workspaces may have flows of their own; files are looked for beside the configuration."""
    (tmp_path / "there" / "exports").mkdir(parents=True)
    run.write("there/serve.toml", CONFIGURED)
    run.write("there/exports/clinic.json", clinic())
    run.write("there/exports/dialect.json", dialect())

    served = serve("--config", "there/serve.toml", "--lenient", *ANY_PORTS)

    told = [line for line in served.output.splitlines() if "flows of" in line]
    assert told == ["  flows of Old: Registration (join)", "  flows of New: Registration (join), Goodbye"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--flows", "none.json"), "rapidpro-simulator serve: the export none.json cannot be read: No such file"),
        (
            ("--flows", "dialect.json"),
            "rapidpro-simulator serve: dialect.json cannot be imported: the export cannot be read",
        ),
        (("--config", "a.toml"), "a.toml, flows: 'x.json' is not an array, such as [\"my-export.json\"]"),
        (("--config", "b.toml"), "b.toml, flows: 7 is not a text"),
        (("--config", "c.toml"), "c.toml, lenient: 1 is not true or false"),
    ],
)
def test_a_service_refuses_flows(run: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    """What cannot be imported is explained before anything is served."""
    run.write("dialect.json", dialect())
    run.write("a.toml", "flows = 'x.json'")
    run.write("b.toml", "flows = [7]")
    run.write("c.toml", "lenient = 1")

    ended = run("serve", *arguments, *ANY_PORTS)

    assert sentence in ended.errors
    assert (ended.code, ended.output) == (2, "")
