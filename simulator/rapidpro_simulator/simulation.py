"""The one object that a test holds: it builds the parts of a simulation and drives them.

Its face is synchronous; the event loop inside is its own. Time passes only while a method of it runs.
"""

from __future__ import annotations

import json as jsonlib
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.cht.api.schemas import WIRE_SCHEMAS as CHT_SCHEMAS
from rapidpro_simulator.cht.couch.schemas import WIRE_SCHEMAS as COUCH_SCHEMAS
from rapidpro_simulator.cht.instance import Instance
from rapidpro_simulator.cht.remote import RemoteInstance, probe
from rapidpro_simulator.gateways.interface import PARTY, InapplicableError, PatienceError
from rapidpro_simulator.phones import Phones
from rapidpro_simulator.rapidpro.api.schemas import wire_schemas as rapidpro_schemas
from rapidpro_simulator.rapidpro.host import RapidProHost
from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.clock import MICROSECONDS, BaseClock, FrozenClock, microseconds
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.faults import Fault, Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import AdvanceLimitError, Limits, SimulationLoop
from rapidpro_simulator.world.narration import tell
from rapidpro_simulator.world.network import HttpResponse, Latency, Network
from rapidpro_simulator.world.provenance import provenance
from rapidpro_simulator.world.schemas import Inspector
from rapidpro_simulator.world.seed import Seed

from .gateways import GatewayUnderTest, build_gateway, parse_gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from types import TracebackType

    import aiohttp
    from freezegun.api import _freeze_time

    from rapidpro_simulator.cht.health_worker import HealthWorker
    from rapidpro_simulator.cht.remote import RemoteCht
    from rapidpro_simulator.cht.site import Site
    from rapidpro_simulator.gateways.interface import Gateway
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import Timer
    from rapidpro_simulator.world.journal import Entry
    from rapidpro_simulator.world.sample_data import SampleData
    from rapidpro_simulator.world.schemas import WireSchemas

T = TypeVar("T")

TESTER = "tester"
GATEWAYS = (PARTY, f"{PARTY} of *")
NO_LATENCY = Latency(0, 0)
CHECK_SECONDS = 0.5  # from news until a condition is checked again, in virtual time
CHECK_SHARE = 0.05  # of the time waited so far, that a condition is left alone at least
LEAST_REAL_SECONDS = 0.05  # of an advance or until the next check, where time is real
LEAST_REAL_WAIT_SECONDS = 10.0  # that a condition is given, where time is real


