"""One rule with one gateway, in a pytest of its own: what one leaves behind cannot touch the next, nor hold it up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.errors import UsageError

from .matrix import ScenarioResult, Verdict
from .recorder import FOLDER, LIFELINE, RESULTS
from .rules import features_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plan import ConformancePlan
    from .rules import GatewayRule

GRACE = 5.0  # real seconds that a pytest is given to end its gateways and to remove what it has made
TRIED = (0, 1, 5)  # the exit codes of pytest that say how tests went; 5: none was selected
LAST_LINES = 15


class Trial:
    """A pytest that is under way. `close` ends it, and then its gateways, containers and files are gone as well.

    It runs in a session of its own, so that Ctrl-C on the terminal is for this process alone, and holds the reading end
    of a pipe, the lifeline: when this process dies, however it does, the pipe closes, and the pytest ends by itself.
    """

    def __init__(self, gateway: str, rule: GatewayRule, plan: ConformancePlan) -> None:
        self.gateway = gateway
        self.rule = rule
        self.began = time.monotonic()
        self._timeout = plan.rule_timeout
        # The paths of sockets must be short, and they are made below this one.
        self._temporary = tempfile.TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True)
        self._folder = Path(self._temporary.name)
        lifeline, writing = os.pipe()
        self._lifeline = os.fdopen(writing, "wb")
        try:
            with self._output.open("wb") as output:
                self._process = subprocess.Popen(  # noqa: S603 pytest, with what the user wants
                    command(gateway, rule, plan, self._folder, lifeline),
                    env={**os.environ, "TMPDIR": self._temporary.name},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=(lifeline,),
                    start_new_session=True,
                )
        finally:
            os.close(lifeline)

    @property
    def _output(self) -> Path:
        return self._folder / "output.txt"

    def results(self) -> list[ScenarioResult] | None:
        """Return what became of the scenarios, and None while it is under way.

        Once its time is over, it is ended, and there is a result that says so. Raises `UsageError` where pytest cannot
        do what it should.
        """
        code = self._process.poll()
        if code is None:
            if time.monotonic() - self.began < self._timeout:
                return None
            self._end()
            return [*self._scenarios(), self._timed_out()]
        if code < 0:
            return [*self._scenarios(), self._broken_off(f"pytest was ended by {signal.Signals(-code).name}")]
        if code not in TRIED:
            raise UsageError(f"{self.rule.id} cannot be tried with {self.gateway}:\n{self._last_lines()}")
        return self._scenarios()

    def interrupt(self) -> None:
        """Ask it to end; do not wait."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End it if it is under way, and remove its files."""
        self._end()
        self._lifeline.close()
        self._temporary.cleanup()

    def _end(self) -> None:
        self.interrupt()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _rows(self) -> list[dict[str, Any]]:
        try:
            lines = (self._folder / RESULTS).read_text(encoding="utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines if line.endswith("\n")]  # it may be killed within a line

    def _scenarios(self) -> list[ScenarioResult]:
        return [ScenarioResult.read(row) for row in self._rows() if "outcome" in row]

    def _timed_out(self) -> ScenarioResult:
        found = f"no verdict on the rule after {self._timeout:g} s of real time; --rule-timeout allows more"
        return self._broken_off(found, Verdict.TIMED_OUT)

    def _broken_off(self, found: str, verdict: Verdict = Verdict.FAILED) -> ScenarioResult:
        """Return the result of the scenario that was under way."""
        begun = [row for row in self._rows() if "begins" in row]
        scenario, step = (begun[-1]["begins"], begun[-1]["step"]) if begun else ("(before the first scenario)", "")
        return ScenarioResult(scenario, verdict, (self.rule.id,), step=step, found=found)

    def _last_lines(self) -> str:
        lines = self._output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return "\n".join(lines[-LAST_LINES:])


def command(gateway: str, rule: GatewayRule, plan: ConformancePlan, folder: Path, lifeline: int) -> Sequence[str]:
    """Return the command line of a pytest that tries one rule."""
    return [
        *(sys.executable, "-m", "pytest", str(features_folder() / "rules"), "-m", rule.id),
        *("-p", "rapidpro_simulator.testing.conformance.recorder", FOLDER, str(folder), LIFELINE, str(lifeline)),
        *("--gateway", gateway, "--generation", plan.generation, "--seed", str(plan.seed)),
        # Whatever project this is started in, its configuration is not about these features.
        *("-q", "--tb", "no", "-c", "/dev/null", "-p", "no:randomly", "-p", "no:cacheprovider"),
        *plan.arguments,
    ]
