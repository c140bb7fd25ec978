"""A CHT project from its files: settings, translations, contacts and users; and documents of another CHT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.cht.project import deploy, read_dump, read_project, save_documents
from rapidpro_simulator.simulation import TESTER
from rapidpro_simulator.testing.expectations import expect

from .settings import check_settings
from .subjects import the_instance
from .tables import Table, rows_of_documents
from .words import json_of

if TYPE_CHECKING:
    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.cht.site import Document
    from rapidpro_simulator.simulation import Simulation

    from .files import Folders

TELLS = "project.complaint"
PROJECT = parsers.re(r'the CHT project "(?P<folder>[^"]+)"(?: is deployed)?')


@given(PROJECT)
@when(PROJECT)
def project_deployed(folders: Folders, simulation: Simulation, folder: str) -> None:
    """A project of cht-conf is deployed to the instance: app settings, translations, resources, forms, contacts, users.

    The folder is beside the feature, or in the folder that pytest was started in. What CHT could not use is an error,
    with file and key; what is odd, or not simulated, is in the journal, and `rapidpro-simulator project` lists it. The
    workspace that the scenario sends through stays what it is.

    Example: Given the CHT project "my-config"
    """
    cht = the_instance(simulation)
    project = read_project(folders.find(folder, "*/"))
    service = _outgoing_service(cht)
    deploy(project, cht)
    for complaint in project.complaints:
        simulation.journal.event(TELLS, severity=complaint.severity, text=str(complaint))
    if service:
        cht.change_settings(sms=service)


@given(parsers.re(r'the app settings of "(?P<file>[^"]+)"'))
@when(parsers.re(r'the app settings of "(?P<file>[^"]+)" are uploaded'))
def settings_of_file(folders: Folders, simulation: Simulation, file: str) -> None:
    """The administrator uploads app settings: each section of the file replaces the one there is.

    The file is beside the feature, or in the folder that pytest was started in. The workspace that the scenario sends
    through stays what it is.

    Example: Given the app settings of "app_settings.json"
    """
    cht = the_instance(simulation)
    text = folders.find(file, "*.json").read_text(encoding="utf-8")
    service = _outgoing_service(cht)
    cht.replace_settings(check_settings(json_of(text, f"the settings of {file}")))
    if service:
        cht.change_settings(sms=service)


@given(parsers.re(r'the documents of "(?P<file>[^"]+)"'))
@when(parsers.re(r'the documents of "(?P<file>[^"]+)" are saved'))
def documents_of_file(folders: Folders, simulation: Simulation, file: str) -> None:
    """Documents are saved in CHT, in place of those with the same ids; revisions and design documents are left out.

    The file is an answer of `_all_docs?include_docs=true`, an array, JSON lines or CSV (`_id,type,fields.weeks:int`).

    Example: Given the documents of "dump.json"
    """
    cht = the_instance(simulation)
    save_documents(cht, read_dump(folders.find(file, "*.*")))
    cht.settle()


@when(
    parsers.re(
        r'(?:somebody|the user "(?P<user>[^"]+)" with the password "(?P<password>[^"]+)") '
        r'asks CHT for "(?P<path>[^"]+)"'
    )
)
def somebody_asks_cht(simulation: Simulation, user: str | None, password: str | None, path: str) -> None:
    """Somebody makes a GET request of CHT's API: the administrator, or a user with a password.

    Example: When somebody asks CHT for "/api/v1/contacts-by-phone?phone=%2B254712345678"
    """
    cht = the_instance(simulation)
    if user is None or password is None:
        cht.request("GET", path)
    else:
        simulation.request("GET", f"{cht.site.url}{path}", auth=(user, password))


@then("CHT answers the question with")
def cht_answers_question(simulation: Simulation, datatable: Table) -> None:
    """What CHT's API answered last has these properties, named by their paths; an empty one is absent.

    Example: Then CHT answers the question with
    """
    (wanted,) = rows_of_documents(datatable)
    host = the_instance(simulation).site.name
    answer = simulation.journal.exchanges(to=host, by=TESTER)[-1].answer()
    found = {path: _shown(answer, path) for path in wanted}
    expect(found == wanted, f"an answer with {wanted}", f"it is {answer}")


def _shown(value: Any, path: str) -> str:
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _outgoing_service(cht: Administrator) -> Document | None:
    """Return the part of the settings that says where messages go to, as a scenario has set it."""
    sms = cht.ask("GET", "/api/v1/settings").get("sms") or {}
    kept = {name: sms[name] for name in ("outgoing_service", "rapidpro") if name in sms}
    return kept or None
