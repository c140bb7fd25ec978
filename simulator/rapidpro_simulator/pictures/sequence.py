"""Who said what to whom: the journal as the lanes and arrows of a sequence diagram.

What repeats itself is one arrow with a count; CouchDB's routine is left out, unless something goes wrong there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.rapidpro.urns import path_of

from .routine import BROKEN, COUCHDB, is_routine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from rapidpro_simulator.world.journal import Entry

PHONES = "phones"
REFUSED, THROTTLED = 400, 429
# What is told beside the lane of whom it happened to; the other events are in the arrows already.
NOTES = {
    "gateway.started": "gateway",
    "gateway.stopped": "gateway",
    "gateway.crashed": "gateway",
    "gateway.ended": "gateway",
    "gateway.not_ready": "gateway",
    "sentinel.started": "sentinel",
    "sentinel.stopped": "sentinel",
    "sentinel.crashed": "sentinel",
    "sentinel.exit": "sentinel",
    "cht.upgraded": "instance",
    "flow.started": "host",
    "flow.error": "host",
    "flow.failure": "host",
    "flow.not_started": "host",
    "run.ended": "host",
    "wait.expired": "host",
    "incident.started": "host",
    "campaign.fired": "host",
}
BAD_NOTES = {"gateway.crashed", "gateway.ended", "gateway.not_ready", "sentinel.crashed", "flow.error", "flow.failure"}


@dataclass(frozen=True)
class Arrow:
    """Something that `source` said to `target`, or a note beside the lane of both where they are the same.

    `entry` is its number in the journal, `mood` is `good`, `warn` or `bad`; `detail` is what stands smaller beside the
    label. What is of one `kind` in a row is one arrow, with a `count`, until `last`; the kind is its label then.
    """

    entry: int
    time: datetime
    source: str
    target: str
    label: str
    detail: str = ""
    mood: str = "good"
    kind: str = ""
    count: int = 1
    last: datetime | None = None

    @property
    def is_note(self) -> bool:
        return self.source == self.target

    def repeats(self, other: Arrow) -> bool:
        """Say whether it is one more of what `other` is."""
        return _sameness(self) == _sameness(other)

    def and_another(self, other: Arrow) -> Arrow:
        """Return this arrow for one more, which `other` is."""
        label = self.label if self.label == other.label else self.kind
        detail = self.detail if self.detail == other.detail else ""
        return replace(self, label=label, detail=detail, count=self.count + 1, last=other.time)


def _sameness(arrow: Arrow) -> tuple[str, ...]:
    fault = arrow.detail if arrow.mood == "bad" else ""
    return arrow.source, arrow.target, arrow.kind or arrow.label, fault, arrow.mood


@dataclass
class Sequence:
    """Arrows in the order of time, and the lanes they run between, from phones to databases."""

    arrows: list[Arrow] = field(default_factory=list)
    left_out: int = 0

    @property
    def lanes(self) -> list[str]:
        """Return the lanes that there is an arrow of, in the order in which messages travel."""
        found = dict.fromkeys(name for arrow in self.arrows for name in (arrow.source, arrow.target))
        return sorted(found, key=_rank(self._hosts()))

    def _hosts(self) -> set[str]:
        """Return the hosts of RapidPro: who texts with phones."""
        return {arrow.target if arrow.source == PHONES else arrow.source for arrow in self.arrows if _of_phone(arrow)}


def sequence_of(entries: Iterable[Entry], most: int | None = None, redact: Callable[[str], str] = str) -> Sequence:
    """Return the sequence of journal entries; of more than `most` arrows only the latest, `left_out` says how many."""
    arrows: list[Arrow] = []
    for arrow in _arrows(entries):
        if arrows and arrow.repeats(arrows[-1]):
            arrows[-1] = arrows[-1].and_another(arrow)
        else:
            arrows.append(arrow)
    left_out = max(len(arrows) - most, 0) if most is not None else 0
    shown = [replace(each, label=redact(each.label), detail=redact(each.detail)) for each in arrows[left_out:]]
    return Sequence(shown, left_out)


def _arrows(entries: Iterable[Entry]) -> Iterator[Arrow]:
    numbers: dict[tuple[object, object], str] = {}  # of messages: whose they are
    for entry in entries:
        arrow = _exchange(entry) if entry.kind == "exchange" else _event(entry, numbers)
        if arrow is not None:
            yield arrow


def _exchange(entry: Entry) -> Arrow | None:
    if is_routine(entry):
        return None
    data = entry.data
    status = data["status"] if data["status"] is not None else data["outcome"]
    fault = f"fault: {data['fault']}" if data["fault"] else ""
    path = str(data["path"]).removesuffix(".json")
    kind = f"{data['method']} {path} → {status}"
    label = f"{data['method']} {path}?{data['query']} → {status}" if data["query"] else kind
    return Arrow(entry.number, entry.time, str(data["by"]), str(data["to"]), label, fault, _mood(data), kind)


def _mood(data: Mapping[str, object]) -> str:
    status = data["status"]
    if data["fault"] or data["outcome"] not in {"answered", "pending"}:
        return "bad"
    if not isinstance(status, int) or status < REFUSED:
        return "good"
    return "bad" if status >= BROKEN or status == THROTTLED else "warn"


def _event(entry: Entry, numbers: dict[tuple[object, object], str]) -> Arrow | None:
    data = entry.data
    key = (data.get("workspace"), data.get("message"))
    if entry.kind == "message.created":
        host, phone = str(data.get("host")), path_of(str(data["urn"]))
        if data["direction"] == "in":
            return Arrow(entry.number, entry.time, PHONES, host, f"“{data['text']}”", phone)
        numbers[key] = phone
        return None  # it is told when it leaves
    if entry.kind == "message.status":
        return _status(entry, numbers.get(key))
    lane = NOTES.get(entry.kind)
    if lane is None or data.get(lane) is None:
        return None
    mood = "bad" if entry.kind in BAD_NOTES else "good"
    return Arrow(
        entry.number, entry.time, str(data[lane]), str(data[lane]), EVENT_KINDS[entry.kind].tell(data), mood=mood
    )


def _status(entry: Entry, phone: str | None) -> Arrow | None:
    data = entry.data
    status = str(data["to"])
    if phone is None or status in {"handled", "queued", "initializing", "pending"}:
        return None
    mood = "bad" if status in {"failed", "errored"} else "good"
    label, kind = f"message {data['message']} {status}", f"messages {status}"
    return Arrow(entry.number, entry.time, str(data.get("host")), PHONES, label, phone, mood, kind)


def _of_phone(arrow: Arrow) -> bool:
    return PHONES in {arrow.source, arrow.target}


def _rank(hosts: set[str]) -> Callable[[str], tuple[int, str]]:
    def rank(lane: str) -> tuple[int, str]:
        if lane == PHONES:
            return 0, lane
        if lane in hosts:
            return 1, lane
        if lane.startswith(COUCHDB):
            return 5, lane
        if lane.startswith("gateway"):
            return 2, lane
        return (4 if "sentinel" in lane else 3 if "." in lane else 6), lane

    return rank
