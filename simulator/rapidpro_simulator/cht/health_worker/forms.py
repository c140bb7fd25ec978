"""The reports that the app makes of filled-in forms (cht-sentinel 11.5). The forms themselves are not simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.lineage import minified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .storage import Document

NAMED = ("_id", "name", "phone", "patient_id")


def filled_in(form: str, fields: Mapping[str, Any], *, author: Document, subject: Document | None) -> Document:
    """Return the report of the form `form` that `author` has filled in about `subject`, without id and date."""
    report: Document = {
        "type": "data_record",
        "content_type": "xml",
        "form": form,
        "contact": author,
        "fields": dict(fields) if subject is None else _about(subject, fields),
    }
    if author.get("phone"):
        report["from"] = author["phone"]
    return minified(report)


def form_of(task: Document) -> tuple[str, Document, str | None]:
    """Return the form that `task` asks for, what it hands to the form, and whom the form is about."""
    action = task["emission"]["actions"][0]
    content = {name: value for name, value in as_object(action.get("content")).items() if name != "contact"}
    return action["form"], {"inputs": content}, task["emission"].get("forId") or task.get("owner")


def _about(subject: Document, fields: Mapping[str, Any]) -> Document:
    contact = {name: subject[name] for name in NAMED if subject.get(name)}
    named: Document = {"patient_uuid": subject["_id"], "patient_name": subject.get("name")}
    if subject.get("patient_id"):
        named["patient_id"] = subject["patient_id"]
    return {**named, **fields, "inputs": {**as_object(fields.get("inputs")), "contact": contact}}
