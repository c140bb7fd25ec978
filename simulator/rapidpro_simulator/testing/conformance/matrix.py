"""The matrix of rules and gateways, as data: what each gateway makes of each rule, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .rules import Rule


class Verdict(StrEnum):
    """What a gateway makes of a rule, from the best to the worst."""

    NOT_APPLICABLE = "not applicable"
    PASSED = "passed"
    KNOWN_DEFECT = "known defect"
    FAILED = "failed"


WORST_LAST = tuple(Verdict)


@dataclass(frozen=True)
class Result:
    """What became of one scenario: why it is no success, and what shows it."""

    scenario: str
    verdict: Verdict
    rules: tuple[str, ...]
    reason: str = ""
    step: str = ""
    found: str = ""
    exchanges: tuple[str, ...] = ()

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Result:
        """Return the result that a row of `recorder` tells."""
        return cls(
            scenario=row["scenario"],
            verdict=Verdict(row["outcome"]),
            rules=tuple(row["tags"]),
            reason=str(row["reason"]).removeprefix("known defect: "),
            step=row.get("step", ""),
            found=row.get("found", "") or row["error"],
            exchanges=tuple(row.get("exchanges", ())),
        )


@dataclass(frozen=True)
class Cell:
    """What one gateway makes of one rule: the results of its scenarios."""

    results: Sequence[Result]

    @property
    def verdict(self) -> Verdict:
        """A rule is kept where all of its scenarios are."""
        return max((each.verdict for each in self.results), key=WORST_LAST.index, default=Verdict.NOT_APPLICABLE)

    @property
    def reasons(self) -> list[str]:
        """Why it is not kept, each reason once."""
        return list(dict.fromkeys(each.reason for each in self.of(Verdict.KNOWN_DEFECT)))

    def of(self, verdict: Verdict) -> list[Result]:
        return [each for each in self.results if each.verdict is verdict]


@dataclass
class Matrix:
    """Rules by gateways."""

    rules: Sequence[Rule]
    results: dict[str, list[Result]] = field(default_factory=dict)

    @property
    def gateways(self) -> list[str]:
        return list(self.results)

    def add(self, gateway: str, results: Iterable[Result]) -> None:
        self.results[gateway] = list(results)

    def cell(self, rule: Rule, gateway: str) -> Cell:
        return Cell([result for result in self.results[gateway] if rule.id in result.rules])

    def count(self, gateway: str, verdict: Verdict) -> int:
        """Return how many rules have this verdict."""
        return sum(self.cell(rule, gateway).verdict is verdict for rule in self.rules)

    def failures(self) -> Iterator[tuple[str, Rule, Result]]:
        """Yield what failed and is not known to: the gateway, the rule and the scenario's result."""
        for gateway in self.gateways:
            for rule in self.rules:
                for result in self.cell(rule, gateway).of(Verdict.FAILED):
                    yield gateway, rule, result

    def features(self) -> Iterator[tuple[str, list[Rule]]]:
        """Yield the features and their rules, in the order of the rules."""
        for title in dict.fromkeys(rule.feature for rule in self.rules):
            yield title, [rule for rule in self.rules if rule.feature == title]
