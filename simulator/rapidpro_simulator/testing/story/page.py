"""The story of a run as one HTML page that needs nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.pictures.svg import STYLE
from rapidpro_simulator.testing.html_page import html_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .chapter import Chapter


def page(chapters: Sequence[Chapter], run: Mapping[str, Any]) -> str:
    """Return the page of a run: `run` says with which gateway, generation and seed."""
    outcomes = Counter(each.outcome for each in chapters)
    return html_page(
        "rapidpro_simulator.testing.story",
        "story.html",
        run=run,
        features=by_feature(chapters),
        outcomes=outcomes,
        style=STYLE,
    )


def by_feature(chapters: Sequence[Chapter]) -> dict[str, list[Chapter]]:
    """Return the chapters by their features, in order."""
    features: dict[str, list[Chapter]] = {}
    for chapter in chapters:
        features.setdefault(chapter.feature, []).append(chapter)
    return features
