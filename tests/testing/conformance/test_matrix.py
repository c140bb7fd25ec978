"""The matrix of rules and gateways, and its three faces."""

from __future__ import annotations

import io
from typing import Any

import pytest

from rapidpro_simulator.testing.conformance import html, markdown, terminal
from rapidpro_simulator.testing.conformance.matrix import Cell, Matrix, ScenarioResult, Verdict
from rapidpro_simulator.testing.conformance.rules import GatewayRule, SpecificPart
from rapidpro_simulator.testing.terminal import Terminal

SENDING = GatewayRule("R1", "Every message is sent once", "Sending")
TEXTS = GatewayRule("R2", "A text arrives as it was written, be it <b>bold</b>", "Sending")
STATES = GatewayRule("R3", "States follow", "States")
FAILURE: dict[str, Any] = {
    "step": "Then every message has been sent once",
    "found": "RapidPro has 2",
    "exchanges": ("gateway → textit.com POST",),
}


def result(rule: str, verdict: Verdict = Verdict.PASSED, **more: Any) -> ScenarioResult:
    return ScenarioResult(f"a scenario of {rule}", verdict, ("rule", rule), **more)


@pytest.fixture
def matrix() -> Matrix:
    matrix = Matrix([SENDING, TEXTS, STATES])
    matrix.add("cht:5.2", [result("R1"), result("R2", Verdict.KNOWN_DEFECT, reason="it does not know better")])
    matrix.add("mine", [result("R1"), result("R1", Verdict.FAILED, **FAILURE), result("R2"), result("R3")])
    return matrix


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([], Verdict.NOT_APPLICABLE),
        ([Verdict.PASSED, Verdict.NOT_APPLICABLE], Verdict.PASSED),
        ([Verdict.PASSED, Verdict.KNOWN_DEFECT], Verdict.KNOWN_DEFECT),
        ([Verdict.FAILED, Verdict.KNOWN_DEFECT, Verdict.PASSED], Verdict.FAILED),
        ([Verdict.FAILED, Verdict.TIMED_OUT, Verdict.PASSED], Verdict.TIMED_OUT),
    ],
)
def test_a_rule_is_as_good_as_its_worst_scenario(verdicts: list[Verdict], verdict: Verdict) -> None:
    """What is not applicable does not count where something is."""
    assert Cell([result("R1", each) for each in verdicts]).verdict is verdict


def test_reasons_are_told_once() -> None:
    """Ten rows of one table have one reason."""
    known = [result("R1", Verdict.KNOWN_DEFECT, reason=reason) for reason in ("one", "two", "one")]

    assert Cell(known).reasons == ["one", "two"]


def test_failures_are_those_that_nobody_knows(matrix: Matrix) -> None:
    """A known defect is none."""
    assert [(gateway, rule.id) for gateway, rule, _ in matrix.failures()] == [("mine", "R1")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"outcome": "passed"}, result("R1")),
        (
            {"outcome": "known defect", "reason": "known defect: it does not know better"},
            result("R1", Verdict.KNOWN_DEFECT, reason="it does not know better"),
        ),
        ({"outcome": "failed", "error": "RuntimeError"}, result("R1", Verdict.FAILED, found="RuntimeError")),
        ({"outcome": "failed", **FAILURE}, result("R1", Verdict.FAILED, **FAILURE)),
    ],
)
def test_results_are_read(row: dict[str, Any], expected: ScenarioResult) -> None:
    """What the recorder wrote is what the matrix is made of."""
    written = {"scenario": "a scenario of R1", "tags": ["rule", "R1"], "reason": "", "error": "", **row}

    assert ScenarioResult.read(written) == expected


