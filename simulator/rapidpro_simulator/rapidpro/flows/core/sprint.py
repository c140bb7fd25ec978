"""What a sprint leaves behind: events, the exits it took, and why it took them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .events import Event


@dataclass(frozen=True, slots=True)
class Segment:
    """An exit that was taken to another node; `time` is a timestamp."""

    flow_uuid: str
    node_uuid: str
    exit_uuid: str
    operand: str
    destination_uuid: str
    time: str

    def to_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        document = {"flow_uuid": self.flow_uuid, "node_uuid": self.node_uuid, "exit_uuid": self.exit_uuid}
        if self.operand:
            document["operand"] = self.operand
        return document | {"destination_uuid": self.destination_uuid, "time": self.time}


@dataclass(frozen=True, slots=True)
class Tried:
    """A test that a router tried: its arguments as texts, and what it said (the match, `false`, or an error)."""

    test: str
    arguments: tuple[str, ...]
    outcome: str
    passed: bool = False

    def __str__(self) -> str:
        arguments = ", ".join(repr(argument) for argument in self.arguments)
        return f"{self.test}({arguments}) {'matched' if self.passed else 'said'} {self.outcome!r}"


@dataclass(slots=True)
class Branch:
    """Why a node was left the way it was: the operand, the tests in the order they were tried, and the category."""

    flow: str
    node_uuid: str
    operand: str = ""
    tried: list[Tried] = field(default_factory=list)
    category: str = ""
    reason: str = ""

    def __str__(self) -> str:
        tests = "; ".join(map(str, self.tried))
        choice = f"category {self.category!r}" if self.category else "no category"
        why = f"{tests}: {choice}" if tests else choice
        return f"{self.flow}, node {self.node_uuid}: {self.operand!r}: {why}, {self.reason}"


@dataclass(slots=True)
class Sprint:
    """The outcome of a start or a resume.

    `trace` and `places` (nodes by the UUIDs of the events that came of them) are for people, the rest is what RapidPro
    has.
    """

    events: list[Event] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    trace: list[Branch] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
