"""Deploys a project over HTTP, as cht-conf does: settings, translations, resources, forms, contacts, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .complaints import Complaint, ProjectError, Severity
from .contacts import USERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.cht.administrator import Administrator

    from .project import Project

SETTINGS = "/{database}/_design/medic/_rewrite/update_settings/medic?replace=1"
BATCH = 500  # documents in one request
Document = dict[str, Any]


def deploy(project: Project, administrator: Administrator) -> None:
    """Deploy a project to the instance of `administrator`; what the instance has under the same ids is replaced.

    Settings of the project replace those there are, section by section. Raises `ProjectError` for a project with
    errors, and for users that CHT refuses, and `RuntimeError` where it refuses something else.
    """
    project.require_usable()
    administrator.ask(
        "PUT", SETTINGS.format(database=administrator.site.database), json=administrator.site.outward(project.settings)
    )
    administrator.settle()
    save_documents(administrator, [*project.documents, *_dated(project.contacts, administrator)])
    _save_users(project, administrator)
    administrator.settle()


def _save_users(project: Project, administrator: Administrator) -> None:
    """Make the users that CHT does not have yet, and change the others."""
    if not project.users:
        return
    known = {user["username"] for user in administrator.ask("GET", "/api/v1/users")}
    refused = []
    for user in project.users:
        name = str(user.get("username", ""))
        path = f"/api/v1/users/{quote(name, safe='')}" if name in known else "/api/v1/users"
        answer = administrator.request("POST", path, json=user)
        if answer.status != 200:
            refused.append(Complaint(Severity.ERROR, USERS, name, answer.text))
    if refused:
        raise ProjectError(project.folder, refused)


def save_documents(administrator: Administrator, documents: Iterable[Document]) -> None:
    """Save documents over HTTP, as new revisions of what there is; texts of the release (`generic`) are kept."""
    wanted = list(documents)
    for first in range(0, len(wanted), BATCH):
        batch = wanted[first : first + BATCH]
        known = _known(administrator, [document["_id"] for document in batch])
        administrator.save(_revised(document, known.get(document["_id"])) for document in batch)


def _known(administrator: Administrator, ids: list[str]) -> dict[str, Document]:
    path = f"/{administrator.site.database}/_all_docs?include_docs=true"
    rows = administrator.ask("POST", path, json={"keys": ids})["rows"]
    return {row["id"]: row["doc"] for row in rows if row.get("doc")}


def _revised(document: Document, known: Document | None) -> Document:
    if known is None:
        return document
    generic = {"generic": known["generic"]} if document.get("type") == "translations" and "generic" in known else {}
    return {**document, **generic, "_rev": known["_rev"]}


def _dated(contacts: Iterable[Document], administrator: Administrator) -> Iterator[Document]:
    now = administrator.milliseconds()
    for contact in contacts:
        yield {"reported_date": now, **contact}
