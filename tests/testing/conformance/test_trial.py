"""One rule is tried in a process that is bounded, followed, and ended with all that it has started."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.testing.conformance import trial
from rapidpro_simulator.testing.conformance.matrix import ScenarioResult, Verdict
from rapidpro_simulator.testing.conformance.plan import ConformancePlan
from rapidpro_simulator.testing.conformance.rules import GatewayRule
from rapidpro_simulator.testing.conformance.trial import Trial
from rapidpro_simulator.world.errors import UsageError
from tests.support.patience import PATIENCE

from .conftest import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Programs = Callable[[Mapping[str, str]], None]

RULE = GatewayRule("R1", "Every message is sent once", "Sending")
HANGS = "write(begins='it hangs', step='When it hangs'); time.sleep(999)"
OBEYS_NOBODY = f"signal.signal(signal.SIGINT, signal.SIG_IGN); {HANGS}"


def begin() -> Trial:
    return Trial("mine", RULE, ConformancePlan(["mine"], rule_timeout=PATIENCE))


def begin_what_hangs() -> Trial:
    """Return a trial whose time is over as soon as it has said where it hangs."""
    begun = begin()
    wait_until(lambda: any("begins" in row for row in begun._rows()))
    begun.began -= PATIENCE
    return begun


def results(trial: Trial) -> list[ScenarioResult]:
    found: list[ScenarioResult] | None = None

    def has_ended() -> bool:
        nonlocal found
        found = trial.results()
        return found is not None

    try:
        wait_until(has_ended)
    finally:
        trial.close()
    assert found is not None
    return found


def test_what_was_written_is_what_came_of_it(programs: Programs) -> None:
    """Rows about scenarios that began are none about how they ended."""
    programs({"R1": "write(begins='it works', step=''); ends(); ends('failed', error='no'); sys.exit(1)"})

    found = results(begin())

    assert [(result.verdict, result.found) for result in found] == [(Verdict.PASSED, ""), (Verdict.FAILED, "no")]


@pytest.mark.parametrize("program", [HANGS, OBEYS_NOBODY])
def test_a_rule_that_never_ends_has_timed_out(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """What it has found by then counts, and the scenario and the step that it hung in are told."""
    monkeypatch.setattr(trial, "GRACE", 0.2)
    programs({"R1": f"ends(); {program}"})

    first, last = results(begin_what_hangs())

    assert first.verdict is Verdict.PASSED
    assert (last.verdict, last.rules, last.scenario, last.step) == (
        *(Verdict.TIMED_OUT, ("R1",)),
        *("it hangs", "When it hangs"),
    )
    assert f"no verdict on the rule after {PATIENCE:g} s of real time; --rule-timeout allows more" in last.found


def test_a_pytest_that_is_killed_has_failed(programs: Programs) -> None:
    """A crash is no verdict of the scenarios that had ended before."""
    programs({"R1": "ends(); write(begins='it dies', step=''); os.kill(os.getpid(), signal.SIGKILL)"})

    [_, last] = results(begin())

    assert (last.verdict, last.scenario, last.found) == (Verdict.FAILED, "it dies", "pytest was ended by SIGKILL")


def test_half_a_row_is_none(programs: Programs) -> None:
    """It was killed while it wrote."""
    half = "open(os.path.join(sys.argv[1], 'results.jsonl'), 'a').write('{\"outc'); "
    programs({"R1": f"ends(); {half}os.kill(os.getpid(), signal.SIGKILL)"})

    assert [result.verdict for result in results(begin())] == [Verdict.PASSED, Verdict.FAILED]


def test_a_pytest_that_cannot_run_is_a_usage_error(programs: Programs) -> None:
    """What it wrote says why."""
    programs({"R1": "print('there is no such gateway', file=sys.stderr); sys.exit(4)"})

    with pytest.raises(UsageError, match="R1 cannot be tried with mine:\nthere is no such gateway"):
        results(begin())


def test_nothing_stays_behind(programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its own processes, deaf to Ctrl-C, and its temporary files are gone when it is closed."""
    monkeypatch.setattr(trial, "GRACE", 0.2)
    child = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(999)'])"
    programs({"R1": f"{OBEYS_NOBODY.partition(';')[0]}; write(begins=str({child}.pid), step=''); time.sleep(999)"})

    [last] = results(begin_what_hangs())

    assert list((tmp_path / "temporary").iterdir()) == []
    wait_until(lambda: not is_alive(int(last.scenario)))


def is_alive(pid: int) -> bool:
    try:
        # An orphan that nobody has taken note of yet is dead as well.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
