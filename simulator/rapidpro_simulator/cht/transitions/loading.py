"""Which transitions the settings enable, in CHT's order, and what keeps all of them from running (cht-sentinel 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy

from .all import ALL
from .errors import ConfigurationError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.releases import Release

    from .context import TransitionContext
    from .transition import Transition

    Json = dict[str, Any]

ADVICE = ". This is likely due to an error in the transition configuration. Please check your configuration."


def load(context: TransitionContext, *, in_api: bool) -> tuple[list[Transition], list[str]]:
    """Return the transitions to run, and the errors for which none is: the last there is, in CHT's words."""
    configured = context.section("transitions")
    existing = [each for each in ALL if each.exists(context.release)]
    chosen = [each for each in existing if is_enabled(configured.get(each.name)) and (each.in_api or not in_api)]
    errors: list[str] = []
    for transition in chosen:
        errors = _check(context, transition) or errors
    known = {each.name for each in existing}
    unknown = [name for name in configured if name not in known]
    if unknown:
        errors = [f'Unknown transition "{unknown[-1]}"']
    return ([], errors) if errors else (chosen, [])


def simulated_transitions(release: Release) -> set[str]:
    """Return the names of the transitions that the api or sentinel run."""
    return {each.name for each in ALL if each.exists(release)}


def deprecated_transitions(release: Release) -> list[Transition]:
    """Return the transitions of a release that are to be done without."""
    return [each for each in ALL if each.deprecated_in is not None and each.exists(release)]


def is_enabled(value: Any) -> bool:
    """Say whether what stands for a transition in the settings enables it."""
    return is_truthy(value) and not (isinstance(value, dict) and is_truthy(value.get("disable")))


def _check(context: TransitionContext, transition: Transition) -> list[str]:
    try:
        transition.check(context)
    except ConfigurationError as error:
        advice = ADVICE if context.release.explains_loading_errors else ""
        return [f'Failed loading transition "{transition.name}"{advice}', str(error)]
    return []
