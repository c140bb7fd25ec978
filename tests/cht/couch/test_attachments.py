"""Attachments: inside documents, one by one, and from revision to revision."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Wire

HELLO = base64.b64encode(b"hello").decode()
STUB = {"content_type": "text/plain", "revpos": 1, "digest": "md5-XUFAKrxLKna5cZ2REBfFkg==", "length": 5, "stub": True}


@pytest.fixture
def rev(wire: Wire) -> str:
    wire.ask("PUT", "/other")
    attachments = {"note.txt": {"content_type": "text/plain", "data": HELLO}}
    answer = wire.ask("PUT", "/other/a", {"n": 1, "_attachments": attachments})
    return str(answer.json["rev"])


def attachments(wire: Wire, query: str = "") -> Any:
    return wire.ask("GET", f"/other/a?{query}").json.get("_attachments")


def test_stub(wire: Wire, rev: str) -> None:
    """A document shows stubs, and the contents where they are asked for."""
    assert attachments(wire) == {"note.txt": STUB}
    assert attachments(wire, "attachments=true")["note.txt"]["data"] == HELLO
    rows = wire.ask("GET", '/other/_all_docs?include_docs=true&attachments=true&key="a"').json["rows"]
    assert rows[0]["doc"]["_attachments"]["note.txt"]["data"] == HELLO
    changes = wire.ask("GET", "/other/_changes?include_docs=true").json["results"]
    assert changes[0]["doc"]["_attachments"] == {"note.txt": STUB}


def test_kept_by_stub(wire: Wire, rev: str) -> None:
    """An edit keeps the attachments whose stubs it sends, and drops the others."""
    kept = wire.ask("PUT", "/other/a", {"_rev": rev, "_attachments": {"note.txt": {"stub": True}}}).json["rev"]
    assert attachments(wire) == {"note.txt": STUB}
    wire.ask("PUT", "/other/a", {"_rev": kept})
    assert attachments(wire) is None


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"x": {"stub": True}}, 412, "missing_stub"),
        ({"x": {"data": "no base64!"}}, 400, "bad_request"),
        ({"x": 7}, 400, "bad_request"),
        (["x"], 400, "bad_request"),
        ({"x": {"follows": True}}, 501, "not_simulated"),
    ],
)
def test_no_attachment(wire: Wire, rev: str, given: Any, status: int, error: str) -> None:
    """What is no attachment is refused."""
    answer = wire.ask("PUT", "/other/a", {"_rev": rev, "_attachments": given})
    assert (answer.status, answer.json["error"]) == (status, error)


def test_one_by_one(wire: Wire, rev: str) -> None:
    """An attachment is stored, read and removed by itself, each time a revision of its document."""
    path = "/other/a/images/logo.svg"
    stored = wire.ask("PUT", f"{path}?rev={rev}", body='"<svg/>"', headers={"Content-Type": "image/svg+xml"})
    assert (stored.status, stored.json["rev"][:2]) == (201, "2-")
    read = wire.ask("GET", path)
    assert (read.json, read.headers["Content-Type"]) == ("<svg/>", "image/svg+xml")
    assert wire.ask("GET", path, headers={"If-None-Match": read.headers["ETag"]}).status == 304
    assert sorted(attachments(wire)) == ["images/logo.svg", "note.txt"]
    removed = wire.ask("DELETE", f"{path}?rev={stored.json['rev']}")
    assert (removed.status, sorted(attachments(wire))) == (200, ["note.txt"])
    assert wire.ask("GET", f"{path}?rev={stored.json['rev']}").json == "<svg/>"
    assert wire.ask("GET", path).status == 404


def test_needs_the_current_revision(wire: Wire, rev: str) -> None:
    """Who stores an attachment of a document that is there says which revision of it."""
    assert wire.ask("PUT", "/other/a/x", body='"x"').status == 409
    assert wire.ask("PUT", "/other/new/x?rev=1-a", body='"x"').status == 409
    assert wire.ask("PUT", "/other/new/x", body='"x"').status == 201
    assert wire.ask("DELETE", f"/other/a/nothing?rev={rev}").status == 404


def test_of_a_design_document(wire: Wire, rev: str) -> None:
    """Design documents have attachments, too."""
    wire.ask("PUT", "/other/_design/d", {"_attachments": {"x.txt": {"data": base64.b64encode(b'"x"').decode()}}})
    assert wire.ask("GET", "/other/_design/d/x.txt").json == "x"
    assert wire.ask("GET", "/other/_design/d/nothing").status == 404


def test_replicated(wire: Wire, rev: str) -> None:
    """Who replicates gets and brings the contents with the revisions."""
    asked = {"docs": [{"id": "a", "rev": rev}]}
    got = wire.ask("POST", "/other/_bulk_get?revs=true&attachments=true", asked).json["results"][0]["docs"][0]["ok"]
    wire.ask("PUT", "/copy")
    assert wire.ask("POST", "/copy/_bulk_docs", {"docs": [got], "new_edits": False}).json == []
    assert wire.ask("GET", "/copy/a").json == wire.ask("GET", "/other/a").json
    assert wire.ask("GET", f'/copy/a?open_revs=["{rev}"]&attachments=true').json[0]["ok"]["_attachments"]["note.txt"]


def test_multipart_is_not_simulated(wire: Wire, rev: str) -> None:
    """A document in parts is refused, with the way out."""
    answer = wire.ask("PUT", "/other/b", body="--x", headers={"Content-Type": 'multipart/related; boundary="x"'})
    assert (answer.status, answer.json["error"]) == (501, "not_simulated")
