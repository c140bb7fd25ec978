"""The rules are tried with gateways, each in a pytest of its own, and the command shows what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.testing.conformance.matrix import Matrix, Verdict
from rapidpro_simulator.testing.conformance.plan import ConformancePlan
from rapidpro_simulator.testing.conformance.run import run
from rapidpro_simulator.world.errors import UsageError

from .conftest import wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("conformance")  # one matrix for all, with --dist loadgroup

STRANGERS = ("--generation", "textit-2026")  # CHT 4.13 does not understand its answers, and no table says so


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    plan = ConformancePlan(["cht:4.13", "cht:5.2"], only=["R3"], jobs=2, arguments=["-k", "too_long"])
    return run(plan)


@pytest.mark.parametrize(("gateway", "verdict"), [("cht:4.13", Verdict.KNOWN_DEFECT), ("cht:5.2", Verdict.PASSED)])
def test_rules_are_tried_with_gateways(matrix: Matrix, gateway: str, verdict: Verdict) -> None:
    """Each gateway gets its verdict on the rule that was asked for."""
    [rule] = matrix.rules

    assert rule.id == "R3"
    assert matrix.cell(rule, gateway).verdict is verdict


def test_known_defects_have_their_evidence(matrix: Matrix) -> None:
    """An expected failure shows the step, what was found, and the exchanges, as every other."""
    result = matrix.cell(matrix.rules[0], "cht:4.13").of(Verdict.KNOWN_DEFECT)[0]

    assert result.step == 'Then within 10 minutes the message is in the state "failed"'
    assert 'expected the state "failed"; it is "pending"' in result.found
    assert any("POST /api/v2/broadcasts.json → 400" in exchange for exchange in result.exchanges)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (ConformancePlan(["cht:5.2"], only=["R99"]), "no rule is called 'R99'; there are R1, R2"),
        (ConformancePlan(["pigeon"], only=["R2"]), "R2 cannot be tried with pigeon:"),
    ],
)
def test_what_cannot_be_tried_is_a_usage_error(plan: ConformancePlan, sentence: str) -> None:
    """The sentence says what is wrong, and what there is."""
    with pytest.raises(UsageError, match=re.escape(sentence)):
        run(plan)


def test_the_command_fails_where_a_gateway_surprises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 1, the evidence stands on the terminal and in both files."""
    files = [tmp_path / "rules.md", tmp_path / "rules.html"]
    written = ["--markdown", str(files[0]), "--html", str(files[1])]
    code = main(["conformance", "--gateway", "cht:4.13", "--rule", "R1", *STRANGERS, *written, "--", "-k", "single"])
    texts = [capsys.readouterr().out, *(path.read_text(encoding="utf-8") for path in files)]

    assert code == 1
    assert [text for text in texts if "at: Then within 10 minutes the message is in the state" not in text] == []


def test_the_command_succeeds_where_only_known_defects_show(capsys: pytest.CaptureFixture[str]) -> None:
    """What is known is no surprise."""
    assert main(["conformance", "--gateway", "cht:5.2", "--rule", "R7"]) == 0
    assert "R7   it does not know the status read" in capsys.readouterr().out


def test_a_run_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its pytest notices, ends, and takes the files of both along."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = ["-m", "rapidpro_simulator", "conformance", "--gateway", "standalone", "--rule", "R12"]
    killed = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, "TMPDIR": str(temporary)}, cwd=tmp_path, stdout=subprocess.PIPE
    )
    wait_until(lambda: any(temporary.glob("conformance-*/results.jsonl")))

    killed.kill()
    killed.communicate()

    wait_until(lambda: not any(temporary.iterdir()))
