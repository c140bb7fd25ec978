"""Health workers with CHT's app: their phones synchronise, show tasks, and send the forms that they fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from rapidpro_simulator.cht.health_worker import Account, HealthWorker
from rapidpro_simulator.cht.lineage import is_contact
from rapidpro_simulator.cht.tasks import DeclaredTask, TaskState
from rapidpro_simulator.testing.expectations import expect
from rapidpro_simulator.world.plurals import counted

from .subjects import the_instance
from .tables import Table, rows_of
from .words import UnknownWordError, UnreadableError, hint, one_of, phone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.site import Document
    from rapidpro_simulator.simulation import Simulation

ROLE = "chw"
COLUMNS = ("name", "phone", "place")
DECLARATION = ("task", "after the form", "with", "completed by", "due", "from", "until")
NOBODY = "the scenario has no health worker; say first who there is: `Given these health workers`"
DAYS = {"due": 0, "from": 0, "until": 7}

WORKER = r'(?:the health worker "(?P<name>[^"]+)"|the health worker)'
ABOUT = r'(?: about "(?P<about>[^"]+)"|)'


@given("these health workers")
def these_health_workers(simulation: Simulation, datatable: Table) -> None:
    """People with CHT's app on their phones, each with an account of the role `chw` for a place: name, phone, place.

    A place that CHT does not have yet is made. The phones are online, and synchronise every 5 minutes.

    Example: Given these health workers
    """
    for row in rows_of(datatable, COLUMNS, needed=COLUMNS):
        _add_worker(simulation, row["name"], phone_number(row["phone"]), row["place"])


@given(parsers.parse('the user "{user}" with the password "{password}" has the app on a phone'))
def user_has_app(simulation: Simulation, user: str, password: str) -> None:
    """A user that CHT has, of a project for example, is a health worker from now on, called by the contact's name.

    Example: Given the user "akinyi" with the password "Kisumu-Road-7" has the app on a phone
    """
    cht = the_instance(simulation)
    users = {each["username"]: each for each in cht.ask("GET", "/api/v1/users")}
    if user not in users:
        raise UnknownWordError(f"no user of CHT is called {user!r}; {hint(user, users)}")
    place, contact = users[user].get("place"), users[user].get("contact")
    if not isinstance(place, dict) or not contact:
        raise LookupError(f"the user {user!r} works for no place, or for several, and has no app here")
    roles = tuple(users[user].get("roles") or ())
    account = Account(name=user, password=password, contact=contact["_id"], place=place["_id"], roles=roles)
    simulation.journal.hide(password)
    worker = HealthWorker(simulation, cht.site, account)
    _workers(simulation)[str(contact.get("name", user))] = worker
    worker.synchronise()


@given("these tasks of health workers are declared")
def tasks_declared(simulation: Simulation, datatable: Table) -> None:
    """After a report of one form, another form is to be submitted about the same contact.

    `due` counts days from the report, `from` the days before that and `until` the days after it in which the task is
    shown (0, 0 and 7 where they are left out); `with` is a condition, `outcome = refer`. The conditions are the
    scenario's own, not a project's `tasks.js`.

    Example: Given these tasks of health workers are declared
    """
    tasks = [
        _declared(row) for row in rows_of(datatable, DECLARATION, needed=("task", "after the form", "completed by"))
    ]
    workers = _workers(simulation)
    if not workers:
        raise UnknownWordError(NOBODY)
    for worker in workers.values():
        worker.sources.declared += tasks


@given(parsers.re(rf"the phone of {WORKER} (?P<what>is offline|is online again|synchronises)"))
@when(parsers.re(rf"the phone of {WORKER} (?P<what>is offline|is online again|synchronises)"))
def phone_does(simulation: Simulation, name: str | None, what: str) -> None:
    """The phone loses its network, finds it again, or exchanges documents with CHT now.

    Example: When the phone of the health worker "Joyce" is offline
    """
    worker = _worker(simulation, name)
    {"is offline": worker.go_offline, "is online again": worker.go_online, "synchronises": worker.synchronise}[what]()


@when(parsers.re(rf'{WORKER} submits the form "(?P<form>[^"]+)"{ABOUT}'))
@given(parsers.re(rf'{WORKER} has submitted the form "(?P<form>[^"]+)"{ABOUT}'))
def form_submitted(
    simulation: Simulation, name: str | None, form: str, about: str | None, datatable: Table | None = None
) -> None:
    """A form of the app is filled in, about a contact or about nobody, with fields as a table says: field, value.

    Example: When the health worker "Joyce" submits the form "follow_up" about "Grace Banda"
    """
    worker = _worker(simulation, name)
    subject = None if about is None else _contact_called(simulation, about)["_id"]
    worker.submit(form, _fields(datatable), subject)


@when(parsers.re(rf'{WORKER} completes the task "(?P<title>[^"]+)"{ABOUT}'))
@given(parsers.re(rf'{WORKER} has completed the task "(?P<title>[^"]+)"{ABOUT}'))
def task_completed(
    simulation: Simulation, name: str | None, title: str, about: str | None, datatable: Table | None = None
) -> None:
    """The worker opens a task that the app shows and submits its form, with fields as a table says: field, value.

    Example: When the health worker "Joyce" completes the task "Follow up" about "Grace Banda"
    """
    worker = _worker(simulation, name)
    shown = worker.open_tasks()
    found = _matching(shown, title, about)
    if not found:
        raise UnknownWordError(f"the app shows no such task; {hint(title, map(_title, shown))}")
    worker.complete(found[0], _fields(datatable))


@then(parsers.re(rf'{WORKER} has (?P<count>\d+|no) tasks?(?: "(?P<title>[^"]+)")?{ABOUT}'))
def worker_has_tasks(
    simulation: Simulation, name: str | None, count: str, title: str | None, about: str | None
) -> None:
    """The app, when its list of tasks is opened, shows so many.

    Example: Then the health worker "Joyce" has 1 task "Follow up" about "Grace Banda"
    """
    worker = _worker(simulation, name)
    if about is not None:
        _contact_called(simulation, about)
    shown = worker.open_tasks()
    if title is not None:
        _known_title(worker, title)
    found = _matching(shown, title, about)
    wanted = 0 if count == "no" else int(count)
    seen = ", ".join(f"{_title(each)!r} about {_about(each)!r}" for each in shown) or "nothing"
    expect(len(found) == wanted, f"{counted(wanted, 'such task')} on the phone", f"it shows {seen}")


@then(parsers.re(r"a task is created for (?:the health worker \"(?P<name>[^\"]+)\"|the health worker)"))
def task_is_created(simulation: Simulation, name: str | None) -> None:
    """The app shows a task at least.

    Example: Then a task is created for the health worker "Joyce"
    """
    expect(bool(_worker(simulation, name).open_tasks()), "a task on the phone", "it shows none")


@then(
    parsers.re(
        r'the task "(?P<title>[^"]+)" of (?:the health worker "(?P<name>[^"]+)"|the health worker) is (?P<state>\w+)'
    )
)
def task_is(simulation: Simulation, title: str, name: str | None, state: str) -> None:
    """The newest document of a task has a state: Draft, Ready, Completed, Failed or Cancelled.

    Example: Then the task "Follow up" of the health worker "Joyce" is Completed
    """
    one_of("no state of a task", state, map(str, TaskState))
    worker = _worker(simulation, name)
    worker.open_tasks()
    documents = worker.task_documents()
    found = _matching(documents, title, None)
    if not found:
        raise UnknownWordError(f"the phone has no such task; {hint(title, map(_title, documents))}")
    newest = max(found, key=lambda each: each["authoredOn"])
    expect(newest["state"] == state, f"a task that is {state}", f"it is {newest['state']}")


def _declared(row: dict[str, str]) -> DeclaredTask:
    days = {name: int(row[name]) if row.get(name, "").strip() else usual for name, usual in DAYS.items()}
    field, equals, value = row.get("with", "").partition("=")
    if field.strip() and not equals:
        raise UnreadableError(f"a condition is written like `outcome = refer`, not {row['with']!r}")
    return DeclaredTask(
        name=row["task"],
        form=row["after the form"],
        completed_by=row["completed by"],
        due=days["due"],
        start=days["from"],
        end=days["until"],
        fields={field.strip(): value.strip()} if equals else {},
    )


def _add_worker(simulation: Simulation, name: str, phone: str, place: str) -> None:
    cht = the_instance(simulation)
    known = {each["_id"] for each in cht.documents()}
    account = Account(
        name=name.lower().replace(" ", "-"),
        password=simulation.seed.stream(f"password of {name}").alphanumeric(16),
        contact=f"person-{name}",
        place=f"place-{place}",
        roles=(ROLE,),
    )
    simulation.journal.hide(account.password)
    documents: list[Document] = [
        {"_id": account.contact, "type": "person", "name": name, "phone": phone, "parent": {"_id": account.place}}
    ]
    if account.place not in known:
        documents.append({"_id": account.place, "type": "health_center", "name": place})
    cht.save([each for each in documents if each["_id"] not in known])
    cht.add_health_worker(account.name, account.password, ROLE, contact=account.contact, place=account.place)
    worker = HealthWorker(simulation, cht.site, account)
    _workers(simulation)[name] = worker
    worker.synchronise()


def _workers(simulation: Simulation) -> dict[str, HealthWorker]:
    return simulation.health_workers


def _worker(simulation: Simulation, name: str | None) -> HealthWorker:
    workers = _workers(simulation)
    if name in workers:
        return workers[name]
    if name is None and len(workers) == 1:
        return next(iter(workers.values()))
    if not workers:
        raise UnknownWordError(NOBODY)
    if name is None:
        raise UnknownWordError(f"the sentence is about the only health worker; there are: {', '.join(workers)}")
    raise UnknownWordError(f"no health worker is called {name!r}; {hint(name, workers)}")


def _contact_called(simulation: Simulation, name: str) -> Document:
    contacts = [each for each in the_instance(simulation).documents() if is_contact(each)]
    found = [each for each in contacts if each.get("name") == name]
    if not found:
        raise UnknownWordError(
            f"no contact of CHT is called {name!r}; {hint(name, (str(each.get('name')) for each in contacts))}"
        )
    return found[0]


def _fields(table: Table | None) -> dict[str, Any]:
    return (
        {row["field"]: row["value"] for row in rows_of(table, ("field", "value"), needed=("field",))} if table else {}
    )


def _matching(tasks: Sequence[Document], title: str | None, about: str | None) -> list[Document]:
    return [
        each for each in tasks if (title is None or _title(each) == title) and (about is None or _about(each) == about)
    ]


def _known_title(worker: HealthWorker, title: str) -> None:
    """Refuse a title that no task of the phone can have; what a project's own rules may yet show cannot be known."""
    if worker.sources.has_rules:
        return
    one_of("no task", title, [*worker.sources.declared_titles, *map(_title, worker.task_documents())])


def _title(task: Document) -> str:
    return str(task["emission"].get("title"))


def _about(task: Document) -> str:
    return str((task["emission"].get("contact") or {}).get("name"))
