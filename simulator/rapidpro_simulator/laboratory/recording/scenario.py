"""A scenario as data: sentences in order, the files that they name, and the text of its feature."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KINDS = ("Given", "When", "Then")


@dataclass(frozen=True)
class Step:
    """A sentence of a scenario: what it begins with (`Given`, `When`, `Then`), its text, and the lines below it."""

    kind: str
    text: str
    below: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.kind} {self.text}", *self.below])


@dataclass(frozen=True)
class Scenario:
    """What happened, in sentences.

    `background` brings the world about, `steps` are what was done and how time passed, `outcome` is what was seen in
    the end. `files` are the JSON documents that sentences name; `remarks` are told in the feature's description.
    """

    name: str
    background: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    outcome: tuple[Step, ...] = ()
    files: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def sentences(self) -> str:
        """Return background and steps as one text, to be said."""
        return "\n".join(map(str, (*self.background, *self.steps)))

    def without(self, number: int) -> Scenario:
        """Return the scenario without one of its steps."""
        return replace(self, steps=self.steps[:number] + self.steps[number + 1 :])

    def feature(self) -> str:
        """Return the text of its feature file."""
        lines = [f"Feature: {self.name}", *(f"  {remark}" for remark in self.remarks), ""]
        if self.background:
            lines += ["  Background:", *_indented(self.background), ""]
        lines += [f"  Scenario: {self.name}", *_indented((*self.steps, *self.outcome))]
        return "\n".join(lines) + "\n"


def _indented(steps: Iterable[Step]) -> Iterator[str]:
    kind = ""
    for step in steps:
        keyword = "And" if step.kind == kind else step.kind
        kind = step.kind
        yield f"    {keyword} {step.text}"
        yield from (f"      {line}" for line in step.below)
