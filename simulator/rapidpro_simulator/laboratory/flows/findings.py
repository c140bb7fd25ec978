"""What a reviewer would say of a flow: of what is written in it, and of what was seen while it was walked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .finding import KINDS, Finding
from .seen import seen_in
from .written import written_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition

    from .exploring import Exploration

__all__ = ["KINDS", "Finding", "findings"]


def findings(
    definition: FlowDefinition,
    others: Iterable[FlowDefinition],
    explorations: Sequence[Exploration],
    missing: Collection[str] = (),
) -> list[Finding]:
    """Return what is to be said of a flow.

    `others` are all flows of the export, `missing` the names of those that it lacks, `explorations` one a language.
    """
    others = list(others)
    found = [*written_in(definition, others, missing)]
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for exploration in explorations:
        for kind, text in dict.fromkeys(seen_in(definition, others, exploration)):
            seen[kind, text].append(exploration.language)
    several = len(explorations) > 1
    found += [Finding(kind, text, tuple(languages) if several else ()) for (kind, text), languages in seen.items()]
    order = list(KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))
