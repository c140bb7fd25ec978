"""An incident: a deployment as it is, what is open in it, who else uses the quota, and what could be done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.gateway import INTERVAL
from rapidpro_simulator.cht.messages.states import POLLED_STATES
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.rapidpro.generations.rates import merged, rate_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.rapidpro.generations.rates import Rate, RateProfile

    from .model.latency import Range

STANDALONE = "standalone"
NOTHING = "nothing"


@dataclass(frozen=True)
class AboutWorkspace:
    """What RapidPro's API tells of a workspace; it tells no rates (rapidpro 3)."""

    name: str
    timezone: str  # an IANA name


@dataclass(frozen=True)
class Account:
    """The RapidPro workspace: its `generation`, its rate profile (default: the generation's), rates of its own.

    `workspace` is what its API says of it at `workspace.json`: what it is called, and its time zone.
    """

    generation: str = "community"
    rate_profile: str | None = None
    rates: Mapping[str, Rate] = field(default_factory=dict)
    workspace: AboutWorkspace | None = None

    @property
    def its_generation(self) -> Generation:
        return generation(self.generation)

    @property
    def profile(self) -> RateProfile:
        return rate_profile(self.rate_profile or self.its_generation.access.rate_profile)

    @property
    def all_rates(self) -> Mapping[str, Rate]:
        return merged(self.profile, self.rates)


@dataclass(frozen=True)
class OpenMessages:
    """So many messages without a final state, made in the `age_days` before the start.

    `answer` is RapidPro's word for them, now and for ever; `nothing`: the account does not know them. `reference`:
    CHT knows what its gateway called them (`gateway_ref`), without which it does not ask about them.
    """

    state: str
    count: int = 1
    age_days: float = 0.0
    answer: str = NOTHING
    reference: bool = True
    due: float | None = None  # seconds from the start, of one that a dump told

    @property
    def is_to_come(self) -> bool:
        """Whether they are no backlog yet, but will be due in the time of the forecast."""
        return self.due is not None and self.due > 0


@dataclass(frozen=True)
class Dump:
    """What was found in a file of documents: open messages, those that will be due, what is left out, and why."""

    file: str
    documents: int
    open: int
    to_come: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Consumer:
    """Somebody else who asks the same workspace, every so many minutes once for each of some endpoints."""

    name: str
    every_minutes: float = 5.0
    asks: tuple[str, ...] = ("messages",)


@dataclass(frozen=True)
class Work:
    """New messages: so many a day on average, by weights of the 24 hours and of the weekdays, Monday first."""

    per_day: float
    hours: tuple[float, ...] = (1.0,) * 24
    weekdays: tuple[float, ...] = (1.0,) * 7

    def rate(self, moment: datetime) -> float:
        """Return how many messages come, on average, in the hour of a local `moment`."""
        hour = self.hours[moment.hour] / sum(self.hours)
        return self.per_day * hour * self.weekdays[moment.weekday()] * 7 / sum(self.weekdays)


@dataclass(frozen=True)
class LongTail:
    """Seconds of which most are short and a few very long: half are at most `median`, 95 of 100 at most `p95`."""

    median: float
    p95: float


Delay = tuple[float, float] | LongTail


@dataclass(frozen=True)
class CarrierPlan:
    """What becomes of messages: outcomes as `serve` has them, and the seconds until reports of a status.

    A delay is drawn evenly between the least and the most, or from a `LongTail` (log-normal).
    """

    outcomes: str | Mapping[str, float] = "delivered"
    delays: Mapping[str, Delay] = field(default_factory=dict)


@dataclass(frozen=True)
class Latencies:
    """The seconds that a request takes, the least and the most."""

    rapidpro: Range = (0.2, 0.5)
    couchdb: Range = (0.002, 0.008)


@dataclass(frozen=True)
class Inherited:
    """What the standalone gateway does with the open messages of another; as its own settings of this name."""

    unsent: str = "leave"
    sent: str = "leave"
    per_hour: int = 250


@dataclass(frozen=True)
class Remedy:
    """What somebody does `after_hours`; without any of it: to wait."""

    name: str
    after_hours: float = 0.0
    set_state: str | None = None
    of_states: tuple[str, ...] = POLLED_STATES
    gateway: str | None = None
    inherited: Inherited = Inherited()
    interval_seconds: float | None = None
    consumer_minutes: float | None = None
    rates: Mapping[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True)
class Incident:
    """All that a forecast is made from.

    Hours, weekdays and dates are those of `timezone` (an IANA name), or else of the workspace's, or else of `start`.
    """

    start: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)
    days: float = 30.0
    seeds: int = 3
    gateway: str = "cht:latest"
    interval_seconds: float = INTERVAL
    on_time_minutes: float = 5.0
    rapidpro: Account = field(default_factory=Account)
    open: tuple[OpenMessages, ...] = ()
    consumer: tuple[Consumer, ...] = ()
    work: tuple[Work, ...] = ()
    carrier: CarrierPlan = field(default_factory=CarrierPlan)
    latency: Latencies = Latencies()
    remedy: tuple[Remedy, ...] = (Remedy("wait"),)
    timezone: str | None = None
    dumps: tuple[Dump, ...] = ()

    @property
    def hours(self) -> int:
        """Return how long the forecast is: whole hours, as all its numbers are by hour."""
        return max(1, round(self.days * 24))

    @property
    def seconds(self) -> float:
        return self.hours * 3600.0

    @property
    def open_count(self) -> int:
        return sum(each.count for each in self.open if not each.is_to_come)

    @property
    def new_count(self) -> float:
        """Return how many messages come on average."""
        to_come = sum(each.count for each in self.open if each.is_to_come)
        return to_come + sum(work.per_day for work in self.work) * self.hours / 24

    @property
    def zone(self) -> tzinfo:
        """Return the time zone of the deployment."""
        return timezone_of(self._zone_name) if self._zone_name else self.start.tzinfo or UTC

    @property
    def clock(self) -> str:
        """Return what people call the deployment's clock, whether it is put forward or back meanwhile or not."""
        return self._zone_name or f"{self.moment(0):%Z}"

    @property
    def _zone_name(self) -> str | None:
        about = self.rapidpro.workspace
        return self.timezone or (about.timezone if about else None)

    def moment(self, seconds: float) -> datetime:
        """Return the local time so many seconds after the start, whatever clocks are put forward or back meanwhile."""
        return (self.start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(self.zone)

    def changed(self, **changes: Any) -> Incident:
        """Return this incident with other values."""
        return replace(self, **changes)
