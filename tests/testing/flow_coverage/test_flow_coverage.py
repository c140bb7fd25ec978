"""`--flow-coverage`: which parts of the flows scenarios have walked, as a table, a page and XML, and a threshold."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Tree

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.flow_coverage.cobertura import cobertura
from rapidpro_simulator.testing.flow_coverage.collecting import count_branch
from rapidpro_simulator.testing.flow_coverage.coverage import Coverage
from rapidpro_simulator.testing.flow_coverage.parts import spoken_languages

if TYPE_CHECKING:
    from pathlib import Path

BACKGROUND = """Feature: Check-in
  Background:
    Given a RapidPro workspace "Main"
    And the flows of "visit-reminder.json"
    When the flow "Visit reminder" is started through the API for +265991234567
"""
YES = """
  Scenario: Yes
    When +265991234567 texts "Yes"
    Then the run in "Visit reminder" is completed
"""
LATER = """
  Scenario: Not yet
    When +265991234567 texts "Not yet"
    Then the run in "Visit reminder" is completed
"""
SILENT = """
  Scenario: Nobody answers
    When 30 days pass
    Then the run in "Visit reminder" is expired
"""
IMPATIENT = """
  Scenario: A day of silence
    Given the flows of "registration.json"
    When +265991234567 texts "JOIN"
    And +265991234567 texts "English"
    And 2 days pass
    Then +265991234567 has got "Text JOIN when you have time."
"""


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    pytester.makeini("[pytest]\naddopts = -p no:schemathesis -p no:randomly --import-mode=importlib\n")
    return pytester.path


def run(pytester: pytest.Pytester, scenarios: str, *options: str) -> pytest.RunResult:
    (pytester.path / "check_in.feature").write_text(BACKGROUND + scenarios, encoding="utf-8")
    return pytester.runpytest_inprocess("-q", *options)


def row(result: pytest.RunResult, name: str = "Visit reminder") -> list[str]:
    line = next(line for line in result.outlines if line.startswith(f"{name}  "))
    return line.removeprefix(name).split()


def test_table(pytester: pytest.Pytester, folder: Path) -> None:
    """One answer walks its nodes, its exit, its category and its case, and neither silence nor the other answers."""
    result = run(pytester, YES, "--flow-coverage", "table")
    nodes, exits, categories, cases, languages, timeouts, expirations, _ = row(result)
    assert (categories, cases, expirations) == ("1/3", "1/2", "0/1")
    assert (timeouts, languages) == ("-", "1/1")
    assert (nodes, exits) == ("3/3", "3/5")


def test_scenarios_add_up(pytester: pytest.Pytester, folder: Path) -> None:
    """What one scenario leaves out another may walk: imports of one flow are one flow, whatever their UUIDs."""
    result = run(pytester, YES + LATER, "--flow-coverage", "table", "--seed", "7")
    assert row(result)[2:4] == ["2/3", "2/2"]
    assert sum(line.startswith("Visit reminder ") for line in result.outlines) == 1


def test_a_timeout_is_counted(pytester: pytest.Pytester, folder: Path) -> None:
    """Silence walks the timeout of a wait that has one, and its category; the run goes on."""
    result = run(pytester, IMPATIENT, "--flow-coverage", "missing")
    assert row(result, "Registration")[4:6] == ["1/2", "2/2"]  # and in one language only
    assert "Registration: never reached: node 8, the category No Response" not in result.outlines
    assert "Registration: never reached: node 8, the category All Responses" in result.outlines


def test_an_expiration_is_counted(pytester: pytest.Pytester, folder: Path) -> None:
    """A run that expires where it waits has walked the expiration, and no category."""
    *_, categories, cases, _, timeouts, expirations, _ = row(run(pytester, SILENT, "--flow-coverage", "table"))
    assert (categories, cases, timeouts, expirations) == ("0/3", "0/2", "-", "1/1")


def test_missing(pytester: pytest.Pytester, folder: Path) -> None:
    """What was never reached is told in words, on request."""
    told = run(pytester, YES, "--flow-coverage", "missing").outlines
    assert any("never reached: node 2, the category Not yet" in line for line in told)
    assert not any("never reached: node 2, the category Yes" in line for line in told)


def test_threshold(pytester: pytest.Pytester, folder: Path) -> None:
    """Too little fails the run although every scenario passes; enough does not."""
    result = run(pytester, YES, "--flow-coverage-fail-under", "90")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAIL: *% of the flows were walked, less than 90%", "1 passed*"])
    assert run(pytester, YES, "--flow-coverage-fail-under", "20").ret == pytest.ExitCode.OK


def test_no_flows(pytester: pytest.Pytester, folder: Path) -> None:
    """A threshold is not met by the absence of flows."""
    (folder / "empty.feature").write_text('Feature: A\n  Scenario: B\n    Given a RapidPro workspace "Main"\n')
    result = pytester.runpytest_inprocess("-q", "--flow-coverage-fail-under", "0")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAIL: no flow was walked, and 0% are wanted"])


def test_page(pytester: pytest.Pytester, folder: Path) -> None:
    """The page draws each flow, marks what was never reached, and needs nothing from elsewhere."""
    run(pytester, SILENT, "--flow-coverage", "html")
    page = (folder / "flow-coverage.html").read_text("utf-8")
    assert not re.findall(r"(?:src|href)=|url\(|@import|<script", page)
    (picture,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    boxes = Tree.fromstring(picture).findall(".//{*}rect")
    assert {"box good", "box bad"} == {box.get("class") for box in boxes}
    assert "<li>node 2, the category Not yet</li>" in page


def test_xml(pytester: pytest.Pytester, folder: Path) -> None:
    """The XML is Cobertura's: a class a flow, a line a node, and the exits as branches."""
    run(pytester, YES, "--flow-coverage", "xml:report.xml")
    root = Tree.parse(folder / "report.xml").getroot()
    assert root is not None
    lines = root.findall("packages/package/classes/class/lines/line")
    assert [line.get("number") for line in lines] == [str(number + 1) for number in range(len(lines))]
    assert lines[0].get("hits") == "1"
    assert any(line.get("condition-coverage", "").endswith("(1/3)") for line in lines)
    assert root.get("lines-valid") == str(len(lines))


