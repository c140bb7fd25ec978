"""A simulation that lives in real or dilated time and is reached over TCP, as a `Plan` describes it.

What it prints is made in `welcome`.
"""

from __future__ import annotations

import errno
import math
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.rapidpro.export_files import import_file
from rapidpro_simulator.simulation import NO_LATENCY, Simulation
from rapidpro_simulator.world.network.server import FEW_MILLISECONDS
from rapidpro_simulator.world.steered_clock import SteeredClock

from .files import KeptFiles
from .furnishing import furnish
from .journal_file import JournalFile
from .plan import PlanError
from .preparation import prepare
from .story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.cht.project import Project
    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.testing.narrator import Narrator
    from rapidpro_simulator.world.journal import Entry
    from rapidpro_simulator.world.network import Host, Latency

    from .plan import InstancePlan, Plan, RapidProPlan, WorkspacePlan

KEPT_ENTRIES = 10_000  # of the journal, in memory; the file has them all
KEPT_BYTES = 64 * 1024 * 1024  # of those entries, their bodies included


@dataclass
class LiveInstance:
    """A CHT instance, the workspace it sends through, and what its callers need to know."""

    instance: Instance
    workspace: Workspace
    incoming_key: str
    passwords: dict[str, str] = field(default_factory=dict)
    project: Project | None = None


class LiveSimulation:
    """Builds what `plan` describes, and runs it. Use it as a context manager.

    Raises `PlanError` where a port is taken, an address is not of this machine, or the journal cannot be written, and
    `UsageError` for flows that cannot be imported, and for a CHT project that cannot be deployed.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.instances: list[LiveInstance] = []
        self.clock = SteeredClock(plan.start, plan.speed)
        self.story = Story(self.clock.seconds)
        self.files = KeptFiles()
        self.simulation = Simulation(
            seed=plan.seed,
            clock=self.clock,
            generation=plan.generation,
            gateway=plan.gateway,
            keep=KEPT_ENTRIES,
            keep_bytes=KEPT_BYTES,
        )
        journal = self.simulation.journal
        journal.keeps_headers = True
        self._file: JournalFile | None = None
        self.simulation.network.on_visit = self.story.visit
        try:
            if plan.journal is not None:
                self._file = JournalFile(plan.journal, journal, self.simulation.loop)
            journal.listeners.append(self._complain_of_defects)
            with self.clock.held():  # a paused world is built, too
                self._build()
        except BaseException:
            self.close()
            raise

    def _build(self) -> None:
        for host in self.plan.rapidpro:
            self._add_rapidpro(host)
        if self.plan.rapidpro:
            self._import(self._first_workspace, self.plan.flows)
        for instance in self.plan.cht:
            self._add_instance(instance)
        self.simulation.loop.set_exception_handler(_complain_of)

    def __enter__(self) -> LiveSimulation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything and finish the journal."""
        try:
            with self.clock.held():
                self.simulation.close()
        finally:
            self.files.close()
            if self._file is not None:
                self._file.close()

    def serve(self) -> None:
        """Serve callers from outside until the loop is stopped; time passes by itself."""
        self.simulation.loop.serve()

    @contextmanager
    def held(self, most: float = math.inf, because: str = "") -> Iterator[None]:
        """Hold time, as the clock does; exchanges take a few milliseconds of it, as in every frozen simulation.

        They take real time else. With none at all, a gateway that asks again and again would never let time pass.
        """
        with self.clock.held(most, because), self._latency(FEW_MILLISECONDS):
            yield

    def at_once(self) -> AbstractContextManager[None]:
        """Let exchanges take no time for once, as those of callers from outside."""
        return self._latency(NO_LATENCY)

    @contextmanager
    def _latency(self, latency: Latency) -> Iterator[None]:
        network = self.simulation.network
        usual, network.latency = network.latency, latency
        try:
            yield
        finally:
            network.latency = usual

    def narrator(self, *folders: Path) -> Narrator:
        """Return who says sentences here; files that they name are searched in `folders`, and among those kept."""
        # With pytest-bdd and all steps, which take longer to import than a world to begin: most worlds say nothing.
        from rapidpro_simulator.testing.narrator import Narrator

        return Narrator(self.simulation, self.files.folder, *folders)

    @property
    def outsiders(self) -> list[str]:
        """Return who lives in the time of this simulation, and cannot be moved with it."""
        parts = [f"the {part} of {each.instance.name}" for each in self.instances for part in each.instance.without]
        return [*parts, *self._aggregators_outside()]

    def _aggregators_outside(self) -> Iterator[str]:
        for host in self.simulation.hosts.values():
            for workspace in host.installation.workspaces.values():
                for channel in workspace.channels:
                    url = urlsplit(channel.external.send_url if channel.external else "")
                    if url.hostname and self.simulation.network.find(url.hostname, _port(url)) is None:
                        yield f"the aggregator of the workspace {workspace.name} at {url.netloc}"

    def listen_to_new_hosts(self) -> None:
        """Give every host that came to be since the beginning a port of its own."""
        for host in self.simulation.network.hosts:
            if not host.addresses:
                self._listen(host, 0)

    def _complain_of_defects(self, _: Entry) -> None:
        errors = self.simulation.network.errors
        while errors:
            _complain(errors.pop(0))

    # RapidPro

    def _add_rapidpro(self, plan: RapidProPlan) -> None:
        settings = {"rate_profile": plan.rate_profile, "first_id": plan.first_id}
        if plan.generation is not None:
            settings["generation"] = plan.generation
        host = self.simulation.rapidpro(plan.host, **settings)
        for workspace in plan.workspaces:
            self._import(_add_workspace(host, workspace), workspace.flows)
        self._listen(host.network_host, plan.port)

    def _import(self, workspace: Workspace, exports: Iterable[Path]) -> None:
        for path in exports:
            import_file(workspace, path, lenient=self.plan.lenient)

    @property
    def _first_workspace(self) -> Workspace:
        host = self.plan.rapidpro[0]
        return self.simulation.hosts[host.host].workspace(host.workspaces[0].name)

    # CHT

    def _add_instance(self, plan: InstancePlan) -> None:
        instance = self.simulation.cht(plan.host, plan.release, database=plan.database, without=plan.without)
        host_plan, workspace_plan = self.plan.workspace_of(plan)
        host = self.simulation.hosts[host_plan.host]
        workspace = host.workspace(workspace_plan.name)
        stream = self.simulation.seed.part(plan.host).stream("serve")
        live = LiveInstance(instance, workspace, incoming_key=stream.alphanumeric(32))
        user, password = instance.administrator
        live.passwords[user] = password
        for each in plan.users:
            live.passwords[each.name] = each.password or stream.alphanumeric(16)
            self.simulation.journal.hide(live.passwords[each.name])
            instance.couch.add_user(each.name, live.passwords[each.name], each.roles)
        if "api" in instance.without:
            prepare(live, _settings(host.live_url, plan))
        else:
            if plan.project is not None:
                self._deploy(live, plan.project)
            self._configure(live, _settings(host.live_url, plan))
            self._listen(instance.host, plan.port)
        self._listen(instance.couch_host, plan.couchdb_port)
        self.instances.append(live)

    def _deploy(self, live: LiveInstance, folder: Path) -> None:
        from rapidpro_simulator.cht.project import deploy, read_project

        live.project = read_project(folder)
        deploy(live.project, Administrator(self.simulation, live.instance))
        live.passwords |= {user["username"]: user["password"] for user in live.project.users if "password" in user}

    def _configure(self, live: LiveInstance, settings: Sequence[dict[str, Any]]) -> None:
        administrator = Administrator(self.simulation, live.instance)
        administrator.set_credential("rapidpro:incoming", live.incoming_key)
        administrator.set_credential("rapidpro:outgoing", live.workspace.token.key)
        for changes in settings:
            administrator.ask("PUT", "/api/v1/settings", json=changes)

    def _listen(self, host: Host, port: int) -> None:
        address = self.plan.address
        try:
            self.simulation.run(self.simulation.network.listen(host, address, port))
        except OSError as error:
            raise PlanError(why_not(error, host.name, address, port)) from None


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:  # what is no port leads nowhere, and not to a host of the simulation
        return None


