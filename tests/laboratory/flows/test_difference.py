"""Two exports are compared by what they do, whatever their bytes are."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.laboratory.flows.difference import Difference, differences
from rapidpro_simulator.laboratory.flows.walking import FlowWorld

from .exports import export, say, split

if TYPE_CHECKING:
    from pathlib import Path


def nodes(thanks: str = "Thank you.", least: str = "18") -> list[dict[str, Any]]:
    ask = split("q", [("has_number_gte", [least], "Adult")], {"Adult": "bye", "Child": "no"}, result="Age")
    return [say("hi", "How old are you?", "q"), ask, say("bye", thanks), say("no", "You are too young.")]


def found(old: Path, new: Path) -> list[Difference]:
    with closing(FlowWorld(old)) as before, closing(FlowWorld(new)) as after:
        return differences(before, after)


def test_no_difference(tmp_path: Path) -> None:
    """Other UUIDs, another order of the keys and another revision are no difference."""
    old = export(tmp_path, nodes(), "old.json")
    text = old.read_text().replace("-5", "-4")
    document = json.loads(text)
    document["flows"][0] = dict(reversed(document["flows"][0].items())) | {"revision": 9}
    new = tmp_path / "new.json"
    new.write_text(json.dumps(document))
    assert found(old, new) == []


def test_another_text(tmp_path: Path) -> None:
    """A text that was changed is told once, with who reads it."""
    (only,) = found(export(tmp_path, nodes(), "old.json"), export(tmp_path, nodes("Thanks!"), "new.json"))
    assert (only.what, only.old, only.new) == ("answer after move 1", "“Thank you.”", "“Thanks!”")
    assert only.words == "18"


def test_another_limit(tmp_path: Path) -> None:
    """A limit that was moved is seen in the input at the limit, which is walked because either flow has it."""
    told = found(export(tmp_path, nodes(), "old.json"), export(tmp_path, nodes(least="21"), "new.json"))
    assert ("the result Age after move 1", "18 (Adult)", "18 (Child)") in [
        (each.what, each.old, each.new) for each in told
    ]
