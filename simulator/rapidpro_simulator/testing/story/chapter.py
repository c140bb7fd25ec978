"""What is told of one scenario: data that pytest-xdist can send home."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.pictures.mermaid import mermaid_of
from rapidpro_simulator.pictures.quotas import draw_quota
from rapidpro_simulator.pictures.requests import requests_a_minute
from rapidpro_simulator.pictures.sequence import sequence_of
from rapidpro_simulator.pictures.sequence_svg import draw_sequence

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

MOST_ARROWS = 120
MOST_IN_SUMMARY = 40


@dataclass(frozen=True)
class Chapter:
    """A scenario that ran: its `feature`, `rule` and `name`, its sentences, how it ended, and pictures of it.

    `virtual_seconds` is how much time passed in it; `problem` is told where it failed, `reproduce` is the command that
    runs it again; `sequence` and `quotas` are SVG, `diagram` is Mermaid.
    """

    nodeid: str
    feature: str
    name: str
    rule: str = ""
    sentences: list[str] = field(default_factory=list)
    outcome: str = "passed"
    seconds: float = 0.0
    virtual_seconds: float = 0.0
    problem: str = ""
    reproduce: str = ""
    sequence: str = ""
    diagram: str = ""
    quotas: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def pictures_of(simulation: Simulation) -> dict[str, Any]:
    """Return the pictures of what happened: fields of a `Chapter`."""
    journal = simulation.journal
    return {
        "sequence": draw_sequence(sequence_of(journal, MOST_ARROWS, journal.redact), standalone=False),
        "diagram": mermaid_of(sequence_of(journal, MOST_IN_SUMMARY, journal.redact)),
        "quotas": list(_quotas(simulation)),
    }


def _quotas(simulation: Simulation) -> list[str]:
    drawn = []
    for host in simulation.hosts.values():
        scope_of = host.installation.rate_profile.scope_of
        minutes = requests_a_minute(simulation.journal, host.name, simulation.clock.now(), scope_of)
        for workspace in host.installation.workspaces.values():
            for scope, (used, limit) in host.api.quota(workspace).items():
                answered, refused = minutes.of(workspace.name, scope)
                if used or sum(refused):
                    name = f"{workspace.name} · {scope}"
                    drawn.append(draw_quota(name, used, limit, answered, refused, standalone=False))
    return drawn
