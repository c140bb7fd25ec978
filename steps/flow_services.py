"""What flows ask for outside of RapidPro: language models, and the message templates of WhatsApp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from aiohttp import web
from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.rapidpro.mailroom.definitions.message_templates import add_translation, body_of
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.network.service import HandlerService

from .flows import FIXTURES
from .subjects import the_workspace
from .words import json_of

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

    from .files import Folders

WEB_SERVER = r'the web server "(?P<host>[^"/]+)" answers (?P<status>[1-5]\d\d)(?: with (?P<body>\{.*\}))?'
MODEL = r'the language model(?: "(?P<model>[^"]+)")?'


@given(parsers.re(MODEL + r' answers "(?P<output>[^"]*)"(?: to "(?P<text>[^"]*)")?'))
@when(parsers.re(MODEL + r' answers "(?P<output>[^"]*)"(?: to "(?P<text>[^"]*)")?'))
def model_answers(simulation: Simulation, model: str | None, output: str, text: str | None) -> None:
    """A language model that flows ask answers so: to all, or to what contains a text.

    Nobody is asked in earnest. Where no sentence says what it answers, a model takes the first category that has a word
    in common with what was said, and else says that its answer is simulated.

    Example: Given the language model "GPT-4" answers "Flights" to "I want to go to Lilongwe"
    """
    models = the_workspace(simulation).language_models
    if model is not None:
        models.add(model)
    models.answer(output, containing=text or "", by=model)


@given(parsers.re(MODEL + r' fails with "(?P<problem>[^"]+)"'))
@when(parsers.re(MODEL + r' fails with "(?P<problem>[^"]+)"'))
def model_fails(simulation: Simulation, model: str | None, problem: str) -> None:
    """A language model does not answer: flows go on with `<ERROR>`.

    Example: Given the language model fails with "quota exceeded"
    """
    the_workspace(simulation).language_models.answer(by=model, problem=problem)


@then(parsers.parse('a language model was asked about "{text}"'))
def model_was_asked(simulation: Simulation, text: str) -> None:
    """A flow has asked a language model about this, word for word.

    Example: Then a language model was asked about "I want to go to Lilongwe"
    """
    the_workspace(simulation)
    asked = [entry.get("input") for entry in simulation.journal.where("llm.called")]
    expect(text in asked, f"a question about {text!r}", f"there were questions about {asked}")


@given(parsers.parse('the message templates of "{file}"'))
def templates_of(folders: Folders, simulation: Simulation, file: str) -> None:
    """A workspace has the message templates of a JSON file: as Meta's Graph API lists them, or as flows are given them.

    They are for the channels that send to WhatsApp, or for the one that a translation names. The file is beside the
    feature, or in the folder that pytest was started in; else it is one of ours. Flows that are imported later find
    them by their names.

    Example: Given the message templates of "templates.json"
    """
    path = folders.find(file, "*.json", FIXTURES)
    the_workspace(simulation).import_templates(json_of(path.read_text(encoding="utf-8"), f"the templates of {file}"))


@given(parsers.re(r'the message template "(?P<name>[^"]+)" in (?P<locale>\S+) says "(?P<text>[^"]+)"'))
def template_says(simulation: Simulation, name: str, locale: str, text: str) -> None:
    """A workspace has a message template of WhatsApp, in a locale; its `{{1}}`, `{{2}}` … are variables.

    Example: Given the message template "visit" in eng-US says "Hello {{1}}, the nurse will come on {{2}}."
    """
    workspace = the_workspace(simulation)
    add_translation(workspace.database, name, locale, body_of(text))
    workspace.mailroom.snapshots.forget()


@then(parsers.re(r'RapidPro has sent the message template "(?P<name>[^"]+)"(?: in (?P<locale>\S+))?'))
def template_was_sent(simulation: Simulation, name: str, locale: str | None) -> None:
    """A flow has sent a message template, in a locale.

    Example: Then RapidPro has sent the message template "visit" in eng-US
    """
    the_workspace(simulation)
    sent = [(entry.get("template"), entry.get("locale")) for entry in simulation.journal.where("template.sent")]
    found = any(each == name and locale in {None, spoken} for each, spoken in sent)
    expect(found, f"the message template {name!r}{f' in {locale}' if locale else ''}", f"there were {sent}")


@given(parsers.re(WEB_SERVER))
@when(parsers.re(WEB_SERVER))
def web_server_answers(simulation: Simulation, host: str, status: str, body: str | None) -> None:
    """Whatever flows ask a web server, it answers so from now on: with a status, and a JSON object.

    Example: Given the web server "clinic.example.org" answers 201 with {"number": "A-17"}
    """
    answer = int(status), json_of(body or "{}", "the answer")
    servers = WEB_SERVERS.setdefault(simulation, {})
    if host in servers:
        servers[host].answer = answer
        return
    servers[host] = WebServer(answer)
    simulation.network.attach(host, HandlerService(servers[host].handle))


class WebServer:
    """A web server that answers everything alike: `answer` is a status and a JSON document."""

    def __init__(self, answer: tuple[int, Any]) -> None:
        self.answer = answer

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer a request."""
        status, document = self.answer
        return web.json_response(document, status=status)


WEB_SERVERS: WeakKeyDictionary[Simulation, dict[str, WebServer]] = WeakKeyDictionary()
