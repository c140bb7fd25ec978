"""What `serve` is asked to run, as data: hosts, workspaces, instances and users, checked before it starts.

A configuration file is read in `configuration`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.channels import EXTERNAL, channel_kind
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.external import ExternalSettings

RAPIDPRO_PORT = 8000
CHT_PORT = 5988
COUCHDB_PORT = 5984


class PlanError(UsageError):
    """A plan that cannot be run; the text says why, and what is possible."""


@dataclass(frozen=True)
class AccountPlan:
    """A user of a workspace, with a role, and a password to sign in with (None: nobody can)."""

    email: str
    role: str = "Administrator"
    password: str | None = None


@dataclass(frozen=True)
class ClassifierPlan:
    """A classifier of a workspace; `type` is one of `rapidpro.model.classifiers`."""

    name: str
    type: str = "wit"
    intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkspacePlan:
    """A workspace of RapidPro.

    `country` (ISO 3166, two letters), `channel` (a kind of `rapidpro.model.channels`), `delivery` (an outcome, a
    profile, or shares of outcomes, of `rapidpro.delivery.outcomes`), `rates` by throttle scope, such as `2500/hour`;
    `address` of the channel: its own number (None: it has none); `external`: how the aggregator of an external channel
    is called. `token`: its key (None: drawn from the seed); `flows`: export files that are imported when it starts;
    `locations`: a file of the places of its country, as `rapidpro.model.location_files` reads it; `retention_days`: how
    long it keeps messages and runs before they are archived. `templates`: files of message templates; `llm`: what
    language models answer to an input that contains a text, to all for `*`.
    """

    name: str
    country: str = "KE"
    channel: str = "aggregator"
    address: str | None = None
    external: ExternalSettings | None = None
    delivery: str | Mapping[str, float] = "delivered"
    rates: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    flows: tuple[Path, ...] = ()
    templates: tuple[Path, ...] = ()
    llm: Mapping[str, str] = field(default_factory=dict)
    locations: Path | None = None
    retention_days: int = 90
    users: tuple[AccountPlan, ...] = ()
    classifiers: tuple[ClassifierPlan, ...] = ()

    def __post_init__(self) -> None:
        if self.external is not None and channel_kind(self.channel).code != EXTERNAL:
            raise PlanError(
                f"the workspace {self.name!r} has settings of an external channel, and its channel is "
                f'{self.channel!r}; write channel = "external"'
            )


@dataclass(frozen=True)
class RapidProPlan:
    """A RapidPro host at a TCP port (0: any). What is None is the default of the simulation, or the generation's."""

    host: str
    port: int = 0
    generation: str | None = None
    rate_profile: str | None = None
    first_id: int = 1
    workspaces: tuple[WorkspacePlan, ...] = (WorkspacePlan("Old"), WorkspacePlan("New"))


@dataclass(frozen=True)
class UserPlan:
    """A user of CHT, with a password (None: drawn from the seed) and roles."""

    name: str
    password: str | None = None
    roles: tuple[str, ...] = ("mm-online",)


@dataclass(frozen=True)
class InstancePlan:
    """A CHT instance at a TCP port, its CouchDB at another (0: any).

    `database` is the name of its main database: called `medic-test`, its timers run every second. `without` names the
    parts (`api`, `gateway`, `sentinel`) that other processes at its CouchDB stand for; without the api there is no
    gateway. `sends_through` names a workspace (None: the first there is); `project` is the folder of a CHT project that
    is deployed first; `settings` are merged into its app settings.
    """

    host: str
    port: int = 0
    couchdb_port: int = 0
    database: str = "medic"
    without: tuple[str, ...] = ()
    release: str | None = None
    sends_through: str | None = None
    project: Path | None = None
    users: tuple[UserPlan, ...] = (UserPlan("gateway", roles=("gateway", "mm-online")),)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything that `serve` runs.

    `speed`: seconds of the simulation for each second of the wall clock, 0 where time is paused; `start`: the instant
    at which it begins (None: now); `journal`: the file
    that it is written to (None: it stays in memory).
    `flows` are imported into the first workspace, beside its own; where `lenient`, without what cannot be read.
    """

    address: str = "127.0.0.1"
    speed: float = 1.0
    start: datetime | None = None
    seed: int = 0
    generation: str = "community"
    gateway: str = "cht:5.2"
    journal: Path | None = Path("journal.jsonl")
    flows: tuple[Path, ...] = ()
    lenient: bool = False
    rapidpro: tuple[RapidProPlan, ...] = (RapidProPlan("textit.com", RAPIDPRO_PORT),)
    cht: tuple[InstancePlan, ...] = (InstancePlan("cht.example.org", CHT_PORT, COUCHDB_PORT),)

    def __post_init__(self) -> None:
        if (self.cht and not self.rapidpro) or not all(host.workspaces for host in self.rapidpro):
            raise PlanError(NO_RAPIDPRO)
        hostnames = [host.host for host in self.rapidpro]
        hostnames += [name for each in self.cht for name in (each.host, f"couchdb.{each.host}")]
        _refuse_twice("host", hostnames)
        _refuse_twice("token", [each.token for host in self.rapidpro for each in host.workspaces if each.token])
        for host in self.rapidpro:
            _refuse_twice(f"workspace on {host.host}", (each.name for each in host.workspaces))
        for instance in self.cht:
            if instance.project is not None and "api" in instance.without:
                raise PlanError(f"{instance.host}: a project is deployed through the api, which is left out")
            self.workspace_of(instance)

    def workspace_of(self, instance: InstancePlan) -> tuple[RapidProPlan, WorkspacePlan]:
        """Return the workspace that `instance` sends through, and its host. Raises `PlanError` where it is not clear.

        A name that several hosts have is written with its host: `textit.com/New`.
        """
        there_are = [(host, workspace) for host in self.rapidpro for workspace in host.workspaces]
        wanted = instance.sends_through
        if wanted is None:
            return there_are[0]
        found = [each for each in there_are if wanted in {each[1].name, f"{each[0].host}/{each[1].name}"}]
        if len(found) != 1:
            names = ", ".join(f"{host.host}/{workspace.name}" for host, workspace in there_are)
            problem = "names no workspace" if not found else "names several workspaces"
            raise PlanError(f"{instance.host} sends through {wanted!r}, which {problem}; there are: {names}")
        return found[0]


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise PlanError(f"{name!r} is the name of a {what} twice; names must differ" if what != "token" else TOKENS)


NO_RAPIDPRO = "there must be a RapidPro host, and every one needs a workspace"
TOKENS = "two workspaces have the same token; tokens must differ"
