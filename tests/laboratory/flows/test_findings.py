"""What a reviewer would say is found: in what is written, and in what happens."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.laboratory.flows.costs import span
from rapidpro_simulator.laboratory.flows.exploring import explore
from rapidpro_simulator.laboratory.flows.findings import findings
from rapidpro_simulator.laboratory.flows.plan import Plan
from rapidpro_simulator.laboratory.flows.walking import FlowWorld

from .exports import act, export, say, split, uuid

if TYPE_CHECKING:
    from pathlib import Path

CALL = {"uuid": uuid("call"), "type": "call_webhook", "method": "GET", "url": "https://textit.com/api/v2/runs.json"}


def found(folder: Path, *nodes: dict[str, Any], **flow: Any) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    with closing(FlowWorld(export(folder, list(nodes), **flow))) as world:
        (chosen,) = world.flows
        definition = world.assets(Plan()).flow(chosen.uuid)
        assert definition is not None
        explorations = [explore(world, chosen, language) for language in world.languages(chosen)]
        for each in findings(definition, [definition], explorations):
            kinds.setdefault(each.kind, []).append(str(each))
    return kinds


def test_a_good_flow(tmp_path: Path) -> None:
    """Of a flow in which all is well nothing is said."""
    ask = split("q", [], {"No Response": "bye", "All Responses": "bye"}, result="Name", timeout=60)
    assert found(tmp_path, say("hi", "Name?", "q"), ask, say("bye", "Thank you, @results.name.")) == {}


def test_expression_errors(tmp_path: Path) -> None:
    """An expression that goes wrong is told with the node that has it."""
    told = found(tmp_path, say("hi", "Dear @contact.nickname!"))["expression error"]
    assert "node 1" in told[0]
    assert "nickname" in told[0]


def test_missing_translations(tmp_path: Path) -> None:
    """A message that another language lacks is told, one that it has is not."""
    localization = {"nya": {uuid("a says"): {"text": ["Moni"]}}}
    told = found(tmp_path, say("a", "Hello", "b"), say("b", "Good bye"), localization=localization)
    assert told == {"missing translation": ["node 2, “Good bye”: text (nya)"]}


def test_long_texts(tmp_path: Path) -> None:
    """A text of several SMS is told with their number, which another alphabet makes larger."""
    told = found(tmp_path, say("a", "x" * 161, "b"), say("b", "ж" * 71))["more than one SMS"]
    assert [text.split(":")[0] for text in told] == ["2 SMS, 161 characters", "2 SMS, 71 characters"]


def test_dead_ends(tmp_path: Path) -> None:
    """An answer after which nothing is said, and a node to which nothing leads, are told."""
    told = found(tmp_path, say("hi", "Name?", "q"), split("q", [], {"All Responses": None}), say("lonely", "Hm"))
    assert told["ends in silence"]
    assert told["unreachable node"] == ["node 3, “Hm”"]
    assert told["wait without a timeout"] == ["node 2, waits: silence ends it after 1 day"]


def test_endless_loops(tmp_path: Path) -> None:
    """Nodes that go round without waiting are told, and that the run fails of it."""
    told = found(tmp_path, act("a", [], "b"), act("b", [], "a"))
    assert told["loop without a wait"] == ["nodes 1 → 2 → 1"]
    assert "steps per sprint" in told["run fails"][0]


def test_results_that_nobody_reads(tmp_path: Path) -> None:
    """A result that no template reads is told."""
    told = found(tmp_path, split("q", [], {"All Responses": "bye"}, result="Name"), say("bye", "Thank you."))
    assert told["result never used"] == ["Name: no flow of the export reads it"]


def test_webhooks_without_a_failure_path(tmp_path: Path) -> None:
    """A web request whose failure leads where its success does is told."""
    one_way = split("s", [("has_number_between", ["200", "299"], "Success")], {"Success": "e", "Failure": "e"},
                    operand="@webhook.status", waits=False, actions=[CALL])  # fmt: skip
    told = found(tmp_path, one_way, say("e", "Bye"))
    assert told["webhook without a failure path"][0].endswith("call_webhook, and all exits lead to one node")


def test_costs(tmp_path: Path) -> None:
    """A run costs the request that starts it, and those that it makes of RapidPro itself."""
    nodes = [act("c", [CALL], "long"), say("long", "x" * 200)]
    with closing(FlowWorld(export(tmp_path, nodes))) as world:
        least, most = span(explore(world, world.flows[0], "eng").walks)
    assert least == most == (1, 2, 1, 2)