@pytest.mark.parametrize(
    ("face", "expected"),
    [
        ("terminal", "TIMED OUT\n\nslow does"),
        ("terminal", "slow does not keep R3: States follow"),
        ("terminal", "slow: 2 passed, 1 timed out"),
        ("markdown", "| R3 | States follow | ✅ | ⌛ |"),
        ("markdown", "no verdict after 1 s"),
        ("html", '<td class="verdict failed"><details><summary>timed out</summary><pre>in: a scenario of R3'),
    ],
)
def test_a_rule_that_timed_out_is_a_failure_of_its_own(face: str, expected: str) -> None:
    """Every face tells it apart, and shows what hung."""
    matrix = Matrix([SENDING, TEXTS, STATES])
    timed_out = result("R3", Verdict.TIMED_OUT, found="no verdict after 1 s")
    matrix.add("mine", [result("R1"), result("R2"), result("R3")])
    matrix.add("slow", [result("R1"), result("R2"), timed_out])
    faces = {"terminal": shown, "markdown": markdown.render, "html": html.render}

    assert expected in faces[face](matrix)
    assert list(matrix.failures()) == [("slow", STATES, timed_out)]


def shown(matrix: Matrix) -> str:
    stream = io.StringIO()
    terminal.show(matrix, Terminal(stream, color=False, fast=True))
    return stream.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "Sending",
        "R2   it does not know better (cht:5.2)",
        "mine does not keep R1: Every message is sent once",
        "  at: Then every message has been sent once",
        "  RapidPro has 2",
        "    gateway → textit.com POST",
        "cht:5.2: 1 passed, 1 known defect, 1 not applicable",
        "mine: 2 passed, 1 failed",
    ],
)
def test_the_terminal_shows_all_there_is_to_know(matrix: Matrix, line: str) -> None:
    """The table, the known defects, the evidence of failures and the sums."""
    assert line in shown(matrix).splitlines()


def test_the_table_of_the_terminal_stands_in_columns(matrix: Matrix) -> None:
    """Every verdict stands below the name of its gateway."""
    lines = shown(matrix).splitlines()
    row = next(line for line in lines if line.startswith("R1 "))

    assert row.index("FAILED") == lines[0].index("mine") - 1
    assert lines[0].index("cht:5.2") <= row.index("✓") < lines[0].index("cht:5.2") + len("cht:5.2")


@pytest.mark.parametrize(
    "line",
    [
        "| R1 | Every message is sent once | ✅ | ❌ |",
        "| R3 | States follow | – | ✅ |",
        "| R2 | it does not know better | cht:5.2 |",
        "### mine, R1: Every message is sent once",
        "at: Then every message has been sent once",
        "| R2 | A text arrives as it was written, be it &lt;b&gt;bold&lt;/b&gt; | ⚠️ | ✅ |",
        "| The tar pit | It never answers. | all |",
        "| Keys | They open. | A key with &lt;what&gt; in it<br>A key that is none |",
    ],
)
def test_markdown_shows_all_there_is_to_know(matrix: Matrix, line: str) -> None:
    """The table, the known defects, the evidence of failures, and what is about one gateway only."""
    parts = ("A key with <what> in it", "A key that is none")
    specific_parts = [SpecificPart("Keys", part, "cht", "They open.") for part in parts]
    specific_parts.append(SpecificPart("The tar pit", "", "cht", "It never answers."))

    assert line in markdown.render(matrix, specific_parts).splitlines()


@pytest.mark.parametrize(
    "part",
    [
        '<th class="gateway">cht:5.2</th>',
        "be it &lt;b&gt;bold&lt;/b&gt;",
        '<td class="verdict known"><details><summary>known</summary><p>it does not know better</p>',
        '<td class="verdict failed"><details><summary>failed</summary><pre>',
        '<td class="verdict none">–</td>',
        '<span class="failed">1 failed</span>',
    ],
)
def test_the_page_shows_all_there_is_to_know(matrix: Matrix, part: str) -> None:
    """Whatever stands in a cell is HTML of ours, and opens what there is to know."""
    assert part in html.render(matrix)


def test_the_page_needs_nothing_else(matrix: Matrix) -> None:
    """It can be sent by mail."""
    page = html.render(matrix, "RapidPro community")

    assert [word for word in ("src=", "href=", "@import", "url(") if word in page] == []
