"""What the gateway is told: from a TOML file, from environment variables, or both; the environment wins.

A variable is `GATEWAY_` and the name of the setting with its section, such as `GATEWAY_RAPIDPRO_TOKEN`.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "GATEWAY_"


class ConfigurationError(Exception):
    """The configuration cannot be used; each line says what is wrong with one setting."""


@dataclass(frozen=True)
class ChtSettings:
    """The CHT instance. Its settings need `sms.outgoing_service: "medic-gateway"`, its user the role `gateway`."""

    url: str
    user: str
    password: str = field(repr=False)
    poll_seconds: float = 30.0  # between two visits, when there is nothing to do
    timeout_seconds: float = 60.0
    database: str = "medic"  # its main database, in which the user looks up what /api/sms does not tell


@dataclass(frozen=True)
class RapidProSettings:
    """The RapidPro workspace that messages go through."""

    url: str
    token: str = field(repr=False)
    timeout_seconds: float = 60.0
    escape: bool = True  # send texts as CHT wrote them, even those that RapidPro would read as expressions


@dataclass(frozen=True)
class Quota:
    """What the workspace allows, less what its other users need."""

    sends_per_hour: int = 2500  # with a shared quota: all requests
    questions_per_hour: int = 1250  # requests for what became of messages; each tells of up to 250
    shared: bool = True  # whether sending and asking draw on one quota


@dataclass(frozen=True)
class Policy:
    """What to do where the protocol leaves it open."""

    question_seconds: float = 60.0  # until a new message is asked about; older ones are asked about less and less
    settle_seconds: float = 120.0  # until RapidPro's listing shows for sure what was posted
    give_up_days: float = 7.0  # after which nobody asks about a message any more
    unanswered: Literal["keep", "fail"] = "keep"  # the state of a message that nobody asks about any more
    ambiguous: Literal["send", "fail"] = "send"  # a message of which RapidPro cannot say whether it has it
    on_switch: Literal["fail", "send"] = "fail"  # open messages of an account that is not used any more
    keep_days: float = 180.0  # that messages are remembered after all is over
    too_old_hours: float = 24.0  # for which a message may wait to be sent; after that it is too old
    too_old: Literal["fail", "send"] = "fail"  # what is done with a message that is too old


@dataclass(frozen=True)
class Category:
    """Messages with an age limit of their own: `text` and `recipient` are found in theirs, as regular expressions."""

    text: str = ""
    recipient: str = ""
    too_old_hours: float = 24.0
    too_old: Literal["fail", "send"] = "fail"


@dataclass(frozen=True)
class Inherited:
    """Messages that another gateway took from CHT and left without an end."""

    unsent: Literal["leave", "ask", "fail", "send"] = (
        "leave"  # those that CHT has as received or forwarded by a gateway
    )
    sent: Literal["leave", "ask", "fail"] = "leave"  # those that it has as sent
    per_hour: int = 250  # of which so many are taken over in an hour; to be asked or sent, they cost as many requests


@dataclass(frozen=True)
class IncomingSettings:
    """Where RapidPro's flows post messages, if not to CHT itself; without a token there is no such place."""

    token: str = field(default="", repr=False)
    host: str = "0.0.0.0"  # noqa: S104 a container's port is published by whoever runs it
    port: int = 8080


@dataclass(frozen=True)
class LogSettings:
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


@dataclass(frozen=True)
class Configuration:
    """All settings; `database` is the path of the SQLite file."""

    cht: ChtSettings
    rapidpro: RapidProSettings
    database: Path = Path("gateway.sqlite")
    quota: Quota = Quota()
    policy: Policy = Policy()
    category: tuple[Category, ...] = ()
    inherited: Inherited = Inherited()
    incoming: IncomingSettings = IncomingSettings()
    log: LogSettings = LogSettings()


def load(path: Path | None, environment: Mapping[str, str]) -> Configuration:
    """Read the file at `path`, if any, and the environment. Raises `ConfigurationError` that names every problem."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path} cannot be read: {error}") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{path} is no TOML: {error}") from error
    return read(document, environment)


def read(document: Mapping[str, Any], environment: Mapping[str, str]) -> Configuration:
    """Return the configuration of a document and an environment. Raises `ConfigurationError`."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    known = get_type_hints(Configuration)
    problems += [f"there is no setting {name!r}" for name in document if name not in known]
    for name, kind in known.items():
        if kind is Path:
            variable = f"{PREFIX}{name.upper()}"
            text = environment.get(variable, document.get(name))
            if text is not None and (complaint := _complaint_about_path(text)):
                problems.append(f"{variable if variable in environment else name} {complaint}")
            elif text is not None:
                values[name] = Path(text)
            continue
        if kind == _CATEGORIES:
            values[name] = _categories(document.get(name, []), environment, problems)
            continue
        section = document.get(name, {})
        if not isinstance(section, dict):
            problems.append(f"{name} is a section, not {section!r}")
            continue
        values[name] = _section(kind, name, section, environment, problems)
    sections = {name: kind for name, kind in known.items() if kind is not Path and kind != _CATEGORIES}
    known_variables = {f"{PREFIX}{name.upper()}" for name in known.keys() - sections.keys()} | {
        _variable(section, each.name) for section, kind in sections.items() for each in fields(kind)
    }
    problems += [
        f"there is no setting for the environment variable {name}"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known_variables
    ]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return Configuration(**values)


