"""A run goes on past what fails and hangs, ends in order when it is asked to, and is resumed by the same command."""

from __future__ import annotations

import io
import signal
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.testing.conformance import trial
from rapidpro_simulator.testing.conformance.matrix import Verdict
from rapidpro_simulator.testing.conformance.plan import ConformancePlan
from rapidpro_simulator.testing.conformance.resumable import run_resumable
from rapidpro_simulator.testing.conformance.run import run
from rapidpro_simulator.testing.terminal import Terminal
from rapidpro_simulator.world.errors import UsageError
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rapidpro_simulator.testing.conformance.matrix import Cell, Matrix
    from rapidpro_simulator.testing.conformance.rules import GatewayRule
    from rapidpro_simulator.testing.conformance.trial import Trial

    Programs = Callable[[Mapping[str, str]], None]

PLAN = ConformancePlan(["mine"], only=["R1", "R2", "R3"])
HANGS = "write(begins='it hangs', step=''); time.sleep(999)"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trial, "GRACE", 0.2)
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored
    yield
    signal.signal(signal.SIGHUP, before)


def tell(plan: ConformancePlan = PLAN, *, fresh: bool = False) -> tuple[Matrix | None, list[str]]:
    """Run a plan; return the matrix, None where it was interrupted, and what was said."""
    stream = io.StringIO()
    try:
        matrix = run_resumable(plan, Terminal(stream), fresh=fresh)
    except KeyboardInterrupt:
        matrix = None
    return matrix, stream.getvalue().splitlines()


def verdicts(matrix: Matrix | None, gateway: str = "mine") -> list[Verdict]:
    assert matrix is not None
    return [matrix.cell(rule, gateway).verdict for rule in matrix.rules]


class Impatient:
    """Lets the time of a rule be over."""

    def __init__(self, rule: str) -> None:
        self._rule = rule

    def waits(self, trials: Sequence[Trial]) -> None:
        for each in trials:
            if each.rule.id == self._rule:
                each.began -= PATIENCE

    def ended(self, gateway: str, rule: GatewayRule, cell: Cell, *, was_saved: bool) -> None:
        """Go on."""


def test_a_rule_that_hangs_does_not_hold_the_others_up(programs: Programs) -> None:
    """It is a failure of its own, and the next rule is tried."""
    programs({"R1": HANGS, "R2": "os.kill(os.getpid(), signal.SIGKILL)"})

    matrix = run(ConformancePlan(["mine"], only=["R1", "R2", "R3"], rule_timeout=PATIENCE), Impatient("R1"))

    assert verdicts(matrix) == [Verdict.TIMED_OUT, Verdict.FAILED, Verdict.PASSED]
    assert [rule.id for _, rule, _ in matrix.failures()] == ["R1", "R2"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_same_command_goes_on_where_it_was_interrupted(
    programs: Programs, tmp_path: Path, number: signal.Signals
) -> None:
    """What has a verdict is not tried again; nothing is left of the run that was interrupted but its verdicts."""
    programs({"R2": f"os.kill(os.getppid(), {int(number)}); {HANGS}"})
    interrupted, said = tell()
    assert interrupted is None
    assert "broken off: 1 verdict in .rapidpro-simulator/conformance-" in said[-1]
    assert list((tmp_path / "temporary").iterdir()) == []

    programs({"R1": "ends('failed')"})
    matrix, said = tell()

    assert verdicts(matrix) == [Verdict.PASSED] * 3
    assert said[0].startswith("goes on: 1 verdict in .rapidpro-simulator/conformance-")
    assert ["(as before)" in line for line in said[1:]] == [True, False, False]


def test_a_run_that_cannot_go_on_keeps_what_it_has(programs: Programs) -> None:
    """Pytest could not be started any more, for one: that is mended, and the rest is tried."""
    programs({"R2": "sys.exit(4)"})
    with pytest.raises(UsageError):
        tell()
    programs({"R1": "ends('failed')"})

    assert verdicts(tell()[0]) == [Verdict.PASSED] * 3


def test_a_complete_run_is_not_resumed(programs: Programs, tmp_path: Path) -> None:
    """The gateway may be another one by now."""
    programs({})
    tell()
    assert not (tmp_path / ".rapidpro-simulator").exists()
    programs({"R1": "ends('failed')"})

    assert verdicts(tell()[0])[0] is Verdict.FAILED


def test_fresh_begins_anew(programs: Programs) -> None:
    """Whatever was found before."""
    programs({"R2": f"os.kill(os.getppid(), signal.SIGINT); {HANGS}"})
    tell()
    programs({"R1": "ends('failed')"})

    assert verdicts(tell(fresh=True)[0])[0] is Verdict.FAILED


def test_signals_mean_what_they_did_before(programs: Programs) -> None:
    """What is ignored, as under nohup, stays ignored, and the handlers are put back."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        programs({"R2": "os.kill(os.getppid(), signal.SIGHUP); ends()"})
        assert verdicts(tell()[0]) == [Verdict.PASSED] * 3
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


class Watcher:
    """Keeps what was under way at the same time, and what ended."""

    def __init__(self) -> None:
        self.together: set[tuple[str, ...]] = set()
        self.order: list[tuple[str, str]] = []

    def waits(self, trials: Sequence[Trial]) -> None:
        self.together.add(tuple(sorted(trial.gateway for trial in trials)))

    def ended(self, gateway: str, rule: GatewayRule, cell: Cell, *, was_saved: bool) -> None:
        self.order.append((gateway, rule.id))


def test_gateways_are_tried_at_the_same_time(programs: Programs) -> None:
    """As many as there are jobs, each with one rule at a time, in the order of the rules."""
    programs({"": "time.sleep(0.2); ends()"})
    watcher = Watcher()

    run(ConformancePlan(["a", "b", "c"], only=["R1", "R2"], jobs=2), watcher)

    assert {len(each) for each in watcher.together} <= {1, 2}
    assert ("a", "b") in watcher.together
    assert [gateway for gateway in watcher.together if len(set(gateway)) < len(gateway)] == []
    assert [rule for gateway, rule in watcher.order if gateway == "a"] == ["R1", "R2"]


def test_options_that_select_nothing_are_an_error(programs: Programs) -> None:
    """No rule is kept because none was tried; one that has no such scenario does not apply."""
    programs({"": "sys.exit(5)"})
    with pytest.raises(UsageError, match="nothing was tried with mine: -k pigeon selects nothing"):
        run(ConformancePlan(["mine"], only=["R1"], arguments=["-k", "pigeon"]))

    programs({"R1": "sys.exit(5)"})
    assert verdicts(run(PLAN)) == [Verdict.NOT_APPLICABLE, Verdict.PASSED, Verdict.PASSED]
