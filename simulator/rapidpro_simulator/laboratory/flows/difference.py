"""Two exports compared by what they do: the same contacts say the same, and hear, save and become something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .behaviour import AFTER, BESIDE, NOTHING, behaviour
from .exploring import MOST_WALKS, explore
from .probes import Side, probes
from .starting import campaign_messages, what_starts
from .words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .plan import Plan
    from .walking import FlowWorld


@dataclass(frozen=True)
class Difference:
    """What is otherwise in the new export, for who does `words` in a language; `count` paths show the same."""

    flow: str
    what: str
    old: str
    new: str
    words: str
    language: str
    count: int = 1


def differences(old: FlowWorld, new: FlowWorld, most_walks: int = MOST_WALKS) -> list[Difference]:
    """Return which behaviours differ for the inputs that were found for either; of flows by their names."""
    found: dict[tuple[str, str, str, str], Difference] = {}
    ours, theirs = ({flow.name: flow for flow in world.flows} for world in (old, new))
    for name, flow in ours.items():
        if name in theirs:
            for each in _of_flow((old, flow), (new, theirs[name]), most_walks):
                # Whenever it is seen, and in whichever letters it is written.
                key = each.flow, each.what.partition(AFTER)[0], each.old.casefold(), each.new.casefold()
                known = found.get(key)
                found[key] = each if known is None else replace(known, count=known.count + 1)
    return [*found.values(), *_of_campaigns(old, new)]


def _of_campaigns(old: FlowWorld, new: FlowWorld) -> Iterator[Difference]:
    ours, theirs = (campaign_messages(world.workspace) for world in (old, new))
    for when in dict.fromkeys([*ours, *theirs]):
        if ours.get(when) != theirs.get(when):
            name, _, moment = when.partition(", ")
            yield Difference(name, f"the message {moment}", ours.get(when, NOTHING), theirs.get(when, NOTHING), "", "")


def compared(old: FlowWorld, new: FlowWorld) -> tuple[list[str], list[str], list[str]]:
    """Return the names of the flows in both exports, in the old one only, and in the new one only."""
    ours, theirs = ([flow.name for flow in world.flows] for world in (old, new))
    both = [name for name in ours if name in theirs]
    return both, [name for name in ours if name not in both], [name for name in theirs if name not in both]


def _of_flow(old: tuple[FlowWorld, Flow], new: tuple[FlowWorld, Flow], most: int) -> Iterator[Difference]:
    was, is_now = (what_starts(world.workspace, flow) for world, flow in (old, new))
    if was != is_now:
        yield Difference(old[1].name, "what starts it", was, is_now, "", "")
    if old[1].kind != new[1].kind:
        yield Difference(old[1].name, "its type", old[1].kind, new[1].kind, "", "")
    plans: dict[Plan, None] = {}
    for world, flow in (old, new):
        for language in world.languages(flow):
            plans.update(dict.fromkeys(world.named(walk.plan) for walk in explore(world, flow, language, most).walks))
    before, after = Side(*old), Side(*new)
    plans.update(dict.fromkeys(probes(before, after, list(plans))))
    for plan in plans:
        walks = [side.walk(plan) for side in (before, after)]
        words = next((words_of(walk) for walk in walks if walk is not None), "")
        earlier, later = (behaviour(walk) for walk in walks)
        for what in dict.fromkeys([*earlier, *later]):
            if earlier.get(what) != later.get(what):
                was, is_now = _apart(earlier.get(what, NOTHING), later.get(what, NOTHING))
                yield Difference(old[1].name, what, was, is_now, words, plan.language)
                break  # what follows from it is no difference of its own


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return what happened at one time, without what both begin and end with: of three requests one, if one differs."""
    ours, theirs = old.split(BESIDE), new.split(BESIDE)
    for end in (0, -1):
        while ours and theirs and ours[end] == theirs[end]:
            ours.pop(end)
            theirs.pop(end)
    return BESIDE.join(ours) or NOTHING, BESIDE.join(theirs) or NOTHING
