"""The workspaces that the gateway has met, and when each wants to be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.budget import Purpose
from cht_rapidpro_gateway.workspaces import Workspaces

if TYPE_CHECKING:
    import sqlite3


@pytest.fixture
def workspaces(connection: sqlite3.Connection) -> Workspaces:
    return Workspaces(connection)


def test_a_workspace_has_a_number(workspaces: Workspaces, connection: sqlite3.Connection) -> None:
    """Whatever it is called, and whatever its token is, one identity has one number."""
    assert workspaces.met("0199", "Main", "a") == 1
    assert workspaces.met("0200", "Other", "b") == 2
    assert workspaces.met("0199", "Headquarters", "c") == 1
    names = connection.execute("SELECT identity, name FROM workspaces ORDER BY id").fetchall()
    assert [tuple(row) for row in names] == [("0199", "Headquarters"), ("0200", "Other")]


def test_blocks(workspaces: Workspaces) -> None:
    """A workspace is left alone by purpose, and until the latest time that it said."""
    number, other = workspaces.met("0199", "Main", "a"), workspaces.met("0200", "Other", "b")
    workspaces.block(number, Purpose.SENDING, 100)
    workspaces.block(number, Purpose.SENDING, 50)
    workspaces.block(number, Purpose.ASKING, 70)
    workspaces.block(number, Purpose.ASKING, 80)
    assert workspaces.blocked(number) == {Purpose.SENDING: 100, Purpose.ASKING: 80}
    assert workspaces.blocked(other) == {}


def test_tokens(workspaces: Workspaces) -> None:
    """A token is left alone as it was told, or as its workspace was told about sending, whatever is later."""
    assert workspaces.token_blocked_until("a") == 0
    workspaces.block_token("a", 30)
    workspaces.block_token("a", 20)
    assert (workspaces.token_blocked_until("a"), workspaces.token_blocked_until("b")) == (20, 0)
    number = workspaces.met("0199", "Main", "a")
    assert workspaces.token_blocked_until("a") == 20
    workspaces.block(number, Purpose.ASKING, 90)
    workspaces.block(number, Purpose.SENDING, 10)
    assert workspaces.token_blocked_until("a") == 20
    workspaces.block(number, Purpose.SENDING, 60)
    assert workspaces.token_blocked_until("a") == 60
    workspaces.met("0200", "Other", "a")
    assert workspaces.token_blocked_until("a") == 20


def test_tokens_are_not_kept(workspaces: Workspaces, connection: sqlite3.Connection) -> None:
    """On the disk is a fingerprint, of which nobody makes a token."""
    workspaces.block_token("secret", 1)
    [row] = connection.execute("SELECT fingerprint FROM tokens").fetchall()
    assert row["fingerprint"] == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
