"""`rapidpro-simulator flow explore` and `flow diff` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rapidpro_simulator.commands.cli import main

REMINDER = "visit-reminder.json"
REAL = Path(__file__).parents[3].parent / "shared" / "flows"


def test_explore(capsys: pytest.CaptureFixture[str]) -> None:
    """Paths, costs and findings are told, and a flow without problems is success."""
    assert main(["flow", "explore", REMINDER]) == 0
    told = capsys.readouterr().out
    assert "Visit reminder in eng: 4 paths through" in told
    assert "a run costs: messages 1 to 2, SMS 1 to 2, web requests 0, requests of the quota 1" in told
    assert "- wait without a timeout: node 2" in told
    assert told.endswith("no problems\n")


def test_problems_are_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """A problem is exit code 1, and `--quiet` leaves out the paths."""
    assert main(["flow", "explore", "registration.json", "Registration", "--quiet"]) == 1
    told = capsys.readouterr().out
    assert "! missing translation: node 1" in told
    assert "English → " not in told


def test_saved_scenarios(tmp_path: Path) -> None:
    """Each path is written as a scenario, with the export beside it."""
    main(["flow", "explore", REMINDER, "--save", str(tmp_path / "features")])
    names = sorted(path.name for path in (tmp_path / "features").iterdir())
    assert names == [*(f"visit-reminder-eng-{number:02}.feature" for number in (1, 2, 3, 4)), REMINDER]
    assert 'texts "Yes"' in "".join(path.read_text("utf-8") for path in (tmp_path / "features").glob("*.feature"))


def test_an_unknown_flow(capsys: pytest.CaptureFixture[str]) -> None:
    """A flow that is not there is told with those that are."""
    assert main(["flow", "explore", REMINDER, "Nothing"]) == 2
    assert "has no flow 'Nothing'; there are: Visit reminder" in capsys.readouterr().err


def test_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What differs is exit code 1, with what was and what is; flows of one export only are named."""
    from rapidpro_simulator.rapidpro.export_files import read_file

    document = read_file(Path(REMINDER))
    assert main(["flow", "diff", REMINDER, REMINDER]) == 0
    document["flows"][0]["name"] = "Another"
    new = tmp_path / "new.json"
    new.write_text(json.dumps(document))
    capsys.readouterr()
    assert main(["flow", "diff", REMINDER, str(new)]) == 1
    told = capsys.readouterr().out
    assert f"Visit reminder: only in {REMINDER}" in told
    assert "Another: only in new.json" in told


@pytest.mark.skipif(not REAL.exists(), reason="there are no real exports beside the checkout")
@pytest.mark.parametrize("path", sorted(REAL.glob("*/*.json")), ids=lambda path: path.stem[-40:])
def test_real_exports(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exports that none of us wrote are explored or refused with sentences, and each is as it is."""
    code = main(["flow", "explore", str(path), "--lenient", "--quiet", "--walks", "100"])
    assert code in {0, 1, 2}
    if code < 2:
        assert main(["flow", "diff", str(path), str(path), "--lenient", "--walks", "30"]) == 0
