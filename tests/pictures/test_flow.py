from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapidpro_simulator.pictures.flow import draw_flow
from tests.pictures.reading import read

FLOWS = sorted((Path(__file__).parents[2] / "fixtures" / "flows").glob("*.json"))


def registration() -> dict[str, Any]:
    flow: dict[str, Any] = json.loads((FLOWS[0].parent / "registration.json").read_text(encoding="utf-8"))["flows"][0]
    return flow


def test_every_node_and_exit() -> None:
    """Each node is drawn once, and each exit that leads somewhere as a line to where it leads."""
    flow = registration()
    picture = read(draw_flow(flow))
    assert [each.get("data-node") for each in picture.all("g")] == [node["uuid"] for node in flow["nodes"]]
    exits = [each for node in flow["nodes"] for each in node["exits"]]
    drawn = {each.get("data-exit") for kind in ("path", "line") for each in picture.all(kind)}
    assert drawn == {each["uuid"] for each in exits}
    assert len(picture.all("circle")) == sum(each.get("destination_uuid") is None for each in exits)


def test_what_was_walked() -> None:
    """The path that was taken is drawn strong, the rest dashed, and the title counts."""
    flow = registration()
    first = flow["nodes"][0]
    picture = read(draw_flow(flow, [first["uuid"]], [first["exits"][0]["uuid"]]))
    boxes = {each.get("data-node"): each.find("{*}rect") for each in picture.all("g")}
    looks = {uuid: box.get("stroke-dasharray") for uuid, box in boxes.items() if box is not None}
    assert looks[first["uuid"]] is None
    assert {look for uuid, look in looks.items() if uuid != first["uuid"]} == {"4 3"}
    (walked,) = [each for each in picture.all("path") if each.get("class") == "good"]
    assert walked.get("data-exit") == first["exits"][0]["uuid"]
    assert picture.title() == f"Flow Registration: {len(flow['nodes'])} nodes, 1 of them walked"


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
def test_all_flows(path: Path) -> None:
    """Whatever a flow has, it can be drawn."""
    for flow in json.loads(path.read_text(encoding="utf-8")).get("flows", []):
        assert len(read(draw_flow(flow)).all("svg")) == 1


def test_loops_and_islands() -> None:
    """A flow that leads back to itself has an end for who draws it; what nothing leads to stands below."""
    nodes = [
        {"uuid": "a", "actions": [], "exits": [{"uuid": "1", "destination_uuid": "b"}]},
        {"uuid": "b", "actions": [], "exits": [{"uuid": "2", "destination_uuid": "a"}]},
        {"uuid": "island", "actions": [], "exits": [{"uuid": "3", "destination_uuid": "gone"}]},
    ]
    picture = read(draw_flow({"name": "Loop", "nodes": nodes}))
    boxes = [each.find("{*}rect") for each in picture.all("g")]
    tops = [float(box.get("y", "")) for box in boxes if box is not None]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    assert len(picture.all("circle")) == 1
