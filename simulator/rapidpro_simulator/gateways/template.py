"""What a gateway of the user's is told, and how it is known to be ready: the options around `--gateway`, as data.

Whatever the gateway wants to know stands in texts with placeholders, such as `{rapidpro_url}`.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.errors import UsageError

from .interface import InapplicableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PLACEHOLDERS = {
    "cht_url": "base URL of the CHT instance",
    "cht_user": "a user of CHT that may ask for messages and report their states at /api/sms",
    "cht_password": "that user's password",
    "couchdb_url": "base URL of CHT's CouchDB, for what works on the documents themselves",
    "couchdb_user": "CouchDB's administrator",
    "couchdb_password": "that administrator's password",
    "couch_url": "what CHT's own processes read as COUCH_URL: with user, password and main database",
    "rapidpro_url": "base URL of RapidPro",
    "rapidpro_token": "the token of the workspace to send through",
    "incoming_token": "what RapidPro's flow is to show when it calls the gateway",
    "incoming_url": "where RapidPro's flow calls the gateway",
    "gateway_url": "base URL of the gateway, as the simulation reaches it",
    "host": "address at which the gateway is to listen",
    "port": "port at which the gateway is to listen; nothing else uses it",
    "state_dir": "folder that outlives the gateway's crashes, and no scenario",
    "speed": "seconds of the simulation for each second of the wall clock",
    "python": "the Python that runs the simulation",
}

OUR_GATEWAY = {
    "GATEWAY_CHT_URL": "{cht_url}",
    "GATEWAY_CHT_USER": "{cht_user}",
    "GATEWAY_CHT_PASSWORD": "{cht_password}",
    "GATEWAY_RAPIDPRO_URL": "{rapidpro_url}",
    "GATEWAY_RAPIDPRO_TOKEN": "{rapidpro_token}",
    "GATEWAY_INCOMING_HOST": "{host}",
    "GATEWAY_INCOMING_PORT": "{port}",
    "GATEWAY_INCOMING_TOKEN": "{incoming_token}",
    "GATEWAY_DATABASE": "{state_dir}/gateway.sqlite",
    "GATEWAY_LOG_FORMAT": "text",
}

READINESS = ("request", "port", "log", "url", "started")
WANTS_VALUE = {"log": "a pattern, as in log:listening on", "url": "a URL, as in url:{gateway_url}/healthz"}


@dataclass(frozen=True)
class Template:
    """How a gateway in another process is started, and what it is told.

    `environment`: variables, with placeholders. `ready`: `request` (it has made its first request), `port` (it listens
    at `{port}`), `log:PATTERN` (it wrote a line in which the regular expression is found), `url:URL` (that is answered
    with 2xx), or `started`. `deadline`: real seconds until then. `grace`: real seconds to end in when asked to, before
    it is killed. `faketime`: whether its clock is the simulation's, by libfaketime. `folder`: where it runs, None:
    where the tests do; in a file it is meant from there. `port`: where it is to listen, 0: any that is free.
    `incoming_path`: where it takes messages from phones.

    Only for containers: `command` (empty: the image's), `volumes` (paths here to paths there), `docker_host`. Only for
    what runs already: `address`, `rapidpro_port`, `cht_port`, `couchdb_port` (0: any), where the simulation listens,
    and `reset`, a command that is run before each scenario.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: dict(OUR_GATEWAY))
    ready: str = "request"
    deadline: float = 30.0
    grace: float = 15.0
    faketime: bool = False
    folder: str | None = None
    port: int = 0
    incoming_path: str = "/incoming"
    command: Sequence[str] = ()
    volumes: Mapping[str, str] = field(default_factory=dict)
    docker_host: str | None = None
    address: str = "127.0.0.1"
    rapidpro_port: int = 8000
    cht_port: int = 5988
    couchdb_port: int = 0
    reset: Sequence[str] = ()

    def __post_init__(self) -> None:
        kind, _, value = self.ready.partition(":")
        if kind not in READINESS:
            raise UsageError(
                f"{self.ready!r} does not say when a gateway is ready; possible are {', '.join(READINESS)}"
            )
        if kind in WANTS_VALUE and not value:
            raise UsageError(f"ready = {self.ready!r} needs {WANTS_VALUE[kind]}")
        if kind == "log":
            _check_pattern(value)
        for text in (
            *self.environment.values(),
            *self.command,
            *self.reset,
            *self.volumes,
            *self.volumes.values(),
            self.ready,
        ):
            if text is not self.ready or kind == "url":
                placeholders_of(text)


class Folder(toml.PlacedCheck):
    """The path of a folder, which is relative to that of the file."""

    def read(self, value: Any, _where: str, folder: Path) -> str:
        return str(folder / toml.text(value))


CHECKS: Mapping[str, toml.Check] = {
    "environment": toml.table_of_texts,
    "ready": toml.text,
    "deadline": toml.seconds,
    "grace": toml.seconds,
    "faketime": toml.true_or_false,
    "folder": Folder(),
    "port": toml.port,
    "incoming_path": toml.text,
    "command": toml.texts,
    "volumes": toml.table_of_texts,
    "docker_host": toml.text,
    "address": toml.text,
    "rapidpro_port": toml.port,
    "cht_port": toml.port,
    "couchdb_port": toml.port,
    "reset": toml.texts,
}


def read_template(path: Path | None, **options: Any) -> Template:
    """Return the template of the TOML file at `path`, or the usual one; `options` that are not None override it.

    `environment` is added to what there is. Raises `UsageError` with a sentence that helps.
    """
    values = {} if path is None else toml.read_file(path, CHECKS)
    environment = options.pop("environment", None) or {}
    template = replace(Template(**values), **{name: value for name, value in options.items() if value is not None})
    return replace(template, environment={**template.environment, **environment})


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return `text` with its placeholders filled; `{{` and `}}` stand for braces.

    Raises `InapplicableError` for a placeholder that means nothing here.
    """
    try:
        return text.format_map(dict(values))
    except KeyError as error:
        raise InapplicableError(f"{text!r}: a CHT that runs elsewhere keeps its CouchDB to itself: {error}") from None


def placeholders_of(text: str) -> list[str]:
    """Return the names of the placeholders in `text`. Raises `UsageError` where there is no such placeholder."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise UsageError(f"{text!r} cannot be read: {error}; write {{{{ and }}}} for braces") from None
    for name in names:
        if name not in PLACEHOLDERS:
            raise UsageError(f"{text!r}: there is no placeholder {{{name}}}; possible are: {', '.join(PLACEHOLDERS)}")
    return names


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is no regular expression: {error}") from None
