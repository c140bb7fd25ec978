"""The tags of features: what is about one gateway is skipped with others, what is known to fail is expected to."""

from __future__ import annotations

import pytest

Project = pytest.Pytester

FEATURE = """
@rule
Feature: F

  @{tag}
  Scenario: S
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And a pending message
    When 10 minutes pass
    Then the gateway has made {count} broadcast request
"""


def run(project: Project, tag: str, gateway: str, count: int = 1) -> pytest.RunResult:
    project.makeini("[pytest]\naddopts = --strict-markers -p no:randomly --import-mode=importlib\n")
    (project.path / "f.feature").write_text(FEATURE.format(tag=tag, count=count), encoding="utf-8")
    return project.runpytest_inprocess("-q", "-rsx", "--gateway", gateway)


@pytest.mark.parametrize(("gateway", "skipped"), [("cht:5.2", 0), ("cht:4.13", 0), ("standalone", 1)])
def test_what_is_about_one_gateway_is_skipped_with_others(pytester: Project, gateway: str, skipped: int) -> None:
    """`@gateway:cht` is for every release of CHT's own gateway."""
    result = run(pytester, "gateway:cht", gateway)

    result.assert_outcomes(skipped=skipped, passed=1 - skipped)
    assert ("@gateway:cht; this run is about standalone" in result.stdout.str()) is bool(skipped)


def test_a_known_defect_is_expected_to_fail(pytester: Project) -> None:
    """The reason is shown."""
    result = run(pytester, "R13", "cht:5.2", count=7)

    result.assert_outcomes(xfailed=1)
    assert "known defect: without an answer that it can read" in result.stdout.str()


def test_a_known_defect_that_does_not_show_is_a_failure(pytester: Project) -> None:
    """The table is out of date: somebody has to take a line from it."""
    run(pytester, "R13", "cht:5.2", count=1).assert_outcomes(failed=1)


def test_a_defect_that_nobody_knows_is_a_failure(pytester: Project) -> None:
    """What is known of one gateway excuses no other."""
    run(pytester, "R13", "standalone", count=7).assert_outcomes(failed=1)


def test_only_expectations_are_expected_to_fail(pytester: Project) -> None:
    """A sentence that nobody knows is no known defect."""
    (pytester.path / "conftest.py").write_text(
        "from pytest_bdd import then\n\n@then('it breaks')\ndef breaks():\n    raise RuntimeError\n", encoding="utf-8"
    )
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:randomly --import-mode=importlib\n")
    text = "@rule @R13\nFeature: F\n  Scenario: S\n    Then it breaks\n"
    (pytester.path / "f.feature").write_text(text, encoding="utf-8")

    pytester.runpytest_inprocess("-q", "--gateway", "cht:5.2").assert_outcomes(failed=1)
