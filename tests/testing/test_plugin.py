"""The pytest plugin, in small projects of its own: what it collects, offers, refuses and explains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from pathlib import Path

    Project = pytest.Pytester

SENDS = """
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
    And a pending message
    When 2 minutes pass
"""
GOOD = f"""
Feature: Good

  @quick
  Scenario: A message is delivered
    {SENDS}
    Then the message is in the state "delivered"

  @slow @since:4.14
  Scenario: The gateway asks once
    {SENDS}
    Then the gateway has made 1 status request
"""
BAD = f"""
Feature: Bad

  Scenario: What is expected does not happen
    {SENDS}
    Then the gateway has made 7 broadcast requests
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


@pytest.fixture
def project(pytester: Project) -> Project:
    """A project that has nothing but a configuration and a good feature."""
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:randomly --import-mode=importlib\n")
    feature(pytester, "good", GOOD)
    return pytester


def feature(project: Project, name: str, text: str) -> Path:
    path = project.path / f"{name}.feature"
    path.write_text(text, encoding="utf-8")
    return path


def run(project: Project, *options: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-q", *options)


def test_feature_files_are_tests(project: Project) -> None:
    """A project without a line of Python runs its features."""
    run(project).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("options", "passed", "deselected"),
    [
        (["-k", "delivered"], 1, 1),
        (["-k", "nobody"], 0, 2),
        (["-m", "quick"], 1, 1),
        (["-m", "quick or slow"], 2, 0),
        (["-m", "not slow"], 1, 1),
        (["good.feature::test_a_message_is_delivered"], 1, 0),
    ],
)
def test_scenarios_are_selected_as_tests_are(
    project: Project, options: list[str], passed: int, deselected: int
) -> None:
    """Names, tags and paths select scenarios; tags are known to --strict-markers."""
    run(project, *options).assert_outcomes(passed=passed, deselected=deselected)


def test_features_can_be_left_alone(project: Project) -> None:
    """`rapidpro_simulator_collect = false` is for projects that call `scenarios()` themselves."""
    project.makeini("[pytest]\nrapidpro_simulator_collect = false\n")

    run(project).assert_outcomes()


@pytest.mark.parametrize(
    ("options", "skipped"),
    [
        (["--gateway", "cht:4.13"], "@since:4.14; this run is about cht:4.13"),
        (["--gateway", "cht:4.14"], ""),
    ],
)
def test_scenarios_know_their_releases(project: Project, options: list[str], skipped: str) -> None:
    """A scenario about later releases is skipped with the reason."""
    result = run(project, *options, "-rs", "-m", "slow")

    result.assert_outcomes(passed=0 if skipped else 1, skipped=1 if skipped else 0, deselected=1)
    assert skipped in result.stdout.str()


