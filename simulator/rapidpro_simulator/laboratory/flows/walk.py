"""What came of a plan: the session as it is in the end, what happened after each move, which parts were reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.testing.flow_coverage.collecting import count_branch, count_path
from rapidpro_simulator.testing.flow_coverage.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.core.sprint import Branch, Sprint
    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.flows.engine.session import Session
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

    from .plan import Plan


COMPLAINTS: Final = frozenset({"error", "warning", "failure"})


@dataclass
class Walk:
    """What came of a plan: the session as it is in the end, and by move (0: the start) what happened.

    Of a sprint that fails nothing is sent or saved (flows 3.11): only complaints are kept of it.

    `branches` are how routers were left, each with the number of moves before it; `said` are the messages to the
    contact; `places` are the nodes (UUIDs) that events came of, by the events' UUIDs; `requests` are the web
    requests, `asked` after which moves they were made; `pauses` are the seconds that the moves took; `waited` are
    the nodes (UUIDs) that waited before each move, and after the last one; `draws` is how often something was left
    to chance.
    """

    plan: Plan
    session: Session
    branches: list[tuple[int, Branch]] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    events: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    requests: list[WebhookRequest] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    pauses: list[int] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)
    moved: int = 0
    draws: int = 0

    def note(self, sprint: Sprint) -> None:
        """Take down what happened after the last move."""
        self.branches += [(self.moved, branch) for branch in sprint.trace]
        self.asked += [self.moved for event in sprint.events if event["type"] == "webhook_called"]
        self.places |= sprint.places
        is_kept = self.session.status != "failed"
        for event in (each for each in sprint.events if is_kept or each["type"] in COMPLAINTS):
            self.events.append((self.moved, event))
            if event["type"] in {"msg_created", "ivr_created"}:
                self.said.append((self.moved, str(event["msg"].get("text", ""))))
        run = self.session.waiting_run
        if run is not None:
            self.waited.append(run.step.node_uuid)

    def requests_until(self, moves: int) -> int:
        """Return how many web requests there were until so many moves had been made."""
        return sum(moved <= moves for moved in self.asked)

    @property
    def is_call(self) -> bool:
        """Whether it is a call, in which nothing is sent by SMS."""
        return self.session.type == "voice"

    @property
    def waits(self) -> bool:
        """Whether an answer is waited for in the end."""
        return self.session.status == "waiting"


def hits_of(walk: Walk, definition: Mapping[str, Any]) -> set[str]:
    """Return the parts of a flow that a walk has reached, but languages (see `testing.flow_coverage.parts`)."""
    hits: Counter[str] = Counter()
    nodes = definition.get("nodes") or []
    numbers = {node["uuid"]: number for number, node in enumerate(nodes)}
    for run in walk.session.runs:
        if run.flow_reference["uuid"] == definition["uuid"]:
            path = [step.node_uuid for step in run.path]
            count_path(hits, nodes, numbers, path, ended=run.status == "completed")
            if run.status == "expired" and path:
                hits[f"expiration:{numbers[path[-1]]}"] += 1
    for _, branch in walk.branches:
        if branch.node_uuid in numbers:
            number = numbers[branch.node_uuid]
            told = {"reason": branch.reason, "category": branch.category, "tried": branch.tried}
            count_branch(hits, number, nodes[number], told)
    return {part for part in parts_of(definition) if hits[part]}


def run_at(walk: Walk, node_uuid: str) -> Run | None:
    """Return the last run that has passed a node."""
    runs = reversed(walk.session.runs)
    return next((run for run in runs if any(step.node_uuid == node_uuid for step in run.path)), None)
