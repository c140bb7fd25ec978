"""The file: nobody else's while it is used, brought to today's shape, and refused where it cannot be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway import database
from cht_rapidpro_gateway.budget import Purpose
from cht_rapidpro_gateway.outbox import Outbox
from cht_rapidpro_gateway.workspaces import Workspaces

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096  # bytes
UUID = "0199bb93-ec0f-403b-9b5b-d26d4b6b133c"


def _written_by(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for script in database.MIGRATIONS[:version]:
            connection.executescript(script)
        connection.executescript(
            f"""
            PRAGMA user_version = {version};
            INSERT INTO workspaces (identity, name, blocked_until) VALUES ('https://textit.com {UUID}', 'Main', 99);
            INSERT INTO workspaces (identity, name) VALUES ('https://textit.com Moshi', 'Moshi');
            INSERT INTO messages (id, recipient, content, stage, state, workspace, reference, taken_at, due_at)
                VALUES ('a', '+254712345678', 'Hi', 'open', 'SENT', 1, '7', 1, 1);
            """
        )


def test_an_older_file_goes_on(tmp_path: Path) -> None:
    """Messages, workspaces and what they refused are there after the migration."""
    path = tmp_path / "gateway.sqlite"
    _written_by(path, 1)
    with closing(database.connect(path)) as connection:
        [message] = Outbox(connection)
        workspaces = Workspaces(connection)
        assert (message.id, message.reference, message.retaken_at) == ("a", "7", None)
        assert workspaces.met(UUID, "Main", "token") == 1
        assert workspaces.met("https://textit.com Moshi", "Moshi", "another") == 2
        assert workspaces.blocked(1) == {Purpose.SENDING: 99, Purpose.ASKING: 99}
        assert workspaces.token_blocked_until("token") == 99
    with closing(database.connect(path)) as connection:
        assert len(list(Outbox(connection))) == 1


def test_a_file_of_a_later_release_is_refused(tmp_path: Path) -> None:
    """What it has cannot be known: it is not touched."""
    path = tmp_path / "gateway.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(database.DatabaseError, match=r"is of version 99, and this gateway knows \d at most"):
        database.connect(path)


def test_two_gateways_cannot_use_one_file(tmp_path: Path) -> None:
    """They would send everything twice; when the first has gone, the second can have it."""
    path = tmp_path / "gateway.sqlite"
    with closing(database.connect(path)), pytest.raises(database.DatabaseError, match="another gateway uses it"):
        database.connect(path)
    database.connect(path).close()


@pytest.mark.parametrize("content", [None, b"this is no database, whatever it says" * 100])
def test_a_file_that_cannot_be_used_is_told(content: bytes | None, tmp_path: Path) -> None:
    """It is not a database, or its folder is not there."""
    path = tmp_path / ("gateway.sqlite" if content else "nowhere/gateway.sqlite")
    if content:
        path.write_bytes(content)
    with pytest.raises(database.DatabaseError, match=r"gateway\.sqlite cannot be"):
        database.connect(path)


def _fill(path: Path) -> None:
    with closing(database.connect(path)) as connection:
        outbox = Outbox(connection)
        with outbox.batch():
            for number in range(400):
                outbox.take(f"{number}", "+254712345678", "Hi " * 50)


@pytest.mark.parametrize("first", [0, 1, 2, 10])
def test_pages_of_zeroes(first: int, tmp_path: Path) -> None:
    """A file whose pages were lost, from the first or from a later one on, is refused with what to do."""
    path = tmp_path / "gateway.sqlite"
    _fill(path)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(first * PAGE)
        file.write(bytes(size - first * PAGE))
    with pytest.raises(database.DatabaseError, match=r"gateway\.sqlite cannot be used: .*; put a copy") as told:
        database.connect(path)
    assert "\n" not in str(told.value)


def test_what_fails_halfway_is_not_done(connection: sqlite3.Connection) -> None:
    """A change is all on the disk, or nothing of it."""
    outbox = Outbox(connection)

    def half() -> None:
        with database.transaction(connection):
            outbox.take("a", "+254712345678", "Hi")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert outbox.get("a") is None


def test_a_token_is_refused_before_anybody_knows_whose_it_is(connection: sqlite3.Connection) -> None:
    """Who answers with 429 at once is left alone after a restart as well."""
    workspaces = Workspaces(connection)
    assert workspaces.token_blocked_until("token") == 0
    workspaces.block_token("token", 50)
    assert workspaces.token_blocked_until("token") == 50
    number = workspaces.met(UUID, "Main", "token")
    workspaces.block(number, Purpose.SENDING, 70)
    workspaces.block(number, Purpose.SENDING, 60)
    assert (workspaces.token_blocked_until("token"), workspaces.token_blocked_until("other")) == (70, 0)
