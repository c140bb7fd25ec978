"""The documents of a project: translations, resources, forms, contacts, users."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Folder

PROPERTIES = """# a comment
greeting = Hello {{name}}
long = one \\
    two
caf\\u00e9: yes
spaced\\ key   value
empty =
"""
XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>
<visit id="visit" version="1"><inputs><source/></inputs><group><weeks/></group><meta><instanceID/></meta></visit>
</instance></model></h:head></h:html>"""


def documents(folder: Folder) -> dict[str, Any]:
    return {document["_id"]: document for document in folder.read().documents}


def test_translations(folder: Folder) -> None:
    """Java properties, with their escapes and continued lines, are the custom texts of a language."""
    folder.write("translations/messages-en.properties", PROPERTIES)
    folder.write("translations/messages-ex.properties", "a = b")

    found = documents(folder)

    assert list(found) == ["messages-en"]
    assert found["messages-en"]["custom"] == {
        "greeting": "Hello {{name}}",
        "long": "one two",
        "café": "yes",
        "spaced key": "value",
        "empty": "",
    }
    assert (found["messages-en"]["type"], found["messages-en"]["name"]) == ("translations", "English")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = \\u12", "error: translations/messages-sw.properties: \\u12: is no character"),
        ("a = 1\nb = 2\na = 3", "warning: translations/messages-sw.properties: a: is there twice; the last one counts"),
    ],
)
def test_odd_translations(folder: Folder, text: str, complaint: str) -> None:
    """Escapes that are none, and keys that are there twice, are told."""
    folder.write("translations/messages-sw.properties", text)

    assert folder.complaints()[0].startswith(complaint)


def test_resources(folder: Folder) -> None:
    """Icons are a document by name; one whose picture is missing is told."""
    folder.write("resources.json", {"icon-a": "a.svg"}).write("resources/a.svg", "<svg/>")
    folder.write("branding.json", {"title": "Our health", "resources": {"logo": "logo.png"}})

    found = documents(folder)

    picture = {"content_type": "image/svg+xml", "data": base64.b64encode(b"<svg/>").decode()}
    assert found["resources"]["resources"] == {"icon-a": "a.svg"}
    assert found["resources"]["_attachments"] == {"a.svg": picture}
    assert found["branding"]["title"] == "Our health"
    assert folder.complaints() == ["error: branding.json: logo: there is no branding/logo.png"]


def test_forms(folder: Folder) -> None:
    """A form is known by its name and its fields; one that is not converted has no fields, and that is told."""
    folder.write("forms/app/visit.xml", XFORM).write("forms/app/visit.properties.json", {"icon": "icon-a"})
    folder.write("forms/app/later.xlsx", "").write("forms/contact/clinic-create.xml", XFORM)

    found = documents(folder)

    assert found["form:visit"]["fields"] == ["inputs", "inputs.source", "group", "group.weeks"]
    assert found["form:visit"]["icon"] == "icon-a"
    assert base64.b64decode(found["form:visit"]["_attachments"]["xml"]["data"]).decode() == XFORM
    assert "fields" not in found["form:later"]
    assert "form:contact:clinic:create" in found
    assert folder.complaints() == [
        "not simulated: forms/app/later.xlsx: is not converted here: run `cht convert-app-forms`"
    ]


def test_contacts(folder: Folder) -> None:
    """Rows of CSV files are contacts; a look-up puts a person below a place, as a chain of ids."""
    folder.write("csv/place.health_center.csv", "reference_id:excluded,name,population:int\nhc,Kisumu,120\n")
    folder.write(
        "csv/contact.household.csv",
        "key:excluded,name,parent:GET health_center WHERE reference_id=COL_VAL\n1,Otieno,hc",
    )
    folder.write(
        "csv/person.csv",
        "name,phone,date_of_birth:date,is_lead:bool,parent:GET household WHERE key=COL_VAL\n"
        "Asha,+254712345678,2001-04-05,true,1",
    )
    folder.write("json_docs/cl2.doc.json", {"type": "clinic", "name": "Two"})

    household, person, center, written = folder.read().contacts

    assert (household["type"], household["contact_type"]) == ("contact", "household")
    assert household["parent"] == {"_id": center["_id"]}
    assert person["parent"] == {"_id": household["_id"], "parent": {"_id": center["_id"]}}
    assert (person["phone"], person["date_of_birth"], person["is_lead"]) == ("+254712345678", "2001-04-05", True)
    assert (center["population"], "reference_id" in center) == (120, False)
    assert written["_id"] == "cl2"


def test_same_ids(folder: Folder) -> None:
    """A contact has the same id whenever its line is read."""
    folder.write("csv/person.csv", "name\nAsha")

    assert folder.read().contacts == folder.read().contacts


def test_users(folder: Folder) -> None:
    """Users have their roles as a list, and a look-up of their place."""
    folder.write("csv/place.clinic.csv", "reference_id:excluded,name\nc1,Kisumu")
    folder.write(
        "csv/users.csv",
        "username,password,roles,place:GET _id OF clinic WHERE reference_id=COL_VAL\nakinyi,pass-1,chw:nurse,c1",
    )

    project = folder.read()

    assert project.users == [
        {"username": "akinyi", "password": "pass-1", "roles": ["chw", "nurse"], "place": project.contacts[0]["_id"]}
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("person.csv", "weeks:number\n1", "weeks:number: has the type 'number'; there are: string, int, "),
        ("person.csv", "weeks:int\nmany", "line 2, weeks: invalid literal for int()"),
        ("person.csv", "parent:GET clinic WHERE a=COL_VAL\nx", "line 2, parent: no clinic has the a 'x'"),
        ("persons.csv", "name\nAsha", "is no file of contacts: name it place.TYPE.csv, person.csv or users.csv"),
    ],
)
def test_odd_rows(folder: Folder, name: str, text: str, complaint: str) -> None:
    """Types, numbers, look-ups and names of files that cannot be are told."""
    folder.write(f"csv/{name}", text)

    assert folder.complaints()[0].startswith(f"error: csv/{name}: {complaint}")
