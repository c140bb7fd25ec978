"""The configuration file of `rapidpro-simulator serve`: TOML, read into a `Plan`.

Here is what each key may be; `world.toml_reader` reads a file by that, and says where an error is.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phonenumbers import SUPPORTED_REGIONS

from rapidpro_simulator.cht.instance import PARTS
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.rapidpro.delivery.outcomes import shares_of
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.rapidpro.generations.rates import Rate, rate_profile
from rapidpro_simulator.rapidpro.model.channels import channel_kind
from rapidpro_simulator.rapidpro.model.classifiers import CLASSIFIER_TYPES
from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.rapidpro.model.users import MEMBERS
from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.clock import DEFAULT_START
from rapidpro_simulator.world.errors import UsageError

from .plan import (
    NO_RAPIDPRO,
    AccountPlan,
    ClassifierPlan,
    InstancePlan,
    Plan,
    PlanError,
    RapidProPlan,
    UserPlan,
    WorkspacePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

SHORTEST_TOKEN = 8
DATABASE_NAME = re.compile(r"[a-z][a-z0-9_$()+-]*")


def read_plan(path: Path | None, **options: Any) -> Plan:
    """Return the plan of the file at `path`, or the usual one; `options` that are not None override it.

    `options` are those of the command line: fields of `Plan`, and `rapidpro_port`, `cht_port`, `couchdb_port`, which
    are about the first host and the first instance, as are `without` and `cht_project`. Raises `UsageError` with one
    sentence that helps.
    """
    values = {} if path is None else toml.read_file(path, PLAN, "the configuration file")
    given = {name: value for name, value in options.items() if value is not None}
    ports = {name: given.pop(name) for name in ("rapidpro_port", "cht_port", "couchdb_port") if name in given}
    without = _option("without", _parts, given.pop("without", []))
    project = given.pop("cht_project", None)
    plan = Plan(**{**values, **{name: _option(name, PLAN[name], value) for name, value in given.items()}})
    plan = _with_ports(plan, {name: _option(name, toml.port, port) for name, port in ports.items()})
    plan = _without(plan, without)
    return plan if project is None else _with_project(plan, _option("cht_project", _folder, str(project)))


def plan_of(values: Mapping[str, Any], folder: Path) -> Plan:
    """Return the plan that `values` say, as a configuration file would; paths are relative to `folder`.

    No journal is written unless they name one; where time is paused, it begins at the instant of every frozen
    simulation. Raises `UsageError` with one sentence that helps.
    """
    read = toml.read_table(values, PLAN, "the world", folder)
    start = {"start": DEFAULT_START} if read.get("speed") == 0 else {}
    return Plan(**{"journal": None, **start, **read})


def _with_project(plan: Plan, folder: Path) -> Plan:
    if not plan.cht:
        raise PlanError("--cht-project: there is no CHT instance that could get it")
    first, *others = plan.cht
    return replace(plan, cht=(replace(first, project=folder), *others))


def _option(name: str, check: toml.Check, value: Any) -> Any:
    try:
        return toml.read_value(value, check)
    except ValueError as error:
        raise PlanError(f"--{name.replace('_', '-')}: {error}") from None


def _with_ports(plan: Plan, ports: Mapping[str, int]) -> Plan:
    if not plan.rapidpro:
        raise PlanError(NO_RAPIDPRO)
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


def _without(plan: Plan, parts: tuple[str, ...]) -> Plan:
    if not parts:
        return plan
    if not plan.cht:
        raise PlanError(f"--without {parts[0]}: there is no CHT instance")
    first, *others = plan.cht
    return replace(plan, cht=(replace(first, without=(*first.without, *parts)), *others))


class Settings(toml.PlacedCheck):
    """App settings: a table, or the path of a JSON file."""

    def read(self, value: Any, _where: str, folder: Path) -> dict[str, Any]:
        return _settings_file(folder / value) if isinstance(value, str) else toml.table(value)


class Folder(toml.PlacedCheck):
    """The path of a folder."""

    def read(self, value: Any, _where: str, folder: Path) -> Path:
        return _folder(str(folder / toml.text(value)))


def _folder(value: Any) -> Path:
    path = Path(value)
    if not path.is_dir():
        raise ValueError(f"{value} is no folder; write that of a CHT project, with app_settings.json in it")
    return path


def _settings_file(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from None
    if not isinstance(settings, dict):
        raise UsageError(f"{path} holds no JSON object")
    return settings


# What a value may be. Each check returns the value, or raises a `ValueError` that says what is possible.

_array = toml.instance_of(list, 'an array, such as ["gateway", "mm-online"]')


def _hostname(value: Any) -> str:
    name = toml.name(value)
    if not all(part and part.replace("-", "").isalnum() and part.isascii() for part in name.split(".")):
        raise ValueError(f"{value!r} is no hostname; write it like textit.com")
    return name.lower()


def _database(value: Any) -> str:
    if not DATABASE_NAME.fullmatch(toml.text(value)):
        raise ValueError(f"{value!r} is no name of a database; write it like medic or medic-test")
    return str(value)


def _parts(value: Any) -> tuple[str, ...]:
    for part in toml.texts(value):
        if part not in PARTS:
            raise ValueError(
                f"a CHT instance has no part {part!r} that can be left out; possible are {', '.join(PARTS)}"
            )
    return tuple(value)


def _speed(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (value >= 0 and math.isfinite(value)):
        raise ValueError(f"{value!r} is no speed; write 1 for real time, 600 for ten minutes a second, 0 for a pause")
    return float(value)


def _start(value: Any) -> datetime:
    try:
        start = value if isinstance(value, datetime) else datetime.fromisoformat(toml.text(value))
    except ValueError:
        raise ValueError(f"{value!r} is no instant; write it like 2026-03-02T08:00:00Z") from None
    if start.tzinfo is None:
        raise ValueError(f"{start.isoformat()} lacks its time zone; write it like 2026-03-02T08:00:00Z")
    return start


def _first_id(value: Any) -> int:
    if toml.whole_number(value) < 1:
        raise ValueError(f"ids begin at 1 or above, not at {value}")
    return int(value)


def _country(value: Any) -> str:
    if toml.text(value) not in SUPPORTED_REGIONS:
        raise ValueError(f"{value!r} is no country; write its two letters, such as KE, TZ or NP")
    return str(value)


def _known(lookup: Callable[[str], object]) -> Callable[[Any], str]:
    """Return a check for a name that `lookup` knows; it raises `ValueError` for others."""

    def check(value: Any) -> str:
        lookup(toml.text(value))
        return str(value)

    return check


def _delivery(value: Any) -> Any:
    if not isinstance(value, str) and not all(isinstance(share, int | float) for share in toml.table(value).values()):
        raise ValueError("the shares of outcomes are numbers, as in {delivered = 0.9, failed = 0.1}")
    shares_of(value)
    return value


def _rates(value: Any) -> dict[str, str]:
    for rate in toml.table(value).values():
        Rate.parse(toml.text(rate))
    return dict(value)


def _answers(value: Any) -> dict[str, str]:
    return {toml.text(said): toml.text(answer) for said, answer in toml.table(value).items()}


def _token(value: Any) -> str:
    if len(toml.text(value)) < SHORTEST_TOKEN or not value.isascii() or not value.isalnum():
        raise ValueError(f"a token is at least {SHORTEST_TOKEN} letters and digits")
    return str(value)


def _password(value: Any) -> str:
    if len(toml.text(value)) < SHORTEST_TOKEN:
        raise ValueError(f"a password has at least {SHORTEST_TOKEN} characters")
    return str(value)


def _roles(value: Any) -> tuple[str, ...]:
    return tuple(map(toml.name, _array(value)))


def _url(value: Any) -> str:
    if not toml.text(value).startswith(("http://", "https://")):
        raise ValueError(
            f"{value!r} is no URL; write it like http://127.0.0.1:9000/send?to={{{{to}}}}&text={{{{text}}}}"
        )
    return str(value)


EXTERNAL: dict[str, toml.Check] = {
    "send_url": _url,
    **dict.fromkeys(("send_method", "send_body", "content_type", "send_authorization", "encoding"), toml.text),
    "send_headers": toml.table_of_texts,
    "max_length": toml.whole_number,
    "use_national": toml.true_or_false,
    **dict.fromkeys(("mt_response_check", "mo_response", "mo_response_content_type"), toml.text),
    **dict.fromkeys(("mo_from_field", "mo_text_field", "mo_date_field", "from_xpath", "text_xpath"), toml.text),
}


def _one_of(what: str, words: Collection[str]) -> Callable[[Any], str]:
    """Return a check for one of these words."""

    def check(value: Any) -> str:
        if toml.text(value) not in words:
            raise ValueError(f"{value!r} is no {what}; write one of {', '.join(words)}")
        return str(value)

    return check


def _email(value: Any) -> str:
    if "@" not in toml.text(value):
        raise ValueError(f"{value!r} is no e-mail address")
    return str(value)


def _days(value: Any) -> int:
    if toml.whole_number(value) < 1:
        raise ValueError(f"{value} is no number of days")
    return int(value)


ACCOUNT: dict[str, toml.Check] = {"email": _email, "role": _one_of("role", MEMBERS), "password": _password}
CLASSIFIER: dict[str, toml.Check] = {
    "name": toml.name,
    "type": _one_of("type of classifier", CLASSIFIER_TYPES),
    "intents": lambda value: tuple(toml.texts(value)),
}
WORKSPACE: dict[str, toml.Check] = {
    "name": toml.name,
    "country": _country,
    "channel": _known(channel_kind),
    "address": toml.name,
    "external": toml.Table(ExternalSettings, EXTERNAL),
    "delivery": _delivery,
    "rates": _rates,
    "token": _token,
    "flows": toml.Files(),
    "locations": toml.File(),
    "retention_days": _days,
    "users": toml.Tables(AccountPlan, "email", ACCOUNT),
    "classifiers": toml.Tables(ClassifierPlan, "name", CLASSIFIER),
    "templates": toml.Files(),
    "llm": _answers,
}
RAPIDPRO: dict[str, toml.Check] = {
    "host": _hostname,
    "port": toml.port,
    "generation": _known(generation),
    "rate_profile": _known(rate_profile),
    "first_id": _first_id,
    "workspaces": toml.Tables(WorkspacePlan, "name", WORKSPACE),
}
USER: dict[str, toml.Check] = {"name": toml.name, "password": _password, "roles": _roles}
INSTANCE: dict[str, toml.Check] = {
    "host": _hostname,
    "port": toml.port,
    "couchdb_port": toml.port,
    "database": _database,
    "without": _parts,
    "release": _known(release),
    "sends_through": toml.name,
    "project": Folder(),
    "users": toml.Tables(UserPlan, "name", USER),
    "settings": Settings(),
}
PLAN: dict[str, toml.Check] = {
    "address": toml.name,
    "speed": _speed,
    "start": _start,
    "seed": toml.whole_number,
    "generation": _known(generation),
    "gateway": _known(parse_gateway),
    "journal": toml.path,
    "flows": toml.Files(),
    "lenient": toml.true_or_false,
    "rapidpro": toml.Tables(RapidProPlan, "host", RAPIDPRO),
    "cht": toml.Tables(InstancePlan, "host", INSTANCE),
}
