"""`--story` and `--summary`: a run is written down, its failures with pictures, on whatever worker they happened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Tree

import pytest

from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from pathlib import Path

FEATURE = """Feature: A & B
  Background:
    Given a RapidPro workspace "Main"
    And a CHT 4.10 instance that sends through the workspace "Main"
  Scenario: It works
    When a pending message to "+254712345678" with the text "<b>Visit</b>" is added
    And 5 minutes pass
    Then the message is in the state "delivered"
  Rule: A wish
    Scenario: It fails
      When a pending message to "+254712345678" with the text "<b>Visit</b>" is added
      And 5 minutes pass
      Then the message is in the state "failed"
    Scenario Outline: With <count>
      When <count> pending messages are added
      Then <count> messages are in the state "pending"
      Examples:
        | count |
        | 2     |
        | 3     |
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


@pytest.fixture
def run(pytester: pytest.Pytester) -> Path:
    pytester.makeini("[pytest]\naddopts = -p no:schemathesis -p no:randomly --import-mode=importlib\n")
    (pytester.path / "story.feature").write_text(FEATURE, encoding="utf-8")
    return pytester.path


def written(pytester: pytest.Pytester, *options: str) -> tuple[str, str]:
    pytester.runpytest_inprocess("-q", "--story", "story.html", "--summary", "summary.md", *options)
    return (pytester.path / "story.html").read_text("utf-8"), (pytester.path / "summary.md").read_text("utf-8")


def test_page(pytester: pytest.Pytester, run: Path) -> None:
    """The page has each scenario with its sentences, and of the failure what happened, the quotas and the way back."""
    page, _ = written(pytester)
    assert "<h1>3 passed, <span" in page
    assert "1 failed" in page
    assert "A &amp; B" in page
    assert page.count("<details id=") == 4
    assert "With 2 [2]" in page or "With &lt;count&gt; [2]" in page
    assert "is in the state &#34;failed&#34;" in page
    assert len(re.findall(r"<svg", page)) == 3  # the sequence, and the quotas of two scopes
    assert "pytest " in page
    assert "--seed 0" in page
    assert "<b>Visit" not in page


def test_it_needs_nothing_else(pytester: pytest.Pytester, run: Path) -> None:
    """Nothing of the page is somewhere else, and its pictures are whole."""
    page, _ = written(pytester)
    assert not re.findall(r"(?:src|href)=|url\(|@import|<script", page)
    for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        Tree.fromstring(picture)


@pytest.mark.parametrize(("pictures", "sequences"), [("all", 4), ("none", 0), ("failures", 1)])
def test_pictures(pytester: pytest.Pytester, run: Path, pictures: str, sequences: int) -> None:
    """Pictures of failures, of all, or of none."""
    page, _ = written(pytester, "--story-pictures", pictures)
    assert page.count("Sequence diagram:") == sequences


def test_summary(pytester: pytest.Pytester, run: Path) -> None:
    """The summary has a table of the features, and of a failure its beginning, the diagram and the way back."""
    _, summary = written(pytester)
    assert "## Scenarios: 1 failed, 3 passed" in summary
    assert "| A & B | 3 | 1 |  |  |" in summary
    assert "### ✗ A & B: It fails" in summary
    assert "```mermaid\nsequenceDiagram" in summary
    assert "Reproduce with `pytest " in summary


def test_on_workers(pytester: pytest.Pytester, run: Path) -> None:
    """The workers of pytest-xdist send their chapters home."""
    pytest.importorskip("xdist")
    alone, _ = written(pytester)
    together, _ = written(pytester, "-n", "2")
    assert re.findall(r'<details id="([^"]+)"', together) == re.findall(r'<details id="([^"]+)"', alone)
    assert together.count("<svg") == alone.count("<svg")


def test_of_a_job(pytester: pytest.Pytester, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On GitHub the summary is added to that of the job."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(run / "step.md"))
    (run / "step.md").write_text("before\n", encoding="utf-8")
    pytester.runpytest_inprocess("-q", "--summary", "github")
    assert (run / "step.md").read_text("utf-8").startswith("before\n## Scenarios")


def test_no_job(pytester: pytest.Pytester, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere it says that there is no job, before anything has run."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    result = pytester.runpytest_inprocess("-q", "--summary", "github")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*GITHUB_STEP_SUMMARY is not set*"])
