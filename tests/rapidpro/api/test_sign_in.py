"""`POST /api/v2/authenticate`, which exchanges a password for tokens (rapidpro 1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.journal import Journal

    from .conftest import Reply, Server

NOBODY: dict[str, str] = {}
FORM = {"username": "Ann@rapidpro.org", "password": "correct horse", "role": "A"}


def sign_in(server: Server, **changes: str) -> Reply:
    """Send the form, with some of its fields changed."""
    return server.ask("POST", "/api/v2/authenticate", headers=NOBODY, data={**FORM, **changes})


@pytest.fixture(params=["Administrator"])
def signed_up(request: pytest.FixtureRequest, community: Server) -> Server:
    """Return a server that Ann can sign in to, with a role."""
    community.workspace.add_user("ann@rapidpro.org", request.param, "correct horse")
    return community


def test_tokens(signed_up: Server) -> None:
    """Somebody gets one token for each workspace, which opens the API, and the same one again the next time."""
    other = signed_up.rapidpro.workspace("Huye")
    other.add_user("ann@rapidpro.org", "Administrator", "correct horse")
    reply = sign_in(signed_up)
    tokens = reply.json()["tokens"]
    workspaces = (signed_up.workspace, other)
    assert reply.status == 200
    assert [each["org"] for each in tokens] == [
        {"uuid": each.uuid, "name": each.name, "id": each.id} for each in workspaces
    ]
    shown = signed_up.get("workspace.json", headers={"Authorization": f"Token {tokens[1]['token']}"})
    assert shown.json()["name"] == "Huye"
    assert sign_in(signed_up).json()["tokens"] == tokens


@pytest.mark.parametrize(
    ("signed_up", "letters"),
    [("Administrator", "AES"), ("Editor", "ES"), ("Surveyor", "S"), ("Viewer", ""), ("Agent", "")],
    indirect=["signed_up"],
)
def test_roles(signed_up: Server, letters: str) -> None:
    """A role gives tokens for itself and for lesser ones, each of its own; for others there are none."""
    given = {letter: sign_in(signed_up, role=letter) for letter in "AES"}
    assert {letter for letter, reply in given.items() if reply.json()["tokens"]} == set(letters)
    assert len({reply.json()["tokens"][0]["token"] for letter, reply in given.items() if letter in letters}) == len(
        letters
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong"},
        {"password": ""},
        {"username": "bob@rapidpro.org", "password": ""},
        {"username": ""},
        {"role": "X"},
    ],
)
def test_refused(signed_up: Server, changes: dict[str, str]) -> None:
    """What is wrong is a 403 that says nothing; nobody signs in without a password."""
    signed_up.workspace.add_user("bob@rapidpro.org", password="")
    reply = sign_in(signed_up, **changes)
    assert (reply.status, reply.text) == (403, "")


@pytest.mark.parametrize(("body", "content_type"), [(None, ""), (b"{}", "application/json"), (b"x", "text/plain")])
def test_no_form(signed_up: Server, body: bytes | None, content_type: str) -> None:
    """What is no form signs nobody in."""
    assert (
        signed_up.ask("POST", "/api/v2/authenticate", headers={"Content-Type": content_type}, data=body).status == 403
    )


def test_other_methods(community: Server) -> None:
    """Nothing is read here."""
    assert community.get("/api/v2/authenticate").status == 405


@pytest.mark.parametrize(
    ("generation", "status"), [("v7", 200), ("v8", 200), ("community", 200), ("textit-2025", 404), ("textit-2026", 404)]
)
def test_generations(start: Callable[..., Any], generation: str, status: int) -> None:
    """The newer generations exchange no passwords."""
    server = start(generation)
    server.workspace.add_user("ann@rapidpro.org", "Administrator", "correct horse")
    assert sign_in(server).status == status


def test_secrets(signed_up: Server, journal: Journal) -> None:
    """Neither the password nor the token gets into the journal."""
    token = sign_in(signed_up).json()["tokens"][0]["token"]
    text = "\n".join(journal.line(entry) for entry in journal)
    assert "correct horse" not in text
    assert token not in text


def test_unknown_role(community: Server) -> None:
    """People have roles of people, and one account in a workspace."""
    with pytest.raises(ValueError, match="Administrator, Editor"):
        community.workspace.add_user("ann@rapidpro.org", "Prometheus")
    community.workspace.add_user("ann@rapidpro.org")
    with pytest.raises(ValueError, match="already"):
        community.workspace.add_user("Ann@rapidpro.org")
