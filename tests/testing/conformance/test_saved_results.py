"""A run that was broken off goes on where it was: its verdicts are in a file that is its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.testing.conformance.matrix import FAILURES, ScenarioResult, Verdict
from rapidpro_simulator.testing.conformance.plan import ConformancePlan
from rapidpro_simulator.testing.conformance.saved_results import SavedResults

if TYPE_CHECKING:
    from pathlib import Path

PLAN = ConformancePlan(["cht:5.2", "mine"], only=["R1"])
KNOWN = ScenarioResult(
    "Ωδή", Verdict.KNOWN_DEFECT, ("rule", "R1"), "why", "Then it works", "it does not", ("gateway → textit.com POST",)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "saved"


def test_what_was_saved_is_recalled(folder: Path) -> None:
    """Word for word, for this gateway and this rule; another one is to be tried."""
    SavedResults(PLAN, folder).add("mine", "R1", [KNOWN])
    saved = SavedResults(PLAN, folder)

    assert saved.of("mine", "R1") == [KNOWN]
    assert saved.of("cht:5.2", "R1") is None
    assert saved.of("mine", "R2") is None
    assert len(saved) == 1


@pytest.mark.parametrize("verdict", FAILURES)
def test_a_failure_is_tried_again(folder: Path, verdict: Verdict) -> None:
    """Whoever mends one wants to see it pass."""
    SavedResults(PLAN, folder).add("mine", "R1", [KNOWN, replace(KNOWN, verdict=verdict)])

    assert SavedResults(PLAN, folder).of("mine", "R1") is None


def test_half_a_line_does_no_harm(folder: Path) -> None:
    """The run was killed while it wrote; what is saved later stands on a line of its own."""
    SavedResults(PLAN, folder).add("mine", "R1", [KNOWN])
    saved = SavedResults(PLAN, folder)
    saved.path.write_bytes(saved.path.read_bytes() + b'{"gateway": "mi')
    SavedResults(PLAN, folder).add("cht:5.2", "R1", [KNOWN])

    assert len(SavedResults(PLAN, folder)) == 2


@pytest.mark.parametrize(
    "other",
    [{"gateways": ["mine"]}, {"only": ["R1", "R2"]}, {"generation": "v8"}, {"seed": 1}, {"arguments": ["-k", "one"]}],
)
def test_another_plan_has_another_file(folder: Path, other: dict[str, Any]) -> None:
    """What was found with other options is no verdict on this one."""
    assert SavedResults(replace(PLAN, **other), folder).path != SavedResults(PLAN, folder).path


def test_how_a_plan_is_run_makes_no_difference(folder: Path) -> None:
    """More gateways at the same time, or more patience, find the same."""
    assert SavedResults(replace(PLAN, jobs=2, rule_timeout=1), folder).path == SavedResults(PLAN, folder).path


def test_what_is_forgotten_leaves_no_trace(folder: Path) -> None:
    """Neither the file nor the folder, if nothing else is in it."""
    saved = SavedResults(PLAN, folder)
    saved.add("mine", "R1", [KNOWN])
    saved.forget()

    assert saved.of("mine", "R1") is None
    assert not folder.exists()
