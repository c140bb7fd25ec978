"""XForms: which there are, and their fields, which are all that a simulation without screens needs of them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .complaints import Complaints
    from .files import Files

APP = "forms/app"
CONTACT = "forms/contact"
KEPT = ("icon", "context", "title", "subject_key", "hidden_fields", "duplicate_check")
MODEL = "{http://www.w3.org/2002/xforms}instance"


def read_forms(files: Files, complaints: Complaints) -> list[dict[str, Any]]:
    """Return a document `form:<name>` for each app form, and `form:contact:<type>:<action>` for each contact form."""
    documents = []
    for folder in (APP, CONTACT):
        stems = dict.fromkeys(
            PurePosixPath(name).stem for suffix in ("xml", "xlsx") for name in files.names(f"{folder}/*.{suffix}")
        )
        documents += [_document(files, folder, name, complaints) for name in stems]
    return documents


def _document(files: Files, folder: str, name: str, complaints: Complaints) -> dict[str, Any]:
    properties = f"{folder}/{name}.properties.json"
    known = files.object(properties) or {} if files.has(properties) else {}
    internal_id = str(known.get("internalId") or (_contact_form(name) if folder == CONTACT else name))
    document: dict[str, Any] = {"_id": f"form:{internal_id}", "type": "form", "internalId": internal_id, "title": name}
    xml = f"{folder}/{name}.xml"
    if files.has(xml):
        document |= {"fields": list(_fields(files, xml, complaints)), "_attachments": {"xml": files.attachment(xml)}}
    else:
        complaints.not_simulated(f"{folder}/{name}.xlsx", "", "is not converted here: run `cht convert-app-forms`")
    return document | {key: known[key] for key in KEPT if key in known}


def _contact_form(name: str) -> str:
    kind, _, action = name.rpartition("-")
    return f"contact:{kind}:{action}"


def _fields(files: Files, name: str, complaints: Complaints) -> Iterator[str]:
    """Yield the paths of a form's fields, as in `fields` of a report: `group.weeks`."""
    text = files.text(name)
    try:
        root = ElementTree.fromstring(text or "<none/>")  # noqa: S314 - the reader's own project
    except ElementTree.ParseError as error:
        complaints.error(name, "", f"is no XML: {error}")
        return
    instance = next(root.iter(MODEL), None)
    for report in instance if instance is not None else ():
        yield from _leaves(report, "")


def _leaves(element: ElementTree.Element, path: str) -> Iterator[str]:
    for child in element:
        name = child.tag.partition("}")[2] or child.tag
        if name == "meta":
            continue
        yield f"{path}{name}"
        yield from _leaves(child, f"{path}{name}.")
