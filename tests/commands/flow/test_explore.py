"""`rapidpro-simulator flow explore` and `flow diff` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapidpro_simulator.commands.cli import main
from tests.laboratory.flows.exports import say, split, uuid

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


def flow(name: str, *nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"uuid": uuid(name), "name": name, "spec_version": "13.6.1", "language": "eng", "type": "messaging",
            "expire_after_minutes": 60, "localization": {}, "nodes": list(nodes)}  # fmt: skip
    return made | more


def written(folder: Path, *flows: dict[str, Any]) -> str:
    path = folder / "export.json"
    path.write_text(json.dumps({"version": "13", "flows": flows}))
    return str(path)


def saved(folder: Path, *flows: dict[str, Any]) -> dict[str, str]:
    main(["flow", "explore", written(folder, *flows), "--save", str(folder / "features")])
    return {path.name: path.read_text("utf-8") for path in sorted((folder / "features").glob("*.feature"))}


def test_addresses_that_are_no_phones(tmp_path: Path) -> None:
    """A path of somebody who writes by Telegram is a scenario of an address, and of the channel that reaches it."""
    asks = split("s", [("has_only_phrase", ["telegram"], "Telegram")], {"Telegram": "hi", "Other": None},
                 operand="@(urn_parts(contact.urn).scheme)", waits=False)  # fmt: skip
    text = "".join(saved(tmp_path, flow("Where", asks, say("hi", "Hello"))).values())
    assert 'the workspace "Main" has a channel for telegram' in text
    assert 'Then telegram:123456789 has got "Hello"' in text


def test_flows_of_surveyor(tmp_path: Path) -> None:
    """A path of a flow for Surveyor is a scenario in which it is one of messages."""
    ask = split("q", [], {"All Responses": None}, result="Name")
    (text,) = saved(tmp_path, flow("House", say("hi", "Name?", "q"), ask, type="messaging_offline")).values()
    assert 'the flow "House" of Surveyor is run like a flow of messages' in text
    assert 'texts "Fine"' in text


def test_texts_of_several_lines(tmp_path: Path) -> None:
    """A text of several lines, of a flow or of a contact, stands below its sentence."""
    ask = split("q", [("has_only_text", ["a\nb"], "Both")], {"Both": "bye", "Other": None})
    lines = flow("Lines", say("hi", 'One "line"\n\ntwo', "q"), ask, say("bye", "x\ny"))
    first = saved(tmp_path, lines)["lines-eng-02.feature"]
    assert 'has got\n      """\n      One "line"\n      \n      two\n      """' in first
    assert 'texts\n      """\n      a\n      b\n      """' in first


def test_texts_with_spaces_around_them(tmp_path: Path) -> None:
    """What is said in one breath with another text is told of as cells of tables can: without the spaces around it."""
    hello = say("hi", "Hello ", "again")
    cases = [("has_any_word", ["yes"], "Yes")]
    ask = split("q", cases, {"Yes": "hi", "Other": None}, result="Answer")
    features = saved(tmp_path, flow("Spaces", ask, hello, say("again", " again?", "q")))
    assert any("| Hello " in text and "again? |" in text for text in features.values())


def test_keywords_of_a_group(tmp_path: Path) -> None:
    """A keyword that is for a group is said by one of its members."""
    made = flow("Care", say("hi", "Hello"))
    group = {"uuid": uuid("Mothers"), "name": "Mothers"}
    trigger = {"trigger_type": "K", "keywords": ["care"], "match_type": "F", "groups": [group],
               "flow": {"uuid": made["uuid"], "name": "Care"}}  # fmt: skip
    path = tmp_path / "care.json"
    path.write_text(json.dumps({"version": "13", "flows": [made], "triggers": [trigger], "groups": [group]}))
    main(["flow", "explore", str(path), "--save", str(tmp_path)])
    text = (tmp_path / "care-eng-01.feature").read_text("utf-8")
    assert "| Mothers |" in text
    assert 'texts "care"' in text


def test_another_export_of_the_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scenarios are not written beside an older export of the name, with which they would fail."""
    assert len(saved(tmp_path, flow("A", say("x", "1")))) == 1
    assert len(saved(tmp_path, flow("A", say("x", "1")))) == 1
    saved(tmp_path, flow("A", say("x", "2")))
    assert "another export.json is in" in capsys.readouterr().err


def test_names_that_are_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Flows whose names differ in signs only have files of their own; of one name RapidPro keeps the last."""
    flows = [flow("A b", say("x", "1")), flow("A-b", say("y", "2")), flow("A b", say("z", "3"), uuid=uuid("other"))]
    features = saved(tmp_path, *flows)
    assert list(features) == ["a-b-2-eng-01.feature", "a-b-eng-01.feature"]
    told = capsys.readouterr().out
    assert "A b: 2 flows of the export have this name, and RapidPro keeps the last" in told
    assert told.count("A b in eng") == 1


def test_what_is_skipped_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A flow that a lenient import leaves out is told, and there are not no problems."""
    export = written(tmp_path, flow("Old", spec_version="11.7"))
    assert main(["flow", "explore", export, "--lenient"]) == 1
    told = capsys.readouterr().out
    assert "skipped: flow 'Old': definitions of version 11.7" in told
    assert told.endswith("the export has no flow that can be walked\n1 problem\n")


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
