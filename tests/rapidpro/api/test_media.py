from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rapidpro.api.conftest import Server


URN = "tel:+250788123123"


def upload(
    server: Server, content_type: str = "image/jpeg", name: str = "file", content: str = "abc", filename: str = "a.jpg"
) -> Any:
    headers = server.authorization | {"Content-Type": "multipart/form-data; boundary=x"}
    named = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    part = f"--x\r\nContent-Disposition: {named}\r\nContent-Type: {content_type}\r\n"
    return server.ask("POST", "media.json", headers=headers, data=f"{part}\r\n{content}\r\n--x--\r\n".encode())


def test_upload(server: Server) -> None:
    """What is uploaded gets a UUID and an address."""
    status, data = upload(server).said
    assert (status, data["content_type"], data["filename"], data["size"]) == (201, "image/jpeg", "a.jpg", 3)
    assert data["uuid"] in data["url"]


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({"content_type": "text/plain"}, {"file": ["Unsupported file type."]}),
        ({"name": "document"}, {"file": ["No file was submitted."]}),
        ({"content": ""}, {"file": ["The submitted file is empty."]}),
        (
            {"filename": ""},
            {"file": ["The submitted data was not a file. Check the encoding type on the form."]},
        ),
    ],
)
def test_refused(server: Server, options: dict[str, str], errors: dict[str, Any]) -> None:
    """Not every file is taken."""
    assert upload(server, **options).said == (400, errors)


def test_only_multipart(server: Server) -> None:
    """A file cannot be sent as JSON."""
    assert server.post("media.json", {"file": "a"}).status == 415


@pytest.mark.parametrize("form", ["{uuid}", "image/jpeg:{url}"])
def test_attached(server: Server, form: str) -> None:
    """A broadcast names media by UUID or by an address that contains it."""
    media = upload(server).json()
    body = {"urns": [URN], "text": "Look", "attachments": [form.format(**media)]}
    assert server.post("broadcasts.json", body).json()["attachments"] == {"eng": [f"image/jpeg:{media['url']}"]}


def test_attached_to_a_message(server: Server) -> None:
    """A message shows its attachments in parts, and the first as a whole."""
    media = upload(server).json()
    server.workspace.contacts.create([URN])
    data = server.post("messages.json", {"contact": URN, "attachments": [media["uuid"]]}).json()
    assert data["attachments"] == [{"content_type": "image/jpeg", "url": media["url"]}]
    assert data["media"] == f"image/jpeg:{media['url']}"


def test_base_language_without_text(server: Server) -> None:
    """RapidPro fails over the base language of a broadcast that has attachments and no text (rapidpro 4.1)."""
    body = {"urns": [URN], "attachments": [upload(server).json()["uuid"]], "base_language": "eng"}
    assert server.post("broadcasts.json", body).status == 500


def test_attachments_in_the_base_language(server: Server) -> None:
    """Attachments must be given in the language of the text."""
    body = {"urns": [URN], "text": {"eng": "Look"}, "attachments": {"kin": [upload(server).json()["uuid"]]}}
    assert server.post("broadcasts.json", {**body, "base_language": "eng"}).said == (
        400,
        {"non_field_errors": ["No attachment translations provided in base language."]},
    )