def test_branches_add_up(pytester: pytest.Pytester, folder: Path) -> None:
    """The branches of the whole are those of its lines: a single exit is none."""
    run(pytester, YES, "--flow-coverage", "xml:report.xml")
    root = Tree.parse(folder / "report.xml").getroot()
    assert root is not None
    told = [line.get("condition-coverage", "(0/0)") for line in root.iter("line")]
    shares = [tuple(map(int, each.partition("(")[2].rstrip(")").split("/"))) for each in told]
    assert [root.get("branches-covered"), root.get("branches-valid")] == [
        str(sum(each)) for each in zip(*shares, strict=True)
    ]


def test_flows_of_one_name() -> None:
    """Flows that share a name and differ have each a number of its own, so that no two are one file."""
    coverage = Coverage()
    for fingerprint, name in (("1", "Survey"), ("2", "Survey"), ("3", "Visit")):
        coverage.add([{"name": name, "fingerprint": fingerprint, "definition": {}, "hits": {}}])
    assert [flow.name for flow in coverage.flows] == ["Survey", "Survey (2)", "Visit"]
    assert 'filename="Survey (2)"' in cobertura(coverage, 0)


def test_workers_send_it_home(pytester: pytest.Pytester, folder: Path) -> None:
    """With pytest-xdist the coverage is that of all workers."""
    result = run(pytester, YES + LATER, "--flow-coverage", "table", "-n", "2")
    assert row(result)[2:4] == ["2/3", "2/2"]


def test_unknown_format(pytester: pytest.Pytester, folder: Path) -> None:
    """A format that does not exist is refused with those that do."""
    result = run(pytester, YES, "--flow-coverage", "pdf")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no 'pdf'; there are: html, xml, missing, table"])


CHICHEWA = """
  Scenario: In Chichewa
    Given the workspace "Main" speaks eng, nya
    And the flows of "registration.json"
    When +265991234567 texts "JOIN"
    And +265991234567 texts "Chichewa"
"""


def test_languages_are_those_of_the_messages(pytester: pytest.Pytester, folder: Path) -> None:
    """A language counts where something was said in it, whatever the contact speaks in the end."""
    assert row(run(pytester, CHICHEWA, "--flow-coverage", "table"), "Registration")[4] == "2/2"


def test_languages_that_can_be_said() -> None:
    """A translation of nothing but answers is no language that messages can be in, and neither has who says nothing."""
    action = {"uuid": "1", "type": "send_msg", "text": "Hello"}
    localization = {
        "nya": {"1": {"text": ["Moni"]}},
        "swa": {"2": {"arguments": ["ndio"]}},
        "fra": {"1": {"text": [""]}},
    }
    definition = {"language": "eng", "nodes": [{"actions": [action]}], "localization": localization}
    assert spoken_languages(definition) == ["eng", "nya"]
    assert spoken_languages({**definition, "nodes": []}) == []


@pytest.mark.parametrize(
    ("reason", "tried", "category"),
    [("for 1 of 2", ["a"], 0), ("for 2 of 2", ["a", "b"], 1), ("the default", ["a", "b"], 2)],
)
def test_categories_that_share_a_name(reason: str, tried: list[str], category: int) -> None:
    """A branch is counted for the category that it was taken for, also where another one has the same name."""
    router = {
        "categories": [{"uuid": each, "name": "Yes", "exit_uuid": f"exit {each}"} for each in "012"],
        "cases": [{"category_uuid": "0"}, {"category_uuid": "1"}],
        "default_category_uuid": "2",
    }
    node = {"router": router, "exits": [{"uuid": f"exit {each}"} for each in "012"]}
    hits: Counter[str] = Counter()
    count_branch(hits, 4, node, {"reason": reason, "tried": tried, "category": "Yes"})
    assert {f"category:4.{category}", f"exit:4.{category}"} <= set(hits)
    assert sum(part.startswith(("category", "exit")) for part in hits) == 2
