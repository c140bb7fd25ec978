"""Flows and what running them leaves behind: starts, sessions and runs, as rows. Running them is `mailroom`'s part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from .assets import Label
    from .contacts import Contact
    from .groups import Group
    from .users import User

MESSAGING = "messaging"
BACKGROUND = "messaging_background"
VOICE = "voice"

DEFAULT_EXPIRY = {MESSAGING: 10080, VOICE: 5}  # minutes; no other type waits (rapidpro 4.7)


class RunStatus(StrEnum):
    """The status of a run or a session, in the engine's words (flows 3.1)."""

    ACTIVE = "active"
    WAITING = "waiting"
    COMPLETED = "completed"
    EXPIRED = "expired"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


UNFINISHED = frozenset({RunStatus.ACTIVE, RunStatus.WAITING})


class StartStatus(StrEnum):
    """How far a start is; `Dialect.start_status` says how the API prints it (rapidpro 4.5)."""

    PENDING = "P"
    QUEUED = "Q"
    STARTED = "S"
    COMPLETED = "C"
    FAILED = "F"
    INTERRUPTED = "I"


@dataclass(slots=True, eq=False)
class Flow:
    """A flow of a workspace: its `definition` as the editor saved it, and what the workspace says of it.

    `kind` is the engine's word for its type; `counts` are its runs by status; a `system` flow is nobody's to see.
    Where a flow `ignores_triggers`, keywords are no keywords to somebody who waits in it (flows 10).
    """

    uuid: str
    name: str
    kind: str
    definition: dict[str, Any]
    created_on: datetime
    modified_on: datetime
    archived: bool = False
    system: bool = False
    ignores_triggers: bool = False
    labels: list[Label] = field(default_factory=list)
    counts: Counter[RunStatus] = field(default_factory=Counter)

    @property
    def revision(self) -> int:
        return int(self.definition.get("revision") or 1)

    @property
    def expires(self) -> int:
        """The minutes after which a run that waits expires; 0 where the type never waits (rapidpro 4.7)."""
        return int(self.definition.get("expire_after_minutes") or DEFAULT_EXPIRY.get(self.kind, 0))

    @property
    def background(self) -> bool:
        return self.kind == BACKGROUND

    def __repr__(self) -> str:
        return f"<flow {self.name!r}>"


@dataclass(slots=True, eq=False)
class FlowStart:
    """Somebody's wish that contacts run a flow (rapidpro 4.5). `origin`: `api`, `zapier`, `ui`, `flow` or `trigger`.

    `total` is the number of contacts, -1 until they are counted. The last fields are the engine's, of a start that a
    flow asked for (flows 3.10, session_triggered).
    """

    id: int
    uuid: str
    flow: Flow
    created_on: datetime
    modified_on: datetime
    contacts: Sequence[Contact] = ()
    groups: Sequence[Group] = ()
    urns: Sequence[str] = ()
    query: str | None = None
    params: Mapping[str, Any] | None = None
    restart_participants: bool = True
    exclude_active: bool = False
    exclude_inactive: bool = False  # those who are blocked, stopped or archived
    not_seen_since_days: int = 0
    create_contact: bool = False
    origin: str = "api"
    user: User | None = None
    status: StartStatus = StartStatus.PENDING
    total: int = -1
    started: int = 0
    run_summary: Mapping[str, Any] | None = None
    history: Mapping[str, Any] | None = None


@dataclass(slots=True, eq=False)
class Session:
    """One contact's way through flows, from one trigger on (flows 3.1).

    `document` is the engine's session as JSON, kept while it waits; `deadline` is when a session ends that nobody ended
    before; `sprint` counts the sprints, so that a timeout knows whether it is still the last one's.
    """

    uuid: str
    contact: Contact
    kind: str
    created_on: datetime
    status: RunStatus
    deadline: datetime
    document: dict[str, Any] | None = None
    flow: Flow | None = None
    ended_on: datetime | None = None
    sprint: int = 0
    start: FlowStart | None = None
    runs: dict[str, Run] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Run:
    """One contact's way through one flow (rapidpro 4.6); `path` and `results` are as the engine has them."""

    id: int
    uuid: str
    flow: Flow
    contact: Contact
    session: Session
    start: FlowStart | None
    created_on: datetime
    modified_on: datetime
    status: RunStatus = RunStatus.ACTIVE
    exited_on: datetime | None = None
    responded: bool = False
    path: list[dict[str, Any]] = field(default_factory=list)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<run of {self.flow.name!r} by {self.contact!r}: {self.status}>"


class FlowBook:
    """The flows of a workspace by UUID, and the starts, sessions and runs, each in the order of their creation.

    `spoken` counts the messages of flows by the flow's UUID and their language.
    """

    def __init__(self) -> None:
        self._flows: dict[str, Flow] = {}
        self.starts: list[FlowStart] = []
        self.runs: list[Run] = []
        self.spoken: Counter[tuple[str, str]] = Counter()

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def __len__(self) -> int:
        return len(self._flows)

    def __getitem__(self, uuid: str) -> Flow:
        return self._flows[uuid]

    def __contains__(self, uuid: object) -> bool:
        return uuid in self._flows

    def get(self, uuid: str) -> Flow | None:
        return self._flows.get(uuid)

    def add(self, flow: Flow) -> None:
        self._flows[flow.uuid] = flow

    def remove(self, flow: Flow) -> None:
        del self._flows[flow.uuid]

    def named(self, name: str) -> Flow | None:
        """Return the flow of a name, in whatever case; None where there is none."""
        return next((flow for flow in self if not flow.system and flow.name.lower() == name.lower()), None)

    def find(self, key: str) -> Flow:
        """Return the flow of a UUID or name. Raises `ValueError` that says which there are."""
        flow = self.get(key) or self.named(key)
        if flow is None:
            names = ", ".join(repr(each.name) for each in self if not each.system) or "none"
            raise ValueError(f"no flow is called {key!r}; there are: {names}; import_flows(…) brings others")
        return flow

    def forget(self, contact: Contact) -> None:
        """Drop the runs of a contact."""
        self.runs[:] = [run for run in self.runs if run.contact is not contact]

    def set_status(self, run: Run, status: RunStatus) -> None:
        """Give a run a status, and keep the counts of its flow in step."""
        run.flow.counts[run.status] -= 1
        run.status = status
        run.flow.counts[status] += 1
