"""What became of each scenario is written down, with what was under way when it did not end."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from rapidpro_simulator.testing.conformance.recorder import EVIDENCE, RULES, ResultWriter

if TYPE_CHECKING:
    from pathlib import Path

PROPERTIES = [(RULES, ["rule", "R1"]), (EVIDENCE, {"step": "Then it works", "found": "it does not", "exchanges": []})]


def report(when: Literal["setup", "call", "teardown"], outcome: Literal["passed", "failed"]) -> pytest.TestReport:
    where = ("f.feature", 0, "it works")
    error = "E   RuntimeError: it does not end" if outcome == "failed" else None
    return pytest.TestReport("f.feature::test_it_works", where, {}, outcome, error, when, user_properties=PROPERTIES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_failure_has_the_evidence_of_its_step(path: Path) -> None:
    """The sentence, and what was found in its place."""
    ResultWriter(path).pytest_runtest_logreport(report("call", "failed"))

    assert [(row["outcome"], row["step"], row["found"]) for row in rows(path)] == [
        ("failed", "Then it works", "it does not")
    ]


def test_what_fails_at_the_end_has_a_reason_of_its_own(path: Path) -> None:
    """The step that failed before is not to blame once more."""
    ResultWriter(path).pytest_runtest_logreport(report("teardown", "failed"))

    assert [(row["outcome"], row["error"]) for row in rows(path)] == [("failed", "RuntimeError: it does not end")]
    assert "step" not in rows(path)[0]


def test_steps_are_written_down_as_they_begin(path: Path) -> None:
    """Where it hangs is known even when the process is killed."""
    writer = ResultWriter(path)
    writer.pytest_runtest_logstart("f.feature::test_it_works")
    writer.pytest_bdd_before_step(SimpleNamespace(keyword="When ", name="it hangs"))

    assert rows(path) == [{"begins": "it works", "step": ""}, {"begins": "it works", "step": "When it hangs"}]