def _settings(url: str, plan: InstancePlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings that an instance needs, and those of its owner, to be merged in this order."""
    sms = {"outgoing_service": "rapidpro", "rapidpro": {"url": url}}
    # A role that the settings do not know has no permissions: cht 11.2.
    roles = {role: {"name": role} for user in plan.users for role in user.roles}
    return {"sms": sms, "roles": roles}, dict(plan.settings)


def _add_workspace(host: RapidProHost, plan: WorkspacePlan) -> Workspace:
    workspace = host.installation.workspace(plan.name, country=plan.country, rates=plan.rates)
    if (plan.channel, plan.address, plan.external) != (workspace.channels[0].kind.name, None, None):
        workspace.use_channel(plan.channel, address=plan.address, external=plan.external)
    if plan.token is not None:
        workspace.new_token(key=plan.token)
        workspace.access.tokens.reverse()  # the first token is the one that CHT is given
    workspace.deliver(plan.delivery)
    furnish(workspace, plan)
    return workspace


def why_not(error: OSError, name: str, address: str, port: int) -> str:
    """Return why `name` cannot listen at a port of an address, and what would be possible."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {address}, wanted for {name}, is taken; choose another one, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} of {address}, wanted for {name}, needs more rights; choose one above 1023"
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"{address} cannot be listened on: {reason}; 127.0.0.1 is this machine, 0.0.0.0 all of its addresses"


def _complain_of(_loop: object, context: dict[str, Any]) -> None:
    _complain(context.get("exception") or context["message"])


def _complain(defect: object) -> None:
    print(f"rapidpro-simulator: a defect of the simulator, please report it: {defect!r}", file=sys.stderr, flush=True)
