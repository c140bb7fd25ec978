"""Runs the rules with gateways, each in a pytest of its own: what one leaves behind cannot touch the next."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

from .matrix import Matrix, ScenarioResult
from .recorder import OPTION
from .rules import features_folder, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERDICTS = (0, 1)  # the exit codes of pytest that say how tests went
LAST_LINES = 15


@dataclass(frozen=True)
class ConformancePlan:
    """What to run: the gateways as `--gateway` names them, the ids of rules (none: all), more options of pytest.

    `jobs` gateways are tried at the same time.
    """

    gateways: Sequence[str]
    only: Sequence[str] = ()
    generation: str = "community"
    seed: int = 0
    jobs: int = 1
    arguments: Sequence[str] = ()


def run(plan: ConformancePlan, done: Callable[[str], object] = lambda _gateway: None) -> Matrix:
    """Try every gateway of `plan` and return the matrix; `done` is called with each gateway as it ends.

    Raises `UsageError` for rules that there are not, and where pytest cannot do what it should.
    """
    all_rules = rules()
    known = [rule.id for rule in all_rules]
    for name in plan.only:
        if name not in known:
            raise UsageError(f"no rule is called {name!r}; there are {', '.join(known)}")
    matrix = Matrix([rule for rule in all_rules if not plan.only or rule.id in plan.only])

    def tried(gateway: str) -> list[ScenarioResult]:
        results = _try(gateway, plan)
        done(gateway)
        return results

    with ThreadPoolExecutor(plan.jobs) as executor:
        for gateway, results in zip(plan.gateways, executor.map(tried, plan.gateways), strict=True):
            matrix.add(gateway, results)
    return matrix


def _try(gateway: str, plan: ConformancePlan) -> list[ScenarioResult]:
    with tempfile.TemporaryDirectory(prefix="rapidpro-simulator-conformance-") as folder:
        path = Path(folder, "results.jsonl")
        ended = subprocess.run(_command(gateway, plan, path), capture_output=True, text=True, check=False)  # noqa: S603
        if ended.returncode not in VERDICTS or not path.exists():
            said = "\n".join((ended.stdout + ended.stderr).strip().splitlines()[-LAST_LINES:])
            raise UsageError(f"the rules cannot be tried with {gateway}:\n{said}")
        lines = path.read_text(encoding="utf-8").splitlines()
    return [ScenarioResult.read(json.loads(line)) for line in lines]


def _command(gateway: str, plan: ConformancePlan, results: Path) -> list[str]:
    selected = ["-m", " or ".join(plan.only)] if plan.only else []
    return [
        *(sys.executable, "-m", "pytest", str(features_folder() / "rules")),
        *("-p", "rapidpro_simulator.testing.conformance.recorder", OPTION, str(results)),
        *("--gateway", gateway, "--generation", plan.generation, "--seed", str(plan.seed)),
        # Whatever project this is started in, its configuration is not about these features.
        *("-q", "--tb", "no", "-c", "/dev/null", "-p", "no:randomly", "-p", "no:cacheprovider"),
        *selected,
        *plan.arguments,
    ]