class Simulation:
    """A world of RapidPro hosts, CHT instances and the gateway between them.

    - `seed`: what tokens, ids, chances and sample data are drawn from. The same seed gives the same journal.
    - `clock`: a `FrozenClock` (the default) or a `LiveClock`.
    - `generation`: which RapidPro hosts are (`community`, `textit-2025`, `textit-2026`, `v7`, `v8`), unless they are
      told otherwise; `gateway`: what stands between them and CHT, as `parse_gateway` reads it.
    - `cht`: a CHT that runs elsewhere, in place of the model; the clock is live then, and `site` connects to it.
    - `latency`: how long an exchange takes (default: a few virtual milliseconds; in live time none is added).
    - `limits`: how much an advance may cost; `keep`: how many entries the journal keeps (None: all),
      `keep_bytes`: how many bytes they may take together (None: as many as they do).
    - `freeze_datetime`: whether `datetime.now()` and `time.time()` of all code in this process agree with a
      frozen clock; `time.monotonic()` and `time.perf_counter()` stay real.

    Use it as a context manager, or `close()` it. Raises `ValueError` for a gateway that there is not. An error in a
    service of the simulation is a defect of the simulator: it is raised where time passes next.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: BaseClock | None = None,
        generation: str = "community",
        gateway: str | GatewayUnderTest = "cht:5.2",
        cht: RemoteCht | None = None,
        latency: Latency | None = None,
        limits: Limits | None = None,
        keep: int | None = None,
        keep_bytes: int | None = None,
        freeze_datetime: bool = False,
    ) -> None:
        self.generation = generation
        self.gateway = parse_gateway(gateway) if isinstance(gateway, str) else gateway
        self.seed = Seed(seed)
        self.clock = clock or FrozenClock()
        if cht is not None and self.clock.frozen:
            raise TypeError("a CHT that runs elsewhere needs real or dilated time: Simulation(clock=LiveClock(…))")
        self.journal = Journal(self.clock, keep, keep_bytes)
        self.journal.header = provenance(seed)
        self.context = Context(self.clock, self.seed, self.journal)
        self._ahead: dict[str, timedelta] = {}  # by how much the clocks of hosts are wrong
        self.loop = SimulationLoop(self.clock, limits)
        self.faults = Faults(self.clock, self.seed.stream("faults"))
        self.network = Network(
            self.clock,
            self.journal,
            self.faults,
            self.seed.stream("network"),
            latency=latency or (Latency() if self.clock.frozen else NO_LATENCY),
            open_to_world=not self.clock.frozen,
        )
        self.loop.count_exchanges = lambda: self.network.exchanges
        self.network.on_crash = self._crash
        self.journal.listeners.append(Inspector(self.journal, GATEWAYS, self._schemas_of))
        self.phones = Phones(self.clock, self.network)
        self.hosts: dict[str, RapidProHost] = {}
        self.instances: dict[str, Instance] = {}
        self.remote = cht
        self.sites: dict[str, Site] = {}  # every CHT as it is known from outside
        self.gateways: dict[str, Gateway] = {}
        self.health_workers: dict[str, HealthWorker] = {}
        self._visited: RemoteInstance | None = None
        self._defects: list[Exception] = []
        self.loop.set_exception_handler(self._note_defect)
        self._freezer = self._freeze() if freeze_datetime and self.clock.frozen else None

    def __enter__(self) -> Simulation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rapidpro(self, name: str, **settings: Any) -> RapidProHost:
        """Return the RapidPro installation at the hostname `name`; it is built when it is first asked for.

        `settings` are those of `RapidPro`: `generation`, `rate_profile`, `first_id`. Raises `ValueError` for a
        generation or a profile that there is not.
        """
        if name not in self.hosts:
            settings.setdefault("generation", self.generation)
            installation = RapidPro(name, self._context_of(name).part(name), **settings)
            self.hosts[name] = RapidProHost(installation, self.network)
            self.phones.serve(self.hosts[name])
        return self.hosts[name]

    def set_clock(self, name: str, ahead: timedelta) -> None:
        """Let the clock of the host `name`, which is not there yet, be ahead of all others, or behind (negative).

        Raises `ValueError` where the host is there: its clock has been read.
        """
        if name in self.hosts or name in self.sites:
            raise ValueError(f"there is {name} already: say what its clock is like before the host is there")
        self._ahead[name] = ahead

    def _context_of(self, name: str) -> Context:
        return self.context.ahead(self._ahead.get(name, timedelta()))

    def cht(self, name: str, release: str | None = None, **settings: Any) -> Instance:
        """Return the CHT instance at the hostname `name`; it is built and booted when it is first asked for.

        `release` is such as `4.13` (default: that of the gateway under test), `settings` are those of `Instance`.
        Between the instance and RapidPro stands the gateway, `gateways[name]`. Raises `ValueError` for a release that
        there is not, and `InapplicableError` where CHT runs elsewhere: the inside of that one cannot be reached.
        """
        if self.remote is not None:
            raise InapplicableError(f"the CHT at {self.remote.base} runs elsewhere, and can be reached over HTTP only")
        if name not in self.instances:
            party, built_in = self._parties(name)
            wanted = release or self.gateway.release.name
            instance = Instance(name, self._context_of(name), self.network, wanted, built_in, **settings)
            self.instances[name] = self.sites[name] = instance
            self.run(instance.boot())
            self.gateways[name] = build_gateway(self.gateway, self, Administrator(self, instance), party, instance)
        return self.instances[name]

    def _parties(self, name: str) -> tuple[str, str]:
        """Return what the gateway of a CHT is called, and the gateway inside of that CHT."""
        party = PARTY if not self.sites else f"{PARTY} of {name}"
        return party, party if self.gateway.kind == "cht" else f"{name} itself"

    def site(self, name: str, release: str | None = None) -> Site:
        """Return the CHT at the hostname `name` as it is known from outside: the model, or the one that runs elsewhere.

        Raises `InapplicableError` where that one is of another release than `release`, or serves another name already.
        """
        if self.remote is None:
            return self.cht(name, release)
        if name not in self.sites:
            self._connect(self.remote, name)
        site = self.sites[name]
        if release is not None and not (site.release.is_since(release) and site.release.is_until(release)):
            where = f"the one at {self.remote.base} is {site.release.name}"
            raise InapplicableError(f"the scenario is about CHT {release}, and {where}")
        return site

    def _connect(self, remote: RemoteCht, name: str) -> None:
        if self.sites:
            raise InapplicableError(f"the CHT at {remote.base} runs elsewhere and is one, and the scenario has several")
        party, built_in = self._parties(name)
        site = self.sites[name] = self._visited = RemoteInstance(self, name, remote, probe(remote), built_in)
        site.begin()
        self.gateways[name] = build_gateway(self.gateway, self, Administrator(self, site), party, None)

    @property
    def workspaces(self) -> list[Workspace]:
        """The workspaces of all hosts, in the order in which they were made."""
        return [each for host in self.hosts.values() for each in host.installation.workspaces.values()]

    @cached_property
    def sample_data(self) -> SampleData:
        """Health workers and messages, drawn from the seed."""
        from rapidpro_simulator.world.sample_data import SampleData  # with Faker, which few worlds need

        return SampleData(self.seed)

    def fault(self, **settings: Any) -> Fault:
        """Let something go wrong on the wire, from now on; `settings` are those of `Fault`, `kind` above all."""
        return self.faults.add(Fault(**settings))

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass: every due event happens in order, and what is under way comes to rest.

        Raises `AdvanceLimitError` where that would never end, and `InapplicableError` where it would be longer in real
        time than the limits allow.
        """
        wanted = max(((days * 24 + hours) * 60 + minutes) * 60 + seconds, LEAST_REAL_SECONDS * self.clock.speed)
        self._refuse_too_long(wanted)
        self._advance(wanted)

    def _refuse_too_long(self, wanted: float) -> None:
        """Raise `InapplicableError` where so many seconds of a live simulation are more real ones than are allowed."""
        allowed = self.loop.limits.real_seconds
        if wanted > allowed * self.clock.speed > 0:
            raise InapplicableError(
                f"{self._in_real_time(wanted)}, and no more than {timedelta(seconds=allowed)} are allowed"
            )

    def _require_patience(self, wanted: float) -> None:
        """Raise `PatienceError` where fewer seconds of a live simulation have been waited for than were asked for."""
        allowed = self.loop.limits.real_seconds
        if wanted > allowed * self.clock.speed > 0:
            raise PatienceError(
                f"gave up after {timedelta(seconds=allowed)} of real time, with no outcome: "
                f"{self._in_real_time(wanted)}. --gateway-patience allows more, --speed makes it shorter"
            )

    def _in_real_time(self, wanted: float) -> str:
        real = timedelta(seconds=round(wanted / self.clock.speed))
        return f"{timedelta(seconds=wanted)} are {real} of real time at the speed {self.clock.speed:g}"

    def _advance(self, seconds: float) -> None:
        try:
            self.loop.advance(seconds)
        except AdvanceLimitError as error:
            for exchange in self.journal.latest(5, "exchange"):
                error.add_note(tell(self.journal, exchange))
            raise
        self._raise_defects()

    def wait_until(
        self,
        condition: Callable[[], bool],
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> bool:
        """Let time pass until `condition()` holds, at most so long, and return whether it does.

        It is asked at once, at the end, and in between soon after something happened; it may make requests. Real
        gateways are given some real seconds in any case. Raises `PatienceError` where the time that the limits allow
        is over sooner: nobody knows then how it would have ended.
        """
        wanted = max(((days * 24 + hours) * 60 + minutes) * 60 + seconds, LEAST_REAL_WAIT_SECONDS * self.clock.speed)
        allowed = self.loop.limits.real_seconds * self.clock.speed or wanted
        began = self.clock.seconds()
        end = self.clock.elapsed() + microseconds(min(wanted, allowed))
        while not condition():
            left = end - self.clock.elapsed()
            if left <= 0:
                self._require_patience(wanted)
                return False
            # The longer it takes, the less often it is asked: a month of waiting is no month of questions.
            waited = self.clock.seconds() - began
            pause = max(CHECK_SECONDS, LEAST_REAL_SECONDS * self.clock.speed, waited * CHECK_SHARE)
            self._advance_to_news(left / MICROSECONDS, pause)
        return True

    def _advance_to_news(self, most: float, pause: float) -> None:
        """Let time pass until `pause` seconds after something happened, at most `most` seconds."""
        stops: list[Timer] = []

        def happened(_: Entry) -> None:
            if not stops:
                stops.append(self.clock.call_later(pause, self.loop.stop))

        self.journal.listeners.append(happened)
        try:
            self._advance(most)
        finally:
            self.journal.listeners.remove(happened)
            for stop in stops:
                stop.cancel()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` to its end and return its result; virtual time passes as far as it needs.

        Raises what the coroutine raises, and `DeadlockError` where it waits for what can never happen.
        """
        result = self.loop.run(coroutine)
        self._raise_defects()
        return result

    def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        token: str | None = None,
    ) -> HttpResponse:
        """Make one HTTP request as the tester, and return the answer.

        The body is `json`, or else `body`; `auth` is a user and a password, `token` a RapidPro token. Redirects are not
        followed. Raises `aiohttp.ClientError` where no answer comes, as a fault may want it.
        """
        return self.run(self._request(method, url, json, body, dict(headers or {}), auth, token))

    async def _request(
        self,
        method: str,
        url: str,
        json: Any,
        body: str | bytes | None,
        headers: dict[str, str],
        auth: tuple[str, str] | None,
        token: str | None,
    ) -> HttpResponse:
        if auth is not None:
            headers["Authorization"] = basic_auth(*auth)
        if token is not None:
            headers["Authorization"] = f"Token {token}"
        if json is not None:
            headers.setdefault("Content-Type", "application/json")
            body = jsonlib.dumps(json, ensure_ascii=False)
        data = body.encode() if isinstance(body, str) else body
        headers.setdefault("Accept", "application/json")
        headers.setdefault("Accept-Encoding", "identity")  # to compress an answer costs a thread
        async with self._tester.request(method, url, data=data, headers=headers, allow_redirects=False) as response:
            text = await response.text(errors="replace")
            return HttpResponse(response.status, response.headers, text, await response.read())

    @cached_property
    def _tester(self) -> aiohttp.ClientSession:
        return self.network.client(TESTER)

    def close(self) -> None:
        """Stop everything, close the connections and give `datetime` back."""
        try:
            if self._visited is not None:
                self._visited.give_back()
        finally:
            self._close()

    def _close(self) -> None:
        try:
            for worker in self.health_workers.values():
                worker.close()
            for gateway in self.gateways.values():
                gateway.close()
            for instance in self.instances.values():
                self.loop.run(instance.stop())
            self.loop.run(self.network.close())
            self.loop.finish()
        finally:
            if self._freezer is not None:
                self._freezer.stop()

    def _freeze(self) -> _freeze_time:
        from rapidpro_simulator.world.frozen_datetime import freeze_datetime

        return freeze_datetime(self.clock)

    def _schemas_of(self, host: str) -> WireSchemas | None:
        if host in self.hosts:
            return rapidpro_schemas(self.hosts[host].installation.generation)
        if host in self.sites:
            return CHT_SCHEMAS
        return COUCH_SCHEMAS if host.removeprefix("couchdb.") in self.instances else None

    def _crash(self, party: str) -> None:
        gateways = [gateway for gateway in self.gateways.values() if gateway.party == party]
        for gateway in gateways:
            gateway.crash("gateway.crashed")
        sentinels = [
            instance
            for instance in self.instances.values()
            if "sentinel" not in instance.without and instance.sentinel.party == party
        ]
        for instance in sentinels:
            instance.stop_sentinel("sentinel.crashed")
        if not gateways and not sentinels:
            self._defects.append(
                LookupError(f"no fault can be fatal to {party}: only a gateway or a sentinel can crash")
            )

    def _note_defect(self, _loop: object, context: dict[str, Any]) -> None:
        self._defects.append(context.get("exception") or RuntimeError(context["message"]))

    def _raise_defects(self) -> None:
        defects = [*self._defects, *self.network.errors]
        self._defects.clear()
        self.network.errors.clear()
        if defects:
            raise defects[0]
