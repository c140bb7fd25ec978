"""What the engine has to know about a transition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rapidpro_simulator.cht.releases import Release

    from .change import Change
    from .context import TransitionContext


def nothing_to_check(context: TransitionContext) -> None:
    """Accept any settings."""


def in_every_release(release: Release) -> bool:
    return True


@dataclass(frozen=True)
class Transition:
    """`matches` says whether a change is its business; `run` does the work, and says whether it changed the document.

    `check` raises `ConfigurationError` where the settings do not serve. `in_api`: the api runs it before a record is
    saved. `once`: it leaves alone a document that it has changed before. `exists`: which releases have it.
    `deprecated_in`: the release from which on it is to be done without, in CHT's words.
    """

    name: str
    matches: Callable[[TransitionContext, Change], bool]
    run: Callable[[TransitionContext, Change], Awaitable[bool]]
    check: Callable[[TransitionContext], None] = nothing_to_check
    in_api: bool = False
    once: bool = True
    exists: Callable[[Release], bool] = in_every_release
    deprecated_in: str | None = None

    def is_for(self, context: TransitionContext, change: Change) -> bool:
        """Say whether `change` is to be run: neither done before nor somebody else's business."""
        if change.has_seen_revision(self.name) or (self.once and change.has_run(self.name)):
            return False
        return self.matches(context, change)


Json = dict[str, Any]
