"""The story of a run as Markdown, for the page of a CI job."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .page import by_feature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .chapter import Chapter

OUTCOMES = ("passed", "failed", "skipped", "xfailed")
MOST_FAILURES = 10
MOST_LINES = 30


def summary(chapters: Sequence[Chapter], run: Mapping[str, Any]) -> str:
    """Return the summary of a run: a table of its features, and what happened in the first failures."""
    return "\n".join(_lines(chapters, run)) + "\n"


def _lines(chapters: Sequence[Chapter], run: Mapping[str, Any]) -> Iterator[str]:
    outcomes = Counter(chapter.outcome for chapter in chapters)
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "no scenario ran"
    yield f"## Scenarios: {told}\n"
    yield f"Gateway `{run['gateway']}`, generation `{run['generation']}`, seed {run['seed']}.\n"
    yield "| Feature | passed | failed | skipped | known |"
    yield "|---|---:|---:|---:|---:|"
    for feature, told_of in by_feature(chapters).items():
        counts = Counter(chapter.outcome for chapter in told_of)
        yield f"| {_cell(feature)} | {' | '.join(str(counts[outcome] or '') for outcome in OUTCOMES)} |"
    failures = [chapter for chapter in chapters if chapter.outcome == "failed"]
    for chapter in failures[:MOST_FAILURES]:
        yield from _failure(chapter)
    if len(failures) > MOST_FAILURES:
        yield f"\n{len(failures) - MOST_FAILURES} more failures are in the log."


def _failure(chapter: Chapter) -> Iterator[str]:
    yield f"\n### ✗ {chapter.feature}: {chapter.name}\n"
    yield "```text"
    yield from (line.replace("```", "~~~") for line in chapter.problem.splitlines()[:MOST_LINES])
    yield "```"
    if chapter.diagram:
        yield f"\n<details><summary>What happened</summary>\n\n```mermaid\n{chapter.diagram}```\n\n</details>"
    yield f"\nReproduce with `{chapter.reproduce}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
