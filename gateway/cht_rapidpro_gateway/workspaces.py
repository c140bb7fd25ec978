"""The workspaces that the gateway has met, by their identities and tokens, and when each wants to be left alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .budget import Purpose

if TYPE_CHECKING:
    import sqlite3


class Workspaces:
    """The workspaces of a database, by number. Times are seconds of the gateway's clock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def met(self, identity: str, name: str, token: str) -> int:
        """Note that `token` is one of the workspace `identity`; return the number of the workspace."""
        self._connection.execute(
            "INSERT INTO workspaces (identity, name) VALUES (?,?)"
            " ON CONFLICT (identity) DO UPDATE SET name = excluded.name",
            (identity, name),
        )
        row = self._connection.execute("SELECT id FROM workspaces WHERE identity = ?", (identity,)).fetchone()
        self._connection.execute(
            "INSERT INTO tokens (fingerprint, workspace) VALUES (?,?)"
            " ON CONFLICT (fingerprint) DO UPDATE SET workspace = excluded.workspace",
            (_fingerprint(token), row["id"]),
        )
        return int(row["id"])

    def block(self, workspace: int, purpose: Purpose, until: float) -> None:
        """Note that a workspace wants no more requests for `purpose` before a time."""
        self._connection.execute(
            "INSERT INTO blocks VALUES (?,?,?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            (workspace, purpose, until),
        )

    def blocked(self, workspace: int) -> dict[Purpose, float]:
        """Return until when a workspace wants no more requests, by purpose."""
        rows = self._connection.execute("SELECT purpose, until FROM blocks WHERE workspace = ?", (workspace,))
        return {Purpose(row["purpose"]): float(row["until"]) for row in rows}

    def block_token(self, token: str, until: float) -> None:
        """Note that whoever has this token wants no more requests before a time."""
        self._connection.execute(
            "INSERT INTO tokens (fingerprint, blocked_until) VALUES (?,?)"
            " ON CONFLICT (fingerprint) DO UPDATE SET blocked_until = excluded.blocked_until",
            (_fingerprint(token), until),
        )

    def token_blocked_until(self, token: str) -> float:
        """Return until when whoever has this token wants no request at all; 0 where nothing is known."""
        row = self._connection.execute(
            "SELECT max(blocked_until, coalesce(until, 0)) AS until FROM tokens"
            " LEFT JOIN blocks ON blocks.workspace = tokens.workspace AND purpose = ? WHERE fingerprint = ?",
            (Purpose.SENDING, _fingerprint(token)),
        ).fetchone()
        return float(row["until"]) if row else 0.0


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # a token is random: nobody finds it by trying