def _section(
    kind: type, name: str, section: Mapping[str, Any], environment: Mapping[str, str], problems: list[str]
) -> Any:
    hints = get_type_hints(kind)
    problems += [f"there is no setting {name}.{key}" for key in section if key not in hints]
    values = {}
    missing = False
    for each in fields(kind):
        variable = _variable(name, each.name)
        if variable in environment:
            value, given = _from_text(environment[variable], hints[each.name]), variable
        elif each.name in section:
            value, given = section[each.name], f"{name}.{each.name}"
        else:
            if each.default is MISSING:
                problems.append(f"{name}.{each.name} is missing: set it in the file, or as {variable}")
                missing = True
            continue
        needed = each.default is MISSING and value == ""
        complaint = "is empty" if needed else _complaint(value, hints[each.name], each.name)
        if complaint:
            problems.append(f"{given} {complaint}")
            missing = True
        values[each.name] = float(value) if hints[each.name] is float and not complaint else value
    return None if missing else kind(**values)


def _categories(tables: Any, environment: Mapping[str, str], problems: list[str]) -> tuple[Category, ...]:
    """Read the tables of the file, or the JSON of the variable."""
    variable = f"{PREFIX}CATEGORY"
    if variable in environment:
        try:
            tables = json.loads(environment[variable])
        except ValueError:
            tables = None
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        problems.append("category is a list of tables: [[category]] in the file, JSON in the variable GATEWAY_CATEGORY")
        return ()
    found = [_section(Category, f"category[{number}]", each, {}, problems) for number, each in enumerate(tables)]
    return tuple(each for each in found if each is not None)


def _variable(section: str, name: str) -> str:
    return f"{PREFIX}{section}_{name}".upper()


def _from_text(text: str, kind: Any) -> Any:
    """Return the value that an environment variable's text stands for; the text itself where it is none."""
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind in {int, float}:
        try:
            return kind(text)
        except ValueError:
            return text
    return text


def _complaint(value: Any, kind: Any, name: str) -> str | None:
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return None if value in choices else f"is {value!r}, and can be {' or '.join(map(repr, choices))}"
    if kind is bool:
        return None if isinstance(value, bool) else f"is {value!r}, and can be true or false"
    if kind in {int, float}:
        return _complaint_about_number(value, kind, name)
    if not isinstance(value, str):
        return f"is {value!r}, and must be a text"
    return _TEXTS.get(name, _complaint_about_name)(value)


def _complaint_about_number(value: Any, kind: type, name: str) -> str | None:
    allowed = (int,) if kind is int else (int, float)
    if not isinstance(value, allowed) or isinstance(value, bool) or not math.isfinite(value) or value <= 0:
        return f"is {value!r}, and must be a number above zero"
    if name == "port" and value > LAST_PORT:
        return f"is {value!r}, and can be {LAST_PORT} at most"
    return None


def _complaint_about_path(value: Any) -> str | None:
    fine = isinstance(value, str) and value.strip() and not value.startswith(":")
    return None if fine else f"is {value!r}, and must be the path of a file"


def _complaint_about_url(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "is no URL"
    if parts.username or parts.password:
        return "has a user or a password in it: they have settings of their own, which are kept out of the logs"
    return None if fine and not parts.query and not parts.fragment else _NO_URL.format(value)


def _complaint_about_pattern(value: str) -> str | None:
    try:
        re.compile(value)
    except re.error as error:
        return f"is {value!r}, and must be a regular expression: {error}"
    return None


def _complaint_about_user(value: str) -> str | None:
    return "has a colon, and must not" if ":" in value else _complaint_about_secret(value)


def _complaint_about_token(value: str) -> str | None:
    return _complaint_about_secret(value) if value.isascii() else "has characters that cannot be in a header"


def _complaint_about_secret(value: str) -> str | None:
    # Such a text cannot be in a header, or means something else than it shows.
    fine = value.isprintable() and value == value.strip()
    return None if fine else "begins or ends with blanks, or has characters that cannot be in a header"


def _complaint_about_name(value: str) -> str | None:
    return None if value.strip() else "is empty"


LAST_PORT = 65_535
_CATEGORIES = tuple[Category, ...]
_NO_URL = "is {!r}, and must be a URL such as https://example.org"
_TEXTS = {
    "url": _complaint_about_url,
    "user": _complaint_about_user,
    "password": _complaint_about_secret,
    "token": _complaint_about_token,
    "text": _complaint_about_pattern,
    "recipient": _complaint_about_pattern,
}