@pytest.mark.parametrize(
    ("tag", "options", "skipped"),
    [
        ("until:4.13", ["--gateway", "cht:5.2"], 1),
        ("until:4.13", ["--gateway", "cht:4.13"], 0),
        ("only:textit-2026", [], 1),
        ("only:textit-2026", ["--generation", "textit-2026"], 0),
    ],
)
def test_tags_bound_scenarios(project: Project, tag: str, options: list[str], skipped: int) -> None:
    """`until` is about releases up to one, `only` about one generation."""
    feature(project, "bounded", GOOD.replace("@quick", f"@{tag} @bounded"))

    run(project, "-m", "bounded", *options).assert_outcomes(skipped=skipped, passed=1 - skipped, deselected=3)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--gateway", "cht:99"], "no CHT release is called '99'"),
        (["--gateway", "pigeon"], "possible are cht:RELEASE"),
        (["--generation", "textit-1999"], "there are: community"),
        (["--seed", "x"], "argument --seed: invalid int value"),
    ],
)
def test_unknown_options_are_usage_errors(project: Project, options: list[str], sentence: str) -> None:
    """What there is not is refused before anything runs, with what there is."""
    result = run(project, *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stderr.str()


def test_a_step_that_nobody_awaits_is_refused(project: Project) -> None:
    """A coroutine step would pass whatever it does, so it fails."""
    project.makeconftest(
        """
        from pytest_bdd import when

        @when("nobody waits")
        async def nobody_waits(simulation):
            raise AssertionError("never seen")
        """
    )
    feature(project, "good", "Feature: F\n  Scenario: S\n    When nobody waits\n")

    result = run(project)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the step 'nobody waits' is a coroutine function, nobody_waits; *"])


def test_steps_of_ones_own_stand_beside_ours(project: Project) -> None:
    """A project adds sentences in its conftest, and uses the simulation as ours do."""
    project.makeconftest(
        """
        from pytest_bdd import then

        @then("two minutes of virtual time are over")
        def two_minutes(simulation):
            assert 120 <= simulation.clock.seconds() < 123
        """
    )
    feature(project, "own", f"Feature: F\n  Scenario: S\n{SENDS}    Then two minutes of virtual time are over\n")

    run(project, "own.feature").assert_outcomes(passed=1)


OUTLINE = """
  Scenario Template: S
    When <count> minutes pass

    Examples:
      | count |
      | 2     |
"""
IN_A_RULE = """
  Rule: Time passes
    Example: S
      When 1 day passes
"""
IN_FRENCH = """# language: fr
Fonctionnalité: F
  Scénario: S
    Quand 1 minute passes
  Plan du scénario: S
    Quand <count> minutes pass

    Exemples:
      | count |
      | 2     |
"""
ONCE = "Feature: F\n  Scenario: S\n    When 1 minute passes\n"


@pytest.mark.parametrize(
    "text", [ONCE + "  Scenario: S\n    When 1 day passes\n", ONCE + OUTLINE, ONCE + IN_A_RULE, IN_FRENCH]
)
def test_two_scenarios_of_one_name_are_refused(project: Project, text: str) -> None:
    """The second one would silently not run, whatever keyword it has, and in every language of Gherkin."""
    feature(project, "twice", text)

    result = run(project, "twice.feature")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*twice.feature: two scenarios are called 'S'*"])


def test_a_text_that_looks_like_a_scenario_is_none(project: Project) -> None:
    """A line of a docstring is a part of the text."""
    quotes = '"' * 3
    text = f"Feature: F\n  Scenario: S\n    When a text comes\n      {quotes}\n      Scenario: S\n      {quotes}\n"
    project.makeconftest(
        """
        from pytest_bdd import when

        @when("a text comes")
        def a_text_comes(docstring):
            assert docstring == "Scenario: S"
        """
    )
    feature(project, "texts", text)

    run(project, "texts.feature").assert_outcomes(passed=1)


def test_what_is_no_gherkin_is_refused(project: Project) -> None:
    """The report says which line it is."""
    feature(project, "broken", "Feature: F\n  Scenario: S\n    When 1 minute passes\n  Scenaro: T\n")

    result = run(project, "broken.feature")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Scenaro: T*"])


def test_an_unknown_sentence_meets_its_neighbours(project: Project) -> None:
    """A sentence that no step knows is answered with those that come close."""
    feature(project, "unknown", f"Feature: F\n  Scenario: S\n{SENDS}    Then the message is in a state of delivery\n")

    result = run(project, "unknown.feature")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*did you mean: Then message 2 is in the state*"])


@pytest.fixture
def failure(project: Project) -> str:
    feature(project, "bad", BAD)
    return run(project, "bad.feature", "--seed", "7").stdout.str()


@pytest.mark.parametrize(
    "line",
    [
        "what happened",
        "virtual time 2026-03-02 08:02:0",
        "seed 7",
        "expected 7 broadcast requests; it made 1",
        "gateway → textit.com  POST /api/v2/broadcasts.json → 201",
        "messages of cht.example.org (1):",
        ": delivered (reference 1)",
        "messages of the workspace Main on textit.com (1):",
        "quota of Main in v2.broadcasts: 1 of 36000 used in the last hour",
        "requests that came closest to",
        "reproduce with",
        "/bad.feature::test_what_is_expected_does_not_happen' --seed 7 --gateway cht:5.2 --generation community",
    ],
)
def test_a_failure_explains_itself(failure: str, line: str) -> None:
    """The conversation, both sides' messages, the quota, near misses, the seed, and how to have it again."""
    assert line in failure


def test_a_failure_leaves_out_what_went_well(failure: str) -> None:
    """The conversation is that of the gateway with RapidPro; CHT's own database is not in its way."""
    conversation = failure.partition("entries of the journal")[2].partition("messages of")[0]

    assert "couchdb" not in conversation
    assert conversation.count("gateway → textit.com") == 2


def test_nothing_is_warned_about(project: Project) -> None:
    """A project that has the plugin gets no warnings of ours."""
    project.runpytest_subprocess("-q").assert_outcomes(passed=2, warnings=0)


def test_a_failure_shows_no_secret(project: Project) -> None:
    """RapidPro's token and CHT's password are hidden in the report, although messages with them are shown."""
    project.makeconftest(
        """
        from pytest_bdd import when

        @when("the keys are texted to somebody")
        def text_the_keys(simulation, request):
            key = simulation.hosts["textit.com"].workspace("Main").token.key
            secrets = [key, simulation.instances["cht.example.org"].password]
            (request.config.rootpath / "secrets.txt").write_text("\\n".join(secrets))
            for secret in secrets:
                broadcast = {"urns": ["tel:+265991234567"], "text": f"it is {secret}"}
                simulation.request("POST", "https://textit.com/api/v2/broadcasts.json", json=broadcast, token=key)
        """
    )
    feature(project, "bad", BAD.replace("Then", "And the keys are texted to somebody\n    Then"))

    report = run(project, "bad.feature").stdout.str()

    secrets = (project.path / "secrets.txt").read_text(encoding="utf-8").split()
    assert len(secrets) == 2
    assert report.count("“it is [hidden]”") >= 2
    assert [secret for secret in secrets if secret in report] == []


def test_a_failure_can_be_had_again(project: Project) -> None:
    """The command that the report names fails in the same way."""
    feature(project, "bad", BAD)
    first = run(project, "bad.feature", "--seed", "7").stdout.str()
    command = re.search(r"^pytest '(.+)' (--seed .+)$", first, re.MULTILINE)
    assert command is not None

    second = run(project, command[1], *command[2].split()).stdout.str()

    assert _told(second) == _told(first) != []


def _told(report: str) -> list[str]:
    return [line for line in report.splitlines() if " → " in line or "virtual time" in line]


def test_same_seed_same_journal(project: Project) -> None:
    """--journals saves a journal for each scenario: byte for byte the same with one seed, another with another."""
    journals = {}
    for folder, seed in (("first", "7"), ("second", "7"), ("other", "8")):
        run(project, "--journals", folder, "--seed", seed).assert_outcomes(passed=2)
        journals[folder] = {path.name: path.read_bytes() for path in sorted((project.path / folder).iterdir())}

    assert len(journals["first"]) == 2
    assert journals["first"] == journals["second"] != journals["other"]


def test_scenarios_run_in_several_processes(project: Project) -> None:
    """pytest-xdist distributes scenarios as it does tests."""
    pytest.importorskip("xdist")

    project.runpytest_subprocess("-q", "-n", "2", "--junitxml", "report.xml").assert_outcomes(passed=2)

    assert (project.path / "report.xml").read_text(encoding="utf-8").count("<testcase ") == 2


def test_a_scenario_without_steps_is_refused(project: Project) -> None:
    """A misspelt first keyword makes its lines a description, and the scenario empty: it would pass."""
    feature(project, "silent", "Feature: F\n\n  Scenario: A reminder is delivered\n    Als 7 messages are sent\n")
    result = run(project)

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["*the scenario 'A reminder is delivered' in line 3 has no step; Gherkin takes 'Als 7*"]
    )


def test_a_scenario_that_a_module_binds_runs_once(project: Project) -> None:
    """Projects that have used pytest-bdd before bind their features themselves; the rest is collected by us."""
    feature(project, "bad", GOOD.replace("Feature: Good", "Feature: Another"))
    project.makepyfile(test_good="from pytest_bdd import scenarios\nscenarios('good.feature')\n")
    result = run(project, "-p", "no:cacheprovider")

    result.assert_outcomes(passed=4, deselected=2)
