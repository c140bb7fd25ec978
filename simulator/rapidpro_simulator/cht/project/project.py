"""A project, read from its folder: what would be deployed, and what is to be said about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .checks import check_settings
from .complaints import Complaint, Complaints, ProjectError, Severity
from .contacts import Contacts, with_id_chains
from .expressions import check_expressions
from .files import Files
from .forms import read_forms
from .resources import read_resources
from .settings import read_settings
from .translations import read_translations

if TYPE_CHECKING:
    from pathlib import Path

Document = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """What `folder` has: app settings, documents by their ids, contacts and users, and complaints about all of it."""

    folder: Path
    settings: Document
    documents: list[Document]
    contacts: list[Document] = field(default_factory=list)
    users: list[Document] = field(default_factory=list)
    complaints: Complaints = field(default_factory=Complaints)

    @property
    def summary(self) -> str:
        """Return what there is, in a line."""
        kinds = Counter(document.get("type", document["_id"]) for document in self.documents)
        counts = (
            (len(self.settings), "section of settings", "sections of settings"),
            (len(self.settings.get("forms") or ()), "form for SMS", "forms for SMS"),
            (kinds["form"], "form of the app", "forms of the app"),
            (kinds["translations"], "language", "languages"),
            (len(self.contacts), "contact", "contacts"),
            (len(self.users), "user", "users"),
        )
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count) or "nothing"

    def require_usable(self) -> None:
        """Raise `ProjectError` with every error that there is."""
        if errors := self.complaints.of(Severity.ERROR):
            raise ProjectError(self.folder, errors)


def read_project(folder: Path) -> Project:
    """Return the project in `folder`, in the layout of cht-conf (cht-sentinel 13); complaints raise nothing.

    Raises `ProjectError` where there is no such folder.
    """
    if not folder.is_dir():
        raise ProjectError(folder, [Complaint(Severity.ERROR, "", "", "there is no such folder")])
    complaints = Complaints()
    files = Files(folder, complaints)
    settings, origins = read_settings(files, complaints)
    forms = read_forms(files, complaints)
    check_settings(settings, origins, {form["internalId"] for form in forms}, complaints)
    check_expressions(settings, origins, complaints)
    contacts = Contacts(files, complaints)
    return Project(
        folder,
        settings,
        [*read_translations(files, complaints), *read_resources(files, complaints), *forms],
        with_id_chains(contacts.documents),
        contacts.users,
        complaints,
    )
