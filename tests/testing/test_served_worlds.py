"""Features in worlds of a server: each scenario in one of its own, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.console.worlds import Worlds
from tests.console.api import TOKEN, Api, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEATURE = """
Feature: Sending

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"

  Scenario Outline: <count> messages are delivered
    Given <count> pending messages
    When 5 minutes pass
    Then <count> messages are in the state "delivered"

    Examples:
      | count |
      | 2     |
      | 3     |

  Scenario: Tables and texts
    Given the settings of CHT include
      \"""
      {"locale": "sw"}
      \"""
    And these messages
      | to            | text      |
      | +254712345678 | one \\| two |
    When 5 minutes pass
    Then the messages are
      | state     | to            |
      | delivered | +254712345678 |

  @until:3.11
  Scenario: Of a release long ago
    Then the moon is full

  Scenario: Not so
    Given 1 pending message
    When 5 minutes pass
    Then the workspace "Main" has 7 messages
"""


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("RAPIDPRO_SIMULATOR_TOKEN", TOKEN)
    worlds = Worlds(tmp_path, most=1)
    try:
        with served(worlds) as api:
            yield api
    finally:
        worlds.close()


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\naddopts = -p no:schemathesis -p no:randomly --import-mode=importlib\n")
    (pytester.path / "sending.feature").write_text(FEATURE, encoding="utf-8")
    (pytester.path / "test_other.py").write_text("def test_other(): pass\n", encoding="utf-8")
    return pytester


def test_played_there(api: Api, project: pytest.Pytester) -> None:
    """What is true there passes, what is not fails with its line, tags select as ever; no world is left behind."""
    result = project.runpytest_inprocess("--world", api.url, "-rs")
    result.assert_outcomes(passed=4, failed=1, skipped=1)
    result.stdout.fnmatch_lines([f"each scenario in a world of its own at {api.url}"])
    result.stdout.fnmatch_lines(['sending.feature:*: Then the workspace "Main" has 7 messages', "*it has 1"])
    assert len(api.worlds) == 0


def test_no_gateway_elsewhere(api: Api, project: pytest.Pytester) -> None:
    """A gateway in another process cannot be put into a world of a server: that is said at once."""
    result = project.runpytest_inprocess("--world", api.url, "--gateway", "command:true")
    result.stderr.fnmatch_lines(["*--world: the gateway of a served world is CHT's own*"])


def test_not_our_server(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, api: Api) -> None:
    """Without the right token every scenario fails, and says why."""
    monkeypatch.setenv("RAPIDPRO_SIMULATOR_TOKEN", "another")
    result = project.runpytest_inprocess("--world", api.url, "-k", "not_so")
    result.assert_outcomes(failed=1, deselected=5)
    result.stdout.fnmatch_lines(["*present the token*"])
