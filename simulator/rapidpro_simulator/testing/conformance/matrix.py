"""The matrix of rules and gateways, as data: what each gateway makes of each rule, and the evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .rules import GatewayRule


class Verdict(StrEnum):
    """What a gateway makes of a rule, from the best to the worst."""

    NOT_APPLICABLE = "not applicable"
    PASSED = "passed"
    KNOWN_DEFECT = "known defect"
    FAILED = "failed"
    TIMED_OUT = "timed out"


WORST_LAST = tuple(Verdict)
TOLD_FIRST = (Verdict.PASSED, Verdict.KNOWN_DEFECT, Verdict.FAILED, Verdict.TIMED_OUT, Verdict.NOT_APPLICABLE)
FAILURES = (Verdict.FAILED, Verdict.TIMED_OUT)


@dataclass(frozen=True)
class ScenarioResult:
    """What became of one scenario: why it is no success, and what shows it."""

    scenario: str
    verdict: Verdict
    rules: tuple[str, ...]
    reason: str = ""
    step: str = ""
    found: str = ""
    exchanges: tuple[str, ...] = ()

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> ScenarioResult:
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

    results: Sequence[ScenarioResult]

    @property
    def verdict(self) -> Verdict:
        """A rule is kept where all of its scenarios are."""
        return max((each.verdict for each in self.results), key=WORST_LAST.index, default=Verdict.NOT_APPLICABLE)

    @property
    def reasons(self) -> list[str]:
        """Why it is not kept, each reason once."""
        return list(dict.fromkeys(each.reason for each in self.of(Verdict.KNOWN_DEFECT)))

    def of(self, *verdicts: Verdict) -> list[ScenarioResult]:
        return [each for each in self.results if each.verdict in verdicts]


@dataclass
class Matrix:
    """Rules by gateways."""

    rules: Sequence[GatewayRule]
    results: dict[str, list[ScenarioResult]] = field(default_factory=dict)

    @property
    def gateways(self) -> list[str]:
        return list(self.results)

    def add(self, gateway: str, results: Iterable[ScenarioResult]) -> None:
        self.results[gateway] = list(results)

    def cell(self, rule: GatewayRule, gateway: str) -> Cell:
        return Cell([result for result in self.results[gateway] if rule.id in result.rules])

    def totals(self, gateway: str) -> Iterator[tuple[Verdict, str]]:
        """Yield each verdict that rules have, with their number, such as `2 known defects`."""
        counts = Counter(self.cell(rule, gateway).verdict for rule in self.rules)
        for verdict in TOLD_FIRST:
            if count := counts[verdict]:
                yield verdict, counted(count, verdict) if verdict is Verdict.KNOWN_DEFECT else f"{count} {verdict}"

    def failures(self) -> Iterator[tuple[str, GatewayRule, ScenarioResult]]:
        """Yield what failed and is not known to, or never ended: the gateway, the rule and the scenario's result."""
        for gateway in self.gateways:
            for rule in self.rules:
                for result in self.cell(rule, gateway).of(*FAILURES):
                    yield gateway, rule, result

    def features(self) -> Iterator[tuple[str, list[GatewayRule]]]:
        """Yield the features and their rules, in the order of the rules."""
        for title in dict.fromkeys(rule.feature for rule in self.rules):
            yield title, [rule for rule in self.rules if rule.feature == title]
