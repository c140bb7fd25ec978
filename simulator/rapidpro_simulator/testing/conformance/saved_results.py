"""The verdicts of a run in a file, a line for each rule and gateway: a run that was broken off goes on from there."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .matrix import FAILURES, ScenarioResult, Verdict
from .rules import features_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .plan import ConformancePlan

FOLDER = Path(".rapidpro-simulator")


class SavedResults:
    """What a run with the same plan has found in this folder before it was broken off; `forget` it when it is complete.

    The file is named after the plan, the release of rapidpro-simulator and its rules: another plan has another file.
    A failure is not recalled: whoever broke a run off to mend it wants to see it tried again.
    """

    def __init__(self, plan: ConformancePlan, folder: Path = FOLDER) -> None:
        self.path = folder / f"conformance-{_fingerprint(plan)}.jsonl"
        self._known = {(row["gateway"], row["rule"]): list(map(_read, row["results"])) for row in self._rows()}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, gateway: str, rule: str) -> list[ScenarioResult] | None:
        """Return what is known of a rule and a gateway; None where it is to be tried."""
        results = self._known.get((gateway, rule))
        return None if results is None or any(result.verdict in FAILURES for result in results) else results

    def add(self, gateway: str, rule: str, results: Sequence[ScenarioResult]) -> None:
        """Save what a gateway makes of a rule. Raises `OSError`."""
        self._known[gateway, rule] = list(results)
        self.path.parent.mkdir(exist_ok=True)
        row = {"gateway": gateway, "rule": rule, "results": [asdict(result) for result in results]}
        with self.path.open("a", encoding="utf-8") as file:
            # The line before it may have been broken off.
            file.write(f"\n{json.dumps(row)}\n")

    def forget(self) -> None:
        """Remove the file."""
        self._known.clear()
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # other files are in it, or it is not there
            self.path.parent.rmdir()

    def _rows(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            with suppress(json.JSONDecodeError):  # empty, or broken off when the run was killed
                yield json.loads(line)


def _fingerprint(plan: ConformancePlan) -> str:
    features = [path.read_text(encoding="utf-8") for path in sorted((features_folder() / "rules").glob("*.feature"))]
    parts = [plan.gateways, plan.only, plan.generation, plan.seed, plan.arguments]
    return sha256(json.dumps([version("rapidpro-simulator"), features, *parts]).encode()).hexdigest()[:12]


def _read(row: dict[str, Any]) -> ScenarioResult:
    tuples = {name: tuple(row[name]) for name in ("rules", "exchanges")}
    return ScenarioResult(**{**row, **tuples, "verdict": Verdict(row["verdict"])})
