"""What each remedy is, in a sentence: its name need not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted, listed

from .incident import STANDALONE
from .words import rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .incident import Inherited, Remedy


def doing(remedy: Remedy) -> str:
    """Say what is done, and when."""
    done = list(_parts(remedy))
    if not done:
        return f"{remedy.name}: nothing is done."
    when = f"after {counted(f'{remedy.after_hours:g}', 'hour')}" if remedy.after_hours else "at once"
    return f"{remedy.name}: {when} {listed(done)}."


def _parts(remedy: Remedy) -> Iterator[str]:
    if remedy.set_state is not None:
        yield f"what is {listed(remedy.of_states, 'or')} is set to {remedy.set_state}"
    if remedy.gateway == STANDALONE:
        yield f"the standalone gateway begins; of what it inherits, {_inheritance(remedy.inherited)}"
    elif remedy.gateway is not None:
        yield f"the gateway becomes {remedy.gateway}"
    if remedy.interval_seconds is not None:
        yield f"CHT's timers become {remedy.interval_seconds:,g} s"
    if remedy.consumer_minutes is not None:
        yield f"the others ask every {counted(f'{remedy.consumer_minutes:g}', 'minute')}"
    if remedy.rates:
        yield f"the quota becomes {rates(remedy.rates)}"


def _inheritance(of: Inherited) -> str:
    """Say what the standalone gateway does with messages of the one before it, in the words of its settings."""
    pace = f", {of.per_hour:,} an hour" if {of.unsent, of.sent} & {"send", "ask"} else ""
    return f"unsent `{of.unsent}`, sent `{of.sent}`{pace}"
