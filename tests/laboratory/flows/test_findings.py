"""What a reviewer would say is found: in what is written, and in what happens."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.laboratory.flows.costs import span
from rapidpro_simulator.laboratory.flows.exploring import MOST_WALKS, explore
from rapidpro_simulator.laboratory.flows.findings import KINDS, findings
from rapidpro_simulator.laboratory.flows.plan import Plan
from rapidpro_simulator.laboratory.flows.walking import FlowWorld

from .exports import act, export, say, split, uuid

if TYPE_CHECKING:
    from pathlib import Path

CALL = {"uuid": uuid("call"), "type": "call_webhook", "method": "GET", "url": "https://textit.com/api/v2/runs.json"}


def found(folder: Path, *nodes: dict[str, Any], most_walks: int = MOST_WALKS, **flow: Any) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    with closing(FlowWorld(export(folder, list(nodes), **flow))) as world:
        (chosen,) = world.flows
        definition = world.assets(Plan()).flow(chosen.uuid)
        assert definition is not None
        explorations = [explore(world, chosen, language, most_walks) for language in world.languages(chosen)]
        for each in findings(definition, [definition], explorations, world.missing):
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


def test_each_place_that_goes_wrong(tmp_path: Path) -> None:
    """The same mistake in two nodes is told of both, and of one node once, whichever tests and answers come upon it."""
    cases = [("has_number_gt", ["5"], "Many"), ("has_number", [], "Few")]
    ways = {"Many": "end", "Few": "end", "Other": "end"}
    ask = split("q", [], {"All Responses": "sum"}, result="Age")
    nodes = [say("a", "Dear @contact.nickname!", "q"), ask,
             split("sum", cases, ways, operand="@(results.age * 2)", waits=False, result="Twice"),
             say("end", "@contact.nickname is @results.twice")]  # fmt: skip
    told = found(tmp_path, *nodes)["expression error"]
    assert sorted(each[:6] for each in told) == ["node 1", "node 3", "node 4"]


def test_a_search_that_is_cut_short(tmp_path: Path) -> None:
    """What nobody has tried to reach is not called unreachable, and the search is not said to have found nothing."""
    nodes = [split(f"q{number}", [("has_text", [], "Any")], {"Any": f"q{number + 1}"}) for number in range(9)]
    told = found(tmp_path, *nodes, say("q9", "Thank you"), most_walks=3)
    assert told.keys() == {"not walked to its end", "wait without a timeout"}
    assert told["not walked to its end"] == ["nodes 2 to 9: after 3 walks no more were to be made"]


def test_missing_translations(tmp_path: Path) -> None:
    """A message that another language lacks is told, one that it has is not."""
    localization = {"nya": {uuid("a says"): {"text": ["Moni"]}}}
    told = found(tmp_path, say("a", "Hello", "b"), say("b", "Good bye"), localization=localization)
    assert told == {"missing translation": ["node 2: “Good bye” (nya)"]}


def test_what_needs_no_translation(tmp_path: Path) -> None:
    """A message that has no words, only expressions and signs, lacks no translation."""
    localization = {"nya": {uuid("a says"): {"text": ["Moni"]}}}
    nodes = [say("a", "Hello", "b"), say("b", "@contact.name 👍 2/3", "c"), say("c", " ")]
    assert found(tmp_path, *nodes, localization=localization, spec_version="13.6.1") == {}


def test_long_texts(tmp_path: Path) -> None:
    """A text of several SMS is told with their number, which another alphabet makes larger."""
    texts = ["x" * 161, "ж" * 71, "x" * 159 + "€", "👍" * 36]
    nodes = [say(text, text, then) for text, then in zip(texts, [*texts[1:], None], strict=True)]
    told = found(tmp_path, *nodes)["more than one SMS"]
    assert [text.split(":")[0] for text in told] == [
        "2 SMS, 161 characters in GSM-7",
        "2 SMS, 71 characters in UCS-2 for its “ж”",
        "2 SMS, 161 characters in GSM-7, where “€” counts as 2",
        "2 SMS, 72 characters in UCS-2 for its “👍”, where “👍” counts as 2",
    ]


def test_dead_ends(tmp_path: Path) -> None:
    """An answer after which nothing is said, and a node to which nothing leads, are told."""
    told = found(tmp_path, say("hi", "Name?", "q"), split("q", [], {"All Responses": None}), say("lonely", "Hm"))
    assert told["ends in silence"] == ["node 2, waits: nothing is said after “Fine”"]
    assert told["unreachable node"] == ["no way leads to node 3, “Hm”"]
    assert told["wait without a timeout"] == ["node 2: silence ends the run after 1 day"]


def test_endless_loops(tmp_path: Path) -> None:
    """Nodes that go round without waiting are told, and that the run fails of it."""
    told = found(tmp_path, act("a", [], "b"), act("b", [], "a"))
    assert told["loop without a wait"] == ["nodes 1 → 2 → 1"]
    assert "steps per sprint" in told["run fails"][0]


def test_nothing_is_sent_by_a_run_that_fails(tmp_path: Path) -> None:
    """A sprint that fails sends none of its messages, so that they cost nothing; its web requests were made."""
    nodes = [act("c", [CALL], "again"), say("again", "Once more", "c")]
    with closing(FlowWorld(export(tmp_path, nodes))) as world:
        (walk,) = explore(world, world.flows[0], "eng").walks
    assert walk.session.status == "failed"
    assert walk.said == []
    assert walk.requests_until(0) == len(walk.requests) > 1


def test_timeouts_that_come_too_late(tmp_path: Path) -> None:
    """A timeout that is later than the end of the run is told once, and its category needs no case."""
    ask = split("q", [("has_text", [], "Any")], {"No Response": "late", "Any": "bye", "Other": "bye"}, timeout=90_000)
    told = found(tmp_path, ask, say("late", "Late"), say("bye", "Bye"))
    assert told["exit without input"] == ["node 1, no answer within 90000 seconds: the run expires before"]


def test_results_that_nobody_saves(tmp_path: Path) -> None:
    """A case that wants a result which no node saves is told with that result."""
    more = split("s", [("has_any_word", ["more"], "More")], {"More": "bye", "Other": "bye"},
                 operand='@(default(results.more, "no"))', waits=False)  # fmt: skip
    told = found(tmp_path, more, say("bye", "Bye"))
    assert told["exit without input"] == [
        "node 1, the case has_any_word('more') of More: no node saves the result more"
    ]


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


def test_costs_of_what_the_export_starts(tmp_path: Path) -> None:
    """A flow that a campaign, a missed call or another flow starts needs no request."""
    reference = {"uuid": uuid("the flow"), "name": "Survey"}
    group = {"uuid": uuid("group"), "name": "Mothers"}
    event = {"uuid": uuid("event"), "offset": 1, "unit": "D", "event_type": "F", "delivery_hour": -1,
             "relative_to": {"key": "created_on", "label": "Created"}, "flow": reference}  # fmt: skip
    starters: list[dict[str, Any]] = [
        {},
        {"triggers": [{"trigger_type": "M", "flow": reference, "groups": [], "channel": None}]},
        {"campaigns": [{"uuid": uuid("campaign"), "name": "Care", "group": group, "events": [event]}]},
    ]
    quotas = []
    for starter in starters:
        path = export(tmp_path, [say("hi", "Hello")])
        path.write_text(json.dumps({**json.loads(path.read_text()), **starter}))
        with closing(FlowWorld(path)) as world:
            quotas.append(span(explore(world, world.flows[0], "eng").walks)[0].quota)
    assert quotas == [1, 0, 0]


def action(kind: str, **more: Any) -> dict[str, Any]:
    return {"uuid": uuid(kind), "type": kind, **more}


def test_what_lies_behind_is_told_once(tmp_path: Path) -> None:
    """Of what lies behind an exit that nobody can take, only the exit and the nodes are told."""
    first = split("q", [("has_text", [], "Any"), ("has_number", [], "Never")], {"Any": "e", "Never": "b", "Other": "e"})
    second = split("c", [("has_any_word", ["yes"], "Yes")], {"Yes": None, "Other": None})
    told = found(tmp_path, first, say("e", "Bye"), say("b", "Behind", "c"), second)
    assert told["exit without input"] == [
        "node 1, the case has_number() of Never: case 1, has_text() takes all that it could"
    ]
    assert told["unreachable node"] == ["nodes 3 and 4: they lie behind Never of node 1"]


def test_web_servers_that_answer_as_expected(tmp_path: Path) -> None:
    """What a flow reads of an answer is there, so that nothing is told but what goes wrong when it is not."""
    ways = {"Success": "hi", "Failure": "sorry"}
    call = split("s", [("has_number_between", ["200", "299"], "Success")], ways, operand="@webhook.status",
                 waits=False, actions=[{**CALL, "url": "https://a.example.org/"}])  # fmt: skip
    good = found(
        tmp_path, call, say("hi", "@webhook.json.child.name is due"), say("sorry", "Later"), spec_version="13.6.1"
    )
    assert good == {}
    told = found(tmp_path, call, say("hi", "Good"), say("sorry", "@webhook.json.child.name?"), spec_version="13.6.1")
    assert "in @webhook.json.child.name, where web servers answer" in told["expression error"][0]


def test_subflows_that_are_missing(tmp_path: Path) -> None:
    """A flow that the export lacks is told where it is entered."""
    enter = action("enter_flow", flow={"uuid": uuid("another"), "name": "Another"})
    told = found(tmp_path, act("a", [enter], "b"), say("b", "Bye"))
    assert told["missing flow"] == [
        "node 1 enters Another, which the export lacks: the run fails where the workspace does, too"
    ]


def test_what_is_not_there(tmp_path: Path) -> None:
    """Channels that the export lacks and actions that do nothing for some contact are for people to judge."""
    channel = action("set_contact_channel", channel={"uuid": uuid("channel"), "name": "Main SMS"})
    group = action("add_contact_groups", groups=[{"name_match": "@fields.village"}])
    told = found(tmp_path, act("a", [channel, group], "b"), say("b", "Bye"))
    assert told["missing from the export"] == [f"channel[uuid={uuid('channel')},name=Main SMS]"]
    assert told["action does nothing"] == [
        "node 1, set contact channel, add contact groups: No such group with name ''"
    ]
    assert not any(KINDS[kind] for kind in told)


def test_what_is_over(tmp_path: Path) -> None:
    """What RapidPro does no longer is a problem, what it advises against is not."""
    optin = action("request_optin", optin={"uuid": uuid("optin"), "name": "News"})
    told = found(tmp_path, act("a", [optin], "b"), say("b", "@legacy_extra"))
    assert told["no longer supported"] == ["opt-in requests are no longer supported"]
    assert told["deprecated"] == ["@legacy_extra is deprecated"]


def test_who_is_entered_may_end_in_silence(tmp_path: Path) -> None:
    """Where another flow enters this one and goes on, nothing is told of its silence."""
    ask = split("q", [], {"All Responses": None})
    path = export(tmp_path, [ask])
    document = json.loads(path.read_text())
    enter = action("enter_flow", flow={"uuid": uuid("the flow"), "name": "Survey"})
    parent = {**document["flows"][0], "uuid": uuid("parent"), "name": "Parent"}
    parent["nodes"] = [act("p", [enter], "thanks"), say("thanks", "Thank you.")]
    document["flows"].append(parent)
    path.write_text(json.dumps(document))
    with closing(FlowWorld(path)) as world:
        flows = [found for each in world.flows if (found := world.assets(Plan()).flow(each.uuid)) is not None]
        told = findings(flows[0], flows, [explore(world, world.flows[0], "eng")])
    assert [each.kind for each in told] == ["wait without a timeout"]
