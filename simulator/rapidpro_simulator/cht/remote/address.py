"""Where a CHT runs, who may change it, and where it finds the RapidPro of the simulation."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

TEST_DATABASE = "medic-test"
TEST_SPEED = 60.0
"""How fast the timers of a CHT run whose main database is called so: every second, not every minute (cht 0.1)."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


@dataclass(frozen=True)
class RemoteCht:
    """A CHT at `url`, such as `https://cht.example.org`, with an administrator's name and password.

    `database` is the name of its main database; `ca` a PEM file with the certificates to trust (None: those that
    everybody trusts). The simulation's RapidPro listens for it at `rapidpro_address` and `rapidpro_port` (0: any; the
    hosts after the first one have the ports that follow), and it calls that address `rapidpro_name`. Raises
    `UsageError` with a sentence that helps.
    """

    url: str
    user: str
    password: str
    database: str = "medic"
    ca: Path | None = None
    rapidpro_address: str = "127.0.0.1"
    rapidpro_port: int = 0
    rapidpro_name: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{self.url!r} is no address of a CHT; write it like https://cht.example.org")
        if parts.username is not None or parts.path not in {"", "/"} or parts.query:
            raise UsageError(f"write only the scheme and the host of the CHT, as in {parts.scheme}://{parts.hostname}")
        if self.rapidpro_address in EVERYWHERE and self.rapidpro_name is None:
            raise UsageError(
                f"by which name does the CHT reach {self.rapidpro_address}? Containers call this machine "
                "host.docker.internal: --rapidpro-name host.docker.internal"
            )

    @property
    def base(self) -> str:
        """Return the URL without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def default_speed(self) -> float:
        """Return how fast a simulation goes in which a minute of CHT's timers is a minute."""
        return TEST_SPEED if self.database == TEST_DATABASE else 1.0

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """Return whose certificates are trusted. Raises `UsageError` where the file has none."""
        try:
            return ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"{self.ca} holds no certificates that can be read: {error}") from None
