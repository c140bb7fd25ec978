"""Whatever a router looks at, it gets what leads to each of its cases: the contact, the world, or earlier answers."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.laboratory.flows.exploring import Exploration, explore
from rapidpro_simulator.laboratory.flows.walking import FlowWorld

from .exports import act, export, say, split, uuid

if TYPE_CHECKING:
    from pathlib import Path

Cases = list[tuple[str, list[str], str]]
GROUP = {"uuid": uuid("Mothers"), "name": "Mothers"}


def router(operand: str, cases: Cases, *actions: dict[str, Any], waits: bool = False) -> dict[str, Any]:
    ways = dict.fromkeys([case[2] for case in cases] + ["Other"])
    return split("router", cases, ways, operand=operand, waits=waits, actions=list(actions))


def action(kind: str, **more: Any) -> dict[str, Any]:
    return {"uuid": uuid(f"{kind} {more}"), "type": kind, **more}


def explored(folder: Path, nodes: list[dict[str, Any]], version: str = "13.6.1", **more: Any) -> Exploration:
    path = export(folder, nodes, spec_version=version)
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))
    with closing(FlowWorld(path)) as world:
        return explore(world, world.flows[0], "eng")


CONTACT: dict[str, tuple[str, Cases]] = {
    "scheme": ("@(urn_parts(contact.urn).scheme)", [("has_only_phrase", ["telegram"], "Telegram"),
                                                     ("has_only_phrase", ["tel"], "Phone")]),
    "number": ("@contact.urn", [("has_beginning", ["tel:+265"], "Malawi")]),
    "other URN": ("@urns.facebook", [("has_text", [], "Has one")]),
    "name": ("@contact.first_name", [("has_any_word", ["grace"], "Grace")]),
    "time zone": ("@contact.timezone", [("has_only_text", ["Africa/Blantyre"], "Blantyre")]),
    "any time zone": ("@contact.timezone", [("has_only_text", ["Africa/Blantyre"], "Blantyre"),
                                            ("has_text", [], "Any")]),
    "any language": ("@contact.language", [("has_only_text", ["swa"], "Swahili"), ("has_text", [], "Any")]),
    "short numbers": ("@urns.tel", [("has_beginning", ["tel:+257"], "Burundi")]),
    "group": ("@contact.groups", [("has_group", [uuid("Mothers"), "Mothers"], "Mothers")]),
    "field": ("@fields.town", [("has_only_text", ["Zomba"], "Zomba")]),
    "global": ("@globals.season", [("has_only_text", ["rain"], "Rain")]),
    "parameter": ("@trigger.params.kind", [("has_only_text", ["visit"], "Visit")]),
}  # fmt: skip
EXPRESSIONS: dict[str, tuple[str, Cases]] = {
    "sum": ("@(fields.age + 1)", [("has_number_eq", ["20"], "Nineteen")]),
    "line": ("@(fields.a * 12 - 3)", [("has_number_eq", ["21"], "Two")]),
    "rounded": ("@(round(fields.weight / 2))", [("has_number_eq", ["5"], "Ten")]),
    "comparison": ("@(fields.age > 5)", [("has_only_text", ["true"], "Yes"), ("has_only_text", ["false"], "No")]),
    "two fields": ('@(and(fields.age > 5, fields.sex = "f"))', [("has_only_text", ["true"], "Girl")]),
    "condition": ('@(if(fields.sex = "f", "she", "he"))', [("has_only_text", ["she"], "She"),
                                                            ("has_only_text", ["he"], "He")]),
    "letters": ("@(upper(fields.town))", [("has_only_text", ["ZOMBA"], "Zomba")]),
    "length": ("@(text_length(fields.code))", [("has_number_gt", ["10"], "Long")]),
    "word": ("@(word(fields.crop, 1))", [("has_only_phrase", ["maize"], "Maize")]),
    "part": ('@(split(fields.row, ",")[1])', [("has_only_text", ["x"], "X")]),
    "text around": ("@fields.district-@fields.code", [("has_only_text", ["Zomba-7"], "Zomba 7")]),
    "default": ('@(default(fields.town, "none"))', [("has_only_text", ["none"], "None"),
                                                     ("has_only_text", ["Zomba"], "Zomba")]),
    "error": ("@(is_error(fields.age + 1))", [("has_only_text", ["true"], "Bad"),
                                              ("has_only_text", ["false"], "Good")]),
    "days": ('@(datetime_diff(fields.due, now(), "D"))', [("has_number_gt", ["30"], "Past"),
                                                           ("has_number_lt", ["0"], "To come")]),
    "weekday": ("@(weekday(today()))", [("has_number_eq", ["0"], "Sunday"),
                                        ("has_number_between", ["1", "5"], "Work")]),
    "hour": ('@(format_datetime(now(), "tt"))', [("has_number_gt", ["17"], "Evening")]),
    "chance": ("@(rand_between(1, 3))", [("has_number_eq", ["1"], "A"), ("has_number_eq", ["2"], "B"),
                                          ("has_number_eq", ["3"], "C")]),
}  # fmt: skip
ANSWERS: dict[str, tuple[str, Cases]] = {
    "number": ("@(input.text * 2)", [("has_number_eq", ["10"], "Five")]),
    "pattern": ('@(replace(input.text, " ", ""))', [("has_pattern", ["^[[:digit:]]{10}$"], "Number")]),
    "picture": ("@input.attachments.0", [("has_beginning", ["image"], "Picture")]),
    "pictures": ("@(count(input.attachments))", [("has_number_gt", ["0"], "Some")]),
    "places": ("@input.text", [("has_state", [], "State"), ("has_district", ["Southern"], "District"),
                               ("has_ward", ["Southern", "Zomba"], "Ward")]),
    "dates": ("@input.text", [("has_date_lt", ["@(today())"], "Past"), ("has_date_eq", ["@(today())"], "Today"),
                              ("has_date", [], "To come")]),
    "what others leave": ("@input.text", [("has_number_between", ["1", "10"], "A"),
                                          ("has_number_between", ["5", "11"], "B"), ("has_number", [], "C"),
                                          ("has_text", [], "D")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTACT)
def test_contacts_and_worlds(tmp_path: Path, name: str) -> None:
    """What a router looks at is changed where it comes from: the contact, its groups, globals, the start."""
    groups = [{**GROUP, "query": None}]
    assert explored(tmp_path, [router(*CONTACT[name])], groups=groups).unreached == {}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(tmp_path: Path, name: str) -> None:
    """An expression is solved for its variables, of which there may be several, and for the time, and chance."""
    fields = [{"key": "due", "name": "Due", "type": "datetime"}, {"key": "age", "name": "Age", "type": "number"}]
    found = explored(tmp_path, [router(*EXPRESSIONS[name])], fields=fields)
    assert [
        part for part in found.unreached if part.startswith("case")
    ] == []  # of some nothing is left for the default


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(tmp_path: Path, name: str) -> None:
    """An answer is found of which an expression makes what is wanted, also where files or places are."""
    assert explored(tmp_path, [router(*ANSWERS[name], waits=True)]).unreached == {}


ACTIONS: dict[str, tuple[str, dict[str, Any], str, Cases]] = {
    "ticket": ("13.6.1", action("open_ticket", note="Help"), "@locals._new_ticket", [("has_text", [], "Opened")]),
    "airtime": ("14.3.0", action("transfer_airtime", amounts={"MWK": 50}), "@locals._new_transfer",
                [("has_text", [], "Sent")]),
    "resthook": ("14.4.2", action("call_resthook", resthook="new-visit"), "@(default(webhook.status, 0))",
                 [("has_number_between", ["200", "299"], "Heard")]),
    "language model": ("14.4.2", action("call_llm", llm={"uuid": uuid("GPT"), "name": "GPT"}, instructions="Sort",
                                        input="@input", output_local="kind"), "@locals.kind",
                       [("has_only_text", ["<ERROR>"], "Broken"), ("has_only_text", ["fever"], "Fever")]),
    "URN": ("13.6.1", action("add_contact_urn", scheme="tel", path="@fields.other"), "@locals._has_urn",
            [("has_text", [], "Has")]),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_and_their_outcomes(tmp_path: Path, name: str) -> None:
    """What an action of the node itself comes to is success and failure, by what others answer and what is there."""
    version, first, operand, cases = ACTIONS[name]
    found = explored(tmp_path, [router(operand, cases, first)], version)
    assert [each for each in found.unreached if not each.startswith("case:0.0") or name != "language model"] == []


def test_earlier_answers(tmp_path: Path) -> None:
    """What an earlier answer was saved in leads back to it: a field, the name, a result, an argument of a test."""
    ask = split("q", [], {"All Responses": "save"}, result="Answer")
    save = act("save", [action("set_contact_name", name="@(title(results.answer))"),
                        action("set_contact_field", field={"key": "age", "name": "Age"}, value="@results.answer")],
               "name")  # fmt: skip
    by_name = split("name", [("has_only_text", ["Grace"], "Grace")], {"Grace": "age", "Other": "age"},
                    operand="@contact.name", waits=False)  # fmt: skip
    by_age = split("age", [("has_number_gt", ["18"], "Adult")], {"Adult": "again", "Child": "again"},
                   operand="@fields.age", waits=False)  # fmt: skip
    again = split("again", [("has_only_phrase", ["@results.answer"], "Same")], {"Same": None, "Other": None})
    assert explored(tmp_path, [ask, save, by_name, by_age, again]).unreached == {}


def test_what_is_counted(tmp_path: Path) -> None:
    """A loop is gone round until what it counts is enough."""
    zero = act("zero", [action("set_run_result", name="N", value="0")], "one more")
    more = act("one more", [action("set_run_result", name="N", value="@(results.n + 1)")], "q")
    ask = split("q", [("has_any_word", ["yes"], "Yes")], {"Yes": None, "Other": "count"})
    count = split("count", [("has_number_gt", ["3"], "Often")], {"Often": None, "Other": "one more"},
                  operand="@results.n", waits=False)  # fmt: skip
    assert explored(tmp_path, [zero, more, ask, count]).unreached == {}


def test_answers_of_several_web_requests(tmp_path: Path) -> None:
    """Each web request is answered by itself, with a list where members of one are counted."""
    call = action("call_webhook", method="GET", url="https://a.example.org/", headers={})
    nodes = []
    for here, then, state in (("first", "second", "a"), ("second", "list", "b")):
        nodes.append(act(here, [{**call, "uuid": uuid(here)}], f"{here} state"))
        nodes.append(split(f"{here} state", [("has_only_text", [state], "Right")], {"Right": then, "Other": None},
                           operand="@webhook.json.state", waits=False))  # fmt: skip
    nodes.append(split("list", [("has_number_gt", ["1"], "Several")], {"Several": None, "Other": None},
                       operand="@(count(webhook.json.items))", waits=False))  # fmt: skip
    assert explored(tmp_path, nodes, "13.6.1").unreached == {}


def test_groups_with_a_query(tmp_path: Path) -> None:
    """Who is to be in a group that fills itself gets what the group asks for."""
    found = explored(
        tmp_path,
        [router(*CONTACT["group"])],
        groups=[{**GROUP, "query": "sex = f AND children > 0"}],
        fields=[
            {"key": "sex", "name": "Sex", "type": "text"},
            {"key": "children", "name": "Children", "type": "number"},
        ],
    )
    assert found.unreached == {}


def test_subflows_that_the_export_lacks(tmp_path: Path) -> None:
    """A flow that is not in the export is stood in for by one that can be completed and can expire."""
    enter = action("enter_flow", flow={"uuid": uuid("another"), "name": "Another"})
    cases: Cases = [("has_only_text", ["completed"], "Complete"), ("has_only_text", ["expired"], "Expired")]
    found = explored(tmp_path, [router("@child.status", cases, enter)])
    assert [each for each in found.unreached if each.startswith("case")] == []


def test_parents_that_the_export_lacks(tmp_path: Path) -> None:
    """A flow that looks at results of a parent is entered by one that has them."""
    found = explored(tmp_path, [router("@parent.results.kind", [("has_only_text", ["visit"], "Visit")])])
    assert found.unreached == {}
    assert {walk.plan.entry for walk in found.walks} == {"Enters Survey"}


REASONS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "shadowed": (
        [router("@input.text", [("has_any_word", ["a b"], "A"), ("has_phrase", ["b"], "B")], waits=True)],
        "case 1, has_any_word('a b') takes all that it could",
    ),
    "constant": (
        [router("@the_result", [("has_text", [], "Any"), ("has_only_text", ["C"], "C")])],
        "it looks at “@the_result”, which is no variable and always the same",
    ),
    "no server": (
        [router("@webhook.status", [("has_number_between", ["200", "299"], "Good")],
                action("call_webhook", method="GET", url="{{URL}}/a", headers={}))],
        "the web request to “{{URL}}/a” names no server",
    ),
    "no such category": (
        [split("q", [("has_any_word", ["red"], "Red")], {"Red": "router", "Other": "router"}, result="Colour"),
         router("@results.colour", [("has_category", ["Red"], "R"), ("has_category", ["Blue"], "B")])],
        "the result colour is Other or Red, never Blue",
    ),
    "classifier": (
        [router("@results.c", [("has_top_intent", ["book", ".5"], "Book")])],
        "has_top_intent is never true: RapidPro has no classifiers any more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_reasons(tmp_path: Path, name: str) -> None:
    """What nothing reaches is told with what rules it out."""
    nodes, reason = REASONS[name]
    found = explored(tmp_path, nodes, "13.6.1")
    assert {why for part, why in found.unreached.items() if part.startswith("case")} == {reason}


def test_what_lies_behind(tmp_path: Path) -> None:
    """A node that is not reached is told with the way to it that nobody can take."""
    first = split(
        "q", [("has_text", [], "Any"), ("has_number", [], "Never")], {"Any": None, "Never": "b", "Other": None}
    )
    found = explored(tmp_path, [first, say("b", "Behind", "c"), say("c", "Further behind")])
    assert found.unreached["node:1"] == found.unreached["node:2"] == "it lies behind Never of node 1"


STARTS: dict[str, tuple[str, Cases, bool]] = {
    "any text": ("C", [("has_any_word", ["help"], "Help"), ("has_phone", [], "Phone"),
                       ("has_pattern", [r"^R\s+(\d+)$"], "Report")], False),
    "any text, awaited": ("C", [("has_any_word", ["help"], "Help"), ("has_number", [], "Number")], True),
    "after the keyword": ("K", [("has_pattern", [r"^report\s+(\d+)$"], "Number"), ("has_any_word", ["help"], "Help")],
                          False),
    "awaited": ("K", [("has_only_text", ["7"], "Seven"), ("has_any_word", ["help"], "Help")], True),
}  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
def test_texts_that_start(tmp_path: Path, name: str) -> None:
    """What looks at the text that starts a flow gets other texts that start it, or the flow is started without one."""
    kind, cases, waits = STARTS[name]
    trigger = {"trigger_type": kind, "flow": {"uuid": uuid("the flow"), "name": "Survey"}, "groups": []}
    keyword = {"keywords": ["report"], "match_type": "F"} if kind == "K" else {}
    found = explored(tmp_path, [router("@input.text", cases, waits=waits)], triggers=[{**trigger, **keyword}])
    assert found.unreached == {}
    assert {walk.plan.start[:6] for walk in found.walks if kind == "K"} <= {"report", ""}


def test_files_are_no_texts(tmp_path: Path) -> None:
    """What is to be a picture is sent as one, whichever attachment an expression looks at."""
    kind = "@(attachment_parts(input.attachments[0]).content_type)"
    cases = [("has_pattern", ["^image"], "Picture"), ("has_pattern", ["^audio"], "Voice")]
    found = explored(tmp_path, [router(kind, cases, waits=True)])
    assert found.unreached == {}
    assert not any(move.text.startswith(("image", "audio")) for walk in found.walks for move in walk.plan.moves)


def test_what_only_another_start_leads_to(tmp_path: Path) -> None:
    """What the text that starts a flow rules out is tried from another start, however often it was tried from that."""
    trigger = {"trigger_type": "K", "keywords": ["go"], "match_type": "F", "groups": [],
               "flow": {"uuid": uuid("the flow"), "name": "Survey"}}  # fmt: skip
    cases = [("has_number_gt", ["40"], "Over"), ("has_number_lt", ["10"], "Under"), ("has_number", [], "Between")]
    total = split("total", cases, dict.fromkeys(["Over", "Under", "Between", "Other"], "word"), waits=False,
                  operand="@(results.weeks * 1 + results.age / 10)")  # fmt: skip
    word = split("word", [("has_any_word", ["boy"], "Boy"), ("has_any_word", ["girl"], "Girl")],
                 {"Boy": None, "Girl": None, "Other": None}, operand="@(word(input.text, 1))")  # fmt: skip
    nodes = [split("age", [], {"All Responses": "weeks"}, result="Age"),
             split("weeks", [], {"All Responses": "total"}, result="Weeks"), total, word]  # fmt: skip
    assert explored(tmp_path, nodes, triggers=[trigger]).unreached == {}
