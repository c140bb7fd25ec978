"""The configuration file of `rapidpro-simulator serve`: TOML, read into a `Plan`.

Every key is checked where it stands, so that an error says which one it is and what could stand there.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from phonenumbers import SUPPORTED_REGIONS

from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.rapidpro.delivery.outcomes import shares_of
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.rapidpro.generations.rates import Rate, rate_profile
from rapidpro_simulator.rapidpro.model.channels import channel_kind

from .plan import InstancePlan, Plan, PlanError, RapidProPlan, UserPlan, WorkspacePlan

T = TypeVar("T")
Check = Callable[[Any], Any]

LARGEST_PORT = 65_535
SHORTEST_TOKEN = 8


def read_plan(path: Path | None, **options: Any) -> Plan:
    """Return the plan of the file at `path`, or the usual one; `options` that are not None override it.

    `options` are those of the command line: fields of `Plan`, and `rapidpro_port`, `cht_port`, `couchdb_port`, which
    are about the first host and the first instance. Raises `PlanError` with one sentence that helps.
    """
    values = {} if path is None else _checked(_load(path), PLAN, str(path), path.parent)
    given = {name: value for name, value in options.items() if value is not None}
    ports = {name: given.pop(name) for name in ("rapidpro_port", "cht_port", "couchdb_port") if name in given}
    plan = Plan(**{**values, **{name: _option(name, PLAN[name], value) for name, value in given.items()}})
    return _with_ports(plan, {name: _option(name, _port, port) for name, port in ports.items()})


def _option(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except ValueError as error:
        raise PlanError(f"--{name.replace('_', '-')}: {error}") from None


def _with_ports(plan: Plan, ports: Mapping[str, int]) -> Plan:
    first, *more_hosts = plan.rapidpro
    first = replace(first, port=ports.get("rapidpro_port", first.port))
    instances = plan.cht
    if instances:
        instance = instances[0]
        instance = replace(
            instance,
            port=ports.get("cht_port", instance.port),
            couchdb_port=ports.get("couchdb_port", instance.couchdb_port),
        )
        instances = (instance, *instances[1:])
    return replace(plan, rapidpro=(first, *more_hosts), cht=instances)


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise PlanError(f"the configuration file {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"the configuration file {path} is no TOML: {error}") from None


def _checked(table: Mapping[str, Any], checks: Mapping[str, Check], where: str, folder: Path) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        if key not in checks:
            raise PlanError(f"{where}: there is no key {key!r} here; possible are: {', '.join(checks)}")
        try:
            check = checks[key]
            values[key] = (
                check.read(value, f"{where}, {key}", folder) if isinstance(check, Tables | Files) else check(value)
            )
        except PlanError:
            raise
        except (ValueError, OSError) as error:
            raise PlanError(f"{where}, {key}: {error}") from None
    return values


class Tables:
    """An array of tables, each of which becomes a `kind`; `needs` is the key that none may lack."""

    def __init__(self, kind: Callable[..., object], needs: str, checks: Mapping[str, Check]) -> None:
        self._kind = kind
        self._needs = needs
        self._checks = checks

    def __call__(self, value: Any) -> Any:
        return self.read(value, "", Path())

    def read(self, value: Any, where: str, folder: Path) -> tuple[object, ...]:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise ValueError(f"this is an array of tables: write [[{where.rpartition(', ')[2]}]]")
        return tuple(self._one(table, f"{where} {number}", folder) for number, table in enumerate(value, start=1))

    def _one(self, table: Mapping[str, Any], where: str, folder: Path) -> object:
        values = _checked(table, self._checks, where, folder)
        if self._needs not in values:
            raise PlanError(f"{where}: the key {self._needs!r} is missing")
        if isinstance(settings := values.get("settings"), Path):
            values["settings"] = _settings_file(folder / settings, where)
        return self._kind(**values)


class Files:
    """An array of paths, which are relative to the folder of the configuration file."""

    def __call__(self, value: Any) -> tuple[Path, ...]:
        return self.read(value, "", Path())

    def read(self, value: Any, _where: str, folder: Path) -> tuple[Path, ...]:
        return tuple(folder / _path(each) for each in _paths(value))


def _settings_file(path: Path, where: str) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{where}, settings: {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PlanError(f"{where}, settings: {path} is no JSON: {error}") from None
    if not isinstance(settings, dict):
        raise PlanError(f"{where}, settings: {path} holds no JSON object")
    return settings


# What a value may be. Each check returns the value, or raises a `ValueError` that says what is possible.


def _a(kind: type[T], called: str) -> Callable[[Any], T]:
    def check(value: Any) -> T:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{value!r} is not {called}")
        return value

    return check


_text = _a(str, "a text")
_integer = _a(int, "a whole number")
_table = _a(dict, "a table")
_array = _a(list, 'an array, such as ["gateway", "mm-online"]')


_paths = _a(list, 'an array, such as ["my-export.json"]')


def _name(value: Any) -> str:
    if not _text(value).strip():
        raise ValueError("an empty text is no name")
    return str(value)


def _hostname(value: Any) -> str:
    name = _name(value)
    if not all(part and part.replace("-", "").isalnum() and part.isascii() for part in name.split(".")):
        raise ValueError(f"{value!r} is no hostname; write it like textit.com")
    return name.lower()


def _port(value: Any) -> int:
    if not 0 <= _integer(value) <= LARGEST_PORT:
        raise ValueError(f"{value} is no port; ports are 1 to {LARGEST_PORT}, and 0 for any that is free")
    return int(value)


def _speed(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{value!r} is no speed; write 1 for real time, 600 for ten minutes a second")
    return float(value)


def _first_id(value: Any) -> int:
    if _integer(value) < 1:
        raise ValueError(f"ids begin at 1 or above, not at {value}")
    return int(value)


def _country(value: Any) -> str:
    if _text(value) not in SUPPORTED_REGIONS:
        raise ValueError(f"{value!r} is no country; write its two letters, such as KE, TZ or NP")
    return str(value)


def _known(lookup: Callable[[str], object]) -> Callable[[Any], str]:
    """Return a check for a name that `lookup` knows; it raises `ValueError` for others."""

    def check(value: Any) -> str:
        lookup(_text(value))
        return str(value)

    return check


def _delivery(value: Any) -> Any:
    if not isinstance(value, str) and not all(isinstance(share, int | float) for share in _table(value).values()):
        raise ValueError("the shares of outcomes are numbers, as in {delivered = 0.9, failed = 0.1}")
    shares_of(value)
    return value


def _rates(value: Any) -> dict[str, str]:
    for rate in _table(value).values():
        Rate.parse(_text(rate))
    return dict(value)


def _token(value: Any) -> str:
    if len(_text(value)) < SHORTEST_TOKEN or not value.isascii() or not value.isalnum():
        raise ValueError(f"a token is at least {SHORTEST_TOKEN} letters and digits")
    return str(value)


def _password(value: Any) -> str:
    if len(_text(value)) < SHORTEST_TOKEN:
        raise ValueError(f"a password has at least {SHORTEST_TOKEN} characters")
    return str(value)


def _roles(value: Any) -> tuple[str, ...]:
    return tuple(map(_name, _array(value)))


def _settings(value: Any) -> Any:
    return Path(value) if isinstance(value, str) else _table(value)


def _path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(_name(value))


WORKSPACE: dict[str, Check] = {
    "name": _name,
    "country": _country,
    "channel": _known(channel_kind),
    "delivery": _delivery,
    "rates": _rates,
    "token": _token,
    "flows": Files(),
}
RAPIDPRO: dict[str, Check] = {
    "host": _hostname,
    "port": _port,
    "generation": _known(generation),
    "rate_profile": _known(rate_profile),
    "first_id": _first_id,
    "workspaces": Tables(WorkspacePlan, "name", WORKSPACE),
}
USER: dict[str, Check] = {"name": _name, "password": _password, "roles": _roles}
INSTANCE: dict[str, Check] = {
    "host": _hostname,
    "port": _port,
    "couchdb_port": _port,
    "release": _known(release),
    "sends_through": _name,
    "users": Tables(UserPlan, "name", USER),
    "settings": _settings,
}
PLAN: dict[str, Check] = {
    "address": _name,
    "speed": _speed,
    "seed": _integer,
    "generation": _known(generation),
    "gateway": _known(parse_gateway),
    "journal": _path,
    "flows": Files(),
    "lenient": _a(bool, "true or false"),
    "rapidpro": Tables(RapidProPlan, "host", RAPIDPRO),
    "cht": Tables(InstancePlan, "host", INSTANCE),
}
